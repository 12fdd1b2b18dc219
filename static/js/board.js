// Dragging a card presses a button of its own "Move to…" menu: one way to move, with or without a script.
const board = document.querySelector(".pn-themes");
let held = null;

const columnOf = (target) => target.closest?.("[data-theme-id]");
const buttonFor = (card, column) => card.querySelector(`.pn-menu--move button[value="${CSS.escape(column.dataset.themeId)}"]`);

function release() {
  held?.classList.remove("is-held");
  for (const column of board.querySelectorAll(".pn-theme--drop")) column.classList.remove("pn-theme--drop");
}

board.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("[data-card]");
  if (!held) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  held.classList.add("is-held");
});

board.addEventListener("dragover", (event) => {
  const column = held && columnOf(event.target);
  for (const other of board.querySelectorAll(".pn-theme--drop")) if (other !== column) other.classList.remove("pn-theme--drop");
  if (!column || !buttonFor(held, column)) return;
  event.preventDefault();
  column.classList.add("pn-theme--drop");
});

board.addEventListener("drop", (event) => {
  const button = held && columnOf(event.target) && buttonFor(held, columnOf(event.target));
  event.preventDefault();
  release();
  button?.click();
});

board.addEventListener("dragend", () => {
  release();
  held = null;
});

// Only now is it true that a card can be dragged.
if (matchMedia("(hover: hover)").matches) {
  document.querySelector("[data-drag-words]")?.removeAttribute("hidden");
  document.querySelector("[data-menu-words]")?.setAttribute("hidden", "");
}
