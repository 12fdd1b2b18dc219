"""Actions: who will do what by when. An action is someone's once they have said yes."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.members import Membership
from reflection.domain.outcomes import IN_THE_FUTURE, check_outcome, delete_outcome, lock_open_session, tidy, tie
from reflection.domain.sessions import lock_session, move_rooms
from reflection.emails.reminders import plan_actions_asked
from reflection.enums import ActionState, DidWeDoIt, OwnerReply, SessionState
from reflection.models.actions import Action, ActionOwner, ActionReview
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.themes import Theme

CARRIED = (ActionState.OPEN, ActionState.PARTLY)
NOTE_LIMIT = 300

#: What an answer to "did we do it?" makes of an action. Open and partly done ones come back next time.
STATE_AFTER = {
    DidWeDoIt.YES: ActionState.DONE,
    DidWeDoIt.PARTLY: ActionState.PARTLY,
    DidWeDoIt.NOT_YET: ActionState.OPEN,
    DidWeDoIt.LET_GO: ActionState.LET_GO,
}


# --- Agreeing ------------------------------------------------------------------------------------------------------
def add_action(
    *,
    session: Session,
    by,
    text: str,
    owners: Iterable[Membership] = (),
    everyone: bool = False,
    due_on: date | None = None,
    round: Round | None = None,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Action:
    """Write down what will be done, and ask those who will do it.

    Arguments:
        by: the membership of the facilitator who writes; if they are among the owners, that is their yes.
        owners: people of the group today. They own it once they say yes.
        everyone: it is all of us, in place of owners.
    Raises ValidationError, keyed by field.
    """
    at = at or timezone.now()
    owners = list(owners)
    with transaction.atomic():
        locked = lock_open_session(session)
        action = Action(session=locked, added_by=by, added_at=at, text=text, everyone=everyone, due_on=due_on)
        tie(action, round, theme)
        _check_owners(locked.partnership, owners, everyone)
        _check_due(action, at)
        check_outcome(action, at)
        action.save()
        ActionOwner.objects.bulk_create(_ask(action, owner, by, at) for owner in owners)
        plan_actions_asked(session=locked, memberships=[owner for owner in owners if owner.pk != by.pk], at=at)
        _move_screens(locked)
    return action


def update_action(
    *,
    action: Action,
    by,
    expected: int,
    text: str,
    owners: Iterable[Membership] = (),
    everyone: bool = False,
    due_on: date | None = None,
    round: Round | None = None,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Action:
    """Change what was agreed. Who said yes to other words or another day is asked again.

    Once the session is closed its words stay, as they stand in the record; who and by when may change
    as long as the action is open. Raises StaleVersion when someone saved in between.
    """
    at = at or timezone.now()
    owners = list(owners)
    with transaction.atomic():
        session = lock_session(action.session_id)
        locked = Action.objects.select_for_update().get(pk=action.pk)
        if locked.state not in CARRIED:
            raise ValidationError("This is settled, so it stays as it is.", code="state")
        before = (locked.text, locked.due_on)
        locked.session, locked.text, locked.everyone, locked.due_on = session, tidy(text), everyone, due_on
        tie(locked, round, theme)
        if session.state != SessionState.OPEN and locked.text != before[0]:
            raise ValidationError(
                {"text": "The record is out, so these words stay. Let this one go, and add a new one."}
            )
        _check_owners(session.partnership, owners, everyone)
        _check_due(locked, at, known=before[1])
        check_outcome(locked, at)
        locked.save_versioned(expected=expected, fields=["text", "everyone", "due_on", "round", "theme"])
        _set_owners(locked, owners, by, at, ask_again=(locked.text, locked.due_on) != before)
        asked = locked.owners.filter(reply=OwnerReply.ASKED, asked_at=at).select_related("membership")
        plan_actions_asked(session=session, memberships=[owner.membership for owner in asked], at=at)
        _move_screens(session)
    return locked


def _move_screens(session):
    """The session's own, and those of a room that looks back at it now."""
    session.touch()
    move_rooms(partnership_id=session.partnership_id, but=session)


def _check_owners(partnership, owners, everyone):
    if everyone and owners:
        raise ValidationError({"owner": "Choose people, or all of us: not both."})
    if not everyone and not owners:
        raise ValidationError({"owner": "Choose who will do this."})
    if any(owner.partnership_id != partnership.pk or not owner.is_current or owner.observes for owner in owners):
        raise ValidationError({"owner": "Choose people who are in this group today."})


def _check_due(action, at, known=None):
    if action.due_on and action.due_on != known and action.due_on < action.session.partnership.local_date(at):
        raise ValidationError({"due_on": IN_THE_FUTURE})


def _ask(action, owner, by, at):
    """Whoever puts themself down has said yes by it."""
    mine = owner.pk == by.pk
    return ActionOwner(
        action=action,
        membership=owner,
        asked_at=at,
        reply=OwnerReply.YES if mine else OwnerReply.ASKED,
        replied_at=at if mine else None,
    )


def _set_owners(action, owners, by, at, *, ask_again):
    wanted = {owner.pk: owner for owner in owners}
    action.owners.exclude(membership__in=wanted).delete()
    kept = {owner.membership_id: owner for owner in action.owners.select_for_update()}
    ActionOwner.objects.bulk_create(_ask(action, owner, by, at) for pk, owner in wanted.items() if pk not in kept)
    # Put down once more after a no is being asked once more.
    again = [owner.pk for pk, owner in kept.items() if pk != by.pk and (ask_again or owner.reply == OwnerReply.NO)]
    ActionOwner.objects.filter(pk__in=again).update(reply=OwnerReply.ASKED, asked_at=at, replied_at=None)


def delete_action(*, action: Action, by, expected: int) -> None:
    """Take an action out again while its session is open; later it can be let go. StaleVersion as for other outcomes."""
    with transaction.atomic():
        delete_outcome(action, expected)
        move_rooms(partnership_id=action.session.partnership_id, but=action.session)


def answer_action(*, owner: ActionOwner, yes: bool, at: datetime | None = None) -> ActionOwner:
    """The person who was asked says yes, or no. They may change their mind while the action is open."""
    with transaction.atomic():
        session = lock_session(owner.action.session_id)
        action = Action.objects.select_for_update().get(pk=owner.action_id)
        locked = ActionOwner.objects.select_for_update().get(pk=owner.pk)
        if action.state not in CARRIED:
            raise ValidationError("This is settled, so there is nothing to say yes or no to any more.", code="state")
        reply = OwnerReply.YES if yes else OwnerReply.NO
        if locked.reply != reply:
            locked.reply, locked.replied_at = reply, at or timezone.now()
            locked.save(update_fields=["reply", "replied_at"])
            _move_screens(session)
    return locked


# --- Looking back --------------------------------------------------------------------------------------------------
def review_action(
    *, action: Action, session: Session, by, answer: str, note: str | None = "", at: datetime | None = None
) -> ActionReview:
    """Answer "did we do it?" about an action of an earlier session; its state follows.

    Arguments:
        session: the open session that looks back. It answers once for each action; answering again
            corrects that one answer.
        answer: one of ``DidWeDoIt``.
        note: what changed, or what got in the way; at most 300 characters. None keeps what this session wrote before.
    """
    at = at or timezone.now()
    note = None if note is None else tidy(note)
    if answer not in DidWeDoIt.values:
        raise ValidationError({"answer": "Choose one of the four."})
    _check_note(note or "", "note")
    with transaction.atomic():
        locked_session = lock_open_session(session)
        locked = Action.objects.select_for_update(of=("self",)).select_related("session").get(pk=action.pk)
        if not is_earlier(locked.session, locked_session):
            raise ValidationError("Choose an action of an earlier session.", code="foreign")
        earlier = ActionReview.objects.filter(action=locked, session=locked_session).first()
        if earlier is None and locked.state not in CARRIED:
            raise ValidationError("This was settled already.", code="state")
        if note is None:
            note = earlier.note if earlier else ""
        review, _ = ActionReview.objects.update_or_create(
            action=locked, session=locked_session, defaults={"answer": answer, "note": note, "reviewed_at": at}
        )
        _settle(locked, STATE_AFTER[DidWeDoIt(answer)], note, at)
        _move_screens(locked_session)
    return review


def is_earlier(session: Session, than: Session) -> bool:
    """Whether a session came before another one of the same partnership."""
    return session.partnership_id == than.partnership_id and (session.number or 0) < (than.number or 0)


def may_complete(*, action: Action, membership: Membership) -> bool:
    """Whether this member may say "done": who said yes to it, who facilitates, or, if it is all of us, whoever it is for.

    One query, unless they facilitate.
    """
    if membership.facilitates:
        return True
    if action.everyone:
        return Session.objects.shared_with(membership).filter(pk=action.session_id).exists()
    return action.owners.filter(membership=membership, reply=OwnerReply.YES).exists()


def complete_action(*, action: Action, by: Membership, what_happened: str = "", at: datetime | None = None) -> Action:
    """Say that an action is done, between sessions. Doing it twice is doing it once.

    Raises ValidationError when ``by`` may not, or it was let go.
    """
    note = tidy(what_happened)
    _check_note(note, "what_happened")
    with transaction.atomic():
        session = lock_session(action.session_id)
        locked = Action.objects.select_for_update().get(pk=action.pk)
        if not may_complete(action=locked, membership=by):
            raise ValidationError("Those who said yes to this can say that it is done.", code="not_yours")
        if locked.state == ActionState.LET_GO:
            raise ValidationError("The group let this go.", code="state")
        if locked.state != ActionState.DONE:
            _settle(locked, ActionState.DONE, note, at or timezone.now())
            _move_screens(session)
    return locked


def _check_note(note, name):
    if len(note) > NOTE_LIMIT:
        raise ValidationError({name: f"Keep it under {NOTE_LIMIT} characters. It has {len(note)}."})


def _settle(locked, state, note, at):
    locked.state, locked.what_happened = state, note
    locked.ended_at = None if state in CARRIED else at
    locked.save(update_fields=["state", "what_happened", "ended_at"])


def hand_back_actions(*, membership: Membership, at: datetime | None = None) -> int:
    """Give the open actions of someone who left back to the group; returns how many.

    They are taken off the owners of every action that is not ended. An action whose only owner they
    were stays open with nobody, so that the group sees it at the next "did we do it?". Ended actions
    keep them: that is what happened.
    """
    with transaction.atomic():
        mine = ActionOwner.objects.filter(membership=membership, action__in=Action.objects.still_open())
        return mine.delete()[0]
