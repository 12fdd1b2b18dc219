"""Where a member stands in a session: their own words question by question, and what they may do there."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, TextChoices
from django.utils import timezone

from reflection.enums import SessionState, Stage
from reflection.models.drafts import Draft
from reflection.models.framework import Question
from reflection.models.outcomes import Decision, Learning
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session


class Standing(TextChoices):
    """What a page about a round has to say first."""

    WAITING = "waiting"
    WRITING = "writing"
    ENDED = "ended", "Writing has ended"
    TOO_FEW = "too_few", "Too few to show"
    SHOWN = "shown", "The answers are out"
    KEPT_CLOSED = "kept_closed", "Kept closed"
    CANCELLED = "cancelled", "Called off"


def standing_of(round: Round, at: datetime | None = None) -> Standing:
    """How a round stands for the people in it. No query: the round comes with its session."""
    if round.is_shown:
        return Standing.SHOWN
    if round.session.state == SessionState.CANCELLED:
        return Standing.CANCELLED
    if round.kept_closed:
        return Standing.KEPT_CLOSED
    if round.is_writable(at or timezone.now()):
        return Standing.WRITING
    if round.stage == Stage.WRITING:
        return Standing.TOO_FEW if round.too_few else Standing.ENDED
    return Standing.WAITING


@dataclass
class Place:
    """One question of a session, with what one member has written to it."""

    round: Round
    standing: Standing
    drafts: list[Draft] = field(default_factory=list)

    @property
    def question(self) -> Question:
        return self.round.question

    @property
    def answers(self) -> list[Draft]:
        """Words of one's own that can be shown, ready or not; the oldest first."""
        return [draft for draft in self.drafts if not draft.note and draft.confirmed]

    @property
    def notes(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.note]

    @property
    def to_confirm(self) -> list[Draft]:
        """Words that a facilitator wrote down, and that wait for their author's yes."""
        return [draft for draft in self.drafts if not draft.confirmed and not draft.note]

    @property
    def unready(self) -> list[Draft]:
        return [draft for draft in self.answers if not draft.ready]

    @property
    def is_ready(self) -> bool:
        """Ready words, and nothing begun beside them that would stay behind at the reveal."""
        return bool(self.answers) and not self.unready

    @property
    def is_begun(self) -> bool:
        return bool(self.answers or self.to_confirm)

    def draft(self, draft_id) -> Draft | None:
        return next((draft for draft in self.drafts if str(draft.pk) == str(draft_id)), None)

    @property
    def latest(self) -> Draft | None:
        """What stands in the box when somebody comes back."""
        return self.answers[-1] if self.answers else None


def places_of(*, participation: Participation, rounds: list[Round], at: datetime | None = None) -> list[Place]:
    """Every question of a session with one's own words, in the order of the session. One query.

    Arguments:
        rounds: the rounds of the session, with question and session.
    """
    places = {
        round.pk: Place(round, standing_of(round, at))
        for round in rounds
        if round.question_id and not round.is_together
    }
    for draft in participation.drafts.with_words().select_related("spoken_by__person"):
        if draft.round_id in places:
            places[draft.round_id].drafts.append(draft)
    return list(places.values())


def next_place(places: list[Place], here: Round) -> Place | None:
    """The next question that may still be written to, or None after the last."""
    later = [place for place in places if place.round.position > here.position]
    return next((place for place in later if place.standing == Standing.WRITING), None)


@dataclass(frozen=True)
class LastTime:
    """What came of a question when it was last talked about."""

    text: str
    session_id: object
    closed_at: datetime


def find_last_time(*, session: Session, question: Question, membership) -> LastTime | None:
    """The newest learning or decision about the same question (by its stable key) in a closed session
    whose record this member may read. One query; None for a guest (``membership`` None), who reads no record.
    """
    if membership is None:
        return None
    readable = Session.objects.with_record_for(membership).exclude(pk=session.pk)
    learnings, decisions = (
        model.objects.of_question(question.key)
        .filter(session__in=readable)
        .annotate(closed_at=F("session__closed_at"))
        .order_by()
        .values_list("text", "session_id", "closed_at", "added_at")
        for model in (Learning, Decision)
    )
    newest = learnings.union(decisions).order_by("-closed_at", "-added_at").first()
    return LastTime(*newest[:3]) if newest else None
