"""Counts before the answers show: steps where they are sealed, so that no count names a person (trust A9)."""

from datetime import timedelta

import pytest
from django.db import connection

from partnerships.domain.members import leave_partnership
from partnerships.tests.factories import moment
from reflection.domain.drafts import discard_draft, keep_as_note, save_draft, write_for
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


@pytest.mark.django_db
@pytest.mark.parametrize("clear", ["empties", "discards", "keeps as a note", "leaves"])
def test_a_step_that_was_told_is_never_taken_back(larkmere, framework, lead, clear):
    """Else whoever watches learns that one of the few who could have had cleared their words (trust A9)."""
    session = make_open(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    *_, last = write(session, 6)
    assert session_for_page(session=Session.objects.get(pk=session.pk)).progress.words == "6 or more of 12"
    draft = last.drafts.get()
    if clear == "empties":
        save_draft(participation=last, round=draft.round, body="", draft_id=draft.pk, expected=1)
    elif clear == "discards":
        discard_draft(draft=draft)
    elif clear == "keeps as a note":
        keep_as_note(draft=draft)
    else:
        leave_partnership(membership=last.membership, by=last.membership.person)
    assert session.participations.begun_by_themselves().count() == 5
    assert session_for_page(session=Session.objects.get(pk=session.pk)).progress.words == "6 or more of 12"
    (listed,) = sessions_overview(membership=lead).open
    assert [step.words for step in listed.progress.steps if step.current] == ["6 or more"]


@pytest.mark.django_db
def test_a_step_that_nobody_was_told_may_fall(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    *_, last = write(session, 6)
    discard_draft(draft=last.drafts.get())
    assert session_for_page(session=session).progress.words == "3 or more of 12"


@pytest.mark.django_db
def test_the_reveal_counts_people_and_not_what_was_told(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    people = write(session, 12)
    assert sessions_overview(membership=lead).open[0].progress.words == "All 12"
    for person in people[4:]:
        discard_draft(draft=person.drafts.get())
    assert not reveal_round(round=session.rounds.get(), by=lead).shown


@pytest.mark.django_db
def test_steps_are_remembered_for_all_sessions_with_one_query(larkmere, framework, lead, django_assert_num_queries):
    sessions = [make_open(larkmere, framework, lead) for _ in range(3)]
    sessions.append(make_open(larkmere, framework, lead, attribution=Attribution.NAMED))
    for count, session in zip((3, 6, 9, 6), sessions, strict=True):
        write(session, count)
    with django_assert_num_queries(3):
        sessions_overview(membership=lead)
    with django_assert_num_queries(2):
        sessions_overview(membership=lead)
    told = {session.pk: session.step_told for session in Session.objects.all()}
    assert [told[session.pk] for session in sessions] == [3, 6, 9, None]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_remembered_step_bears_the_mark_of_nobody_who_wrote(larkmere, framework, lead):
    """It is kept by whoever looks: the database's own column joins it to no words and no place (trust A4)."""
    session = make_open(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    for count in (3, 6, 9, 12):
        write(session, count)
        session_for_page(session=Session.objects.get(pk=session.pk))
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text, step_told FROM reflection_session WHERE id = %s", [session.pk])
            mark, told = cursor.fetchone()
            assert told == count
            for table in ("reflection_draft", "reflection_participation", "reflection_round"):
                cursor.execute(f"SELECT count(*) FROM {table} WHERE xmin::text = %s", [mark])
                assert cursor.fetchone() == (0,), table
