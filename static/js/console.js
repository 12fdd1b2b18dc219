// The console of those who lead. A press may take its own button away with it (whoever spoke leaves the list): the focus
// then goes to the first of the headings that the button names and that is still there. And whoever does not lead is offered to, on every change.
const live = document.querySelector("[data-live]");
const takeover = document.querySelector("[data-live-takeover]");
let then = null; // for this press only

document.addEventListener("submit", (event) => {
  if (event.target.id === "live-command") then = event.submitter?.dataset.then ?? null;
});

// Whoever has done something else since has their focus where they put it.
for (const deed of ["pointerdown", "keydown"]) document.addEventListener(deed, () => (then = null), true);

live?.addEventListener("live:shown", () => {
  const leader = live.querySelector("[data-live-leader]")?.dataset.liveLeader;
  if (takeover && leader) {
    const hadFocus = takeover.contains(document.activeElement);
    takeover.hidden = leader === takeover.dataset.liveTakeover;
    if (takeover.hidden && hadFocus) document.getElementById("h-session")?.focus();
  }
  if (!then || document.activeElement !== document.body) return;
  const place = then.split(" ").map((id) => document.getElementById(id)).find(Boolean);
  place?.focus({ preventScroll: true });
  then = null;
});
