"""The two servers of production: pages by granian, streams by uvicorn, one proxy before them, Redis between them."""

import contextlib
import os
import socket
import socketserver
import sys
import threading
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import expect

from partnering.dev import install, services
from reflection.domain.live import reveal_led
from reflection.models.drafts import Draft
from reflection.tests.browser.test_drafts import cookie_of
from reflection.tests.live.listening import Listener, wait_for
from reflection.tests.sessions import make_live, make_open, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUT = "The answers are out. Look"
ASKING = 15_000  # ms: what asking every ten seconds takes at most


class Redis:
    """A Redis of this test alone, which it may stop."""

    def __init__(self, folder):
        self.port, self.folder, self.child = services.free_port(), folder, None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = [
            install.redis_server(),
            "--port",
            self.port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        log = self.folder / "redis.log"
        with log.open("wb") as output:
            self.child = services.start([*command, "--dir", self.folder], stdout=output, stderr=output)
        services.wait_for(self.port, self.child, log)

    def stop(self):
        services.stop(self.child)


class Proxy(socketserver.ThreadingTCPServer):
    """What stands in front: `/live/` to one server, all else to the other. One request for each connection."""

    daemon_threads, block_on_close = True, False

    def __init__(self, pages, streams):
        self.pages, self.streams = pages, streams
        super().__init__(("127.0.0.1", 0), PassOn)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class PassOn(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (got := self.request.recv(65536)):
                return
            head += got
        first, _, rest = head.partition(b"\r\n")
        to = self.server.streams if first.split()[1].startswith(b"/live/") else self.server.pages
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", to)) as onward:
            onward.sendall(first + b"\r\nConnection: close\r\n" + rest.replace(b"Connection: keep-alive\r\n", b""))
            threading.Thread(target=self.pump, args=(self.request, onward), daemon=True).start()
            self.pump(onward, self.request)

    def pump(self, come_from, go_to):
        with contextlib.suppress(OSError):
            while got := come_from.recv(65536):
                go_to.sendall(got)
            go_to.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def redis(tmp_path):
    one = Redis(tmp_path)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def pair(redis, transactional_db):
    """The address of the proxy, the port of the streams, and their process."""
    here = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    env = os.environ | {
        "DATABASE_URL": urlunsplit(here), "REDIS_URL": redis.url, "SECRET_KEY": django_settings.SECRET_KEY,
        "LOG_LEVEL": "ERROR", "PARTNERING_VAR": str(django_settings.VAR),
    }  # fmt: skip
    pages, streams = services.free_port(), services.free_port()
    commands = [
        ["granian", "--interface", "wsgi", "partnering.wsgi:application", "--blocking-threads", "1", "--workers", "1", "--port", pages, "--log-level", "error"],
        ["uvicorn", "partnering.asgi:application", "--port", streams, "--log-level", "error", "--timeout-graceful-shutdown", "2"],
    ]  # fmt: skip
    children = [services.start([sys.executable, "-m", *command], env=env) for command in commands]
    try:
        wait_for(lambda: services.answers(pages) and services.answers(streams), seconds=30)
        proxy = Proxy(pages, streams)
        yield SimpleNamespace(base=f"http://127.0.0.1:{proxy.server_address[1]}", streams=streams, uvicorn=children[1])
        proxy.shutdown()
        proxy.server_close()
    finally:
        for child in children:
            services.stop(child)


@pytest.fixture
def session(pair, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    write(session)
    write(session, round=session.rounds.last())
    return session


@pytest.fixture
def enter(open_browser, pair):
    def one(person, path, *, listening=True):
        page = open_browser()
        page.context.add_cookies([cookie_of(person, pair.base)])
        if listening:
            with page.expect_response(lambda answer: "/live/" in answer.url and answer.ok):
                page.goto(pair.base + path)
        else:
            page.goto(pair.base + path)
        return page

    return one


def show_answers(page, base, session):
    page.goto(f"{base}/sessions/{session.pk}/reveal/")
    page.get_by_role("button", name="Show the answers").click()
    page.wait_for_url(lambda url: "reveal" not in url)


def test_a_reveal_on_one_server_reaches_the_streams_of_the_other_within_a_second(enter, pair, session, bea, amina):
    member = enter(bea, f"/rounds/{session.rounds.first().pk}/write/")
    lead = enter(amina, f"/sessions/{session.pk}/", listening=False)
    lead.goto(f"{pair.base}/sessions/{session.pk}/reveal/")
    with lead.expect_response(lambda answer: answer.request.method == "POST"):
        lead.get_by_role("button", name="Show the answers").click()
    expect(member.locator("[data-poll-line]")).to_have_text(OUT, timeout=1000)


def test_without_redis_answers_are_shown_and_noticed_and_streams_come_back_with_it(
    enter, pair, redis, session, bea, amina
):
    member = enter(bea, f"/rounds/{session.rounds.first().pk}/write/")
    with member.expect_response(lambda answer: answer.url.endswith("/write/save/")):  # else saving itself would be told
        member.locator("#id_body").fill("Typed before Redis went away")
    lead = enter(amina, f"/sessions/{session.pk}/", listening=False)
    redis.stop()
    show_answers(lead, pair.base, session)
    expect(member.locator("[data-poll-line]")).to_have_text(OUT, timeout=ASKING)
    expect(member.locator("#id_body")).to_have_value("Typed before Redis went away")
    with member.expect_response(lambda answer: "/live/" in answer.url and answer.ok, timeout=60_000):
        redis.start()


def test_a_server_that_is_asked_to_stop_ends_its_streams_and_says_when_to_come_back(pair, session, bea, enter):
    page = enter(bea, f"/sessions/{session.pk}/", listening=False)
    ticket = page.request.get(f"{pair.base}/sessions/{session.pk}/ticket/").json()["stream"]
    stream = Listener(f"http://127.0.0.1:{pair.streams}", ticket)
    assert "retry: " in stream.until("event: beat")
    pair.uvicorn.terminate()
    assert stream.ended(seconds=1.5)
    stream.close()


def test_a_live_session_is_led_on_one_server_and_followed_on_the_other(
    enter, pair, larkmere, framework, lead, amina, bea
):
    """The screen itself comes down the stream, by Redis, from the process where the console was pressed."""
    live = make_live(larkmere, framework, lead, attribution="named")
    write(live, 3)
    phone = enter(bea, f"/sessions/{live.pk}/live/follow/")
    reveal_led(session=live, by=lead, expected=1)  # in this process: Redis carries it
    expect(phone.locator("#live [aria-current=step]")).to_contain_text("Reveal", timeout=2000)
    console = enter(amina, f"/sessions/{live.pk}/live/")
    with console.expect_response(lambda answer: answer.request.method == "POST" and "command" in answer.url):
        console.locator("#c-next").click()
    expect(phone.locator("#live [aria-current=step]")).to_contain_text("Group", timeout=2000)


def test_without_redis_a_phone_in_the_room_keeps_its_words_and_moves_on(
    enter, pair, redis, larkmere, framework, lead, bea
):
    live = make_live(larkmere, framework, lead, attribution="named")
    write(live, 3)
    Draft.objects.of(bea).delete()
    phone = enter(bea, f"/sessions/{live.pk}/live/follow/")
    redis.stop()
    phone.locator("#id_body").press_sequentially("Typed without Redis")
    wait_for(lambda: Draft.objects.of(bea).filter(body="Typed without Redis").exists(), seconds=10)
    assert reveal_led(session=live, by=lead, expected=1)
    expect(phone.get_by_text("The group has moved on to “Reveal”")).to_be_visible(timeout=ASKING)
    expect(phone.locator("#id_body")).to_have_value("Typed without Redis")
