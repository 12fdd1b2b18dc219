"""A phone between presses: what comes back belongs to the press, nothing older replaces it, and the box keeps its words."""

import pytest
from playwright.sync_api import expect

from reflection.domain.live import go_next
from reflection.domain.live_voices import mark_spoke
from reflection.models.drafts import Draft
from reflection.models.live import LiveRun
from reflection.tests.browser.holding import Held
from reflection.tests.browser.test_drafts import bodies, box, wait_for
from reflection.tests.browser.test_phone import follow, on
from reflection.tests.sessions import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOVES = 15_000  # ms


def go_on(session, lead):
    go_next(session=session, by=lead, expected=LiveRun.objects.get(session=session).step)


def test_the_count_of_dots_goes_with_the_choosing(open_browser, session, lead, bea):
    write(session)
    on(session, lead, "choose")
    phone = follow(open_browser(bea, phone=True), session)
    phone.locator("[data-live-vote] [data-add]").first.click()
    expect(phone.get_by_text("4 of 5 left")).to_be_visible()
    go_on(session, lead)
    expect(phone.locator("[data-live-dots]")).to_have_count(0, timeout=MOVES)
    expect(phone.get_by_text("of 5 left")).to_have_count(0)


def test_an_older_answer_does_not_bring_back_the_part_that_has_ended(open_browser, session, lead, bea):
    write(session)
    on(session, lead, "group")
    phone = follow(open_browser(bea, phone=True), session)
    held = Held(phone, "**/live/mine/**")
    go_on(session, lead)
    held.wait()
    with phone.expect_response("**/live/mine/**"):
        go_on(session, lead)
    choosing = held.let_go()
    phone.wait_for_timeout(500)
    assert "data-live-dots" in choosing.text()
    expect(phone.locator("[data-live-dots]")).to_have_count(0)


def test_a_hand_that_was_heard_goes_down_on_the_phone_too(open_browser, session, lead, bea):
    phone = follow(open_browser(bea, phone=True), session)
    hand = phone.locator("[data-live-hand] button")
    box(phone).fill("Half a thou")
    hand.click()
    expect(hand).to_have_attribute("aria-pressed", "true")
    place = session.participations.get(membership__person=bea)
    box(phone).press_sequentially("ght")
    assert mark_spoke(participation=place, by=lead, seen=0)
    expect(hand).to_have_attribute("aria-pressed", "false", timeout=MOVES)
    expect(box(phone)).to_have_value("Half a thought")
    expect(phone.get_by_text("The group has moved on")).to_have_count(0)
    phone.wait_for_timeout(1000)  # a second press within a second is the same press
    hand.click()
    expect(hand).to_have_attribute("aria-pressed", "true")


def test_deleting_one_thought_leaves_the_other_in_its_box(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True), session)
    box(phone).fill("The first")
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".pn-live-own")).to_contain_text("The first")
    box(phone).fill("The second")
    phone.get_by_role("button", name="Delete").click()
    expect(phone.locator(".pn-live-own")).to_have_count(0)
    expect(box(phone)).to_have_value("The second")
    expect(box(phone)).to_be_focused()
    assert bodies() == {"The second"}


def test_nothing_is_said_to_be_added_where_nothing_was_written(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True), session)
    said = phone.locator("[data-live-said]")
    with phone.expect_response("**/live/mine/**"):
        phone.get_by_role("button", name="Add", exact=True).click()
    expect(box(phone)).to_be_focused()
    expect(said).not_to_have_text("Added.")
    phone.wait_for_timeout(1000)  # a second press within a second is the same press
    box(phone).fill("The first")
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(said).to_have_text("Added.")
    assert Draft.objects.get().ready


def test_a_press_too_many_does_not_keep_the_box_from_being_saved(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True), session)
    box(phone).fill("Words")
    expect(phone.locator("[data-saved] [data-words]")).to_contain_text("Saved at")
    phone.route("**/write/", lambda route: route.abort())
    add = phone.get_by_role("button", name="Add", exact=True)
    add.click()
    expect(phone.get_by_text("That did not get through.")).to_be_visible()
    add.click()
    phone.unroute_all()
    box(phone).press_sequentially(" and more")
    wait_for(lambda: phone.wait_for_timeout(50) or bodies() == {"Words and more"})
