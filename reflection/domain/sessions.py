"""The life of a session: open, more time, writing ends, closed; or called off."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.utils import timezone

from partnerships.models import Partnership
from reflection.domain.guests import forget_guests
from reflection.domain.meetings import announce_meeting, call_off_meeting
from reflection.domain.promises import PROMISE_VERSION
from reflection.domain.rounds_planning import KINDS_TO_TALK_ABOUT
from reflection.domain.voice_totals import forget_voices, keep_voice_totals
from reflection.emails.sessions import (
    plan_record_ready,
    plan_session_cancelled,
    plan_session_opened,
    plan_writing_ended,
)
from reflection.enums import RoundKind, SessionMode, SessionState, Stage
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session

#: What people do each for themselves, from the day a session opens.
WRITTEN_ALONE = (RoundKind.QUESTION, RoundKind.RATING)

logger = logging.getLogger(__name__)

#: A session that stays open longer is forgotten.
MOST_DAYS_OPEN = 92
TOO_LONG_OPEN = "Close it within three months. Long sessions are forgotten."
LED_LIVE = "This session is being led live now. Go on here: everybody’s screen moves along."

#: event → the states in which it may happen. What is not here is refused (trust C1).
ALLOWED = {
    "plan": {SessionState.PLANNED},
    "open": {SessionState.PLANNED},
    "more_time": {SessionState.OPEN},
    "end_writing": {SessionState.OPEN},
    "cancel": {SessionState.PLANNED, SessionState.OPEN},
    "close": {SessionState.OPEN},
    "share": {SessionState.CLOSED},
}

REFUSALS = {
    SessionState.PLANNED: "This session has not opened yet.",
    SessionState.OPEN: "This session is open already.",
    SessionState.CLOSED: "This session is closed.",
    SessionState.CANCELLED: "This session was called off.",
}


def lock_session(session_id) -> Session:
    """The session as it is now, locked until the transaction ends."""
    locked = Session.objects.select_for_update(no_key=True).get(pk=session_id)
    locked.partnership = Partnership.objects.get(pk=locked.partnership_id)
    return locked


def move_rooms(*, partnership_id: UUID, but: Session | None = None) -> None:
    """What the live screens of a partnership draw has changed outside of their session: each draws anew, once this is certain.

    Arguments:
        but: a session that is touched by the change itself.

    After the commit, for two reasons: no session is taken that stands elsewhere in the order of locks, and a room that
    begins at this moment is seen.
    """
    rooms = Session.objects.filter(partnership=partnership_id).exclude(pk=but and but.pk)

    def touch_them():
        for room in rooms.live():
            room.touch()

    transaction.on_commit(touch_them, robust=True)


def require_allowed(session: Session, event: str) -> None:
    """Raise ValidationError, in words for a person, unless the event may happen in this state."""
    if session.state not in ALLOWED[event]:
        raise ValidationError(REFUSALS[session.state], code="state")


def require_not_live(session: Session) -> None:
    """Raise ValidationError when the room is in it: a step from beside the console would leave the clock, and what others press next, behind.

    The session must be locked: whoever begins to lead this moment is waited for.
    """
    if session.is_live:
        raise ValidationError(LED_LIVE, code="live")


def schedule_session(*, session: Session, by, at: datetime | None = None) -> Session:
    """Announce a plan. It opens by itself when its time comes; at once if that is now or past.

    Announcing what is announced already changes nothing. Raises ValidationError when the plan says
    nothing about why now, has no question, or closes before it could open.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # Opening locks the partnership first; so must whatever may end in opening (trust C6).
        Partnership.objects.lock().get(pk=session.partnership_id)
        locked = lock_session(session.pk)
        require_allowed(locked, "plan")
        _require_something_to_talk_about(locked)
        require_why(locked)
        require_future_close(locked, at)
        locked.scheduled_at = locked.scheduled_at or at
        locked.save(update_fields=["scheduled_at"])
        locked.touch()
        announce_meeting(session=locked, at=at)
        if locked.opens_at <= at:
            return open_session(session=locked, by=by, at=at)
    return locked


def unschedule_session(*, session: Session, by) -> Session:
    """Make an announced plan a draft again: it no longer opens by itself."""
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "plan")
        locked.scheduled_at = None
        locked.save(update_fields=["scheduled_at"])
        locked.touch()
    return locked


def open_session(*, session: Session, by=None, at: datetime | None = None) -> Session:
    """Open a session for writing: the people, the smallest group and the promise are frozen here.

    Arguments:
        by: the membership that pressed the button; None when its time had come.

    Everyone who takes part today gets a Participation (the frozen electorate), every question
    and every rating begins (not in a live session: there the room leads), and "a session has opened" is planned for each of them, all at once.
    """
    at = at or timezone.now()
    with transaction.atomic():
        partnership = Partnership.objects.lock().get(pk=session.partnership_id)
        locked = lock_session(session.pk)
        require_allowed(locked, "open")
        _require_something_to_talk_about(locked)
        require_future_close(locked, at)
        memberships = list(partnership.memberships.current().taking_part().select_related("person", "organisation"))
        if not memberships:
            raise ValidationError("Nobody takes part yet. Invite people first.", code="nobody")
        participations = Participation.objects.bulk_create(
            Participation(session=locked, membership=member, sector=member.sector) for member in memberships
        )
        _freeze_at_opening(locked, partnership, len(participations), at)
        if locked.mode != SessionMode.LIVE:
            locked.rounds.filter(kind__in=WRITTEN_ALONE).update(stage=Stage.WRITING)
        plan_session_opened(session=locked, memberships=memberships, at=at)
        announce_meeting(session=locked, at=at)
    return locked


def _freeze_at_opening(locked, partnership, asked, at):
    highest = partnership.sessions.aggregate(highest=Max("number"))["highest"] or 0
    locked.number = highest + 1
    locked.state = SessionState.OPEN
    locked.opened_at = at
    locked.opens_at = min(locked.opens_at, at)
    locked.scheduled_at = locked.scheduled_at or at
    locked.minimum_group = partnership.minimum_group
    locked.asked_count = asked
    locked.promise_version = PROMISE_VERSION
    locked.save()
    # A plan that somebody still has open in another tab is stale from here on.
    Session.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    locked.touch()
    locked.refresh_from_db(fields=["version", "screen_version"])


def _require_something_to_talk_about(session):
    if not session.rounds.filter(kind__in=KINDS_TO_TALK_ABOUT).exists():
        raise ValidationError("Choose at least one question.", code="no_question")


def require_why(session: Session) -> None:
    """Raise ValidationError when a plan does not say why now: it is what people read first."""
    if not session.why_now.strip():
        raise ValidationError({"why_now": "Say why now, in a line or two."}, code="no_why")


def require_future_close(session: Session, at: datetime) -> None:
    """Raise ValidationError when the closing time is not after ``at``."""
    if session.closes_at <= at:
        raise ValidationError({"closes_at": "The closing time has passed. Choose a later one."}, code="past")


def give_more_time(*, session: Session, by, closes_at: datetime, at: datetime | None = None) -> Session:
    """Move the closing time. Writing goes on in every round that was not shown or ended. Not in a room: it has a clock of its own."""
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "more_time")
        require_not_live(locked)
        if closes_at <= at:
            raise ValidationError({"closes_at": "Choose a time that is still to come."})
        if closes_at - at > timedelta(days=MOST_DAYS_OPEN):
            raise ValidationError({"closes_at": TOO_LONG_OPEN})
        locked.closes_at, locked.writing_ended_at = closes_at, None
        locked.save(update_fields=["closes_at", "writing_ended_at"])
        locked.rounds.filter(too_few=True).update(too_few=False)
        locked.touch()
    return locked


def end_writing(*, session: Session, by=None, at: datetime | None = None) -> Session:
    """End writing. Nothing is shown by this (domain § Decided 4); facilitators are told it is time.

    Raises ValidationError while the session is led live: the room ends each part itself, whatever the clock said.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "end_writing")
        require_not_live(locked)
        if locked.writing_ended_at is None:
            locked.writing_ended_at = at
            locked.save(update_fields=["writing_ended_at"])
            locked.touch()
            plan_writing_ended(session=locked, at=at)
    return locked


def cancel_session(*, session: Session, by, why: str, at: datetime | None = None) -> Session:
    """Call a session off. Nothing is shown; drafts stay with their authors, who are told so."""
    at = at or timezone.now()
    if not why.strip():
        raise ValidationError({"why": "Say in a few words why. The group will read it."})
    if len(why) > 300:
        raise ValidationError({"why": "Keep it under 300 characters."})
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "cancel")
        was_announced = locked.scheduled_at is not None
        _keep_unshown_closed(locked)
        locked.state, locked.cancelled_at = SessionState.CANCELLED, at
        locked.cancelled_why = why.strip()
        locked.save(update_fields=["state", "cancelled_at", "cancelled_why"])
        _clear_the_room(locked)
        locked.touch()
        call_off_meeting(session=locked, by=by, at=at)
        if was_announced:
            plan_session_cancelled(session=locked, at=at)
    return locked


def close_session(*, session: Session, by, at: datetime | None = None) -> Session:
    """Finish a session: the record goes to its audience.

    Rounds that were never shown are kept closed and their drafts go back to their authors. The
    number of people who took part is frozen here.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "close")
        _keep_unshown_closed(locked)
        locked.rounds.exclude(stage=Stage.DONE).update(stage=Stage.DONE)
        locked.state, locked.closed_at = SessionState.CLOSED, at
        locked.writing_ended_at = locked.writing_ended_at or at
        locked.took_part_count = locked.participations.filter(took_part=True).count()
        locked.save(update_fields=["state", "closed_at", "writing_ended_at", "took_part_count"])
        keep_voice_totals(session=locked)
        _clear_the_room(locked)
        locked.touch()
        plan_record_ready(session=locked, at=at)
    return locked


def _clear_the_room(session):
    """Who was there, who spoke, who passed and whom to ring is forgotten when a session ends, and so is every guest."""
    forget_voices(session=session)
    session.flagged_words.all().delete()
    session.participations.update(wants_call=False, call_note="")
    forget_guests(session=session)


def _keep_unshown_closed(session):
    """End every round that was not shown; each is locked first, so that no reveal is under way."""
    list(Round.objects.select_for_update(no_key=True).filter(session=session).order_by("position"))
    session.rounds.with_answers().not_shown().update(stage=Stage.DONE, kept_closed=True, too_few=False)


def share_with_programme(*, session: Session, by, at: datetime | None = None) -> Session:
    """Share a record with the programme: a separate, explicit act. Sharing twice is sharing once."""
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "share")
        if locked.shared_with_programme_at is None:
            locked.shared_with_programme_at = at or timezone.now()
            locked.save(update_fields=["shared_with_programme_at"])
    return locked


def open_due_sessions(*, at: datetime | None = None) -> int:
    """Open every announced session whose time has come; returns how many. Safe to run twice."""
    at = at or timezone.now()
    return sum(_attempt(open_session, session, at) for session in Session.objects.due_to_open(at))


def end_due_writing(*, at: datetime | None = None) -> int:
    """End writing in every session past its closing time; returns how many. Safe to run twice."""
    at = at or timezone.now()
    return sum(_attempt(end_writing, session, at) for session in Session.objects.due_to_end_writing(at))


def _attempt(change, session, at) -> bool:
    """One session that cannot move must not hold up the others; another worker may have been first."""
    try:
        change(session=session, at=at)
    except ValidationError as refusal:
        logger.info("session %s stays as it is: %s", session.pk, refusal.messages[0])
        return False
    except DatabaseError:
        logger.exception("session %s could not be moved", session.pk)
        return False
    return True
