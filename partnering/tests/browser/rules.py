"""What every page of ours keeps to, looked at in the browser: `faults(page, path)` lists what it does not."""

import re
from urllib.parse import urlsplit

PHONE, DESK, SMALLEST = {"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 700}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The theme as it stands once the page has heard of it (two frames later) and every colour has arrived.
SETTLED = """async () => {
  for (const _ of [1, 2]) await new Promise((heard) => requestAnimationFrame(heard));
  await Promise.all(document.getAnimations().map((one) => one.finished));
  return document.documentElement.dataset.bsTheme;
}"""
# The page writes down every breach of its own policy, before any script of the page runs.
LISTEN = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", (event) => window.breaches.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


class Inspector:
    """One window that walks over pages: `inspector.faults("/sessions/…")` is empty for a page that keeps every rule."""

    def __init__(self, page, axe, origin):
        self.page, self.axe, self.origin = page, axe, origin
        self.said, self.asked = [], []
        page.add_init_script(LISTEN)
        page.on("console", lambda line: self.said.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def faults(self, path, *, status=200):
        """What this page does wrong, in words. `status`: what the address answers with."""
        self.said.clear()
        self.asked.clear()
        self.page.set_viewport_size(PHONE)
        self.page.emulate_media(color_scheme="dark")
        answer = self.page.goto(path)
        if status != 200:  # to the console a refusal is an error
            self.said = [text for text in self.said if f"responded with a status of {status}" not in text]
        found = [f"answered {answer.status}"] if answer.status != status else []
        if urlsplit(self.page.url).path != urlsplit(path).path:
            return [*found, f"led to {self.page.url}"]
        found += self._document()
        found += self._look("phone, dark", "dark")
        self.page.set_viewport_size(SMALLEST)
        found += self._sideways("320 px")
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light")
        return [*found, *self._look("desk, light", "light")]

    def _document(self):
        page = self.page
        found = [f"{count} h1" for count in [page.locator("h1").count()] if count != 1]
        if not re.search(r"\S – Partnering$", page.title()):
            found.append(f"title “{page.title()}”")
        found += [f"policy: {breach}" for breach in page.evaluate("window.breaches")]
        found += [f"console: {text}" for text in self.said]
        return found + [
            f"asked elsewhere: {url}" for url in self.asked if not url.startswith((f"{self.origin}/", "data:"))
        ]

    def _look(self, where, theme):
        found = self._sideways(where)
        if self.page.evaluate(SETTLED) != theme:
            found.append(f"{where}: not {theme}")
        return found + [f"{where}: {violation}" for violation in self.axe(self.page)]

    def _sideways(self, where):
        wide = self.page.evaluate(OVERFLOW)
        return [f"{where}: scrolls sideways by {wide} px"] if wide else []
