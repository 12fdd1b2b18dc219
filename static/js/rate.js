import { isJson, NoWayIn, sendInPlace } from "./in_place.js";
import { PREFIX, forgetOld, isShared, storage } from "./kept.js";

// A number is saved as it is chosen, one at a time, and "Saved" is said only once the server said so. What did not get
// through waits here and on this device, and is sent again, after a lost signal or a killed tab too. The forms may come
// later (a live session's page fetches them), so the listeners stand on the document. Without this script the buttons
// below the form save everything.
const RETRY = 5000; // ms
const SIGNED_OUT = "Not saved: you have been signed out. Sign in in a new tab, then come back: it goes by itself.";
const waiting = new Map(); // form → Map of key → value that the server has not acknowledged
const sending = new WeakSet();

const line = () => document.querySelector("[data-rate-saved]");
const choices = (form, key) => [...form.querySelectorAll("input[type=radio]")].filter((one) => one.name === key);

function say(words, good) {
  const place = line();
  if (!place) return;
  place.querySelector("[data-on]").hidden = !good;
  place.querySelector("[data-off]").hidden = good;
  place.querySelector("[data-words]").textContent = words;
}

function count(form) {
  const place = document.querySelector("[data-rate-count]");
  if (place) place.textContent = new Set([...form.querySelectorAll("input:checked")].map((one) => one.name)).size;
}

// --- The device --------------------------------------------------------------------------------------
const keptAs = (form) => `${PREFIX}${form.dataset.person}.${form.dataset.round}.numbers`;
// What the server had when the page came, or has said since.
const before = (form, key) => choices(form, key).find((one) => one.defaultChecked)?.value ?? "";

// A browser asks before it leaves a page only while a number is on its way: a page that always might ask is kept by no
// browser for going back to.
const ask = (event) => event.preventDefault();
function askBeforeLeaving() {
  const left = [...waiting].some(([form, numbers]) => numbers.size && form.isConnected && !form.dataset.sent);
  if (left) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}

function keep(form) {
  askBeforeLeaving();
  if (!storage || isShared()) return;
  const left = [...waiting.get(form)];
  if (!left.length) return storage.removeItem(keptAs(form));
  try {
    const numbers = left.map(([key, value]) => ({ key, value, before: before(form, key) }));
    storage.setItem(keptAs(form), JSON.stringify({ numbers, at: Date.now() }));
  } catch {
    // full: the page still holds them
  }
}

// Numbers of an earlier visit that never reached the server are chosen again, unless another page chose since.
function restore(form) {
  if (waiting.has(form)) return;
  waiting.set(form, new Map());
  let kept = [];
  try {
    kept = JSON.parse(storage?.getItem(keptAs(form)) ?? "{}").numbers ?? [];
  } catch {
    // not ours to read
  }
  for (const { key, value, before: then } of kept) {
    const choice = choices(form, key).find((one) => one.value === value);
    if (!choice || before(form, key) !== then) continue;
    choice.checked = true;
    waiting.get(form).set(key, value);
  }
  keep(form);
  if (!waiting.get(form).size) return;
  count(form);
  send(form);
}

const restoreAll = () => document.querySelectorAll("form[data-rate]").forEach(restore);

// --- Saving ------------------------------------------------------------------------------------------
function post(form, key, value) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("key", key);
  body.set("value", value);
  return fetch(form.dataset.rate, { method: "POST", body, redirect: "manual" });
}

async function send(form) {
  if (sending.has(form) || !form.isConnected) return;
  sending.add(form);
  const left = waiting.get(form);
  try {
    while (left.size) {
      const [key, value] = left.entries().next().value;
      const answer = await sendInPlace(() => post(form, key, value));
      if (!isJson(answer)) throw new TypeError("not an answer of ours");
      const { words } = await answer.json();
      if (left.get(key) === value) left.delete(key);
      if (answer.ok) for (const one of choices(form, key)) one.defaultChecked = one.value === value;
      else left.clear();
      keep(form);
      say(words, answer.ok);
    }
  } catch (problem) {
    if (problem instanceof NoWayIn) return say(problem.signedOut ? SIGNED_OUT : problem.message, false);
    say("Not saved yet. It goes by itself when you are back online.", false);
    setTimeout(() => send(form), RETRY);
  } finally {
    sending.delete(form);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-rate]");
  if (!form || event.target.type !== "radio") return;
  if (!waiting.has(form)) waiting.set(form, new Map());
  waiting.get(form).set(event.target.name, event.target.value);
  keep(form);
  count(form);
  send(form);
});
const sendAll = () => waiting.forEach((_, form) => send(form));
window.addEventListener("online", sendAll);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendAll()); // perhaps after signing in elsewhere
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-rate]")) {
    event.target.dataset.sent = "1"; // the form itself carries every number
    askBeforeLeaving();
  }
});
document.addEventListener("live:mine", restoreAll);
document.addEventListener("live:mine", askBeforeLeaving); // a form may be gone
document.querySelectorAll("[data-rate-button]").forEach((button) => (button.hidden = true));
forgetOld();
restoreAll();
