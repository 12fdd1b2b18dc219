"""The reveal: private drafts become shown answers, once, all together.

Sealing is this one function in one transaction under a lock on the round (trust A3, A4): take the
ready drafts, shuffle them, write new rows with random ids, delete the drafts, freeze the figures
and the labels, move the stage. Every answer of a reveal shares one transaction, so that not even
the database's own bookkeeping tells who wrote what.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from reflection.domain.drafts import lock_place
from reflection.domain.labels import Labels, choose_labels
from reflection.domain.pairs_words import groups_to_show
from reflection.domain.ratings_reveal import lock_rating_drafts, publish_ratings
from reflection.domain.rounds import lock_round_and_session, next_stage
from reflection.domain.sessions import lock_session, require_not_live
from reflection.enums import RATED, Attribution, RoundKind, SessionState, SmallStep, Stage
from reflection.models.answers import Answer, Signature
from reflection.models.drafts import BODY_LIMIT, Draft
from reflection.models.participations import Participation
from reflection.models.rounds import Round

NO_LABELS = Labels(by_sector={}, people={}, rung=3)
#: Whether one was heard is told from so many people on, whatever the group chose for the rest.
FEWEST_AT_THE_END = 5


@dataclass(frozen=True)
class Revealed:
    """What a press on “Show the answers” did to one round."""

    round: Round
    shown: bool
    people: int = 0
    answers: int = 0


def reveal_round(*, round: Round, by, at: datetime | None = None) -> Revealed:
    """Show the ready drafts of a round to everybody; of a round of ratings, the numbers.

    A sealed round needs at least its minimum of *people* with ready words (trust A12); with fewer
    nothing is shown, authors keep their words, and ``Revealed.shown`` is False. Words that a
    facilitator wrote down are shown, but count no one towards it: whoever knows four of five answers
    would know the fifth writer too. A round with names needs one. Unready drafts, notes and words not confirmed by their author stay where they are.
    Raises ValidationError when the round is not open for showing: in a race, the second press.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_round_and_session(round)
        if locked.session.state != SessionState.OPEN:
            raise ValidationError("This session is not open.", code="session")
        stage = next_stage(kind=locked.kind, stage=locked.stage, event="reveal")
        if locked.is_together:
            return _reveal_groups(locked, stage, at)
        drafts, ratings = _what_there_is(locked)
        people = {draft.participation_id: draft.participation.sector for draft in drafts}
        known = people.keys() - {draft.participation_id for draft in drafts if draft.spoken_by_id is None}
        people |= {rating.participation_id: rating.participation.sector for rating in ratings}
        enough = len(people.keys() - known) if locked.is_sealed else len(people)
        if enough < minimum_people(locked):
            Round.objects.filter(pk=locked.pk).update(too_few=True)
            locked.session.touch()
            locked.too_few = True
            return Revealed(locked, shown=False)
        _publish(locked, drafts, people, known)
        publish_ratings(round=locked, drafts=ratings, minimum=minimum_people(locked))
        Draft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
        return _freeze(locked, stage, at, people=people, answers=len(drafts))


def _freeze(locked, stage, at, *, people, answers):
    # Every place of the session is written, whether it changes or not: which rows bear the mark of
    # this transaction must not tell who had words in this round (trust A4).
    took_part = Case(When(pk__in=people, then=True), default=F("took_part"))
    Participation.objects.filter(session=locked.session_id).update(took_part=took_part)
    locked.stage, locked.revealed_at, locked.too_few = stage, at, False
    locked.people_count, locked.answer_count = len(people), answers
    locked.save(update_fields=["stage", "revealed_at", "too_few", "people_count", "answer_count"])
    locked.session.touch()
    return Revealed(locked, shown=True, people=len(people), answers=answers)


#: What stands beside an answer of a pair or a four: neither names nor sectors.
FROM_A_GROUP = {SmallStep.PAIRS: "From a pair", SmallStep.FOURS: "From a four"}


def _reveal_groups(locked, stage, at):
    """Show what the fours, or the pairs, said is ready; all else stays with those who wrote it (domain § Decided 20)."""
    groups = groups_to_show(locked)
    if not groups:
        Round.objects.filter(pk=locked.pk).update(too_few=True)
        locked.session.touch()
        locked.too_few = True
        return Revealed(locked, shown=False)
    SystemRandom().shuffle(groups)
    label = FROM_A_GROUP[locked.small_step]
    Answer.objects.bulk_create(
        Answer(pk=uuid4(), round=locked, body=group.text.strip(), label=label) for group in groups
    )
    people = {seat.participation_id for group in groups for seat in group.seats.all()}
    return _freeze(locked, stage, at, people=people, answers=len(groups))


def _what_there_is(round):
    """(ready drafts, numbers), locked. Where people rate, words are notes of their own; where they write, nobody rates."""
    if round.kind in RATED:
        return [], lock_rating_drafts(round)
    ready = Draft.objects.select_for_update(of=("self",)).filter(round=round, ready=True)
    return list(ready.select_related("participation")), []


def minimum_people(round: Round) -> int:
    """People who must be ready before this round is shown: the larger of then and now, or 1. A closing: never less than five."""
    if not round.is_counted:
        return 1
    session = round.session
    least = FEWEST_AT_THE_END if round.kind == RoundKind.CLOSING else 0
    return max(least, session.minimum_group or 0, session.partnership.minimum_group)


def _publish(round, drafts, people, known):
    labels = NO_LABELS
    if round.attribution == Attribution.SECTOR and round.kind != RoundKind.ARRIVE:
        labels = choose_labels(people.values(), known=[people[pk] for pk in known])
    SystemRandom().shuffle(drafts)
    answers = [
        Answer(
            pk=uuid4(),
            round=round,
            prompt_id=draft.prompt_id,
            body=draft.body.strip(),
            label=labels.of(draft.participation.sector),
        )
        for draft in drafts
    ]
    Answer.objects.bulk_create(answers)
    if round.has_names:
        Signature.objects.bulk_create(
            Signature(answer=answer, participation_id=draft.participation_id)
            for answer, draft in zip(answers, drafts, strict=True)
        )


def reveal_session(*, session, by, at: datetime | None = None) -> list[Revealed]:
    """Show every round of the session that is still in writing; those with too few stay closed.

    All their locks are taken first, the session's before the rounds in order of position: a reveal touches participations, and
    whoever writes holds a round before a participation (trust C6). A second press finds nothing
    left to show and returns an empty list. Raises ValidationError while the session is led live: the room shows one part after the other.
    """
    with transaction.atomic():
        require_not_live(lock_session(session.pk))
        rounds = list(
            Round.objects.select_for_update(no_key=True)
            .filter(session=session, stage=Stage.WRITING)
            .order_by("position")
        )
        return [reveal_round(round=round, by=by, at=at) for round in rounds]


def add_late_words(
    *,
    participation: Participation,
    round: Round,
    body: str,
    draft_id: UUID | None = None,
    expected: int | None = None,
    at: datetime | None = None,
) -> Answer:
    """Add words to a round with names after it was shown: shown at once, with name and date.

    Arguments:
        draft_id: the unfinished draft that these words come from, if any: it has served.
        expected: its version when the page showed it. Newer words of another tab are kept.

    Sealed rounds refuse: a late answer could be told apart (trust A11). Keep it as a note there.
    Every round refuses whoever left, became a reader or lost a guest’s place meanwhile.
    """
    at = at or timezone.now()
    if not body.strip():
        raise ValidationError("Write a few words first.", code="empty")
    if len(body) > BODY_LIMIT:
        raise ValidationError(f"Keep it under {BODY_LIMIT:,} characters.", code="too_long")
    with transaction.atomic():
        locked = lock_round_and_session(round)
        if not locked.has_names or not locked.is_shown or locked.session.state != SessionState.OPEN:
            raise ValidationError(
                "These answers are closed, so that a late one can’t be told apart. Keep your words as a note to yourself.",
                code="closed",
            )
        lock_place(participation=participation, session_id=locked.session_id)
        answer = Answer.objects.create(round=locked, body=body.strip())
        Signature.objects.create(answer=answer, participation=participation, added_at=at)
        Participation.objects.filter(pk=participation.pk).update(took_part=True)
        if draft_id is not None:
            served = Q(version=expected) | Q(body=body)
            Draft.objects.filter(served, pk=draft_id, participation=participation, round=locked).delete()
        locked.answer_count += 1
        locked.save(update_fields=["answer_count"])
        locked.session.touch()
    return answer


def take_back_late_words(*, answer: Answer, participation: Participation) -> None:
    """Take one's own late words out again, while the session is open. Only late words, only one's own."""
    with transaction.atomic():
        locked = lock_round_and_session(answer.round)
        if locked.session.state != SessionState.OPEN:
            raise ValidationError(
                "This session is closed, so the words of its record stay as they are.", code="session"
            )
        mine = Answer.objects.filter(
            pk=answer.pk,
            signature__participation=participation,
            signature__added_at__isnull=False,
        )
        if not mine.exists():
            raise ValidationError("Only words that you added late can be taken back.")
        mine.delete()
        locked.answer_count -= 1
        locked.save(update_fields=["answer_count"])
        locked.session.touch()
