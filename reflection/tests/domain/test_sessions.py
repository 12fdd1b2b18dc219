"""The life of a session: every state × every event, what opening freezes, what ending keeps (trust C1, C9)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.domain.partnerships import raise_minimum_group
from partnerships.models.dispatch import Dispatch
from partnerships.tests.factories import moment
from reflection.domain import sessions as life
from reflection.domain.session_planning import update_plan
from reflection.enums import Audience, SessionState, Stage
from reflection.models import Draft, Participation, Session
from reflection.tests.sessions import make_open, make_plan, make_revealed, write

pytestmark = pytest.mark.django_db

NOW = moment("2026-12-01 09:00")
PLANNED, OPEN, CLOSED, CANCELLED = SessionState.PLANNED, SessionState.OPEN, SessionState.CLOSED, SessionState.CANCELLED

DO = {
    "plan": lambda session, lead: life.schedule_session(session=session, by=lead),
    "unschedule": lambda session, lead: life.unschedule_session(session=session, by=lead),
    "open": lambda session, lead: life.open_session(session=session, by=lead),
    "more_time": lambda session, lead: life.give_more_time(
        session=session, by=lead, closes_at=timezone.now() + timedelta(days=3)
    ),
    "end_writing": lambda session, lead: life.end_writing(session=session, by=lead),
    "cancel": lambda session, lead: life.cancel_session(session=session, by=lead, why="Too many are away."),
    "close": lambda session, lead: life.close_session(session=session, by=lead),
    "share": lambda session, lead: life.share_with_programme(session=session, by=lead),
}
# (state, event) → the state after it. What is not here is refused and changes nothing.
AFTER = {
    (PLANNED, "plan"): PLANNED,
    (PLANNED, "unschedule"): PLANNED,
    (PLANNED, "open"): OPEN,
    (PLANNED, "cancel"): CANCELLED,
    (OPEN, "more_time"): OPEN,
    (OPEN, "end_writing"): OPEN,
    (OPEN, "cancel"): CANCELLED,
    (OPEN, "close"): CLOSED,
    (CLOSED, "share"): CLOSED,
}


@pytest.fixture
def in_state(larkmere, framework, lead):
    """A function that makes a session in a given state."""

    def make(state):
        later = timezone.now() + timedelta(days=2)
        plan = make_plan(larkmere, framework, lead, opens_at=later, closes_at=later + timedelta(days=9))
        if state != PLANNED:
            plan = life.open_session(session=plan, by=lead)
        if state == CLOSED:
            return life.close_session(session=plan, by=lead)
        if state == CANCELLED:
            return life.cancel_session(session=plan, by=lead, why="No.")
        return plan

    return make


def row(session):
    return Session.objects.filter(pk=session.pk).values().get()


@pytest.mark.parametrize("state", list(SessionState))
def test_every_event_in_every_state(in_state, lead, state):
    for event, do in DO.items():
        session = in_state(state)
        before = row(session)
        if (state, event) in AFTER:
            do(session, lead)
            assert (event, row(session)["state"]) == (event, AFTER[state, event])
        else:
            with pytest.raises(ValidationError) as refusal:
                do(session, lead)
            assert (event, refusal.value.message) == (event, life.REFUSALS[state])
            assert row(session) == before


def test_the_table_of_the_code_and_of_this_test_agree():
    allowed = {(state, event) for event, states in life.ALLOWED.items() for state in states}
    assert {(state, "plan" if event == "unschedule" else event) for state, event in AFTER} == allowed


def test_open_session_freezes_the_electorate_the_minimum_and_the_number(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    assert (session.number, session.asked_count, session.minimum_group) == (1, 12, 5)
    sectors = sorted(session.participations.values_list("sector", flat=True))
    assert sectors == ["council"] * 3 + ["nhs"] * 3 + ["resident"] * 2 + ["vcse"] * 4
    assert set(session.rounds.values_list("stage", flat=True)) == {Stage.WRITING}
    raise_minimum_group(partnership=larkmere, to=9, by=lead.person)
    session.refresh_from_db()
    assert session.minimum_group == 5
    assert make_open(larkmere, framework, lead).number == 2


def test_open_session_asks_nobody_who_left_or_only_reads(larkmere, framework, lead):
    names = set(
        make_open(larkmere, framework, lead).participations.values_list("membership__person__full_name", flat=True)
    )
    assert {"Lena Brandt", "Fay Lindqvist"} & names == set()
    assert "Bea Nwosu" in names


def test_schedule_session_opens_at_once_when_its_time_has_come(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, at=NOW, opens_at=NOW, closes_at=NOW + timedelta(days=9))
    assert life.schedule_session(session=plan, by=lead, at=NOW).state == OPEN


def test_schedule_session_needs_a_reason_and_a_closing_time_to_come(larkmere, framework, lead):
    silent = make_plan(larkmere, framework, lead, why_now=" ")
    with pytest.raises(ValidationError, match="Say why now"):
        life.schedule_session(session=silent, by=lead)
    late = make_plan(larkmere, framework, lead, at=NOW)
    with pytest.raises(ValidationError, match="closing time has passed"):
        life.schedule_session(session=late, by=lead, at=NOW + timedelta(days=11))
    assert Session.objects.filter(scheduled_at__isnull=False).count() == 0


def test_an_announced_plan_keeps_its_reason(larkmere, framework, lead):
    later = timezone.now() + timedelta(days=1)
    plan = make_plan(larkmere, framework, lead, opens_at=later, closes_at=later + timedelta(days=2))
    life.schedule_session(session=plan, by=lead)
    with pytest.raises(ValidationError, match="Say why now"):
        update_plan(session=plan, by=lead, expected=1, choices=choices_of(plan), why_now="")


def choices_of(plan):
    from reflection.domain.rounds_planning import RoundChoice

    return [RoundChoice(round.question) for round in plan.rounds.all()]


def test_open_due_sessions_opens_what_is_announced_and_due_once(larkmere, framework, lead):
    due, draft, later = (
        make_plan(
            larkmere, framework, lead, at=NOW, opens_at=NOW + timedelta(hours=hours), closes_at=NOW + timedelta(days=9)
        )
        for hours in (1, 1, 5)
    )
    for plan in (due, later):
        life.schedule_session(session=plan, by=lead, at=NOW)
    at = NOW + timedelta(hours=2)
    assert (life.open_due_sessions(at=at), life.open_due_sessions(at=at)) == (1, 0)
    states = {plan: Session.objects.get(pk=plan.pk).state for plan in (due, draft, later)}
    assert states == {due: OPEN, draft: PLANNED, later: PLANNED}
    assert Participation.objects.filter(session=due).count() == 12


def test_end_due_writing_ends_writing_and_shows_nothing(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=NOW)
    at = session.closes_at + timedelta(minutes=1)
    assert (life.end_due_writing(at=at), life.end_due_writing(at=at)) == (1, 0)
    session.refresh_from_db()
    assert (session.writing_ended_at, session.is_open) == (at, True)
    assert session.rounds.get().stage == Stage.WRITING


def test_one_session_that_cannot_open_does_not_hold_up_the_others(larkmere, framework, lead, quarry_end):
    stuck = make_plan(
        larkmere, framework, lead, at=NOW, opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(hours=2)
    )
    fine = make_plan(
        larkmere, framework, lead, at=NOW, opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(days=2)
    )
    for plan in (stuck, fine):
        life.schedule_session(session=plan, by=lead, at=NOW)
    assert life.open_due_sessions(at=NOW + timedelta(hours=3)) == 1
    assert Session.objects.open().get() == fine


def test_give_more_time_goes_on_where_writing_had_ended(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    life.end_writing(session=session, by=lead)
    later = timezone.now() + timedelta(days=20)
    session = life.give_more_time(session=session, by=lead, closes_at=later)
    assert (session.closes_at, session.writing_ended_at, session.is_writable()) == (later, None, True)


@pytest.mark.parametrize(("days", "words"), [(-1, "still to come"), (93, "within three months")])
def test_give_more_time_refuses_what_has_passed_or_is_far_off(larkmere, framework, lead, days, words):
    session = make_open(larkmere, framework, lead)
    with pytest.raises(ValidationError, match=words):
        life.give_more_time(session=session, by=lead, closes_at=timezone.now() + timedelta(days=days))
    assert row(session)["closes_at"] == session.closes_at


@pytest.mark.parametrize(("why", "words"), [("  ", "Say in a few words why"), ("x" * 301, "under 300")])
def test_cancel_session_says_why(larkmere, framework, lead, why, words):
    session = make_open(larkmere, framework, lead)
    with pytest.raises(ValidationError, match=words):
        life.cancel_session(session=session, by=lead, why=why)
    assert row(session)["state"] == OPEN


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_ending_leaves_unshown_words_with_their_authors(larkmere, framework, lead, end):
    session = make_open(larkmere, framework, lead, questions=2)
    write(session, 4)
    DO[end](session, lead)
    assert Draft.objects.filter(round__session=session).count() == 4
    assert list(session.rounds.values_list("stage", "kept_closed", "revealed_at")) == [("done", True, None)] * 2


def test_close_session_freezes_how_many_took_part(larkmere, framework, lead):
    session, _ = make_revealed(larkmere, framework, lead, writers=7)
    session = life.close_session(session=session, by=lead)
    assert (session.took_part_count, session.asked_count) == (7, 12)


def test_a_rollback_leaves_neither_a_state_nor_a_mail(larkmere, framework, lead):
    """C9: what is told and what is true are one transaction, for each event that tells somebody."""
    plan = make_plan(larkmere, framework, lead)
    session = make_open(larkmere, framework, lead)
    Dispatch.objects.all().delete()
    for what, event in [(plan, "open"), (session, "end_writing"), (session, "cancel"), (session, "close")]:
        before = row(what)
        with transaction.atomic():
            DO[event](what, lead)
            assert Dispatch.objects.exists(), event
            transaction.set_rollback(True)
        assert (row(what), Dispatch.objects.count()) == (before, 0)


def test_screens_hear_of_every_change(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, audience=Audience.MEMBERS)
    for event in ("end_writing", "more_time", "close"):
        before = row(session)["screen_version"]
        DO[event](session, lead)
        assert row(session)["screen_version"] == before + 1, event
