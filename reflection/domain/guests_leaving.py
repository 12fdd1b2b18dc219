"""Ending a guest's place while the session goes on. What goes and what stays is as when a member leaves."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from reflection.domain.guests import OVER
from reflection.domain.live_rooms import is_being_finished
from reflection.domain.live_talk import turn_is_over
from reflection.domain.pairs import forget_seats_of
from reflection.domain.sessions import lock_session
from reflection.enums import GuestState, SessionState, Stage, TurnState
from reflection.models.drafts import Draft
from reflection.models.guests import Guest
from reflection.models.live import LivePlace, LiveRun
from reflection.models.live_voices import TalkingTurn
from reflection.models.participations import Participation
from reflection.models.ratings import RatingDraft
from reflection.models.rounds import Round
from reflection.signals import guest_put_out

NOT_LEADING = "Only someone who leads sessions here can do this."
NOT_IN = "They are not in this session."


def put_guest_out(*, guest: Guest, by, at: datetime | None = None) -> str:
    """End the place of somebody who was let in; returns the first name they had. Twice is once, and returns "".

    Their name, sector and key go at once, and with them every word and number that was not shown. What was shown stays, with
    no name; they stay counted among those who were asked. Rounds are locked first, as when a member leaves: no reveal
    takes a word away while it is being deleted, and words that are being kept this moment are waited for and go too.

    Raises ValidationError when the session is over, for who does not lead here, and for who was not let in.
    """
    with transaction.atomic():
        session = lock_session(guest.session_id)
        if session.state != SessionState.OPEN:
            raise ValidationError(OVER, code="state")
        if not by.facilitates or by.partnership_id != session.partnership_id:
            raise ValidationError(NOT_LEADING, code="not_leading")
        list(Round.objects.select_for_update(no_key=True).filter(session=session).order_by("position"))
        locked = Guest.objects.select_for_update().filter(pk=guest.pk).first()
        if locked is not None and locked.state == GuestState.GONE:
            return ""
        place = Participation.objects.filter(guest=locked).first() if locked else None
        if place is None:
            raise ValidationError(NOT_IN, code="not_in")
        name = locked.first_name
        _forget_what_was_not_shown(place)
        _leave_the_room(session, place, at)
        Guest.objects.filter(pk=locked.pk).update(
            state=GuestState.GONE, first_name="", sector="", key=None, answered_by=by
        )
        session.touch()
        guest_put_out.send(Guest, session=session, guest=locked)
    return name


def _forget_what_was_not_shown(place):
    Draft.objects.filter(participation=place).delete()
    RatingDraft.objects.filter(participation=place).delete()
    forget_seats_of(places=[place])
    Participation.objects.filter(pk=place.pk).update(sector="", call_note="", wants_call=False)


def _leave_the_room(session, place, at):
    turn_is_over(session=session, participation=place, state=TurnState.PASSED, at=at)
    TalkingTurn.objects.in_session(session).filter(participation=place).delete()
    here = LivePlace.objects.filter(participation=place)
    run = LiveRun.objects.select_related("round").filter(session=session).first()
    is_written = run and run.round.stage == Stage.WRITING and run.round.is_counted
    if is_written or is_being_finished(session):  # the room may be looking back from it
        # The room gets no smaller while answers without names are written: else "everyone" could be made to tell of
        # one person (trust A9). Their chair goes when the room comes to the next round.
        here.update(hand_up_at=None)
    else:
        here.delete()
