// In a spoken round, a phone tells its owner that it is their turn, and takes it back when it is somebody else's.
const place = document.querySelector("[data-live-turn]");
const live = document.querySelector("[data-live]");

live?.addEventListener("live:shown", () => {
  if (!place) return;
  const speaker = live.querySelector("[data-live-speaker]")?.dataset.liveSpeaker;
  place.querySelector("form").hidden = speaker !== place.dataset.liveTurn;
});
