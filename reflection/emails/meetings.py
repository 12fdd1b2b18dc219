"""Mails about a meeting, each with a calendar invitation: it is set, moved or off, and it is tomorrow.

An invitation carries the number of the change it tells of; a mail that a later change has overtaken is not sent.
"""

from datetime import datetime

from partnerships.domain.dispatch import mail_kind, plan_dispatches
from partnerships.emails import site_url
from partnerships.enums import MailSeries
from partnerships.models.dispatch import Dispatch
from partnerships.models.members import Membership
from partnerships.models.people import Person
from reflection.domain.calendars import invitation_of
from reflection.domain.digests import cannot_wait
from reflection.enums import SessionState
from reflection.models.meetings import Meeting


def plan_meeting_news(*, meeting: Meeting, at: datetime) -> None:
    """Tell those who take part that a meeting is set, or, once they had an invitation, that it moved or is off."""
    session = meeting.session
    if session.state == SessionState.PLANNED and session.scheduled_at is None:
        return  # they are told when the plan is announced
    told = Dispatch.objects.filter(occurrence__startswith=f"meeting:{meeting.pk}:").exists()
    kind = "meeting_changed" if told else "meeting_set"
    if not told and meeting.called_off_at:
        return  # nobody has it in a calendar
    plan_dispatches(
        kind=kind,
        occurrence=f"meeting:{meeting.pk}:{meeting.sequence}",
        recipients=Person.objects.filter(pk__in=_group(session).values("person")),
        partnership=session.partnership,
        expires_at=meeting.starts_at,
        at=at,
    )


def _group(session):
    return Membership.objects.current().taking_part().filter(partnership=session.partnership_id)


def _meeting(dispatch) -> Meeting | None:
    """The meeting as this mail tells of it; None once it has changed again."""
    _, pk, sequence = dispatch.occurrence.split(":")
    return Meeting.objects.filter(pk=pk, sequence=sequence).select_related("session__partnership").first()


def _is_of(person, meeting):
    return _group(meeting.session).filter(person=person).exists()


def still_set(dispatch, person) -> bool:
    meeting = _meeting(dispatch)
    return meeting is not None and meeting.is_going_ahead and _is_of(person, meeting)


def still_news(dispatch, person) -> bool:
    """A change or a calling off is for everyone who may have the meeting in their calendar."""
    meeting = _meeting(dispatch)
    return meeting is not None and _is_of(person, meeting)


def meeting_cannot_wait(dispatch, person, at) -> bool:
    meeting = _meeting(dispatch)
    return meeting is not None and cannot_wait(
        person=person, known_at=meeting.changed_at, over_at=meeting.starts_at, at=at
    )


def _about(dispatch, person):
    meeting = _meeting(dispatch)
    method = "REQUEST" if meeting.is_going_ahead else "CANCEL"
    return {
        "meeting": meeting,
        "session": meeting.session,
        "url": site_url("reflection:session_detail", session_id=meeting.session_id),
        "attachments": [
            (
                "meeting.ics",
                invitation_of(meeting=meeting, recipient=person).decode(),
                f"text/calendar; method={method}",
            )
        ],
    }


@mail_kind(
    "meeting_set",
    essential=False,
    series=MailSeries.LIVE_TOMORROW,
    still_wanted=still_set,
    cannot_wait=meeting_cannot_wait,
)
def mail_meeting_set(dispatch, person):
    return _about(dispatch, person)


@mail_kind("meeting_changed", essential=True, still_wanted=still_news)
def mail_meeting_changed(dispatch, person):
    return _about(dispatch, person)


@mail_kind(
    "meeting_tomorrow",
    essential=False,
    series=MailSeries.LIVE_TOMORROW,
    working_time=True,
    still_wanted=still_set,
    cannot_wait=meeting_cannot_wait,
)
def mail_meeting_tomorrow(dispatch, person):
    return _about(dispatch, person)
