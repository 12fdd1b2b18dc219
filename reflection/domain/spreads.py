"""How far apart the ratings of one characteristic lie, from counts alone: no mean, no score, no ranking.

Pure functions, no database, so that every pattern of ratings can be enumerated in a test.
Source: Rating in the domain notes; trust A5 (counters), A12 (minimum) and A13 (labels).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reflection.domain.labels import choose_labels

#: "Can't say" is an answer of its own. A characteristic left blank has no rating at all.
CANT_SAY = 0
VALUES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Spread:
    """The ratings of one characteristic: people at each of 1 to 5, and people who could not say."""

    counts: tuple[int, ...]
    cant_say: int

    @property
    def people(self) -> int:
        return sum(self.counts) + self.cant_say

    @property
    def is_worth_a_talk(self) -> bool:
        """Whether people see it differently: someone at 1 or 2 and someone at 4 or 5. Never how high or low."""
        return bool(sum(self.counts[:2]) and sum(self.counts[3:]))

    @property
    def in_words(self) -> str:
        """ "1 person at 2, 4 people at 5; 1 person can’t say": from 1 to 5, the empty ones left out."""
        told = [f"{_people(count)} at {value}" for value, count in zip(VALUES, self.counts, strict=True) if count]
        words = ", ".join(told) or "Nobody gave a number"
        return f"{words}; {_people(self.cant_say)} can’t say" if self.cant_say else words


def spread_of(values: Iterable[int]) -> Spread:
    """The spread of some ratings (1 to 5, or ``CANT_SAY``). Raises ValueError for any other number."""
    counts = Counter(values)
    if unknown := counts.keys() - {CANT_SAY, *VALUES}:
        raise ValueError(f"Not a rating: {sorted(unknown)}")
    return Spread(counts=tuple(counts[value] for value in VALUES), cant_say=counts[CANT_SAY])


def count_sealed(ratings: Iterable[tuple[str, int]], *, minimum: int, labelled: bool) -> dict[tuple[str, int], int]:
    """The counters that a sealed round keeps of one characteristic: (label, value) → people.

    Arguments:
        ratings: (sector, value) of each *person* who rated this characteristic.
        minimum: people there must be, or nothing is told of it (trust A12).
        labelled: whether sectors may stand beside counts. They are chosen for each characteristic,
            since those who left it blank protect nobody in it (trust A13).

    Returns an empty dict with too few people.
    """
    ratings = list(ratings)
    spread_of(value for _, value in ratings)
    if len(ratings) < minimum:
        return {}
    names = choose_labels(sector for sector, _ in ratings) if labelled else None
    return dict(Counter((names.of(sector) if names else "", value) for sector, value in ratings))


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
