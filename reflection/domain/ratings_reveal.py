"""The part of the reveal that is about numbers: rows with names, or counters that lead to nobody (trust A5, A12, A13)."""

from collections import defaultdict

from reflection.domain.spreads import count_sealed
from reflection.enums import Attribution, RoundKind
from reflection.models.ratings import Rating, RatingCount, RatingDraft
from reflection.models.rounds import Round


def lock_rating_drafts(round: Round) -> list[RatingDraft]:
    """What people chose in a round, with their places, locked until the transaction ends. One query."""
    mine = RatingDraft.objects.select_for_update(of=("self",)).filter(round=round)
    return list(mine.select_related("participation"))


def publish_ratings(*, round: Round, drafts: list[RatingDraft], minimum: int) -> None:
    """Write what is told of these numbers, and delete them. The round is locked, and enough people rated.

    In rounds with names a row for each number. Else, and always in a closing, counters: for each sign that at least
    ``minimum`` people rated; of a sign with fewer nothing is kept at all. A closing has no labels.
    """
    if round.is_counted:
        RatingCount.objects.bulk_create(_counters(round, drafts, minimum))
    else:
        Rating.objects.bulk_create(
            Rating(participation_id=draft.participation_id, round=round, key=draft.key, value=draft.value)
            for draft in sorted(drafts, key=lambda draft: draft.pk)
        )
    RatingDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()


def _counters(round, drafts, minimum):
    by_key = defaultdict(list)
    for draft in drafts:
        by_key[draft.key].append((draft.participation.sector, draft.value))
    labelled = round.attribution == Attribution.SECTOR and round.kind != RoundKind.CLOSING
    for key in sorted(by_key):
        counts = count_sealed(by_key[key], minimum=minimum, labelled=labelled)
        for (label, value), people in sorted(counts.items()):
            yield RatingCount(round=round, key=key, label=label, value=value, people=people)
