"""A spoken round in a fair order: least heard first, the host organisation last, and anybody may pass."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.leads import LeadTerm
from reflection.domain.live import lock_run
from reflection.enums import Stage, TurnState
from reflection.models.live import LivePlace
from reflection.models.live_voices import TalkingOrder, TalkingTurn
from reflection.models.participations import Participation
from reflection.models.sessions import Session

EACH = timedelta(minutes=1)
NOT_WHILE_WRITING = "People are writing now. Show the answers first, then go round."
TOO_FEW_HERE = "A round takes at least two people who are here."
NOT_IN_ORDER = "This person is not waiting for a turn."
SPOKEN_NOW = "Somebody else has just begun to go round. This is the order."
NO_ORDER = "No round is being spoken now."


def fair_order(places: Sequence[LivePlace], *, is_host: Callable[[LivePlace], bool], lot=None) -> list[LivePlace]:
    """Least heard first; among those alike, whose hand went up first, then by lot. The host organisation goes last."""
    lot = lot or random.SystemRandom()
    shuffled = lot.sample(list(places), len(places))

    def rank(place):
        hand = place.hand_up_at
        return is_host(place), place.turns, hand is None, hand.timestamp() if hand else 0

    return sorted(shuffled, key=rank)


def begin_talk(*, session: Session, by, expected=None, at: datetime | None = None) -> TalkingOrder:
    """Put everybody who is here in a fair order and begin. What was spoken in an earlier part ends by it.

    Raises ValidationError while people write, with nobody to listen, when the room is not at the step `expected`, or when a
    round is being spoken here already: its order, and who has spoken in it, stay.
    """
    at = at or timezone.now()
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        locked = run.session
        if TalkingTurn.objects.in_session(locked).in_round_led().waiting().exists():
            raise ValidationError(SPOKEN_NOW, code="moved")
        if run.round.stage in (Stage.WAITING, Stage.WRITING):
            raise ValidationError(NOT_WHILE_WRITING, code="writing")
        places = list(
            LivePlace.objects.in_session(locked)
            .in_the_room()
            .select_related("participation__membership")
            .order_by("arrived_at")
        )
        if len(places) < 2:
            raise ValidationError(TOO_FEW_HERE, code="too_few")
        is_host = _who_hosts(locked, at)
        TalkingOrder.objects.in_session(locked).delete()
        order = TalkingOrder.objects.create(run=run, round=run.round, turn_ends_at=at + EACH)
        TalkingTurn.objects.bulk_create(
            TalkingTurn(order=order, participation=place.participation, place=number, hosts=is_host(place))
            for number, place in enumerate(fair_order(places, is_host=is_host), start=1)
        )
        locked.touch()
    return order


def end_talk(*, session: Session, by, expected: int | None = None) -> None:
    """End a spoken round. Who passed and who spoke in it is forgotten; what was counted stays until the session ends.

    `expected` is the step that the page showed: a round that is spoken at a later one goes on.
    """
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        TalkingOrder.objects.in_session(session).delete()
        run.session.touch()


def pass_turn(*, participation: Participation, by=None, at: datetime | None = None) -> bool:
    """Let somebody pass; they are asked again at the end, if they wish. Passing twice is passing once.

    Returns whether there was a turn to pass.

    Arguments:
        by: who pressed; None when it was the person, on their phone.
    """
    with transaction.atomic():
        session = lock_run(participation.session)[0].session
        if turn_is_over(session=session, participation=participation, state=TurnState.PASSED, at=at):
            session.touch()
            return True
    return False


def ask_again(*, participation: Participation, by, at: datetime | None = None) -> None:
    """Give somebody who passed a turn at the end of the order."""
    _move(participation, at, lambda turns, own: [*(one for one in turns if one is not own), own])


def speak_next(*, participation: Participation, by, at: datetime | None = None) -> None:
    """Let somebody speak right after who speaks now, e.g. because they came late or must go."""

    def after_the_speaker(turns, own):
        others = [one for one in turns if one is not own]
        now = next((n for n, one in enumerate(others) if one.state == TurnState.WAITING), len(others) - 1)
        return [*others[: now + 1], own, *others[now + 1 :]]

    _move(participation, at, after_the_speaker)


def turn_is_over(*, session: Session, participation: Participation, state: TurnState, at: datetime | None = None):
    """End somebody's turn in a spoken round, if there is one; the next one's minute begins. The session must be locked."""
    turns = list(TalkingTurn.objects.in_session(session).waiting())
    own = next((turn for turn in turns if turn.participation_id == participation.pk), None)
    if own is None:
        return False
    TalkingTurn.objects.filter(pk=own.pk).update(state=state)
    if own is turns[0]:
        TalkingOrder.objects.filter(pk=own.order_id).update(turn_ends_at=(at or timezone.now()) + EACH)
    return True


def _move(participation, at, place_among):
    with transaction.atomic():
        session = lock_run(participation.session)[0].session
        turns = list(TalkingTurn.objects.in_session(session))
        own = next((turn for turn in turns if turn.participation_id == participation.pk), None)
        if own is None:
            own = _late_turn(session, participation)
            turns.append(own)
        nobody_spoke = not any(turn.state == TurnState.WAITING for turn in turns)
        own.state = TurnState.WAITING
        for number, turn in enumerate(place_among(turns, own), start=1):
            turn.place = number
        TalkingTurn.objects.bulk_update(turns, ["place", "state"])
        if nobody_spoke:
            TalkingOrder.objects.filter(pk=own.order_id).update(turn_ends_at=(at or timezone.now()) + EACH)
        session.touch()


def _late_turn(session, participation):
    """A place in the order for somebody who came in after it had begun."""
    order = TalkingOrder.objects.in_session(session).first()
    if order is None:
        raise ValidationError(NO_ORDER, code="no_order")
    if not LivePlace.objects.in_the_room().filter(participation=participation).exists():
        raise ValidationError(NOT_IN_ORDER, code="not_here")
    return TalkingTurn.objects.create(order=order, participation=participation, place=0)


def _who_hosts(session, at):
    """Whether somebody belongs to the organisation that hosts: who hosts this session, or else the one that leads the partnership."""
    host = session.hosted_by
    if host and not host.organisation_id:
        return lambda place: place.participation.membership_id == host.pk
    if host:
        organisations = {host.organisation_id}
    else:
        today = at.astimezone(session.partnership.zone).date()
        terms = LeadTerm.objects.on(today).filter(partnership=session.partnership_id)
        organisations = set(terms.values_list("organisation", flat=True))
    return lambda place: bool(
        place.participation.membership and place.participation.membership.organisation_id in organisations
    )
