"""Lists of people as pages show them. Nothing here asks the database: rows in, rows out."""

from dataclasses import dataclass
from itertools import groupby

from partnerships.enums import BringKind, Ring, Sector

# More people than this are easier to find than to look through.
MANY = 20
# More people than this on one day are counted, not named one by one.
MOST_NAMED = 8
FACILITATE = "facilitate"

BRINGS = {
    BringKind.SKILL: "Skills",
    BringKind.KNOWLEDGE: "Knows about",
    BringKind.CONNECTION: "Knows people",
    BringKind.INTEREST: "Cares about",
    BringKind.RESOURCE: "Can lend",
}


@dataclass(frozen=True)
class Row:
    """Someone in a list: the first thing they bring, and their room in hours a month where the reader may know it."""

    membership: object
    line: str
    room: int | None


@dataclass(frozen=True)
class Event:
    """A day on which the group changed. kind: "began", "joined", "returned" or "left"; people: memberships; brings: what came or went."""

    on: object
    kind: str
    people: tuple
    brings: tuple = ()
    words: str = ""
    count: int = 0

    @property
    def named(self):
        """Who is named: everybody, or on a day when a crowd came the first few; the page of people has them all."""
        return self.people if len(self.people) <= MOST_NAMED else self.people[: MOST_NAMED - 2]

    @property
    def unnamed(self):
        """How many people more it was."""
        return len(self.people) - len(self.named)


def rows(memberships, *, to):
    """Rows for the reader of membership `to`."""
    return [
        Row(membership, next(iter(_texts(membership)), ""), membership.visible_field("room_hours", to=to))
        for membership in memberships
    ]


def sectors(things):
    """The sectors that occur, from A to Z, so that none comes first by weight: what the key to a page's marks lists."""
    found = {thing.sector for thing in things}
    return sorted((sector for sector in Sector if sector in found), key=lambda sector: sector.label)


def brings_by_kind(membership):
    """(words, texts) for each kind of thing someone brings."""
    brings = list(membership.brings.all())
    found = [(words, [bring.text for bring in brings if bring.kind == kind]) for kind, words in BRINGS.items()]
    return [(words, texts) for words, texts in found if texts]


def by_first_name(memberships):
    """In the order of the names as they are shown, capitals or not."""
    return sorted(memberships, key=lambda membership: (membership.person.full_name.casefold(), str(membership.pk)))


def in_circle(memberships, circle):
    """Those of one circle (a Ring value) or, for "facilitate", those who facilitate; everyone for anything else."""
    if circle == FACILITATE:
        return [membership for membership in memberships if membership.facilitates]
    return (
        [membership for membership in memberships if membership.ring == circle]
        if circle in Ring.values
        else list(memberships)
    )


def found_by(memberships, words):
    """Those whose name, organisation or brings hold every word; no words find everyone."""
    wanted = words.casefold().split()

    def fits(membership):
        person = membership.person
        text = " ".join(
            [
                person.full_name,
                person.called,
                membership.organisation.name if membership.organisation_id else "",
                *(bring.text for bring in membership.brings.all()),
            ]
        ).casefold()
        return all(word in text for word in wanted)

    return [membership for membership in memberships if fits(membership)]


def circles(memberships):
    """(Ring, its people) for the circles that have any, from the inside out."""
    found = [(ring, [membership for membership in memberships if membership.ring == ring]) for ring in Ring]
    return [(ring, people) for ring, people in found if people]


def comings_and_goings(memberships, *, began_on):
    """Who came, came back and left, the newest day first, down to the day the group began.

    memberships: all of them, ended ones included, with person and brings loaded, and `last_words` where they left some.
    People who came on one day share a row, those who left do not: what we lost belongs to each.
    """
    group = [membership for membership in by_first_name(memberships) if not membership.observes]
    first_of = {}
    for membership in sorted(group, key=lambda membership: membership.joined_on):
        first_of.setdefault(membership.person_id, membership.pk)

    def arrived_as(membership):
        if first_of[membership.person_id] != membership.pk:
            return "returned"
        return "joined" if membership.joined_on > began_on else "began"

    events = []
    arrivals = sorted(group, key=lambda membership: (membership.joined_on, arrived_as(membership)))
    for (on, kind), together in groupby(
        arrivals, key=lambda membership: (membership.joined_on, arrived_as(membership))
    ):
        people = tuple(together)
        if kind != "began":
            events.append(Event(on, kind, people, _texts(people[0]) if len(people) == 1 else ()))
    events += [
        Event(
            membership.left_on, "left", (membership,), _texts(membership), getattr(membership, "last_words", "") or ""
        )
        for membership in group
        if membership.left_on
    ]
    founders = sum(arrived_as(membership) == "began" for membership in group)
    events.sort(key=lambda event: (event.on, event.kind == "left"), reverse=True)
    return [*events, Event(began_on, "began", (), count=founders)]


def recent_losses(memberships, *, since):
    """Those who left on or after a date and brought something, the latest first: what the group may be missing."""
    gone = [
        membership
        for membership in memberships
        if membership.left_on and membership.left_on >= since and not membership.observes
    ]
    back = {membership.person_id for membership in memberships if not membership.left_on}
    return sorted(
        (membership for membership in gone if membership.person_id not in back and membership.brings.all()),
        key=lambda membership: membership.left_on,
        reverse=True,
    )


def _texts(membership):
    return tuple(bring.text for bring in membership.brings.all())
