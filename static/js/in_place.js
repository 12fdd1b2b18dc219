// What is sent without leaving the page is called done only when the server said so. Signed out, a page older than the
// sign-in, a part in the session that was ended: who may go on goes on by the same press, and who may not reads which of
// these it is, with everything typed still there.
const NOT_THROUGH = "That did not get through. Press it again when you are back online.";
const STAYS = "What you typed or chose stays here";
const TOKEN = "csrfmiddlewaretoken";

// The reason why a press was refused at the door, in words for whoever pressed, and the link that helps.
export class NoWayIn extends Error {
  constructor(words, { link = null, signedOut = false } = {}) {
    super(words);
    Object.assign(this, { link, signedOut });
  }
}

export function makeLink(words, href, attributes = {}) {
  return Object.assign(document.createElement("a"), { className: "btn btn-quiet", textContent: words, href, ...attributes });
}

export function tell(words, { care = false, link = null } = {}) {
  const note = Object.assign(document.createElement("p"), { className: `pn-note${care ? " pn-note--care" : ""} mb-2`, textContent: words });
  if (link) note.append(" ", link);
  document.querySelector("[data-live-answer]")?.replaceChildren(...(words ? [note] : []));
}

export function tellWhy(problem) {
  if (problem instanceof NoWayIn) tell(problem.message, { care: true, link: problem.link });
  else tell(NOT_THROUGH, { care: true });
}

export function isJson(answer) {
  return (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
}

// A guest has no account to sign in to: whether their part in the session was ended.
export async function guestIsOut() {
  const place = document.querySelector("[data-guest-state]");
  if (!place) return false;
  const answer = await fetch(place.dataset.guestState, { redirect: "manual" });
  return answer.type === "opaqueredirect" || (answer.ok && (await answer.json()).state !== "admitted");
}

const isRefused = (answer) => answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status);

// Looks whether the same person may still be here, and takes the fresh token that a new sign-in brings.
async function lookAgain() {
  const answer = await fetch(document.querySelector("[data-live-mine]")?.dataset.liveMine ?? location.pathname, { redirect: "manual" });
  if (answer.type === "opaqueredirect") {
    if (await guestIsOut()) throw new NoWayIn(`Your part in this session has ended, so this was not sent. ${STAYS}: copy it if you need it, then go on.`, { link: makeLink("Go on", location.pathname) });
    const signIn = document.querySelector("[data-sign-in]")?.dataset.signIn;
    throw new NoWayIn(`You have been signed out, so this was not sent. ${STAYS}. Sign in in a new tab, then come back and press it again.`, { signedOut: true, link: signIn && makeLink("Sign in, in a new tab", signIn, { target: "_blank", rel: "noopener" }) });
  }
  if (isRefused(answer)) throw new NoWayIn(`This page is not open to you any more, so this was not sent. ${STAYS}: copy it if you need it.`);
  if (!answer.ok) throw new TypeError("not an answer of ours");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [then, now] = [document, page].map((one) => one.querySelector("[data-person]")?.dataset.person);
  if (then !== now) throw new NoWayIn(`Somebody else has signed in here since, so this was not sent. ${STAYS}: copy it if you need it.`);
  const token = page.querySelector(`[name=${TOKEN}]`)?.value;
  for (const field of token ? document.querySelectorAll(`[name=${TOKEN}]`) : []) field.value = token;
}

// The answer to `send()`, which is asked for once more when the page was only too old. Throws what `tellWhy` can say.
export async function sendInPlace(send) {
  const answer = await send();
  if (!isRefused(answer)) return answer;
  await lookAgain();
  const again = await send();
  if (isRefused(again)) throw new NoWayIn(`This is not open to you any more, so it was not sent. ${STAYS}: copy it if you need it.`);
  return again;
}

// A form as it was when it was pressed. Whoever types on while the answer is under way keeps that: it is not sent, should
// the press have to be sent once more, and not cleared with what was sent.
export class Sent {
  constructor(form, submitter) {
    this.form = form;
    this.values = new FormData(form, submitter);
  }

  get body() {
    this.values.set(TOKEN, this.form.elements[TOKEN].value); // a new sign-in brings a new one
    return this.values;
  }

  // Empties the fields that still hold what was sent; returns whether that is all of them.
  clear() {
    const now = new FormData(this.form);
    const fields = [...this.form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden])"));
    const typedOn = new Set(fields.map((one) => one.name).filter((name) => String(now.getAll(name)) !== String(this.values.getAll(name))));
    for (const one of fields.filter(({ name }) => !typedOn.has(name))) toDefault(one);
    return !typedOn.size;
  }
}

function toDefault(field) {
  if (field.matches("select")) for (const option of field.options) option.selected = option.defaultSelected;
  else if (field.matches("[type=radio], [type=checkbox]")) field.checked = field.defaultChecked;
  else field.value = field.defaultValue;
}
