from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import (
    found_partnership,
    get_or_name_place,
    raise_minimum_group,
    update_partnership,
)
from partnerships.enums import PlaceLevel, Ring, Sector
from partnerships.models.base import StaleVersion
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place
from partnerships.tests.factories import make_organisation, make_partnership, make_person, moment
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 23:30")


def test_founding_sets_the_table(db):
    founder, surgery, club = (
        make_person(),
        make_organisation("Fold Street Surgery", Sector.NHS),
        make_organisation("Moss Lane Youth Club"),
    )
    place = get_or_name_place(name="Eastfold", level=PlaceLevel.PLACE, by=founder)
    partnership = found_partnership(
        name="  North   Fold ",
        by=founder,
        places=[place],
        organisations=[club],
        organisation=surgery,
        minimum_group=8,
        time_zone="Europe/Athens",
        at=NOW,
    )
    assert (partnership.name, partnership.minimum_group, partnership.programme) == ("North Fold", 8, None)
    assert (partnership.started_on, partnership.founded_at, partnership.founded_by) == (date(2026, 12, 1), NOW, founder)
    assert list(partnership.places.all()) == [place]
    assert set(Organisation.objects.around(partnership)) == {surgery, club}
    member = partnership.memberships.get()
    assert (member.person, member.organisation, member.takes_part, member.facilitates, member.ring) == (
        founder,
        surgery,
        True,
        True,
        Ring.CORE,
    )


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "This field cannot be blank."),
        ({"name": "x" * 121}, "name", "Ensure this value has at most 120 characters (it has 121)."),
        ({"minimum_group": 2}, "minimum_group", "The smallest group can’t be under 3 people."),
        (
            {"started_on": date(2026, 12, 2)},
            "started_on",
            "This day has not come yet. Give the day you began, or leave it out.",
        ),
        (
            {"time_zone": "Larkmere/Vale"},
            "time_zone",
            "We do not know the time zone “Larkmere/Vale”. Try one such as Europe/London.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(db, wrong, field, words):
    with pytest.raises(ValidationError) as refused:
        found_partnership(**{"name": "North Fold", "by": make_person(), "at": NOW} | wrong)
    assert refused.value.message_dict == {field: [words]}
    assert not Partnership.objects.exists()


def test_the_smallest_group_goes_up_and_never_down(larkmere, amina):
    raise_minimum_group(partnership=larkmere, to=8, by=amina)
    assert (larkmere.minimum_group, Partnership.objects.get(pk=larkmere.pk).minimum_group) == (8, 8)
    with pytest.raises(ValidationError, match="The smallest group is 8 people"):
        raise_minimum_group(partnership=larkmere, to=7, by=amina)
    assert Partnership.objects.get(pk=larkmere.pk).minimum_group == 8


def test_changing_a_partnership(larkmere, amina):
    place, organisation = get_or_name_place(name="Eastfold", by=amina), make_organisation("Vale Buses")
    update_partnership(
        partnership=larkmere, by=amina, expected=1, name="Larkmere", places=[place], organisations=[organisation]
    )
    assert (larkmere.name, list(larkmere.places.all()), list(Organisation.objects.around(larkmere))) == (
        "Larkmere",
        [place],
        [organisation],
    )
    with pytest.raises(StaleVersion):
        update_partnership(partnership=larkmere, by=amina, expected=1, name="Again", places=[])
    assert list(larkmere.places.all()) == [place]
    with pytest.raises(ValidationError, match="The end is before the beginning"):
        update_partnership(partnership=larkmere, by=amina, expected=2, ended_on=date(2025, 1, 1))
    with pytest.raises(TypeError, match="minimum_group"):
        update_partnership(partnership=larkmere, by=amina, expected=2, minimum_group=3)


def test_a_place_is_named_once_for_each_level(db):
    person = make_person()
    one, same = (get_or_name_place(name=name, level=PlaceLevel.PLACE, by=person) for name in ("Eastfold", " EASTFOLD "))
    other = get_or_name_place(name="Eastfold", level=PlaceLevel.NEIGHBOURHOOD, by=person)
    assert one == same != other
    with pytest.raises(ValidationError):
        get_or_name_place(name=" ", by=person)


def test_an_organisation_is_named_once_and_not_changed_in_passing(db):
    first = get_or_name_organisation(name="Fold Street  Surgery", sector=Sector.NHS, by=None)
    again = get_or_name_organisation(name="fold street surgery", sector=Sector.OTHER, small=True, by=None)
    assert first == again
    assert (again.name, again.sector, again.small) == ("Fold Street Surgery", Sector.NHS, False)


@pytest.mark.parametrize(
    ("name", "sector", "field"),
    [("", "nhs", "name"), ("Fold", "", "sector"), ("Fold", "army", "sector"), ("x" * 161, "nhs", "name")],
)
def test_a_new_organisation_needs_a_name_and_a_sector(db, name, sector, field):
    with pytest.raises(ValidationError) as refused:
        get_or_name_organisation(name=name, sector=sector, by=None)
    assert set(refused.value.message_dict) == {field}


def test_naming_the_same_organisation_at_the_same_moment_is_once(transactional_db):
    found = at_once(*[lambda: get_or_name_organisation(name="Vale Buses", sector="other", by=None)] * 6)
    assert {each.pk for each in found} == {Organisation.objects.get().pk}


def test_naming_the_same_place_at_the_same_moment_is_once(transactional_db):
    found = at_once(*[lambda: get_or_name_place(name="Eastfold", by=None)] * 6)
    assert {each.pk for each in found} == {Place.objects.get().pk}


def test_raising_at_the_same_moment_ends_at_the_higher(transactional_db):
    partnership = make_partnership()
    for _ in range(3):
        base = Partnership.objects.get().minimum_group
        at_once(
            *(
                lambda to=to: raise_minimum_group(partnership=Partnership.objects.get(), to=to, by=None)
                for to in (base + 2, base + 1)
            )
        )
        assert Partnership.objects.get(pk=partnership.pk).minimum_group == base + 2
