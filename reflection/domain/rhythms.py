"""When a group checks in: its rhythm, its pauses, and the days that come of them.

A day is worked out on the calendar of the group and only then made a moment, so that clocks going forward or back move
nothing. Source: trust E9 and E10.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.domain.working_time import holiday_name, local_moment, next_working_day
from partnerships.models.partnerships import Partnership
from reflection.models.rhythms import Rhythm, RhythmPause

OUR_PAUSE = "Our pause"
LONGEST_PAUSE = timedelta(days=366)
FURTHEST = 400  # dates looked at for the next five: with a pause of a year some remain


@dataclass(frozen=True)
class RhythmDate:
    """One date of a rhythm. `due_on` is the weekday it falls on, `on` the working day it moves to; `why` says what moved or left it out."""

    due_on: date
    on: date
    opens_at: datetime
    left_out: bool = False
    why: str = ""


def rhythm_of(partnership: Partnership) -> Rhythm | None:
    """The rhythm that holds for a partnership: its own, else its programme's. One query."""
    return Rhythm.objects.for_partnership(partnership).first()


def due_dates(rhythm: Rhythm, *, from_day: date) -> Iterator[date]:
    """The days on which a rhythm falls, from a day on, before holidays and pauses are looked at. Endless."""
    first = rhythm.starts_on + timedelta(days=(rhythm.weekday - rhythm.starts_on.weekday()) % 7)
    step = timedelta(weeks=rhythm.every_weeks)
    if from_day > first:
        first += step * -((first - from_day) // step)
    while True:
        yield first
        first += step


def place_date(rhythm: Rhythm, due_on: date, *, pauses: Iterable[RhythmPause], zone) -> RhythmDate:
    """Where one date of a rhythm comes to lie: left out in a pause, moved from a holiday to the next working day."""
    on = next_working_day(due_on)
    opens_at = local_moment(on, time(rhythm.hour), zone=zone)
    pause = next((pause for pause in pauses if pause.covers(due_on) or pause.covers(on)), None)
    if pause:
        return RhythmDate(due_on, due_on, opens_at, left_out=True, why=pause.words or OUR_PAUSE)
    why = f"Moved: {holiday_name(due_on) or 'not a working day'}" if on != due_on else ""
    return RhythmDate(due_on, on, opens_at, why=why)


def next_dates(
    rhythm: Rhythm, *, partnership: Partnership, pauses: Iterable[RhythmPause] | None = None, count: int = 5, at=None
) -> list[RhythmDate]:
    """The next `count` dates on which people are asked, with those left out between them and why.

    Arguments:
        pauses: to try out some that are not saved; by default those of the partnership (one query).
        at: the moment to look ahead from (default: now).
    """
    at = at or timezone.now()
    today = partnership.local_date(at)
    pauses = list(partnership.rhythm_pauses.from_day(today - timedelta(days=7)) if pauses is None else pauses)
    found, asked = [], 0
    # A date of last week may have moved into this one.
    for number, due_on in enumerate(due_dates(rhythm, from_day=today - timedelta(days=7))):
        if asked == count or number == FURTHEST:
            break
        placed = place_date(rhythm, due_on, pauses=pauses, zone=partnership.zone)
        if placed.opens_at <= at:
            continue
        found.append(placed)
        asked += not placed.left_out
    return found


def date_due(rhythm: Rhythm, *, partnership: Partnership, pauses, at: datetime) -> RhythmDate | None:
    """The date of a rhythm whose hour has come today, if there is one. A day that was missed is not made up for."""
    today = partnership.local_date(at)
    for due_on in due_dates(rhythm, from_day=today - timedelta(days=7)):
        if due_on > today:
            return None
        placed = place_date(rhythm, due_on, pauses=pauses, zone=partnership.zone)
        if not placed.left_out and placed.on == today and placed.opens_at <= at:
            return placed
    return None


def set_rhythm(*, partnership: Partnership, by, expected: int | None = None, at=None, **fields) -> Rhythm:
    """Give a partnership a rhythm of its own, or change it.

    Arguments:
        by: the membership of whoever decides.
        expected: the version the form was made from; None or 0 where there was no rhythm of its own yet.
        fields: those of `Rhythm`: is_on, every_weeks, weekday, hour (local, 8 to 17), asks_…

    A change of pace counts its weeks anew from today. Raises ValidationError; StaleVersion when someone saved first.
    """
    with transaction.atomic():
        Partnership.objects.lock().get(pk=partnership.pk)
        rhythm = Rhythm.objects.filter(partnership=partnership).first()
        today = partnership.local_date(at)
        if rhythm is None:
            rhythm = Rhythm(partnership=partnership, starts_on=today, **fields)
            rhythm.full_clean()
            rhythm.save()
            return rhythm
        if any(getattr(rhythm, name) != fields.get(name, getattr(rhythm, name)) for name in ("every_weeks", "weekday")):
            rhythm.starts_on = today
        for name, value in fields.items():
            setattr(rhythm, name, value)
        return rhythm.save_versioned(expected=expected or 0, fields=[*fields, "starts_on"])


def add_pause(*, partnership: Partnership, by, starts_on: date, ends_on: date, words: str = "", at=None) -> RhythmPause:
    """Ask nobody from a day until a day (both count). Raises ValidationError, keyed by field. The same twice is one."""
    with transaction.atomic():
        Partnership.objects.lock().get(pk=partnership.pk)
        if ends_on < partnership.local_date(at):
            raise ValidationError({"ends_on": "This pause is over already. Choose a day to come."})
        if ends_on - starts_on > LONGEST_PAUSE:
            raise ValidationError({"ends_on": "A pause is a year at most. To stop altogether, switch check-ins off."})
        pause = RhythmPause(partnership=partnership, starts_on=starts_on, ends_on=ends_on, words=words.strip())
        pause.full_clean()
        same = RhythmPause.objects.filter(partnership=partnership, starts_on=starts_on, ends_on=ends_on).first()
        if same:
            return same
        pause.save()
    return pause


def delete_pause(*, pause: RhythmPause, by) -> None:
    """Take a pause back. Twice is once."""
    RhythmPause.objects.filter(pk=pause.pk).delete()
