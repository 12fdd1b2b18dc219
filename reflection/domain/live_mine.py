"""What one person sees beside the screen that is everybody's: kind of round → what their part of the page needs."""

from reflection.domain.arriving import word_of
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


def _arrive(participation, screen):
    mine = word_of(participation=participation, round=screen.round)
    return {"word": mine.body if mine else ""}


MINE = {RoundKind.QUESTION: _question, RoundKind.ARRIVE: _arrive}
