"""The way through a live session, one step at a time: derived from the rounds and their stages, never kept beside them.

Pure functions, no query. A step is one press: it moves the stage of the round that the room is at, or the room to
another round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reflection.domain.rounds import STAGES, TRANSITIONS
from reflection.enums import RoundKind, SmallStep, Stage
from reflection.models.rounds import Round

#: How the minutes of a round are shared between its stages, as parts of a hundred.
SHARES = {
    Stage.WRITING: 16,
    Stage.REVEALED: 8,
    Stage.GROUPING: 24,
    Stage.CHOOSING: 31,
    Stage.AGREEING: 21,
}
#: How the minutes of writing are shared between the small steps of pairs and fours, as parts.
SMALL_SHARES = {SmallStep.ALONE: 3, SmallStep.PAIRS: 5, SmallStep.FOURS: 6}
#: From which stage Back leads to which, and the event that does it. From others it leads to the round before.
BACK = {
    Stage.GROUPING: ("look_again", Stage.REVEALED),
    Stage.CHOOSING: ("group", Stage.GROUPING),
    Stage.AGREEING: ("choose", Stage.CHOOSING),
}


@dataclass(frozen=True)
class Step:
    """Where a press leads: the ``round`` the room is at then, its ``stage``, and the ``event`` that moves it there.

    ``event`` is empty when only the room moves: the round stays as it is, with everything in it kept.
    """

    round: Round
    stage: Stage
    event: str = ""


def in_order(rounds: Sequence[Round]) -> list[Round]:
    return sorted(rounds, key=lambda round: round.position)


def first_step(rounds: Sequence[Round]) -> Step | None:
    """Where a live session begins: the first round that is not done."""
    return next((entry(round) for round in in_order(rounds) if round.stage != Stage.DONE), None)


def entry(round: Round) -> Step:
    """How the room comes to a round: one that waits begins; one that was written in before, or is done, is shown as it is."""
    if round.stage != Stage.WAITING:
        return Step(round, Stage(round.stage))
    first = STAGES[RoundKind(round.kind)][1]
    return Step(round, first, "start_writing" if first == Stage.WRITING else "agree")


def step_forward(led: Round, rounds: Sequence[Round]) -> Step | None:
    """What Next does now, or Reveal while people write; None when the last round is done.

    The last stage of a round leads straight to the next round: the step says ``finish`` and names the round it is
    done with, and `entry` of the following one comes with the same press.
    """
    if led.stage == Stage.DONE:
        following = following_round(led, rounds)
        return entry(following) if following else None
    if led.stage == Stage.WAITING:
        return entry(led)
    order = STAGES[RoundKind(led.kind)]
    after = order[order.index(Stage(led.stage)) + 1]
    event = next(name for name, changes in TRANSITIONS.items() if changes.get(Stage(led.stage)) == after)
    return Step(led, after, event)


def step_back(led: Round, rounds: Sequence[Round], *, counted: bool) -> Step | None:
    """What Back does now: never hides or deletes anything. None at the beginning.

    Arguments:
        counted: whether dots of this round have been counted; then choosing is over, and Back leads past it.
    """
    event, stage = BACK.get(Stage(led.stage), ("", None))
    if stage == Stage.CHOOSING and counted:
        stage = None
    if stage in STAGES[RoundKind(led.kind)]:
        return Step(led, stage, event)
    before = [round for round in in_order(rounds) if round.position < led.position]
    return Step(before[-1], Stage(before[-1].stage)) if before else None


def following_round(led: Round, rounds: Sequence[Round]) -> Round | None:
    return next((round for round in in_order(rounds) if round.position > led.position), None)


def minutes_of_stages(round: Round) -> dict[Stage, int]:
    """The minutes of each stage of a round: whole ones, which add up to the round's own."""
    stages = [stage for stage in STAGES[RoundKind(round.kind)] if stage in SHARES]
    whole = sum(SHARES[stage] for stage in stages)
    exact = {stage: round.minutes * SHARES[stage] / whole for stage in stages}
    minutes = {stage: int(share) for stage, share in exact.items()}
    largest_rest = sorted(stages, key=lambda stage: minutes[stage] - exact[stage])
    for stage in largest_rest[: round.minutes - sum(minutes.values())]:
        minutes[stage] += 1
    return minutes


def minutes_of_small_steps(round: Round) -> dict[SmallStep, int]:
    """The minutes of each small step: whole ones, at least one each, which share the minutes of writing."""
    whole = max(minutes_of_stages(round)[Stage.WRITING], len(SMALL_SHARES))
    minutes = {step: max(1, whole * share // sum(SMALL_SHARES.values())) for step, share in SMALL_SHARES.items()}
    minutes[SmallStep.FOURS] += whole - sum(minutes.values())
    return minutes


def minutes_here(round: Round) -> int:
    """Minutes that were planned for where the room is: the stage of its round, or the small step while people write in pairs."""
    if round.is_together and round.stage == Stage.WRITING:
        return minutes_of_small_steps(round)[round.small_step]
    return minutes_of_stages(round).get(Stage(round.stage), 0)


def minutes_to_come(led: Round, rounds: Sequence[Round]) -> int:
    """Minutes that are planned after the stage that the room is at."""
    order = STAGES[RoundKind(led.kind)]
    here = order.index(Stage(led.stage))
    left = sum(minutes for stage, minutes in minutes_of_stages(led).items() if order.index(stage) > here)
    if led.is_together and led.stage == Stage.WRITING:
        steps = list(SMALL_SHARES)
        later_steps = steps[steps.index(led.small_step) + 1 :]
        left += sum(minutes_of_small_steps(led)[step] for step in later_steps)
    later = [round for round in rounds if round.position > led.position and round.stage != Stage.DONE]
    return left + sum(round.minutes for round in later)


def expected_end(run, rounds: Sequence[Round]) -> datetime:
    """When the session ends if everything from here on takes its planned time. From the state alone: it stands still between steps."""
    planned = minutes_here(run.round)
    here = run.ends_at or run.step_began_at + timedelta(minutes=planned)
    return here + timedelta(minutes=minutes_to_come(run.round, rounds))
