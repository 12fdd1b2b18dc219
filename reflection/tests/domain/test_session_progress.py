"""Counts before the answers show: steps where they are sealed, so that no count names a person (trust A9)."""

from datetime import timedelta

import pytest

from partnerships.tests.factories import moment
from reflection.domain.drafts import save_draft, write_for
from reflection.domain.labels import step_of
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.session_lists import session_for_page, sessions_overview
from reflection.domain.session_progress import boxes_for, progress_of, time_left
from reflection.enums import Attribution, SessionState
from reflection.models import Session
from reflection.tests.sessions import make_open, write

NOW = moment("2026-12-01 09:00")


def a_session(asked=12, attribution=Attribution.SECTOR):
    return Session(
        state=SessionState.OPEN, attribution=attribution, asked_count=asked, closes_at=NOW + timedelta(days=10)
    )


@pytest.mark.parametrize(
    ("begun", "words"), [(0, "A few of 12"), (2, "A few of 12"), (3, "3 or more of 12"), (8, "6 or more of 12"), (11, "9 or more of 12"), (12, "All 12")]
)  # fmt: skip
def test_progress_of_a_sealed_session_is_told_in_steps(begun, words):
    assert progress_of(session=a_session(), begun=begun).words == words


def test_progress_of_a_named_session_is_exact_and_draws_no_steps():
    progress = progress_of(session=a_session(attribution=Attribution.NAMED), begun=7)
    assert (progress.words, progress.steps) == ("7 of 12", ())


def test_steps_are_five_boxes_and_one_is_where_we_are():
    steps = progress_of(session=a_session(), begun=8).steps
    assert [(step.words, step.on, step.current) for step in steps] == [
        ("A few", True, False), ("3 or more", True, False), ("6 or more", True, True), ("9 or more", False, False), ("All 12", False, False),
    ]  # fmt: skip


def test_boxes_never_tell_more_than_the_steps_do():
    for total in range(1, 81):
        for count in range(total + 1):
            step = step_of(count, total)
            boxes = boxes_for(step, total)
            assert step in boxes
            assert len(boxes) <= 5
            assert {boxes[0], boxes[-1]} == {step_of(0, total), total}
            assert boxes == sorted(set(boxes))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=4, hours=5), "4 days"), (timedelta(days=1, minutes=1), "1 day"), (timedelta(hours=23), "23 hours"),
        (timedelta(hours=2), "2 hours"), (timedelta(minutes=90), "90 minutes"), (timedelta(seconds=20), "1 minute"), (timedelta(0), ""),
    ],
)  # fmt: skip
def test_time_left(before, words):
    session = a_session()
    assert time_left(session=session, at=session.closes_at - before) == words


@pytest.mark.django_db
def test_begun_counts_people_with_words_once_and_no_notes(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    first, second = session.rounds.all()
    people = write(session, 5, round=first)
    write(session, 2, round=second)
    others = session.participations.exclude(pk__in=[one.pk for one in people])
    save_draft(participation=others[0], round=first, body="Mine alone", note=True)
    save_draft(participation=others[1], round=first, body="")
    save_draft(participation=others[2], round=first, body="Half a thought")
    assert session.participations.begun().count() == 6
    reveal_round(round=first, by=lead)
    assert session.participations.begun().count() == 6


@pytest.mark.parametrize(
    ("attribution", "told"), [(Attribution.SECTOR, 2), (Attribution.ANONYMOUS, 2), (Attribution.NAMED, 3)]
)
def test_words_written_for_someone_do_not_move_a_count_in_steps(larkmere, framework, lead, attribution, told):
    """Else whoever writes for somebody could tell by the step whether they had begun before (trust A9)."""
    session = make_open(larkmere, framework, lead, attribution=attribution)
    *_, third = write(session, 2) + list(session.participations.order_by("membership__person__email")[2:3])
    write_for(participation=third, round=session.rounds.get(), body="By phone", by=lead, read_back=True)
    assert session_for_page(session=session).begun_count == told
    (listed,) = sessions_overview(membership=lead).open
    assert listed.begun_count == told
