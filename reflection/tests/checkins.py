"""Builders of check-ins, through the domain."""

from datetime import date

from partnerships.tests.factories import moment
from reflection.domain.checkins import open_checkin
from reflection.models.rhythms import Rhythm

#: Tuesday 1 December 2026, 9am in London.
TUESDAY = moment("2026-12-01 09:00")


def make_rhythm(partnership, **fields):
    return Rhythm.objects.create(partnership=partnership, **({"starts_on": date(2026, 12, 1)} | fields))


def make_checkin(partnership, *, at=TUESDAY, **fields):
    rhythm = Rhythm.objects.filter(partnership=partnership).first() or make_rhythm(partnership, **fields)
    checkin, _ = open_checkin(partnership=partnership, rhythm=rhythm, opens_at=at, at=at)
    return checkin


def place_in(checkin, person):
    return checkin.invitees.select_related("membership", "checkin__partnership").get(membership__person=person)
