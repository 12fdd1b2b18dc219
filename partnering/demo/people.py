"""Who of the people here are made up, and what each of them is good for when trying things out."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from partnerships.models import Membership, Partnership, Person
from reflection.enums import SessionMode, SessionState
from reflection.models import Session

DOMAIN = "demo.example"
#: What each of them is good for, on the card to sign in as them.
WORTH = {
    "amina": "Leads sessions. Can plan, open and show",
    "bea": "Takes part. Is half through writing",
    "tom": "Takes part, and has actions to do",
    "ruth": "Leads sessions too. Try two at once",
    "gwen": "A resident. Has asked for a call",
    "iqra": "Has just begun a partnership",
    "petra": "Leads a group that has gone quiet",
    "ines": "Looks after the programme, in the admin",
    "owen": "Reads the records that were shared",
}


def address_of(key: str) -> str:
    return f"{key}@{DOMAIN}"


def is_demo(person: Person) -> bool:
    return person.email.endswith(f"@{DOMAIN}")


def real_people():
    """Everybody who is not made up: while there is one, the demonstration keeps away."""
    return Person.objects.exclude(email__endswith=f"@{DOMAIN}").order_by("full_name")


def demo_people():
    """The made-up people who can sign in."""
    return Person.objects.filter(is_active=True, email__endswith=f"@{DOMAIN}")


def find_demo_person(person_id) -> Person | None:
    """One of the made-up people; None for anybody else."""
    return demo_people().filter(pk=person_id).first()


@dataclass
class Group:
    """A card of people to be: a partnership (with counts: `people`, sessions `held` and `under_way`), or those from outside (None)."""

    partnership: Partnership | None
    rows: list = field(default_factory=list)


def people_to_be() -> list[Group]:
    """Those worth being, by partnership, each as a dict of person, membership and words (three queries)."""
    people = {person.email.partition("@")[0]: person for person in demo_people()}
    inside = {
        membership.person_id: membership
        for membership in Membership.objects.current()
        .in_full()
        .select_related("person")
        .filter(person__in=people.values())
    }
    groups = {
        partnership.pk: Group(partnership)
        for partnership in _counted({each.partnership_id for each in inside.values()})
    }
    outside = Group(None)
    for key, words in WORTH.items():
        if person := people.get(key):
            membership = inside.get(person.pk)
            group = outside if membership is None or membership.observes else groups[membership.partnership_id]
            group.rows.append({"person": person, "membership": membership, "words": words})
    return [group for group in (*groups.values(), outside) if group.rows]


def live_session_of(keys) -> Session | None:
    """The live session that is open where these made-up people are: what can be run at once. None when there is none."""
    people = [address_of(key) for key in keys]
    return (
        Session.objects.open()
        .filter(mode=SessionMode.LIVE, partnership__memberships__person__email__in=people)
        .order_by("opened_at")
        .first()
    )


def current_place(person, session) -> Membership | None:
    """Somebody's membership of today where a session is held; None for people from elsewhere."""
    return Membership.objects.current().filter(person=person, partnership=session.partnership_id).first()


def _counted(ids):
    """Partnerships with the most people first."""
    here = Q(memberships__left_on__isnull=True, memberships__observes=False)
    happened = Q(sessions__state__in=(SessionState.OPEN, SessionState.CLOSED))
    return (
        Partnership.objects.filter(pk__in=ids)
        .annotate(
            people=Count("memberships", filter=here, distinct=True),
            held=Count("sessions", filter=happened, distinct=True),
            under_way=Count("sessions", filter=Q(sessions__state=SessionState.OPEN), distinct=True),
        )
        .order_by("-people", "name")
    )
