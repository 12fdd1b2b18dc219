"""Which reminders are due. The clock asks every five minutes; each is planned once, however often and by whom it asks.

A reminder has a local day, reckoned backwards or forwards over working days, and comes at nine. What it is about is
written in the ledger's unique key, so neither a second beat nor a clock that is set back makes a second mail. Nothing
here sends: just before each goes it is asked again whether it is still wanted.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from partnerships.domain.dispatch_planning import KeyOf, plan_dispatches_from
from partnerships.domain.working_time import is_working_time, last_working_day, local_moment, next_working_day
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from reflection.enums import ActionState, OwnerReply
from reflection.models.actions import ActionOwner
from reflection.models.meetings import Meeting
from reflection.models.outcomes import Learning
from reflection.models.participations import Participation
from reflection.models.sessions import Session

#: The local time at which a reminder comes.
COMES_AT = time(9)
#: Days after opening when those who have not finished hear of it once.
FIRST_AFTER = 3
#: Days before an action is due.
DUE_SOON = 3
#: Free days that may stand in a row (Christmas, with its weekends), and some more.
MOST_FREE_DAYS = 10
NEWS_FOR = timedelta(days=5)


def plan_due_reminders(at: datetime | None = None) -> int:
    """Write down every reminder that is due now. Returns how many are new; asked again at once, none are.

    Safe to call from any number of beats. On days on which nobody works, before nine in the morning and in the evening
    nothing is due. At most eight queries for each time zone in which a partnership lives.
    """
    at = at or timezone.now()
    planned = 0
    for name in Partnership.objects.order_by().values_list("time_zone", flat=True).distinct():
        zone = ZoneInfo(name)
        local = at.astimezone(zone)
        if is_working_time(at, time_zone=name) and local.time() >= COMES_AT:
            here = Partnership.objects.filter(time_zone=name).values("pk")
            planned += _closing_soon(here, zone, local.date(), at)
            planned += _meeting_tomorrow(here, zone, local.date(), at)
            planned += _actions(here, local.date(), at)
            planned += _reviews(here, local.date(), at)
    return planned


# --- Days ----------------------------------------------------------------------------------------------------------
def closing_days(session: Session) -> dict[str, date]:
    """The local days on which those who have not finished hear that a session closes: at most two, then never.

    "first" is three days after it opened, "last" the working day before it closes. One that would come on the day
    it opened, or on or after the last, is left out.
    """
    zone = session.partnership.zone
    opened, closes = (timezone.localtime(moment, zone).date() for moment in (session.opened_at, session.closes_at))
    days = {}
    last = last_working_day(closes - timedelta(days=1))
    if last > opened:
        days["last"] = last
    first = next_working_day(opened + timedelta(days=FIRST_AFTER))
    if first < last:
        days["first"] = first
    return days


def _due_dates_told_on(today: date) -> list[date]:
    """The due dates of which people hear today: three days ahead, sooner where those days are free."""
    ahead = (today + timedelta(days=DUE_SOON + n) for n in range(MOST_FREE_DAYS))
    return [due for due in ahead if last_working_day(due - timedelta(days=DUE_SOON)) == today]


def _days_that_wait_for(today: date) -> list[date]:
    """Today, and the free days just before it whose mail waited."""
    days = (today - timedelta(days=n) for n in range(MOST_FREE_DAYS))
    return [day for day in days if next_working_day(day) == today]


# --- What is due ---------------------------------------------------------------------------------------------------
def _closing_soon(here, zone, today, at):
    open_now = Session.objects.written_over_time().filter(
        partnership__in=here, closes_at__gt=at, writing_ended_at__isnull=True
    )
    due = {"first": [], "last": []}
    for session in open_now.select_related("partnership").only(
        "opened_at", "closes_at", "reminded_at", "partnership__time_zone"
    ):
        reminded_today = session.reminded_at and session.reminded_at.astimezone(zone).date() == today
        for which, day in closing_days(session).items():
            if day == today and not reminded_today:
                due[which].append(session.pk)
    return sum(_plan_closing(which, sessions, at) for which, sessions in due.items() if sessions)


def _plan_closing(which: str, sessions: Iterable, at) -> int:
    unfinished = Participation.objects.unfinished().filter(session__in=sessions, membership__left_on__isnull=True)
    return plan_dispatches_from(
        kind="session_closes_soon",
        queryset=unfinished,
        # Without a day: a session that is given more time does not begin to remind again.
        occurrence=Concat(KeyOf("session_id", word="session"), Value(f":{which}"), output_field=CharField()),
        person="membership__person_id",
        partnership=F("session__partnership_id"),
        expires_at=F("session__closes_at"),
        at=at,
    )


def _meeting_tomorrow(here, zone, today, at):
    # The last working day before the meeting; whoever got the invitation today needs no second mail.
    tomorrow = [
        day
        for day in (today + timedelta(days=n) for n in range(1, MOST_FREE_DAYS))
        if last_working_day(day - timedelta(days=1)) == today
    ]
    begin, end = (
        local_moment(tomorrow[0], time(), zone=zone),
        local_moment(tomorrow[-1] + timedelta(days=1), time(), zone=zone),
    )
    meetings = (
        Meeting.objects.going_ahead()
        .announced()
        .filter(
            session__partnership__in=here,
            starts_at__gte=begin,
            starts_at__lt=end,
            changed_at__lt=local_moment(today, time(), zone=zone),
        )
    )
    going = Membership.objects.current().taking_part().filter(partnership__sessions__meeting__in=meetings)
    meeting = "partnership__sessions__meeting"
    return plan_dispatches_from(
        kind="meeting_tomorrow",
        queryset=going,
        occurrence=Concat(
            KeyOf(f"{meeting}__id", word="meeting"),
            Value(":"),
            Cast(f"{meeting}__sequence", CharField()),
            output_field=CharField(),
        ),
        partnership=F("partnership_id"),
        expires_at=F(f"{meeting}__starts_at"),
        at=at,
    )


def _actions(here, today, at):
    owners = ActionOwner.objects.filter(
        action__session__partnership__in=here,
        action__state__in=[ActionState.OPEN, ActionState.PARTLY],
        reply=OwnerReply.YES,
        membership__left_on__isnull=True,
    )
    yesterdays = [day - timedelta(days=1) for day in _days_that_wait_for(today)]
    return sum(
        plan_dispatches_from(
            kind=kind,
            queryset=owners.filter(action__due_on__in=days),
            occurrence=Concat(
                KeyOf("action_id", word="action"),
                Value(":"),
                Cast("action__due_on", CharField()),
                output_field=CharField(),
            ),
            person="membership__person_id",
            partnership=F("action__session__partnership_id"),
            expires_at=at + NEWS_FOR,
            at=at,
        )
        for kind, days in (("action_due", _due_dates_told_on(today)), ("action_late", yesterdays))
        if days
    )


def _reviews(here, today, at):
    due = Learning.objects.filter(review_on__in=_days_that_wait_for(today)).due_for_review(today)
    leads = Membership.objects.current().facilitating().filter(
        Q(partnership__in=here), partnership__in=due.values("session__partnership")
    )  # fmt: skip
    return plan_dispatches_from(
        kind="learning_review",
        queryset=leads,
        occurrence=Concat(KeyOf("partnership_id", word="reviews"), Value(f":{today}"), output_field=CharField()),
        partnership=F("partnership_id"),
        expires_at=at + NEWS_FOR,
        at=at,
    )
