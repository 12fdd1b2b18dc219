"""One plain builder per thing. Each makes a whole, valid row; what a test does not care about is filled in."""

import itertools
from datetime import UTC, datetime

from django.utils import timezone

from partnerships.domain.invitations import invite_people
from partnerships.domain.members import join_partnership
from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import found_partnership
from partnerships.domain.people import create_person
from partnerships.domain.stakeholders import add_stakeholder
from partnerships.enums import Sector

numbers = itertools.count(1)


def moment(text):
    """A moment in UTC: moment("2026-09-30 12:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_person(full_name="", **fields):
    number = next(numbers)
    full_name = full_name or f"Person Number{number}"
    fields.setdefault("email", f"{full_name.lower().replace(' ', '.')}.{number}@somewhere.example")
    return create_person(full_name=full_name, **fields)


def make_organisation(name="", sector=Sector.VCSE, **fields):
    return get_or_name_organisation(name=name or f"Organisation {next(numbers)}", sector=sector, by=None, **fields)


def make_partnership(by=None, name="", **fields):
    """A partnership whose founder (`by`) takes part and facilitates."""
    return found_partnership(name=name or f"Partnership {next(numbers)}", by=by or make_person(), **fields)


def make_member(partnership, person=None, **fields):
    person = person or make_person()
    return join_partnership(partnership=partnership, person=person, by=person, **fields)


def make_members(partnership, sectors, **fields):
    """A member for each of `sectors`: make_members(partnership, [Sector.NHS] * 3 + [Sector.RESIDENT])."""
    return [
        make_member(
            partnership, organisation=None if sector == Sector.RESIDENT else make_organisation(sector=sector), **fields
        )
        for sector in sectors
    ]


def make_invitation(partnership, by, email="", **fields):
    return invite_people(
        partnership=partnership, by=by, emails=[email or f"guest{next(numbers)}@somewhere.example"], **fields
    )[0]


def make_stakeholder(partnership, by, name="", **fields):
    return add_stakeholder(
        partnership=partnership, by=by, name=name or f"Group {next(numbers)}", at=timezone.now(), **fields
    )
