// Could someone guess who wrote this? A gentle line under the box when the words hold a name of the group, an
// organisation's name, or "I, as the …". It is worked out here, in the browser: nothing is sent.
const PAUSE = 800; // ms
const ROLE = /\b(?:I|we),? (?:as|being) (?:the|a|an) \S+/i;

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

// Whole words only, and as they are spelled: "will" is not Will.
function finder(names) {
  return names.length ? new RegExp(`(?<![\\p{L}\\p{N}])(${names.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "u") : /(?!)/;
}

function guess(text, names) {
  const name = names.exec(text);
  if (name) return `Could someone guess it is you? Your words hold the name “${name[1]}”. That may be fine: it is up to you.`;
  const role = ROLE.exec(text);
  return role ? `Could someone guess it is you? Your words say “${role[0]}”. That may be fine: it is up to you.` : "";
}

function start() {
  const form = document.querySelector("form[data-names]");
  const notice = form?.querySelector("[data-guess]");
  if (!notice) return;
  const names = finder(form.dataset.names.split("|").filter(Boolean).sort((one, other) => other.length - one.length));
  let timer;
  const look = () => {
    const words = guess(form.elements.body.value, names);
    if (notice.textContent !== words) notice.textContent = words;
    notice.hidden = words === "";
  };
  form.elements.body.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  look();
}

start();
document.addEventListener("live:mine", start); // a live page brings another box in
