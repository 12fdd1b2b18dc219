import { box } from "./autosave.js";
import { isJson, sendInPlace, tell, tellWhy } from "./in_place.js";
import { newKey } from "./keys.js";
import { room, say } from "./room.js";

// What somebody presses on their phone in a live session happens in place. Without this script each press is a form that
// comes back to the page.
let votes = Promise.resolve(); // one dot after the other, however fast somebody taps
let unheard = null; // the last press, until its answer has come

function post(form, submitter, headers = {}) {
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  return fetch(address, { method: "POST", body: new FormData(form, submitter), headers, redirect: "manual" });
}

// A press without an answer may have arrived: pressed again, it is the same press.
async function press(form, submitter) {
  const what = `${submitter?.getAttribute("formaction") ?? form.getAttribute("action")} ${submitter?.value}`;
  if (unheard?.what !== what) unheard = { what, key: newKey() };
  const headers = { Accept: "application/json", "Idempotency-Key": unheard.key };
  const answer = await sendInPlace(() => post(form, submitter, headers));
  if (!isJson(answer)) throw new TypeError("not an answer of ours");
  unheard = null;
  return answer;
}

// --- The box ---------------------------------------------------------------------------------------
// Its words have reached the server by now (autosave.js). A refusal is sent again the plain way: its page says why.
async function write(form, submitter, again = true) {
  const sent = box.now.text;
  try {
    const answer = await post(form, submitter);
    if (again && (answer.status === 401 || answer.status === 403)) {
      box.now.leaving = box.now.pressed = false;
      return (await box.now.signInAgain()) && write(form, submitter, false);
    }
    if (answer.type !== "opaqueredirect") throw new TypeError("refused");
  } catch (problem) {
    box.now.leaving = box.now.pressed = false;
    if (navigator.onLine && problem.message === "refused") {
      form.dataset.plain = "";
      return form.requestSubmit(submitter);
    }
    return tellWhy(problem);
  }
  tell("");
  if (!(await room.fetchMine({ now: true, draft: submitter?.name === "open" ? submitter.value : "new", sent: submitter?.name === "open" ? null : sent }))) {
    box.now.leaving = box.now.pressed = false;
    return box.now.signInAgain(); // to be sent to sign in looks like an answer: nothing is called done until it is seen
  }
  if (submitter?.name === "open" || submitter?.name === "add") document.getElementById("id_body")?.focus();
  if (submitter?.name === "finish") document.querySelector("[data-finish]")?.focus();
  say({ add: "Added.", finish: "You are finished. You can still write.", note: "Kept as a note. Only you will ever see it." }[submitter?.name] ?? "");
}

// Writing on after “I’m finished” takes that back; the words that are ready stay so.
document.addEventListener("input", (event) => {
  const finish = event.target.name === "body" && document.querySelector('[data-finish][aria-pressed="true"]');
  if (!finish) return;
  finish.setAttribute("aria-pressed", "false");
  finish.querySelector("span").textContent = "I’m finished";
});

// Ctrl+Enter adds; Enter makes a new line.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.name !== "body") return;
  event.preventDefault();
  const add = event.target.form.querySelector('[name="add"][data-writable]');
  if (add) event.target.form.requestSubmit(add);
});

// --- Dots ------------------------------------------------------------------------------------------
const dots = (count) => `${count} ${count === 1 ? "dot" : "dots"}`;

async function vote(form, submitter) {
  if (submitter?.getAttribute("aria-disabled") === "true") {
    return say("add" in submitter.dataset ? "You have put all your dots. Take one back first." : "None of your dots is here.");
  }
  try {
    const answer = await press(form, submitter);
    const { mine, left, refused } = await answer.json();
    form.querySelector("output").textContent = dots(mine);
    form.querySelector("[data-take]").setAttribute("aria-disabled", String(!mine));
    for (const add of document.querySelectorAll("[data-live-vote] [data-add]")) add.setAttribute("aria-disabled", String(!left));
    const marks = [...document.querySelectorAll("[data-live-dots] i")];
    for (const [place, mark] of marks.entries()) mark.classList.toggle("on", place < left);
    document.querySelector("[data-left]").textContent = `${left} of ${marks.length} left`;
    tell(refused ?? "", { care: true });
    say(`${dots(mine)}, ${left} left`);
  } catch (problem) {
    tellWhy(problem);
  }
}

// --- A hand, a word --------------------------------------------------------------------------------
async function hand(form, submitter) {
  try {
    const answer = await press(form, submitter);
    const { words } = await answer.json();
    if (!answer.ok) return tell(words, { care: true });
    const up = submitter.value === "1";
    submitter.value = up ? "0" : "1";
    submitter.setAttribute("aria-pressed", String(up));
    submitter.querySelector("[data-words]").textContent = up ? "Hand is up" : "Raise my hand";
    tell("");
    say(words);
  } catch (problem) {
    tellWhy(problem);
  }
}

async function flag(form, submitter) {
  try {
    const answer = await press(form, submitter);
    const { words } = await answer.json();
    if (answer.ok) form.reset();
    tell(words, { care: !answer.ok });
  } catch (problem) {
    tellWhy(problem);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !form.closest("#mine")) return;
  if (form.id === "write" && submitter?.name !== "call" && !("plain" in form.dataset)) {
    event.preventDefault();
    write(form, submitter);
  } else if ("liveVote" in form.dataset) {
    event.preventDefault();
    votes = votes.then(() => vote(form, submitter));
  } else if ("liveHand" in form.dataset) {
    event.preventDefault();
    hand(form, submitter);
  } else if ("liveFlag" in form.dataset) {
    event.preventDefault();
    flag(form, submitter);
  }
});
