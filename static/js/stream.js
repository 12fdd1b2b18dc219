// One stream of a session at a time, with a fresh ticket each time the browser's own way of coming back has failed.
//
// new Stream(address of the ticket, {
//   lives() {},         it was heard of just now
//   told(state) {},     {version, …}: what the door said with a ticket, or a block of the stream
//   unsure() {},        something may have been missed: ask
// })
export const JITTER = 2000; // ms, so that a room full of phones does not ask at once
export const ASK_EVERY = 10000; // ms
const SILENCE = 25000; // ms: two signs of life missed
const TRY_AGAIN = [1000, 30000]; // ms, growing from the one to the other

export class Stream {
  constructor(address, { lives, told, unsure }) {
    Object.assign(this, { address, lives, told, unsure, source: null, open: false, every: ASK_EVERY, wait: TRY_AGAIN[0] });
    document.addEventListener("visibilitychange", () => this.restart());
    window.addEventListener("online", () => this.restart());
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.restart());
    this.restart();
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.source?.close();
    this.source = null;
    this.open = false;
  }

  // A page that nobody looks at holds no stream: a browser has only six connections for all tabs of one address.
  restart() {
    this.close();
    this.wait = TRY_AGAIN[0];
    if (document.visibilityState === "visible") this.begin();
  }

  async begin() {
    const turn = (this.turn = {}); // whoever begins after us is right
    let ticket = null;
    try {
      const answer = await fetch(typeof this.address === "function" ? this.address() : this.address, { redirect: "manual" });
      if (answer.ok) ticket = await answer.json();
    } catch {
      // offline
    }
    if (turn !== this.turn || document.visibilityState !== "visible") return;
    if (!ticket) return this.later();
    this.every = ticket.every * 1000;
    this.told(ticket);
    this.source = new EventSource(ticket.stream);
    this.source.addEventListener("beat", () => this.alive());
    for (const kind of ["moved", "screen"]) this.source.addEventListener(kind, (event) => this.alive() || this.told(JSON.parse(event.data)));
    this.source.addEventListener("refetch", () => this.alive() || this.unsure());
    this.source.addEventListener("error", () => this.lost());
    this.watch();
  }

  alive() {
    if (!this.open) this.wait = TRY_AGAIN[0];
    this.open = true;
    this.lives();
    this.watch();
  }

  watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.later(), SILENCE);
  }

  lost() {
    this.open = false;
    this.unsure();
    if (this.source?.readyState === EventSource.CLOSED) this.later(); // else the browser comes back by itself
  }

  later() {
    this.close();
    if (document.visibilityState !== "visible") return;
    this.timer = setTimeout(() => this.begin(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, TRY_AGAIN[1]);
  }
}
