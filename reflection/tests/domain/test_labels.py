"""Every pattern of answers is tried: no small group can be worked out from the labels (A13)."""

from itertools import combinations

import pytest

from partnerships.enums import Sector
from reflection.domain.labels import (
    LADDER,
    SMALLEST_LABEL,
    choose_labels,
    step_in_words,
    step_of,
    steps_up_to,
)

SECTORS = [sector.value for sector in Sector]


def patterns(people, sectors):
    """Every way to share so many people out over so many sectors."""
    for cuts in combinations(range(people + sectors - 1), sectors - 1):
        edges = (-1, *cuts, people + sectors - 1)
        yield tuple(edges[i + 1] - edges[i] - 1 for i in range(sectors))


def spread(counts):
    return [sector for sector, count in zip(SECTORS, counts, strict=True) for _ in range(count)]


def test_patterns_counts_as_combinatorics_says():
    assert sum(1 for n in range(31) for _ in patterns(n, 4)) == 46_376


def people_by_label(counts, unknown, labels):
    """Label → people, as a reader could count them from the answers shown."""
    seen = {"": unknown}
    for sector, count in zip(SECTORS, counts, strict=True):
        if count:
            seen[labels.of(sector)] = seen.get(labels.of(sector), 0) + count
    return {label: count for label, count in seen.items() if count}


def assert_nothing_small_shows(counts, unknown=0):
    labels = choose_labels(spread(counts) + [""] * unknown)
    seen = people_by_label(counts, unknown, labels)
    if set(seen) <= {""}:
        return
    # Every group that a reader can tell apart, the unlabelled one included (total less the rest).
    assert min(seen.values()) >= SMALLEST_LABEL, (counts, unknown)
    assert labels.people == {label: count for label, count in seen.items() if label}


def test_choose_labels_never_shows_or_leaves_a_small_group_in_any_pattern():
    tried = 0
    for people, sectors in ((30, 4), (18, 5)):
        for total in range(people + 1):
            for counts in patterns(total, sectors):
                # Not shared out: the fifth sector, at the end, has nobody in the first sweep.
                assert_nothing_small_shows((*counts, *[0] * (len(SECTORS) - sectors)))
                tried += 1
    assert tried == 46_376 + 33_649


def test_choose_labels_counts_people_without_a_sector_as_a_group_to_protect():
    for total in range(13):
        for counts in patterns(total, len(SECTORS)):
            for unknown in (1, 2, 3, 4):
                assert_nothing_small_shows(counts, unknown)


def test_choose_labels_counts_nobody_whose_words_someone_else_knows():
    """Behind each label stand three whose words only they know; those written down for people come on top."""
    nhs, vcse = Sector.NHS.value, Sector.VCSE.value
    six = [nhs] * 3 + [vcse] * 3
    assert choose_labels(six).rung == 0
    assert choose_labels(six, known=[nhs]).rung == len(LADDER) - 1
    assert choose_labels([nhs, *six], known=[nhs]).people == {"NHS": 4, "Community and voluntary": 3}


def test_choose_labels_takes_the_first_rung_that_is_safe():
    """No finer rung than the chosen one would have been safe, in every pattern of up to 15."""

    def safe(counts, names):
        people = {}
        for sector, count in zip(SECTORS, counts, strict=True):
            if count:
                people[names.get(sector, "")] = people.get(names.get(sector, ""), 0) + count
        return bool(people) and "" not in people and min(people.values()) >= 3

    for total in range(16):
        for counts in patterns(total, len(SECTORS)):
            expected = next((rung for rung, names in enumerate(LADDER) if safe(counts, names)), len(LADDER) - 1)
            assert choose_labels(spread(counts)).rung == expected, counts


@pytest.mark.parametrize(
    ("counts", "labels"),
    [
        # nhs, council, vcse, resident, other
        ((3, 3, 4, 3, 0), {"NHS": 3, "Local council": 3, "Community and voluntary": 4, "Residents": 3}),
        ((3, 3, 4, 2, 0), {"NHS": 3, "Community and residents": 6, "Council and others": 3}),
        ((1, 2, 4, 2, 0), {"Community and residents": 6, "Public services and others": 3}),
        ((1, 1, 4, 2, 0), {}),
        ((0, 0, 5, 0, 0), {"Community and voluntary": 5}),
        ((2, 0, 0, 0, 0), {}),
    ],
)
def test_choose_labels_in_cases_that_people_can_check_by_hand(counts, labels):
    assert choose_labels(spread(counts)).people == labels


def test_step_of_tells_threes_then_tens_then_everyone():
    assert [step_of(n, 40) for n in (0, 1, 2, 3, 5, 6, 11, 12, 19, 20, 39, 40)] == [
        0, 0, 0, 3, 3, 6, 9, 12, 12, 20, 30, 40,
    ]  # fmt: skip
    assert steps_up_to(12) == [0, 3, 6, 9, 12]


def test_step_of_never_moves_by_one_person_below_everyone():
    """Two counts that differ by one look alike, but for the threes, the tens and everyone."""
    for total in range(3, 60):
        moves = [n for n in range(1, total) if step_of(n, total) != step_of(n - 1, total)]
        assert set(moves) <= {3, 6, 9, 12, *range(20, 60, 10)}


def test_step_in_words_says_a_few_for_none_as_for_two():
    assert step_in_words(0, 12) == step_in_words(2, 12) == "A few of 12"
    assert step_in_words(7, 12) == "6 or more of 12"
    assert step_in_words(12, 12) == "All 12"
