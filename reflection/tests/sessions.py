"""Builders: a session planned, opened, written in or shown, all through the domain functions."""

from datetime import datetime, timedelta

from django.utils import timezone

from reflection.domain.drafts import save_draft
from reflection.domain.live import begin_live
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.session_planning import plan_session
from reflection.domain.sessions import open_session
from reflection.enums import Attribution, Audience, SessionMode


def make_plan(partnership, framework, by, *, questions=1, choices=None, at=None, **fields):
    """A plan with the first few of the five questions, or with the rounds in `choices`; nobody told yet."""
    at = at or timezone.now()
    fields = (
        {
            "title": "How are we doing?",
            "why_now": "It is a year since we last looked.",
            "mode": SessionMode.OVER_TIME,
            "attribution": Attribution.SECTOR,
            "audience": Audience.MEMBERS,
            "opens_at": at,
            "closes_at": at + timedelta(days=10),
        }
        | _meeting(fields, at)
        | fields
    )
    choices = choices or [
        RoundChoice(question, tuple(question.prompts.all()[:3])) for question in framework.questions.all()[:questions]
    ]
    return plan_session(partnership=partnership, by=by, framework=framework, choices=choices, at=at, **fields)


def _meeting(fields, at):
    """When a live plan, or one to write first and then meet, meets: at once, or after a week, for 75 minutes."""
    lasts = timedelta(minutes=75)
    if fields.get("mode") == SessionMode.LIVE:
        opens = fields.get("opens_at", at)
        return {"closes_at": opens + lasts}
    if fields.get("mode") == SessionMode.BOTH:
        starts = fields.get("closes_at", fields.get("opens_at", at) + timedelta(days=7))
        return {"starts_at": starts, "ends_at": starts + lasts}
    return {}


def make_open(partnership, framework, by, *, at: datetime | None = None, **fields):
    """A session that people may write in."""
    session = make_plan(partnership, framework, by, at=at, **fields)
    return open_session(session=session, by=by, at=at)


def make_live(partnership, framework, by, *, at: datetime | None = None, **fields):
    """A session that the room is in, at its first question."""
    plan = make_plan(partnership, framework, by, at=at, **({"mode": SessionMode.LIVE} | fields))
    begin_live(session=plan, by=by, at=at)
    plan.refresh_from_db()
    return plan


def write(session, how_many=None, *, round=None, ready=True, words="Words of {}"):
    """Ready words by the first so many members of a session; returns the participations."""
    round = round or session.rounds.first()
    members = session.participations.filter(membership__isnull=False)
    people = list(members.order_by("membership__person__email"))[:how_many]
    for participation in people:
        save_draft(
            participation=participation,
            round=round,
            body=words.format(participation.membership.person.email),
            ready=ready,
        )
    return people


def make_revealed(partnership, framework, by, *, writers=None, **fields):
    """A session with one question whose answers are out; returns (session, round)."""
    session = make_open(partnership, framework, by, **fields)
    write(session, writers)
    revealed = reveal_round(round=session.rounds.first(), by=by)
    assert revealed.shown
    return session, revealed.round
