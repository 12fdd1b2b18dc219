"""When a session is talked over: set, moved, called off. People's calendars are told each time."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reflection.emails.meetings import plan_meeting_news
from reflection.enums import SessionMode, SessionState
from reflection.models.meetings import Meeting
from reflection.models.sessions import Session

MOST_HOURS = 12
IS_THE_MEETING = "A live session is its meeting. Move it, or call the whole session off."
OVER = "This session is over, so there is nothing left to meet for."


def set_meeting(*, session: Session, by, starts_at: datetime, ends_at: datetime, at: datetime | None = None) -> Meeting:
    """Say when the group talks a session over, or move it. Those who take part get an invitation for their calendars.

    Arguments:
        by: the membership of a facilitator.
        starts_at, ends_at: aware moments on either side of at most 12 hours.

    Saying the same again changes nothing and tells nobody. Raises ValidationError.
    """
    at = at or timezone.now()
    if starts_at <= at:
        raise ValidationError({"starts_at": "Choose a time that is still to come."})
    if refusals := refused_times(starts_at, ends_at):
        raise ValidationError(refusals)
    with transaction.atomic():
        locked = _lock(session)
        if locked.state not in (SessionState.PLANNED, SessionState.OPEN):
            raise ValidationError(OVER, code="state")
        _move_session(locked, starts_at, ends_at)
        meeting = keep_meeting(session=locked, starts_at=starts_at, ends_at=ends_at, at=at)
        locked.touch()
    return meeting


def refused_times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """What is wrong with the times of a meeting, by field; empty when nothing is."""
    if ends_at <= starts_at:
        return {"ends_at": "Choose an end that is after the beginning."}
    if ends_at - starts_at > timedelta(hours=MOST_HOURS):
        return {"ends_at": f"Keep it under {MOST_HOURS} hours."}
    return {}


def keep_meeting(
    *, session: Session, starts_at: datetime, ends_at: datetime, changed: bool = False, at: datetime
) -> Meeting:
    """The meeting of a session that the caller has locked, made or moved. People are told of one still to come.

    Arguments:
        changed: its place is another, so that calendars must have it again though the time stays.
    """
    meeting = Meeting.objects.filter(session=session).first()
    if meeting is None:
        meeting = Meeting()
    elif (meeting.starts_at, meeting.ends_at, meeting.called_off_at) == (starts_at, ends_at, None) and not changed:
        return meeting
    else:
        meeting.sequence += 1
    meeting.session = session
    meeting.starts_at, meeting.ends_at, meeting.changed_at, meeting.called_off_at = starts_at, ends_at, at, None
    meeting.save()
    if starts_at > at:
        plan_meeting_news(meeting=meeting, at=at)
    return meeting


def _move_session(session, starts_at, ends_at):
    """A session that meets goes with its meeting: a live one whole, and writing before it until it begins."""
    if session.mode == SessionMode.OVER_TIME:
        return
    planned = session.state == SessionState.PLANNED
    if session.mode == SessionMode.BOTH:
        if starts_at <= session.opens_at:
            raise ValidationError({"starts_at": "Meet after it has opened for writing."})
        session.closes_at, session.writing_ended_at = starts_at, None
    elif planned:
        session.opens_at, session.closes_at = starts_at, ends_at
    else:
        session.closes_at = ends_at
    session.save(update_fields=["opens_at", "closes_at", "writing_ended_at"])
    if planned:
        # A plan that somebody still has open in another tab is stale from here on.
        Session.objects.filter(pk=session.pk).update(version=F("version") + 1)


def call_off_meeting(*, session: Session, by, at: datetime | None = None) -> Meeting | None:
    """Take the meeting of a session out of people's calendars; the session may go on. Twice is once.

    Returns the meeting; None when the session never had one.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = _lock(session)
        meeting = Meeting.objects.filter(session=locked).first()
        if meeting is None or meeting.called_off_at:
            return meeting
        if locked.mode == SessionMode.LIVE and locked.state in (SessionState.PLANNED, SessionState.OPEN):
            raise ValidationError(IS_THE_MEETING, code="live")
        meeting.session = locked
        meeting.sequence += 1
        meeting.called_off_at = at
        meeting.save(update_fields=["sequence", "called_off_at"])
        locked.touch()
        plan_meeting_news(meeting=meeting, at=at)
    return meeting


def announce_meeting(*, session: Session, at: datetime) -> None:
    """Tell of the meeting of a plan that was announced just now, if it has one. Planning it again changes nothing."""
    meeting = Meeting.objects.filter(session=session, called_off_at__isnull=True, starts_at__gt=at).first()
    if meeting:
        meeting.session = session
        plan_meeting_news(meeting=meeting, at=at)


def _lock(session):
    rows = Session.objects.select_related("partnership").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=session.pk)
