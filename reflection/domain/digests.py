"""The weekly mail: what would have come by itself, gathered for those who like it better so."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from partnerships.domain.dispatch import plan_dispatches
from partnerships.domain.working_time import is_working_time, local_moment, next_working_day
from partnerships.enums import DispatchState, NotSentBecause
from partnerships.models.dispatch import Dispatch
from partnerships.models.people import Person

MONDAY = 0
COMES_AT = time(9)
WEEK = timedelta(days=7)
NEWS_FOR = timedelta(days=2)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def digest_day(monday: date) -> date:
    """The day on which the mail of a week comes: Monday, or the first working day after it."""
    return next_working_day(monday)


def plan_due_digests(at: datetime | None = None) -> int:
    """Plan the weekly mail of everyone for whom it is Monday, nine o'clock, and something was gathered.

    One mail for each person and week, over all their partnerships. Returns how many people have something waiting
    this week; asked again, nobody gets a second one.
    """
    at = at or timezone.now()
    waiting = 0
    for name in Person.objects.order_by().values_list("time_zone", flat=True).distinct():
        local = at.astimezone(ZoneInfo(name))
        monday = monday_of(local.date())
        # A week whose days are all free has its mail in the next one, which finds it.
        if local.date() == digest_day(monday) and is_working_time(at, time_zone=name) and local.time() >= COMES_AT:
            people = list(_with_something_gathered(name, monday, at))
            waiting += len(people)
            plan_dispatches(
                kind="weekly_digest",
                occurrence=f"week:{monday}",
                recipients=people,
                expires_at=at + NEWS_FOR,
                at=at,
            )
    return waiting


def _with_something_gathered(time_zone, monday, at):
    keys = gathered_since(_last_time(monday, ZoneInfo(time_zone)), at).values_list("recipient_key", flat=True)
    ids = {key.partition(":")[2] for key in keys if key.startswith("person:")}
    return Person.objects.filter(pk__in=ids, time_zone=time_zone, is_active=True)


def _last_time(monday, zone):
    return local_moment(digest_day(monday - WEEK), COMES_AT, zone=zone)


def gathered_since(since: datetime, until: datetime):
    """Rows of the ledger that were kept for the weekly mail: planned from one moment up to another."""
    return Dispatch.objects.filter(
        state=DispatchState.SUPPRESSED, reason=NotSentBecause.WEEKLY, planned_at__gte=since, planned_at__lt=until
    )


def gathered_for(person: Person, monday: date, until: datetime):
    """What one person's mail of a week is made of, the oldest first."""
    since = _last_time(monday, ZoneInfo(person.time_zone))
    rows = gathered_since(since, until).to(person).select_related("partnership")
    return [row for row in rows.order_by("planned_at", "pk") if row.expires_at is None or row.expires_at > until]
