"""A page notices what others do: at once by its stream, and by asking when streams are blocked or the server was away."""

import pytest
from playwright.sync_api import expect

from partnerships.domain.members import leave_partnership
from reflection.domain.rounds_reveal import reveal_round
from reflection.tests.browser.test_drafts import cookie_of
from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_open, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUT = "The answers are out. Look"
AT_ONCE = 1000  # ms


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    session = make_open(larkmere, framework, lead, questions=2)
    write(session)
    return session


@pytest.fixture
def address(session):
    return f"/rounds/{session.rounds.first().pk}/write/"


def reveal(session, lead):
    reveal_round(round=session.rounds.first(), by=lead)


def line(page):
    return page.locator("[data-poll-line]")


def listen(page, address):
    """Open a page and wait until its stream is open. (A server's first one may find it not yet ready.)"""
    with page.expect_response(lambda answer: "/live/" in answer.url and answer.ok):
        page.goto(address)


def test_a_second_persons_page_says_within_a_second_that_the_answers_are_out(open_browser, bea, address, session, lead):
    page = open_browser(bea, phone=True)
    listen(page, address)
    page.locator("#id_body").fill("Half a thou")
    reveal(session, lead)
    expect(line(page)).to_have_text(OUT, timeout=AT_ONCE)
    assert page.evaluate("document.activeElement.id") == "id_body"
    expect(page.locator("#id_body")).to_have_value("Half a thou")
    assert line(page).locator("..").get_attribute("role") == "status"


def test_where_streams_are_blocked_the_page_asks(open_browser, bea, address, session, lead):
    page = open_browser(bea)
    page.route("**/live/**", lambda route: route.abort())
    page.clock.install()
    page.goto(address)
    reveal(session, lead)
    page.clock.run_for(13000)
    expect(line(page)).to_have_text(OUT)


def test_where_streams_open_and_stay_silent_the_page_asks(open_browser, bea, address, session, lead):
    """A proxy that keeps a stream to itself: the browser believes it is open."""
    page = open_browser(bea)
    page.route("**/live/**", lambda route: None)
    page.clock.install()
    page.goto(address)
    reveal(session, lead)
    page.clock.run_for(13000)
    expect(line(page)).to_have_text(OUT)


def test_where_tickets_are_refused_the_page_asks(open_browser, bea, address, session, lead):
    page = open_browser(bea)
    page.route("**/ticket/", lambda route: route.fulfill(status=500))
    page.clock.install()
    page.goto(address)
    reveal(session, lead)
    page.clock.run_for(13000)
    expect(line(page)).to_have_text(OUT)


def test_a_page_in_the_background_holds_no_stream_and_catches_up_when_looked_at(
    open_browser, bea, address, session, lead
):
    page = open_browser(bea)
    listen(page, address)
    look = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true}); document.dispatchEvent(new Event('visibilitychange'))"
    with page.expect_event("requestfailed", lambda request: "/live/" in request.url):
        page.evaluate(look % "hidden")
    reveal(session, lead)
    page.wait_for_timeout(700)
    expect(line(page)).to_be_hidden()
    page.evaluate(look % "visible")
    expect(line(page)).to_have_text(OUT)


def test_after_a_restart_of_the_server_the_page_listens_again(stoppable_app, open_browser, bea, session, lead, address):
    base, stop, start = stoppable_app
    page = open_browser()
    page.context.add_cookies([cookie_of(bea, base)])
    listen(page, base + address)
    page.locator("#id_body").fill("Typed before the restart")
    with page.expect_response(lambda answer: "/live/" in answer.url and answer.ok, timeout=20000):
        stop()
        start()
    reveal(session, lead)
    expect(line(page)).to_have_text(OUT, timeout=AT_ONCE)
    expect(page.locator("#id_body")).to_have_value("Typed before the restart")


def test_what_was_shown_while_the_server_was_away_is_noticed(stoppable_app, open_browser, bea, session, lead, address):
    base, stop, start = stoppable_app
    page = open_browser()
    page.context.add_cookies([cookie_of(bea, base)])
    listen(page, base + address)
    stop()
    reveal(session, lead)
    start()
    expect(line(page)).to_have_text(OUT, timeout=20000)


def test_who_was_removed_hears_nothing_more(open_browser, bea, address, session, lead, larkmere):
    page = open_browser(bea)
    listen(page, address)
    leave_partnership(membership=larkmere.memberships.get(person=bea), by=lead.person)
    with page.expect_response(lambda answer: answer.url.endswith("/ticket/") and answer.status == 404, timeout=20000):
        pass
    reveal(session, lead)
    page.wait_for_timeout(AT_ONCE)
    expect(line(page)).to_be_hidden()


# --- One process, no Redis: as it is tried out ---------------------------------------------------------------------------
@pytest.fixture
def embedded(live_app, settings, stoppable_app):
    """The address of a server that was started without Redis."""
    base, stop, start = stoppable_app
    stop()
    settings.REDIS_URL = ""
    start()
    return base


def test_one_process_without_redis_tells_its_own_pages(embedded, open_browser, bea, session, lead, address):
    page = open_browser()
    page.context.add_cookies([cookie_of(bea, embedded)])
    listen(page, embedded + address)
    reveal(session, lead)
    expect(line(page)).to_have_text(OUT, timeout=AT_ONCE)


def test_without_redis_what_another_process_does_is_noticed_within_ten_seconds(
    embedded, open_browser, bea, session, lead, address, settings
):
    page = open_browser()
    page.context.add_cookies([cookie_of(bea, embedded)])
    listen(page, embedded + address)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # as far from that server's streams as a worker is
    reveal(session, lead)
    expect(line(page)).to_have_text(OUT, timeout=13000)
