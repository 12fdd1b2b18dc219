// Dragging a card presses a button of its own "Move to…" menu: one way to move, with or without a script, by mouse,
// finger or pen. A board may be swapped by a stream while a card is held: card and column are looked up when it is let go.
let held = null; // the id of the card

const card = () => (held ? document.getElementById(held) : null);
const columnOf = (target) => target?.closest?.("[data-theme-id]");
const cardOf = (target) => target.closest?.("[data-card]");
const buttonFor = (column) => card()?.querySelector(`.pn-menu--move button:is([value="${CSS.escape(column.dataset.themeId)}"], [data-to="${CSS.escape(column.dataset.themeId)}"])`);

function take(one) {
  held = one.id;
  one.classList.add("is-held");
}

function over(column) {
  for (const other of document.querySelectorAll(".pn-theme--drop")) if (other !== column) other.classList.remove("pn-theme--drop");
  if (column && buttonFor(column)) column.classList.add("pn-theme--drop");
}

function release(column) {
  const button = column && buttonFor(column);
  card()?.classList.remove("is-held");
  over(null);
  held = null;
  button?.click();
}

// --- By mouse: the whole card ---
document.addEventListener("dragstart", (event) => {
  const one = cardOf(event.target);
  if (!one) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  take(one);
});

document.addEventListener("dragover", (event) => {
  if (!held) return;
  const column = columnOf(event.target);
  over(column);
  if (column && buttonFor(column)) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  if (!held) return;
  event.preventDefault();
  release(columnOf(event.target));
});

document.addEventListener("dragend", () => held && release(null));

// --- By finger or pen: the grip, so that a page can still be scrolled by its cards ---
document.addEventListener("pointerdown", (event) => {
  const grip = event.pointerType !== "mouse" && event.target.closest?.("[data-grip]");
  if (!grip) return;
  event.preventDefault();
  grip.releasePointerCapture?.(event.pointerId);
  take(cardOf(grip));
});

document.addEventListener("pointermove", (event) => {
  if (held && event.pointerType !== "mouse") over(columnOf(document.elementFromPoint(event.clientX, event.clientY)));
});

document.addEventListener("pointerup", (event) => {
  if (held && event.pointerType !== "mouse") release(columnOf(document.elementFromPoint(event.clientX, event.clientY)));
});

document.addEventListener("pointercancel", (event) => held && event.pointerType !== "mouse" && release(null)); // a mouse’s: its own drag has begun

// Only now is it true that a card can be dragged.
function sayHow() {
  for (const words of document.querySelectorAll("[data-drag-words], [data-grip]")) words.hidden = false;
  for (const words of document.querySelectorAll("[data-menu-words]")) words.hidden = true;
}

document.addEventListener("live:shown", sayHow);
sayHow();
