"""What those who lead see around the round the room is at: the plan and its clock, who is here, who was heard, who leads.

Read once for all consoles. Names of people, never beside what anybody wrote: the count of who has finished is told in
steps where answers are sealed (trust A9).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from partnerships.enums import Sector
from partnerships.models.members import Membership
from reflection.domain.live_cues import MOMENTS, Cue, cue_for
from reflection.domain.live_pages import Screen
from reflection.domain.live_rooms import count_finished, told_out_of
from reflection.domain.live_steps import in_order, minutes_of_small_steps, minutes_of_stages
from reflection.domain.rounds import STAGES
from reflection.domain.session_progress import Step, draw_steps
from reflection.enums import RoundKind, SessionMode, SmallStep, Stage, TurnState
from reflection.models.live import LivePlace
from reflection.models.live_voices import TalkingTurn
from reflection.models.meetings import Meeting
from reflection.models.participations import Participation
from reflection.models.rounds import Round

#: Minutes more or less than planned that nobody would call late or early.
ON_TIME = 1
#: Minutes from the time that was planned within which a session is still that meeting.
SAME_MEETING = 6 * 60
#: What a stage is called in the plan. A kind with only one stage of its own is called by its name.
STAGE_WORDS = {
    Stage.WRITING: "Write, each alone",
    Stage.REVEALED: "Show all answers",
    Stage.GROUPING: "Group",
    Stage.CHOOSING: "Choose",
    Stage.AGREEING: "Talk and agree",
}
#: Where a kind of round calls a stage otherwise.
OWN_WORDS = {
    (RoundKind.ARRIVE, Stage.WRITING): "One word each",
    (RoundKind.ARRIVE, Stage.REVEALED): "Read the words",
    (RoundKind.LAST_ACTIONS, Stage.AGREEING): "Look back together",
    (RoundKind.RATING, Stage.WRITING): "Rate, each alone",
    (RoundKind.RATING, Stage.REVEALED): "See how far apart we are",
    (RoundKind.CLOSING, Stage.WRITING): "One last minute, each alone",
    (RoundKind.CLOSING, Stage.REVEALED): "See how it was",
    (RoundKind.ACTIVITY, Stage.WRITING): "Work in small groups",
    (RoundKind.ACTIVITY, Stage.REVEALED): "Hear from each group",
}
#: What Reveal is called where it does not show answers.
REVEAL_WORDS = {
    RoundKind.ARRIVE: ("Show the words", "Show"),
    RoundKind.RATING: ("Show the spread", "Show"),
    RoundKind.CLOSING: ("Show how it was", "Show"),
}
#: Who are still writing where people sit together, one and many.
WHO_WRITES = {SmallStep.PAIRS: "pair is,pairs are", SmallStep.FOURS: "four is,fours are"}
#: What the small steps of pairs and fours are called.
SMALL_WORDS = {
    SmallStep.ALONE: "Write, each alone",
    SmallStep.PAIRS: "In pairs",
    SmallStep.FOURS: "In fours",
}
BAR_WIDTH = 240  # of a drawing, in its own units


@dataclass(frozen=True)
class PlanLine:
    words: str
    minutes: int
    state: str = ""  # "done", "now" or ""
    number: int | None = None  # of a question
    inside: bool = False  # a stage of the round above it


@dataclass(frozen=True)
class Finished:
    """How many have finished: ``count`` of ``here``, or, in sealed rounds, only the ``steps`` that were told.

    People, or the pairs or fours that write one text.
    """

    here: int
    count: int | None = None
    step: int = 0
    steps: tuple[Step, ...] = ()
    who: str = "person is,people are"  # who are still writing, one and many
    out_of: int = 0  # of how many a step is told

    @property
    def everyone(self) -> bool:
        """Told of a step only when it is the step of all that it is told of: everyone of very few tells of each (trust A9)."""
        if self.count is None:
            return 0 < self.out_of == self.step
        return 0 < self.here == self.count

    @property
    def writing(self) -> int:
        return self.here - (self.count or 0)

    @property
    def seats(self) -> list[bool]:
        return [number < (self.count or 0) for number in range(self.here)]


@dataclass(frozen=True)
class Balance:
    """A sector's turns beside an even share for who is here. Widths are for a drawing of `BAR_WIDTH`."""

    sector: str
    turns: int
    here: int
    even: float
    width: int
    mark: int


@dataclass(frozen=True)
class Console:
    leader: Membership | None
    others: list[Membership]
    plan: list[PlanLine]
    ends_at: datetime
    late: int
    finished: Finished | None
    people: list[Participation]
    turns: list[TalkingTurn]
    cue: Cue | None
    balance: list[Balance] = field(default_factory=list)
    round_name: str = ""
    now: str = ""  # what the room does now
    paused_left: str = ""
    back: str = ""  # where Back leads, in words
    next: str = ""
    reveal: tuple[str, str] = ("", "")  # what Reveal is called, and shorter
    may_talk: bool = False
    moments: tuple = MOMENTS

    @property
    def here(self) -> list[Participation]:
        return [one for one in self.people if place_of(one)]

    @property
    def not_here(self) -> list[Participation]:
        return [one for one in self.people if not place_of(one)]

    @property
    def not_heard(self) -> list[Participation]:
        """Whose hand is up comes first, the first hand before the others."""
        return sorted((one for one in self.here if not place_of(one).turns), key=_hand_first)

    @property
    def heard(self) -> list[Participation]:
        return sorted((one for one in self.here if place_of(one).turns), key=_hand_first)

    @property
    def heard_hands(self) -> int:
        return sum(place_of(one).hand_up_at is not None for one in self.heard)

    @property
    def may_be_next(self) -> list[Participation]:
        """Who could speak right after who speaks now: whoever waits, and who came in later."""
        done = {turn.participation_id for turn in self.turns if turn.state != TurnState.WAITING}
        now = self.speaker.participation_id if self.speaker else None
        return [one for one in self.here if one.pk != now and one.pk not in done]

    @property
    def speaker(self) -> TalkingTurn | None:
        return speaker_of(self.turns)

    @property
    def is_another_day(self) -> bool:
        """Whether the room meets so far from the time it was planned for that being late or early means nothing."""
        return abs(self.late) > SAME_MEETING

    @property
    def is_late(self) -> bool:
        return self.late > ON_TIME

    @property
    def is_early(self) -> bool:
        return self.late < -ON_TIME

    @property
    def early(self) -> int:
        return -self.late


def read_console(screen: Screen) -> Console:
    """What the console shows around the round: five queries, one more while people write and one in a session that was
    written before it met, whatever the number of people."""
    session, run = screen.session, screen.run
    leads = list(Membership.objects.by_name().current().facilitating().filter(partnership=session.partnership_id))
    people = list(Participation.objects.in_session(session).by_first_name().select_related("live_place"))
    people = [one for one in people if one.is_current or (place_of(one) and not one.is_guest)]
    return Console(
        leader=next((one for one in leads if one.pk == run.led_by_id), None),
        others=[one for one in leads if one.pk != run.led_by_id],
        plan=plan_of(screen),
        ends_at=screen.expected_end,
        late=round((screen.expected_end - _end_planned(session)).total_seconds() / 60),
        finished=_finished(screen),
        people=people,
        turns=_with_people(turns_now(screen), people),
        cue=cue_for(RoundKind(screen.round.kind), screen.stage),
        balance=balance_of([one for one in people if place_of(one)]),
        round_name=name_of_round(screen.round),
        now=words_of_stage(screen.round, screen.stage),
        paused_left=_minutes_and_seconds(run.paused_seconds or 0),
        back=words_of_step(screen.back, screen),
        next=words_of_step(screen.forward, screen),
        reveal=REVEAL_WORDS.get(RoundKind(screen.round.kind), ("Reveal all answers", "Reveal")),
        may_talk=screen.stage not in (Stage.WAITING, Stage.WRITING),
    )


def place_of(participation: Participation) -> LivePlace | None:
    return getattr(participation, "live_place", None)


def turns_now(screen: Screen) -> list[TalkingTurn]:
    """The spoken round that is going on in the round the room is at, in order. One query."""
    return list(TalkingTurn.objects.in_session(screen.session).in_round_led())


def speaker_of(turns: Sequence[TalkingTurn]) -> TalkingTurn | None:
    return next((turn for turn in turns if turn.state == TurnState.WAITING), None)


def read_talk(screen: Screen) -> dict:
    """Who speaks now and who is next in a spoken round, for everybody who takes part: their names are said aloud anyway."""
    turns = [turn for turn in _turns_with_names(screen) if turn.state == TurnState.WAITING]
    return {"speaker": turns[0], "next": turns[1] if len(turns) > 1 else None} if turns else {}


def _turns_with_names(screen):
    if screen.stage in (Stage.WAITING, Stage.WRITING):
        return []
    named = ("participation__membership__person", "participation__guest", "order")
    return TalkingTurn.objects.in_session(screen.session).in_round_led().select_related(*named)


def _with_people(turns, people):
    known = {one.pk: one for one in people}
    turns = [turn for turn in turns if turn.participation_id in known]
    for turn in turns:
        turn.participation = known[turn.participation_id]
    return turns


def _minutes_and_seconds(seconds):
    return f"{seconds // 60}:{seconds % 60:02}"


def _hand_first(participation):
    hand = place_of(participation).hand_up_at
    return hand is None, hand.timestamp() if hand else 0


def _end_planned(session):
    """When people were told that it ends. A session that is written before it meets closes for writing earlier."""
    if session.mode == SessionMode.BOTH and (meeting := Meeting.objects.filter(session=session).first()):
        return meeting.ends_at
    return session.closes_at


def _finished(screen):
    if screen.stage != Stage.WRITING:
        return None
    if "groups" in screen.part:
        return Finished(here=screen.part["count"], count=screen.part["ready"], who=WHO_WRITES[screen.part["step"]])
    if screen.round.is_counted:
        step, out_of = screen.run.step_told or 0, told_out_of(screen.session, screen.here)
        steps = draw_steps(step, out_of) if screen.here else ()
        return Finished(here=screen.here, step=step, steps=steps, out_of=out_of)
    count, here = count_finished(screen.round)
    return Finished(here=here, count=count)


# --- The plan ------------------------------------------------------------------------------------------------------
def name_of_round(round: Round) -> str:
    return round.question.short_title if round.question_id else str(RoundKind(round.kind).label)


def words_of_stage(round: Round, stage: Stage) -> str:
    """What people do in a stage of a round; while they sit in pairs or fours, in that."""
    if round.is_together and stage == Stage.WRITING == round.stage:
        return SMALL_WORDS[round.small_step]
    return OWN_WORDS.get((RoundKind(round.kind), stage)) or STAGE_WORDS.get(stage, str(Stage(stage).label))


def plan_of(screen: Screen) -> list[PlanLine]:
    """Every round with its minutes; the stages of the one that the room is at stand under it."""
    lines = []
    for one in in_order(screen.rounds):
        led = one.pk == screen.round.pk
        stages = [stage for stage in STAGES[RoundKind(one.kind)] if stage in STAGE_WORDS]
        unfolds = led and len(stages) > 1 and one.stage != Stage.DONE
        state = ("now" if not unfolds else "") if led else "done" if one.stage == Stage.DONE else ""
        number = one.question.number if one.question_id else None
        lines.append(PlanLine(words=name_of_round(one), minutes=one.minutes, state=state, number=number))
        if unfolds:
            lines += _stages_of(one, stages)
    return lines


def _stages_of(round, stages):
    if round.is_together and round.stage == Stage.WRITING:
        return _small_steps_of(round)
    minutes = minutes_of_stages(round)
    here = stages.index(round.stage) if round.stage in stages else -1
    return [
        PlanLine(words=words_of_stage(round, stage), minutes=minutes[stage], state=_state(place, here), inside=True)
        for place, stage in enumerate(stages)
    ]


def _small_steps_of(round):
    """Alone, pairs and fours with their minutes, and the talk of all after them."""
    minutes, here = minutes_of_small_steps(round), list(SMALL_WORDS).index(round.small_step)
    lines = [(words, minutes[step]) for step, words in SMALL_WORDS.items()]
    lines.append((words_of_stage(round, Stage.REVEALED), minutes_of_stages(round)[Stage.REVEALED]))
    return [
        PlanLine(words=words, minutes=length, state=_state(place, here), inside=True)
        for place, (words, length) in enumerate(lines)
    ]


def _state(place, here):
    return "done" if place < here else "now" if place == here else ""


def words_of_step(step, screen: Screen) -> str:
    """Where Back or Next leads, in a word or two."""
    if step is None:
        return ""
    if step.round.pk != screen.round.pk:
        return name_of_round(step.round)
    if step.stage == Stage.DONE:
        return name_of_round(screen.following) if screen.following else "end of the plan"
    return words_of_stage(step.round, step.stage)


# --- Balance of voices ---------------------------------------------------------------------------------------------
def balance_of(here: Sequence[Participation]) -> list[Balance]:
    """Turns by sector beside an even share for who is here, sectors from A to Z: a picture of the room, not a ranking.

    Who leads sees it while the session lasts, where every name is in front of them. What is kept afterwards is decided
    in `voice_totals`.
    """
    people = Counter(one.sector for one in here)
    turns = Counter()
    for one in here:
        turns[one.sector] += place_of(one).turns
    total = sum(turns.values())
    even = {sector: total * count / len(here) for sector, count in people.items()}
    longest = max([*turns.values(), *even.values(), 1])
    known = [sector.value for sector in sorted(Sector, key=lambda sector: str(sector.label))]
    return [
        Balance(
            sector=sector,
            turns=turns[sector],
            here=people[sector],
            even=round(even[sector], 1),
            width=round(BAR_WIDTH * turns[sector] / longest),
            mark=min(round(BAR_WIDTH * even[sector] / longest), BAR_WIDTH - 2),
        )
        for sector in [*known, ""]
        if people[sector]
    ]
