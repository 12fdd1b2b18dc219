// A key for one sending of a form, as the server makes them: the same thing sent twice is done once.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// A press without an answer may have arrived: pressed again, it is the same press, whatever else was pressed between.
export class Presses {
  unheard = new Map();

  keyFor(what) {
    if (!this.unheard.has(what)) this.unheard.set(what, newKey());
    return this.unheard.get(what);
  }

  answered(what) {
    this.unheard.delete(what);
  }
}
