import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from partnerships.models.base import StaleVersion
from partnerships.models.members import Membership
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place
from partnerships.models.programmes import Programme

pytestmark = pytest.mark.django_db


def test_minimum_group_cannot_be_lowered_in_the_database(larkmere):
    """Also by someone who goes around the forms: a trigger, on PostgreSQL and on SQLite."""
    rows = Partnership.objects.filter(pk=larkmere.pk)
    rows.update(minimum_group=8)
    with pytest.raises(IntegrityError, match="can only be raised"), transaction.atomic():
        rows.update(minimum_group=7)
    with pytest.raises(IntegrityError, match="can only be raised"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE partnerships_partnership SET minimum_group = 3")
    rows.update(minimum_group=8, name="The same again is fine")
    assert rows.get().minimum_group == 8


def test_minimum_group_has_a_floor_of_three(larkmere):
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.bulk_create([Partnership(name="Two", started_on=larkmere.started_on, minimum_group=2)])


def test_lowering_the_minimum_group_is_refused_with_words(larkmere):
    larkmere.minimum_group = 4
    with pytest.raises(ValidationError, match="The smallest group is 5 people"):
        larkmere.full_clean()


def test_visible_to_is_for_those_who_are_here_today(larkmere, quarry_end, bea, lena, dan, fay, piotr, ines, superuser):
    def seen(person):
        return {partnership.name for partnership in Partnership.objects.visible_to(person)}

    assert seen(bea) == seen(fay) == {larkmere.name}
    assert seen(dan) == {quarry_end.name}
    assert seen(piotr) == {larkmere.name, quarry_end.name}
    assert seen(lena) == seen(ines) == seen(superuser) == set()


def test_in_programmes_of_is_for_those_who_look_after_them(larkmere, quarry_end, ines, amina, superuser):
    assert list(Partnership.objects.in_programmes_of(ines)) == [larkmere]
    assert list(Partnership.objects.in_programmes_of(amina)) == []
    assert set(Partnership.objects.in_programmes_of(superuser)) == {larkmere, quarry_end}


def test_save_versioned_saves_once_and_counts(larkmere):
    larkmere.name = "Larkmere, Together"
    larkmere.save_versioned(expected=1, fields=["name"])
    kept = Partnership.objects.get(pk=larkmere.pk)
    assert (kept.name, kept.version) == ("Larkmere, Together", 2)


def test_save_versioned_shows_what_somebody_else_saved(larkmere):
    mine, theirs = (Partnership.objects.get(pk=larkmere.pk) for _ in range(2))
    theirs.name = "Theirs"
    theirs.save_versioned(expected=1, fields=["name"])
    mine.name = "Mine"
    with pytest.raises(StaleVersion) as stale:
        mine.save_versioned(expected=1, fields=["name"])
    assert (stale.value.current.name, stale.value.current.version) == ("Theirs", 2)
    assert Partnership.objects.get(pk=larkmere.pk).name == "Theirs"


def test_save_versioned_writes_the_fields_it_is_told_and_no_others(larkmere):
    larkmere.name, larkmere.time_zone = "New", "Europe/Paris"
    larkmere.save_versioned(expected=1, fields=["name"])
    assert Partnership.objects.get(pk=larkmere.pk).time_zone == "Europe/London"


def test_a_versioned_save_leaves_a_row_of_history(larkmere):
    larkmere.name = "New"
    larkmere.save_versioned(expected=1, fields=["name"])
    latest = larkmere.history.latest()
    assert (latest.history_type, latest.name, latest.version) == ("~", "New", 2)


def test_only_reference_models_have_change_history():
    assert {
        model.__name__
        for model in (Programme, Place, Organisation, Partnership, Membership)
        if hasattr(model, "history")
    } == {
        "Programme",
        "Place",
        "Organisation",
        "Partnership",
    }


def test_organisations_are_one_row_whatever_their_capitals(db):
    Organisation.objects.create(name="Fold Street Surgery", sector="nhs")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="FOLD street surgery", sector="nhs")
