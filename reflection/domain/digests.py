"""The weekly mail: what would have come by itself, gathered for those who like it better so.

It looks back (news since the last one) and ahead (`digest_ahead.py`: what is due before the next one). What begins and
is over between two of them comes by itself after all, so that choosing one mail a week loses nothing.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from partnerships.domain.dispatch import plan_dispatches
from partnerships.domain.working_time import is_working_time, local_moment, next_working_day
from partnerships.enums import DispatchState, NotSentBecause
from partnerships.models.dispatch import Dispatch
from partnerships.models.mail_choices import MailChoice
from partnerships.models.members import Membership
from partnerships.models.people import Person

DIGEST = "weekly_digest"
COMES_AT = time(9)
WEEK = timedelta(days=7)
NEWS_FOR = timedelta(days=2)
#: What is over so soon after the next weekly mail is told in this one: nobody has to read it at once.
READ_WITHIN = timedelta(hours=6)
#: Mails that are told as news; all others are about something that is read anew, whether it is still to come or to do.
NEWS = ("session_opened", "session_closes_soon", "session_reminder", "meeting_set", "record_ready", "action_asked")
WILL_HAVE_TOLD = (DispatchState.PLANNED, DispatchState.SENDING, DispatchState.SENT)
#: Of these, what is over by then is no news; the others are asked themselves whether they are still wanted.
NO_NEWS_ONCE_OVER = ("session_opened", "session_closes_soon", "session_reminder", "meeting_set")


# --- Weeks ---------------------------------------------------------------------------------------------------------
def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def digest_day(monday: date) -> date:
    """The day on which the mail of a week comes: Monday, or the first working day after it."""
    return next_working_day(monday)


def _comes(monday, zone):
    return local_moment(digest_day(monday), COMES_AT, zone=zone)


def last_time(at: datetime, zone: ZoneInfo) -> datetime:
    """When the latest weekly mail came, or could have come, to people who live in a time zone."""
    monday = monday_of(at.astimezone(zone).date())
    this = _comes(monday, zone)
    return this if this <= at else _comes(monday - WEEK, zone)


def looks_ahead_until(at: datetime, zone: ZoneInfo) -> datetime:
    """What is over by then is for this weekly mail, and what comes after can wait for the next."""
    following = monday_of(last_time(at, zone).astimezone(zone).date()) + WEEK
    return _comes(following, zone) + READ_WITHIN


# --- Planning ------------------------------------------------------------------------------------------------------
def plan_due_digests(at: datetime | None = None) -> int:
    """Plan the weekly mail of everyone who wants one and for whom it is Monday, nine o'clock.

    One mail for each person and week, over all their partnerships; just before it goes it is asked whether anything is
    in it. Returns how many people want one; asked again, nobody gets a second.
    """
    at = at or timezone.now()
    wanting = 0
    for name in Person.objects.order_by().values_list("time_zone", flat=True).distinct():
        local = at.astimezone(ZoneInfo(name))
        monday = monday_of(local.date())
        # A week whose days are all free has its mail in the next one, which finds it.
        if local.date() == digest_day(monday) and is_working_time(at, time_zone=name) and local.time() >= COMES_AT:
            weekly = Membership.objects.current().filter(mail_choice__in=MailChoice.objects.gathering())
            people = list(Person.objects.filter(pk__in=weekly.values("person"), time_zone=name, is_active=True))
            wanting += len(people)
            plan_dispatches(
                kind=DIGEST, occurrence=f"week:{monday}", recipients=people, expires_at=at + NEWS_FOR, at=at
            )
    return wanting


# --- Looking back --------------------------------------------------------------------------------------------------
def news_for(person: Person, at: datetime) -> list[Dispatch]:
    """Rows of the ledger that are news of one person's week, the oldest first.

    at: when their weekly mail was planned.
    """
    since = _comes(monday_of(at.astimezone(ZoneInfo(person.time_zone)).date()) - WEEK, ZoneInfo(person.time_zone))
    rows = Dispatch.objects.to(person).filter(
        kind__in=NEWS,
        state=DispatchState.SUPPRESSED,
        reason=NotSentBecause.WEEKLY,
        planned_at__gte=since,
        planned_at__lt=at,
    )
    return [
        row
        for row in rows.select_related("partnership").order_by("planned_at", "pk")
        if row.kind not in NO_NEWS_ONCE_OVER or row.expires_at is None or row.expires_at > at
    ]


# --- What cannot wait ----------------------------------------------------------------------------------------------
def cannot_wait(*, person: Person, known_at: datetime, over_at: datetime, at: datetime) -> bool:
    """Whether something is over before the next weekly mail can tell of it, and the last one did not.

    Arguments:
        known_at: since when the weekly mail could have told of it.
        over_at: from when telling is of no use.
    """
    zone = ZoneInfo(person.time_zone)
    if over_at > looks_ahead_until(at, zone):
        return False
    # One that is planned will tell: on a Monday at nine the reminders of the day stand beside it in the ledger.
    told = Dispatch.objects.to(person).filter(
        kind=DIGEST, state__in=WILL_HAVE_TOLD, planned_at__gte=max(known_at, last_time(at, zone))
    )
    return not told.exists()
