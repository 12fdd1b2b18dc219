import { newKey } from "./keys.js";
import { ASK_EVERY, JITTER, Stream } from "./stream.js";

// A live session's page. #live holds what everybody of one kind sees: the stream brings it whole, and it is swapped in.
// #mine holds what is one's own; it is fetched anew when the room has moved to another step, and never while somebody
// types in it. Without this script the page is read again by its reader, and every button works as a form.
const live = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-said]");
const HERE_EVERY = 45000; // ms
const MINE_JITTER = 1500; // ms: everybody moves at once, and not everybody fetches at once

class Room {
  constructor(live) {
    this.live = live;
    this.url = live.dataset.liveState;
    this.version = Number(live.dataset.liveVersion);
    this.offset = Date.parse(live.dataset.liveNow) - Date.now(); // a phone's clock may be a day out
    this.mine = document.getElementById("mine");
    this.moved = document.querySelector("[data-live-moved]");
    setInterval(() => this.tick(), 500);
    this.tick();
    this.plan(ASK_EVERY);
    document.addEventListener("visibilitychange", () => this.plan(0));
    this.stream = new Stream(() => `${this.url}?known=${this.version}`, {
      lives: () => this.plan(this.stream?.every ?? ASK_EVERY),
      told: (state) => this.show(state),
      unsure: () => this.plan(0),
    });
    document.getElementById("live-command")?.addEventListener("submit", (event) => this.command(event));
    if (live.dataset.liveHere) this.here();
  }

  get key() {
    return this.live.querySelector("[data-live-key]")?.dataset.liveKey;
  }

  // --- Everybody's ---------------------------------------------------------------------------------
  plan(wait) {
    clearTimeout(this.timer);
    if (document.visibilityState !== "visible") return;
    this.timer = setTimeout(() => this.ask(), wait + Math.random() * (wait ? JITTER : 200));
  }

  async ask() {
    try {
      const answer = await fetch(`${this.url}?known=${this.version}`, { redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return location.reload();
      if (answer.ok) this.show(await answer.json());
    } catch {
      // offline: what is on the screen stays
    }
    this.plan(this.stream.open ? this.stream.every : ASK_EVERY);
  }

  show(state) {
    if (!("html" in state)) return state.version > this.version && this.plan(0);
    if (state.version <= this.version) return;
    this.version = state.version;
    const before = this.key;
    const focused = this.live.contains(document.activeElement) ? document.activeElement : null;
    const open = new Set([...this.live.querySelectorAll("details[open][id]")].map((one) => one.id));
    this.live.innerHTML = state.html;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    this.refocus(focused);
    this.tick();
    if (this.key !== before) this.steppedOn();
    this.live.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
  }

  // The button that had the focus is a new one now: the same name, or the same value.
  refocus(focused) {
    if (!focused) return;
    const same = focused.id ? document.getElementById(focused.id) : [...this.live.querySelectorAll(focused.localName)].find((one) => one.textContent === focused.textContent && one.name === focused.name);
    same?.focus({ preventScroll: true });
  }

  steppedOn() {
    said.textContent = this.live.querySelector("[data-live-words]")?.dataset.liveWords ?? "";
    if (this.mine) setTimeout(() => this.fetchMine(), Math.random() * MINE_JITTER);
  }

  // --- One's own -----------------------------------------------------------------------------------
  get isTyping() {
    return this.mine.contains(document.activeElement) && /^(textarea|input)$/.test(document.activeElement.localName) && document.activeElement.type !== "radio";
  }

  async fetchMine({ now = false } = {}) {
    if (this.isTyping && !now) return this.offer();
    const answer = await fetch(this.live.dataset.liveMine, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return setTimeout(() => this.fetchMine({ now }), ASK_EVERY);
    const then = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("mine");
    if (this.isTyping && !now) return this.offer();
    this.moved.hidden = true;
    this.mine.replaceChildren(...document.importNode(then, true).childNodes);
    this.mine.dispatchEvent(new CustomEvent("live:mine", { bubbles: true }));
  }

  offer() {
    const go = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "Go there" });
    go.addEventListener("click", () => this.fetchMine({ now: true }));
    this.moved.hidden = false;
    this.moved.replaceChildren(`The group has moved on to “${said.textContent}”. What you typed is kept. `, go);
  }

  // --- The clock -----------------------------------------------------------------------------------
  tick() {
    for (const clock of this.live.querySelectorAll("[data-live-ends]")) {
      const left = Math.max(0, Math.round((Date.parse(clock.dataset.liveEnds) - Date.now() - this.offset) / 1000));
      clock.querySelector("[data-live-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
  }

  // --- Presses -------------------------------------------------------------------------------------
  async command(event) {
    event.preventDefault();
    const form = event.target;
    const place = document.querySelector("[data-live-answer]");
    try {
      const headers = { Accept: "application/json", "Idempotency-Key": newKey() };
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers, redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      const { words } = await answer.json();
      place.replaceChildren(...(words ? [Object.assign(document.createElement("p"), { className: "pn-note", textContent: words })] : []));
      if (!this.stream.open) this.ask();
    } catch {
      place.replaceChildren(Object.assign(document.createElement("p"), { className: "pn-note pn-note--care", textContent: "That did not get through. Press it again when you are back online." }));
    }
  }

  async here() {
    const form = document.getElementById("live-here");
    if (document.visibilityState === "visible") await fetch(this.live.dataset.liveHere, { method: "POST", body: new FormData(form) }).catch(() => {});
    setTimeout(() => this.here(), HERE_EVERY);
  }
}

if (live) new Room(live);
