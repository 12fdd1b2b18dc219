// The shared screen turns long lists into pages: what does not fit waits for “More” or the arrow keys. Without this script
// the page scrolls. Nobody else's screen moves.
const live = document.querySelector("[data-live]");
const pager = document.querySelector("[data-pager]");
const words = pager?.querySelector("[data-page-words]");
const wide = matchMedia("(min-width: 48em)");
let pages = [];
let page = 0;
let key = "";

const items = () => [...(live.querySelector("[data-pages]")?.children ?? [])];

const overflows = () => document.documentElement.scrollHeight > innerHeight + 1;

function layOut() {
  const now = live.querySelector("[data-live-key]")?.dataset.liveKey ?? "";
  if (now !== key) page = 0;
  key = now;
  const all = items();
  for (const one of all) one.hidden = false;
  pages = [];
  pager.hidden = true;
  if (all.length && overflows() && wide.matches) cut(all);
  show();
}

// As many on a page as fit above the foot. One that does not fit alone has a page that scrolls; on a phone everything scrolls.
function cut(all) {
  pager.hidden = false;
  for (const one of all) one.hidden = true;
  for (const one of all) {
    one.hidden = false;
    const here = pages.at(-1);
    if (here && !overflows()) {
      here.push(one);
      continue;
    }
    for (const before of here ?? []) before.hidden = true;
    pages.push([one]);
  }
}

function show() {
  page = Math.min(page, Math.max(0, pages.length - 1));
  pager.hidden = pages.length < 2;
  if (!pages.length) return;
  for (const one of items()) one.hidden = !pages[page].includes(one);
  words.textContent = `Page ${page + 1} of ${pages.length}`;
  for (const button of pager.querySelectorAll("[data-page]")) {
    const there = page + Number(button.dataset.page);
    button.setAttribute("aria-disabled", String(there < 0 || there >= pages.length));
  }
}

function turn(by) {
  const there = page + by;
  if (there < 0 || there >= pages.length) return;
  page = there;
  show();
}

if (live && pager) {
  live.addEventListener("live:shown", layOut);
  addEventListener("resize", layOut);
  document.fonts?.ready.then(layOut);
  pager.addEventListener("click", (event) => {
    const button = event.target.closest("[data-page]");
    if (button) turn(Number(button.dataset.page));
  });
  addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "PageDown") turn(1);
    if (event.key === "ArrowLeft" || event.key === "PageUp") turn(-1);
  });
  layOut();
}
