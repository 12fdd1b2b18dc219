// At the door of a session: ask now and then whether somebody has let us in, and say honestly when we last asked.
// Without this script the page is looked at again by its reader.
const door = document.querySelector("[data-door]");
const EVERY = 3000; // ms
const JITTER = 1000;

class Door {
  constructor(door) {
    this.door = door;
    this.checked = Date.now();
    door.querySelector("[data-door-alone]").hidden = true;
    door.querySelector("[data-door-moves]").hidden = false;
    setInterval(() => this.tell(), 1000);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.ask());
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), EVERY + Math.random() * JITTER);
  }

  async ask() {
    try {
      const answer = await fetch(this.door.dataset.door, { redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      if (answer.ok) {
        if ((await answer.json()).state !== this.door.dataset.doorState) return location.reload();
        this.checked = Date.now();
      }
    } catch {
      // offline: the line says how long ago we knew
    }
    this.plan();
  }

  tell() {
    const seconds = Math.round((Date.now() - this.checked) / 1000);
    this.door.querySelector("[data-door-checked]").textContent = seconds < 2 ? "Checked just now" : `Checked ${seconds} seconds ago`;
  }
}

if (door) new Door(door);
