// Dragging the rounds of a plan with mouse or finger. The arrows do the same for everybody else.

export function letDrag(form, stateNow, moved) {
  let row = null;
  let before = "";

  form.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-plan-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    row = grip.closest("[data-plan-row]");
    before = stateNow();
    row.classList.add("drag");
    form.setPointerCapture(event.pointerId);
  });

  form.addEventListener("pointermove", (event) => {
    if (!row) return;
    const others = [...row.parentElement.children].filter((other) => other !== row);
    const next = others.find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if (next === undefined) row.parentElement.append(row);
    else if (next !== row.nextElementSibling) next.before(row);
  });

  function drop() {
    if (!row) return;
    const dropped = row;
    row = null;
    dropped.classList.remove("drag");
    if (stateNow() !== before) moved(dropped, before);
  }

  form.addEventListener("pointerup", drop);
  form.addEventListener("pointercancel", drop);
}
