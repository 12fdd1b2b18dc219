import { isJson, sendInPlace, Sent, tell, tellWhy } from "./in_place.js";
import { newKey } from "./keys.js";

// The small forms beside a live screen send themselves, so that the screen stays as it is. What needs a look is sent
// again the plain way: its own page says what to mend, with everything typed still in it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("liveForm" in form.dataset)) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const sent = new Sent(form, event.submitter);
  try {
    const headers = { "X-In-Place": "1", Accept: "application/json" }; // it is said here, and not once more on the next page
    const answer = await sendInPlace(() => fetch(form.action, { method: "POST", body: sent.body, headers, redirect: "manual" }));
    if (answer.status === 422) return form.submit();
    const said = answer.status === 204 ? form.dataset.liveForm : isJson(answer) && (await answer.json()).words;
    if (!said) throw new TypeError("not an answer of ours");
    tell(said, { care: !answer.ok });
    if (answer.ok) isDone(form, sent);
  } catch (problem) {
    tellWhy(problem);
  } finally {
    delete form.dataset.sending;
  }
});

function isDone(form, sent) {
  const isEmpty = sent.clear();
  form.elements.idempotency_key.value = newKey();
  const around = form.closest("details");
  if (around && isEmpty) {
    around.open = false;
    around.querySelector("summary").focus();
  }
  document.dispatchEvent(new CustomEvent("live:sent"));
}
