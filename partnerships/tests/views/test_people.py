import pytest
from django.urls import reverse

from partnerships.models.people import Person
from partnerships.tests.access_table import assert_refused, client_of

pytestmark = pytest.mark.django_db
ADDRESS = "/my-settings/"


def settings(**changes):
    return {
        "full_name": "Bea Nwosu",
        "called": "",
        "pronouns": "",
        "time_zone": "Europe/London",
        "theme": "device",
    } | changes


def test_person_update_keeps_what_i_am_called_and_how_my_pages_look(house):
    assert reverse("partnerships:person_update") == ADDRESS
    sent = settings(
        full_name=" Beatrice Nwosu ", called="Bee", pronouns="she, her", time_zone="Africa/Lagos", theme="dark"
    )
    client = client_of(house, "bea")
    assert client.post(ADDRESS, sent).status_code == 302
    bea = Person.objects.get(pk=house.bea.pk)
    assert (bea.full_name, bea.called, bea.pronouns, bea.time_zone, bea.theme) == (
        "Beatrice Nwosu",
        "Bee",
        "she, her",
        "Africa/Lagos",
        "dark",
    )
    assert 'data-bs-theme="dark"' in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": ""}, "Write your full name"),
        ({"full_name": "long " * 2000}, "at most 120 characters fit"),
        ({"called": "long " * 2000}, "at most 60 characters fit"),
        ({"pronouns": "long " * 2000}, "at most 40 characters fit"),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"theme": "pink"}, "Choose one from the list."),
        ({"theme": ""}, "Choose how your pages look."),
    ],
)
def test_person_update_refuses_in_words_and_keeps_what_was_typed(house, changes, words):
    body = assert_refused(
        client_of(house, "bea"), ADDRESS, settings(**({"called": "Typed by me"} | changes))
    ).content.decode()
    assert words in body
    assert "called" in changes or "Typed by me" in body


def test_person_update_keeps_an_old_name_of_a_time_zone_in_the_list(house):
    Person.objects.filter(pk=house.bea.pk).update(time_zone="GB")
    client = client_of(house, "bea")
    assert '<option value="GB" selected>GB</option>' in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, settings(time_zone="GB", called="Bee")).status_code == 302


def test_person_update_changes_nobody_else(house):
    client_of(house, "bea").post(ADDRESS, settings(called="Bee", id=str(house.tom.pk), email="mine@now.example"))
    assert (Person.objects.get(pk=house.tom.pk).called, Person.objects.get(pk=house.bea.pk).email) == (
        "",
        house.bea.email,
    )
