"""What a partnership can see of how it is doing: a start for a talk, never a score.

Everything is computed from what is there; nothing is kept. Figures beside words without names stay total, and a
figure under the partnership's smallest group is not told (trust A11, A15). Five queries, whatever the number of
sessions, actions and people.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q, Subquery
from django.utils import timezone

from partnerships.domain.member_lists import comings_and_goings
from reflection.domain.action_lines import Line, actions_for, load_question
from reflection.domain.actions import CARRIED
from reflection.domain.insight_questions import questions_to_bring
from reflection.domain.insight_rows import Figure, Quiet, Turnout, Visit
from reflection.enums import ActionState, Attribution, SessionState
from reflection.models.framework import Framework, Question
from reflection.models.rounds import Round
from reflection.rules import QUIET

#: The drawings hold this many sessions, the latest; the numbers below them hold the same.
SESSIONS_SHOWN = 8
#: Days that "actions done" and "who joined, who left" look back.
LOOKING_BACK = 183
ACTIONS_SHOWN = 3
CHANGES_SHOWN = 3
#: Sessions in a row without a word before a facilitator is told a name, in sessions with names.
QUIET_SESSIONS = 2


@dataclass(frozen=True)
class Overview:
    """``questions``: a Visit for each of the five. ``turnouts``: closed sessions, the oldest first. ``quiet``: for those who facilitate."""

    sessions: int
    since: date
    questions: tuple[Visit, ...]
    session_days: tuple[date, ...]
    turnouts: tuple[Turnout, ...]
    actions: tuple[Line, ...]
    actions_left: int
    done: Figure
    changes: tuple
    quiet: tuple[Quiet, ...] | None
    to_bring: tuple[str, ...]

    @property
    def last(self) -> Turnout | None:
        return self.turnouts[-1] if self.turnouts else None

    @property
    def longest(self) -> Visit | None:
        """The question that was left alone the longest; one never talked about comes first."""
        return min(self.questions, key=lambda visit: (visit.last_on is not None, visit.last_on), default=None)


def overview_of(*, reader, at: datetime | None = None) -> Overview:
    """How a partnership is doing, for one of its members (Membership, with partnership).

    Names of people who were quiet are for those who facilitate, and only where the last sessions were held with
    names (trust A10): otherwise ``quiet`` is None.
    """
    at = at or timezone.now()
    partnership = reader.partnership
    today = partnership.local_date(at)
    since = today - timedelta(days=LOOKING_BACK)
    rounds = list(_rounds_of(partnership))
    sessions = [next(group).session for _, group in groupby(rounds, key=lambda round: round.session_id)]
    closed = [session for session in sessions if session.state == SessionState.CLOSED]
    visits = _visits(partnership, rounds, sessions[-SESSIONS_SHOWN:], today)
    turnouts = tuple(_turnout(session, partnership) for session in closed[-SESSIONS_SHOWN:])
    lines = actions_for(reader, ended_since=at - timedelta(days=LOOKING_BACK))
    still_open = [line for line in lines if line.action.state in CARRIED]
    done = Figure(sum(line.action.state == ActionState.DONE for line in lines), len(lines))
    quiet_in = _sessions_to_be_quiet_in(reader, closed)
    people = list(_people(partnership, quiet_in))
    changes = tuple(
        event
        for event in comings_and_goings(people, began_on=partnership.started_on)
        if event.on >= since and event.kind != "began"
    )
    for line in still_open:
        line.late = line.days_late(today)
    return Overview(
        sessions=len(sessions),
        since=since,
        questions=visits,
        session_days=tuple(partnership.local_date(session.opened_at) for session in sessions[-SESSIONS_SHOWN:]),
        turnouts=turnouts,
        actions=tuple(still_open[:ACTIONS_SHOWN]),
        actions_left=max(0, len(still_open) - ACTIONS_SHOWN),
        done=done,
        changes=changes[:CHANGES_SHOWN],
        quiet=_quiet(people, quiet_in),
        to_bring=questions_to_bring(
            visits=visits, turnouts=turnouts, lines=still_open, load=load_question(still_open), changes=changes
        ),
    )


def _rounds_of(partnership):
    """The question rounds of every session that took place or is taking place, with its session, in order. One query."""
    return (
        Round.objects.questions()
        .filter(session__partnership=partnership, session__number__isnull=False)
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("session", "question")
        .order_by("session__number", "position")
    )


def _visits(partnership, rounds, shown, today):
    """The five questions of the framework that the next session begins with. One query."""
    framework = Framework.objects.current().available_to(partnership).values("pk")[:1]
    questions = Question.objects.filter(framework=Subquery(framework)).order_by("number")
    days = {}
    for round in rounds:
        if round.revealed_at is not None:
            days.setdefault(round.question.key, {})[round.session_id] = partnership.local_date(round.revealed_at)
    return tuple(
        Visit(
            number=question.number,
            title=question.title,
            last_on=max(days.get(question.key, {}).values(), default=None),
            times=len(days.get(question.key, {})),
            talked=tuple(session.pk in days.get(question.key, {}) for session in shown),
            today=today,
        )
        for question in questions
    )


def _turnout(session, partnership):
    minimum = max(session.minimum_group or 0, partnership.minimum_group)
    return Turnout(
        session_id=session.pk,
        title=session.title,
        on=partnership.local_date(session.opened_at),
        took_part=Figure(session.took_part_count or 0, session.asked_count or 0, minimum=minimum),
    )


def _sessions_to_be_quiet_in(reader, closed):
    """The latest closed sessions, if this reader may be told who was quiet in them; else nothing."""
    latest = closed[-QUIET_SESSIONS:]
    if not QUIET.allows(to=reader) or not latest or any(session.attribution != Attribution.NAMED for session in latest):
        return []
    return latest


def _people(partnership, quiet_in):
    """Everyone who is or was here, with what they bring; `missed`: how many of these sessions asked them and heard nothing. Two queries."""
    asked = Q(participations__session__in=[session.pk for session in quiet_in])
    heard_nothing = asked & Q(participations__took_part=False)
    people = partnership.memberships.with_brings().with_last_words()
    return people.annotate(missed=Count("participations", filter=heard_nothing, distinct=True)) if quiet_in else people


def _quiet(people, quiet_in):
    """Those who are here, take part, have not paused, and were asked in all these sessions without a word."""
    if not quiet_in:
        return None
    today = timezone.localdate()
    return tuple(
        Quiet(member, len(quiet_in))
        for member in sorted(people, key=lambda member: member.person.full_name)
        if member.is_current
        and member.takes_part
        and member.missed == len(quiet_in)
        and not (member.paused_until and member.paused_until >= today)
    )
