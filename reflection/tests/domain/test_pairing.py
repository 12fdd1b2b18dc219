"""Who sits with whom: every number of people, and every small group of organisations."""

from collections import Counter
from itertools import combinations, combinations_with_replacement
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reflection.domain.pairing import join_pairs, pair_up


def alike(groups, organisations):
    """How many pairs of people share a group and an organisation."""
    return sum(
        organisations[a] is not None and organisations[a] == organisations[b]
        for group in groups
        for a, b in combinations(group, 2)
    )


def ways(people):
    """Every way to sit in pairs, with one three when the number is odd."""
    if len(people) in (2, 3):
        yield [people]
        return
    first, *others = people
    for size in (1, 2) if len(people) % 2 else (1,):
        for mates in combinations(others, size):
            rest = [one for one in others if one not in mates]
            if len(rest) % 2 == 0 or (len(people) % 2 and size == 1):
                for way in ways(rest) if rest else ([],):
                    yield [[first, *mates], *way]


def sizes(groups):
    return sorted(len(group) for group in groups)


@pytest.mark.parametrize(
    ("people", "expected"),
    [(0, []), (1, [1]), (2, [2]), (3, [3]), (5, [2, 3]), (7, [2, 2, 3]), (8, [2] * 4), (40, [2] * 20)],
)
def test_pairs_and_one_three_when_odd(people, expected):
    groups = pair_up([None] * people, Random(1))
    assert sizes(groups) == expected
    assert sorted(place for group in groups for place in group) == list(range(people))


@pytest.mark.parametrize("people", [2, 3, 4, 5, 6, 7])
def test_as_few_as_can_be_sit_with_their_own_organisation(people):
    for organisations in combinations_with_replacement(["a", "b", "c", "d", None], people):
        least = min(alike(way, organisations) for way in ways(list(range(people))))
        for seed in range(3):
            groups = pair_up(organisations, Random(seed))
            assert alike(groups, organisations) == least, (organisations, groups)


@given(st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=40), st.integers(0, 10**6))
def test_nobody_meets_their_own_unless_one_has_more_than_half(organisations, seed):
    groups = pair_up(organisations, Random(seed))
    assert sorted(place for group in groups for place in group) == list(range(len(organisations)))
    largest = max(Counter(key for key in organisations if key).values(), default=0)
    if len(organisations) > 3 and largest <= len(organisations) // 2 and len(set(organisations)) > 2:
        assert alike(groups, organisations) == 0


def test_chance_decides_and_the_same_chance_decides_the_same():
    people = ["a", "a", "b", "b", "c", "c", None, None]
    assert pair_up(people, Random(7)) == pair_up(people, Random(7))
    assert len({tuple(sorted(map(tuple, map(sorted, pair_up(people, Random(seed)))))) for seed in range(40)}) > 5


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([2], [1]),
        ([2, 2], [2]),
        ([2, 3], [2]),
        ([2, 2, 2], [3]),
        ([2, 2, 3], [1, 2]),
        ([2] * 5, [2, 3]),
        ([2] * 20, [2] * 10),
        ([2] * 18 + [3], [1] + [2] * 9),
    ],
)
def test_two_pairs_make_a_four_and_a_three_stays(pairs, expected):
    fours = join_pairs([[None] * size for size in pairs], Random(3))
    assert sorted(len(four) for four in fours) == expected
    assert sorted(place for four in fours for place in four) == list(range(len(pairs)))
    if 1 in expected and len(pairs) > 1:
        alone = next(four[0] for four in fours if len(four) == 1)
        assert pairs[alone] == 3


def test_fours_meet_across_organisations_when_they_can():
    pairs = [["a", "b"], ["a", "b"], ["c", "d"], ["c", "d"]]
    for seed in range(20):
        assert {frozenset(four) for four in join_pairs(pairs, Random(seed))} in (
            {frozenset({0, 2}), frozenset({1, 3})},
            {frozenset({0, 3}), frozenset({1, 2})},
        )
