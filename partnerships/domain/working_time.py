"""When mail may come: on working days, by day, where the reader lives.

Bank holidays are those of England and Wales. They come from a library that is kept up to date, never from a list of
our own; a test fails when what it knows ends within a year.
"""

import datetime
import zoneinfo
from functools import cache

import holidays
from django.conf import settings
from django.utils import timezone

SATURDAY = 5


@cache
def _bank_holidays():
    # England and Wales share one list. It works out a year the first time somebody asks for a day in it.
    return holidays.country_holidays("GB", subdiv="ENG")


def holiday_name(day: datetime.date) -> str:
    """What the bank holiday on a date is called; "" on any other day."""
    return _bank_holidays().get(day, "")


def last_known_holiday_year() -> int:
    """The last year whose bank holidays are known."""
    return _bank_holidays().end_year


def is_working_day(day: datetime.date) -> bool:
    """Monday to Friday, and no bank holiday (trust E10)."""
    return day.weekday() < SATURDAY and day not in _bank_holidays()


def next_working_day(day: datetime.date) -> datetime.date:
    """The date itself if people work on it, else the first one after it on which they do."""
    while not is_working_day(day):
        day += datetime.timedelta(days=1)
    return day


def last_working_day(day: datetime.date) -> datetime.date:
    """The date itself if people work on it, else the last one before it on which they do."""
    while not is_working_day(day):
        day -= datetime.timedelta(days=1)
    return day


def is_working_time(at: datetime.datetime, *, time_zone: str) -> bool:
    """Whether mail that can wait may come at this moment to someone in this time zone.

    Arguments:
        at: an aware moment.
        time_zone: an IANA name, such as "Europe/London".

    The day runs from MAIL_FROM_HOUR (included) to MAIL_UNTIL_HOUR (not included), in local hours.
    """
    local = timezone.localtime(at, zoneinfo.ZoneInfo(time_zone))
    return is_working_day(local.date()) and settings.MAIL_FROM_HOUR <= local.hour < settings.MAIL_UNTIL_HOUR


def next_working_time(at: datetime.datetime, *, time_zone: str) -> datetime.datetime:
    """The moment itself if it is working time, else the next moment at which a working day begins."""
    zone = zoneinfo.ZoneInfo(time_zone)
    local = timezone.localtime(at, zone)
    if is_working_time(at, time_zone=time_zone):
        return at
    today_is_still_to_come = local.hour < settings.MAIL_FROM_HOUR
    day = next_working_day(local.date() + datetime.timedelta(days=0 if today_is_still_to_come else 1))
    return local_moment(day, datetime.time(settings.MAIL_FROM_HOUR), zone=zone)


def local_moment(day: datetime.date, clock: datetime.time, *, zone: datetime.tzinfo) -> datetime.datetime:
    """The moment at which clocks in `zone` show this time on this date, in UTC.

    Every date has exactly one: of a time that clocks show twice in autumn it is the first, and a time that they jump
    over in spring comes as much later as they jumped (01:30 is 02:30 that day), as calendars have it (RFC 5545).
    """
    return datetime.datetime.combine(day, clock, tzinfo=zone).astimezone(datetime.UTC)
