"""Spreads tell how far apart people are, and their counters tell of no small group."""

from itertools import combinations_with_replacement

import pytest

from partnerships.enums import Sector
from reflection.domain.spreads import CANT_SAY, count_sealed, spread_of

VCSE, NHS = Sector.VCSE.value, Sector.NHS.value


def test_cant_say_is_counted_apart_from_the_numbers():
    spread = spread_of([2, 5, 5, CANT_SAY])
    assert (spread.counts, spread.cant_say, spread.people) == ((0, 1, 0, 0, 2), 1, 4)
    assert spread.in_words == "1 person at 2, 2 people at 5; 1 person can’t say"


def test_nobody_gave_a_number():
    assert spread_of([CANT_SAY, CANT_SAY]).in_words == "Nobody gave a number; 2 people can’t say"


@pytest.mark.parametrize("value", [-1, 6])
def test_other_numbers_are_refused(value):
    with pytest.raises(ValueError):
        spread_of([3, value])


@pytest.mark.parametrize(
    ("values", "talk"), [([1, 1, 1], False), ([5, 5], False), ([2, 4], True), ([3, 5], False), ([CANT_SAY, 5], False)]
)
def test_a_talk_is_about_differences_never_about_size(values, talk):
    assert spread_of(values).is_worth_a_talk is talk
    assert spread_of([6 - value if value else value for value in values]).is_worth_a_talk is talk


def test_too_few_people_tell_nothing():
    ratings = [(VCSE, 1), (VCSE, 2), (NHS, 3), (NHS, 4)]
    assert count_sealed(ratings, minimum=5, labelled=True) == {}
    assert sum(count_sealed(ratings, minimum=4, labelled=True).values()) == 4


def test_labels_count_only_those_who_rated_this_characteristic():
    enough = [(VCSE, 1)] * 3 + [(NHS, 5)] * 3
    assert count_sealed(enough, minimum=5, labelled=True) == {
        (str(Sector.VCSE.label), 1): 3,
        (str(Sector.NHS.label), 5): 3,
    }
    assert count_sealed(enough[:5], minimum=5, labelled=True) == {("", 1): 3, ("", 5): 2}
    assert count_sealed(enough, minimum=5, labelled=False) == {("", 1): 3, ("", 5): 3}


def test_no_label_ever_stands_for_fewer_than_three_people():
    sectors = ["", *(sector.value for sector in Sector)]
    for size in range(1, 10):
        for pattern in combinations_with_replacement(sectors, size):
            people = {}
            for (label, _), count in count_sealed([(s, 3) for s in pattern], minimum=1, labelled=True).items():
                people[label] = people.get(label, 0) + count
            assert set(people) == {""} or min(people.values()) >= 3, pattern
