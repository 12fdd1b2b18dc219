"""Two at the same moment, on a real PostgreSQL: one wins, the other gets a sentence, nobody a deadlock (C2, C6)."""

import threading
from datetime import timedelta
from functools import partial
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from partnerships.models.dispatch import Dispatch
from partnerships.tests.together import at_once
from reflection.domain.actions import add_action, review_action
from reflection.domain.drafts import finish_writing, save_draft
from reflection.domain.live import begin_live
from reflection.domain.participations import remind_unfinished
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import (
    LED_LIVE,
    cancel_session,
    close_session,
    end_due_writing,
    lock_session,
    open_due_sessions,
    open_session,
    schedule_session,
)
from reflection.enums import SessionMode, Stage
from reflection.models import ActionReview, Answer, Draft, Participation, Session
from reflection.tests.sessions import make_live, make_open, make_plan, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def refusals(results):
    """The words of those who were too late; anything else that went wrong fails the test."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert [error for error in errors if not isinstance(error, ValidationError)] == []
    return [error.messages[0] for error in errors]


def test_two_open_one_session(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead)
    results = at_once(*[lambda: open_session(session=plan, by=lead)] * 3)
    assert refusals(results) == ["This session is open already."] * 2
    assert (Participation.objects.count(), Dispatch.objects.filter(kind="session_opened").count()) == (12, 12)
    assert Session.objects.get().number == 1


def test_two_sessions_that_open_at_once_get_two_numbers(larkmere, framework, lead):
    plans = [make_plan(larkmere, framework, lead) for _ in range(4)]
    results = at_once(*[lambda plan=plan: schedule_session(session=plan, by=lead) for plan in plans])
    assert refusals(results) == []
    assert sorted(Session.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_announcing_and_the_clock_do_not_wait_for_each_other(larkmere, framework, lead):
    for _ in range(5):
        now = timezone.now()
        plan = make_plan(
            larkmere, framework, lead, opens_at=now + timedelta(seconds=1), closes_at=now + timedelta(days=1)
        )
        schedule_session(session=plan, by=lead, at=now)
        at = now + timedelta(seconds=2)
        results = at_once(
            lambda plan=plan, at=at: schedule_session(session=plan, by=lead, at=at),
            lambda at=at: open_due_sessions(at=at),
        )
        assert set(refusals(results)) <= {"This session is open already."}
        assert Session.objects.get(pk=plan.pk).is_open


def test_two_remind_and_one_reminder_goes(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    results = at_once(*[lambda: remind_unfinished(session=session, by=lead)] * 3)
    assert refusals(results) == ["The reminder has gone once. You can send one."] * 2
    assert Dispatch.objects.filter(kind="session_reminder").count() == 12


def test_showing_everything_and_those_who_write_never_lock_each_other_out(larkmere, framework, lead):
    """Who writes holds a round and then a participation; the reveal must not hold a participation and want a round."""
    for _ in range(8):
        session = make_open(larkmere, framework, lead, questions=3)
        first, second, third = session.rounds.all()
        people = write(session, 12, round=first)
        write(session, 12, round=second)

        add = partial(save_draft, body="One more", ready=True)
        results = at_once(
            partial(reveal_session, session=session, by=lead),
            *[partial(add, participation=place, round=round) for place in people[:3] for round in (second, third)],
            partial(finish_writing, participation=people[4]),
        )
        assert all("Writing has ended" in words for words in refusals(results))
        assert Draft.objects.filter(round__in=[first, second]).count() == 0
        Answer.objects.all().delete()


def test_closing_and_showing_leave_nothing_half_done(larkmere, framework, lead):
    for _ in range(6):
        session = make_open(larkmere, framework, lead, questions=2)
        for round in session.rounds.all():
            write(session, 6, round=round)
        refusals(
            at_once(partial(close_session, session=session, by=lead), partial(reveal_session, session=session, by=lead))
        )
        for round in session.rounds.all():
            drafts, answers = round.drafts.count(), round.answers.count()
            assert (drafts, answers, round.kept_closed) in {(6, 0, True), (0, 6, False)}


def test_closing_and_calling_off_is_one_of_the_two(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    results = at_once(
        lambda: close_session(session=session, by=lead), lambda: cancel_session(session=session, by=lead, why="No.")
    )
    assert len(refusals(results)) == 1
    assert Dispatch.objects.exclude(kind="session_opened").values("kind").distinct().count() == 1


def test_a_room_that_begins_is_not_ended_by_the_clock_nor_shown_from_another_page(larkmere, framework, lead):
    for _ in range(8):
        session = make_open(larkmere, framework, lead, questions=2, mode=SessionMode.BOTH)
        for round in session.rounds.all():
            write(session, 6, round=round)
        results = at_once(
            partial(begin_live, session=session, by=lead),
            partial(end_due_writing, at=session.closes_at),
            partial(reveal_session, session=session, by=lead),
        )
        assert set(refusals(results)) <= {LED_LIVE}
        shown_before = not isinstance(results[2], Exception)
        session.refresh_from_db()
        assert (session.is_live, session.writing_ended_at) == (True, None)
        assert set(session.rounds.values_list("stage", flat=True)) == {
            Stage.REVEALED if shown_before else Stage.WRITING
        }


def test_an_answer_on_the_console_keeps_the_note_that_was_saved_while_it_waited(larkmere, framework, lead, client):
    earlier = make_open(larkmere, framework, lead)
    action = add_action(session=earlier, by=lead, text="Ring the bus company", everyone=True)
    close_session(session=earlier, by=lead)
    session = make_live(larkmere, framework, lead)
    client.force_login(lead.person)
    press = partial(
        client.post, reverse("reflection:live_command", args=[session.pk]), {"command": f"did:{action.pk}:partly"}
    )
    got_there = threading.Event()

    def save_the_note():
        with transaction.atomic():
            lock_session(session.pk)
            got_there.set()
            sleep(1)
            review_action(action=action, session=session, by=lead, answer="not_yet", note="Nobody had the key.")

    def press_meanwhile():
        got_there.wait(timeout=10)
        return press().status_code

    assert at_once(save_the_note, press_meanwhile) == [None, 302]
    review = ActionReview.objects.get()
    assert (review.answer, review.note) == ("partly", "Nobody had the key.")
