"""A phone in the room when things go wrong: what was typed is in the box afterwards, and on the server once it is back."""

import re
from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, expect

from reflection.domain.live import reveal_led
from reflection.models.drafts import Draft
from reflection.models.live import LiveRun
from reflection.tests.browser.test_drafts import KEPT, bodies, box, cookie_of, kept, line, wait_for
from reflection.tests.guests import KEY, let_in
from reflection.tests.guests import cookie_of as guest_cookie
from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_live, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Saved at .+ Only you can see it\.$")
BACK = 20_000  # ms: what coming back takes at most
MOVED = "The group has moved on to “Reveal”"


@pytest.fixture
def sealed(live_app, larkmere, framework, lead):
    forget_revocations()
    return make_live(larkmere, framework, lead)


def follow(page, session, base=""):
    page.goto(f"{base}/sessions/{session.pk}/live/follow/")
    return page


def room_moves_on(session, lead):
    """Everybody else’s words are shown."""
    assert reveal_led(session=session, by=lead, expected=LiveRun.objects.get(session=session).step)


def step(page):
    return page.locator("#live [aria-current=step]")


# --- The server, the signal, the tab ---------------------------------------------------------------------------------
def test_the_server_restarts_while_somebody_types(stoppable_app, open_browser, bea, lead, session):
    base, stop, start = stoppable_app
    phone = open_browser(phone=True)
    phone.context.add_cookies([cookie_of(bea, base)])
    follow(phone, session, base)
    box(phone).press_sequentially("Before the restart")
    expect(line(phone)).to_have_text(SAVED)
    stop()
    box(phone).press_sequentially(", and while it was away")
    expect(line(phone)).to_have_text(KEPT)
    write(session, 2)
    room_moves_on(session, lead)
    start()
    expect(phone.get_by_text(MOVED)).to_be_visible(timeout=BACK)
    expect(box(phone)).to_have_value("Before the restart, and while it was away")
    wait_for(lambda: "Before the restart, and while it was away" in bodies())
    assert kept(phone) == []


def test_the_signal_is_lost_and_comes_back(open_browser, bea, session):
    phone = follow(open_browser(bea, phone=True), session)
    phone.context.set_offline(True)
    box(phone).press_sequentially("In the lift")
    expect(line(phone)).to_have_text(KEPT)
    assert bodies() == set()
    phone.context.set_offline(False)
    expect(line(phone)).to_have_text(SAVED, timeout=BACK)
    expect(box(phone)).to_have_value("In the lift")
    assert bodies() == {"In the lift"}
    assert kept(phone) == []


def test_the_tab_is_killed_before_the_words_were_saved(open_browser, bea, session):
    phone = follow(open_browser(bea, phone=True), session)
    box(phone).press_sequentially("Before the battery went")
    with phone.expect_event("crash"), suppress(Error):
        phone.goto("chrome://crash")  # nothing of the page runs any more, not even what it does when it is left
    assert bodies() == set()
    again = follow(phone.context.new_page(), session)
    expect(box(again)).to_have_value("Before the battery went")
    expect(again.locator("[data-notices]")).to_contain_text("They are back in the box.")
    expect(line(again)).to_have_text(SAVED)
    assert bodies() == {"Before the battery went"}
    assert kept(again) == []


# --- Streams that are blocked -------------------------------------------------------------------------------------------
def test_where_streams_are_blocked_the_page_moves_on_by_asking(open_browser, bea, lead, session):
    phone = open_browser(bea, phone=True)
    asked = []
    phone.route(re.compile(r"^https?://[^/]+/live/"), lambda route: route.abort())
    phone.on("response", lambda answer: "known=" in answer.url and asked.append(answer))
    follow(phone, session)
    box(phone).press_sequentially("Typed where streams are blocked")
    expect(line(phone)).to_have_text(SAVED)
    with phone.expect_response(lambda answer: answer.status == 304, timeout=2 * BACK):
        pass  # nothing had moved: nothing is sent
    write(session, 2)
    room_moves_on(session, lead)
    expect(phone.get_by_text(MOVED)).to_be_visible(timeout=BACK)
    expect(box(phone)).to_have_value("Typed where streams are blocked")
    known = [int(re.search(r"known=(\d+)", answer.url)[1]) for answer in asked]
    told = [answer.json() if answer.status == 200 else {} for answer in asked]
    assert known == sorted(known)
    # What the page holds already is not sent again, and what it does not hold is (its own coming in is news, too).
    assert ["html" in one for one in told] == [
        one.get("version", then) > then for one, then in zip(told, known, strict=True)
    ]
    assert any("html" in one for one in told)
    assert "Typed where streams are blocked" in bodies()


# --- Two tabs -------------------------------------------------------------------------------------------------------------
def test_two_tabs_keep_both_texts(open_browser, bea, session):
    one = follow(open_browser(bea, phone=True), session)
    box(one).fill("Base")
    expect(line(one)).to_have_text(SAVED)
    other = follow(one.context.new_page(), session)
    expect(box(other)).to_have_value("Base")
    box(one).fill("Base, by one tab")
    wait_for(lambda: one.wait_for_timeout(50) or bodies() == {"Base, by one tab"})
    box(other).fill("Base, by the other tab")
    notices = other.locator("[data-notices]")
    expect(notices).to_contain_text("Both are kept.")
    expect(notices).to_contain_text("Base, by one tab")
    expect(box(other)).to_have_value("Base, by the other tab")
    expect(box(one)).to_have_value("Base, by one tab")
    assert bodies() == {"Base, by one tab", "Base, by the other tab"}
    notices.get_by_role("link", name="Open those instead").click()
    expect(box(other)).to_have_value("Base, by one tab")
    expect(other.locator(".pn-live-own")).to_contain_text("Base, by the other tab")


# --- Signed out -----------------------------------------------------------------------------------------------------------
def test_signed_out_meanwhile_the_words_are_saved_after_signing_in_in_another_tab(open_browser, bea, lead, session):
    phone = follow(open_browser(bea, phone=True), session)
    Session.objects.all().delete()
    box(phone).press_sequentially("An hour of thinking")
    notice = phone.locator("[data-notices]")
    expect(notice).to_contain_text("You have been signed out. Your words stay in this box.")
    write(session, 1)
    phone.evaluate("document.activeElement.blur()")
    phone.evaluate("dispatchEvent(new Event('online'))")  # the page asks what it missed, and is refused
    phone.wait_for_timeout(1500)
    expect(box(phone)).to_have_value("An hour of thinking")
    with phone.context.expect_page() as opened:
        notice.get_by_role("link", name="Sign in, in a new tab").click()
    assert "/accounts/login/" in opened.value.url
    phone.context.add_cookies([cookie_of(bea, phone.evaluate("location.origin"))])
    opened.value.close()
    wait_for(lambda: phone.wait_for_timeout(50) or "An hour of thinking" in bodies())
    expect(line(phone)).to_have_text(SAVED)
    expect(notice).to_be_empty()
    expect(box(phone)).to_have_value("An hour of thinking")
    assert kept(phone) == []


def test_add_pressed_when_signed_out_is_not_called_done(open_browser, bea, session):
    phone = follow(open_browser(bea, phone=True), session)
    box(phone).press_sequentially("Saved, and not yet an answer")
    expect(line(phone)).to_have_text(SAVED)
    Session.objects.all().delete()
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator("[data-notices]")).to_contain_text("You have been signed out. Your words stay in this box.")
    expect(box(phone)).to_have_value("Saved, and not yet an answer")
    expect(phone.locator("[data-live-said]")).not_to_contain_text("Added.")
    phone.context.add_cookies([cookie_of(bea, phone.evaluate("location.origin"))])
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looked at again, after signing in
    expect(phone.locator("[data-notices]")).to_be_empty()
    phone.wait_for_timeout(1000)  # a second press within a second would be the same press
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".pn-live-own")).to_contain_text("Ready to be shown")
    assert Draft.objects.get().ready


def test_a_press_that_is_refused_goes_the_plain_way_at_once(open_browser, bea, session):
    phone = follow(open_browser(bea, phone=True), session)
    phone.route("**/write/", lambda route: route.fulfill(status=422, body="no"), times=1)
    box(phone).press_sequentially("Refused at first")
    expect(line(phone)).to_have_text(SAVED)
    with phone.expect_navigation():
        phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".pn-live-own")).to_contain_text("Refused at first")


# --- The room moves on --------------------------------------------------------------------------------------------------
def test_the_room_moves_on_in_a_sealed_round_and_the_words_are_kept_for_oneself(open_browser, bea, lead, sealed):
    write(sealed)
    Draft.objects.of(bea).delete()
    phone = follow(open_browser(bea, phone=True), sealed)
    box(phone).press_sequentially("A sentence that is not")
    expect(line(phone)).to_have_text(SAVED)
    room_moves_on(sealed, lead)
    expect(phone.get_by_text(MOVED)).to_be_visible(timeout=BACK)
    expect(box(phone)).to_have_value("A sentence that is not")
    box(phone).press_sequentially(" finished yet")
    phone.get_by_role("button", name="Go there").click()
    expect(step(phone)).to_contain_text("Reveal")
    expect(box(phone)).to_have_value("A sentence that is not finished yet")
    expect(phone.get_by_role("button", name=re.compile("Add mine"))).to_have_count(0)
    phone.get_by_role("button", name="Keep it for myself").click()
    expect(phone.locator(".pn-live-own")).to_contain_text("A sentence that is not finished yet")
    draft = Draft.objects.of(bea).get()
    assert (draft.body, draft.note) == ("A sentence that is not finished yet", True)
    expect(phone.locator("#live").get_by_text("A sentence that is not finished yet")).to_have_count(0)


# --- A guest ---------------------------------------------------------------------------------------------------------------
def test_a_guests_phone_keeps_the_place_and_the_words_when_it_is_loaded_again(
    open_browser, kill_tab, live_app, lead, sealed
):
    place = let_in(sealed, lead)
    phone = open_browser(phone=True)
    phone.context.add_cookies([{"name": "guest", "value": guest_cookie(sealed, KEY), "url": live_app}])
    follow(phone, sealed)
    box(phone).press_sequentially("Seen from outside")
    expect(line(phone)).to_have_text(SAVED)
    phone.reload()
    expect(box(phone)).to_have_value("Seen from outside")
    phone.context.set_offline(True)
    box(phone).press("Control+End")
    box(phone).press_sequentially(", and without a signal")
    expect(line(phone)).to_have_text(KEPT)
    kill_tab(phone)
    phone.context.set_offline(False)
    again = follow(phone.context.new_page(), sealed)
    wait_for(lambda: again.wait_for_timeout(50) or bodies() == {"Seen from outside, and without a signal"})
    expect(box(again)).to_have_value("Seen from outside, and without a signal")
    assert Draft.objects.get().participation == place
