"""The console in a browser: two who lead, the keyboard, every stage for axe, and small screens."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from reflection.domain.live_rooms import come_in
from reflection.models import LiveRun
from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_live, write

MINUTE = timedelta(minutes=1)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    session = make_live(larkmere, framework, lead, attribution="named")
    for one in session.participations.all():
        come_in(participation=one)
    return session


def open_console(open_browser, session, person, **how):
    page = open_browser(person, **how)
    page.goto(f"/sessions/{session.pk}/live/")
    return page


def test_a_co_host_takes_over_with_one_press_and_the_other_sees_it(open_browser, session, amina, ruth):
    hers, other = open_console(open_browser, session, amina), open_console(open_browser, session, ruth)
    lead_here = hers.get_by_role("button", name="Lead from here")
    expect(lead_here).to_be_hidden()
    other.get_by_role("button", name="Lead from here").click()
    for page in (hers, other):
        expect(page.get_by_text("Ruth leads", exact=True)).to_be_visible(timeout=10_000)
    expect(lead_here).to_be_visible()
    expect(other.get_by_role("button", name="Lead from here")).to_be_hidden()
    hers.get_by_text("Hand over to a co-host").click()
    hers.get_by_role("button", name="Amina Rahman leads from here").click()
    expect(other.get_by_text("Amina leads", exact=True)).to_be_visible(timeout=10_000)


def test_the_console_is_worked_with_the_keyboard_and_keeps_its_focus(open_browser, session, amina):
    page = open_console(open_browser, session, amina)
    page.locator("#c-minute").focus()
    before = page.locator("[data-live-ends]").first.get_attribute("data-live-ends")
    page.keyboard.press("Enter")
    expect(page.locator("[data-live-ends]").first).not_to_have_attribute("data-live-ends", before)
    expect(page.locator("#c-minute")).to_be_focused()
    page.get_by_role("button", name=re.compile("Spoke.*Bea")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person heard")).to_be_visible()
    expect(page.get_by_role("heading", name="Not heard yet today")).to_be_focused()
    page.locator("#c-reveal").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("12 people are still writing.")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show now")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="1 more minute")).to_be_focused()
    expect(page.locator("[data-live-key]")).to_have_attribute("data-live-words", "Write")


def test_a_press_whose_answer_was_lost_is_done_once_when_it_is_pressed_again(open_browser, session, amina):
    page = open_console(open_browser, session, amina)
    before = LiveRun.objects.get().ends_at

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/live/command/", lose_the_answer, times=1)
    page.locator("#c-minute").click()
    expect(page.get_by_text("That did not get through.")).to_be_visible()
    assert LiveRun.objects.get().ends_at - before == MINUTE
    with page.expect_response("**/live/command/"):
        page.get_by_role("button", name=re.compile("Spoke.*Bea")).click()
    with page.expect_response("**/live/command/"):
        page.locator("#c-minute").click()
    expect(page.get_by_text("That did not get through.")).to_be_hidden()
    assert LiveRun.objects.get().ends_at - before == MINUTE
    with page.expect_response("**/live/command/"):
        page.locator("#c-minute").click()
    assert LiveRun.objects.get().ends_at - before == 2 * MINUTE


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_every_stage_of_the_console_is_clean_for_axe_and_fits(open_browser, axe, session, amina, width, dark):
    write(session, 5)
    page = open_console(open_browser, session, amina, width=width, dark=dark)

    def look(stage):
        expect(page.locator("[data-live-key]")).to_have_attribute("data-live-words", stage)
        assert (stage, axe(page)) == (stage, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), stage

    look("Write")
    page.locator("#c-reveal").click()
    look("Write")
    page.get_by_role("button", name="Show now").click()
    look("Reveal")
    page.get_by_role("button", name="Go round, in a fair order").click()
    expect(page.get_by_role("heading", name="Order of speaking")).to_be_focused()
    look("Reveal")
    page.locator("#turn-pass").click()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()
    for stage in ("Group", "Choose", "Agree", "Done"):
        page.locator("#c-next").click()
        look(stage)
    expect(page.get_by_role("link", name="Close the session…")).to_be_visible()
