"""Planning a session that people meet for, as people do it: keys, mouse, small screens, with and without script."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.live import begin_live
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.sessions import open_session, schedule_session
from reflection.enums import RoundKind, SessionMode
from reflection.models import Session
from reflection.tests.sessions import make_plan
from reflection.tests.views.test_sessions import url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def rows(page):
    return page.locator("[data-key]").evaluate_all("rows => rows.map((row) => row.dataset.key)")


def live_plan(partnership, framework, lead, **fields):
    question = framework.questions.first()
    choices = [
        RoundChoice.together(RoundKind.ARRIVE),
        RoundChoice.together(RoundKind.LAST_ACTIONS),
        RoundChoice.together(RoundKind.QUESTION, question, question.prompts.all()[:3]),
        RoundChoice.together(RoundKind.ACTIVITY, question),
        RoundChoice.together(RoundKind.RATING),
        RoundChoice.together(RoundKind.CLOSING),
    ]
    fields = {"mode": SessionMode.LIVE, "choices": choices, "where": "Tannery Row Kitchen, and online"} | fields
    return make_plan(partnership, framework, lead, **fields)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_a_live_session_is_clean_for_axe_and_fits_320_px(
    open_browser, faults, larkmere, framework, lead, amina, bea, dark
):
    draft = live_plan(larkmere, framework, lead)
    told = schedule_session(
        session=live_plan(larkmere, framework, lead, mode=SessionMode.BOTH, title="Written first"), by=lead
    )
    waiting = open_session(session=live_plan(larkmere, framework, lead, title="Soon"), by=lead)
    begun = open_session(session=live_plan(larkmere, framework, lead, title="Now"), by=lead)
    begin_live(session=begun, by=lead)
    both = {"session_edit": [draft, told], "session_preview": [draft]}
    for_all = [url("session_list", partnership_id=larkmere.pk), "/"]
    for_all += [url("session_detail", session_id=session.pk) for session in (told, waiting, begun)]
    leads = [url(name, session_id=session.pk) for name, sessions in both.items() for session in sessions]
    assert faults(open_browser(amina, dark=dark), [*leads, *for_all]) == []
    assert faults(open_browser(bea, dark=dark), for_all) == []


def test_a_live_session_is_planned_with_keys_and_keeps_itself(open_browser, larkmere, framework, amina):
    page = open_browser(amina)
    page.goto(url("session_plan", partnership_id=larkmere.pk))
    page.get_by_label("What shall we call it?").fill("What makes us different?")
    page.get_by_label("Over some days").press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan a live session")
    assert rows(page) == ["arrive", "question_1", "rating", "closing"]
    assert page.evaluate("document.activeElement.value") == "live", "the choice keeps the focus"
    up = page.locator('[data-key="rating"] [data-plan-move="up"]')
    up.focus()
    up.press("Enter")
    assert rows(page) == ["arrive", "rating", "question_1", "closing"]
    expect(up).to_be_focused()
    expect(page.locator("[data-plan-moved]")).to_have_text("Rate the twelve signs is now 2 of 4.")
    page.get_by_role("button", name="Undo last change").click()
    expect(page.locator("[data-key]").nth(1)).to_have_attribute("data-key", "question_1")
    assert rows(page) == ["arrive", "question_1", "rating", "closing"]
    page.get_by_role("button", name="Take out: Arrive").click()
    expect(page.locator("[data-key]")).to_have_count(3)
    expect(page.get_by_role("button", name="Undo last change")).to_be_focused()
    page.get_by_text("Add a round").click()
    page.get_by_role("button", name="Pairs, fours, all").click()
    expect(page.get_by_label("Minutes for Pairs, fours, all")).to_be_focused()
    page.get_by_label("Minutes for Pairs, fours, all").fill("40")
    expect(page.locator('[data-plan-piece="sum"]')).to_contain_text("100 of 75 min")
    page.get_by_role("button", name="Take 25 off the longest").click()
    expect(page.get_by_label("Minutes for Pairs, fours, all")).to_have_value("15")
    expect(page.locator('[data-plan-piece="fit"]')).to_contain_text("75 of 75 minutes.")
    expect(page.locator("[data-plan-saved]")).to_contain_text("Draft kept at")
    page.reload()
    assert rows(page) == ["question_1", "rating", "activity", "closing"]
    plan = Session.objects.get()
    assert (plan.title, plan.mode) == ("What makes us different?", SessionMode.LIVE)
    assert list(plan.rounds.values_list("minutes", flat=True)) == [38, 14, 15, 8]


def test_a_round_can_be_dragged_and_the_way_back_is_one_press(open_browser, larkmere, framework, lead, amina):
    plan = live_plan(larkmere, framework, lead)
    page = open_browser(amina)
    page.goto(url("session_edit", session_id=plan.pk))
    before = rows(page)
    grip = page.locator('[data-key="rating"] [data-plan-grip]')
    page.set_viewport_size({"width": 1280, "height": 2600})
    start, above = grip.bounding_box(), page.locator('[data-key="last_actions"]').bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, above["y"] + 5, steps=6)
    page.mouse.up()
    assert rows(page) == ["arrive", "rating", "last_actions", "question_1", "activity", "closing"]
    expect(page.locator("[data-plan-moved]")).to_have_text("Rate the twelve signs is now 2 of 6.")
    page.get_by_role("button", name="Undo last change").click()
    expect(page.locator("[data-key]").nth(4)).to_have_attribute("data-key", "rating")
    assert rows(page) == before


def test_what_is_typed_while_a_change_is_on_its_way_stays(open_browser, larkmere, framework, lead, amina):
    plan = live_plan(larkmere, framework, lead)
    page = open_browser(amina)
    page.goto(url("session_edit", session_id=plan.pk))
    held = {}
    page.route("**/plan/", lambda route: held.setdefault("first", route) is route or route.continue_())
    page.get_by_role("button", name="Take out: Arrive").click()
    page.get_by_label("Minutes for Closing").fill("11")
    page.get_by_label("Where?").fill("Online")
    held["first"].continue_()
    expect(page.locator("[data-key]")).to_have_count(5)
    expect(page.get_by_label("Minutes for Closing")).to_have_value("11")
    expect(page.get_by_label("Where?")).to_have_value("Online")


def test_a_live_session_is_planned_on_a_phone_without_script(open_browser, larkmere, framework, amina):
    page = open_browser(amina, phone=True, javascript=False)
    page.goto(url("session_plan", partnership_id=larkmere.pk))
    page.get_by_role("textbox", name=re.compile("^Why now")).fill("Two new groups do something close to what we do.")
    page.get_by_label("Live, together").check()
    page.get_by_role("button", name="Show what this way needs").click()
    page.get_by_role("button", name="Take out: Rate the twelve signs").click()
    page.get_by_text("Add a round").click()
    page.get_by_role("button", name="Question 3").click()
    expect(page.get_by_role("textbox", name=re.compile("^Why now"))).to_have_value(
        "Two new groups do something close to what we do."
    )
    page.get_by_role("button", name="End at").first.click()
    page.get_by_role("button", name="Invite 12 people").click()
    expect(page.get_by_text("gets it for their calendars")).to_be_visible()
    plan = Session.objects.get()
    assert list(plan.rounds.values_list("kind", flat=True)) == ["arrive", "question", "question", "closing"]
    assert (plan.closes_at - plan.opens_at).total_seconds() == 90 * 60


def test_who_waits_is_taken_along_when_the_room_opens(open_browser, larkmere, framework, lead, bea):
    session = open_session(session=live_plan(larkmere, framework, lead), by=lead)
    page = open_browser(bea, phone=True)
    page.goto(url("session_detail", session_id=session.pk))
    expect(page.get_by_text("this page moves on by itself")).to_be_visible()
    page.wait_for_timeout(500)
    begin_live(session=session, by=lead)
    page.wait_for_url(f"**{url('live_follow', session_id=session.pk)}", timeout=20_000)
