"""From one check-in to the next: bars of one length, and one sentence that says where it went."""

import pytest

from reflection.domain.checkin_trends import BAR, Trend
from reflection.enums import Measure

HEAD = ("Check-in", "Heavy", "A bit low", "Steady", "Good", "Bright", "People")


@pytest.mark.parametrize(
    ("latest", "says"),
    [
        ((0, 1, 3, 5, 1, 10), "A little brighter than on 17 November."),
        ((4, 3, 2, 1, 0, 10), "A little heavier than on 17 November."),
        ((1, 2, 4, 2, 1, 10), "Much as on 17 November."),
    ],
)
def test_the_latest_is_put_beside_the_one_before_in_words(latest, says):
    rows = (("1 December", *latest), ("17 November", 1, 3, 4, 2, 0, 10))
    assert Trend(Measure.MOOD, HEAD, rows).says == says


def test_every_bar_is_full_and_what_nobody_chose_has_no_part():
    rows = (("1 December", 0, 1, 3, 5, 1, 10), ("17 November", 1, 1, 1, 0, 0, 3))
    for (_, people, parts), row in zip(Trend(Measure.MOOD, HEAD, rows).bars, rows, strict=True):
        assert people == row[-1] == sum(part.count for part in parts)
        assert [part.value for part in parts] == [value for value, count in enumerate(row[1:-1], start=1) if count]
        assert sum(part.width for part in parts) == pytest.approx(BAR, abs=0.3)
