"""Planning a session: which rounds, how answers are shown, how and when people meet, and who has which part."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.base import StaleVersion
from reflection.domain.meetings import call_off_meeting, keep_meeting, refused_times
from reflection.domain.rounds_planning import RoundChoice, refusals_of, set_rounds
from reflection.domain.sessions import (
    MOST_DAYS_OPEN,
    TOO_LONG_OPEN,
    lock_session,
    require_allowed,
    require_future_close,
    require_why,
)
from reflection.enums import Attribution, Audience, SessionMode
from reflection.models.framework import Framework
from reflection.models.meetings import Meeting
from reflection.models.sessions import Session

PROMPTS_A_QUESTION = 3
DAYS_OPEN = 10
#: A meeting is a week after the opening, for this long.
MEETS_AFTER = 7
MEETING_MINUTES = 75
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
    choices: list[RoundChoice] = field(default_factory=list)


def next_opening(*, partnership, at: datetime | None = None) -> datetime:
    """The next working day at 9 in the morning, where the partnership lives."""
    day = partnership.local_date(at) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(9), tzinfo=partnership.zone)


@dataclass(frozen=True)
class Times:
    """When a plan comes filled in to open and close for writing, and to meet."""

    opens_at: datetime
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime


def default_times(*, partnership, at: datetime | None = None) -> Times:
    """Writing from the next working day for ten days; a meeting of 75 minutes at ten, a week after that day."""
    opens_at = next_opening(partnership=partnership, at=at)
    closes_on, meets_on = opens_at.date() + timedelta(days=DAYS_OPEN), opens_at.date() + timedelta(days=MEETS_AFTER)
    starts_at = datetime.combine(meets_on, time(10), tzinfo=partnership.zone)
    return Times(
        opens_at=opens_at,
        closes_at=datetime.combine(closes_on, time(17), tzinfo=partnership.zone),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MEETING_MINUTES),
    )


def default_plan(*, partnership, framework: Framework, questions=None, last=..., at: datetime | None = None) -> Plan:
    """The plan as it comes filled in: all five questions, three prompts each, open for ten days.

    Arguments:
        questions, last: the questions with their prompts and the partnership's last session (or
            None), where a page has read them already; else they are read here.
    """
    if last is ...:
        last = partnership.sessions.numbered().first()
    times = default_times(partnership=partnership, at=at)
    if questions is None:
        questions = framework.questions.prefetch_related("prompts")
    return Plan(
        title="How are we doing?",
        why_now="",
        mode=SessionMode.OVER_TIME,
        attribution=last.attribution if last else Attribution.SECTOR,
        audience=last.audience if last else Audience.MEMBERS,
        opens_at=times.opens_at,
        closes_at=times.closes_at,
        choices=[RoundChoice(question, tuple(question.prompts.all())[:PROMPTS_A_QUESTION]) for question in questions],
    )


def plan_session(
    *,
    partnership,
    by,
    framework: Framework,
    choices: list[RoundChoice],
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    at: datetime | None = None,
    **fields,
) -> Session:
    """Keep a new plan. Nobody is told until it is scheduled.

    Arguments:
        by: the membership of the facilitator who plans.
        choices: the rounds in the order people will walk through them.
        starts_at, ends_at: when the group meets, for the modes that have a meeting. A live session opens and
            closes with it, and may do without (its ``opens_at`` and ``closes_at`` say the same); writing
            before a meeting closes when that begins.
        fields: any of ``PLAN_FIELDS``.
    Raises ValidationError, keyed by field, and keeps nothing.
    """
    at = at or timezone.now()
    session = Session(partnership=partnership, framework=framework, planned_by=by, planned_at=at, **fields)
    meets = _meeting_times(session, starts_at, ends_at)
    with transaction.atomic():
        _check_plan(session, choices, meets)
        session.full_clean()
        session.save()
        set_rounds(session, choices)
        if meets:
            keep_meeting(session=session, starts_at=meets[0], ends_at=meets[1], at=at)
    return session


def update_plan(
    *,
    session: Session,
    by,
    expected: int,
    choices: list[RoundChoice],
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    at: datetime | None = None,
    **fields,
) -> Session:
    """Change a plan that has not opened. ``expected`` is the version that the form carried.

    A meeting moves with its plan, and leaves people's calendars when the group does not meet any more.
    Without ``starts_at`` it stays where it is. Raises StaleVersion when another facilitator saved in between, ValidationError otherwise. A plan
    that the group has been told of keeps a reason and a closing time to come.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "plan")
        if locked.version != expected:
            raise StaleVersion(locked)
        told, before = locked.where, locked.mode
        for name, value in fields.items():
            setattr(locked, name, value)
        meets = _meeting_times(locked, starts_at, ends_at)
        _check_plan(locked, choices, meets)
        if locked.scheduled_at:
            require_why(locked)
            require_future_close(locked, at)
        locked.save_versioned(expected=expected, fields=sorted({*fields, "opens_at", "closes_at"}))
        set_rounds(locked, choices)
        if meets:
            changed = told != locked.where
            keep_meeting(session=locked, starts_at=meets[0], ends_at=meets[1], changed=changed, at=at)
        elif "mode" in fields and locked.mode != before:
            call_off_meeting(session=locked, by=by, at=at)
        locked.touch()
    return locked


def _meeting_times(session, starts_at, ends_at):
    """When the group meets, as the plan now has it; None for a session over time. The session's own times follow."""
    if session.mode == SessionMode.OVER_TIME:
        return None
    if session.mode == SessionMode.LIVE:
        session.opens_at, session.closes_at = starts_at or session.opens_at, ends_at or session.closes_at
        return session.opens_at, session.closes_at
    if starts_at is None:
        kept = Meeting.objects.filter(session=session.pk).first()
        if kept is None:
            raise ValidationError({"starts_at": "Choose when you meet."})
        starts_at, ends_at = kept.starts_at, kept.ends_at
    session.closes_at = starts_at
    return starts_at, ends_at


def _check_plan(session, choices, meets):
    refusals = {}
    if found := refusals_of(session, choices):
        refusals["questions"] = found
    # A text column has no limit of its own.
    if len(session.why_now) > WHY_LIMIT:
        refusals["why_now"] = f"Keep it under {WHY_LIMIT:,} characters. People read this first."
    opens, closes = session.opens_at, session.closes_at
    if opens and closes and closes - opens > timedelta(days=MOST_DAYS_OPEN):
        refusals["starts_at" if meets else "closes_at"] = TOO_LONG_OPEN
    if meets:
        refusals |= refused_times(*meets)
        if session.mode == SessionMode.BOTH and meets[0] <= opens:
            refusals["starts_at"] = "Meet after it has opened for writing."
    if refusals:
        raise ValidationError(refusals)
