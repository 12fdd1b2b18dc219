// Planning a session. Without this every button posts and the page comes back with it done; the draft is kept by its button.
import { newKey } from "./keys.js";
import { letDrag } from "./drag.js";

const form = document.getElementById("plan");
const boxes = () => [...form.querySelectorAll('input[name="questions"]')];
const PAUSE = 1500; // milliseconds of quiet before the plan keeps itself

// --- The two presets only tick boxes ---
form.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-plan-preset]")?.dataset.planPreset;
  if (!preset) return;
  event.preventDefault();
  for (const box of boxes()) box.checked = preset === "all" || box.closest("[data-longest]") !== null;
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- The arrows move a row; the focus stays on the arrow ---
form.addEventListener("click", (event) => {
  const arrow = event.target.closest("[data-plan-move]");
  if (!arrow) return;
  event.preventDefault();
  const row = arrow.closest("[data-plan-row]");
  const up = arrow.dataset.planMove === "up";
  const beside = up ? row.previousElementSibling : row.nextElementSibling;
  if (!beside) return;
  keepForUndo(stateNow());
  if (up) beside.before(row);
  else beside.after(row);
  arrow.focus();
  placed(row);
});

function placed(row) {
  const rows = [...row.parentElement.children];
  for (const [place, one] of rows.entries()) {
    for (const each of one.querySelectorAll("[data-plan-move]")) {
      const atEnd = place === (each.dataset.planMove === "up" ? 0 : rows.length - 1);
      if (atEnd) each.setAttribute("aria-disabled", "true");
      else each.removeAttribute("aria-disabled");
      const words = each.querySelector(".visually-hidden");
      words.textContent = words.textContent.replace(/now \d+/, `now ${place + 1}`);
    }
  }
  const now = `${row.dataset.planRow} is now ${rows.indexOf(row) + 1} of ${rows.length}.`;
  tell(now);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function tell(words) {
  document.querySelector("[data-plan-moved]").textContent = words;
}

// --- What “Undo last change” goes back to: the same line of text as the server writes ---
function stateNow() {
  const rows = [...form.querySelectorAll("[data-key]")].map((row) => {
    const minutes = row.querySelector("input[type=number]").value;
    return `${row.dataset.key}=${minutes}`;
  });
  return [...rows, `ends_at=${form.elements.ends_at?.value ?? ""}`].join(" ");
}

function keepForUndo(state) {
  const undo = form.elements.undo;
  if (!undo) return;
  undo.value = state;
  document.querySelector("[data-plan-undo]").hidden = false;
}

letDrag(form, stateNow, (row, before) => {
  keepForUndo(before);
  placed(row);
});

// --- Buttons that change the list of rounds: the page of the server, drawn into this one ---
const swaps = () => [...document.querySelectorAll("[data-plan-swap]")];
const held = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
const named = (place) => [...place.querySelectorAll("input[id], select[id], textarea[id]")];

async function draw(intent, button) {
  const body = new FormData(form);
  body.set("intent", intent);
  const sent = new Map(swaps().flatMap(named).map((field) => [field.id, held(field)]));
  let fresh;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "Idempotency-Key": newKey() } });
    fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!fresh.getElementById("plan")) throw new Error("signed out or refused");
  } catch {
    say("That could not be done just now. Nothing is lost.", true);
    return;
  }
  // What was typed while the answer was on its way stays as typed.
  const since = swaps().flatMap(named).filter((field) => sent.get(field.id) !== held(field));
  const open = [...form.querySelectorAll("[data-key]:has(details[open])")].map((row) => row.dataset.key);
  for (const place of swaps()) {
    const drawn = fresh.querySelector(`[data-plan-swap="${place.dataset.planSwap}"]`);
    if (drawn) place.replaceChildren(...drawn.childNodes);
  }
  for (const field of since) {
    const again = document.getElementById(field.id);
    if (again && typeof held(field) === "boolean") again.checked = field.checked;
    else if (again) again.value = field.value;
  }
  for (const key of open) form.querySelector(`[data-key="${key}"] details`)?.setAttribute("open", "");
  document.title = fresh.title;
  if (button) (form.querySelector("[autofocus]") ?? form.querySelector("#id_rounds"))?.focus();
  tell(document.querySelector('[data-plan-piece="fit"]')?.textContent.trim().replace(/\s+/g, " ") ?? "");
  touched();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-plan-draw]");
  if (!button) return;
  event.preventDefault();
  draw(button.value, button);
});

form.addEventListener("change", (event) => {
  if (event.target.name === "mode") draw("mode");
});

// --- How many prompts are chosen ---
form.addEventListener("change", (event) => {
  const details = event.target.closest("details.pn-prompts");
  if (!details) return;
  const prompts = [...details.querySelectorAll("input")];
  const chosen = prompts.filter((box) => box.checked).length;
  details.querySelector("[data-plan-count]").textContent = `${chosen} of ${prompts.length} prompts chosen`;
});

// --- A draft keeps itself ---
const saved = document.querySelector("[data-plan-saved] .pn-saved");
let timer = 0;
let running = null; // the save under way; another one waits for it
let changed = false;

const wasOff = saved.classList.contains("pn-saved--off"); // then its drawing is a warning: good news goes without

function say(words, off) {
  saved.classList.toggle("pn-saved--off", off);
  saved.querySelector("span").textContent = words;
  saved.querySelector("svg").toggleAttribute("hidden", !off && wasOff);
}

async function keep() {
  changed = false;
  const body = new FormData(form);
  body.set("intent", "autosave");
  say("Saving…", false);
  try {
    // Each save is a new one: the key of the page belongs to its buttons.
    const response = await fetch(form.action, { method: "POST", body, headers: { "Idempotency-Key": newKey() } });
    const kind = response.headers.get("Content-Type") ?? "";
    if (!kind.startsWith("application/json")) throw new Error("signed out or refused");
    const answer = await response.json();
    if (response.ok) accept(answer);
    else say(`Not kept yet. ${answer.words ?? ""}`, true);
    drawPieces(answer.pieces ?? {});
  } catch {
    say("Not kept yet. Press “Keep as a draft” when you are back online.", true);
  }
}

function accept(answer) {
  form.action = answer.url;
  form.elements.version.value = answer.version;
  if (location.pathname !== answer.url) history.replaceState(null, "", answer.url);
  say(answer.saved, false);
}

// A button of the piece that has the focus keeps it: such a piece waits for the next time.
function drawPieces(pieces) {
  for (const [name, html] of Object.entries(pieces)) {
    const place = document.querySelector(`[data-plan-piece="${name}"]`);
    if (place && !place.contains(document.activeElement)) place.innerHTML = html;
  }
}

function save() {
  clearTimeout(timer);
  running ??= keep().finally(() => {
    running = null;
    if (changed) later();
  });
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function touched() {
  changed = true;
  say("Not kept yet", true);
  later();
}

// What was typed or ticked before this script had come.
function isTouched() {
  return [...form.elements].some((field) => {
    if (field.options) return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

if ("planAutosave" in form.dataset) {
  form.addEventListener("input", touched);
  if (isTouched()) touched();
  // A button pressed while the plan is being kept waits for it, so that it carries the newest version.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!running) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    running.finally(() => form.requestSubmit(button));
  });
}
