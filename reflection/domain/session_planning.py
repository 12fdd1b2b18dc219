"""Planning a session: which questions, which prompts, how answers are shown, when and by whom."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.base import StaleVersion
from reflection.domain.sessions import (
    MOST_DAYS_OPEN,
    TOO_LONG_OPEN,
    lock_session,
    require_allowed,
    require_future_close,
    require_why,
)
from reflection.enums import Attribution, Audience, RoundKind, SessionMode
from reflection.models.framework import Framework
from reflection.models.rounds import Round
from reflection.models.sessions import Session

#: Minutes for each question when people write over some days.
MINUTES_A_QUESTION = 7
PROMPTS_A_QUESTION = 3
DAYS_OPEN = 10
WHY_LIMIT = 1_000

PLAN_FIELDS = (
    "title",
    "why_now",
    "mode",
    "attribution",
    "audience",
    "opens_at",
    "closes_at",
    "where",
    "hosted_by",
    "chaired_by",
    "agenda_by",
)


@dataclass(frozen=True)
class QuestionChoice:
    """A question for the session, with the prompts that go with it and minutes for each person."""

    question: object
    prompts: tuple = ()
    minutes: int = MINUTES_A_QUESTION


@dataclass
class Plan:
    """A plan as it comes filled in."""

    title: str
    why_now: str
    mode: str
    attribution: str
    audience: str
    opens_at: datetime
    closes_at: datetime
    where: str = ""
    hosted_by: object = None
    chaired_by: object = None
    agenda_by: object = None
    choices: list[QuestionChoice] = field(default_factory=list)


def next_opening(*, partnership, at: datetime | None = None) -> datetime:
    """The next working day at 9 in the morning, where the partnership lives."""
    day = partnership.local_date(at) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(9), tzinfo=partnership.zone)


def default_plan(*, partnership, framework: Framework, questions=None, last=..., at: datetime | None = None) -> Plan:
    """The plan as it comes filled in: all five questions, three prompts each, open for ten days.

    Arguments:
        questions, last: the questions with their prompts and the partnership's last session (or
            None), where a page has read them already; else they are read here.
    """
    if last is ...:
        last = partnership.sessions.numbered().first()
    opens_at = next_opening(partnership=partnership, at=at)
    closes = opens_at.date() + timedelta(days=DAYS_OPEN)
    if questions is None:
        questions = framework.questions.prefetch_related("prompts")
    return Plan(
        title="How are we doing?",
        why_now="",
        mode=SessionMode.OVER_TIME,
        attribution=last.attribution if last else Attribution.SECTOR,
        audience=last.audience if last else Audience.MEMBERS,
        opens_at=opens_at,
        closes_at=datetime.combine(closes, time(17), tzinfo=partnership.zone),
        choices=[
            QuestionChoice(question, tuple(question.prompts.all())[:PROMPTS_A_QUESTION]) for question in questions
        ],
    )


def plan_session(
    *,
    partnership,
    by,
    framework: Framework,
    choices: list[QuestionChoice],
    at: datetime | None = None,
    **fields,
) -> Session:
    """Keep a new plan. Nobody is told until it is scheduled.

    Arguments:
        by: the membership of the facilitator who plans.
        choices: the questions in the order people will read them.
        fields: any of ``PLAN_FIELDS``.
    Raises ValidationError, keyed by field, and keeps nothing.
    """
    at = at or timezone.now()
    session = Session(partnership=partnership, framework=framework, planned_by=by, planned_at=at, **fields)
    with transaction.atomic():
        _check_plan(session, choices)
        session.full_clean()
        session.save()
        _set_rounds(session, choices)
    return session


def update_plan(
    *,
    session: Session,
    by,
    expected: int,
    choices: list[QuestionChoice],
    at: datetime | None = None,
    **fields,
) -> Session:
    """Change a plan that has not opened. ``expected`` is the version that the form carried.

    Raises StaleVersion when another facilitator saved in between, ValidationError otherwise. A plan
    that the group has been told of keeps a reason and a closing time to come.
    """
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "plan")
        if locked.version != expected:
            raise StaleVersion(locked)
        for name, value in fields.items():
            setattr(locked, name, value)
        _check_plan(locked, choices)
        if locked.scheduled_at:
            require_why(locked)
            require_future_close(locked, at or timezone.now())
        locked.save_versioned(expected=expected, fields=list(fields))
        _set_rounds(locked, choices)
        locked.touch()
    return locked


def _check_plan(session, choices):
    errors = {}
    if not choices:
        errors["questions"] = "Choose at least one question."
    for choice in choices:
        if choice.question.framework_id != session.framework_id:
            errors["questions"] = "Choose questions from this list."
        if any(prompt.question_id != choice.question.pk for prompt in choice.prompts):
            errors["questions"] = "Choose prompts that belong to their question."
        if not 1 <= choice.minutes <= 240:
            errors["questions"] = "Give each question between 1 and 240 minutes."
    if len({choice.question.pk for choice in choices}) != len(choices):
        errors["questions"] = "Choose each question once."
    # A text column has no limit of its own.
    if len(session.why_now) > WHY_LIMIT:
        errors["why_now"] = f"Keep it under {WHY_LIMIT:,} characters. People read this first."
    opens, closes = session.opens_at, session.closes_at
    if opens and closes and closes - opens > timedelta(days=MOST_DAYS_OPEN):
        errors["closes_at"] = TOO_LONG_OPEN
    if errors:
        raise ValidationError(errors)


def _set_rounds(session, choices):
    """The rounds of a plan are made anew: nothing hangs on them before the session opens."""
    session.rounds.all().delete()
    for position, choice in enumerate(choices, start=1):
        round = Round.objects.create(
            session=session,
            position=position,
            kind=RoundKind.QUESTION,
            question=choice.question,
            minutes=choice.minutes,
            attribution=session.attribution,
        )
        round.prompts.set(choice.prompts)
