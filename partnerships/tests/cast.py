"""The cast: the same people as in the demonstration. A test reads like a story, and every view has its stranger.

Larkmere Vale Together: twelve take part (four from community groups, three each from the council and the NHS, two
residents); Amina and Ruth facilitate; Bea is a member from a tiny kitchen; Lena left in September; Fay only reads.
Quarry End Growers: Dan's, where Piotr of Larkmere facilitates too. Ines runs the programme that Larkmere belongs to.

Import the fixtures you use into your app's conftest: `from partnerships.tests.cast import *`.
"""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress

from partnerships.domain.members import join_partnership, leave_partnership
from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import found_partnership, get_or_name_place
from partnerships.domain.people import create_person
from partnerships.domain.programmes import create_programme
from partnerships.enums import PlaceLevel, Ring, Sector
from partnerships.models.members import Membership, MembershipChange
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place
from partnerships.models.people import Person
from partnerships.models.programmes import Programme
from partnerships.tests.factories import moment

FOUNDED = moment("2025-09-01 09:00")
ORGANISATIONS = {
    "voluntary": ("Voluntary Action Larkmere", Sector.VCSE, False),
    "kitchen": ("Tannery Row Kitchen", Sector.VCSE, True),
    "carers": ("Larkmere Carers Circle", Sector.VCSE, True),
    "repair": ("Quarry End Repair Shed", Sector.VCSE, True),
    "council": ("Larkmere Borough Council", Sector.COUNCIL, False),
    "trust": ("Larkmere Vale Hospitals NHS Trust", Sector.NHS, False),
    "surgery": ("Fold Street Surgery", Sector.NHS, False),
}
# name in tests: full name, organisation (None: resident), ring, joined, what else they are
LARKMERE = {
    "ruth": ("Ruth Castle", "council", Ring.ACTIVE, "2025-09-01", {"facilitates": True}),
    "bea": ("Bea Nwosu", "kitchen", Ring.CORE, "2025-09-01", {}),
    "tom": ("Tom Oyelaran", "council", Ring.CORE, "2025-09-01", {}),
    "helen": ("Helen Marsh", "trust", Ring.CORE, "2025-09-01", {}),
    "joyce": ("Joyce Whitlam", "carers", Ring.ACTIVE, "2025-09-01", {}),
    "derek": ("Derek Onslow", "council", Ring.ACTIVE, "2025-09-01", {}),
    "lena": ("Lena Brandt", "council", Ring.ACTIVE, "2025-09-01", {}),
    "piotr": ("Piotr Zielak", "repair", Ring.WIDER, "2025-10-13", {}),
    "kalpana": ("Kalpana Iyer", "trust", Ring.ACTIVE, "2026-02-02", {}),
    "gwen": ("Gwen Farrow", None, Ring.WIDER, "2026-06-03", {}),
    "nia": ("Nia Probert", "surgery", Ring.ACTIVE, "2026-06-03", {}),
    "samir": ("Samir Haddad", None, Ring.ACTIVE, "2026-11-09", {}),
    "fay": ("Fay Lindqvist", "voluntary", Ring.WIDER, "2026-01-12", {"observes": True}),
}


def address(name):
    return f"{name}@larkmere.example"


def build_cast():
    """Everybody, made through the domain functions (about 0.6 s)."""
    ines = create_person(email=address("ines"), full_name="Ines Varga", at=FOUNDED)
    ines.is_staff = True
    ines.save(update_fields=["is_staff"])
    programme = create_programme(name="Good Neighbours Programme", funder="The Vale Foundation", by=ines, at=FOUNDED)
    Person.objects.create_superuser(address("superuser"), full_name="Sol Keller")
    organisations = {
        key: get_or_name_organisation(name=name, sector=sector, small=small, by=None)
        for key, (name, sector, small) in ORGANISATIONS.items()
    }
    amina = create_person(email=address("amina"), full_name="Amina Rahman", at=FOUNDED)
    larkmere = found_partnership(
        name="Larkmere Vale Together",
        by=amina,
        programme=programme,
        organisation=organisations["voluntary"],
        places=[get_or_name_place(name="Larkmere Vale", level=PlaceLevel.PLACE, by=amina)],
        at=FOUNDED,
    )
    for name, (full_name, organisation, ring, joined, roles) in LARKMERE.items():
        at = moment(f"{joined} 10:00")
        person = create_person(email=address(name), full_name=full_name, at=at)
        join_partnership(
            partnership=larkmere,
            person=person,
            by=amina,
            organisation=organisations.get(organisation),
            ring=ring,
            at=at,
            **roles,
        )
    lena = Membership.objects.get(person__email=address("lena"))
    leave_partnership(
        membership=lena, by=lena.person, reason="A new post in another town.", at=moment("2026-09-30 16:00")
    )
    dan = create_person(email=address("dan"), full_name="Dan Achterberg", at=FOUNDED)
    quarry_end = found_partnership(name="Quarry End Growers", by=dan, at=FOUNDED)
    piotr = Person.objects.get(email=address("piotr"))
    join_partnership(partnership=quarry_end, person=piotr, by=dan, facilitates=True, at=FOUNDED)


TABLES = [
    Person, EmailAddress, Programme, Programme.administrators.through, Organisation, Place, Partnership, Partnership.places.through,
    Partnership.organisations.through, Membership, MembershipChange,
]  # fmt: skip
_kept = {}


@pytest.fixture
def everybody(db):
    """The whole cast in the database. Built once a run, then written again from what was built: a few inserts."""
    if _kept:
        for model, rows in _kept.items():
            model.objects.bulk_create([model(**row) for row in rows])
    else:
        build_cast()
        _kept.update({model: list(model.objects.values()) for model in TABLES})


def _someone(name):
    @pytest.fixture(name=name)
    def someone(everybody):
        return Person.objects.get(email=address(name))

    return someone


amina = _someone("amina")
ruth = _someone("ruth")
bea = _someone("bea")
tom = _someone("tom")
helen = _someone("helen")
joyce = _someone("joyce")
derek = _someone("derek")
lena = _someone("lena")
piotr = _someone("piotr")
kalpana = _someone("kalpana")
gwen = _someone("gwen")
nia = _someone("nia")
samir = _someone("samir")
fay = _someone("fay")
dan = _someone("dan")
ines = _someone("ines")
superuser = _someone("superuser")


@pytest.fixture
def programme(everybody):
    return Programme.objects.get()


@pytest.fixture
def larkmere(everybody):
    """Larkmere Vale Together, founded in September 2025, with everyone who has come and gone since."""
    return Partnership.objects.get(name="Larkmere Vale Together")


@pytest.fixture
def quarry_end(everybody):
    """Another partnership, outside any programme: Dan founded it, and Piotr of Larkmere facilitates there too."""
    return Partnership.objects.get(name="Quarry End Growers")


def membership_of(person, partnership):
    """The latest membership of a person in a partnership, current or ended."""
    return (
        Membership.objects.select_related("person", "organisation", "partnership")
        .filter(person=person, partnership=partnership)
        .latest("joined_on")
    )


@pytest.fixture
def house(larkmere, quarry_end, programme):
    """Everybody at once, for tables that walk the whole cast: house.bea, house.larkmere, house.of("bea")."""
    people = {person.email.partition("@")[0]: person for person in Person.objects.all()}
    return SimpleNamespace(
        larkmere=larkmere,
        quarry_end=quarry_end,
        programme=programme,
        of=lambda name, partnership=larkmere: membership_of(people[name], partnership),
        **people,
    )


__all__ = [
    "amina", "bea", "dan", "derek", "everybody", "fay", "gwen", "helen", "house", "ines", "joyce", "kalpana", "larkmere", "lena", "nia",
    "piotr", "programme", "quarry_end", "ruth", "samir", "superuser", "tom",
]  # fmt: skip
