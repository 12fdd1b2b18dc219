import { forgetOld, isShared, keptEntries, PREFIX, storage } from "./kept.js";

// The one text of a pair or a four. It saves by itself, and shows what the others of the group type. What is being typed
// here is never touched: a newer text of the others stands beside the box then. Who reads it is said anew as they come and
// go. What the server has not acknowledged is kept on this device until it has. Without this script the button saves.
const PAUSE = 1200; // ms after the last key
const LOOK_EVERY = 3000;
const SAVED = "Saved. All of you who sit here see it.";
const NOT_YET = "Not saved yet…";
const MOST_UNHEARD = 20;

class PairBox {
  constructor(form) {
    this.form = form;
    this.box = form.elements.text;
    this.acknowledged = this.box.defaultValue; // what the server has, as far as we know
    this.unheard = []; // what was sent without an answer since the last one: any of it may have arrived
    this.gone = new AbortController(); // ends what listens beyond the form, when another box takes its place
    this.key = `${PREFIX}${form.dataset.person}.pair.${form.elements.group.value}`;
    this.sending = null;
    this.stood = form.querySelector("[data-pair-saved]").textContent.trim(); // what the line says of saved words
    this.clashes = null; // the version of the others' text that stands beside the box
    this.box.addEventListener("input", () => this.typed());
    form.addEventListener("submit", () => (this.leaving = true));
    const { signal } = this.gone;
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("pageshow", () => (this.leaving = false), { signal }); // back again, as it was left
    addEventListener("online", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.leave() : this.save()), { signal });
    this.restore();
    if (this.isUnsaved) this.typed(); // before this script had come
    this.look();
  }

  typed() {
    this.keep();
    if (this.isUnsaved && this.clashes === null) this.say(NOT_YET);
    else if (!this.isUnsaved && !this.sending && this.clashes === null) {
      this.forget(); // back to what the server has: nothing of what was typed and wiped again may come back
      this.say(this.stood);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  // Whoever shares this device with others said so when they wrote: then nothing stays on it.
  keep() {
    if (!storage || isShared()) return;
    try {
      storage.setItem(this.key, JSON.stringify({ body: this.box.value, version: this.form.elements.version.value, at: Date.now() }));
    } catch {
      // full: the box still holds the words
    }
  }

  forget() {
    storage?.removeItem(this.key);
  }

  // Words of an earlier visit that never reached the server come back, beside what the others wrote since.
  restore() {
    forgetOld();
    this.bringBackOthers();
    const kept = JSON.parse(storage?.getItem(this.key) ?? "null");
    if (!kept || this.isUnsaved) return;
    if (kept.body === this.acknowledged) return this.forget();
    this.box.value = kept.body;
    if (kept.version !== this.form.elements.version.value) return this.clash(this.form.elements.version.value, this.acknowledged);
    this.typed();
    this.say("These words were kept on this device and had not been saved yet.");
  }

  // Words for those somebody sat with before: they are for no other box, and may be copied.
  bringBackOthers() {
    const mark = `${PREFIX}${this.form.dataset.person}.pair.`;
    const others = keptEntries().filter((one) => one.key.startsWith(mark) && one.key !== this.key && one.body);
    if (!others.length) return;
    const forget = this.button("Forget them", () => {
      for (const one of others) storage.removeItem(one.key);
      this.put("earlier");
    });
    const words = others.map((one) => Object.assign(document.createElement("p"), { className: "pn-pre", textContent: one.body }));
    this.put("earlier", "You typed this where you sat before, and it may not have been saved. It is kept on this device only:", ...words, forget);
  }

  get isHere() {
    return document.contains(this.form);
  }

  get isUnsaved() {
    return this.box.value !== this.acknowledged || this.unheard.length > 0;
  }

  async look() {
    if (!this.isHere) return;
    if (document.visibilityState === "visible" && !this.sending) {
      const answer = await fetch(this.form.dataset.pairBox, { redirect: "manual" }).catch(() => null);
      if (answer?.ok) this.heard(await answer.json());
    }
    setTimeout(() => this.look(), LOOK_EVERY);
  }

  heard({ group, version, text, names, seats }) {
    if (group === this.form.elements.group.value) this.sit(names, seats);
    if (this.sending || group !== this.form.elements.group.value || version <= Number(this.form.elements.version.value)) return;
    if (this.unheard.includes(text)) return this.arrived(version, text);
    if (this.isUnsaved && text !== this.box.value) return this.clash(version, text);
    this.take(version, text);
    this.say("One of you changed it. This is how it stands now.");
  }

  // What was sent without an answer is what stands there now.
  arrived(version, text) {
    this.form.elements.version.value = version;
    this.acknowledged = text;
    this.unheard = [];
    if (this.isUnsaved) return;
    this.forget();
    this.say(SAVED);
  }

  // Who reads the text is said as it is now, while somebody types it too.
  sit(names, seats) {
    if (seats === this.seats) return;
    const row = document.querySelector("[data-pair-seats]");
    const before = row.textContent.trim();
    this.seats = seats;
    row.innerHTML = seats;
    const promised = this.form.querySelector("[data-pair-names]"); // a four's promise names nobody
    if (promised) promised.textContent = names;
    const now = row.querySelector("strong").textContent;
    if (row.textContent.trim() !== before) this.say(`Now with you: ${now}.`);
  }

  take(version, text) {
    const { selectionStart, selectionEnd } = this.box;
    this.form.elements.version.value = version;
    this.acknowledged = text;
    this.clashes = null;
    this.unheard = [];
    this.forget();
    if (this.box.value !== text) {
      this.box.value = text;
      this.box.setSelectionRange(selectionStart, selectionEnd);
    }
    this.notice();
  }

  async save() {
    if (this.sending) return this.sending;
    if (!this.isUnsaved || !this.isHere || this.clashes !== null) return null;
    clearTimeout(this.timer);
    this.sending = this.send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  fields(text) {
    const data = new FormData(this.form);
    data.set("text", text);
    data.delete("unheard");
    for (const one of this.unheard) data.append("unheard", one);
    this.unheard = [...this.unheard.filter((one) => one !== text), text].slice(-MOST_UNHEARD);
    return data;
  }

  post(text, more = {}) {
    return fetch(this.form.action, { method: "POST", body: this.fields(text), headers: { Accept: "application/json" }, redirect: "manual", ...more });
  }

  async send() {
    const text = this.box.value;
    this.refused = false;
    try {
      const answer = await this.post(text);
      const said = answer.ok || [409, 422].includes(answer.status) ? await answer.json() : {};
      if (answer.ok || [409, 422].includes(answer.status)) this.unheard = [];
      if (answer.ok) {
        this.form.elements.version.value = said.version;
        this.acknowledged = text;
        if (this.isUnsaved) return this.typed(); // more was typed meanwhile
        this.forget();
        this.say(SAVED);
      } else if (answer.status === 409) this.clash(said.version, said.text);
      else {
        this.refused = answer.status === 422;
        this.say(said.words ?? "Not saved yet.");
      }
    } catch {
      this.say("Not saved yet. Your words are still in the box.");
      this.timer = setTimeout(() => this.save(), LOOK_EVERY);
    }
  }

  // Before another part of the page takes the place of this one: true once the server has every word, or has said that
  // it never will. Then `left` is what somebody may want to copy.
  async settle() {
    await this.sending;
    await this.save();
    return !this.isUnsaved || Boolean(this.refused);
  }

  get left() {
    return this.isUnsaved ? this.box.value : "";
  }

  // Whatever is under way may be cut off; this one outlives the page. It is kept on the device until it is acknowledged.
  leave() {
    if (this.leaving || !this.isUnsaved || !this.isHere || this.clashes !== null) return;
    this.keep();
    this.post(this.box.value, { keepalive: this.box.value.length < 15000 }).catch(() => {});
  }

  stop() {
    clearTimeout(this.timer);
    this.gone.abort();
  }

  // Both texts are kept: theirs beside the box, one's own in it, until somebody puts them together.
  clash(version, text) {
    if (this.clashes === Number(version)) return; // shown already: nothing under somebody's fingers is made anew
    this.clashes = Number(version);
    this.say(NOT_YET);
    const theirs = Object.assign(document.createElement("p"), { className: "pn-pre", textContent: text });
    const mine = this.button("Keep what is in my box", () => {
      this.form.elements.version.value = version;
      this.resolve();
    });
    const both = this.button("Put theirs above mine", () => {
      this.form.elements.version.value = version;
      this.box.value = `${text}\n${this.box.value}`;
      this.resolve();
    });
    const row = document.createElement("div");
    row.className = "pn-row";
    row.append(both, mine);
    this.notice("Someone of you changed this meanwhile. This is how it stands now:", theirs, row);
  }

  resolve() {
    this.clashes = null;
    this.notice();
    this.box.focus();
    this.keep();
    this.save();
  }

  button(words, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: words });
    button.addEventListener("click", act);
    return button;
  }

  notice(...parts) {
    this.put("notice", ...parts);
  }

  put(where, ...parts) {
    const place = this.form.querySelector(`[data-pair-${where}]`);
    place.className = parts.length ? "pn-note pn-note--care mt-2" : "";
    place.replaceChildren(...parts);
  }

  say(words) {
    const place = this.form.querySelector("[data-pair-saved]");
    place.setAttribute("aria-busy", String(words === NOT_YET)); // comes and goes too often to be read out
    if (words === SAVED) this.stood = words;
    if (place.textContent !== words) place.textContent = words;
  }
}

// The box of this page: `pair.now`, null while nobody sits with others. A live page brings another one in and starts it.
export const pair = { now: null };

function begin() {
  const form = document.querySelector("[data-pair-box]");
  if (form && form === pair.now?.form) return;
  pair.now?.stop();
  pair.now = form && new PairBox(form);
}

begin();
document.addEventListener("live:mine", begin);
