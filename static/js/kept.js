// Words that wait on this device until the server has them (autosave.js): for one person and one question, a day at most.
const DAY = 24 * 60 * 60 * 1000;
export const PREFIX = "partnering.draft.";
export const SHARED = "partnering.shared";

export const storage = (() => {
  try {
    return window.localStorage.length >= 0 ? window.localStorage : null; // full is no reason: what is on it can be taken off
  } catch {
    return null; // forbidden: the page still saves to the server
  }
})();

let sharedHere = false; // the choice, for this page, where the device has no room for it

// Whether other people use this device too, so that nothing is to be kept on it.
export const isShared = () => sharedHere || storage?.getItem(SHARED) === "1";

export function share(on) {
  sharedHere = on;
  if (on) for (const entry of keptEntries()) storage.removeItem(entry.key); // first: it may make room for the choice
  try {
    if (on) storage?.setItem(SHARED, "1");
    else storage?.removeItem(SHARED);
  } catch {
    // full of what is not ours: the choice holds for this page
  }
}

export function keptEntries() {
  if (!storage) return [];
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key.startsWith(PREFIX));
  return keys.map((key) => {
    try {
      return { key, ...JSON.parse(storage.getItem(key)) };
    } catch {
      return { key, at: 0 };
    }
  });
}

export function forgetOld() {
  for (const entry of keptEntries()) if (!(Date.now() - entry.at < DAY)) storage.removeItem(entry.key);
}
