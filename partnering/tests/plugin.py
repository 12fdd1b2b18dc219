"""Fixtures every test may use, and the rule that nothing is skipped. Loaded by pytest.ini before Django's settings.

This module imports Django inside functions only: settings are not ready when pytest loads it.
"""

import contextlib
import email
import email.policy
import os
import socket
import threading
import time

import pytest

# --- A run on several cores -------------------------------------------------------------------------------------------
# Each worker has a Redis database and a folder of its own: one may empty its cache under nobody else's feet.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    number = 1 + int(WORKER.removeprefix("gw"))
    if "REDIS_URL" in os.environ:
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{number}"
    if "PARTNERING_VAR" in os.environ:
        os.environ["PARTNERING_VAR"] = f"{os.environ['PARTNERING_VAR']}-{WORKER}"

# Without these, Chromium calls home at every start.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
# Words that stand in a column too narrow to read, which no rule of axe looks for.
SQUEEZED = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (words.nextNode()) {
    const text = words.currentNode, within = text.parentElement;
    if (text.data.trim().length < 6 || within.closest(".visually-hidden, svg, script, style") || !within.checkVisibility()) continue;
    if (getComputedStyle(within).clipPath !== "none") continue; // for screen readers alone
    const range = document.createRange();
    range.selectNodeContents(text);
    const tops = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
    const wide = range.getBoundingClientRect().width / parseFloat(getComputedStyle(within).fontSize);
    if (tops.size >= 3 && wide < 2.5) found.push(text.data.trim().slice(0, 60));
  }
  return found;
}"""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_configure(config):
    from hypothesis import settings

    # A busy machine is not a failing test: no deadline for one example.
    settings.register_profile("partnering", deadline=None)
    settings.load_profile("partnering")


# --- Nothing is skipped silently ------------------------------------------------------------------------------------
skipped = []


def pytest_runtest_logreport(report):
    if report.skipped:
        skipped.append(report.nodeid)


def pytest_collectreport(report):
    if report.skipped:
        skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if skipped:
        terminalreporter.section("Skipped tests count as failures here", red=True)
        terminalreporter.write_line("\n".join(skipped))


# --- Every test starts from the same place -------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path_factory):
    """Mail kept as files goes to a folder of this run, whatever PARTNERING_VAR says."""
    settings.MAIL_FOLDER = tmp_path_factory.getbasetemp() / "mail"


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits live in the cache: one test must not use up another's."""
    from django.core.cache import cache

    cache.clear()


# --- A real mail server --------------------------------------------------------------------------------------------
class Sink:
    """What arrived: parsed messages in order, and the envelopes they came in."""

    def __init__(self):
        self.messages, self.envelopes = [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the name aiosmtpd asks for
        self.envelopes.append(envelope)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def smtp_sink(settings):
    """Send mail over real SMTP to a server of our own; yields what it received."""
    from aiosmtpd.controller import Controller

    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=_free_port(), ready_timeout=10)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield sink
    server.stop()


# --- A real server and a real browser ------------------------------------------------------------------------------
def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def _server():
    """The application as it is run: uvicorn over partnering.asgi, in a thread. It holds no data of its own."""
    import uvicorn

    from partnering.asgi import application

    port = _free_port()
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}", server.server_state.tasks
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def live_app(_server, transactional_db, settings):
    """The address of the running application, on the test database. Rows made in the test are seen by its pages."""
    address, requests = _server
    settings.SITE_URL = address
    yield address
    _wait_until_quiet(requests)


def _wait_until_quiet(requests, *, quiet_for=0.1, at_most=10):
    """Until no request was under way for `quiet_for` seconds. A page that closes sends its words on after it is gone."""
    end = time.monotonic() + at_most
    quiet_since = time.monotonic()
    while time.monotonic() < end:
        if requests:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since >= quiet_for:
            return
        time.sleep(0.01)
    raise AssertionError("The application still answers requests of a test that is over.")


@pytest.fixture
def stoppable_app(live_app):
    """A second server on the test's database, for when it goes away: (address, stop, start). It starts running.

    Ask for it before `open_browser`: an open page may keep a stream open, and the server waits for it to end.
    """
    import uvicorn

    from partnering.asgi import application

    port, running = _free_port(), []

    def start():
        server = uvicorn.Server(
            uvicorn.Config(
                application,
                host="127.0.0.1",
                port=port,
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,  # s: what is being answered is answered; streams are cut off
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        running.append((server, thread))

    def stop():
        while running:
            server, thread = running.pop()
            server.should_exit = True
            thread.join(10)

    start()
    yield f"http://127.0.0.1:{port}", stop, start
    for server, _ in running:
        _wait_until_quiet(server.server_state.tasks)
    stop()


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Playwright keeps a loop running in this thread; the ORM would take every test for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        found = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_ARGUMENTS
        )
        yield found
        found.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_browser(browser, live_app):
    """A function that opens a browser window of its own: `page = open_browser(person, phone=True)`.

    Arguments: person, who is signed in (None: nobody); phone, 390 px wide in place of 1280; dark; javascript;
    width, in px. The page fails the test on a script error or a breach of the content security policy, and takes
    addresses without the host: `page.goto("/sessions/…")`.
    """
    with contextlib.ExitStack() as stack:
        problems = []

        def open_one(person=None, *, phone=False, dark=False, javascript=True, width=None):
            viewport = {**(PHONE if phone else DESKTOP)} | ({"width": width} if width else {})
            context = browser.new_context(
                base_url=live_app, viewport=viewport, color_scheme="dark" if dark else "light", java_script_enabled=javascript,
                locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce",
            )  # fmt: skip
            stack.callback(_close, context)
            if person is not None:
                context.add_cookies([_session_cookie(person, live_app)])
            page = context.new_page()
            page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
            page.on(
                "console", lambda said: problems.append(f"{page.url}: {said.text}") if _is_breach(page, said) else None
            )
            return page

        yield open_one
    assert problems == []


def _close(context):
    """Its pages first: a Chromium asked to drop a context with open windows has been seen to wait for ever."""
    for page in context.pages:
        page.close()
    context.close()


@pytest.fixture(scope="session")
def kill_tab():
    """A function that ends a page which has no signal, so that nothing of it reaches the server: `kill_tab(page)`.

    A browser that closes a page gives its network back a moment before the page is gone, and a busy machine lets what
    waited there slip through. So the page can send nothing from here on.
    """

    def kill(page):
        page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('the tab was killed')); }")
        page.close(run_before_unload=False)

    return kill


scanning = set()  # pages on which axe is at work: it sets styles of its own, which the policy stops


def _is_breach(page, said):
    return "Content Security Policy" in said.text and page not in scanning


@pytest.fixture(scope="session")
def axe():
    """A function that lists what axe finds wrong with a page, and words too squeezed to read: `assert axe(page) == []`."""
    from axe_playwright_python.sync_playwright import Axe

    scanner = Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options = {"preload": False, "resultTypes": ["violations"], "runOnly": {"type": "tag", "values": tags}}

    def scan(page):
        scanning.add(page)
        if not page.evaluate("'axe' in window"):
            page.evaluate(scanner.axe_script)
        found = page.evaluate("options => axe.run(options).then((told) => told.violations)", options)
        squeezed = page.evaluate(SQUEEZED)
        page.evaluate("1")  # what the page had to say meanwhile has arrived by now
        scanning.discard(page)
        told = [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
        return [*told, *(f"squeezed to a letter or two a line: {text}" for text in squeezed)]

    return scan


@pytest.fixture
def faults(axe):
    """A function that lists what is wrong with pages, wide and at 320 px: what axe finds, and scrolling sideways."""

    def look(page, addresses):
        wrong = []
        for address in addresses:
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.goto(address).status == 200, address
                wrong += [f"{address} at {width}: {problem}" for problem in axe(page)]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wrong.append(f"{address} scrolls sideways at {width}")
        return wrong

    return look


def _session_cookie(person, url):
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
