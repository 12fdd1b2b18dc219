"""How the shapes changed from one check-in to the next: counts side by side, never one number for all of us."""

from dataclasses import dataclass

from reflection.domain.checkin_pages import WORDS_OF
from reflection.enums import Measure
from reflection.models.checkins import CheckInFigure

SHOWN = 8  # check-ins, the latest


@dataclass(frozen=True)
class Trend:
    """One measure over time: `head` and `rows` as a table prints them, the newest first."""

    measure: Measure
    head: tuple[str, ...]
    rows: tuple[tuple, ...]

    @property
    def title(self) -> str:
        return str(self.measure.label)


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
