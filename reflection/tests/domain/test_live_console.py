"""What those who lead see around the round: told from the state alone, and never more than a count may tell."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from partnerships.enums import Sector
from partnerships.tests.factories import make_members
from reflection.domain.live import begin_live, go_next, hand_over, keep_led_closed, reveal_led
from reflection.domain.live_console import balance_of, plan_of, read_console, read_talk
from reflection.domain.live_cues import CUES, MOMENTS
from reflection.domain.live_pages import read_screen
from reflection.domain.live_rooms import come_in, finish_round, set_hand
from reflection.domain.live_talk import begin_talk
from reflection.domain.live_voices import mark_spoke
from reflection.domain.rounds import STAGES
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.session_progress import step_of
from reflection.domain.sessions import open_session
from reflection.enums import RoundKind, SessionMode, Stage
from reflection.live.screens import _draw, draw_screens
from reflection.live.tickets import Listeners
from reflection.models.live import LiveRun
from reflection.tests.ratings import make_live_round
from reflection.tests.sessions import make_live, make_plan, write

pytestmark = pytest.mark.django_db


def everyone_in(session):
    for one in session.participations.all():
        come_in(participation=one)


def console_of(session):
    return read_console(read_screen(session.pk))


def drawn(session, listeners=Listeners.FACILITATOR):
    return _draw(read_screen(session.pk), listeners)


def names(participations):
    return [one.short_name for one in participations]


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead, questions=2, attribution="named")


def test_no_stage_of_any_kind_is_without_words_to_borrow():
    wanted = {
        (kind, stage) for kind, stages in STAGES.items() for stage in stages if stage not in (Stage.WAITING, Stage.DONE)
    }
    assert set(CUES) == wanted
    assert all(len(cue.say.split()) > 4 for cue in CUES.values())
    assert len(MOMENTS) == 6


def test_the_plan_unfolds_where_the_room_is(session, lead):
    plan = plan_of(read_screen(session.pk))
    assert [(line.words, line.state, line.inside) for line in plan] == [
        ("Purpose", "", False),
        ("Write, each alone", "now", True),
        ("Show all answers", "", True),
        ("Group", "", True),
        ("Choose", "", True),
        ("Talk and agree", "", True),
        ("Role", "", False),
    ]
    keep_led_closed(session=session, by=lead, expected=1)
    plan = plan_of(read_screen(session.pk))
    assert [(line.words, line.state) for line in plan if not line.inside] == [("Purpose", "done"), ("Role", "")]
    assert [line.words for line in plan if line.state == "now"] == ["Write, each alone"]


def test_whether_we_are_on_time_comes_from_the_state_alone(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, mode=SessionMode.LIVE, attribution="named")
    minutes = plan.rounds.get().minutes
    begin_live(session=plan, by=lead, at=plan.closes_at - timedelta(minutes=minutes))
    first, again = console_of(plan), console_of(plan)
    assert (first.late, first.is_late, first.is_early) == (0, False, False)
    assert first.ends_at == again.ends_at == plan.closes_at
    write(plan, 3)
    reveal_led(session=plan, by=lead, expected=1, at=plan.closes_at)
    assert console_of(plan).is_late
    assert "late. Ends at" in drawn(plan)


def test_a_room_that_opens_on_another_day_is_neither_late_nor_early(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, mode=SessionMode.LIVE, attribution="named")
    begin_live(session=plan, by=lead, at=plan.closes_at - timedelta(days=8))
    page = drawn(plan)
    assert "It was planned for another time." in page
    assert "in hand" not in page and "On time" not in page


def test_in_a_session_written_before_it_meets_the_end_is_the_meetings(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, mode=SessionMode.BOTH, attribution="named")
    open_session(session=plan, by=lead)
    begin_live(session=plan, by=lead, at=plan.meeting.ends_at - timedelta(minutes=plan.rounds.get().minutes))
    assert console_of(plan).late == 0


def test_who_was_not_heard_stands_first_with_hands_before_others(session, lead):
    everyone_in(session)
    bea, nia = (session.participations.get(membership__person__full_name__startswith=name) for name in ("Bea", "Nia"))
    mark_spoke(participation=bea, by=lead, seen=0)
    set_hand(participation=nia, up=True)
    console = console_of(session)
    assert names(console.heard) == ["Bea"]
    assert names(console.not_heard)[:2] == ["Nia", "Amina"]
    assert len(console.not_heard) == 11
    assert console.not_here == []


def test_a_sealed_round_tells_steps_and_no_number_of_people_who_write(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead)
    everyone_in(session)
    for one in session.participations.all()[:7]:
        finish_round(participation=one, round=session.rounds.get())
    console = console_of(session)
    assert console.finished.count is None
    assert [step.words for step in console.finished.steps if step.current] == ["6 or more"]
    words = re.sub(r"<[^>]+>", " ", drawn(session))
    assert "Some may still be writing" in words
    assert "still writing. Their drafts" not in words
    assert not re.search(r"\b[57] (of|people|person)", words)


def test_a_named_round_tells_how_many_and_asks_before_it_cuts_them_off(session):
    everyone_in(session)
    for one in session.participations.all()[:9]:
        finish_round(participation=one, round=session.rounds.first())
    console = console_of(session)
    assert (console.finished.count, console.finished.here, console.finished.writing) == (9, 12, 3)
    assert "3 people are still writing." in drawn(session)
    for one in session.participations.all():
        finish_round(participation=one, round=session.rounds.first())
    assert console_of(session).finished.everyone
    assert "still writing" not in drawn(session)


def test_a_closing_tells_steps_and_promises_totals_whatever_the_session_chose(larkmere, framework, lead):
    """A9: its numbers are told without names, in a session with names too."""
    closing = make_live_round(larkmere, framework, lead, RoundKind.CLOSING, attribution="named")
    session = closing.session
    LiveRun.objects.filter(session=session).update(round=closing)
    everyone_in(session)
    for one in session.participations.all()[:9]:
        finish_round(participation=one, round=closing)
    console = console_of(session)
    assert (console.finished.count, console.finished.step) == (None, step_of(9, 12))
    page = drawn(session)
    assert "how many chose each, never who" in page and "with the names" not in page
    assert "9 of 12" not in page
    assert "9 of 12" not in draw_screens(session.pk)[1][Listeners.PARTICIPANT]


def test_a_rating_with_names_says_so_on_the_console_and_offers_no_words_to_write(larkmere, framework, lead, client):
    rating = make_live_round(larkmere, framework, lead, RoundKind.RATING, attribution="named")
    assert "with the names of those who chose them" in drawn(rating.session)
    client.force_login(lead.person)
    page = client.get(f"/sessions/{rating.session_id}/live/").content.decode()
    assert "Write for someone in the room" not in page


def test_reveal_is_offered_first_and_next_says_why_it_waits(session, lead):
    html = drawn(session)
    assert 'id="c-next" type="button" aria-disabled="true" aria-describedby="c-why"' in html
    write(session, 2)
    reveal_led(session=session, by=lead, expected=1)
    assert 'value="next:2"' in drawn(session)


def test_too_few_say_so_and_may_stay_closed(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead)
    write(session, 2)
    assert not reveal_led(session=session, by=lead, expected=1)
    html = drawn(session)
    assert "Too few have written" in html
    assert 'value="keep-closed:1"' in html


def test_when_everything_is_done_the_session_can_be_closed(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead)
    keep_led_closed(session=session, by=lead, expected=1)
    assert "Close the session…" in drawn(session)


def test_balance_is_an_even_share_of_who_is_here(session, lead):
    everyone_in(session)
    for one in session.participations.filter(sector=Sector.COUNCIL):
        mark_spoke(participation=one, by=lead, seen=0)
        mark_spoke(participation=one, by=lead, seen=1)
    rows = balance_of(console_of(session).here)
    assert [(row.sector, row.turns, row.here, row.even) for row in rows] == [
        ("vcse", 0, 4, 2.0),
        ("council", 6, 3, 1.5),
        ("nhs", 0, 3, 1.5),
        ("resident", 0, 2, 1.0),
    ]
    assert [row.width for row in rows] == [0, 240, 0, 0]
    assert balance_of([]) == []


def test_the_table_of_voices_tells_what_the_picture_shows(session, lead):
    everyone_in(session)
    for one in session.participations.filter(sector=Sector.COUNCIL):
        mark_spoke(participation=one, by=lead, seen=0)
    table = drawn(session).split("Turns so far, by sector")[1].split("</table>")[0]
    rows = [re.findall(r">([^<>]+)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    assert rows == [
        ["Community and voluntary", "0", "4", "1.0"],
        ["Local council", "3", "3", "0.8"],
        ["NHS", "0", "3", "0.8"],
        ["Residents", "0", "2", "0.5"],
    ]
    for listeners in (Listeners.PARTICIPANT, Listeners.PROJECTOR):
        assert "Turns so far" not in draw_screens(session.pk)[1][listeners]


def test_only_those_who_facilitate_here_can_be_handed_the_room(session, lead, larkmere, ruth, bea):
    hers = larkmere.memberships.get(person=ruth)
    assert hand_over(session=session, by=lead, to=hers.pk) == hers
    assert console_of(session).leader == hers
    assert [one.person.full_name for one in console_of(session).others] == ["Amina Rahman"]
    with pytest.raises(ValidationError, match="does not facilitate"):
        hand_over(session=session, by=lead, to=larkmere.memberships.get(person=bea).pk)


def test_phones_hear_who_speaks_and_the_shared_screen_shows_no_names(session, lead):
    everyone_in(session)
    write(session, 2)
    reveal_led(session=session, by=lead, expected=1)
    go_next(session=session, by=lead, expected=2)
    assert read_talk(read_screen(session.pk)) == {}
    begin_talk(session=session, by=lead)
    screen = read_screen(session.pk)
    talk = read_talk(screen)
    assert f"{talk['speaker'].participation.short_name}</strong> speaks now." in drawn(session, Listeners.PARTICIPANT)
    assert "speaks now" not in drawn(session, Listeners.PROJECTOR)
    assert "Order of speaking" in drawn(session)
    assert "Order of speaking" not in drawn(session, Listeners.PARTICIPANT)


def test_nothing_of_one_person_and_no_token_is_in_the_console(session, lead):
    everyone_in(session)
    write(session, 3)
    for html in (drawn(session), _after_reveal(session, lead)):
        assert "csrf" not in html
        assert "idempotency" not in html


def _after_reveal(session, lead):
    reveal_led(session=session, by=lead, expected=1)
    begin_talk(session=session, by=lead)
    return drawn(session)


@pytest.mark.parametrize("people", [1, 40])
def test_a_console_costs_the_same_for_one_and_for_forty(
    larkmere, framework, lead, people, django_assert_max_num_queries
):
    if people > 12:
        make_members(larkmere, ["vcse", "nhs", "council", "other"] * 7)
    choices = [RoundChoice(framework.questions.first(), tuple(framework.questions.first().prompts.all()[:3]))]
    session = make_live(larkmere, framework, lead, attribution="named", choices=choices)
    for one in session.participations.all()[:people]:
        come_in(participation=one)
    with django_assert_max_num_queries(12):
        html = drawn(session)
    assert f"{people} of " in html
    write(session, people)
    reveal_led(session=session, by=lead, expected=1)
    if people > 1:
        begin_talk(session=session, by=lead)
    with django_assert_max_num_queries(12):
        drawn(session)
