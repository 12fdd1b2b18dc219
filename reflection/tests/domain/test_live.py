"""Leading a live session: one step for each press, whoever presses, and nothing lost on the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from reflection.domain.live import (
    add_minutes,
    begin_live,
    go_back,
    go_next,
    keep_led_closed,
    pause_clock,
    resume_clock,
    reveal_led,
    take_over,
)
from reflection.domain.live_rooms import come_in, count_finished, finish_round, set_hand
from reflection.domain.live_steps import minutes_of_stages
from reflection.domain.sessions import close_session, end_due_writing, open_session
from reflection.enums import RoundKind, SessionMode, Stage
from reflection.models.drafts import Draft
from reflection.models.live import LivePlace, LiveRun
from reflection.models.rounds import Round
from reflection.tests.sessions import make_plan, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(larkmere, framework, lead):
    return make_plan(larkmere, framework, lead, questions=2, mode=SessionMode.LIVE, attribution="named")


@pytest.fixture
def run(plan, lead):
    return begin_live(session=plan, by=lead)


def where(run):
    now = LiveRun.objects.select_related("round").get(pk=run.pk)
    return now.step, now.round.position, now.round.stage


def test_begin_live_opens_the_session_and_begins_the_first_round_only(plan, lead):
    run = begin_live(session=plan, by=lead)
    plan.refresh_from_db()
    assert (plan.state, plan.is_live) == ("open", True)
    assert where(run) == (1, 1, Stage.WRITING)
    assert list(plan.rounds.values_list("stage", flat=True)) == ["writing", "waiting"]
    assert begin_live(session=plan, by=lead).pk == run.pk


def test_a_session_over_time_is_not_led(larkmere, framework, lead):
    session = make_plan(larkmere, framework, lead)
    with pytest.raises(ValidationError, match="over some days"):
        begin_live(session=session, by=lead)


def test_what_was_written_before_is_there_when_it_starts(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, questions=2, mode=SessionMode.BOTH, attribution="named")
    session = open_session(session=plan, by=lead)
    people = write(session, 3)
    run = begin_live(session=session, by=lead, at=session.closes_at + timedelta(hours=1))
    assert where(run) == (1, 1, Stage.WRITING)
    come_in(participation=people[0])
    come_in(participation=session.participations.exclude(pk__in=[one.pk for one in people]).first())
    assert count_finished(run.round) == (1, 2)
    assert reveal_led(session=session, by=lead, expected=1)
    assert session.rounds.first().answers.count() == 3


def test_no_clock_ends_writing_in_a_live_session(run, plan):
    later = plan.closes_at + timedelta(hours=1)
    assert end_due_writing(at=later) == 0
    plan.refresh_from_db()
    assert plan.is_writable(later)


def test_next_walks_every_stage_and_on_to_the_next_round(run, plan, lead):
    write(plan, 2)
    with pytest.raises(ValidationError, match="Show the answers first"):
        go_next(session=plan, by=lead, expected=1)
    assert reveal_led(session=plan, by=lead, expected=1)
    seen = []
    for step in range(2, 6):
        go_next(session=plan, by=lead, expected=step)
        seen.append(where(run)[1:])
    assert seen == [(1, "grouping"), (1, "choosing"), (1, "agreeing"), (2, "writing")]
    assert plan.rounds.first().stage == Stage.DONE


def test_the_last_round_ends_and_there_is_nothing_after_it(run, plan, lead):
    keep_led_closed(session=plan, by=lead, expected=1)
    assert where(run) == (2, 2, Stage.WRITING)
    keep_led_closed(session=plan, by=lead, expected=2)
    assert where(run) == (3, 2, Stage.DONE)
    with pytest.raises(ValidationError, match="That was the last part"):
        go_next(session=plan, by=lead, expected=3)


def test_two_who_press_next_move_one_step(run, plan, lead, ruth):
    write(plan, 2)
    reveal_led(session=plan, by=lead, expected=1)
    go_next(session=plan, by=lead, expected=2)
    with pytest.raises(ValidationError, match="just moved on"):
        go_next(session=plan, by=lead, expected=2)
    assert where(run) == (3, 1, Stage.GROUPING)


def test_back_hides_nothing_that_was_shown_and_keeps_what_was_written(run, plan, lead):
    write(plan, 2)
    with pytest.raises(ValidationError, match="beginning"):
        go_back(session=plan, by=lead, expected=1)
    reveal_led(session=plan, by=lead, expected=1)
    go_next(session=plan, by=lead, expected=2)
    go_back(session=plan, by=lead, expected=3)
    assert where(run) == (4, 1, Stage.REVEALED)
    for step in range(4, 8):
        go_next(session=plan, by=lead, expected=step)
    write(plan, 1, round=plan.rounds.last())
    go_back(session=plan, by=lead, expected=8)
    assert where(run) == (9, 1, Stage.DONE)
    assert plan.rounds.last().stage == Stage.WRITING
    go_next(session=plan, by=lead, expected=9)
    assert where(run) == (10, 2, Stage.WRITING)
    assert Draft.objects.count() == 1


def test_too_few_stay_closed_and_the_step_stays(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, mode=SessionMode.LIVE)
    run = begin_live(session=plan, by=lead)
    write(plan, 2)
    assert reveal_led(session=plan, by=lead, expected=1) is False
    assert where(run) == (1, 1, Stage.WRITING)


def test_the_clock_is_a_moment_that_is_kept(run, plan, lead):
    began = run.step_began_at
    minutes = minutes_of_stages(run.round)[Stage.WRITING]
    assert run.ends_at == began + timedelta(minutes=minutes)
    add_minutes(session=plan, by=lead, at=began)
    paused = pause_clock(session=plan, by=lead, at=began + timedelta(seconds=30))
    assert (paused.ends_at, paused.paused_seconds) == (None, minutes * 60 + 30)
    pause_clock(session=plan, by=lead, at=began + timedelta(seconds=40))
    add_minutes(session=plan, by=lead)
    resumed = resume_clock(session=plan, by=lead, at=began + timedelta(minutes=10))
    assert resumed.ends_at == began + timedelta(minutes=10) + timedelta(seconds=minutes * 60 + 90)
    late = resumed.ends_at + timedelta(minutes=5)
    assert add_minutes(session=plan, by=lead, at=late).ends_at == late + timedelta(minutes=1)


def test_any_facilitator_takes_over(run, plan, lead, larkmere, ruth):
    hers = larkmere.memberships.get(person=ruth)
    take_over(session=plan, by=hers)
    run.refresh_from_db()
    assert run.led_by == hers


def test_minutes_of_a_round_are_shared_out_and_add_up():
    for kind in RoundKind:
        for minutes in range(1, 61):
            assert sum(minutes_of_stages(Round(kind=kind, minutes=minutes)).values()) == minutes
    shared = minutes_of_stages(Round(kind=RoundKind.QUESTION, minutes=38))
    assert list(shared.values()) == [6, 3, 9, 12, 8]


def test_finishing_makes_words_ready_and_an_empty_box_is_a_pass(run, plan):
    people = write(plan, 1, ready=False)
    finish_round(participation=people[0], round=run.round)
    assert Draft.objects.get().ready
    other = plan.participations.exclude(pk=people[0].pk).first()
    finish_round(participation=other, round=run.round)
    assert count_finished(run.round) == (2, 2)


def test_in_a_sealed_round_screens_are_told_at_steps_only_and_never_back(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, mode=SessionMode.LIVE)
    run = begin_live(session=plan, by=lead)
    people = list(plan.participations.all())[:5]
    for one in people:
        come_in(participation=one)
    told = []
    for one in people:
        finish_round(participation=one, round=run.round)
        plan.refresh_from_db()
        told.append((LiveRun.objects.get().step_told, plan.screen_version))
    first = told[0][1]
    assert [(step, version - first) for step, version in told] == [(None, 0), (None, 0), (3, 1), (3, 1), (5, 2)]


def test_a_hand_goes_up_once_and_down(run, plan):
    one = plan.participations.first()
    come_in(participation=one)
    plan.refresh_from_db()
    before = plan.screen_version
    for up in (True, True, False):
        set_hand(participation=one, up=up)
    plan.refresh_from_db()
    assert plan.screen_version - before == 2


def test_who_was_there_is_forgotten_when_it_closes(run, plan, lead):
    come_in(participation=plan.participations.first())
    close_session(session=plan, by=lead, at=timezone.now())
    assert not LivePlace.objects.exists()
