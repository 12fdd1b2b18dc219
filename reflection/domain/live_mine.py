"""What one person sees beside the screen that is everybody's: kind of round → what their part of the page needs."""

from reflection.domain.arriving import word_of
from reflection.domain.pairs_words import table_of
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


def own_drafts(participation, round):
    """One's own words in a round: what stands in the box, and what waits for one's yes."""
    drafts = list(Draft.objects.filter(participation=participation, round=round))
    answers = [draft for draft in drafts if not draft.note and draft.confirmed]
    to_confirm = [draft for draft in drafts if not draft.note and not draft.confirmed]
    return {"drafts": drafts, "draft": answers[-1] if answers else None, "to_confirm": to_confirm}


def _question(participation, screen):
    return own_drafts(participation, screen.round)


def _activity(participation, screen):
    mine = _question(participation, screen)
    return mine | {"table": table_of(participation=participation, round=screen.round)}


def _arrive(participation, screen):
    mine = word_of(participation=participation, round=screen.round)
    return {"word": mine.body if mine else ""}


MINE = {RoundKind.QUESTION: _question, RoundKind.ARRIVE: _arrive, RoundKind.ACTIVITY: _activity}
