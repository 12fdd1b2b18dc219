// What is sent without leaving the page is called done only when the server said so. Signed out, a page older than the
// sign-in, a part in the session that was ended: who may go on goes on by the same press, and who may not reads which of
// these it is, with everything typed still there.
const NOT_THROUGH = "That did not get through. Press it again when you are back online.";
const TYPED_IN = "textarea, input:is(:not([type]), [type=text], [type=date], [type=number])";
const STAYS = "What you typed or chose stays here";

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

// The fields of a form are empty again once their words have arrived. What was typed behind the press stays: returns
// whether there is any.
export function empty(form, sent) {
  const typed = [...form.elements].filter((one) => one.matches(TYPED_IN) && one.value !== sent.get(one.name)).map((one) => [one, one.value]);
  form.reset();
  for (const [one, words] of typed) one.value = words;
  return typed.some(([, words]) => words.trim() !== "");
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
  const token = page.querySelector('[name="csrfmiddlewaretoken"]')?.value;
  for (const field of token ? document.querySelectorAll('[name="csrfmiddlewaretoken"]') : []) field.value = token;
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
