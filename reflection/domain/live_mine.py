"""What one person sees beside the screen that is everybody's: kind of round → what their part of the page needs."""

from reflection.domain.drafts_overview import places_of
from reflection.domain.pairs_words import table_of
from reflection.domain.votes import dots_of
from reflection.enums import RoundKind, Stage
from reflection.models.drafts import Draft
from reflection.models.votes import DOTS


def mine_of(participation, screen):
    """What this person's part of the page is drawn from, for the round the room is at.

    ``screen`` comes with its part (`live.screens.with_part`) while everybody chooses: dots stand on the cards.
    """
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


def _activity(participation, screen):
    mine = own_drafts(participation, screen.round)
    return mine | {"table": table_of(participation=participation, round=screen.round)}


def _question(participation, screen):
    """One's own words while there is something to write; one's own dots while everybody chooses. One query."""
    if screen.stage == Stage.CHOOSING:
        return _dots(participation, screen)
    if screen.stage in (Stage.WRITING, Stage.REVEALED, Stage.GROUPING):
        return {"words": places_of(participation=participation, rounds=[screen.round])[0]}
    return {}


def _dots(participation, screen):
    mine, board = dots_of(participation=participation, round=screen.round), screen.part["board"]
    for answer in [*board.unplaced, *board.alone, *(one for column in board.columns for one in column.answers)]:
        answer.mine = mine.get(answer.pk, 0)
    left = DOTS - sum(mine.values())
    return {"left": left, "limit": DOTS, "slots": [number < left for number in range(DOTS)]}


def _arrive(participation, screen):
    mine = own_drafts(participation, screen.round)
    return mine | {"word": mine["draft"].body if mine["draft"] else ""}


MINE = {RoundKind.QUESTION: _question, RoundKind.ARRIVE: _arrive, RoundKind.ACTIVITY: _activity}
