// A second press of the same button within a second is the same press. The button is not disabled:
// its name and value must go with the form, and a form that could not be sent must stay usable.
const PAUSE = 1000; // milliseconds
const sentAt = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || event.defaultPrevented || "liveVote" in form.dataset) return; // dots may be put one after the other
  if ("plain" in form.dataset) return; // sent again by a script, because the first way was refused
  const now = Date.now();
  if (now - (sentAt.get(form) ?? -PAUSE) < PAUSE) {
    event.preventDefault();
    return;
  }
  sentAt.set(form, now);
});

// A menu closes with Escape, and its button keeps the focus; opening one closes the others.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.pn-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.pn-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
