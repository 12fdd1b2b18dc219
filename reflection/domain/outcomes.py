"""What came of a session: what we learned, what we decided, what is still open.

All of it is written down while the session is open. Afterwards the record is out and its words
stay; what can still be said is whether a learning held, and that an open matter is settled.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from partnerships.models.base import StaleVersion
from reflection.domain.sessions import lock_session
from reflection.enums import DidItHold, HowAgreed, SessionState
from reflection.models.outcomes import Decision, Learning, Matter, Outcome
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.themes import Theme

TEXT_LIMIT = 600
EMPTY = {
    "learning": "Write down what you learned.",
    "decision": "Write down what you decided.",
    "matter": "Write down what is still open.",
    "action": "Write down what will be done.",
}
CLOSED = "This session is closed, so the words of its record stay as they are."
IN_THE_FUTURE = "Pick a date in the future."


# --- Writing down --------------------------------------------------------------------------------------------------
def add_learning(
    *,
    session: Session,
    by,
    text: str,
    do_differently: str = "",
    review_on: date | None = None,
    round: Round | None = None,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Learning:
    """Keep what the group learned, and what it will do differently. Raises ValidationError, keyed by field."""
    learning = Learning(text=text, do_differently=tidy(do_differently), review_on=review_on)
    return _add(learning, session, by, round, theme, at)


def add_decision(
    *,
    session: Session,
    by,
    text: str,
    how_agreed: str,
    authority: str = "",
    rather_wait: str = "",
    review_on: date | None = None,
    round: Round | None = None,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Decision:
    """Keep what the group decided.

    Arguments:
        how_agreed: one of ``HowAgreed``.
        rather_wait: who would rather wait, in kind and not by name ("one person", "two small groups").
    """
    decision = Decision(
        text=text, how_agreed=how_agreed, authority=tidy(authority), rather_wait=tidy(rather_wait), review_on=review_on
    )
    return _add(decision, session, by, round, theme, at)


def add_matter(
    *,
    session: Session,
    by,
    text: str,
    round: Round | None = None,
    theme: Theme | None = None,
    at: datetime | None = None,
) -> Matter:
    """Keep something that stays open. It comes back at the start of the next session until it is settled."""
    return _add(Matter(text=text), session, by, round, theme, at)


def _add(outcome, session, by, round, theme, at):
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_open_session(session)
        outcome.session, outcome.added_by, outcome.added_at = locked, by, at
        tie(outcome, round, theme)
        check_outcome(outcome, at)
        outcome.save()
        locked.touch()
    return outcome


def update_learning(*, learning: Learning, by, expected: int, at: datetime | None = None, **fields) -> Learning:
    """Change the words of a learning. ``fields`` as for ``add_learning``; StaleVersion when someone saved first."""
    return _update(learning, expected, at, fields)


def update_decision(*, decision: Decision, by, expected: int, at: datetime | None = None, **fields) -> Decision:
    """Change the words of a decision. ``fields`` as for ``add_decision``; StaleVersion when someone saved first."""
    return _update(decision, expected, at, fields)


def _update(outcome, expected, at, fields):
    with transaction.atomic():
        locked = lock_open_session(outcome.session)
        before = getattr(outcome, "review_on", None)
        round, theme = fields.pop("round", outcome.round), fields.pop("theme", outcome.theme)
        for name, value in fields.items():
            setattr(outcome, name, tidy(value) if isinstance(value, str) else value)
        tie(outcome, round, theme)
        check_outcome(outcome, at or timezone.now(), known_date=before)
        outcome.save_versioned(expected=expected, fields=[*fields, "round", "theme"])
        locked.touch()
    return outcome


def delete_learning(*, learning: Learning, by, expected: int) -> None:
    """Take a learning out again while its session is open. StaleVersion when its words are newer than the page asked."""
    delete_outcome(learning, expected)


def delete_decision(*, decision: Decision, by, expected: int) -> None:
    """Take a decision out again while its session is open."""
    delete_outcome(decision, expected)


def delete_matter(*, matter: Matter, by, expected: int) -> None:
    """Take an open matter out again while its session is open."""
    delete_outcome(matter, expected)


def settle_matter(*, matter: Matter, by, at: datetime | None = None) -> Matter:
    """Something that was open is settled: it does not come back. Settling twice is settling once."""
    with transaction.atomic():
        session = lock_session(matter.session_id)
        locked = Matter.objects.select_for_update().get(pk=matter.pk)
        if locked.settled_at is None:
            locked.settled_at = at or timezone.now()
            locked.version += 1
            locked.save(update_fields=["settled_at", "version"])
            session.touch()
    return locked


def review_learning(
    *,
    learning: Learning,
    by,
    expected: int,
    held: str,
    changed_main_task: bool | None = None,
    review_on: date | None = None,
    at: datetime | None = None,
) -> Learning:
    """Say whether a learning held, and whether it changed how we see our main task.

    Arguments:
        held: one of ``DidItHold``; "not yet" needs ``review_on``, the day to look at it again.
    """
    if held not in DidItHold.values:
        raise ValidationError({"held": "Choose one of the four."})
    with transaction.atomic():
        today = lock_session(learning.session_id).partnership.local_date(at)
        learning.held, learning.changed_main_task = held, changed_main_task
        if held == DidItHold.NOT_YET:
            if review_on is None:
                raise ValidationError({"review_on": "Choose a day to look at it again."})
            if review_on <= today:
                raise ValidationError({"review_on": IN_THE_FUTURE})
            learning.review_on = review_on
        learning.save_versioned(expected=expected, fields=["held", "changed_main_task", "review_on"])
    return learning


# --- What every outcome keeps to (actions use these too) -------------------------------------------------------------
def lock_open_session(session: Session) -> Session:
    """The session, locked, or ValidationError: what came of it is written down while it is open."""
    locked = lock_session(session.pk)
    if locked.state != SessionState.OPEN:
        raise ValidationError(
            CLOSED if locked.state == SessionState.CLOSED else "This session is not open.", code="session"
        )
    return locked


def tie(outcome: Outcome, round: Round | None, theme: Theme | None) -> None:
    """Say which question or theme an outcome came from. A theme brings its question."""
    source = theme.round if theme else round
    if source is not None and source.session_id != outcome.session_id:
        raise ValidationError({"about": "Choose a question or a theme of this session."})
    outcome.round, outcome.theme = source, theme


def check_outcome(outcome: Outcome, at: datetime, known_date: date | None = None) -> None:
    """Refuse empty or over-long words, and a day that has passed (unless it stood there already)."""
    outcome.text = tidy(outcome.text)
    if not outcome.text:
        raise ValidationError({"text": EMPTY[outcome._meta.model_name]})
    if len(outcome.text) > TEXT_LIMIT:
        raise ValidationError({"text": f"Keep it under {TEXT_LIMIT} characters. It has {len(outcome.text)}."})
    review_on = getattr(outcome, "review_on", None)
    if review_on and review_on != known_date and review_on <= outcome.session.partnership.local_date(at):
        raise ValidationError({"review_on": IN_THE_FUTURE})
    outcome.full_clean(exclude=["session", "round", "theme", "added_by"])


def delete_outcome(outcome: Outcome, expected: int) -> None:
    """Delete an outcome of an open session if nobody changed it since. Deleting twice is deleting once."""
    with transaction.atomic():
        locked = lock_open_session(outcome.session)
        current = type(outcome).objects.select_for_update().filter(pk=outcome.pk).first()
        if current is None:
            return
        if current.version != expected:
            raise StaleVersion(current)
        current.delete()
        locked.touch()


def tidy(text: str) -> str:
    """Text as people see it: no space around it, one kind of line end."""
    return text.replace("\r\n", "\n").strip()


# --- Reading -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Noted:
    """One learning, decision or open matter, as pages and records print it."""

    kind: str
    pk: UUID
    version: int
    session_id: UUID
    text: str
    do_differently: str
    how_agreed: str
    authority: str
    rather_wait: str
    review_on: date | None
    theme: str
    question: int | None

    @property
    def how_agreed_words(self) -> str:
        return str(HowAgreed(self.how_agreed).label) if self.how_agreed else ""


@dataclass(frozen=True)
class Outcomes:
    learnings: tuple[Noted, ...]
    decisions: tuple[Noted, ...]
    matters: tuple[Noted, ...]


NOTED = (
    "kind",
    "pk",
    "version",
    "session_id",
    "text",
    "differently",
    "how",
    "who",
    "wait",
    "again_on",
    "theme_name",
    "question",
    "added_at",
)
NOTHING = Value("", output_field=models.TextField())


def outcomes_of(session: Session, *, carried_from=None) -> Outcomes:
    """What came of a session so far, in the order it was added. One query.

    Arguments:
        carried_from: earlier sessions (a queryset) whose unsettled matters come back in this one; they come first.
    """
    of_this = Q(session=session)
    matters = of_this
    if carried_from is not None:
        earlier = carried_from.filter(number__lt=session.number).exclude(pk=session.pk)
        matters = of_this | Q(session__in=earlier.values("pk"), settled_at__isnull=True)
    # The first of a union names the columns and their types.
    learnings = _noted(
        Learning.objects.filter(of_this), "learning", differently=_text("do_differently"), again_on=F("review_on")
    )
    decisions = _noted(
        Decision.objects.filter(of_this),
        "decision",
        how=_text("how_agreed"),
        who=_text("authority"),
        wait=_text("rather_wait"),
        again_on=F("review_on"),
    )
    rows = learnings.union(decisions, _noted(Matter.objects.filter(matters), "matter"), all=True)
    noted = [Noted(*row[:-1]) for row in sorted(rows, key=lambda row: row[-1])]
    return Outcomes(*(tuple(row for row in noted if row.kind == kind) for kind in ("learning", "decision", "matter")))


def _text(name):
    return Cast(name, output_field=models.TextField())


def _noted(outcomes, kind, **columns):
    empty = dict.fromkeys(("differently", "how", "who", "wait"), NOTHING)
    empty["again_on"] = Cast(Value(None), output_field=models.DateField())
    return (
        outcomes.order_by()
        .annotate(
            kind=Value(kind, output_field=models.TextField()),
            theme_name=models.functions.Coalesce(_text("theme__name"), NOTHING),
            question=F("round__question__number"),
            **(empty | columns),
        )
        .values_list(*NOTED)
    )
