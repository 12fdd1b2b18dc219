"""What a live screen shows, read once for everybody of one audience. Nothing here is for one person's eyes."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zlib import crc32

from django.db.models import Count, Exists, OuterRef, Subquery, UUIDField
from django.utils import timezone

from partnerships.emails import site_url
from reflection.domain.labels import step_in_words
from reflection.domain.live_board import agreed_so_far
from reflection.domain.live_rooms import count_finished, told_out_of
from reflection.domain.live_steps import expected_end, following_round, minutes_here, step_back, step_forward
from reflection.domain.live_words import flagged_words
from reflection.domain.promises import promise_for
from reflection.domain.rounds_reveal import minimum_people
from reflection.domain.themes import ALONE, UNPLACED, arrange
from reflection.domain.votes import totals_are_out
from reflection.enums import RoundKind, SmallStep, Stage
from reflection.models.guests import Guest, JoinCode
from reflection.models.live import LiveRun
from reflection.models.live_voices import TalkingTurn
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.votes import Vote

#: The stage bar that everybody sees, whatever kinds of rounds a session has.
BAR = ("Arrive", "Write", "Reveal", "Group", "Choose", "Agree")
PLACE_ON_BAR = {
    Stage.WAITING: 1,
    Stage.WRITING: 1,
    Stage.REVEALED: 2,
    Stage.GROUPING: 3,
    Stage.CHOOSING: 4,
    Stage.AGREEING: 5,
    Stage.DONE: 5,
}
LEFT_WORDS = {
    Stage.WRITING: "left to write",
    Stage.REVEALED: "left to read",
    Stage.GROUPING: "left to group",
    Stage.CHOOSING: "left to choose",
    Stage.AGREEING: "left to agree",
}
LEFT_TOGETHER = {
    SmallStep.ALONE: "left to write",
    SmallStep.PAIRS: "left for pairs",
    SmallStep.FOURS: "left for fours",
}
BEFORE_WRITING = (RoundKind.ARRIVE, RoundKind.LAST_ACTIONS)


@dataclass(frozen=True)
class Screen:
    """The state that every screen of a live session is drawn from; ``part`` is what the round's kind adds for one audience."""

    session: Session
    run: LiveRun
    rounds: list[Round]
    here: int
    part: dict = field(default_factory=dict)

    @property
    def round(self) -> Round:
        return self.run.round

    @property
    def stage(self) -> Stage:
        return Stage(self.round.stage)

    @property
    def key(self) -> str:
        """Where the room is. What belongs to one person is fetched anew when it changes."""
        return f"{self.run.step}:{self.round.pk}:{'over' if self.is_over else self.stage}"

    @cached_property
    def waiting(self) -> list[Guest]:
        """Who asks to come in, for those who lead. One query, for the screens that draw it."""
        return list(self.session.guests.asking())

    @cached_property
    def code(self) -> JoinCode | None:
        """What guests join with; None once it ran out."""
        return JoinCode.objects.letting_in(timezone.now()).filter(session=self.session).first()

    @cached_property
    def flagged(self) -> list:
        """Words that somebody would like to hear in plain English. One query, for the screens that draw them."""
        return flagged_words(self.session)

    @property
    def shows_code(self) -> bool:
        """Whether the code stands on the shared screen: until the room has arrived, and sits together at the latest."""
        if self.round.is_together and self.round.small_step != SmallStep.ALONE:
            return False
        if self.round.kind in BEFORE_WRITING:
            return True
        return self.round == self.rounds[0] and not self.round.is_shown

    @property
    def join_address(self) -> str:
        """Where guests type the code, as people say it."""
        return site_url("reflection:guest_code").split("://", 1)[1].rstrip("/")

    @property
    def is_over(self) -> bool:
        return not self.session.is_open

    @property
    def bar(self) -> list[dict]:
        """The stage bar, as `components/_stages.html` draws it."""
        here = 0 if self.round.kind in BEFORE_WRITING else PLACE_ON_BAR[self.stage]
        return [
            {"words": words, "state": "done" if place < here else "now" if place == here else ""}
            for place, words in enumerate(BAR)
        ]

    @property
    def leader(self) -> str:
        """First name of who leads now, or ""."""
        return self.run.led_by.person.short_name if self.run.led_by else ""

    @property
    def words(self) -> str:
        """Where the room is, as screens say it aloud when it has moved there."""
        if self.round.kind == RoundKind.ACTIVITY:
            return "All together" if self.round.is_shown else str(self.round.small_step.label)
        if self.round.kind != RoundKind.QUESTION:
            return str(RoundKind(self.round.kind).label)
        return BAR[PLACE_ON_BAR[self.stage]]

    @property
    def left_words(self) -> str:
        """What the minutes on the clock are for."""
        if self.round.kind == RoundKind.ACTIVITY and self.stage == Stage.WRITING:
            return LEFT_TOGETHER[self.round.small_step]
        return LEFT_WORDS.get(self.stage, "left")

    @property
    def following(self) -> Round | None:
        return following_round(self.round, self.rounds)

    @property
    def forward(self):
        return step_forward(self.round, self.rounds)

    @property
    def back(self):
        return step_back(self.round, self.rounds, counted=self.run.counted)

    @property
    def calls(self) -> list:
        """Who would rather talk than write: for those who lead. One query."""
        return list(self.session.participations.filter(wants_call=True).by_first_name())

    @property
    def minutes(self) -> int:
        """Minutes that this stage was planned with."""
        return minutes_here(self.round)

    @property
    def expected_end(self) -> datetime:
        return expected_end(self.run, self.rounds)

    @property
    def total_minutes(self) -> int:
        return sum(one.minutes for one in self.rounds)


def read_screen(session_id) -> Screen | None:
    """The state of a live session, without its part: two queries, whatever its size. None when it was never begun live."""
    speaks = (
        TalkingTurn.objects.waiting()
        .filter(order__run=OuterRef("pk"), order__round=OuterRef("round"))
        .order_by("place", "id")
    )
    run = (
        LiveRun.objects.select_related("session__partnership", "session__framework", "led_by__person")
        .annotate(
            here=Count("session__participations__live_place"),
            counted=Exists(Vote.objects.filter(round=OuterRef("round"))),
            speaker=Subquery(speaks.values("participation")[:1], output_field=UUIDField()),
        )
        .filter(session=session_id)
        .first()
    )
    if run is None:
        return None
    rounds = list(run.session.rounds.select_related("question", "together"))
    for one in rounds:
        one.session = run.session
    run.round = next(one for one in rounds if one.pk == run.round_id)
    return Screen(session=run.session, run=run, rounds=rounds, here=run.here)


def led_question(session_id):
    """The question that the room is at, or the next one to come: for who waits at the door. Two queries; None without one."""
    run = LiveRun.objects.select_related("round").filter(session=session_id).first()
    rounds = Round.objects.questions().filter(session=session_id, position__gte=run.round.position) if run else None
    led = rounds.select_related("question").order_by("position").first() if run else None
    return led.question if led else None


def question_part(screen: Screen, *, for_those_who_lead: bool) -> dict:
    """What a question shows, stage by stage: its prompts and a count while people write, then the answers as they were put together,
    and last what was agreed."""
    round = screen.round
    if not round.is_shown:
        promise = promise_for(attribution=round.attribution, minimum=minimum_people(round))
        return {"prompts": list(round.prompts.all()), "promise": promise, "finished": finished_in_words(screen)}
    answers = round.answers.in_mixed_order().with_places()
    answers = answers.with_writers() if round.has_names else answers
    dots_out = totals_are_out(round)
    themes = list(round.themes.all())
    board = arrange(themes=themes, answers=list(answers.with_dots() if dots_out else answers))
    part = {"board": board, "themes": themes, "dots_out": dots_out, "ALONE": ALONE, "UNPLACED": UNPLACED}
    if screen.stage == Stage.CHOOSING:
        part["cards_key"] = _cards_key(board)
    if screen.stage in (Stage.AGREEING, Stage.DONE):
        part |= agreed_so_far(screen.session, for_those_who_lead=for_those_who_lead)
    return part


def _cards_key(board) -> str:
    """Changes when a card or a theme moves: who puts dots on cards then fetches them anew."""
    cards = [(column.theme.name, *(answer.pk for answer in column.answers)) for column in board.columns]
    loose = [answer.pk for answer in (*board.unplaced, *board.alone)]
    return f":{crc32(repr((cards, loose)).encode()):x}"


def finished_in_words(screen: Screen) -> str:
    """ "8 of 11", or, in sealed rounds, the highest step that was told: "6 or more of 12"."""
    if screen.round.is_counted:
        return step_in_words(screen.run.step_told or 0, told_out_of(screen.session, screen.here))
    finished, here = count_finished(screen.round)
    return f"{finished} of {here}"
