import itertools
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from partnerships.enums import Role, Sector, SeenBy
from partnerships.models.members import Membership
from partnerships.tests.cast import membership_of

pytestmark = pytest.mark.django_db


def row(larkmere, person, **fields):
    return Membership(partnership=larkmere, person=person, joined_on=date(2026, 1, 1), **fields)


def test_one_open_membership_each(larkmere, bea):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.bulk_create([row(larkmere, bea)])


def test_nobody_leaves_before_they_join(larkmere, dan):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.bulk_create([row(larkmere, dan, left_on=date(2025, 12, 31))])


@pytest.mark.parametrize("roles", list(itertools.product([False, True], repeat=3)))
def test_the_database_knows_which_roles_go_together(larkmere, dan, roles):
    takes_part, facilitates, observes = roles
    allowed = roles in {(True, False, False), (False, True, False), (True, True, False), (False, False, True)}
    member = row(larkmere, dan, takes_part=takes_part, facilitates=facilitates, observes=observes)
    if allowed:
        Membership.objects.bulk_create([member])
        assert member.role == (Role.OBSERVER if observes else Role.FACILITATOR if facilitates else Role.MEMBER)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.bulk_create([member])


def test_who_was_here_on_a_day(larkmere, lena, samir):
    here = Membership.objects.filter(partnership=larkmere)
    counts = {
        day: here.on(date.fromisoformat(day)).count()
        for day in ("2025-08-31", "2025-09-01", "2026-09-30", "2026-10-01", "2026-11-09")
    }
    assert counts == {"2025-08-31": 0, "2025-09-01": 8, "2026-09-30": 13, "2026-10-01": 12, "2026-11-09": 13}
    assert not here.current().filter(person=lena).exists()


def test_the_querysets_of_the_group(larkmere):
    here = Membership.objects.current().filter(partnership=larkmere)
    assert (
        here.taking_part().count(),
        here.facilitating().count(),
        here.of_the_group().count(),
    ) == (
        12,
        2,
        12,
    )


def test_visible_to_is_for_the_group_and_not_for_its_readers(larkmere, quarry_end, bea, fay, dan, lena, piotr):
    def seen(person):
        return {membership.partnership_id for membership in Membership.objects.visible_to(person)}

    assert seen(bea) == {larkmere.pk}
    assert seen(piotr) == {larkmere.pk, quarry_end.pk}
    assert seen(dan) == {quarry_end.pk}
    assert seen(fay) == seen(lena) == set()


def test_someone_for_no_organisation_is_a_resident(larkmere, samir, bea):
    assert membership_of(samir, larkmere).sector == Sector.RESIDENT
    assert membership_of(bea, larkmere).sector == Sector.VCSE


@pytest.mark.parametrize("field", ["hopes", "limits", "room_hours"])
@pytest.mark.parametrize(
    ("seen_by", "who"),
    [(SeenBy.GROUP, {"bea", "tom", "amina"}), (SeenBy.FACILITATORS, {"bea", "amina"}), (SeenBy.ME, {"bea"})],
)
def test_a_profile_field_is_for_those_its_writer_chose(house, field, seen_by, who):
    mine = house.of("bea")
    choice = {"hopes": "hopes_seen_by", "limits": "limits_seen_by", "room_hours": "room_seen_by"}[field]
    value = 4 if field == "room_hours" else "words"
    setattr(mine, field, value)
    setattr(mine, choice, seen_by)
    readers = {name: house.of(name) for name in ("bea", "tom", "amina", "fay", "lena")} | {
        "dan": house.of("dan", house.quarry_end),
        "piotr elsewhere": house.of("piotr", house.quarry_end),
        "nobody": None,
    }
    shown = {name: mine.visible_field(field, to=reader) for name, reader in readers.items()}
    assert shown == {name: value if name in who else None for name in readers}


def test_what_makes_it_hard_starts_for_oneself_alone():
    assert Membership().limits_seen_by == SeenBy.ME
    assert Membership().hopes_seen_by == Membership().room_seen_by == SeenBy.GROUP
