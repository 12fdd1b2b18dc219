// In a spoken round, a phone tells its owner that it is their turn, and takes it back when it is somebody else's.
const place = document.querySelector("[data-live-turn]");
const live = document.querySelector("[data-live]");

live?.addEventListener("live:shown", () => {
  if (!place) return;
  const speaker = live.querySelector("[data-live-speaker]")?.dataset.liveSpeaker;
  const form = place.querySelector("form");
  const isOver = speaker !== place.dataset.liveTurn;
  if (isOver && form.contains(document.activeElement)) {
    const heading = live.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  form.hidden = isOver;
});
