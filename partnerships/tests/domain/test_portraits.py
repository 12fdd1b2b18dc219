"""The layout of the circles, checked by measuring: nobody is left out, nobody touches, nobody stands on a name."""

from datetime import date
from itertools import combinations
from math import hypot
from types import SimpleNamespace

import pytest

from partnerships.domain.portraits import BANDS, LABEL_HALF, SHAPE_HALF, SIZES, place_in_rings, standing
from partnerships.enums import Ring, Sector


def someone(ring, name="Amina Rahman"):
    person = SimpleNamespace(full_name=name, initials="".join(word[0] for word in name.split()))
    return SimpleNamespace(person=person, ring=ring, sector=Sector.VCSE)


def a_group(ring, name):
    return SimpleNamespace(name=name, ring=ring, sector=Sector.COUNCIL)


def people(core, active, wider):
    return [someone(ring) for ring, count in zip(Ring, (core, active, wider), strict=True) for _ in range(count)]


COUNTS = [
    (1, 0, 0),
    (0, 1, 0),
    (0, 0, 1),
    (2, 1, 1),
    (4, 6, 2),
    (10, 21, 9),
    (11, 24, 19),
    (0, 0, 60),
    (0, 50, 0),
    (40, 0, 0),
    (30, 60, 60),
]


@pytest.mark.parametrize("counts", COUNTS, ids=str)
def test_everyone_has_a_place_in_their_own_circle_and_nobody_touches(counts):
    marks = place_in_rings(people(*counts))
    assert len(marks) == sum(counts)
    size = marks[0].scale * SHAPE_HALF
    assert {mark.scale for mark in marks} == {marks[0].scale}
    for band in BANDS:
        for mark in (mark for mark in marks if mark.ring == band.ring):
            distance = hypot(mark.x, mark.y)
            assert band.inner - 0.2 <= distance - size
            assert distance + size <= band.outer + 0.2
    assert all(hypot(one.x - other.x, one.y - other.y) >= 2 * size - 0.4 for one, other in combinations(marks, 2))


@pytest.mark.parametrize("counts", COUNTS, ids=str)
def test_no_mark_stands_on_the_name_of_a_circle(counts):
    marks = place_in_rings(people(*counts))
    size = marks[0].scale * SHAPE_HALF
    for band in BANDS:
        middle = band.label_y - 5  # letters stand on their line
        for mark in marks:
            assert abs(mark.x) >= LABEL_HALF - 8 + size - 0.5 or abs(mark.y - middle) >= size + 6, (band.ring, mark)


def test_four_in_the_core_stand_as_large_as_can_be():
    marks = place_in_rings(people(4, 6, 2))
    assert marks[0].scale == round(SIZES[0] / SHAPE_HALF, 2)
    assert [(mark.x, mark.y) for mark in marks if mark.ring == Ring.CORE] == [
        (43.8, -43.8),
        (43.8, 43.8),
        (-43.8, 43.8),
        (-43.8, -43.8),
    ]


def test_more_than_fit_are_drawn_all_the_same():
    assert len(place_in_rings(people(200, 300, 300))) == 800


def test_nobody_gives_nothing():
    assert place_in_rings([]) == []


def test_people_and_groups_are_told_apart():
    person, group = place_in_rings([someone(Ring.WIDER, "Bea Nwosu"), a_group(Ring.WIDER, "Larkmere Housing (north)")])
    assert (person.name, person.letters, person.sector, person.is_group) == ("Bea Nwosu", "BN", Sector.VCSE, False)
    assert (group.name, group.letters, group.sector, group.is_group) == (
        "Larkmere Housing (north)",
        "LH",
        Sector.COUNCIL,
        True,
    )


# --- A group on its line --------------------------------------------------------------------------------------------
def look(day, agreement, trust):
    return SimpleNamespace(on=date.fromisoformat(day), agreement=agreement, trust=trust)


def test_a_group_nobody_has_looked_at_stands_nowhere():
    assert standing([]) is None


def test_a_first_look_has_no_move():
    now = standing([look("2026-05-04", 1, 5)])
    assert (now.on, now.before_on) == (date(2026, 5, 4), None)
    assert (now.agreement.now, now.agreement.now_x, now.agreement.before_x, now.agreement.bar, now.agreement.move) == (
        1,
        8,
        None,
        None,
        "",
    )
    assert now.trust.now_x == 112


def test_a_later_look_says_how_far_it_moved_since_the_one_before():
    now = standing([look("2025-09-01", 5, 5), look("2026-05-04", 2, 4), look("2026-11-02", 3, 3)])
    assert (now.on, now.before_on) == (date(2026, 11, 2), date(2026, 5, 4))
    assert (now.agreement.before, now.agreement.now, now.agreement.move, now.agreement.bar) == (2, 3, "up", (40, 53))
    assert (now.trust.before, now.trust.now, now.trust.move, now.trust.bar) == (4, 3, "down", (80, 67))
    assert standing([look("2026-05-04", 2, 4), look("2026-11-02", 2, 4)]).agreement.move == "same"
