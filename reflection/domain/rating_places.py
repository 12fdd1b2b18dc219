"""Where a member stands with the parts of a session that are rated: how much they chose, and what they may do there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from reflection.domain.drafts_overview import Standing, standing_of
from reflection.models.participations import Participation
from reflection.models.rounds import Round


@dataclass(frozen=True)
class RatingPlace:
    """One part that is rated, and how many numbers this person chose in it."""

    round: Round
    standing: Standing
    chosen: int


def ratings_of(*, participation: Participation, rounds: list[Round], at: datetime | None = None) -> list[RatingPlace]:
    """The rated parts of a session in their order, with how much one chose. One query, none where nothing is rated."""
    rated = [round for round in rounds if round.is_rated]
    if not rated:
        return []
    rows = participation.rating_drafts.filter(round__in=rated).values_list("round").annotate(Count("pk"))
    chosen = dict(rows.order_by())
    return [RatingPlace(round, standing_of(round, at), chosen.get(round.pk, 0)) for round in rated]
