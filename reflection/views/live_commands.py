"""The presses of the console: name → what it does. `about` is what stands behind the name, e.g. the step that was seen."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError

from reflection.domain.actions import review_action
from reflection.domain.guests import admit_guest, refuse_guest, renew_code
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import (
    add_minutes,
    go_back,
    go_next,
    hand_over,
    keep_led_closed,
    pause_clock,
    resume_clock,
    reveal_led,
    take_over,
)
from reflection.domain.live_board import move_card, undo_move
from reflection.domain.live_pairs import mix_again, note_called_in, seat_person, take_small_step, unseat_person
from reflection.domain.live_talk import ask_again, begin_talk, end_talk, pass_turn, speak_next
from reflection.domain.live_voices import bring_in, mark_spoke, place_at_table, unmark_spoke
from reflection.domain.live_words import settle_word
from reflection.enums import DidWeDoIt, RoundKind, SmallStep
from reflection.models.actions import Action
from reflection.models.guests import Guest
from reflection.models.themes import Theme

GONE_AGAIN = "They have gone again."
UNKNOWN = "unknown"
NUMBER = re.compile("[0-9]{1,9}")
NO_SUCH = "Choose one of the buttons on this page."
NONE_READY = "No pair or four has said that it is ready. Give a little more time, or keep this part closed."
TOO_FEW = "Too few have written to show the answers safely. Give more time, or keep this part closed."


def carry_out(name, about, *, session, by):
    """Do what a button says; returns words to say, or "". Raises ValidationError: code ``UNKNOWN`` for a button that is none."""
    if name not in COMMANDS:
        raise ValidationError(NO_SUCH, code=UNKNOWN)
    return COMMANDS[name](about, session=session, by=by) or ""


def _seen(about):
    """The step that the page showed."""
    (step,) = _so_many(about, 1)
    if not NUMBER.fullmatch(step):
        raise ValidationError(NO_SUCH, code=UNKNOWN)
    return int(step)


def _so_many(about, *numbers):
    """What stands behind the name, when it is as much as a button of ours says."""
    if len(about) not in numbers:
        raise ValidationError(NO_SUCH, code=UNKNOWN)
    return about


def _next(about, *, session, by):
    go_next(session=session, by=by, expected=_seen(about))


def _back(about, *, session, by):
    go_back(session=session, by=by, expected=_seen(about))


def _reveal(about, *, session, by):
    if reveal_led(session=session, by=by, expected=_seen(about)):
        return ""
    return NONE_READY if session.live_run.round.kind == RoundKind.ACTIVITY else TOO_FEW


def _keep_closed(about, *, session, by):
    keep_led_closed(session=session, by=by, expected=_seen(about))


def _minute(about, *, session, by):
    add_minutes(session=session, by=by, expected=_seen(about))


def _pause(about, *, session, by):
    pause_clock(session=session, by=by, expected=_seen(about))


def _resume(about, *, session, by):
    resume_clock(session=session, by=by, expected=_seen(about))


def _lead(about, *, session, by):
    take_over(session=session, by=by)
    return "You lead now."


def _move(about, *, session, by):
    _so_many(about, 2)
    moved = move_card(session=session, by=by, answer_id=about[0], to=about[1])
    return f"Moved to “{moved.words}”." if isinstance(moved.after, Theme) else f"{moved.words}, now."


def _undo(about, *, session, by):
    _so_many(about, 2)
    moved = undo_move(session=session, by=by, expected=(_one_id(about[:1]), about[1]))
    return f"Taken back: it is in “{moved.words}” again." if isinstance(moved.after, Theme) else "Taken back."


def _guest(about, session):
    try:
        return Guest.objects.get(pk=UUID(about[0]), session=session)
    except (IndexError, ValueError):
        raise ValidationError(NO_SUCH, code=UNKNOWN) from None
    except Guest.DoesNotExist:
        raise ValidationError(GONE_AGAIN, code="gone") from None


def _admit(about, *, session, by):
    place = admit_guest(guest=_guest(about, session), by=by)
    return f"{place.short_name} is in."


def _not_this_time(about, *, session, by):
    guest = refuse_guest(guest=_guest(about, session), by=by)
    return f"{guest.first_name} reads that it is not about them, and may ask once more."


def _put_out(about, *, session, by):
    name = put_guest_out(guest=_guest(about, session), by=by)
    return f"{name} is no longer in this session." if name else ""


def _new_code(about, *, session, by):
    renew_code(session=session, by=by)
    return "There is a new code. The old one opens nothing now."


# --- Who is here, who was heard, who speaks ---------------------------------------------------------------------------
def _hand(about, *, session, by):
    _so_many(about, 2)
    leader = hand_over(session=session, by=by, to=_one_id(about[:1]), expected=about[1])
    return f"{leader.person.short_name} leads now."


def _here(about, *, session, by):
    bring_in(participation=_place(about, session), by=by)


def _spoke(about, *, session, by):
    mark_spoke(participation=_place(about[:1], session), by=by, seen=_seen(about[1:]))


def _unspoke(about, *, session, by):
    unmark_spoke(participation=_place(about[:1], session), by=by, seen=_seen(about[1:]))


def _talk(about, *, session, by):
    begin_talk(session=session, by=by, expected=_seen(about))


def _talk_over(about, *, session, by):
    end_talk(session=session, by=by, expected=_seen(about))


def _pass(about, *, session, by):
    pass_turn(participation=_place(about, session), by=by)


def _ask_again(about, *, session, by):
    ask_again(participation=_place(about, session), by=by)


def _speak_next(about, *, session, by):
    speak_next(participation=_place(about, session), by=by)


def _place(about, session):
    return place_at_table(session=session, participation_id=_one_id(about))


def _one_id(about):
    try:
        (words,) = about
        return UUID(words)
    except ValueError:
        raise ValidationError(NO_SUCH, code=UNKNOWN) from None


def _did(about, *, session, by):
    """“Did we do it?” about an action of an earlier session. Words beside it stay as they were."""
    try:
        action = Action.objects.get(pk=UUID(about[0]), session__partnership=session.partnership_id)
    except (IndexError, ValueError):
        raise ValidationError(NO_SUCH, code=UNKNOWN) from None
    except Action.DoesNotExist:
        raise ValidationError("That action is not there any more.", code="gone") from None
    if about[1:] not in [[answer] for answer in DidWeDoIt.values]:
        raise ValidationError(NO_SUCH, code=UNKNOWN)
    review_action(action=action, session=session, by=by, answer=about[1], note=None)
    return "Written down."


def _small(about, *, session, by):
    if _so_many(about, 2)[1] not in SmallStep.values:
        raise ValidationError(NO_SUCH, code=UNKNOWN)
    take_small_step(session=session, by=by, expected=_seen(about[:1]), to=SmallStep(about[1]))


def _mix(about, *, session, by):
    mix_again(session=session, by=by, expected=_seen(about))
    return "Mixed again. Everyone’s phone says with whom they are now."


def _seat(about, *, session, by):
    _so_many(about, 1, 2)
    name = seat_person(session=session, by=by, place_id=about[0], group_id=about[1] if len(about) == 2 else None)
    return f"{name} sits with them now."


def _unseat(about, *, session, by):
    _so_many(about, 1)
    return f"{unseat_person(session=session, by=by, place_id=about[0])} has left the table."


def _called(about, *, session, by):
    _so_many(about, 1)
    return f"{note_called_in(session=session, place_id=about[0])} is off the list."


def _plain(about, *, session, by):
    settle_word(session=session, word_id=_one_id(about))


COMMANDS = {
    "did": _did,
    "next": _next,
    "back": _back,
    "reveal": _reveal,
    "keep-closed": _keep_closed,
    "minute": _minute,
    "pause": _pause,
    "resume": _resume,
    "lead": _lead,
    "admit": _admit,
    "not-this-time": _not_this_time,
    "put-out": _put_out,
    "new-code": _new_code,
    "move": _move,
    "undo": _undo,
    "hand": _hand,
    "here": _here,
    "spoke": _spoke,
    "unspoke": _unspoke,
    "talk": _talk,
    "talk-over": _talk_over,
    "pass": _pass,
    "ask-again": _ask_again,
    "speak-next": _speak_next,
    "small": _small,
    "mix": _mix,
    "seat": _seat,
    "unseat": _unseat,
    "called": _called,
    "plain": _plain,
}
