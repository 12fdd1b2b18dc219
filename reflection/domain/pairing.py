"""Who sits with whom: pairs across organisations, and fours of pairs. Pure functions, no database: chance is handed in.

An organisation is told by any value that can be compared; nobody (None) has one of their own.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations
from random import Random

#: Up to so many groups every way to join them is looked at; with more, this many ways by chance.
LOOK_AT_ALL = 8
TRIES = 400


def pair_up(organisations: Sequence[Hashable | None], chance: Random) -> list[list[int]]:
    """Pairs of places in the list, one of them a three when the number is odd; a lone person is a group of one.

    As few as possible sit with their own organisation: none, unless one has more than half of the people.
    """
    keys = [("alone", place) if key is None else ("organisation", key) for place, key in enumerate(organisations)]
    places = list(range(len(keys)))
    if len(places) < 2:
        return [places] if places else []
    chance.shuffle(places)
    places = _in_blocks(places, keys, chance)
    # The one left over is of the largest organisation: nobody else is harder to place.
    third = places.pop(0) if len(places) % 2 else None
    places = _in_blocks(places, keys, chance)
    half = len(places) // 2
    # One block of an organisation is never longer than half the list, or else the fewest possible meet their own.
    pairs = [[places[i], places[i + half]] for i in range(half)]
    if third is not None:
        chance.shuffle(pairs)
        _least_alike(third, pairs, keys).append(third)
    chance.shuffle(pairs)
    return pairs


def _in_blocks(places, keys, chance):
    """The same places, organisation by organisation, the largest first and equally large ones by chance."""
    size = Counter(keys[place] for place in places)
    order = {key: chance.random() for key in sorted(size, key=repr)}
    return sorted(places, key=lambda place: (-size[keys[place]], order[keys[place]]))


def _least_alike(place, pairs, keys):
    """The pair with the fewest of this place's organisation; a pair that is alike already before one that is not."""
    return min(pairs, key=lambda pair: _clashes([*pair, place], keys) - _clashes(pair, keys))


def _clashes(places, keys):
    return sum(keys[one] == keys[other] for one, other in combinations(places, 2))


def join_pairs(pairs: Sequence[Sequence[Hashable | None]], chance: Random) -> list[list[int]]:
    """Which pairs become a four: places in the list, two together.

    Arguments:
        pairs: the organisations of those who sit in each pair.

    When one pair is left over, a three stays as it is; a left-over pair of two joins another two pairs. As few as
    possible meet their own organisation.
    """
    places = list(range(len(pairs)))
    if len(places) < 3:
        return [places] if places else []
    chance.shuffle(places)
    left = None
    if len(places) % 2:
        left = max(places, key=lambda place: len(pairs[place]))
        places.remove(left)
    fours = _best_matching(places, pairs, chance)
    if left is None:
        return fours
    if len(pairs[left]) > 2:
        return [*fours, [left]]
    best = min(fours, key=lambda four: (sum(len(pairs[one]) for one in four), _meet([*four, left], pairs)))
    best.append(left)
    return fours


def _best_matching(places, pairs, chance):
    cost = {(a, b): _meet((a, b), pairs) for a in places for b in places if a != b}
    ways = list(_matchings(places)) if len(places) <= LOOK_AT_ALL else _by_chance(places, chance)
    chance.shuffle(ways)
    best = min(ways, key=lambda way: sum(cost[two] for two in way))
    return [list(two) for two in best]


def _matchings(places):
    """Every way to put places two by two."""
    if not places:
        yield []
        return
    first, *others = places
    for other in others:
        rest = [place for place in others if place != other]
        for way in _matchings(rest):
            yield [(first, other), *way]


def _by_chance(places, chance):
    ways = []
    for _ in range(TRIES):
        shuffled = list(places)
        chance.shuffle(shuffled)
        ways.append(list(zip(shuffled[::2], shuffled[1::2], strict=True)))
    return ways


def _meet(joined, pairs):
    """How many people of different pairs would meet their own organisation."""
    return sum(
        a is not None and a == b
        for one, other in combinations(joined, 2)
        for a in pairs[one]
        for b in pairs[other]
    )  # fmt: skip
