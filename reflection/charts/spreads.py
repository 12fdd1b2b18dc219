"""How far apart people are on one sign, as columns from 1 to 5: a spread in, coordinates out. The template draws them.

Units are those of a drawing 300 wide and 74 high. "Can't say" stands apart on the right, as an outline: it is no number.
"""

from dataclasses import dataclass

from reflection.domain.spreads import VALUES, Spread

SLOT, GAP, FLOOR, TALLEST = 46, 24, 54, 36
COLUMN = 34


@dataclass(frozen=True)
class Column:
    """``middle`` is where its words stand; a column of nobody has no height and a line on the floor."""

    x: float
    middle: float
    top: float
    height: float
    people: int
    under: str
    apart: bool = False


def draw_spread(spread: Spread) -> list[Column]:
    """A Column for each of 1 to 5 and one for "can't say", as high as their share of the highest."""
    most = max(*spread.counts, spread.cant_say, 1)
    columns = [
        _column(place * SLOT, people, most, str(value))
        for place, (value, people) in enumerate(zip(VALUES, spread.counts, strict=True))
    ]
    return [*columns, _column(len(VALUES) * SLOT + GAP, spread.cant_say, most, "?", apart=True)]


def _column(left, people, most, under, *, apart=False):
    height = round(TALLEST * people / most, 1)
    x = left + (SLOT - COLUMN) / 2
    return Column(x, x + COLUMN / 2, round(FLOOR - height, 1), height, people, under, apart)


def draw_results(results):
    """Results with the drawing of each row, as `reflection/ratings/_results.html` prints them."""
    return {"of": results, "rows": [(row, draw_spread(row.spread) if row.spread else []) for row in results.rows]}
