"""Bars of who took part, session by session: rows in, coordinates out. The template draws them.

Units are those of a drawing 340 wide and 190 high. The dashed outline is everyone who was asked.
"""

from dataclasses import dataclass

WIDTH, FLOOR, TALLEST = 340, 160, 128
FEWEST_SLOTS = 6  # with one session the bar is no wider than with six


@dataclass(frozen=True)
class Bar:
    """One session. ``height`` is None where the figure is not told: the outline stands alone. ``head`` is where its top stands."""

    x: float
    middle: float
    width: float
    top: float
    outline: float
    height: float | None
    head: float
    words: str
    under: str


def draw_turnout(turnouts) -> list[Bar]:
    """A Bar for each Turnout, in their order, from left to right."""
    most = max((turnout.took_part.of for turnout in turnouts), default=0) or 1
    slot = WIDTH / max(len(turnouts), FEWEST_SLOTS)
    width = round(slot * 0.68, 1)
    bars = []
    for place, turnout in enumerate(turnouts):
        figure = turnout.took_part
        outline = round(TALLEST * figure.of / most, 1)
        height = round(TALLEST * figure.number / most, 1)
        x = round(place * slot + (slot - width) / 2, 1)
        bars.append(
            Bar(
                x=x,
                middle=round(x + width / 2, 1),
                width=width,
                top=round(FLOOR - outline, 1),
                outline=outline,
                height=None if figure.is_hidden else height,
                head=FLOOR if figure.is_hidden else round(FLOOR - height, 1),
                words=figure.short,
                under=f"{turnout.on:%b}",
            )
        )
    return bars
