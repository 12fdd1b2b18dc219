"""A line of dots for each question: a big one where a session talked about it. Units: a drawing 24 a session, 28 high."""

from dataclasses import dataclass

STEP, MIDDLE, BIG, SMALL = 24, 14, 9, 4


@dataclass(frozen=True)
class Dot:
    x: int
    r: int
    talked: bool


def draw_visits(visit) -> list[Dot]:
    """A Dot for each session of a Visit, the oldest on the left."""
    return [
        Dot(STEP // 2 + place * STEP, BIG if talked else SMALL, talked) for place, talked in enumerate(visit.talked)
    ]


def width_of(visit) -> int:
    return max(1, len(visit.talked)) * STEP
