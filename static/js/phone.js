import { box } from "./autosave.js";
import { isJson, sendInPlace, Sent, tell, tellWhy } from "./in_place.js";
import { Presses } from "./keys.js";
import { room, say } from "./room.js";

// What somebody presses on their phone in a live session happens in place. Without this script each press is a form that
// comes back to the page.
let votes = Promise.resolve(); // one dot after the other, however fast somebody taps
const presses = new Presses();
let writing = false; // whether what the box holds is under way
let looking = null;
const HAND_JITTER = 1500; // ms: whose hands are up do not all ask at once

function post(form, submitter, headers = {}) {
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  return fetch(address, { method: "POST", body: new FormData(form, submitter), headers, redirect: "manual" });
}

async function press(form, submitter) {
  const what = `${submitter?.getAttribute("formaction") ?? form.getAttribute("action")} ${submitter?.value}`;
  const headers = { Accept: "application/json", "Idempotency-Key": presses.keyFor(what) };
  const answer = await sendInPlace(() => post(form, submitter, headers));
  if (!isJson(answer)) throw new TypeError("not an answer of ours");
  presses.answered(what);
  return answer;
}

// --- The box ---------------------------------------------------------------------------------------
const EMPTIES = new Set(["add", "note", "finish"]); // what was written is done with; other buttons leave the box as it is
const SAID = { add: "Added.", finish: "You are finished. You can still write.", note: "Kept as a note. Only you will ever see it." };

// Its words have reached the server by now (autosave.js). A refusal is sent again the plain way: its page says why.
async function write(form, submitter) {
  writing = true;
  await send(form, submitter).finally(() => {
    writing = false;
  });
}

async function send(form, submitter, again = true) {
  const sent = box.now.text;
  const name = submitter?.name;
  try {
    const answer = await post(form, submitter);
    if (again && (answer.status === 401 || answer.status === 403)) {
      box.now.leaving = box.now.pressed = false;
      return (await box.now.signInAgain()) && send(form, submitter, false);
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
  const done = EMPTIES.has(name);
  const draft = name === "open" ? submitter.value : (!done && box.now.draft) || "new";
  if (!done) box.now.leaving = false; // what was typed behind such a press belongs to the box
  if (!(await room.fetchMine({ now: true, draft, sent: done ? sent : null }))) {
    box.now.leaving = box.now.pressed = false;
    return box.now.signInAgain(); // to be sent to sign in looks like an answer: nothing is called done until it is seen
  }
  if (name === "finish") document.querySelector("[data-finish]")?.focus();
  else if (name !== "note") document.getElementById("id_body")?.focus();
  if (name === "finish" || sent.trim()) say(SAID[name] ?? "");
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
    const words = document.querySelector("[data-left]"); // gone, when the room has moved on meanwhile
    if (words) words.textContent = `${left} of ${marks.length} left`;
    tell(refused ?? "", { care: true });
    say(`${dots(mine)}, ${left} left`);
  } catch (problem) {
    tellWhy(problem);
  }
}

// --- A hand, a word --------------------------------------------------------------------------------
function showHand(button, up) {
  button.value = up ? "0" : "1";
  button.setAttribute("aria-pressed", String(up));
  button.querySelector("[data-words]").textContent = up ? "Hand is up" : "Raise my hand";
}

async function hand(form, submitter) {
  const up = submitter.value === "1";
  try {
    const answer = await press(form, submitter);
    const { words } = await answer.json();
    if (!answer.ok) return tell(words, { care: true });
    showHand(submitter, up);
    tell("");
    say(words);
  } catch (problem) {
    tellWhy(problem);
  }
}

// Who leads puts a hand down by marking who spoke. Nothing else of one's own part is touched.
async function lookAtHand() {
  const then = await room.readMine();
  looking = null;
  const [now, before] = [then, document].map((part) => part?.querySelector("[data-live-hand] button"));
  if (now?.value === "1" && before) showHand(before, false);
}

document.addEventListener("live:shown", () => {
  const isUp = document.querySelector('[data-live-hand] [aria-pressed="true"]');
  if (isUp) looking ??= setTimeout(lookAtHand, Math.random() * HAND_JITTER);
});

async function flag(form, submitter) {
  const sent = new Sent(form, submitter);
  try {
    const answer = await press(form, submitter);
    const { words } = await answer.json();
    if (answer.ok) sent.clear();
    tell(words, { care: !answer.ok });
  } catch (problem) {
    tellWhy(problem);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented && form.id === "write" && box.now && !writing) box.now.leaving = false; // a press too many: nothing is sent
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
