import { box, start } from "./autosave.js";
import { sendInPlace, tell, tellWhy } from "./in_place.js";
import { Presses } from "./keys.js";
import { pair } from "./pairs.js";
import { ASK_EVERY, JITTER, Stream } from "./stream.js";

// A live session's page. #live holds what everybody of one kind sees: the stream brings it whole, and it is swapped in.
// #mine holds what is one's own; it is fetched anew when the room has moved to another step, and never while somebody
// types in it. Without this script the page is read again by its reader, and every button works as a form.
const live = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-said]");
const HERE_EVERY = 45000; // ms
const MINE_JITTER = 1500; // ms: everybody moves at once, and not everybody fetches at once
const FIELDS = "textarea, input:not([type=radio], [type=checkbox], [type=hidden], [type=range])";
const OUT_OF_TOUCH = 45000; // ms without a sign of life

export function say(words) {
  said.textContent = words;
}

class Room {
  constructor(live) {
    this.live = live;
    this.url = live.dataset.liveState;
    this.version = Number(live.dataset.liveVersion);
    this.offset = Date.parse(live.dataset.liveNow) - Date.now(); // a phone's clock may be a day out
    this.mine = document.getElementById("mine");
    this.isPhone = "liveHere" in live.dataset;
    this.mineStep = this.at("key"); // the step that one's own part was fetched for
    this.held = null; // a screen that waits until somebody has stopped typing
    this.heardAt = performance.now();
    this.asked = this.pressed = 0; // how often one's own part was asked for; which of these was the last press
    this.presses = new Presses();
    this.copy();
    setInterval(() => this.tick(), 500);
    this.tick();
    this.plan(ASK_EVERY);
    document.addEventListener("visibilitychange", () => this.plan(0));
    this.stream = new Stream(() => `${this.url}?known=${this.version}`, {
      lives: () => {
        this.heard();
        this.plan(this.stream?.every ?? ASK_EVERY);
      },
      told: (state) => this.show(state),
      unsure: () => this.plan(0),
    });
    document.getElementById("live-command")?.addEventListener("submit", (event) => this.command(event));
    document.addEventListener("live:sent", () => this.behind && this.fetchMine());
    if (this.isPhone) this.here();
  }

  // --- Everybody's ---------------------------------------------------------------------------------
  at(name, place = this.live) {
    return place.querySelector(`[data-live-${name}]`)?.getAttribute(`data-live-${name}`);
  }

  // What one's own part belongs to: the step, and the cards while everybody puts dots on them.
  belongs(place = this.live) {
    return this.at("mine-key", place) ?? this.at("key", place);
  }

  heard() {
    this.heardAt = performance.now();
  }

  plan(wait) {
    clearTimeout(this.timer);
    if (document.visibilityState !== "visible") return;
    this.timer = setTimeout(() => this.ask(), wait + Math.random() * (wait ? JITTER : 200));
  }

  // No way in any more: the page itself says why. Signed out with words in the box: they stay, and the box asks to sign in.
  isOut(answer) {
    const out = answer && (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404);
    return out && !this.isTyping && !this.isUnsaved && !box.now?.asksToSignIn;
  }

  async ask() {
    try {
      const headers = this.etag ? { "If-None-Match": this.etag } : {};
      const answer = await fetch(`${this.url}?known=${this.version}`, { redirect: "manual", headers });
      if (this.isOut(answer)) return location.reload();
      if (answer.status === 304) this.heard();
      if (answer.ok) {
        this.show(await answer.json());
        this.etag = answer.headers.get("ETag");
      }
    } catch {
      // offline: what is on the screen stays
    }
    this.plan(this.stream.open ? this.stream.every : ASK_EVERY);
  }

  show(state) {
    this.heard();
    if (!("html" in state)) return state.version > this.version && this.plan(0);
    if (state.version <= this.version) return;
    this.version = state.version;
    if (this.isPhone && (this.held !== null || this.isTyping)) {
      const then = new DOMParser().parseFromString(state.html, "text/html");
      if (this.held !== null || this.belongs(then) !== this.belongs()) {
        this.held = state.html; // nothing on the page jumps while somebody types
        return this.offer(this.at("words", then));
      }
    }
    this.draw(state.html);
  }

  draw(html) {
    this.held = null;
    const [before, step] = [this.belongs(), this.at("key")];
    const focused = this.live.contains(document.activeElement) ? document.activeElement : null;
    const open = new Set([...this.live.querySelectorAll("details[open][id]")].map((one) => one.id));
    this.live.innerHTML = html;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    this.refocus(focused);
    this.copy();
    this.tick();
    if (this.at("key") !== step) say(this.at("words") ?? "");
    if (this.belongs() !== before && this.mine) setTimeout(() => this.fetchMine(), Math.random() * MINE_JITTER);
    if (this.at("key") !== step && this.isPhone && !this.mine.contains(document.activeElement)) this.toHeading();
    this.live.dispatchEvent(new CustomEvent("live:shown", { bubbles: true }));
  }

  // The button that had the focus is a new one now: the same name, or the same value.
  refocus(focused, place = this.live) {
    if (!focused) return;
    const same = focused.id ? document.getElementById(focused.id) : [...place.querySelectorAll(focused.localName)].find((one) => one.textContent === focused.textContent && one.name === focused.name);
    same?.focus({ preventScroll: true });
  }

  toHeading() {
    const heading = this.live.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  // Figures that stand in one's own part too, e.g. in the bar below.
  copy() {
    for (const slot of this.mine?.querySelectorAll("[data-live-slot]") ?? []) {
      const from = this.live.querySelector(`[data-live-for="${slot.dataset.liveSlot}"]`);
      slot.replaceChildren(...(from ? from.cloneNode(true).childNodes : []));
    }
  }

  // --- One's own -----------------------------------------------------------------------------------
  get isTyping() {
    // Who leads types into small forms that send themselves: an empty one keeps nobody.
    const active = this.isPhone && document.activeElement;
    return Boolean(this.unsent.length || (active && this.mine?.contains(active) && active.matches(FIELDS)));
  }

  // Small fields that a button sends, wherever the focus is. The two boxes know by themselves what is saved.
  get unsent() {
    return [...(this.mine?.querySelectorAll(FIELDS) ?? [])].filter((one) => one.value !== one.defaultValue && !one.closest("[data-autosave], [data-pair-box]"));
  }

  get isUnsaved() {
    return Boolean(box.now?.isUnsaved || pair.now?.isUnsaved);
  }

  // `draft`: which of one's own words to put in the box; those that are in it, unless said otherwise. Returns whether
  // the part was fetched; if not, it is tried again as if nobody had pressed, and never under somebody's fingers.
  // `sent`: the words a press has just sent, which what was typed since does not belong to.
  async fetchMine({ now = false, draft = box.now?.draft ?? "", sent = null } = {}) {
    if (!now && (this.isTyping || this.isUnsaved)) return this.offer();
    for (const one of [sent === null && box.now, pair.now]) {
      if (one && !(await one.settle())) return this.offer(undefined, "Your last words are not saved yet. They stay in the box.");
    }
    if (now && this.held !== null) this.draw(this.held);
    const asked = ++this.asked;
    if (now) this.pressed = asked;
    const then = await this.readMine(draft, true);
    if (!then) return false;
    if (asked !== this.asked) return asked === this.pressed ? this.fetchMine({ now, draft, sent }) : true; // a later answer is newer
    if (!now && (this.isTyping || this.isUnsaved)) return this.offer();
    if (!this.carry(then, sent)) return this.fetchMine({ now, draft }); // typed meanwhile, and saved first
    const left = this.carryUnsent(then);
    const notes = this.mine.querySelectorAll("[data-handed-back]"); // handed back before, and not put away yet
    const focused = this.mine.contains(document.activeElement) ? document.activeElement : null;
    const open = [...this.mine.querySelectorAll("details[open][id]")].map((one) => one.id);
    this.mine.replaceChildren(...then.childNodes);
    this.behind = false;
    const moved = document.querySelector("[data-live-moved]");
    if (moved) moved.hidden = true;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) this.focusAgain(focused);
    this.mineStep = this.at("key");
    this.handBack(left, notes);
    this.copy();
    start();
    this.mine.dispatchEvent(new CustomEvent("live:mine", { bubbles: true }));
    return true;
  }

  // One's own part as the server has it now, or null. `again`: without an answer it is asked for once more.
  async readMine(draft = "", again = false) {
    const address = `${this.live.dataset.liveMine}${draft ? `?draft=${encodeURIComponent(draft)}` : ""}`;
    try {
      const answer = await fetch(address, { redirect: "manual" });
      if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("mine");
      if (again && this.isOut(answer)) return location.reload() ?? null;
    } catch {
      // offline: what is on the page stays
    }
    if (again) setTimeout(() => this.fetchMine(), ASK_EVERY);
    return null;
  }

  // What was typed while the new part was on its way goes into its box, where the box is for the same question. Returns
  // whether nothing is left behind.
  carry(then, sent) {
    if (pair.now?.isUnsaved && !pair.now.refused) return false;
    const typed = box.now?.text ?? "";
    if (sent === null ? !box.now?.isUnsaved : typed === sent) return true;
    const next = then.querySelector("form[data-autosave]");
    if (next?.dataset.round !== box.now.form.dataset.round) return false;
    const field = next.elements.body;
    if (next.elements.draft_id.value === box.now.form.elements.draft_id.value) field.value = typed;
    else if (sent !== null && field.value === "") field.value = typed.startsWith(sent) ? typed.slice(sent.length).trimStart() : typed;
    else return false;
    box.now.forget();
    return true;
  }

  // Words that no button has sent stay in their field; returns those whose field has gone.
  carryUnsent(then) {
    const left = pair.now?.left ? [pair.now.left] : [];
    for (const one of this.unsent) {
      const field = one.id && then.querySelector(`#${CSS.escape(one.id)}`);
      if (field) field.value = one.value;
      else if (one.value.trim()) left.push(one.value);
    }
    return left;
  }

  handBack(words, notes) {
    const place = document.querySelector("[data-live-moved]");
    const put = (note) => (place ? place.after(note) : this.mine.prepend(note));
    for (const note of notes) put(note);
    for (const one of words) {
      const note = Object.assign(document.createElement("div"), { className: "pn-note pn-note--care mb-2" });
      note.dataset.handedBack = "";
      const away = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "I don’t need it" });
      away.addEventListener("click", () => note.remove());
      note.setAttribute("role", "status");
      note.append(Object.assign(document.createElement("p"), { textContent: "This was not sent. Copy it if you still need it:" }), Object.assign(document.createElement("p"), { className: "pn-pre", textContent: one }), away);
      put(note);
    }
  }

  // What had the focus in one's own part is a new one now, or has gone.
  focusAgain(focused) {
    if (!this.isPhone) return document.getElementById("h-now")?.focus({ preventScroll: true });
    if (this.at("key") !== this.mineStep && !focused.matches(FIELDS)) return this.toHeading();
    this.refocus(focused, this.mine);
  }

  offer(where = this.at("words"), words = "What you typed is kept.") {
    const place = document.querySelector("[data-live-moved]");
    this.behind = true;
    if (!place) return false;
    const go = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "Go there" });
    go.addEventListener("click", async () => {
      place.hidden = true;
      await this.fetchMine({ now: true });
      if (this.isPhone && this.held === null) this.toHeading();
    });
    place.hidden = false;
    place.replaceChildren(`The group has moved on to “${where}”. ${words} `, go);
    return false;
  }

  // --- The clock -----------------------------------------------------------------------------------
  tick() {
    for (const clock of this.live.querySelectorAll("[data-live-ends]")) {
      const ends = Date.parse(clock.dataset.liveEnds);
      const left = Math.max(0, Math.round((ends - Date.now() - this.offset) / 1000));
      clock.querySelector("[data-live-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const of = clock.parentElement.querySelector("[data-live-of]");
      if (of) of.textContent = left ? of.dataset.liveOf : "Finish your sentence";
      this.tellTime(ends, left, Math.round((ends - Date.parse(clock.dataset.liveFrom)) / 1000));
    }
    const checked = this.mine?.querySelector("[data-live-checked]");
    if (!checked) return;
    const silent = performance.now() - this.heardAt;
    const words = silent > OUT_OF_TOUCH ? "Out of touch for the moment. Trying again." : `Checked ${Math.floor(silent / 1000) === 1 ? "1 second" : `${Math.floor(silent / 1000)} seconds`} ago.`;
    if (checked.textContent !== words) checked.textContent = words;
  }

  // Said aloud at half, at one minute and at the end, once each; nothing closes by itself.
  tellTime(ends, left, whole) {
    const before = this.told?.ends === ends ? this.told.left : left;
    this.told = { ends, left };
    if (!this.isPhone) return;
    const passed = (mark) => before > mark && left <= mark;
    if (passed(0)) say("Time. Finish your sentence: nothing closes by itself.");
    else if (passed(60)) say("1 minute left.");
    else if (passed(Math.round(whole / 2)) && left > 60) say("Half of the time is left.");
  }

  // --- Presses -------------------------------------------------------------------------------------
  async command(event) {
    event.preventDefault();
    const [form, button] = [event.target, event.submitter];
    const menu = button?.closest("details.pn-menu[open]");
    if (menu) {
      menu.open = false; // it would stay open over what comes next
      menu.querySelector("summary").focus({ preventScroll: true });
    }
    const { name, value } = button ?? {};
    const send = () => {
      const body = new FormData(form);
      if (name) body.set(name, value);
      return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json", "Idempotency-Key": this.presses.keyFor(value) }, redirect: "manual" });
    };
    try {
      const answer = await sendInPlace(send);
      const { words } = await answer.json();
      this.presses.answered(value);
      tell(words ?? "");
      if (!this.stream.open) this.ask();
    } catch (problem) {
      tellWhy(problem);
    }
  }

  async here() {
    const form = document.getElementById("live-here");
    if (document.visibilityState === "visible") await fetch(this.live.dataset.liveHere, { method: "POST", body: new FormData(form) }).catch(() => {});
    setTimeout(() => this.here(), HERE_EVERY);
  }
}

export const room = live ? new Room(live) : null;
