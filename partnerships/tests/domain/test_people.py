import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from partnerships.domain.people import change_person_email, create_person, update_person
from partnerships.models.people import Person
from partnerships.tests.factories import make_person, moment

pytestmark = pytest.mark.django_db


def addresses(person):
    return list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary"))


def test_an_account_and_its_address_are_made_together(db):
    person = create_person(email=" Bea@Tannery.example ", full_name=" Bea Nwosu ", at=moment("2025-09-01 09:00"))
    assert (person.email, person.full_name, person.joined_at) == (
        "bea@tannery.example",
        "Bea Nwosu",
        moment("2025-09-01 09:00"),
    )
    assert addresses(person) == [("bea@tannery.example", True, True)]


def test_the_address_row_follows_the_person(db):
    person = make_person(email="old@x.example")
    change_person_email(person=person, email="New@X.example", by=person)
    assert Person.objects.get().email == "new@x.example"
    assert addresses(person) == [("new@x.example", True, True)]


def test_nobody_takes_the_address_of_another(db):
    person, other = make_person(email="mine@x.example"), make_person(email="theirs@x.example")
    with pytest.raises(ValidationError, match="Someone already has this address"):
        change_person_email(person=person, email="THEIRS@x.example", by=person)
    assert (person.email, Person.objects.get(pk=person.pk).email) == ("mine@x.example", "mine@x.example")
    assert addresses(person) == [("mine@x.example", True, True)]
    assert addresses(other) == [("theirs@x.example", True, True)]


def test_people_change_what_they_are_called_and_nothing_else(db):
    person = make_person()
    update_person(person=person, by=person, called=" Bea ", theme="dark", time_zone="Europe/Athens", pronouns="they")
    kept = Person.objects.get()
    assert (kept.called, kept.theme, kept.time_zone, kept.pronouns) == ("Bea", "dark", "Europe/Athens", "they")
    with pytest.raises(TypeError, match="is_staff"):
        update_person(person=person, by=person, is_staff=True)
    with pytest.raises(ValidationError):
        update_person(person=person, by=person, full_name=" ")
