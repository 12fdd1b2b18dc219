"""How the shapes changed from one check-in to the next: counts side by side, never one number for all of us."""

from dataclasses import dataclass

from reflection.domain.checkin_pages import WORDS_OF
from reflection.enums import Measure
from reflection.models.checkins import CheckInFigure

SHOWN = 8  # check-ins, the latest
#: What a difference must come to before it is put into words: half a step, as the mean of all.
NOTICEABLE = 0.125
MORE_AND_LESS = {
    Measure.MOOD: ("A little brighter", "A little heavier"),
    Measure.ROOM: ("A little more", "A little less"),
}


BAR = 200  # the length of a bar, in units of its drawing
FEWEST_FOR_A_NUMBER = 12  # a narrower part of a bar has no room for its number


@dataclass(frozen=True)
class Part:
    """One of the five answers in a bar: where it begins and how long it is (units of BAR), and how many chose it."""

    value: int
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def has_room(self) -> bool:
        return self.width >= FEWEST_FOR_A_NUMBER


@dataclass(frozen=True)
class Trend:
    """One measure over time: `head` and `rows` as a table prints them, the newest first."""

    measure: Measure
    head: tuple[str, ...]
    rows: tuple[tuple, ...]

    @property
    def title(self) -> str:
        return str(self.measure.label)

    @property
    def bars(self) -> list[tuple[str, int, list[Part]]]:
        """The day, the number of people and the parts of one bar for each check-in, all bars of one length."""
        return [(row[0], row[-1], _parts(row[1:-1])) for row in self.rows]

    @property
    def key(self) -> list[tuple[int, str]]:
        """The five answers with their numbers, as the colours of the bars stand for them."""
        return list(enumerate(self.head[1:-1], start=1))

    @property
    def says(self) -> str:
        """The latest against the one before, in one sentence; the people may not be the same."""
        latest, before = (self._share_of_high(row) for row in self.rows[:2])
        if abs(latest - before) < NOTICEABLE:
            return f"Much as on {self.rows[1][0]}."
        more, less = MORE_AND_LESS[self.measure]
        return f"{more if latest > before else less} than on {self.rows[1][0]}."

    @staticmethod
    def _share_of_high(row) -> float:
        """How far up the five answers lie on the whole, from 0 to 1. It is compared here and never shown."""
        return sum(value * count for value, count in enumerate(row[1:-1])) / (4 * row[-1])


def _parts(counts) -> list[Part]:
    parts, x, people = [], 0.0, sum(counts)
    for value, count in enumerate(counts, start=1):
        width = round(count * BAR / people, 1)
        if count:
            parts.append(Part(value, count, round(x, 1), width))
        x += width
    return parts


def trends_of(checkins) -> list[Trend]:
    """The frozen figures of check-ins that were drawn, as one table for each measure. One query.

    Arguments:
        checkins: those that the reader may see, the newest first: they have answered them.
    """
    latest = list(checkins)[:SHOWN]
    counts = {}
    for figure in CheckInFigure.objects.filter(checkin__in=latest):
        counts.setdefault((figure.measure, figure.checkin_id), {})[figure.value] = figure.count
    trends = []
    for measure in Measure:
        words = WORDS_OF[measure]
        rows = tuple(
            (f"{checkin.on.day} {checkin.on:%B}", *(found.get(value, 0) for value in words.values), sum(found.values()))
            for checkin in latest
            if (found := counts.get((measure.value, checkin.pk)))
        )
        if len(rows) > 1:
            trends.append(Trend(measure, ("Check-in", *words.labels, "People"), rows))
    return trends
