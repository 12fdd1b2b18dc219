import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.models.people import Person
from partnerships.tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_an_address_is_one_person_whatever_its_capitals():
    make_person(email="Bea@Tannery.example")
    assert Person.objects.get().email == "bea@tannery.example"
    with pytest.raises(ValidationError, match="Someone already has this address"):
        make_person(email="BEA@tannery.EXAMPLE")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.bulk_create([Person(email="BEA@tannery.example", full_name="Bea")])


@pytest.mark.parametrize(
    ("full_name", "called", "short"),
    [("Bea Nwosu", "", "Bea"), ("Beatrice Nwosu", "Bea", "Bea"), ("Cher", "", "Cher"), ("", "", "x@y.example")],
)
def test_short_name_is_what_they_like_to_be_called(full_name, called, short):
    assert Person(full_name=full_name, called=called, email="x@y.example").short_name == short


@pytest.mark.parametrize(("full_name", "initials"), [("Bea Nwosu", "BN"), ("Cher", "C"), ("Ana de la Cruz", "AC")])
def test_initials(full_name, initials):
    assert Person(full_name=full_name).initials == initials


def test_a_time_zone_is_one_that_exists():
    with pytest.raises(ValidationError, match="We do not know the time zone “Larkmere/Vale”"):
        make_person(time_zone="Larkmere/Vale")


def test_a_person_without_a_password_has_none_that_works():
    assert not make_person().has_usable_password()


def test_people_have_no_change_history():
    assert not hasattr(Person, "history")
