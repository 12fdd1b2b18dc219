"""Actions as pages and records print them: with their people, and how the load sits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q

from partnerships.enums import Sector
from partnerships.models.members import Membership
from reflection.domain.actions import CARRIED, is_earlier
from reflection.enums import DidWeDoIt, OwnerReply
from reflection.models.actions import Action
from reflection.models.sessions import Session

HOLDERS = {
    Sector.VCSE: "Community groups hold",
    Sector.COUNCIL: "The council holds",
    Sector.NHS: "The NHS holds",
    Sector.RESIDENT: "Residents hold",
    Sector.OTHER: "Others hold",
}


@dataclass(frozen=True)
class Owner:
    """Someone who was asked and has not said no."""

    membership_id: UUID
    name: str
    sector: str
    said_yes: bool


@dataclass
class Line:
    """An action with its people. ``answered`` is what the session in question answered to "did we do it?"."""

    action: Action
    owners: list[Owner] = field(default_factory=list)

    @property
    def names(self):
        return [owner.name for owner in self.owners]

    @property
    def who(self) -> str:
        """Names as people say them; "All of us"; or "Nobody yet"."""
        if self.action.everyone:
            return "All of us"
        *first, last = self.names or ["Nobody yet"]
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def waiting_for(self):
        return [owner.name for owner in self.owners if not owner.said_yes]

    def is_owned_by(self, member: Membership) -> bool:
        return any(owner.membership_id == member.pk and owner.said_yes for owner in self.owners)

    def is_waiting_for(self, member: Membership) -> bool:
        return any(owner.membership_id == member.pk and not owner.said_yes for owner in self.owners)

    @property
    def answered(self) -> str:
        return self.action.answered or ""

    @property
    def answered_words(self) -> str:
        return str(DidWeDoIt(self.answered).label) if self.answered else ""

    def days_late(self, today: date) -> int:
        """Whole days since it was due, for the group's own list only; 0 when it is not late or ended."""
        due = self.action.due_on
        return max(0, (today - due).days) if due and self.action.state in CARRIED else 0


def with_people(actions) -> list[Line]:
    """Actions (a queryset) with the people who were asked, by due date. One query for all of it."""
    lines: dict[UUID, Line] = {}
    for row in actions.for_each_owner().order_by(F("due_on").asc(nulls_last=True), "added_at", "pk", "owner_name"):
        line = lines.setdefault(row.pk, Line(row))
        if row.owner_id is not None:
            sector = row.owner_sector or Sector.RESIDENT
            line.owners.append(Owner(row.owner_id, row.owner_name, str(sector), row.owner_reply == OwnerReply.YES))
    return list(lines.values())


@dataclass
class Work:
    """``carried``: from earlier sessions, still open or answered for in this one. ``agreed``: of this one. ``open``: all open ones."""

    carried: list[Line] = field(default_factory=list)
    agreed: list[Line] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)


def work_of(*, session: Session, reader: Membership) -> Work:
    """The actions that a session talks about, as far as they are for this reader. One query."""
    ours = Session.objects.shared_with(reader)
    relevant = Q(session=session) | Q(answered__isnull=False) | Q(state__in=CARRIED)
    work = Work()
    for line in with_people(
        Action.objects.of_sessions(ours).looked_back_at(session).filter(relevant).select_related("session", "theme")
    ):
        if line.action.session_id == session.pk:
            work.agreed.append(line)
        elif is_earlier(line.action.session, session):
            work.carried.append(line)
        if line.action.state in CARRIED:
            work.open.append(line)
    return work


def load_by_sector(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """How many of these actions each sector holds, the same order for everybody: (sector, count).

    An action that two sectors share counts for both; what is for all of us, or nobody's, counts for none.
    """
    counts = Counter(sector for line in lines for sector in {owner.sector for owner in line.owners})
    return [
        (sector.value, counts[sector.value])
        for sector in sorted(Sector, key=lambda one: str(one.label))
        if counts[sector.value]
    ]


def load_question(lines: Iterable[Line]) -> str:
    """A question for the group when one sector holds more than half of three actions or more; else "". It never judges."""
    held = [line for line in lines if line.owners]
    sector, most = max(load_by_sector(held), key=lambda row: row[1], default=("", 0))
    if len(held) < 3 or most * 2 <= len(held):
        return ""
    return f"{HOLDERS[Sector(sector)]} {most} of {len(held)}. Is that fair?"


def actions_for(reader: Membership, *, ended_since) -> list[Line]:
    """Every action that is open, or ended since that moment, as far as it is for this member. One query.

    Their own always; the group's where they may read what came of its session.
    """
    ours = Q(session__in=Session.objects.shared_with(reader)) | Q(owners__membership=reader)
    current = Q(state__in=CARRIED) | Q(ended_at__gte=ended_since)
    mine_or_ours = Action.objects.of_partnership(reader.partnership_id).filter(ours, current).values("pk")
    return with_people(Action.objects.filter(pk__in=mine_or_ours).select_related("session"))


def people_by_load(partnership) -> list[Membership]:
    """Everyone in the group today, those with the fewest open actions first. Each carries ``open_actions``. One query."""
    open_asks = Q(actions_asked__action__state__in=CARRIED) & ~Q(actions_asked__reply=OwnerReply.NO)
    return list(
        Membership.objects.current()
        .of_the_group()
        .filter(partnership=partnership)
        .select_related("person", "organisation")
        .annotate(open_actions=Count("actions_asked", filter=open_asks, distinct=True))
        .order_by("open_actions", "person__full_name", "pk")
    )
