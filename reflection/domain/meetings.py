"""When a session is talked over: set, moved, called off. People's calendars are told each time."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from reflection.emails.meetings import plan_meeting_news
from reflection.enums import SessionState
from reflection.models.meetings import Meeting
from reflection.models.sessions import Session

MOST_HOURS = 12
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
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": "Choose an end that is after the beginning."})
    if ends_at - starts_at > timedelta(hours=MOST_HOURS):
        raise ValidationError({"ends_at": f"Keep it under {MOST_HOURS} hours."})
    with transaction.atomic():
        locked = _lock(session)
        if locked.state not in (SessionState.PLANNED, SessionState.OPEN):
            raise ValidationError(OVER, code="state")
        meeting = Meeting.objects.filter(session=locked).first()
        if meeting is None:
            meeting = Meeting(session=locked)
        elif (meeting.starts_at, meeting.ends_at, meeting.called_off_at) == (starts_at, ends_at, None):
            return meeting
        else:
            meeting.sequence += 1
        meeting.session = locked
        meeting.starts_at, meeting.ends_at, meeting.changed_at, meeting.called_off_at = starts_at, ends_at, at, None
        meeting.save()
        locked.touch()
        plan_meeting_news(meeting=meeting, at=at)
    return meeting


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
