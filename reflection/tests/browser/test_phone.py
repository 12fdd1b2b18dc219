"""The phone of a live session: what is typed stays where it is, and dots, hands and words need no new page."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.live import go_next, reveal_led
from reflection.domain.sessions import close_session
from reflection.models.drafts import Draft
from reflection.models.live import LiveRun
from reflection.models.votes import Vote
from reflection.tests.sessions import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STAGES = ("write", "reveal", "group", "choose", "agree")


def follow(page, session):
    page.goto(f"/sessions/{session.pk}/live/follow/")
    return page


def on(session, lead, stage):
    """Lead the room to a stage."""
    for step in range(STAGES.index(stage)):
        expected = LiveRun.objects.get(session=session).step
        (go_next if step else reveal_led)(session=session, by=lead, expected=expected)


def test_a_box_that_is_typed_in_is_not_touched_when_the_room_moves_on(open_browser, session, lead, bea):
    write(session)
    phone = follow(open_browser(bea, phone=True), session)
    box = phone.locator("#id_body")
    box.press_sequentially("A sentence that is not")
    on(session, lead, "reveal")
    expect(phone.get_by_text("The group has moved on to “Reveal”")).to_be_visible(timeout=15_000)
    expect(box).to_have_value("A sentence that is not")
    box.press_sequentially(" finished yet")
    phone.get_by_role("button", name="Go there").click()
    expect(phone.get_by_role("heading", name="All the answers")).to_be_visible()
    expect(phone.locator("#id_body")).to_have_value("A sentence that is not finished yet")
    assert Draft.objects.of(bea).get().body == "A sentence that is not finished yet"
    phone.get_by_role("button", name="Add mine, with my name").click()
    expect(phone.locator("#live").get_by_text("A sentence that is not finished yet")).to_be_visible()


def test_when_the_session_is_over_there_is_nothing_left_to_press(open_browser, session, lead, bea):
    phone = follow(open_browser(bea, phone=True), session)
    expect(phone.get_by_role("button", name="Raise my hand")).to_be_visible()
    close_session(session=session, by=lead)
    expect(phone.get_by_role("heading", name="Thank you. The session is over.")).to_be_visible(timeout=15_000)
    expect(phone.get_by_role("button", name="Raise my hand")).to_have_count(0)
    expect(phone.get_by_text("A word I don’t know")).to_have_count(0)


def test_words_are_added_and_finished_in_place(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True), session)
    phone.locator("#id_body").fill("What we cover goes unseen.")
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".pn-live-own")).to_contain_text("Ready to be shown")
    expect(phone.locator("#id_body")).to_have_value("")
    phone.get_by_role("button", name="I’m finished").click()
    expect(phone.get_by_role("button", name="Finished", exact=True)).to_be_visible()


def test_it_works_without_a_script(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True, javascript=False), session)
    phone.locator("#id_body").fill("What we cover goes unseen.")
    phone.get_by_role("button", name="I’m finished").click()
    expect(phone).to_have_url(re.compile("/live/follow/"))
    expect(phone.locator(".pn-live-own")).to_contain_text("Ready to be shown")
    phone.get_by_role("button", name="Raise my hand").click()
    expect(phone.get_by_role("button", name="Hand is up")).to_be_visible()


def test_dots_are_counted_in_place_up_to_the_limit(open_browser, session, lead, bea):
    write(session)
    on(session, lead, "choose")
    phone = follow(open_browser(bea, phone=True), session)
    first = phone.locator("[data-live-vote]").first
    for _ in range(5):
        first.locator("[data-add]").click()
    expect(phone.locator("[data-left]")).to_have_text("0 of 5 left")
    expect(first.locator("output")).to_have_text("5 dots")
    expect(first.locator("[data-add]")).to_have_attribute("aria-disabled", "true")
    first.locator("[data-take]").click()
    expect(phone.locator("[data-left]")).to_have_text("1 of 5 left")


def test_a_dot_whose_answer_was_lost_is_one_dot_when_it_is_put_again(open_browser, session, lead, bea):
    write(session)
    on(session, lead, "choose")
    phone = follow(open_browser(bea, phone=True), session)
    first = phone.locator("[data-live-vote]").first

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    phone.route("**/dots/add/", lose_the_answer, times=1)
    first.locator("[data-add]").click()
    expect(phone.get_by_text("That did not get through.")).to_be_visible()
    first.locator("[data-add]").click()
    expect(first.locator("output")).to_have_text("1 dot")
    first.locator("[data-add]").click()
    expect(first.locator("output")).to_have_text("2 dots")
    assert Vote.objects.count() == 2


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_read_by_everybody(open_browser, axe, session, lead, bea, stage):
    write(session)
    on(session, lead, stage)
    for how in ({"phone": True}, {"width": 320, "dark": True}):
        phone = follow(open_browser(bea, **how), session)
        phone.wait_for_timeout(300)
        assert axe(phone) == []
        assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
