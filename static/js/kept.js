// Words that wait on this device until the server has them (autosave.js): for one person and one question, a day at most.
const DAY = 24 * 60 * 60 * 1000;
export const PREFIX = "partnering.draft.";
export const SHARED = "partnering.shared";

export const storage = (() => {
  try {
    window.localStorage.setItem("partnering.probe", "1");
    window.localStorage.removeItem("partnering.probe");
    return window.localStorage;
  } catch {
    return null; // forbidden or full: the page still saves to the server
  }
})();

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
