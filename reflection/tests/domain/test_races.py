"""Many at the same moment, with real threads on PostgreSQL: SQLite has one writer at a time and no row locks.

Each was seen to fail with its protection taken out: the lock on the round (late words, double reveal), the unique
slots of dots, the unique place in a session, and the order of locks.
"""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from reflection.domain.drafts import finish_writing, keep_as_note, save_draft
from reflection.domain.rounds import keep_round_closed, move_round
from reflection.domain.rounds_reveal import add_late_words, reveal_round, reveal_session
from reflection.domain.sessions import close_session, end_writing, give_more_time, open_session
from reflection.domain.themes import create_theme
from reflection.domain.votes import add_dot
from reflection.enums import Attribution
from reflection.models.answers import Answer
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.votes import DOTS, Vote
from reflection.tests.sessions import make_open, make_plan, make_revealed

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


class Room:
    """So many people who press at the same moment. Each keeps one thread, and so one connection, for the whole test."""

    def __init__(self, size):
        self.size, self.pool = size, ThreadPoolExecutor(size)

    def together(self, *acts):
        """What each act returned, or the refusal it raised. Any other error, a deadlock first of all, fails the test."""
        assert len(acts) <= self.size
        start = threading.Barrier(len(acts))

        def press(act):
            start.wait(10)
            try:
                return act()
            except (ValidationError, IntegrityError) as refusal:
                return refusal

        return [pressed.result(60) for pressed in [self.pool.submit(press, act) for act in acts]]

    def close(self):
        everyone = threading.Barrier(self.size)
        for leaving in [self.pool.submit(lambda: (everyone.wait(10), connection.close())) for _ in range(self.size)]:
            leaving.result(20)
        self.pool.shutdown()


@pytest.fixture
def room():
    room = Room(20)
    yield room
    room.close()


def is_refused(result):
    return isinstance(result, ValidationError | IntegrityError)


def test_late_words_and_the_reveal_never_pass_each_other(room, larkmere, framework, lead):
    """C2: 200 rounds of eight who finish their words at the moment of the reveal."""
    ends = Counter()
    for _ in range(200):
        session = make_open(larkmere, framework, lead)
        round = session.rounds.get()
        places = list(session.participations.all())
        late, early = places[:8], places[8:]
        Draft.objects.bulk_create(
            Draft(participation=place, round=round, body=f"Early {place.pk}", ready=True) for place in (*early, late[0])
        )
        begun = Draft.objects.bulk_create(
            Draft(participation=place, round=round, body=f"Begun {place.pk}") for place in late
        )

        def finish(draft, place, round=round):
            return lambda: save_draft(
                participation=place, round=round, body=f"Finished {place.pk}", draft_id=draft.pk, expected=1, ready=True
            )

        acts = [finish(draft, place) for draft, place in zip(begun, late, strict=True)]
        reveal = lambda round=round: reveal_round(round=round, by=lead)  # noqa: E731
        results = room.together(*acts[:4], reveal, *acts[4:])
        revealed, saves = results[4], [*results[:4], *results[5:]]
        assert revealed.shown
        round.refresh_from_db()
        shown = Counter(round.answers.values_list("body", flat=True))
        kept = set(Draft.objects.filter(round=round).values_list("body", flat=True))
        assert sum(shown.values()) == round.answer_count == revealed.answers
        assert not Draft.objects.filter(round=round, ready=True).exists()
        for place, result in zip(late, saves, strict=True):
            words = (f"Finished {place.pk}", f"Begun {place.pk}")
            if is_refused(result):
                assert result.code == "over"
                assert (shown[words[0]], words[1] in kept) == (0, True)
            else:
                assert (shown[words[0]], words[1] in kept, words[0] in kept) == (1, False, False)
            ends[is_refused(result)] += 1
    assert min(ends[True], ends[False]) > 0, "every save was on one side of the reveal: this was no race"


def test_two_presses_on_reveal_are_one(room, larkmere, framework, lead):
    for _ in range(30):
        session = make_open(larkmere, framework, lead)
        round = session.rounds.get()
        Draft.objects.bulk_create(
            Draft(participation=place, round=round, body=f"{place.pk}", ready=True)
            for place in session.participations.all()
        )
        results = room.together(*[lambda round=round: reveal_round(round=round, by=lead)] * 4)
        assert sorted(map(is_refused, results)) == [False, True, True, True]
        assert round.answers.count() == 12


def test_ten_presses_put_five_dots(room, larkmere, framework, lead):
    """C3: 100 times ten dots at once by one person."""
    session, round = make_revealed(larkmere, framework, lead)
    move_round(round=round, event="choose", by=lead)
    place, answers = session.participations.first(), list(round.answers.all())
    for _ in range(100):
        results = room.together(
            *[lambda answer=answer: add_dot(participation=place, answer=answer) for answer in answers[:10]]
        )
        assert Counter(map(is_refused, results)) == {False: DOTS, True: 10 - DOTS}
        assert sorted(Vote.objects.filter(participation=place).values_list("slot", flat=True)) == [1, 2, 3, 4, 5]
        Vote.objects.all().delete()


def test_a_person_has_one_place_in_a_session(room, larkmere, framework, lead, bea):
    """A8: the database refuses the second place, whatever the code does."""
    session = make_open(larkmere, framework, lead)
    member = larkmere.memberships.get(person=bea)
    session.participations.get(membership=member).delete()
    results = room.together(
        *[lambda: Participation.objects.create(session=session, membership=member, sector=member.sector)] * 20
    )
    assert Counter(map(is_refused, results)) == {False: 1, True: 19}
    assert session.participations.filter(membership=member).count() == 1


def test_a_session_opens_once(room, larkmere, framework, lead):
    for _ in range(10):
        session = make_plan(larkmere, framework, lead)
        results = room.together(*[lambda session=session: open_session(session=session, by=lead)] * 4)
        assert sorted(map(is_refused, results)) == [False, True, True, True]
        assert session.participations.count() == 12


def test_two_tabs_at_the_same_moment_keep_both_texts(room, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    round, place = session.rounds.get(), session.participations.first()
    for number in range(50):
        draft = save_draft(participation=place, round=round, body=f"Base {number}").draft
        texts = [f"{number}, tab {tab}" for tab in range(4)]
        save = [
            lambda body=body, draft=draft: save_draft(
                participation=place, round=round, body=body, draft_id=draft.pk, expected=1
            )
            for body in texts
        ]
        room.together(*save)
        assert set(place.drafts.values_list("body", flat=True)) >= set(texts)


def test_the_order_of_locks_holds_whoever_meets_whom(room, larkmere, framework, lead):
    """C6: random handfuls of everything that takes locks; a deadlock is an error, and errors fail the test."""
    chance = random.Random(20261122)
    for _ in range(60):
        session = make_open(larkmere, framework, lead, questions=3, attribution=Attribution.NAMED)
        rounds, places = list(session.rounds.all()), list(session.participations.all())
        for round in rounds:
            Draft.objects.bulk_create(
                Draft(participation=place, round=round, body=f"{place.pk}", ready=True) for place in places
            )
        reveal_round(round=rounds[0], by=lead)
        first = Round.objects.select_related("session").get(pk=rounds[0].pk)
        theirs = Draft.objects.filter(round=rounds[2]).first()
        later = timezone.now() + timedelta(days=20)
        acts = [
            lambda s=session: close_session(session=s, by=lead),
            lambda s=session: end_writing(session=s, by=lead),
            lambda s=session, later=later: give_more_time(session=s, by=lead, closes_at=later),
            lambda s=session: reveal_session(session=s, by=lead),
            lambda r=rounds[1]: reveal_round(round=r, by=lead),
            lambda r=rounds[2]: reveal_round(round=r, by=lead),
            lambda r=rounds[2]: keep_round_closed(round=r, by=lead),
            lambda r=first: move_round(round=r, event="choose", by=lead),
            lambda r=first: create_theme(round=r, name=f"Theme {chance.random()}", by=lead),
            lambda r=first, p=places[0]: add_late_words(participation=p, round=r, body="Late"),
            lambda r=first, p=places[1]: add_dot(participation=p, answer=Answer.objects.filter(round=r).first()),
            lambda p=places[2]: finish_writing(participation=p),
            lambda r=rounds[2], p=places[2]: save_draft(participation=p, round=r, body="More", ready=True),
            lambda r=rounds[1], p=places[3]: save_draft(participation=p, round=r, body="More", note=True),
            lambda d=theirs: keep_as_note(draft=d),
        ]
        room.together(*chance.sample(acts, 8))
