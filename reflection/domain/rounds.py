"""The stages of a round, in one table that code, tests and docs share (trust C1)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from reflection.domain.sessions import lock_session
from reflection.enums import RoundKind, SessionState, Stage
from reflection.models.rounds import Round
from reflection.models.sessions import Session

#: Which stages each kind of round goes through. Kinds skip the stages they do not have.
STAGES = {
    RoundKind.ARRIVE: (Stage.WAITING, Stage.WRITING, Stage.REVEALED, Stage.DONE),
    RoundKind.LAST_ACTIONS: (Stage.WAITING, Stage.AGREEING, Stage.DONE),
    RoundKind.QUESTION: (
        Stage.WAITING,
        Stage.WRITING,
        Stage.REVEALED,
        Stage.GROUPING,
        Stage.CHOOSING,
        Stage.AGREEING,
        Stage.DONE,
    ),
    RoundKind.RATING: (Stage.WAITING, Stage.WRITING, Stage.REVEALED, Stage.DONE),
    RoundKind.ACTIVITY: (Stage.WAITING, Stage.WRITING, Stage.REVEALED, Stage.DONE),
    RoundKind.CLOSING: (Stage.WAITING, Stage.WRITING, Stage.REVEALED, Stage.DONE),
}

#: event → {stage before: stage after}. What is not here is refused.
TRANSITIONS: dict[str, dict[Stage, Stage]] = {
    "start_writing": {Stage.WAITING: Stage.WRITING},
    "reveal": {Stage.WRITING: Stage.REVEALED},
    "keep_closed": {Stage.WAITING: Stage.DONE, Stage.WRITING: Stage.DONE},
    "group": {
        Stage.REVEALED: Stage.GROUPING,
        Stage.CHOOSING: Stage.GROUPING,
        Stage.AGREEING: Stage.GROUPING,
    },
    "look_again": {Stage.GROUPING: Stage.REVEALED},
    "choose": {
        Stage.REVEALED: Stage.CHOOSING,
        Stage.GROUPING: Stage.CHOOSING,
        Stage.AGREEING: Stage.CHOOSING,
    },
    "agree": {
        Stage.WAITING: Stage.AGREEING,
        Stage.REVEALED: Stage.AGREEING,
        Stage.GROUPING: Stage.AGREEING,
        Stage.CHOOSING: Stage.AGREEING,
    },
    "finish": {
        Stage.REVEALED: Stage.DONE,
        Stage.GROUPING: Stage.DONE,
        Stage.CHOOSING: Stage.DONE,
        Stage.AGREEING: Stage.DONE,
    },
}

REFUSALS = {
    "start_writing": "Writing has already begun, or is over.",
    "reveal": "These answers have been shown already, or are not open for writing.",
    "keep_closed": "These answers have been shown already.",
}


def next_stage(*, kind: str, stage: str, event: str) -> Stage:
    """Where an event takes a round, or ValidationError if it may not happen there.

    ``agree`` from *waiting* is for the kinds that have no writing; a question must be shown first.
    """
    after = TRANSITIONS[event].get(Stage(stage))
    reachable = after in STAGES[RoundKind(kind)]
    skips_the_reveal = event == "agree" and stage == Stage.WAITING and Stage.WRITING in STAGES[RoundKind(kind)]
    if after is None or not reachable or skips_the_reveal:
        raise ValidationError(
            REFUSALS.get(event, "This part of the session has moved on. Look at the page again."),
            code="stage",
        )
    return after


def lock_round(round_id) -> Round:
    """The round as it is now, locked until the transaction ends, with its session (not locked).

    Every change of stage and every write of words goes through this lock, so that a late word and
    the reveal cannot pass each other (trust C2). ``no_key`` lets rows that refer to the round be
    added meanwhile.
    """
    locked = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    # Read after the lock was won: a joined row would be as old as the wait for it.
    locked.session = Session.objects.get(pk=locked.session_id)
    return locked


def lock_round_and_session(round: Round) -> Round:
    """The round locked, and its session before it: for every change that the session's screens show.

    Such a change moves the session's `screen_version`. Taking that row after the round would deadlock
    with whoever closes the session, who holds it and waits for its rounds (order of locks, trust C6).
    """
    session = lock_session(round.session_id)
    locked = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    locked.session = session
    return locked


def move_round(*, round: Round, event: str, by, at: datetime | None = None) -> Round:
    """Move a round that is shown, or has nothing to show, to another stage: ``look_again``, ``group``, ``choose``, ``agree`` or ``finish``.

    The same event twice is one step: a round that already stands there stays as it is.
    Raises ValidationError when the stage does not allow it.
    """
    if event in ("reveal", "keep_closed", "start_writing"):
        raise ValueError(f"{event} has a function of its own")
    with transaction.atomic():
        locked = lock_round_and_session(round)
        if locked.session.state != SessionState.OPEN:
            raise ValidationError("This session is not open.", code="session")
        if locked.stage in TRANSITIONS[event].values():
            return locked
        if locked.stage == Stage.AGREEING and event in ("group", "choose") and locked.votes.exists():
            # The totals are out. Dots moved after that would show by the difference whose they are.
            raise ValidationError("The dots have been counted, so choosing is over.", code="counted")
        locked.stage = next_stage(kind=locked.kind, stage=locked.stage, event=event)
        locked.save(update_fields=["stage"])
        locked.session.touch()
    return locked


def keep_round_closed(*, round: Round, by, at: datetime | None = None) -> Round:
    """End a round without showing it. Its drafts stay with their authors (domain § Decided 17)."""
    with transaction.atomic():
        locked = lock_round_and_session(round)
        locked.stage = next_stage(kind=locked.kind, stage=locked.stage, event="keep_closed")
        locked.kept_closed = True
        locked.save(update_fields=["stage", "kept_closed"])
        locked.session.touch()
    return locked


def stages_of(round: Round) -> list[tuple[Stage, str]]:
    """The stage bar: each stage of this round's kind with "done", "now" or "to come"."""
    order = [stage for stage in STAGES[RoundKind(round.kind)] if stage != Stage.WAITING]
    here = order.index(Stage(round.stage)) if round.stage in order else -1

    def state(index):
        return "done" if index < here else "now" if index == here else "to come"

    return [(stage, state(i)) for i, stage in enumerate(order) if stage != Stage.DONE]
