"""Where the focus goes on the console, and on a phone, when a press takes its own button away; and where it is left alone."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.drafts import ask_for_call
from reflection.domain.live_board import move_card
from reflection.domain.live_rooms import come_in
from reflection.domain.live_talk import begin_talk
from reflection.domain.live_voices import mark_spoke
from reflection.domain.live_words import flag_word
from reflection.domain.themes import ALONE
from reflection.models import Answer
from reflection.models.guests import JoinCode
from reflection.models.live_voices import TalkingTurn
from reflection.models.pairs import SmallGroup
from reflection.tests.browser.test_console import open_console
from reflection.tests.browser.test_phone import follow, on
from reflection.tests.guests import ask
from reflection.tests.live.listening import forget_revocations
from reflection.tests.pairs import in_pairs, make_together
from reflection.tests.sessions import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOVES = 15_000  # ms


def press(button):
    button.focus()
    button.page.keyboard.press("Enter")
    expect(button).to_have_count(0, timeout=MOVES)


def place_of(session, person):
    return session.participations.get(membership__person=person)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Let in.*Gus", "Not heard yet today"),
        ("Not this time.*Gus", "Not heard yet today"),
        ("Explained.*Co-production", "Say that plainly"),
        ("Explained.*Levers", "Say that plainly"),
        ("Done.*Bea", "What is"),
    ],
)
def test_what_was_seen_to_hands_the_focus_to_a_heading_that_stays(open_browser, session, amina, bea, name, place):
    ask(session)
    ask_for_call(participation=place_of(session, bea))
    for word in ("Co-production", "Levers"):
        flag_word(session=session, word=word)
    page = open_console(open_browser, session, amina)
    press(page.get_by_role("button", name=re.compile(name)))
    expect(page.get_by_role("heading", name=place)).to_be_focused()


def test_the_first_code_has_the_focus_once_it_is_made(open_browser, session, amina):
    JoinCode.objects.filter(session=session).delete()
    session.touch()
    page = open_console(open_browser, session, amina)
    press(page.get_by_role("button", name="Make a code for guests"))
    expect(page.locator("#guest-code summary")).to_be_focused()


def test_a_move_taken_back_leaves_the_focus_with_the_question(open_browser, session, amina, lead):
    write(session)
    on(session, lead, "group")
    move_card(session=session, by=lead, answer_id=Answer.objects.first().pk, to=ALONE)
    page = open_console(open_browser, session, amina)
    press(page.get_by_role("button", name="Undo last move"))
    expect(page.locator("#h-now")).to_be_focused()


def test_pairs_shown_without_fours_leave_the_focus_with_what_comes_next(
    open_browser, live_app, larkmere, framework, lead
):
    forget_revocations()
    round = make_together(larkmere, framework, lead, here=4)
    in_pairs(round, lead)
    SmallGroup.objects.filter(round=round).update(text="What the two of us say", ready=True)
    page = open_console(open_browser, round.session, lead.person)
    page.get_by_text("Show what the pairs wrote, without fours").click()
    press(page.get_by_role("button", name="Show now"))
    expect(page.locator("#c-next")).to_be_focused()


def test_whoever_left_the_heading_is_not_brought_back_to_it(open_browser, session, amina, tom, bea, lead):
    for person in (tom, bea):
        come_in(participation=place_of(session, person))
    page = open_console(open_browser, session, amina)
    page.get_by_role("button", name=re.compile("Spoke.*Bea")).press("Enter")
    expect(page.get_by_role("heading", name="Not heard yet today")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    mark_spoke(participation=place_of(session, tom), by=lead, seen=0)
    expect(page.get_by_text("2 people heard")).to_be_visible(timeout=MOVES)
    assert page.evaluate("document.activeElement === document.body")


def test_a_press_that_did_not_get_through_moves_no_focus_later(open_browser, session, amina, tom, bea, lead):
    for person in (tom, bea):
        come_in(participation=place_of(session, person))
    page = open_console(open_browser, session, amina)
    page.route("**/live/command/", lambda route: route.abort(), times=1)
    page.get_by_role("button", name=re.compile("Spoke.*Bea")).click()
    expect(page.get_by_text("That did not get through.")).to_be_visible()
    page.mouse.click(640, 3)  # on nothing
    page.evaluate("document.activeElement.blur()")
    mark_spoke(participation=place_of(session, tom), by=lead, seen=0)
    expect(page.get_by_text("1 person heard")).to_be_visible(timeout=MOVES)
    assert page.evaluate("document.activeElement === document.body")


def test_whoever_passes_on_their_phone_goes_on_from_the_heading(open_browser, session, tom, bea, lead):
    for person in (tom, bea):
        come_in(participation=place_of(session, person))
    write(session)
    on(session, lead, "reveal")
    begin_talk(session=session, by=lead)
    speaker = TalkingTurn.objects.in_session(session).first().participation.membership.person
    phone = follow(open_browser(speaker, phone=True), session)
    button = phone.get_by_role("button", name="Pass this time")
    button.press("Enter")
    expect(button).to_be_hidden(timeout=MOVES)
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
