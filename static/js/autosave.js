import { guestIsOut, isJson, makeLink } from "./in_place.js";
import { forgetOld, isShared, keptEntries, PREFIX, share, storage } from "./kept.js";

// The box saves by itself: a second after a pause, and when the page is left. One save at a time.
// "Saved" is said only once the server said so. What the server has not acknowledged is kept on this
// device, for this person, for a day at most, unless the device is shared.
const PAUSE = 1000; // ms after the last key
const EMPTY_PAUSE = 10000; // a cleared box may be about to be filled again
const RETRY = 5000;
const MOST_UNHEARD = 20;
const SPEAK = 10000; // at most one announcement in so many ms

class Autosave {
  constructor(form) {
    this.form = form;
    this.box = form.elements.body;
    this.url = form.dataset.autosave;
    this.line = document.querySelector("[data-saved]");
    this.spoken = document.querySelector("[data-spoken]");
    this.notices = form.querySelector("[data-notices]");
    this.acknowledged = this.box.defaultValue; // what the server has, as far as we know
    this.unheard = []; // what was sent without an answer since the last one: any of it may have arrived
    this.underWay = null; // what is being sent now
    this.sending = null;
    this.timer = null;
    this.spokenAt = 0;
    this.over = !form.querySelector('[name="next"], [data-writable]');
    this.inRoom = "room" in form.dataset; // a live page: other parts of it come and go around the box
    this.gone = new AbortController(); // ends what listens beyond the form, when another box takes its place
    this.keptAs = new Set(); // keys under which text waits on this device
    this.stood = [this.line.querySelector("[data-on]").hidden ? "empty" : "saved", this.line.querySelector("[data-words]").textContent];
    form.querySelector("[data-shared]")?.addEventListener("change", (event) => this.share(event.target.checked));
    this.box.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    const { signal } = this.gone;
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("pageshow", () => (this.leaving = false), { signal });
    addEventListener("online", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.leave() : this.back()), { signal });
  }

  get text() {
    return this.box.value;
  }

  get isUnsaved() {
    if (this.unheard.length) return true; // the server may have what is no longer in the box
    return this.text !== this.acknowledged && !(this.text.trim() === "" && this.acknowledged.trim() === "");
  }

  get key() {
    return `${PREFIX}${this.form.dataset.person}.${this.form.dataset.round}.${this.form.elements.draft_id.value}`;
  }

  // --- The device ----------------------------------------------------------------------------------
  keep(sent = false) {
    if (!storage || isShared() || this.isOut || !this.isUnsaved) return;
    try {
      storage.setItem(this.key, JSON.stringify({ body: this.text, version: this.form.elements.version.value, at: Date.now(), sent }));
      this.keptAs.add(this.key);
    } catch {
      // full: the box still holds the words
    }
  }

  get isKept() {
    return Boolean(storage?.getItem(this.key));
  }

  forget() {
    for (const key of this.keptAs) storage?.removeItem(key);
    storage?.removeItem(this.key);
    this.keptAs.clear();
  }

  share(on) {
    share(on);
    if (!on) this.keep();
  }

  // Words of an earlier visit that never reached the server come back into the box, if it is as it was.
  restore() {
    const mark = `${PREFIX}${this.form.dataset.person}.${this.form.dataset.round}.`;
    const known = new Set([this.text, ...Array.from(document.querySelectorAll(".pn-answer .pn-pre, .pn-live-own .pn-pre"), (words) => words.textContent)]);
    const mine = keptEntries().filter((entry) => entry.key.startsWith(mark));
    for (const entry of mine) if (!entry.body || known.has(entry.body)) storage.removeItem(entry.key);
    const latest = mine.filter((entry) => storage.getItem(entry.key)).sort((one, other) => other.at - one.at)[0];
    if (!latest || this.form.querySelector(".pn-error")) return;
    const id = latest.key.slice(mark.length);
    if (this.text.trim() === "" || (id === this.form.elements.draft_id.value && !latest.sent)) {
      this.bringBack(id, latest);
      this.notice("These words were kept on this device and had not been saved yet. They are back in the box.");
      return;
    }
    const forget = () => storage.removeItem(latest.key);
    const buttons = [["Put them in the box", () => this.bringBack(id, latest)], ["Forget them", forget]];
    this.notice("These words of yours were kept on this device, and we do not know if they were saved:", latest.body, buttons);
  }

  bringBack(id, entry) {
    const before = this.text;
    if (before.trim() !== "" && this.isUnsaved) this.keep();
    this.keptAs.delete(this.key); // it waits there for itself
    this.form.elements.draft_id.value = id;
    this.form.elements.version.value = entry.version;
    this.acknowledged = "";
    this.box.value = entry.body;
    this.keptAs.add(entry.key);
    this.typed();
  }

  // --- Saving --------------------------------------------------------------------------------------
  typed() {
    this.keep();
    if (this.isUnsaved) this.say("saving", "Saving…");
    else if (!this.sending && this.keptAs.size) {
      this.forget(); // back to what the server has: nothing of what was typed and wiped again may come back
      this.say(...this.stood);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.text.trim() === "" ? EMPTY_PAUSE : PAUSE);
  }

  fields(body) {
    const fields = new FormData();
    for (const name of ["csrfmiddlewaretoken", "place", "draft_id", "version"]) fields.set(name, this.form.elements[name].value);
    fields.set("body", body);
    for (const text of this.unheard) fields.append("unheard", text);
    if (this.underWay !== null) fields.append("unheard", this.underWay);
    if ("note" in this.form.dataset) fields.set("note", "1");
    return fields;
  }

  back() { // perhaps after signing in elsewhere
    return this.asksToSignIn && !this.isUnsaved ? this.signInAgain() : this.save();
  }

  async save() {
    if (this.sending) return this.sending;
    if (this.inRoom && this.leaving) return this.later(); // what is typed behind a press is no part of what it sends
    if (!this.isUnsaved || (this.over && !("note" in this.form.dataset))) return null;
    clearTimeout(this.timer);
    this.sending = this.send().finally(() => {
      this.sending = null;
    });
    await this.sending;
    if (this.isUnsaved && !this.refused && document.visibilityState === "visible") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), this.lost ? RETRY : PAUSE);
    }
    return null;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    return null;
  }

  async send() {
    const body = this.text;
    const fields = this.fields(body);
    this.say("saving", "Saving…");
    this.refused = this.lost = this.clashed = false;
    this.underWay = body;
    try {
      const answer = await fetch(this.url, { method: "POST", body: fields, redirect: "manual", signal: AbortSignal.timeout(20000) });
      if (answer.type === "opaqueredirect" || answer.status === 403) return await this.signedOut();
      if (isJson(answer)) return this.heard(body, answer, await answer.json());
      // A network's own sign-in page answers 200 in our place; a page of ours that is not JSON is a refusal.
      if (answer.ok || answer.status >= 500) throw new TypeError("not an answer of ours");
      return this.heard(body, answer, {});
    } catch {
      this.unheard = [...this.unheard.filter((text) => text !== body), body].slice(-MOST_UNHEARD);
      return this.unreached();
    } finally {
      this.underWay = null;
    }
  }

  heard(body, answer, reply) {
    if (reply.draft) {
      const { draft_id: id, version } = this.form.elements;
      if (reply.draft === id.value && reply.version < Number(version.value)) return; // overtaken by a later answer
      this.forget();
      this.unheard = [];
      id.value = reply.draft;
      version.value = reply.version;
      this.acknowledged = body;
      this.keep();
      this.asksToSignIn?.remove();
      this.say("saved", reply.words);
      if (reply.problem === "clash") this.clash(reply.other);
      return;
    }
    if (answer.ok) {
      this.acknowledged = body;
      this.unheard = [];
      this.forget();
      this.say("empty", reply.words);
      return;
    }
    this.refused = true;
    this.keep();
    this.say("off", "Not saved.");
    if (reply.problem === "over") this.writingIsOver(reply.happened);
    else this.notice(reply.words ?? "This could not be saved. Your words are still in the box: copy them first.", null, [["Try again", () => this.save()]]);
  }

  unreached(then = " Trying again.") {
    this.lost = true;
    this.keep();
    this.say("off", `${this.isKept ? "Kept on this device, not saved yet." : "Not saved yet."}${then}`);
  }

  // Signed out, or the form is older than the sign-in: look for a fresh form, else ask to sign in in another tab.
  async signedOut() {
    this.unreached("");
    await this.signInAgain();
  }

  // Returns whether this page may go on, signed in as the same person.
  async signInAgain() {
    if (await guestIsOut().catch(() => false)) return this.partHasEnded();
    const page = await this.fetchPage();
    if (page === undefined) return false; // no answer: it is not known
    const token = page?.querySelector('[name="csrfmiddlewaretoken"]')?.value;
    const [then, now] = [document, page].map((one) => one?.querySelector("[data-person]")?.dataset.person);
    if (token && then === now) {
      for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = token;
      this.notices.replaceChildren();
      return true;
    }
    if (this.asksToSignIn) return false;
    const link = makeLink("Sign in, in a new tab", this.form.dataset.signIn, { target: "_blank", rel: "noopener" });
    this.notice("You have been signed out. Your words stay in this box. Sign in in a new tab, then come back: this page goes on by itself.", null, [], link).dataset.signedOut = "";
    return false;
  }

  // A guest whose part was ended: nothing of it is kept, here neither, and the words can only be copied.
  partHasEnded() {
    this.isOut = this.refused = true;
    this.lost = false;
    this.forget();
    this.say("off", "Not saved.");
    this.notice("Your part in this session has ended, so this is not kept. The words stay in this box until you go on: copy them first if you need them.", null, [], makeLink("Go on", location.pathname)).dataset.signedOut = "";
    return false;
  }

  get asksToSignIn() {
    return this.notices.querySelector("[data-signed-out]");
  }

  // The page as it is now; null when it is not open to who is signed in here, undefined without an answer.
  async fetchPage() {
    try {
      const answer = await fetch(this.inRoom ? location.pathname : this.form.action, { redirect: "manual" });
      if (answer.status >= 500) return undefined;
      return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    } catch {
      return undefined;
    }
  }

  // The answers were shown, or writing ended, while somebody wrote: the words of the page change, the box does not.
  async writingIsOver(happened) {
    this.over = true;
    if (this.inRoom) return this.keepForOneself(happened);
    const page = await this.fetchPage();
    if (!page) return;
    for (const selector of ["[data-standing]", "#buttons"]) {
      const now = document.querySelector(selector);
      const then = page.querySelector(selector);
      if (now && then) now.replaceChildren(...document.importNode(then, true).childNodes);
    }
    document.querySelector("[data-promise]")?.remove();
    this.notice("This happened while you were writing. What you have in the box is safe. Choose below what becomes of it.");
  }

  // In a live session the page brings the choice what becomes of the words; until then they are a note of one's own.
  keepForOneself(happened) {
    this.form.dataset.note = "";
    this.notice(`${happened} What you have in the box is safe, and only you can see it.`);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 0);
  }

  // Before another box takes the place of this one: true once the server has every word.
  async settle() {
    await this.sending;
    await this.save();
    if (this.over && this.isUnsaved && !this.lost) await this.save(); // refused as an answer, then kept as a note
    return !this.isUnsaved;
  }

  // Which draft is in the box, if there are words in it.
  get draft() {
    return this.text.trim() === "" ? "" : this.form.elements.draft_id.value;
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.speaking);
    this.gone.abort();
  }

  clash(other) {
    this.clashed = true;
    const link = makeLink("Open those instead", `${this.inRoom ? location.pathname : this.form.action}?draft=${encodeURIComponent(other.draft)}`);
    this.notice("Another tab or phone of yours saved other words for this question. Both are kept. These are the others:", other.body, [], link);
  }

  // --- Leaving -------------------------------------------------------------------------------------
  // A button was pressed: save first, so that the words are acknowledged before the page goes. If they cannot be,
  // the page stays and says so; a second press goes the plain way.
  async submitted(event) {
    clearTimeout(this.timer);
    const plain = this.pressed || !this.isUnsaved || this.over;
    if (plain) {
      this.keep(true);
      this.leaving = true;
      return;
    }
    event.preventDefault();
    this.pressed = true;
    await this.sending;
    await this.save();
    for (let more = 0; more < 5 && this.isUnsaved && !this.lost && !this.refused && !this.clashed; more += 1) await this.save(); // typed meanwhile
    if (!this.isUnsaved && !this.clashed) this.form.requestSubmit(event.submitter);
    else this.pressed = this.lost;
  }

  leave() {
    if (this.leaving || !this.isUnsaved || this.over) return;
    this.keep();
    const body = this.text;
    // Whatever is under way may be cut off; this one outlives the page.
    fetch(this.url, { method: "POST", body: this.fields(body), keepalive: [body, ...this.unheard].join("").length < 15000, redirect: "manual" })
      .then((answer) => isJson(answer) && answer.json().then((reply) => this.heard(body, answer, reply)))
      .catch(() => {});
    this.unheard.push(body);
  }

  // --- Saying it -----------------------------------------------------------------------------------
  say(state, words) {
    this.line.classList.toggle("pn-saved--off", state === "off");
    this.line.querySelector("[data-on]").hidden = state !== "saved";
    this.line.querySelector("[data-off]").hidden = state !== "off";
    this.line.querySelector("[data-words]").textContent = words;
    if (state === "saved" || state === "empty") this.stood = [state, words];
    if (state === "saving") return; // comes and goes too often to be read out
    clearTimeout(this.speaking);
    const wait = Math.max(0, this.spokenAt + SPEAK - Date.now());
    this.speaking = setTimeout(() => {
      this.spokenAt = Date.now();
      this.spoken.textContent = this.line.querySelector("[data-words]").textContent;
    }, wait);
  }

  notice(words, quoted = null, buttons = [], link = null) {
    const note = Object.assign(document.createElement("div"), { className: "pn-note pn-note--care" });
    note.setAttribute("role", "status");
    note.append(Object.assign(document.createElement("p"), { textContent: words }));
    if (quoted !== null) note.append(Object.assign(document.createElement("p"), { className: "pn-pre pn-card pn-card--sunken", textContent: quoted }));
    const row = Object.assign(document.createElement("div"), { className: "pn-row" });
    for (const [label, act] of buttons) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: label });
      button.addEventListener("click", () => {
        note.remove();
        act();
      });
      row.append(button);
    }
    if (link) row.append(link);
    if (row.childElementCount) note.append(row);
    this.notices.replaceChildren(note);
    return note;
  }
}

// The box of this page: `box.now`, null while it has none. A live page brings another one in and starts it.
export const box = { now: null };

export function start() {
  box.now?.stop();
  box.now = null;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const autosave = (box.now = new Autosave(form));
  const shared = form.querySelector("[data-shared]");
  if (shared) {
    shared.checked = isShared();
    shared.disabled = !storage;
  }
  autosave.restore();
  if (autosave.isUnsaved) autosave.typed(); // words that were typed before this script had come
}

forgetOld();
start();
