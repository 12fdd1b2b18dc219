// The error summary takes focus when the page opens, and its links put the cursor in the field,
// with the field's label in view above it.
const summary = document.querySelector("[data-error-summary]");

function focusField(event) {
  const link = event.target.closest('a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const label = field.closest("fieldset")?.querySelector("legend") ?? document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  (label ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
}

if (summary) {
  summary.addEventListener("click", focusField);
  summary.focus();
}
