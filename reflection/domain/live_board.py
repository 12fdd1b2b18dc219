"""Making sense and agreeing together, live: cards that move on every screen, and what is written down as it is said."""

from django.core.exceptions import ValidationError
from django.db import transaction

from reflection.domain.action_lines import with_people
from reflection.domain.live import lock_run
from reflection.domain.outcomes import outcomes_of
from reflection.domain.themes import ALONE, UNPLACED, Moved, move_answer
from reflection.enums import Audience
from reflection.models.answers import Answer
from reflection.models.themes import Theme

GONE = "That card or theme is not on the table any more. This is how it stands now."
MOVED_SINCE = "A card was moved since. Nothing was taken back."
NOTHING_TO_UNDO = "There is nothing to take back."
#: Audiences whose records everybody in the room gets: what is agreed may be read along on every screen.
FOR_THE_ROOM = (Audience.MEMBERS, Audience.MEMBERS_AND_OBSERVERS)


def move_card(*, session, by, answer_id, to: str) -> Moved:
    """Move an answer of the round the room is at to a theme (its id), ``ALONE`` or ``UNPLACED``; the move can be taken back.

    Raises ValidationError when the card or the theme is not there any more.
    """
    with transaction.atomic():
        run, _ = lock_run(session)
        moved = move_answer(answer=_card(run, answer_id), to=_place(run, to), by=by)
        run.last_moved = moved.answer
        run.last_moved_from = str(moved.before.pk) if isinstance(moved.before, Theme) else moved.before
        run.save(update_fields=["last_moved", "last_moved_from"])
    return moved


def undo_move(*, session, by, expected: tuple | None = None) -> Moved:
    """Take the last move of anybody back, once.

    Arguments:
        expected: the move that the page offered to take back: id of the answer, and where it came from. Raises
            ValidationError when another move was made since, when there is nothing to take back, or when its theme is gone.
    """
    with transaction.atomic():
        run, _ = lock_run(session)
        if expected is not None and run.last_moved_id and expected != (run.last_moved_id, run.last_moved_from):
            raise ValidationError(MOVED_SINCE, code="moved")
        if run.last_moved_id is None or run.last_moved.round_id != run.round_id:
            raise ValidationError(NOTHING_TO_UNDO, code="nothing")
        moved = move_answer(answer=_card(run, run.last_moved_id), to=_place(run, run.last_moved_from), by=by)
        run.last_moved, run.last_moved_from = None, ""
        run.save(update_fields=["last_moved", "last_moved_from"])
    return moved


def _card(run, answer_id):
    return _there(Answer.objects.filter(round=run.round).select_related("round__session"), answer_id)


def _place(run, to):
    return to if to in (ALONE, UNPLACED) else _there(Theme.objects.filter(round=run.round), to)


def _there(rows, key):
    try:
        found = rows.filter(pk=key).first()
    except ValidationError:  # no id at all
        found = None
    if found is None:
        raise ValidationError(GONE, code="gone")
    return found


def agreed_so_far(session, *, for_those_who_lead: bool) -> dict:
    """What was written down in this session so far, as far as everybody of an audience gets its record: two queries.

    "Those who took part" are not everybody in the room. The page where they read it is linked in one's own part of a phone.
    """
    if not (for_those_who_lead or session.audience in FOR_THE_ROOM):
        return {"agreed_elsewhere": True}
    lines = with_people(session.actions.select_related("session", "theme").looked_back_at(session))
    return {"outcomes": outcomes_of(session), "lines": lines}
