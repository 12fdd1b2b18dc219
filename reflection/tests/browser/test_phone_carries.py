"""A phone whose own part comes anew while somebody types: every key pressed meanwhile is there afterwards."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.arriving import say_word
from reflection.domain.live import reveal_led
from reflection.enums import RoundKind
from reflection.models.drafts import Draft
from reflection.models.live import LiveRun
from reflection.tests.browser.test_drafts import bodies, box, wait_for
from reflection.tests.live.listening import forget_revocations
from reflection.tests.live.test_small_rounds import begin
from reflection.tests.sessions import make_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACK = 20_000  # ms


def follow(page, session):
    page.goto(f"/sessions/{session.pk}/live/follow/")
    return page


def test_keys_typed_behind_add_are_a_thought_of_their_own(live_app, open_browser, bea, larkmere, framework, lead):
    forget_revocations()
    session = make_live(larkmere, framework, lead, attribution="named")
    phone = follow(open_browser(bea, phone=True), session)
    phone.evaluate("localStorage.setItem('partnering.shared', '1')")  # nothing helps from the device
    box(phone).fill("The first")
    expect(phone.locator("[data-saved] [data-words]")).to_contain_text("Saved at")

    def slowly(route):
        if route.request.method == "GET":
            box(phone).press_sequentially(" and the next")
        route.continue_()

    phone.route(re.compile(r"/live/mine/"), slowly)
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".pn-live-own")).to_contain_text("The first")
    expect(box(phone)).to_have_value("and the next")
    wait_for(lambda: phone.wait_for_timeout(50) or bodies() == {"The first", "and the next"})
    assert Draft.objects.get(ready=True).body == "The first"


def test_a_word_that_nobody_sent_is_handed_back(live_app, open_browser, bea, larkmere, framework, lead):
    forget_revocations()
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    for place in session.participations.exclude(membership__person=bea):
        say_word(participation=place, round=session.rounds.first(), word="Calm")
    phone = follow(open_browser(bea, phone=True), session)
    phone.get_by_label("Your word").fill("Hopeful")
    phone.get_by_label("Your word").blur()
    assert reveal_led(session=session, by=lead, expected=LiveRun.objects.get(session=session).step)
    go = phone.get_by_role("button", name="Go there")
    expect(go).to_be_visible(timeout=BACK)
    expect(phone.get_by_label("Your word")).to_have_value("Hopeful")
    go.click()
    expect(phone.locator("[data-handed-back]")).to_contain_text("Hopeful")
    expect(phone.get_by_label("Your word")).to_have_count(0)


def test_the_focus_goes_to_the_heading_when_what_had_it_goes(live_app, open_browser, bea, larkmere, framework, lead):
    forget_revocations()
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    for place in session.participations.all():
        say_word(participation=place, round=session.rounds.first(), word="Calm")
    phone = follow(open_browser(bea, phone=True), session)
    phone.get_by_role("button", name="Keep this word").focus()
    assert reveal_led(session=session, by=lead, expected=LiveRun.objects.get(session=session).step)
    expect(phone.get_by_label("Your word")).to_have_count(0, timeout=BACK)
    expect(phone.locator("#live h1")).to_be_focused()
