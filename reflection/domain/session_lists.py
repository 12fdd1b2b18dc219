"""The sessions of a partnership as its list shows them: one query for all, one for their questions."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery, prefetch_related_objects

from reflection.domain.session_progress import progress_of, remember_steps
from reflection.enums import RoundKind, SessionMode, SessionState, Stage
from reflection.models.actions import Action
from reflection.models.outcomes import Learning
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session


@dataclass
class SessionsOverview:
    """``next`` is what comes first, announced or not; ``drafts`` are plans that nobody was told of."""

    next: Session | None = None
    planned: list[Session] = field(default_factory=list)
    drafts: list[Session] = field(default_factory=list)
    open: list[Session] = field(default_factory=list)
    past: list[Session] = field(default_factory=list)
    cancelled: list[Session] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.next or self.open or self.past or self.cancelled)

    @property
    def coming(self) -> list[Session]:
        """Everything that has not opened, what comes next first."""
        return [*filter(None, [self.next]), *self.planned, *self.drafts]


def sessions_overview(*, membership) -> SessionsOverview:
    """Every session that this member may know of, sorted into what the page shows. Two queries, a third when a step rose.

    Each session carries what ``describe_session`` gives it and, as far as it has them, ``first_learning``,
    ``action_count``, and of this member ``is_asked``, ``has_begun`` and ``is_finished``.
    """
    overview = SessionsOverview()
    for session in _with_figures(membership):
        session.partnership = membership.partnership
        describe_session(session)
        _sort_in(overview, session)
    remember_steps(overview.open)
    overview.planned.sort(key=lambda session: session.opens_at)
    overview.drafts.sort(key=lambda session: session.opens_at)
    coming = overview.planned or overview.drafts
    overview.next = coming.pop(0) if coming else None
    overview.open.sort(key=lambda session: session.closes_at)
    overview.past.sort(key=lambda session: session.number, reverse=True)
    return overview


def describe_session(session: Session) -> None:
    """Give a session with its rounds and ``begun_count`` read what pages say about it.

    ``question_numbers``, ``minutes``, ``days_open``, ``any_shown``, ``next_round`` (the first question still open for
    writing, or None) and ``progress`` (open sessions only).
    """
    rounds = list(session.rounds.all())
    session.question_numbers = [round.question.number for round in rounds if round.kind == RoundKind.QUESTION]
    session.any_shown = any(round.is_shown for round in rounds)
    questions = [round for round in rounds if round.kind == RoundKind.QUESTION]
    session.next_round = next((round for round in questions if round.stage == Stage.WRITING), None)
    if session.is_led or session.mode == SessionMode.OVER_TIME:
        session.minutes = sum(round.minutes for round in rounds)
    else:
        # What is asked of people before they meet.
        session.minutes = sum(round.writing_minutes for round in rounds if round.kind == RoundKind.QUESTION)
    session.days_open = max(1, (session.closes_at.date() - session.opens_at.date()).days)
    session.progress = None
    if session.state == SessionState.OPEN:
        session.progress = progress_of(session=session, begun=session.begun_count or 0)


def _with_figures(membership):
    here = OuterRef("pk")
    mine = Participation.objects.filter(session=here, membership=membership)
    # What a group learned and will do goes where its record goes.
    theirs = Session.objects.shared_with(membership)
    learnings = Learning.objects.filter(session=here, session__in=theirs).order_by("added_at").values("text")[:1]
    return (
        Session.objects.for_eyes_of(membership)
        .select_related("hosted_by__person", "agenda_by__person", "meeting")
        .prefetch_related(Prefetch("rounds", Round.objects.select_related("question")))
        .annotate(
            begun_count=_count(Participation.objects.begun_by_themselves().filter(session=here)),
            action_count=_count(Action.objects.filter(session=here, session__in=theirs)),
            first_learning=Subquery(learnings),
            is_asked=Exists(mine),
            is_finished=Exists(mine.filter(finished=True)),
            has_begun=Exists(mine.begun()),
        )
    )


def _count(rows):
    return Subquery(rows.order_by().values("session").annotate(n=Count("pk")).values("n"))


def _sort_in(overview, session):
    if session.state == SessionState.PLANNED:
        (overview.planned if session.scheduled_at else overview.drafts).append(session)
    elif session.state == SessionState.OPEN:
        overview.open.append(session)
    elif session.state == SessionState.CLOSED:
        overview.past.append(session)
    else:
        overview.cancelled.append(session)


def session_for_page(*, session: Session) -> Session:
    """Give one session what its own page says about it.

    Its rounds with their questions (one query) and, while it is open, how many have begun (one query, a second when a
    step rose).
    """
    session.begun_count = 0
    if session.state == SessionState.OPEN:
        session.begun_count = session.participations.begun_by_themselves().count()
    prefetch_related_objects([session], Prefetch("rounds", Round.objects.select_related("question")))
    describe_session(session)
    remember_steps([session])
    return session
