"""Working days and quiet hours (trust E10): mail that can wait comes by day, on days on which people work."""

import datetime
import random
import zoneinfo

import pytest
from django.utils import timezone

from partnerships.domain.working_time import (
    holiday_name,
    is_working_day,
    is_working_time,
    last_known_holiday_year,
    local_moment,
    next_working_day,
    next_working_time,
)

LONDON = zoneinfo.ZoneInfo("Europe/London")
#: Sundays on which the clocks of England and Wales change.
CHANGES = [
    *(datetime.date(2026, 3, 29), datetime.date(2026, 10, 25), datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)),
    *(datetime.date(2028, 3, 26), datetime.date(2028, 10, 29), datetime.date(2029, 3, 25), datetime.date(2029, 10, 28)),
    *(datetime.date(2030, 3, 31), datetime.date(2030, 10, 27)),
]


def london(*parts):
    return datetime.datetime(*parts, tzinfo=LONDON)


def test_the_bank_holidays_of_england_and_wales():
    """The Government's published dates for 2026 and 2027, Christmas at a weekend among them."""
    published = {
        *((2026, 1, 1), (2026, 4, 3), (2026, 4, 6), (2026, 5, 4), (2026, 5, 25), (2026, 8, 31)),
        *((2026, 12, 25), (2026, 12, 28)),
        *((2027, 1, 1), (2027, 3, 26), (2027, 3, 29), (2027, 5, 3), (2027, 5, 31), (2027, 8, 30)),
        *((2027, 12, 27), (2027, 12, 28)),
    }
    first = datetime.date(2026, 1, 1)
    every_day = [first + datetime.timedelta(days=n) for n in range(730)]
    free = {(day.year, day.month, day.day) for day in every_day if day.weekday() < 5 and not is_working_day(day)}
    assert free == published
    assert holiday_name(datetime.date(2026, 12, 25)) == "Christmas Day"
    assert holiday_name(datetime.date(2026, 12, 24)) == ""


def test_the_bank_holidays_are_known_for_a_year_and_more():
    """Fails in good time: bring the library up to date then (E10)."""
    in_a_year = timezone.localdate() + datetime.timedelta(days=366)
    assert last_known_holiday_year() >= in_a_year.year
    days = [timezone.localdate() + datetime.timedelta(days=n) for n in range(366)]
    assert len({holiday_name(day) for day in days if holiday_name(day)}) >= 8


@pytest.mark.parametrize(
    ("at", "working"),
    [
        (london(2026, 11, 23, 7, 59, 59), False),
        (london(2026, 11, 23, 8), True),
        (london(2026, 11, 23, 17, 59, 59), True),
        (london(2026, 11, 23, 18), False),
        (london(2026, 11, 21, 12), False),
        (london(2026, 12, 25, 12), False),
        (london(2026, 12, 28, 12), False),
        (london(2026, 12, 29, 12), True),
    ],
)
def test_working_time_is_by_day_on_working_days(at, working):
    assert is_working_time(at, time_zone="Europe/London") is working
    assert is_working_time(at.astimezone(datetime.UTC), time_zone="Europe/London") is working


def test_working_time_is_the_readers_own():
    noon_in_london = london(2026, 11, 23, 12)
    assert not is_working_time(noon_in_london, time_zone="Pacific/Auckland")
    assert next_working_time(noon_in_london, time_zone="Pacific/Auckland") == datetime.datetime(
        2026, 11, 24, 8, tzinfo=zoneinfo.ZoneInfo("Pacific/Auckland")
    )


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (london(2026, 11, 23, 9, 30), london(2026, 11, 23, 9, 30)),
        (london(2026, 11, 23, 3), london(2026, 11, 23, 8)),
        (london(2026, 11, 20, 18), london(2026, 11, 23, 8)),
        (london(2026, 12, 24, 20), london(2026, 12, 29, 8)),
        (london(2027, 3, 25, 22), london(2027, 3, 30, 8)),
        (london(2028, 2, 29, 19), london(2028, 3, 1, 8)),
        (london(2026, 1, 30, 23), london(2026, 2, 2, 8)),
    ],
)
def test_what_comes_at_night_or_on_a_free_day_waits_for_the_next_morning(at, then):
    assert next_working_time(at, time_zone="Europe/London") == then


def test_quiet_hours_are_settings(settings):
    settings.MAIL_FROM_HOUR, settings.MAIL_UNTIL_HOUR = 10, 12
    assert not is_working_time(london(2026, 11, 23, 9), time_zone="Europe/London")
    assert next_working_time(london(2026, 11, 23, 12), time_zone="Europe/London") == london(2026, 11, 24, 10)


def test_a_thousand_moments_all_find_working_time_soon_and_never_early():
    chance = random.Random(20)
    zones = ["Europe/London", "Europe/Dublin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
    for _ in range(1000):
        at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
            minutes=chance.randrange(5 * 366 * 24 * 60)
        )
        zone = chance.choice(zones)
        then = next_working_time(at, time_zone=zone)
        assert is_working_time(then, time_zone=zone)
        assert at <= then <= at + datetime.timedelta(days=6)
        if then > at:
            assert not is_working_time(then - datetime.timedelta(minutes=1), time_zone=zone)


def test_next_working_day_is_the_day_itself_or_the_first_after_it():
    assert next_working_day(datetime.date(2026, 11, 23)) == datetime.date(2026, 11, 23)
    assert next_working_day(datetime.date(2026, 12, 25)) == datetime.date(2026, 12, 29)
    assert next_working_day(datetime.date(2028, 2, 26)) == datetime.date(2028, 2, 28)


@pytest.mark.parametrize("sunday", CHANGES, ids=str)
def test_every_time_of_day_comes_once_on_the_day_the_clocks_change(sunday):
    """What is set between 01:00 and 02:00 too: the first of two in autumn, an hour later where it is jumped over (E9)."""
    for hour in range(24):
        for minute in (0, 30):
            clock = datetime.time(hour, minute)
            moment = local_moment(sunday, clock, zone=LONDON)
            jumped_over = sunday.month == 3 and hour == 1
            shown = moment.astimezone(LONDON)
            assert (shown.date(), shown.hour, shown.minute) == (sunday, 2 if jumped_over else hour, minute)
            assert shown.fold == 0
