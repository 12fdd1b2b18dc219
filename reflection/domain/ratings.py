"""Rating: what is asked in a round of ratings, and what one person chose, until it is shown."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from reflection.domain.drafts import lock_to_write
from reflection.domain.spreads import CANT_SAY, VALUES
from reflection.enums import RATED, RoundKind
from reflection.models.participations import Participation
from reflection.models.ratings import RatingDraft
from reflection.models.rounds import Round

NOT_RATED = "There is nothing to rate in this part."
RATING_IS_OVER = "This part has ended, so a number can’t be changed now. What you chose before is as it was."


@dataclass(frozen=True)
class Scale:
    """One thing to rate: its stable ``key``, its words, and what 1 and 5 mean."""

    key: str
    text: str
    help: str = ""
    low: str = "Not at all"
    high: str = "Very much"


CLOSING_SCALES = (
    Scale(
        "kept_for_reflection",
        "Was this time kept for reflection?",
        low="Taken over by everyday business",
        high="Kept for reflection",
    ),
    Scale("heard", "Was I heard?", low="Not at all", high="Fully"),
)


def scales_of(round: Round) -> list[Scale]:
    """What is rated in a round, in order: the signs of its session's framework, or the two of every closing. At most one query."""
    if round.kind == RoundKind.CLOSING:
        return list(CLOSING_SCALES)
    if round.kind != RoundKind.RATING:
        return []
    return [Scale(sign.key, sign.text, sign.help) for sign in round.session.framework.characteristics.all()]


def chosen_by(*, participation: Participation, round: Round) -> dict[str, int]:
    """What this person chose so far, key → 0 to 5. For their own eyes. One query."""
    return dict(RatingDraft.objects.of(participation).filter(round=round).values_list("key", "value"))


def save_ratings(
    *, participation: Participation, round: Round, values: dict[str, int | None], at: datetime | None = None
) -> None:
    """Keep what somebody chose. Nobody else sees it, and no screen moves by it.

    Arguments:
        values: key → 1 to 5, 0 for "can't say", or None to leave it blank again. Keys that are not
            named stay as they were, so that two tabs do not undo each other.
    Raises ValidationError when the part is over, or for a key or number that was not asked for; nothing is kept then.
    """
    if round.kind not in RATED:
        raise ValidationError(NOT_RATED, code="kind")
    if values.keys() - {scale.key for scale in scales_of(round)}:
        raise ValidationError("Choose among what is asked on this page.", code="key")
    if set(values.values()) - {None, CANT_SAY, *VALUES}:
        raise ValidationError("Choose a number from 1 to 5, or “can’t say”.", code="value")
    with transaction.atomic():
        locked = lock_to_write(participation=participation, round=round)
        if not locked.is_writable(at):
            raise ValidationError(RATING_IS_OVER, code="over")
        mine = RatingDraft.objects.of(participation).filter(round=locked)
        mine.filter(key__in=[key for key, value in values.items() if value is None]).delete()
        RatingDraft.objects.bulk_create(
            [
                RatingDraft(participation=participation, round=locked, key=key, value=value)
                for key, value in values.items()
                if value is not None
            ],
            update_conflicts=True,
            unique_fields=["participation", "round", "key"],
            update_fields=["value"],
        )
