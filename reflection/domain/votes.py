"""Dots: up to five for each person, on answers, summed by theme. Nobody sees who put them where."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from reflection.domain.rounds import lock_round
from reflection.enums import Stage
from reflection.models.answers import Answer
from reflection.models.participations import Participation
from reflection.models.votes import DOTS, Vote

ALL_USED = f"You have put all {DOTS} dots. Take one back first."


def add_dot(*, participation: Participation, answer: Answer) -> int:
    """Put one more dot on an answer; returns how many are left.

    The database refuses a sixth (unique slots of 1 to 5); the lock only makes the refusal polite.
    """
    with transaction.atomic():
        _lock_for_choosing(answer, participation)
        used = set(
            Vote.objects.filter(participation=participation, round=answer.round_id).values_list("slot", flat=True)
        )
        free = [slot for slot in range(1, DOTS + 1) if slot not in used]
        if not free:
            raise ValidationError(ALL_USED, code="limit")
        Vote.objects.create(participation=participation, round_id=answer.round_id, answer=answer, slot=free[0])
        return len(free) - 1


def take_dot(*, participation: Participation, answer: Answer) -> int:
    """Take one dot back from an answer; returns how many are left. None there: nothing changes."""
    with transaction.atomic():
        _lock_for_choosing(answer, participation)
        mine = Vote.objects.filter(participation=participation, round=answer.round_id)
        last = mine.filter(answer=answer).order_by("-slot").first()
        if last is not None:
            last.delete()
        return DOTS - mine.count()


def _lock_for_choosing(answer, participation):
    round = lock_round(answer.round_id)
    Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
    if round.stage != Stage.CHOOSING:
        raise ValidationError("Choosing is not open at the moment.", code="stage")
    if round.session_id != participation.session_id:
        raise ValidationError("This belongs to another session.", code="foreign")


def totals_are_out(round) -> bool:
    """Whether totals are shown: once choosing is over, never while people still choose (trust A9)."""
    return round.stage in (Stage.AGREEING, Stage.DONE)


def dots_of(*, participation: Participation, round) -> dict:
    """One's own dots: how many on each answer, by its id. One query. Nobody asks this for another person."""
    rows = Vote.objects.filter(participation=participation, round=round).values_list("answer")
    return dict(rows.annotate(count=Count("pk")))
