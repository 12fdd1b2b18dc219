"""What is to come or to do before the next weekly mail, for one person, of the kinds that they want in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from partnerships.enums import CheckInPace, MailPace, MailSeries
from partnerships.models.members import Membership
from partnerships.models.people import Person
from reflection.domain.checkins import closing_of, members_to_ask
from reflection.domain.digests import last_time, looks_ahead_until
from reflection.domain.rhythms import next_dates, rhythm_of
from reflection.enums import ActionState, OwnerReply, SessionState
from reflection.models.actions import ActionOwner
from reflection.models.checkins import CheckInInvitee
from reflection.models.meetings import Meeting
from reflection.models.outcomes import Learning
from reflection.models.participations import Participation
from reflection.models.sessions import Session

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ahead:
    """One thing of the week. `kind` chooses its words, `when` (a moment or a local date) sorts, `thing` is what it is about."""

    kind: str
    membership: Membership
    when: datetime | date
    thing: object = None

    @property
    def partnership(self):
        return self.membership.partnership

    @property
    def day(self) -> date:
        zone = self.partnership.zone
        return timezone.localdate(self.when, zone) if isinstance(self.when, datetime) else self.when


def ahead_for(person: Person, at: datetime) -> list[Ahead]:
    """What one person's weekly mail tells of the days before the next one, the soonest first.

    at: when the mail was planned. What they get at once, or not at all, is left out, and groups in which they pause.
    """
    memberships = Membership.objects.current().of_the_group().filter(person=person, mail_choice__isnull=False)
    found, zone = [], ZoneInfo(person.time_zone)
    for membership in memberships.select_related("partnership", "mail_choice"):
        if membership.is_paused(membership.partnership.local_date(at)):
            continue
        week = Week(membership, since=last_time(at - A_DAY, zone), at=at, until=looks_ahead_until(at, zone))
        for series, look in LOOKS:
            if membership.mail_choice.pace_of(series) == MailPace.WEEKLY:
                found += look(week)
    return sorted(found, key=lambda ahead: (ahead.day, ahead.kind))


@dataclass(frozen=True)
class Week:
    """One person's place in one group, and the time between two of their weekly mails: since, at (now), until."""

    membership: Membership
    since: datetime
    at: datetime
    until: datetime

    def day(self, moment):
        return self.membership.partnership.local_date(moment)


def _opening(week) -> Iterator[Ahead]:
    if week.membership.takes_part:
        sessions = Session.objects.planned().announced().filter(partnership=week.membership.partnership_id)
        for session in sessions.filter(opens_at__gt=week.at, opens_at__lte=week.until):
            yield Ahead("opens", week.membership, session.opens_at, session)


def _closing(week) -> Iterator[Ahead]:
    mine = Participation.objects.unfinished().filter(
        membership=week.membership,
        session__state=SessionState.OPEN,
        session__writing_ended_at__isnull=True,
        session__closes_at__gt=week.at,
        session__closes_at__lte=week.until,
    )
    for place in mine.select_related("session"):
        yield Ahead("closes", week.membership, place.session.closes_at, place.session)


def _meeting(week) -> Iterator[Ahead]:
    if week.membership.takes_part:
        meetings = Meeting.objects.going_ahead().announced().of_partnerships([week.membership.partnership_id])
        for meeting in meetings.filter(starts_at__gt=week.at, starts_at__lte=week.until):
            yield Ahead("meets", week.membership, meeting.starts_at, meeting)


def _checking_in(week) -> Iterator[Ahead]:
    waiting = CheckInInvitee.objects.waiting().filter(
        membership=week.membership, checkin__closed_at__isnull=True, checkin__closes_at__gt=week.at
    )
    for place in waiting.select_related("checkin__partnership", "membership"):
        yield Ahead("checkin", week.membership, place.checkin.closes_at, place)
    yield from _checkin_between(week)


def _checkin_between(week) -> Iterator[Ahead]:
    """A check-in that opens after this weekly mail and closes before the next one could bring it."""
    partnership = week.membership.partnership
    rhythm = rhythm_of(partnership)
    if rhythm is None or not rhythm.is_on or week.membership.mail_choice.checkin_pace == CheckInPace.NEVER:
        return
    for coming in next_dates(rhythm, partnership=partnership, count=1, at=week.at):
        closes = closing_of(rhythm, coming.on, partnership, coming.opens_at)
        if (
            not coming.left_out
            and closes <= week.until
            and week.membership in members_to_ask(partnership, on=coming.on)
        ):
            yield Ahead("checkin_comes", week.membership, coming.opens_at, coming)


def _doing(week) -> Iterator[Ahead]:
    mine = ActionOwner.objects.filter(
        membership=week.membership,
        reply=OwnerReply.YES,
        action__state__in=[ActionState.OPEN, ActionState.PARTLY],
        # What is late is told once, as by the mail that would have come by itself.
        action__due_on__gte=week.day(week.since),
        action__due_on__lte=week.day(week.until),
    )
    for owner in mine.select_related("action"):
        is_late = owner.action.due_on < week.day(week.at)
        yield Ahead("late" if is_late else "due", week.membership, owner.action.due_on, owner.action)


def _reviewing(week) -> Iterator[Ahead]:
    if week.membership.facilitates:
        due = Learning.objects.of_partnership(week.membership.partnership_id).due_for_review(week.day(week.until))
        learnings = due.filter(review_on__gte=week.day(week.since)).exclude(session__state=SessionState.CANCELLED)
        for learning in learnings:
            yield Ahead("review", week.membership, learning.review_on, learning)


LOOKS = (
    (MailSeries.SESSION_OPENS, _opening),
    (MailSeries.CLOSES_SOON, _closing),
    (MailSeries.LIVE_TOMORROW, _meeting),
    (MailSeries.CHECK_INS, _checking_in),
    (MailSeries.ACTIONS, _doing),
    (MailSeries.REVIEWS, _reviewing),
)
