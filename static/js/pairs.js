// The one text of a pair or a four. It saves by itself, and shows what the others of the group type. What is being typed
// here is never touched: a newer text of the others stands beside the box then. Without this script the button saves.
const PAUSE = 1200; // ms after the last key
const LOOK_EVERY = 3000;
const SAVED = "Saved. All of you who sit here see it.";

class PairBox {
  constructor(form) {
    this.form = form;
    this.box = form.elements.text;
    this.acknowledged = this.box.defaultValue; // what the server has, as far as we know
    this.unheard = "";
    this.box.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    });
    this.look();
  }

  get isHere() {
    return document.contains(this.form);
  }

  get isUnsaved() {
    return this.box.value !== this.acknowledged;
  }

  async look() {
    if (!this.isHere) return;
    if (document.visibilityState === "visible" && !this.sending) {
      const answer = await fetch(this.form.dataset.pairBox, { redirect: "manual" }).catch(() => null);
      if (answer?.ok) this.heard(await answer.json());
    }
    setTimeout(() => this.look(), LOOK_EVERY);
  }

  heard({ group, version, text }) {
    if (this.sending || group !== this.form.elements.group.value || version <= Number(this.form.elements.version.value)) return;
    if (this.isUnsaved && text !== this.box.value) return this.clash(version, text);
    this.take(version, text);
    this.say("One of you changed it. This is how it stands now.");
  }

  take(version, text) {
    const { selectionStart, selectionEnd } = this.box;
    this.form.elements.version.value = version;
    this.acknowledged = text;
    if (this.box.value !== text) {
      this.box.value = text;
      this.box.setSelectionRange(selectionStart, selectionEnd);
    }
    this.notice();
  }

  async save() {
    if (this.sending || !this.isUnsaved || !this.isHere || this.clashes) return;
    this.sending = true;
    const text = this.box.value;
    const data = new FormData(this.form);
    data.set("unheard", this.unheard);
    this.unheard = text;
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
      const said = answer.ok || [409, 422].includes(answer.status) ? await answer.json() : {};
      if (answer.ok) {
        this.form.elements.version.value = said.version;
        this.acknowledged = text;
        this.unheard = "";
        this.say(SAVED);
      } else if (answer.status === 409) this.clash(said.version, said.text);
      else this.say(said.words ?? "Not saved yet.");
    } catch {
      this.say("Not saved yet. Your words are still in the box.");
      this.timer = setTimeout(() => this.save(), LOOK_EVERY);
    }
    this.sending = false;
  }

  // Both texts are kept: theirs beside the box, one's own in it, until somebody puts them together.
  clash(version, text) {
    this.clashes = true;
    const theirs = Object.assign(document.createElement("p"), { className: "pn-pre", textContent: text });
    const mine = this.button("Keep what is in my box", () => {
      this.form.elements.version.value = version;
      this.settle();
    });
    const both = this.button("Put theirs above mine", () => {
      this.form.elements.version.value = version;
      this.box.value = `${text}\n${this.box.value}`;
      this.settle();
    });
    const row = document.createElement("div");
    row.className = "pn-row";
    row.append(both, mine);
    this.notice("Someone of you changed this meanwhile. This is how it stands now:", theirs, row);
  }

  settle() {
    this.clashes = false;
    this.notice();
    this.save();
  }

  button(words, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: words });
    button.addEventListener("click", act);
    return button;
  }

  notice(...parts) {
    const place = this.form.querySelector("[data-pair-notice]");
    place.className = parts.length ? "pn-note pn-note--care mt-2" : "";
    place.replaceChildren(...parts);
  }

  say(words) {
    this.form.querySelector("[data-pair-saved]").textContent = words;
  }
}

function begin() {
  for (const form of document.querySelectorAll("[data-pair-box]:not([data-begun])")) {
    form.dataset.begun = "1";
    new PairBox(form);
  }
}

begin();
document.addEventListener("live:mine", begin);
