"""Dates as calendar programs read them (RFC 5545): the invitation to one meeting, and one person's own calendar.

Nothing that was written in a session stands in either, and no name but the partnership's own: calendars are shared,
printed and shown on lock screens.
"""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress

from partnerships.domain.links import link_purpose, sign_link
from partnerships.models.members import Membership
from reflection.enums import ActionState, OwnerReply
from reflection.models.actions import ActionOwner
from reflection.models.meetings import CalendarFeed, Meeting
from reflection.models.outcomes import Learning
from reflection.models.sessions import Session

CALENDAR = "calendar_feed"
#: An address is ended by its owner, not by time.
FOR_GOOD = timedelta(days=365 * 50)
#: How far back a calendar goes.
LOOKS_BACK = timedelta(days=92)


def _calendar(method):
    calendar = Calendar()
    calendar.add("prodid", "-//Partnering//Partnering//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _uid(thing):
    """The same for one thing for ever, so that a change finds what it changes."""
    return f"{thing.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def _event(thing, *, summary, starts, ends, stamp, url, where=""):
    event = Event()
    event.add("uid", _uid(thing))
    event.add("dtstamp", stamp)
    event.add("summary", summary)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("url", url)
    event.add("description", url)
    if where:
        event.add("location", where)
    return event


def invitation_of(*, meeting: Meeting, recipient) -> bytes:
    """The invitation of one person to a meeting, or, once it is called off, the word that it is off.

    The UID is the meeting's own and the SEQUENCE counts its changes, so that a calendar replaces what it has.
    """
    session = meeting.session
    goes_ahead = meeting.is_going_ahead
    calendar = _calendar("REQUEST" if goes_ahead else "CANCEL")
    event = _event(
        meeting,
        summary=f"{session.partnership.name}: we meet",
        starts=meeting.starts_at.astimezone(session.partnership.zone),
        ends=meeting.ends_at.astimezone(session.partnership.zone),
        stamp=meeting.called_off_at or session.cancelled_at or meeting.changed_at,
        url=settings.SITE_URL + reverse("reflection:session_detail", args=[session.pk]),
        where=session.where,
    )
    event.add("sequence", meeting.sequence)
    event.add("status", "CONFIRMED" if goes_ahead else "CANCELLED")
    event.add("organizer", vCalAddress(f"mailto:{_sender()}"))
    attendee = vCalAddress(f"mailto:{recipient.email}")
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee, encode=0)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _sender():
    address = settings.REPLY_TO or settings.DEFAULT_FROM_EMAIL
    return address.rpartition("<")[2].rstrip(">").strip()


# --- One person's own calendar -------------------------------------------------------------------------------------
def feed_url(feed: CalendarFeed) -> str:
    """The private address of a calendar. Whoever has it can read the dates, and nothing else."""
    token = sign_link(CALENDAR, subject=feed.person_id, obj=feed, expires_at=feed.made_at + FOR_GOOD)
    return settings.SITE_URL + reverse("reflection:calendar_feed", kwargs={"token": token})


@link_purpose(CALENDAR)
def load_feed(link):
    """The feed of an address; None once its owner has ended it, made another, or cannot sign in any more."""
    feed = CalendarFeed.objects.filter(pk=link.obj, person=link.subject, person__is_active=True)
    return feed.select_related("person").first()


def renew_feed(*, person, at: datetime | None = None) -> CalendarFeed:
    """Make a person a new address; the one they had stops working at once."""
    with transaction.atomic():
        CalendarFeed.objects.filter(person=person).delete()
        return CalendarFeed.objects.create(person=person, made_at=at or timezone.now())


def end_feed(*, person) -> None:
    """End a person's address. Ending twice is ending once."""
    CalendarFeed.objects.filter(person=person).delete()


def calendar_of(*, person, at: datetime | None = None) -> bytes:
    """A person's dates in all their partnerships: meetings, closing times, what they said yes to, what to look at again.

    As on the pages, each is there only for whom it is: plans that nobody was told of and records of others are left
    out. Five queries, however many there are.
    """
    at = at or timezone.now()
    memberships = list(Membership.objects.current().filter(person=person).of_the_group().select_related("partnership"))
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", "Partnering")
    calendar.add("x-published-ttl", "PT6H")
    for event in (
        *_meetings(memberships, at),
        *_closings(memberships, person, at),
        *_promises(memberships),
        *_reviews(memberships, at),
    ):
        calendar.add_component(event)
    return calendar.to_ical()


def _page(name, **kwargs):
    return settings.SITE_URL + reverse(name, kwargs=kwargs)


def _meetings(memberships, at):
    groups = [membership.partnership_id for membership in memberships]
    meetings = Meeting.objects.of_partnerships(groups).going_ahead().announced()
    for meeting in meetings.filter(ends_at__gte=at - LOOKS_BACK):
        event = _event(
            meeting,
            summary=f"{meeting.session.partnership.name}: we meet",
            starts=meeting.starts_at.astimezone(UTC),
            ends=meeting.ends_at.astimezone(UTC),
            stamp=meeting.changed_at,
            url=_page("reflection:session_detail", session_id=meeting.session_id),
            where=meeting.session.where,
        )
        event.add("sequence", meeting.sequence)
        yield event


def _closings(memberships, person, at):
    mine = Session.objects.written_over_time().filter(participations__membership__in=memberships, closes_at__gte=at)
    for session in mine.select_related("partnership"):
        yield _event(
            session,
            summary=f"{session.partnership.name}: writing ends",
            starts=(session.closes_at - timedelta(minutes=30)).astimezone(UTC),
            ends=session.closes_at.astimezone(UTC),
            stamp=session.opened_at,
            url=_page("reflection:session_detail", session_id=session.pk),
        )


def _promises(memberships):
    owned = ActionOwner.objects.filter(
        membership__in=memberships,
        reply=OwnerReply.YES,
        action__due_on__isnull=False,
        action__state__in=[ActionState.OPEN, ActionState.PARTLY],
    )
    for owner in owned.select_related("action__session__partnership"):
        session = owner.action.session
        yield _whole_day(
            owner.action,
            f"{session.partnership.name}: something I said I would do",
            owner.action.due_on,
            owner.asked_at,
            _page("reflection:action_list", partnership_id=session.partnership_id),
        )


def _reviews(memberships, at):
    # Those who lead look back with the group, so it is in their calendar.
    led = [membership.partnership_id for membership in memberships if membership.facilitates]
    since = (at - LOOKS_BACK).date()
    learnings = Learning.objects.filter(session__partnership__in=led, review_on__gte=since, held="")
    for learning in learnings.select_related("session__partnership"):
        yield _whole_day(
            learning,
            f"{learning.session.partnership.name}: look again at what we learned",
            learning.review_on,
            learning.added_at,
            _page("reflection:learning_review", learning_id=learning.pk),
        )


def _whole_day(thing, summary, day: date, stamp, url):
    return _event(thing, summary=summary, starts=day, ends=day + timedelta(days=1), stamp=stamp, url=url)
