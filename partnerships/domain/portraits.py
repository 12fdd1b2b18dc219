"""The portrait in numbers: where each mark stands in three circles, and each group on its line from 1 to 5.

Pure: rows in, coordinates out. Units are those of a drawing 424 across with its middle at 0, 0. Angles are in radians,
0 to the right, growing clockwise as in SVG.
"""

from dataclasses import dataclass
from math import asin, cos, pi, sin

from partnerships.enums import Ring


@dataclass(frozen=True)
class Band:
    """A circle's own ground: from `inner` to `outer` radius. Its name stands at the top, or in the middle of the core."""

    ring: Ring
    inner: float
    outer: float
    label_y: float

    @property
    def words(self):
        return self.ring.label


BANDS = (Band(Ring.WIDER, 150, 205, -185), Band(Ring.ACTIVE, 94, 150, -130), Band(Ring.CORE, 0, 94, 5))
SIZES = (16, 14, 12, 10, 8.5, 7, 6)
GAP = 3
LABEL_HALF = 30  # half the width that a circle's name needs
EDGE = 2
SHAPE_HALF = 11  # half the size of a sector's shape before it is scaled


@dataclass(frozen=True)
class Mark:
    """One person or group in the drawing. `scale` is for the sector's shape, `text_size` for the letters on it."""

    name: str
    letters: str
    sector: str
    ring: str
    is_group: bool
    x: float
    y: float
    scale: float
    text_size: float


def place_in_rings(things):
    """Marks for memberships (person loaded) and groups (Stakeholder), in their order, around three circles.

    All marks are of one size, the largest at which every circle holds its own without two touching: no mark says more
    than another. Beyond some 300 the smallest size overlaps rather than leaves anyone out.
    """
    things = list(things)
    size = next((size for size in SIZES if all(_fits(band, size, _count(things, band)) for band in BANDS)), SIZES[-1])
    marks = []
    for band in BANDS:
        mine = [thing for thing in things if thing.ring == band.ring]
        marks += [
            Mark(*_face(thing), round(x, 1), round(y, 1), round(size / SHAPE_HALF, 2), round(size * 0.82, 1))
            for thing, (x, y) in zip(mine, _spots(band, size, len(mine)), strict=True)
        ]
    return marks


def _face(thing):
    """(name, letters, sector, ring, is_group) of a membership or of a group around us."""
    person = getattr(thing, "person", None)
    if person:
        return person.full_name, person.initials, thing.sector, thing.ring, False
    words = [word for word in thing.name.split() if word[0].isalnum()] or [thing.name]
    return thing.name, "".join(word[0] for word in words[:2]).upper(), thing.sector, thing.ring, True


def _count(things, band):
    return sum(thing.ring == band.ring for thing in things)


def _lanes(band, size, count):
    """The radii of `count` lanes inside a band, for marks of half-width `size`; nothing when so many do not fit side by side."""
    low = (LABEL_HALF if band.inner == 0 else band.inner) + size + EDGE
    high = band.outer - size - EDGE
    if count == 1:
        return [(low + high) / 2] if low <= high else []
    step = (high - low) / (count - 1)
    return [high - step * number for number in range(count)] if step >= 2 * size + GAP else []


def _free_arc(band, size, radius):
    """The angle of a lane in which marks may stand: all of it in the core, elsewhere all but the top, where the name is."""
    return 2 * pi if band.inner == 0 else 2 * pi - 2 * asin(min(1, (LABEL_HALF + size) / radius))


def _room(band, size, radius):
    return int(_free_arc(band, size, radius) / (2 * asin(min(1, (size + GAP / 2) / radius))))


def _choose_lanes(band, size, count):
    """The fewest lanes that hold `count` marks, or nothing."""
    number = 1
    while lanes := _lanes(band, size, number):
        if sum(_room(band, size, radius) for radius in lanes) >= count:
            return lanes
        number += 1
    return []


def _fits(band, size, count):
    return not count or bool(_choose_lanes(band, size, count))


def _spots(band, size, count):
    """`count` points in a band, spread evenly; lanes share them in proportion to their room."""
    if not count:
        return []
    lanes = _choose_lanes(band, size, count) or [(max(band.inner, LABEL_HALF) + band.outer) / 2]
    rooms = [_room(band, size, radius) for radius in lanes]
    spots, left, room_left = [], count, sum(rooms)
    for radius, room in zip(lanes, rooms, strict=True):
        here = left if room == room_left else min(left, -(-left * room // room_left))
        arc = _free_arc(band, size, radius)
        # The core has no gap at the top: it begins between top and right, as a clock would.
        start = -pi / 4 if band.inner == 0 else -pi / 2 + (2 * pi - arc) / 2 + arc / here / 2 if here else 0
        spots += [
            (radius * cos(start + arc * number / here), radius * sin(start + arc * number / here))
            for number in range(here)
        ]
        left, room_left = left - here, room_left - room
    return spots


# --- A group on its line --------------------------------------------------------------------------------------------
LINE_START, LINE_STEP = 8, 26  # a line from 1 to 5 in a drawing 120 wide
NOW_HALF, BEFORE_HALF = 7, 5


@dataclass(frozen=True)
class Track:
    """One figure of a group, now and at the look before: values, where they stand on the line, and the word for the move."""

    now: int
    before: int | None
    now_x: float
    before_x: float | None
    bar: tuple | None
    move: str


@dataclass(frozen=True)
class Standing:
    """Where a group stands, by its latest position, beside the one before it."""

    on: object
    before_on: object | None
    agreement: Track
    trust: Track


def standing(positions):
    """The Standing of a group from its positions in the order of their dates; None when nobody has looked yet."""
    positions = list(positions)
    if not positions:
        return None
    now, before = positions[-1], positions[-2] if len(positions) > 1 else None
    return Standing(
        on=now.on,
        before_on=before and before.on,
        agreement=_track(now.agreement, before and before.agreement),
        trust=_track(now.trust, before and before.trust),
    )


def _track(now, before):
    now_x = LINE_START + (now - 1) * LINE_STEP
    if before is None:
        return Track(now, None, now_x, None, None, "")
    before_x = LINE_START + (before - 1) * LINE_STEP
    if now == before:
        return Track(now, before, now_x, before_x, None, "same")
    sign = 1 if now > before else -1
    return Track(
        now,
        before,
        now_x,
        before_x,
        (before_x + sign * (BEFORE_HALF + 1), now_x - sign * NOW_HALF),
        "up" if now > before else "down",
    )
