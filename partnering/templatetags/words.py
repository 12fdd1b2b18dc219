"""Dates, times and counts in our voice: "Thursday 26 November", "10 to 11.15am", "5 months ago"."""

import datetime as dt

from django import template
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.html import format_html

register = template.Library()

SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _local(value):
    """A datetime in the active time zone, a date or None as they are."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _year(value) -> str:
    """The year, only where it is not this one."""
    return "" if value.year == timezone.localdate().year else f" {value.year}"


@register.filter(expects_localtime=True)
def day(value):
    """ "Thursday 26 November", with the year when it is not this one."""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B}{_year(value)}" if value else ""


@register.filter(expects_localtime=True)
def day_short(value):
    """ "26 November", with the year when it is not this one."""
    value = _local(value)
    return f"{value.day} {value:%B}{_year(value)}" if value else ""


@register.filter(expects_localtime=True)
def weekday(value):
    """ "Thursday"."""
    value = _local(value)
    return f"{value:%A}" if value else ""


@register.filter(expects_localtime=True)
def clock(value):
    """ "10am", "9.41am", "midday", "midnight"."""
    value = _local(value)
    if not value:
        return ""
    if (value.hour, value.minute) in ((0, 0), (12, 0)):
        return "midday" if value.hour else "midnight"
    return f"{_hour(value)}{'am' if value.hour < 12 else 'pm'}"


def _hour(value) -> str:
    hour = value.hour % 12 or 12
    return f"{hour}.{value.minute:02d}" if value.minute else str(hour)


@register.filter(expects_localtime=True)
def daytime(value):
    """ "Thursday 26 November, 10am"."""
    return f"{day(value)}, {clock(value)}" if value else ""


@register.filter(expects_localtime=True)
def month(value):
    """ "November 2026"."""
    value = _local(value)
    return f"{value:%B %Y}" if value else ""


@register.simple_tag
def time_range(start, end):
    """From `start` to `end` (datetimes): "10 to 11.15am" within a day, else both in full."""
    start, end = _local(start), _local(end)
    if not start or not end:
        return daytime(start or end)
    if start.date() != end.date():
        return f"{daytime(start)} to {daytime(end)}"
    plain = {0, 12}
    same_half = (start.hour < 12) == (end.hour < 12)
    noon = start.minute == 0 and start.hour in plain
    first = _hour(start) if same_half and not noon else clock(start)
    return f"{day(start)}, {first} to {clock(end)}"


@register.filter(expects_localtime=True)
def ago(value):
    """How long since a date or datetime, in the largest whole unit: "today", "yesterday", "5 months ago".

    A moment still to come reads "today", "tomorrow" or "in 3 days".
    """
    value = _local(value)
    if not value:
        return ""
    then = value.date() if isinstance(value, dt.datetime) else value
    days = (timezone.localdate() - then).days
    if days in (-1, 0, 1):
        return {-1: "tomorrow", 0: "today", 1: "yesterday"}[days]
    size = abs(days)
    for unit, length in (("year", 365), ("month", 30), ("week", 7), ("day", 1)):
        # "5 weeks" says more than "1 month", "14 months" more than "1 year"
        if size >= 2 * length or length == 1:
            amount = f"{size // length} {unit}{pluralize(size // length)}"
            return f"{amount} ago" if days > 0 else f"in {amount}"
    return ""


@register.simple_tag
def moment(value, style="daytime"):
    """A <time> element in one of our styles: {% moment session.opens_at "day" %}."""
    if not value:
        return ""
    styles = {"day": day, "day_short": day_short, "clock": clock, "daytime": daytime, "ago": ago, "month": month}
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), styles[style](value))


@register.filter
def in_words(number):
    """ "three" up to ten, figures above."""
    number = int(number or 0)
    return SMALL[number] if 0 <= number <= 10 else f"{number:,}"


@register.filter
def counted(number, noun):
    """A count with its noun: {{ n|counted:"answer" }} -> "1 answer"; {{ n|counted:"person,people" }} -> "3 people"."""
    number = int(number or 0)
    one, _, many = noun.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.filter
def joined(values):
    """Names as people say them: "Amina", "Amina and Ruth", "Amina, Ruth and Tom"."""
    values = [str(value) for value in values]
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} and {values[-1]}"
