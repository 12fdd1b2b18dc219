"""What one person sees beside the screen that is everybody's: kind of round → what their part of the page needs."""

from reflection.enums import RoundKind
from reflection.models.drafts import Draft


def mine_of(participation, screen):
    """What this person's part of the page is drawn from, for the round the room is at."""
    part = MINE.get(RoundKind(screen.round.kind))
    place = getattr(participation, "live_place", None)
    return {
        "place": place,
        "finished": bool(place and place.finished_round_id == screen.round.pk),
        **(part(participation, screen) if part else {}),
    }


def _question(participation, screen):
    drafts = list(Draft.objects.filter(participation=participation, round=screen.round))
    answers = [draft for draft in drafts if not draft.note and draft.confirmed]
    return {"drafts": drafts, "draft": answers[-1] if answers else None}


MINE = {RoundKind.QUESTION: _question}
