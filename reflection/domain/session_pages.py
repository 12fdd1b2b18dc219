"""What the pages of one session read: for everybody in the group, and for those who lead it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from partnerships.models.members import Membership
from reflection.domain.promises import Promise, promise_for, revealers_in_words
from reflection.domain.session_lists import session_for_page
from reflection.domain.session_progress import time_left
from reflection.enums import SessionState, Stage
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session


@dataclass
class SessionPage:
    """``mine`` is one's own place in the session (None: not asked), with ``has_words``."""

    session: Session
    promise: Promise
    people: dict = field(default_factory=dict)
    leads: list[Membership] = field(default_factory=list)
    mine: Participation | None = None
    writable: bool = False

    @property
    def rounds(self) -> list[Round]:
        return list(self.session.rounds.all())

    @property
    def shown(self) -> list[Round]:
        return [round for round in self.rounds if round.is_shown]

    @property
    def next_round(self) -> Round | None:
        """Where “Begin” leads: the first question still open for writing."""
        return self.session.next_round

    @property
    def host(self):
        return self.people.get(self.session.hosted_by_id)

    @property
    def chair(self):
        return self.people.get(self.session.chaired_by_id)

    @property
    def agenda(self):
        return self.people.get(self.session.agenda_by_id)


def page_of_session(*, session: Session, membership: Membership, at: datetime | None = None) -> SessionPage:
    """What everybody may read about a session, as this member sees it: at most four queries."""
    session_for_page(session=session)
    named = [session.hosted_by_id, session.chaired_by_id, session.agenda_by_id]
    found = list(
        Membership.objects.by_name()
        .filter(partnership=session.partnership_id)
        .filter(Q(left_on__isnull=True, facilitates=True) | Q(pk__in=filter(None, named)))
    )
    leads = [member for member in found if member.is_current and member.facilitates]
    return SessionPage(
        session=session,
        promise=_promise(session, leads),
        people={member.pk: member for member in found},
        leads=leads,
        mine=own_place(session=session, membership=membership),
        writable=session.is_writable(at),
    )


def _promise(session, leads):
    minimum = max(session.minimum_group or 0, session.partnership.minimum_group)
    names = revealers_in_words(lead.person.short_name for lead in leads)
    return promise_for(attribution=session.attribution, minimum=minimum, revealers=names)


def own_place(*, session: Session, membership: Membership) -> Participation | None:
    """One's own participation, with ``has_words`` (drafts and notes of one's own); None before it opens."""
    if session.state == SessionState.PLANNED:
        return None
    drafts = Draft.objects.filter(participation=OuterRef("pk"))
    return session.participations.filter(membership=membership).annotate(has_words=Exists(drafts)).first()


@dataclass
class RunningPage:
    """What those who lead see while a session is open. Names only where people asked to be rung."""

    session: Session
    participations: list[Participation]
    at: datetime

    @property
    def rounds(self) -> list[Round]:
        return list(self.session.rounds.all())

    @property
    def writing(self) -> list[Round]:
        return [round for round in self.rounds if round.stage == Stage.WRITING]

    @property
    def shown(self) -> list[Round]:
        return [round for round in self.rounds if round.is_shown]

    @property
    def to_make_sense_of(self) -> list[Round]:
        """Questions whose answers are out. Numbers speak for themselves."""
        return [round for round in self.shown if round.question_id]

    @property
    def to_write_in(self) -> list[Round]:
        """Where words can be written down for somebody."""
        return [round for round in self.writing if round.takes_words_of_one]

    @property
    def too_few(self) -> list[Round]:
        return [round for round in self.rounds if round.too_few and not round.is_shown]

    @property
    def kept_closed(self) -> list[Round]:
        return [round for round in self.rounds if round.kept_closed]

    @property
    def not_shown(self) -> list[Round]:
        return [round for round in self.rounds if not round.is_shown and round.has_answers]

    @property
    def tried(self) -> bool:
        """Whether someone has pressed “Show the answers” before, or ended a question."""
        return bool(self.shown or self.too_few or self.kept_closed)

    @property
    def calls(self) -> list[Participation]:
        return [one for one in self.participations if one.wants_call]

    @property
    def still_writing(self) -> int:
        """People who have not said that they are finished. Only for sessions with names."""
        return sum(not one.finished for one in self.participations)

    @property
    def time_left(self) -> str:
        return time_left(session=self.session, at=self.at)

    @property
    def writable(self) -> bool:
        return self.session.is_writable(self.at)

    @property
    def minimum(self) -> int:
        """People each question needs before it is shown."""
        if not self.session.is_sealed:
            return 1
        return max(self.session.minimum_group or 0, self.session.partnership.minimum_group)


def running_page(*, session: Session, at: datetime | None = None) -> RunningPage:
    """The page of those who lead: three queries, whatever the number of people and questions."""
    session_for_page(session=session)
    people = [one for one in session.participations.by_first_name() if one.is_current]
    return RunningPage(session=session, participations=people, at=at or timezone.now())
