import { ASK_EVERY, JITTER, Stream } from "./stream.js";

// Notices that the session has moved on, and says so in one quiet line. It never touches a box, moves no focus and
// changes nothing by itself, unless the page only waits for something to begin.
//
// <div data-poll="address of session_state" data-poll-ticket="address of session_ticket" data-poll-version="7" hidden></div>
// … data-poll-go="address of what begins"           on a page that only waits
// <p data-poll-line hidden></p>                     where the line goes
// <p data-poll-checked hidden></p>                  "Checked 3 seconds ago", if the page wants it
//
// While the page is looked at it listens to a stream; where streams are blocked, or none has been heard from, it asks
// every ten seconds. When the version has moved, the page is fetched once more. If its part [data-standing] says
// something else now, its heading is what the line says; otherwise the line offers to look again.
const TOLD_JITTER = 500; // ms: everybody hears at once, and not everybody fetches at once
const place = document.querySelector("[data-poll]");

class Watch {
  constructor(place) {
    this.url = place.dataset.poll;
    this.version = Number(place.dataset.pollVersion);
    this.etag = null;
    this.line = document.querySelector("[data-poll-line]");
    this.checked = document.querySelector("[data-poll-checked]");
    this.checkedAt = null;
    document.addEventListener("visibilitychange", () => this.plan(0));
    if (this.checked) setInterval(() => this.sayWhen(), 1000);
    this.plan(ASK_EVERY);
    this.stream = new Stream(place.dataset.pollTicket, {
      lives: () => (this.checkedAt = Date.now()),
      told: ({ version }) => this.heard(version, TOLD_JITTER),
      unsure: () => this.plan(0),
    });
  }

  plan(wait) {
    clearTimeout(this.timer);
    if (document.visibilityState !== "visible") return;
    this.timer = setTimeout(() => this.ask(), wait + Math.random() * JITTER);
  }

  async ask() {
    try {
      const answer = await fetch(this.url, { headers: this.etag ? { "If-None-Match": this.etag } : {}, redirect: "manual" });
      if (answer.status === 200) {
        const { version } = await answer.json();
        await this.heard(version);
        if (this.version >= version) this.etag = answer.headers.get("ETag");
      }
      if (answer.status === 200 || answer.status === 304) this.checkedAt = Date.now();
    } catch {
      // offline: "checked" grows older, which is the truth
    }
    this.sayWhen();
    this.plan(this.stream.open ? this.stream.every : ASK_EVERY);
  }

  // Only a version that has been looked into counts as known: one that was missed is told again by the next answer.
  async heard(version, jitter = 0) {
    if (version <= this.version || version <= this.wanted) return;
    this.wanted = version;
    try {
      await new Promise((done) => setTimeout(done, Math.random() * jitter));
      if (version < this.wanted) return; // a newer one came meanwhile
      await this.moved();
      this.version = version;
    } catch {
      this.plan(0);
    } finally {
      if (version === this.wanted) this.wanted = 0;
    }
  }

  async moved() {
    // Somebody waits here for the room to open, with nothing typed: the page moves on by itself, as it said.
    if (place.dataset.pollGo) return location.assign(place.dataset.pollGo);
    const now = document.querySelector("[data-standing]");
    let words = "There is something new on this page.";
    if (now) {
      const answer = await fetch(location.href, { redirect: "manual" });
      if (!answer.ok) throw new Error(answer.status);
      const then = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-standing]");
      if (!then || then.textContent.trim() === now.textContent.trim()) return; // nothing that this page shows
      words = `${then.querySelector("h2")?.textContent.trim() ?? "Something has changed"}.`;
    }
    const link = Object.assign(document.createElement("a"), { href: place.dataset.pollLook || location.href, textContent: "Look" });
    this.line.hidden = false;
    this.line.replaceChildren(`${words} `, link);
  }

  sayWhen() {
    if (!this.checked || this.checkedAt === null) return;
    const seconds = Math.round((Date.now() - this.checkedAt) / 1000);
    this.checked.hidden = false;
    this.checked.textContent = seconds < 2 ? "Checked just now" : seconds < 120 ? `Checked ${seconds} seconds ago` : `Checked ${Math.round(seconds / 60)} minutes ago`;
  }
}

if (place && document.querySelector("[data-poll-line]")) new Watch(place);
