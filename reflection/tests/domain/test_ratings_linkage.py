"""The linkage attack on numbers: whoever holds the database after many sealed sessions, and saw who finished when, guesses no
better than chance who gave which number (trust A4, A5)."""

import random
from collections import Counter
from math import sqrt

import pytest
from django.db import connection

from reflection.domain.live_rooms import come_in, finish_round
from reflection.domain.ratings import save_ratings, scales_of
from reflection.domain.rounds_reveal import reveal_round
from reflection.enums import Attribution, RoundKind
from reflection.tests.ratings import make_live_round, make_rating

SESSIONS, SIGNS, RATERS = 60, 2, 7


class Guesses:
    """How often an attack was right, beside how often it would be by chance."""

    def __init__(self):
        self.right = self.by_chance = self.variance = 0

    def add(self, right, chance):
        self.right += right
        self.by_chance += chance
        self.variance += chance * (1 - chance)

    @property
    def most(self):
        return self.by_chance + 4.5 * sqrt(self.variance)


def rows(table, columns, where, value):
    """(the hidden transaction id, columns) as rows lie in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT xmin::text, {columns} FROM reflection_{table} WHERE {where} = %s ORDER BY ctid", [value]
        )
        return cursor.fetchall()


def rated_round(larkmere, framework, lead, chance, *, live):
    """A sealed round of ratings up to its reveal: (round, people in the order they chose, sign → person → number)."""
    if live:
        round = make_live_round(larkmere, framework, lead, RoundKind.RATING, attribution=Attribution.ANONYMOUS)
    else:
        round = make_rating(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    people = chance.sample(list(round.session.participations.all()), RATERS)
    keys = [scale.key for scale in scales_of(round)[:SIGNS]]
    chosen = {key: {} for key in keys}
    for one in chance.sample(people, RATERS) if live else ():
        come_in(participation=one)
    for one in people:
        values = {key: chance.choice((1, 2, 3, 4, 5)) for key in keys}
        save_ratings(participation=one, round=round, values=values)
        if live:
            finish_round(participation=one, round=round)
        for key, value in values.items():
            chosen[key][one.pk.hex] = value
    assert reveal_round(round=round, by=lead).shown
    return round, [one.pk.hex for one in people], chosen


def orders_of_people(session, seen):
    """Every order in which they stand somewhere: as they chose, as their rows lie, as their keys sort, as they came in."""
    places = [str(pk).replace("-", "") for _, pk in rows("participation", "id", "session_id", session.pk)]
    places = [pk for pk in places if pk in set(seen)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT participation_id FROM reflection_liveplace ORDER BY arrived_at")
        came = [str(pk).replace("-", "") for (pk,) in cursor.fetchall()]
    return {
        "chose": seen,
        "rows": places,
        "keys": sorted(places),
        "came": [pk for pk in came if pk in set(places)] or seen,
    }


def guess(guesses, counters, people, chosen):
    """Three guesses for each pair of orders: all in order, the first row for the first person, the last for the last."""
    for how, ordered in (("lie", counters), ("keys", sorted(counters, key=lambda row: row[0]))):
        spread = Counter({value: number for _, value, number in ordered})
        slots = [value for _, value, number in ordered for _ in range(number)]
        for whose, persons in people.items():
            for person, value in zip(persons, slots, strict=True):
                guesses[how, whose, "all"].add(chosen[person] == value, spread[value] / RATERS)
            for end in (0, -1):
                value = ordered[end][1]
                guesses[how, whose, end].add(chosen[persons[end]] == value, spread[value] / RATERS)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_after_sixty_sealed_sessions_nothing_tells_who_gave_which_number(larkmere, framework, lead):
    chance = random.Random(12)
    names = [
        (how, whose, what)
        for how in ("lie", "keys")
        for whose in ("chose", "rows", "keys", "came")
        for what in ("all", 0, -1)
    ]
    guesses = {name: Guesses() for name in names}
    for number in range(SESSIONS):
        round, seen, chosen = rated_round(larkmere, framework, lead, chance, live=number % 5 == 0)
        told = rows("ratingcount", "key, id, value, people", "round_id", round.pk)
        assert len({xmin for xmin, *_ in told}) == 1  # all of one moment
        places = rows("participation", "id", "session_id", round.session_id)
        assert len({xmin for xmin, _ in places}) == 1  # and every place alike
        assert not rows("ratingdraft", "id", "round_id", round.pk)
        people = orders_of_people(round.session, seen)
        for key, numbers in chosen.items():
            guess(guesses, [row[2:] for row in told if row[1] == key], people, numbers)
    assert {name: (one.right, one.by_chance) for name, one in guesses.items() if one.right > one.most} == {}
