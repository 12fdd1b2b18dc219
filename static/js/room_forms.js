import { newKey } from "./keys.js";

// The small forms beside a live screen send themselves, so that the screen stays as it is. A form that is refused is sent
// again the plain way: its own page says what to mend, with everything typed still in it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("liveForm" in form.dataset)) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  try {
    const headers = { "X-In-Place": "1" }; // it is said here, and not once more on the next page
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers, redirect: "manual" });
    if (answer.type !== "opaqueredirect") return form.submit();
    form.reset();
    form.elements.idempotency_key.value = newKey();
    const around = form.closest("details");
    if (around) {
      around.open = false;
      around.querySelector("summary").focus();
    }
    say(form.dataset.liveForm);
    document.dispatchEvent(new CustomEvent("live:sent"));
  } catch {
    say("That did not get through. Press it again when you are back online.");
  } finally {
    delete form.dataset.sending;
  }
});

function say(words) {
  document.querySelector("[data-live-answer]")?.replaceChildren(Object.assign(document.createElement("p"), { className: "pn-note", textContent: words }));
}
