"""What needs a person, over all their partnerships: the home page as data.

Everything here is read for one person and shown to that person alone. Six queries, whatever the
number of partnerships, sessions and actions.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery, UUIDField, Value
from django.utils import timezone

from partnerships.models.members import Membership
from reflection.domain.insight_questions import ABOUT
from reflection.domain.promises import Promise, promise_for, promise_for_numbers
from reflection.domain.rounds_reveal import minimum_people
from reflection.enums import RATED, ActionState, Audience, OwnerReply, RoundKind, SessionMode, SessionState, Stage
from reflection.models.actions import Action, ActionOwner
from reflection.models.checkins import CheckIn, CheckInInvitee
from reflection.models.drafts import Draft
from reflection.models.outcomes import Decision, Learning
from reflection.models.participations import Participation
from reflection.models.ratings import RatingDraft
from reflection.models.rounds import Round
from reflection.models.sessions import Session

#: How many things are shown as cards; what comes after them is under "Later".
MOST_CARDS = 3
#: What comes before what: sessions by their deadlines, then what one is asked, has promised, got back.
RANK = {
    "begin": 0,
    "live": 0,
    "write": 0,
    "rate": 0,
    "reveal": 0,
    "agree": 0,
    "call": 0,
    "checkin": 1,
    "ask": 1,
    "due": 2,
    "review": 2,
    "returned": 3,
}
#: Days before an action is due in which it is worth a place on the home page.
DUE_SOON = 14
#: How long before a live session its place on the home page begins.
LIVE_SOON = timedelta(hours=24)


@dataclass
class Need:
    """One thing that needs the person. ``kind`` chooses the card; within a rank ``when`` sorts, the soonest first."""

    kind: str
    when: datetime
    partnership: object
    session: Session | None
    rounds: list[Round] = field(default_factory=list)
    owner: ActionOwner | None = None
    promise: Promise | None = None
    calls: int = 0
    checkin: CheckIn | None = None
    reviews: int = 0
    leads: bool = False

    @property
    def written(self) -> int:
        return sum(round.has_words for round in self.rounds)

    @property
    def next_round(self) -> Round | None:
        """The first question without words; the first of all when each has some."""
        return next((r for r in self.rounds if not r.has_words), self.rounds[0] if self.rounds else None)

    @property
    def next_about(self) -> str:
        """What the next question is about, as it stands in a sentence."""
        return ABOUT[self.next_round.question.number] if self.rounds else ""

    @property
    def minutes(self) -> int:
        """Minutes for what is not written yet, as planned."""
        return sum(round.writing_minutes for round in self.rounds if not round.has_words)

    @property
    def waits_for_yes(self) -> bool:
        """A facilitator wrote words down for this person, who has not said yes to them."""
        return any(round.has_unconfirmed for round in self.rounds)


@dataclass(frozen=True)
class BecauseYouSaidIt:
    """A theme of a session that the person took part in, and what became of it."""

    theme: str
    text: str
    kind: str
    session_id: object
    number: int
    said_on: date | None


@dataclass(frozen=True)
class Needs:
    cards: list[Need]
    later: list[Need]
    because: BecauseYouSaidIt | None = None

    @property
    def minutes(self) -> int:
        """Minutes that the cards ask for, as far as anybody planned them."""
        return sum(need.minutes for need in self.cards)

    def __bool__(self):
        return bool(self.cards)


def needs_of(*, memberships: list, at: datetime | None = None) -> Needs:
    """What needs a person now.

    Arguments:
        memberships: the person's memberships of today, with partnership; not those who only read.
    """
    at = at or timezone.now()
    by_partnership = {membership.partnership_id: membership for membership in memberships}
    needs = [
        *_beginnings(memberships, at),
        *_writing(by_partnership, at),
        *_together(by_partnership, at),
        *_checkins(memberships, at),
        *_actions(by_partnership, at),
        *_reviews(memberships),
        *_returned(by_partnership, at),
    ]
    needs.sort(key=lambda need: (RANK[need.kind], need.when))
    return Needs(needs[:MOST_CARDS], needs[MOST_CARDS:], _because(by_partnership))


def with_beginnings(memberships):
    """Memberships (a queryset) that know whether their partnership has its people together and a session, and which
    check-in waits for them, and what was learned that is to be looked at again: no query more."""
    here = Membership.objects.current().of_the_group().filter(partnership=OuterRef("partnership")).order_by()
    waiting = CheckInInvitee.objects.waiting().filter(membership=OuterRef("pk"), checkin__closed_at__isnull=True)
    due = (
        Learning.objects.due_for_review(timezone.localdate())
        .filter(session__partnership=OuterRef("partnership"))
        .exclude(session__state=SessionState.CANCELLED)
        .order_by()
        .values("session__partnership")
    )
    return memberships.annotate(
        reviews_due=Subquery(due.annotate(n=Count("pk")).values("n")),
        review_first_on=Subquery(due.annotate(first=Min("review_on")).values("first")),
        checkin_waiting=Subquery(waiting.order_by("-checkin__on").values("checkin")[:1], output_field=UUIDField()),
        checkin_closes_at=Subquery(waiting.order_by("-checkin__on").values("checkin__closes_at")[:1]),
        people_count=Subquery(here.values("partnership").annotate(n=Count("pk")).values("n")),
        has_session=Exists(Session.objects.filter(partnership=OuterRef("partnership"))),
    )


def _beginnings(memberships, at) -> list[Need]:
    """For those who lead a group that is too small to show answers without names, or has no session yet."""
    needs = []
    for membership in memberships:
        too_few = (
            getattr(membership, "people_count", None) is not None
            and membership.people_count < membership.partnership.minimum_group
        )
        if membership.facilitates and (too_few or not getattr(membership, "has_session", True)):
            when = at + timedelta(days=30) if membership.has_session else at
            needs.append(Need("begin", when, membership.partnership, None))
    return needs


def _ids(by_partnership):
    return [membership.pk for membership in by_partnership.values()]


def _writing(by_partnership, at) -> list[Need]:
    """Sessions to write or rate in, unless the person has said that they are finished. One query.

    Numbers are asked for on the way through the questions; they are a need of their own where no question is open.
    """
    numbers = RatingDraft.objects.filter(round=OuterRef("pk"), participation__membership__in=_ids(by_partnership))
    own = Draft.objects.filter(round=OuterRef("pk"), participation__membership__in=_ids(by_partnership))
    rounds = (
        Round.objects.with_words()
        .filter(
            kind__in=[RoundKind.QUESTION, *RATED],
            session__participations__membership__in=_ids(by_partnership),
            session__participations__finished=False,
            session__state=SessionState.OPEN,
            session__live_began_at__isnull=True,
            session__closes_at__gt=at,
            session__writing_ended_at__isnull=True,
            stage=Stage.WRITING,
        )
        .annotate(
            has_words=Exists(own.answers_to_be().with_words()) | Exists(numbers),
            has_unconfirmed=Exists(own.filter(confirmed=False)),
        )
        .order_by("session", "position")
    )
    needs = {}
    for round in sorted(rounds, key=attrgetter("is_rated")):  # questions first
        session, kind = round.session, "rate" if round.is_rated else "write"
        need = needs.setdefault(
            session.pk,
            Need(kind, session.closes_at, session.partnership, session, promise=_promise(round)),
        )
        if need.kind == kind:
            need.rounds.append(round)
    return list(needs.values())


def _promise(round):
    if round.is_rated:
        return promise_for_numbers(round, minimum=minimum_people(round))
    return promise_for(attribution=round.attribution, minimum=minimum_people(round))


def _together(by_partnership, at) -> list[Need]:
    """Sessions to come to, for everybody; for those who lead: answers to show, people to ring, sessions to end. One query."""
    led = [pk for pk, membership in by_partnership.items() if membership.facilitates]
    taking_part = [pk for pk, membership in by_partnership.items() if membership.takes_part]
    asked = Exists(Participation.objects.filter(session=OuterRef("pk"), membership__in=_ids(by_partnership)))
    live = Q(mode=SessionMode.LIVE) | Q(live_began_at__isnull=False)
    soon = Q(opens_at__lte=at + LIVE_SOON) & Q(partnership__in={*led, *taking_part})
    sessions = (
        Session.objects.filter(
            Q(state=SessionState.OPEN) & (Q(partnership__in=led) | live & asked)
            | Q(state=SessionState.PLANNED, scheduled_at__isnull=False, mode=SessionMode.LIVE) & soon
        )
        .select_related("partnership", "meeting")
        .annotate(
            has_unshown=Exists(Round.objects.filter(session=OuterRef("pk"), stage=Stage.WRITING)),
            calls=Count("participations", filter=Q(participations__wants_call=True)),
        )
    )
    needs = []
    for session in sessions:
        partnership, leads = session.partnership, session.partnership_id in led
        if session.is_led:
            needs.append(Need("live", session.opens_at, partnership, session, leads=leads))
        if session.calls and leads:
            needs.append(Need("call", session.closes_at, partnership, session, calls=session.calls))
        if session.is_led:
            continue
        if not session.has_unshown:
            needs.append(Need("agree", session.closes_at, partnership, session))
        elif not session.is_writable(at):
            needs.append(Need("reveal", session.closes_at, partnership, session))
    return needs


def _checkins(memberships, at) -> list[Need]:
    """Check-ins that ask for a minute."""
    return [
        Need(
            "checkin",
            membership.checkin_closes_at,
            membership.partnership,
            None,
            checkin=CheckIn(pk=membership.checkin_waiting, closes_at=membership.checkin_closes_at),
        )
        for membership in memberships
        if getattr(membership, "checkin_waiting", None) and membership.checkin_closes_at > at
    ]


def _actions(by_partnership, at) -> list[Need]:
    """Actions I am asked to take on, and my own that are due soon or late."""
    soon = timezone.localdate(at) + timedelta(days=DUE_SOON)
    owned = (
        ActionOwner.objects.filter(
            membership__in=_ids(by_partnership),
            action__state__in=[ActionState.OPEN, ActionState.PARTLY],
        )
        .filter(Q(reply=OwnerReply.ASKED) | Q(reply=OwnerReply.YES, action__due_on__lte=soon))
        .select_related("action__session__partnership")
    )
    return [
        Need(
            "ask" if owner.reply == OwnerReply.ASKED else "due",
            _start_of(owner.action.due_on, owner.action.session.partnership)
            if owner.action.due_on
            else at + timedelta(days=7),
            owner.action.session.partnership,
            owner.action.session,
            owner=owner,
        )
        for owner in owned
    ]


def _reviews(memberships) -> list[Need]:
    """For those who lead: what the group learned, and said it would look at again by now."""
    return [
        Need(
            "review",
            _start_of(membership.review_first_on, membership.partnership),
            membership.partnership,
            None,
            reviews=membership.reviews_due,
        )
        for membership in memberships
        if membership.facilitates and getattr(membership, "reviews_due", None)
    ]


def _start_of(day: date, partnership) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=partnership.zone)


def _returned(by_partnership, at) -> list[Need]:
    """Words that were not shown and came back, until their author keeps or deletes them."""
    unshown = Q(round__kept_closed=True) | Q(round__revealed_at__isnull=False)
    mine = Participation.objects.filter(membership__in=_ids(by_partnership))
    words = Draft.objects.answers_to_be().with_words().filter(unshown, participation=OuterRef("pk"), confirmed=True)
    places = mine.filter(Exists(words)).select_related("session__partnership")
    return [Need("returned", at + timedelta(days=30), place.session.partnership, place.session) for place in places]


def _because(by_partnership) -> BecauseYouSaidIt | None:
    """The newest thing that came of a theme in a session that the person took part in and whose record is for them. One query."""

    led = [pk for pk, membership in by_partnership.items() if membership.facilitates]
    for_them = ~Q(session__audience=Audience.FACILITATORS) | Q(session__partnership__in=led)

    def from_themes(model, kind):
        return (
            model.objects.filter(
                for_them,
                theme__isnull=False,
                session__state=SessionState.CLOSED,
                session__participations__membership__in=_ids(by_partnership),
                session__participations__took_part=True,
            )
            .order_by()
            .annotate(kind=Value(kind), closed_at=F("session__closed_at"))
            .values_list("theme__name", "text", "kind", "session_id", "theme__round__question__number", "closed_at")
        )

    done = from_themes(Action, "action").filter(state=ActionState.DONE)
    newest = (
        done.union(from_themes(Decision, "decision"), from_themes(Learning, "learning")).order_by("-closed_at").first()
    )
    return BecauseYouSaidIt(*newest[:5], said_on=timezone.localdate(newest[5])) if newest else None
