"""The rounds of a plan: which kinds a session may hold, in which order, and for how long."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reflection.enums import Attribution, RoundKind, SessionMode
from reflection.models.rounds import WRITING_MINUTES, Round
from reflection.models.sessions import Session

#: Minutes for each question when people write over some days.
MINUTES_A_QUESTION = WRITING_MINUTES
#: Minutes for rating the twelve signs alone.
MINUTES_TO_RATE = 5
LEAST_MINUTES, MOST_MINUTES = 1, 240

#: Minutes that a round comes with when people meet.
MINUTES_TOGETHER = {
    RoundKind.ARRIVE: 6,
    RoundKind.LAST_ACTIONS: 9,
    RoundKind.QUESTION: 38,
    RoundKind.RATING: 14,
    RoundKind.ACTIVITY: 30,
    RoundKind.CLOSING: 8,
}
#: What people can do each for themselves; all else needs a room.
KINDS_OVER_TIME = (RoundKind.QUESTION, RoundKind.RATING)
#: A session without any of these has nothing to talk about.
KINDS_TO_TALK_ABOUT = (RoundKind.QUESTION, RoundKind.RATING, RoundKind.ACTIVITY)


@dataclass(frozen=True)
class RoundChoice:
    """A round for a plan. A question has the prompts that go with it; an activity may be about a question."""

    question: object = None
    prompts: tuple = ()
    minutes: int = MINUTES_A_QUESTION
    kind: RoundKind = RoundKind.QUESTION

    @classmethod
    def together(cls, kind, question=None, prompts=(), minutes=None):
        """A round for when people meet, with the minutes that its kind comes with."""
        return cls(question, tuple(prompts), minutes or MINUTES_TOGETHER[kind], kind)


def refusals_of(session: Session, choices: Sequence[RoundChoice]) -> list[str]:
    """What is wrong with the rounds of a plan, in words for a person; empty when nothing is."""
    found = []
    kinds = {choice.kind for choice in choices}
    if not kinds.intersection(KINDS_TO_TALK_ABOUT):
        over_time = session.mode == SessionMode.OVER_TIME
        found.append("Choose at least one question." if over_time else "Add a question, a rating or an activity.")
    if session.mode == SessionMode.OVER_TIME and not kinds.issubset(KINDS_OVER_TIME):
        found.append("Over some days people can write and rate. The rest needs a meeting.")
    for choice in choices:
        found += _refusals_of_one(session, choice)
    once = Counter((choice.kind, choice.question and choice.question.pk) for choice in choices)
    if any(times > 1 for times in once.values()):
        found.append("Choose each question, and each kind of round, once.")
    return list(dict.fromkeys(found))


def _refusals_of_one(session, choice):
    question = choice.question
    if choice.kind == RoundKind.QUESTION and question is None:
        yield "Choose which question."
    if question and choice.kind not in (RoundKind.QUESTION, RoundKind.ACTIVITY):
        yield "Only a question or an activity is about one of the five questions."
    if question and question.framework_id != session.framework_id:
        yield "Choose questions from this list."
    if any(question is None or prompt.question_id != question.pk for prompt in choice.prompts):
        yield "Choose prompts that belong to their question."
    if not LEAST_MINUTES <= choice.minutes <= MOST_MINUTES:
        yield f"Give each round between {LEAST_MINUTES} and {MOST_MINUTES} minutes."


def set_rounds(session: Session, choices: Sequence[RoundChoice]) -> None:
    """The rounds of a plan are made anew: nothing hangs on them before the session opens."""
    session.rounds.all().delete()
    for position, choice in enumerate(choices, start=1):
        round = Round.objects.create(
            session=session,
            position=position,
            kind=choice.kind,
            question=choice.question,
            minutes=choice.minutes,
            attribution=Attribution.TOGETHER if choice.kind == RoundKind.ACTIVITY else session.attribution,
        )
        round.prompts.set(choice.prompts)


@dataclass(frozen=True)
class PlannedRound:
    """A round of a saved plan as the page that plans holds it."""

    kind: RoundKind
    position: int
    minutes: int
    question_id: object
    prompt_ids: frozenset


def rounds_of_plan(*, session: Session) -> list[PlannedRound]:
    """The rounds of a plan in their order, with the ids of their prompts: one query."""
    prompts, rounds = defaultdict(set), {}
    rows = session.rounds.order_by("position").values_list(
        "position", "kind", "minutes", "question_id", "prompts", named=True
    )
    for row in rows:
        rounds[row.position] = row
        if row.prompts:
            prompts[row.position].add(row.prompts)
    return [
        PlannedRound(RoundKind(row.kind), position, row.minutes, row.question_id, frozenset(prompts[position]))
        for position, row in rounds.items()
    ]
