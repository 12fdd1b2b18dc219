"""Who was heard, as those who lead tap it. Counted by hand, seen by them alone, and gone when the session ends."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from reflection.domain.live import NOT_BEGUN
from reflection.domain.live_rooms import come_in
from reflection.domain.live_talk import turn_is_over
from reflection.domain.sessions import lock_session
from reflection.enums import TurnState
from reflection.models.live import LivePlace
from reflection.models.participations import Participation
from reflection.models.sessions import Session

NOT_HERE = "This person is not in the room. Add them first."


def mark_spoke(*, participation: Participation, by, seen: int, at: datetime | None = None) -> bool:
    """Note that somebody spoke: their hand goes down, and their turn in a spoken round is over.

    Arguments:
        seen: how many turns the page showed beside their name. When two who lead tap for the same words, the second
            one saw too few, and nothing is counted twice.
    Returns whether it counted.
    """
    with transaction.atomic():
        session = _lock_live(participation.session_id)
        place = LivePlace.objects.filter(participation=participation, turns=seen)
        counted = place.update(turns=F("turns") + 1, hand_up_at=None)
        if counted:
            turn_is_over(session=session, participation=participation, state=TurnState.SPOKE, at=at)
            session.touch()
        return bool(counted)


def unmark_spoke(*, participation: Participation, by, seen: int) -> bool:
    """Take one turn back that was tapped by mistake. `seen` as in `mark_spoke`."""
    with transaction.atomic():
        session = _lock_live(participation.session_id)
        place = LivePlace.objects.filter(participation=participation, turns=seen, turns__gt=0)
        counted = place.update(turns=F("turns") - 1)
        if counted:
            session.touch()
        return bool(counted)


def bring_in(*, participation: Participation, by, at: datetime | None = None) -> LivePlace:
    """Note that somebody is in the room who has no phone with them.

    There is no way back from it: whoever could make the room smaller could make the step “everyone” tell of one
    person (trust A9).
    """
    with transaction.atomic():
        _lock_live(participation.session_id)
        return come_in(participation=participation, at=at)


def place_at_table(*, session: Session, participation_id) -> Participation:
    """The participation behind a button of the console. Raises ValidationError when it is of another session."""
    found = Participation.objects.in_session(session).filter(pk=participation_id).first()
    if found is None:
        raise ValidationError(NOT_HERE, code="not_here")
    return found


def _lock_live(session_id):
    session = lock_session(session_id)
    if not session.is_live:
        raise ValidationError(NOT_BEGUN, code="not_live")
    return session
