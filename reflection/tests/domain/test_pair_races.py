"""Pairs and fours at the same moment, with real threads: one text, one place for each, and nothing typed is lost."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from partnerships.models.base import StaleVersion
from reflection.domain.live_pairs import take_small_step
from reflection.domain.pairs import leave_seat, take_a_seat
from reflection.domain.pairs_words import write_together
from reflection.domain.rounds_reveal import reveal_round
from reflection.enums import SmallStep
from reflection.models.answers import Answer
from reflection.models.live import LiveRun
from reflection.models.pairs import Seat, SmallGroup
from reflection.tests.domain.test_races import is_refused, room
from reflection.tests.pairs import groups_of, in_pairs, make_together

__all__ = ["room"]
pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round(larkmere, framework, lead):
    return make_together(larkmere, framework, lead)


def write(place, round, text, **how):
    try:
        return write_together(participation=place, round=round, text=text, **how)
    except StaleVersion as stale:
        return stale


def test_two_of_a_pair_who_save_at_once_never_overwrite_each_other(room, round, lead):
    pair = in_pairs(round, lead)[0]
    one, other = [seat.participation for seat in pair.seats.all()[:2]]
    for number in range(20):
        pair.refresh_from_db()
        before = pair.version
        said = room.together(
            partial(write, one, round, f"One {number}", expected=before),
            partial(write, other, round, f"Other {number}", expected=before),
        )
        pair.refresh_from_db()
        [stale] = [result for result in said if isinstance(result, StaleVersion)]
        # Whoever came second is shown what stands there, and what they typed is still in their box.
        assert (stale.current.text, pair.version) == (pair.text, before + 1)


def test_a_text_saved_at_the_moment_of_the_reveal_is_shown_or_refused(room, larkmere, framework, lead):
    for number in range(20):
        round = make_together(larkmere, framework, lead)
        for pair in in_pairs(round, lead):
            write(pair.seats.first().participation, round, "Before", expected=pair.version, ready=True)
        pair = groups_of(round, SmallStep.PAIRS)[0]
        late = f"At the last moment {number}"
        said, shown = room.together(
            partial(write, pair.people[0], round, late, expected=pair.version),
            partial(reveal_round, round=round, by=lead),
        )
        assert not is_refused(shown)
        assert Answer.objects.filter(round=round, body=late).exists() != is_refused(said)


def test_next_pressed_many_times_at_once_makes_pairs_and_then_fours_once(room, round, lead):
    for step in (SmallStep.PAIRS, SmallStep.FOURS):
        run = LiveRun.objects.get(session=round.session)
        press = partial(take_small_step, session=round.session, by=lead, expected=run.step, to=step)
        assert sum(not is_refused(result) for result in room.together(*[press] * 6)) == 1
        people = round.session.participations.count()
        assert Seat.objects.filter(round=round, step=step).count() == people
        assert LiveRun.objects.get(session=round.session).step == run.step + 1


def test_up_and_down_at_once_leaves_one_seat_at_most(room, round, lead):
    pair = in_pairs(round, lead)[0]
    place = pair.seats.first().participation
    for _ in range(10):
        acts = [
            partial(leave_seat, participation=place, round=round),
            partial(take_a_seat, participation=place, round=round),
        ]
        said = room.together(*acts * 4)
        assert not [
            result for result in said if isinstance(result, Exception) and not isinstance(result, ValidationError)
        ]
        assert Seat.objects.filter(participation=place, round=round).count() <= 1
        assert not SmallGroup.objects.empty().exists()
