"""Leading a live session: every facilitator may, and two who press at once move one step (trust L6)."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from reflection.domain.guests import make_join_code
from reflection.domain.live_rooms import (
    count_what_was_written_before,
    is_being_finished,
    step_to_tell,
    take_chairs_away,
)
from reflection.domain.live_steps import (
    Step,
    entry,
    first_step,
    following_round,
    minutes_here,
    step_back,
    step_forward,
)
from reflection.domain.rounds import keep_round_closed, lock_round_and_session, move_round, next_stage
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import lock_session, open_session
from reflection.enums import SessionMode, SessionState, Stage
from reflection.models.live import LiveRun
from reflection.models.sessions import Session

NOT_LIVE = "This session is one over some days. Plan it as a live one, or to write first and then meet."
NOT_BEGUN = "This session is not being led live now."
MOVED_ON = "Somebody else has just moved on. This is where the room is now."
SHOW_FIRST = "Show the answers first, or keep this part closed."
NOTHING_BEFORE = "This is the beginning."
ALL_DONE = "That was the last part. Close the session when you are ready."
LED_BY_ANOTHER = "Somebody else leads by now. Nothing was changed."
NO_LEAD = "This person does not facilitate here."
MOST_MINUTES = 240


def begin_live(*, session: Session, by, at: datetime | None = None) -> LiveRun:
    """Begin to walk through a session together; it opens by this if it had not. Beginning twice is beginning once.

    Writing that ended by the clock goes on: from here on only people end it.
    Raises ValidationError when the session is one over time, or over.
    """
    at = at or timezone.now()
    with transaction.atomic():
        Partnership.objects.lock().get(pk=session.partnership_id)
        locked = lock_session(session.pk)
        if locked.mode == SessionMode.OVER_TIME:
            raise ValidationError(NOT_LIVE, code="mode")
        if locked.state == SessionState.PLANNED:
            locked = open_session(session=locked, by=by, at=at)
        if locked.state != SessionState.OPEN:
            raise ValidationError("This session is over.", code="state")
        if run := LiveRun.objects.filter(session=locked).first():
            return run
        step = first_step(locked.rounds.all())
        if step is None:
            raise ValidationError("Every part of this session is done.", code="done")
        locked.live_began_at, locked.writing_ended_at = at, None
        locked.save(update_fields=["live_began_at", "writing_ended_at"])
        run = LiveRun(session=locked, led_by=by)
        _come_to(run, step, by, at, new=True)
        run.save()
        make_join_code(session=locked, at=at)
        locked.touch()
    return run


def go_next(*, session: Session, by, expected: int, at: datetime | None = None) -> LiveRun:
    """One step on. At the end of a round the next one begins by the same press.

    Arguments:
        expected: the step that the page showed. When the room is elsewhere by now nothing moves, and
            ValidationError (code "moved") says so.
    """
    at = at or timezone.now()
    with transaction.atomic():
        run, rounds = lock_run(session, expected)
        step = step_forward(run.round, rounds)
        if step is None:
            raise ValidationError(ALL_DONE, code="done")
        if step.event == "reveal":
            raise ValidationError(SHOW_FIRST, code="show_first")
        return _finish(run, rounds, by, at) if step.event == "finish" else _take(run, step, by, at)


def go_back(*, session: Session, by, expected: int, at: datetime | None = None) -> LiveRun:
    """One step back. Nothing is deleted, and what was shown stays shown. `expected` as in `go_next`."""
    at = at or timezone.now()
    with transaction.atomic():
        run, rounds = lock_run(session, expected)
        step = step_back(run.round, rounds, counted=run.round.votes.exists())
        if step is None:
            raise ValidationError(NOTHING_BEFORE, code="first")
        return _take(run, step, by, at)


def reveal_led(*, session: Session, by, expected: int, at: datetime | None = None) -> bool:
    """Show the answers of the round the room is at. False when too few people have written: then nothing was shown."""
    at = at or timezone.now()
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        revealed = reveal_round(round=run.round, by=by, at=at)
        if revealed.shown:
            _arrive(run, revealed.round, by, at)
            run.save()
        return revealed.shown


def keep_led_closed(*, session: Session, by, expected: int, at: datetime | None = None) -> LiveRun:
    """End the round the room is at without showing it, and go on. Its words stay with their authors."""
    at = at or timezone.now()
    with transaction.atomic():
        run, rounds = lock_run(session, expected)
        run.round = keep_round_closed(round=run.round, by=by, at=at)
        return _go_on_after(run, rounds, by, at)


def take_over(*, session: Session, by, at: datetime | None = None) -> LiveRun:
    """Say who leads. Nobody needs to let go first, and everyone who facilitates may do everything anyway (trust L6)."""
    with transaction.atomic():
        run, _ = lock_run(session)
        run.led_by = by
        run.save(update_fields=["led_by"])
        run.session.touch()
    return run


def hand_over(*, session: Session, by, to, expected: str | None = None) -> Membership:
    """Say that another one who facilitates leads from now on; returns who.

    Arguments:
        to: id of their membership.
        expected: id of the membership that led on the page, as text, "" for nobody. Raises ValidationError (code
            "moved") when it is another one by now.
    """
    with transaction.atomic():
        run, _ = lock_run(session)
        if expected is not None and expected != str(run.led_by_id or ""):
            raise ValidationError(LED_BY_ANOTHER, code="moved")
        leads = Membership.objects.by_name().current().facilitating()
        leader = leads.filter(partnership=run.session.partnership_id, pk=to).first()
        if leader is None:
            raise ValidationError(NO_LEAD, code="no_lead")
        run.led_by = leader
        run.save(update_fields=["led_by"])
        run.session.touch()
    return leader


# --- The clock: a moment that the server keeps, never a countdown --------------------------------------------------
def add_minutes(*, session: Session, by, minutes: int = 1, expected=None, at: datetime | None = None) -> LiveRun:
    """Give this step more time, from its end or, if that has passed, from now. `expected` as in `go_next`, here and below.

    Each press gives its minute: who wants three presses three times, and does not wait for the screen in between.
    """
    at = at or timezone.now()
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValidationError("Add at least a minute.", code="minutes")
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        if run.is_paused:
            run.paused_seconds += minutes * 60
        else:
            run.ends_at = max(run.ends_at or at, at) + timedelta(minutes=minutes)
        return _clock_moved(run)


def pause_clock(*, session: Session, by, expected=None, at: datetime | None = None) -> LiveRun:
    """Hold the clock. Pausing twice is pausing once."""
    at = at or timezone.now()
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        if run.ends_at is not None:
            run.paused_seconds, run.ends_at = max(0, round((run.ends_at - at).total_seconds())), None
        return _clock_moved(run)


def resume_clock(*, session: Session, by, expected=None, at: datetime | None = None) -> LiveRun:
    """Let the clock go on with what was left."""
    at = at or timezone.now()
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        if run.is_paused:
            run.ends_at, run.paused_seconds = at + timedelta(seconds=run.paused_seconds), None
        return _clock_moved(run)


def _clock_moved(run):
    run.save(update_fields=["ends_at", "paused_seconds"])
    run.session.touch()
    return run


# --- Steps ---------------------------------------------------------------------------------------------------------
def lock_run(session, expected=None):
    """The run and the session's rounds as they are now, the session locked. Raises ValidationError when it is not live or moved on."""
    locked = lock_session(session.pk)
    run = LiveRun.objects.filter(session=locked).first()
    if run is None or locked.state != SessionState.OPEN:
        raise ValidationError(NOT_BEGUN, code="not_live")
    if expected is not None and run.step != expected:
        raise ValidationError(MOVED_ON, code="moved")
    run.session = locked
    rounds = list(locked.rounds.select_related("question"))
    for one in rounds:
        one.session = locked
    run.round = next(one for one in rounds if one.pk == run.round_id)
    return run, rounds


def _finish(run, rounds, by, at):
    run.round = move_round(round=run.round, event="finish", by=by, at=at)
    return _go_on_after(run, rounds, by, at)


def _go_on_after(run, rounds, by, at):
    """From a round that has ended by this press. The room was never at the one that follows: Back leads to what came before."""
    following = following_round(run.round, rounds)
    return _take(run, entry(following) if following else Step(run.round, Stage.DONE), by, at, new=following is not None)


def _take(run, step, by, at, *, new=False):
    _come_to(run, step, by, at, new=new)
    run.save()
    run.session.touch_unless_touched()  # where a stage moved on the way, the screens are told already
    return run


def _come_to(run, step, by, at, *, new=False):
    if step.event == "start_writing":
        _start_writing(step.round)
    elif step.event:
        step.round.stage = move_round(round=step.round, event=step.event, by=by, at=at).stage
    _arrive(run, step.round, by, at, new=new)


def _start_writing(round):
    locked = lock_round_and_session(round)
    round.stage = locked.stage = next_stage(kind=locked.kind, stage=locked.stage, event="start_writing")
    locked.save(update_fields=["stage"])


def _arrive(run, round, by, at, *, new=False):
    """The room stands at a round in its present stage: a new step, with a clock of its own.

    Arguments:
        new: whether the room was never at this round. What was told of a round stands while the room looks back from it.
    """
    if run.round_id != round.pk and not is_being_finished(run.session):
        take_chairs_away(run.session)
    if new:
        run.step_told = None
        count_what_was_written_before(round)
    if run.round_id != round.pk:
        run.step_told = max(run.step_told or 0, step_to_tell(round) or 0) or None
    run.round, run.led_by = round, by
    run.step = 1 if run._state.adding else run.step + 1
    run.step_began_at, run.paused_seconds = at, None
    minutes = minutes_here(round)
    run.ends_at = at + timedelta(minutes=minutes) if minutes else None
