"""The pages of a session as people meet them: keyboard, small screens, both themes, with and without script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reflection.domain.drafts import ask_for_call
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import cancel_session, close_session
from reflection.models import Session
from reflection.tests.sessions import make_open, make_plan, make_revealed, write
from reflection.tests.views.test_sessions import announced, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def pages(larkmere, framework, lead, gwen):
    """Every page of the sessions room, in a state with something on it."""
    past, _ = make_revealed(larkmere, framework, lead)
    close_session(session=past, by=lead)
    gone = make_open(larkmere, framework, lead, questions=2)
    write(gone, 4)
    cancel_session(session=gone, by=lead, why="Too many of us are away.")
    running = make_open(larkmere, framework, lead, questions=5)
    ask_for_call(participation=running.participations.get(membership__person=gwen), note="After 6 is best")
    tried = make_open(larkmere, framework, lead, questions=5)
    for round, writers in zip(tried.rounds.all(), (8, 9, 3, 9, 2), strict=True):
        write(tried, writers, round=round)
    reveal_session(session=tried, by=lead)
    coming, draft = announced(larkmere, framework, lead, hosted_by=lead), make_plan(larkmere, framework, lead)
    named = {
        "session_detail": [past, gone, running, tried, coming],
        "session_run": [running, tried],
        "session_edit": [coming, draft],
        "session_preview": [draft],
        "session_open": [coming],
        "session_more_time": [running],
        "session_end_writing": [running],
        "session_reveal": [running],
        "draft_write_for": [running],
        "session_cancel": [running],
        "session_close": [tried],
        "session_share": [past],
    }
    found = [url(name, session_id=session.pk) for name, sessions in named.items() for session in sessions]
    return [
        *found,
        url("round_reveal", round_id=tried.rounds.get(position=3).pk),
        url("session_list", partnership_id=larkmere.pk),
        url("session_plan", partnership_id=larkmere.pk),
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_clean_for_axe_and_fits_320_px(open_browser, faults, pages, amina, dark):
    assert faults(open_browser(amina, dark=dark), pages) == []


def test_an_error_takes_the_cursor_to_its_field(open_browser, larkmere, framework, amina):
    page = open_browser(amina)
    page.goto(url("session_plan", partnership_id=larkmere.pk))
    page.get_by_role("button", name="Open on").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Say why now, in a line or two").click()
    expect(page.get_by_role("textbox", name="Why now?")).to_be_focused()


def test_a_plan_keeps_itself_and_two_tabs_lose_nothing(open_browser, larkmere, framework, amina, ruth):
    mine = open_browser(amina)
    mine.goto(url("session_plan", partnership_id=larkmere.pk))
    mine.get_by_role("textbox", name="Why now?").fill("It is a year since we last looked.")
    expect(mine.locator("[data-plan-saved]")).to_contain_text("Draft kept at")
    plan = Session.objects.get()
    assert mine.url.endswith(url("session_edit", session_id=plan.pk))
    mine.get_by_role("button", name="Only the two left longest").click()
    expect(mine.locator("[data-plan-piece=sum]")).to_have_text("2 questions, 14 min each person")
    theirs = open_browser(ruth)
    theirs.goto(url("session_edit", session_id=plan.pk))
    theirs.get_by_label("What shall we call it?").fill("Ruth’s name for it")
    theirs.get_by_role("button", name="Keep as a draft").click()
    mine.get_by_label("What shall we call it?").fill("Amina’s name for it")
    expect(mine.locator("[data-plan-saved]")).to_contain_text("Someone else changed this plan")
    mine.get_by_role("button", name="Keep as a draft").click()
    expect(mine.get_by_text("Ruth’s name for it", exact=True)).to_be_visible()
    expect(mine.get_by_label("What shall we call it?")).to_have_value("Amina’s name for it")
    mine.get_by_role("button", name="Keep as a draft").click()
    expect(mine.get_by_text("Draft kept. Nobody has been told yet.")).to_be_visible()
    plan.refresh_from_db()
    assert (plan.title, Session.objects.count()) == ("Amina’s name for it", 1)


def test_a_plan_typed_before_the_script_has_come_keeps_itself_and_one_only_looked_at_does_not(
    open_browser, larkmere, framework, amina
):
    page = open_browser(amina)
    page.goto(url("session_plan", partnership_id=larkmere.pk))
    page.wait_for_timeout(2500)
    assert not Session.objects.exists()
    held = {}
    page.route("**/plan*.js", lambda route: held.update(script=route))
    page.goto(url("session_plan", partnership_id=larkmere.pk), wait_until="commit")
    page.get_by_role("textbox", name="Why now?").fill("Typed on a slow line.")
    while not held:
        page.wait_for_timeout(50)
    held["script"].continue_()
    expect(page.locator("[data-plan-saved]")).to_contain_text("Draft kept at")
    assert Session.objects.get().why_now == "Typed on a slow line."


def test_the_whole_way_without_script_on_a_phone(open_browser, larkmere, framework, amina):
    page = open_browser(amina, phone=True, javascript=False)
    page.goto(url("session_plan", partnership_id=larkmere.pk))
    page.get_by_role("textbox", name="Why now?").fill("It is a year since we last looked.")
    page.get_by_role("button", name="Only the two left longest").click()
    expect(page.locator('input[name="questions"]:checked')).to_have_count(2)
    page.get_by_label("Opens", exact=True).fill(f"{timezone.localtime() - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Draw it again").click()
    page.get_by_role("button", name="Open now").click()
    expect(page.get_by_role("heading", name="How far we are")).to_be_visible()
    session = Session.objects.get()
    assert session.is_open
    write(session)
    page.get_by_role("link", name="Show the answers…").click()
    page.get_by_role("button", name="Show the answers").click()
    expect(page.get_by_text("too few to show safely")).to_be_visible()
    page.get_by_role("button", name="Keep it closed").click()
    page.get_by_role("link", name="Close the session…").click()
    page.get_by_role("button", name="Close the session").click()
    expect(page.get_by_role("link", name="Read the record")).to_be_visible()


def test_arrows_move_a_question_and_keep_the_focus(open_browser, larkmere, framework, lead, amina):
    plan = make_plan(larkmere, framework, lead, questions=5)
    page = open_browser(amina)
    page.goto(url("session_edit", session_id=plan.pk))
    down = page.locator("[data-plan-move=down]").first
    down.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name(re.compile(r"^Move down: .+, now 3 of 5$"))
    expect(page.locator("[data-plan-moved]")).to_have_text(re.compile(r"is now 3 of 5\.$"))
    page.locator("[data-plan-move=up]").first.click(force=True)  # at the end of the row: nothing moves
    expect(page.locator("[data-plan-saved]")).to_contain_text("Draft kept")
    assert list(plan.rounds.values_list("question__number", flat=True)) == [2, 3, 1, 4, 5]
