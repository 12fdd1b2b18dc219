"""How far a session is: exact counts where names are shown, steps where answers are sealed (trust A9).

A step that somebody was told is never taken back while people write: a step that went down would tell
whoever watches that one person had cleared their words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from reflection.domain.labels import step_in_words, step_of, steps_up_to
from reflection.models.sessions import Session

#: Boxes in the row of steps, whatever the size of the group.
BOXES = 5


@dataclass(frozen=True)
class Step:
    words: str
    on: bool
    current: bool


@dataclass(frozen=True)
class Progress:
    """``count`` and ``of`` are one sentence: "6 or more" "of 12". ``steps`` is empty, and ``step`` None, where the count is exact."""

    count: str
    of: str
    steps: tuple[Step, ...] = ()
    step: int | None = None

    @property
    def words(self) -> str:
        return f"{self.count} {self.of}".strip()


def progress_of(*, session: Session, begun: int) -> Progress:
    """How many have begun, as everybody may be told it: in steps never less than was told before.

    Arguments:
        begun: people with words in the session (``Participation.objects.begun_by_themselves()``).
    """
    total = session.asked_count or 0
    if not session.is_sealed:
        return Progress(str(begun), f"of {total}")
    step = max(step_of(begun, total), session.step_told or 0)
    count, _, of = step_in_words(step, total).partition(" of ")
    return Progress(count, f"of {of}" if of else "", draw_steps(step, total), step)


def remember_steps(sessions: Iterable[Session]) -> None:
    """Keep the steps that a page is about to tell, where they rose (trust A9). One query at most.

    Arguments:
        sessions: with ``progress``, as ``describe_session`` leaves them.

    It happens when a page is read, not when somebody writes: neither the row nor the database's own mark
    on it (xmin) belongs to a transaction in which anybody's words were kept. The reveal never looks at it.
    """
    risen = {
        session.pk: session.progress.step
        for session in sessions
        if session.progress and (session.progress.step or 0) > (session.step_told or 0)
    }
    if risen:
        step = Case(*(When(pk=pk, then=Value(step)) for pk, step in risen.items()))
        told = Greatest(Coalesce(F("step_told"), Value(0)), step)
        Session.objects.filter(pk__in=risen).update(step_told=told)


def draw_steps(step: int, total: int) -> tuple[Step, ...]:
    """The row of boxes for a step that was told."""
    return tuple(Step(words=_short(box, total), on=box <= step, current=box == step) for box in boxes_for(step, total))


def boxes_for(step: int, total: int) -> list[int]:
    """At most five steps to draw: the first, everyone, those nearest to the quarters, and where we are."""
    steps = steps_up_to(total)
    if len(steps) <= BOXES:
        return steps
    chosen = {steps[0], steps[-1]}
    for quarter in (1, 2, 3):
        left = [one for one in steps if one not in chosen]
        chosen.add(min(left, key=lambda one: abs(one - total * quarter / 4)))
    if step not in chosen:
        middle = sorted(chosen)[1:-1]
        chosen.remove(min(middle, key=lambda one: abs(one - step)))
        chosen.add(step)
    return sorted(chosen)


def _short(step, total):
    if step == total:
        return f"All {total}"
    return f"{step} or more" if step else "A few"


def time_left(*, session: Session, at: datetime | None = None) -> str:
    """How long people may still write: "4 days", "3 hours", "20 minutes"; "" when they may not."""
    at = at or timezone.now()
    if not session.is_writable(at):
        return ""
    left = session.closes_at - at
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        count = left // length
        if count >= (2 if unit == "hour" else 1):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    minutes = max(1, left // timedelta(minutes=1))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
