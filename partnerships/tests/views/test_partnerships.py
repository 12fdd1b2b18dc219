import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.partnerships import update_partnership
from partnerships.enums import BringKind, PlaceLevel
from partnerships.models.partnerships import Partnership
from partnerships.tests.access_table import assert_refused, client_of
from partnerships.tests.factories import make_member, make_partnership, make_person, make_stakeholder

pytestmark = pytest.mark.django_db
LONG = "word " * 2000


def url(view, partnership):
    return reverse(f"partnerships:{view}", kwargs={"partnership_id": partnership.pk})


def about(partnership, places=(("Larkmere Vale", "place"),), **changes):
    sent = {name: getattr(partnership, name) for name in ("name", "time_zone", "started_on", "version")} | {
        "ended_on": ""
    }
    sent |= {"place-TOTAL_FORMS": len(places), "place-INITIAL_FORMS": 0}
    for number, (name, level) in enumerate(places):
        sent |= {f"place-{number}-name": name, f"place-{number}-level": level}
    return sent | changes


# --- The portrait ----------------------------------------------------------------------------------------------------
def test_partnership_detail_draws_the_circles_and_says_the_same_in_words(house):
    make_stakeholder(house.larkmere, house.amina, name="Larkmere Housing", ring="wider", sector="council")
    body = client_of(house, "bea").get(url("partnership_detail", house.larkmere)).content.decode()
    assert "12 people in three circles</title>" in body
    assert (
        "Core: 4 people. Active: 6 people. Wider: 2 people. Wider: 1 group around us. The lists on this page say the same.</desc>"
        in body
    )
    assert body.count('class="pn-m"') == 12
    assert body.count('class="pn-m pn-m--group"') == 1
    names = ("Amina Rahman", "Bea Nwosu", "Derek Onslow", "Gwen Farrow", "Larkmere Housing")
    assert [f">{name}</a>" in body for name in names] == [True] * 5


def test_partnership_detail_tells_what_we_lost_and_the_leavers_word(house):
    house.of("lena").brings.create(kind=BringKind.CONNECTION, text="Links to schools")
    body = client_of(house, "bea").get(url("partnership_detail", house.larkmere)).content.decode()
    assert (
        "We lost: Links to schools." in body,
        "“A new post in another town.”" in body,
        "We began, eight people." in body,
    ) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(("came", "named", "words"), [(7, 7, "joined."), (11, 5, "and six more joined.")])
def test_partnership_detail_counts_a_crowd_that_came_on_one_day(client, came, named, words):
    iqra = make_person("Iqra Mahmood")
    begun = make_partnership(by=iqra, started_on=timezone.localdate() - timedelta(days=30))
    for number in range(came):  # besides Iqra, who came on that day too
        make_member(begun, person=make_person(f"Newcomer {number:02}"))
    client.force_login(iqra)
    body = client.get(url("partnership_detail", begun)).content.decode()
    told = body[body.index("Comings and goings") :]
    assert told.count("<strong>Newcomer") == named
    assert words in " ".join(told.split())


def test_partnership_detail_of_one_person(house, client):
    iqra = make_person("Iqra Mahmood")
    begun = make_partnership(by=iqra)
    client.force_login(iqra)
    body = client.get(url("partnership_detail", begun)).content.decode()
    assert (
        "One person in three circles</title>" in body,
        "Just you, so far." in body,
        "No groups yet." in body,
        "Nobody is written down yet." in body,
    ) == (True,) * 4


def test_partnership_detail_wraps_a_name_of_any_length(house, client):
    name = "Wilhelmina-Konstanze Oluwaseun Fitzgerald-Papadimitriou Lund"
    make_member(house.larkmere, person=make_person(name))
    body = client_of(house, "bea").get(url("partnership_detail", house.larkmere)).content.decode()
    assert f">{name}</a>" in body
    assert ">WL</text>" in body


def test_partnership_detail_offers_changes_to_those_who_facilitate_alone(house):
    links = [url(view, house.larkmere) for view in ("partnership_update", "partnership_raise", "lead_create")]
    bodies = {
        name: client_of(house, name).get(url("partnership_detail", house.larkmere)).content.decode()
        for name in ("bea", "ruth")
    }
    assert {name: [link in body for link in links] for name, body in bodies.items()} == {
        "bea": [False] * 3,
        "ruth": [True] * 3,
    }


# --- Changing it -----------------------------------------------------------------------------------------------------
def test_partnership_update_keeps_name_times_and_places(house):
    sent = about(
        house.larkmere,
        name="Larkmere Together",
        time_zone="Europe/Dublin",
        ended_on="2026-11-30",
        places=[("Eastfold", "neighbourhood"), ("", "system"), ("Larkmere Vale", "place")],
    )
    response = client_of(house, "ruth").post(url("partnership_update", house.larkmere), sent)
    assert (response.status_code, response.url) == (302, url("partnership_detail", house.larkmere))
    kept = Partnership.objects.get(pk=house.larkmere.pk)
    assert (kept.name, kept.time_zone, kept.ended_on.isoformat()) == (
        "Larkmere Together",
        "Europe/Dublin",
        "2026-11-30",
    )
    assert list(kept.places.values_list("name", "level")) == [
        ("Eastfold", PlaceLevel.NEIGHBOURHOOD),
        ("Larkmere Vale", PlaceLevel.PLACE),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Write what the partnership is called."),
        ({"name": LONG}, "at most 120 characters fit, and this has 9999"),
        ({"ended_on": "2025-08-31"}, "The end is before the beginning. Change one of the two dates."),
        ({"ended_on": "next year"}, "Write a date like 2026-11-30."),
        ({"started_on": ""}, "Write the day you began."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"version": "x"}, "This page is not complete."),
        ({"place-0-name": LONG}, "at most 120 characters fit"),
        ({"place-0-level": "planet"}, "Choose one from the list."),
    ],
)
def test_partnership_update_refuses_in_words_and_keeps_what_was_typed(house, changes, words):
    sent = about(house.larkmere, places=[("A place of mine", "place")], **({"name": "A name of mine"} | changes))
    body = assert_refused(client_of(house, "ruth"), url("partnership_update", house.larkmere), sent).content.decode()
    assert words in body
    assert "name" in changes or "A name of mine" in body
    assert "place-0-name" in changes or "A place of mine" in body
    assert '<span class="pn-where">Larkmere Vale Together</span>' in body  # the header does not say what was refused


def test_partnership_update_adds_a_line_without_saving(house):
    sent = about(house.larkmere, name="Typed, not saved", more="1")
    body = assert_refused(client_of(house, "ruth"), url("partnership_update", house.larkmere), sent).content.decode()
    assert ("Typed, not saved" in body, body.count('-name" id='), "There is a problem" in body) == (True, 3, False)


def test_partnership_update_shows_both_texts_after_a_clash(house):
    sent = about(house.larkmere, name="Name of mine", places=[("Place of mine", "place")])
    fresh = Partnership.objects.get(pk=house.larkmere.pk)
    update_partnership(partnership=fresh, by=house.amina, expected=fresh.version, name="Name of Amina’s")
    response = client_of(house, "ruth").post(url("partnership_update", house.larkmere), sent)
    body = response.content.decode()
    assert response.status_code == 409
    assert all(
        words in body for words in ("Name of mine", "Name of Amina’s", "Place of mine", "<li>Larkmere Vale</li>")
    )
    assert '<span class="pn-where">Name of Amina’s</span>' in body  # the header says what is saved
    kept = Partnership.objects.get(pk=house.larkmere.pk)
    assert (kept.name, list(kept.places.values_list("name", flat=True))) == ("Name of Amina’s", ["Larkmere Vale"])
    assert (
        client_of(house, "ruth")
        .post(url("partnership_update", house.larkmere), sent | {"version": kept.version})
        .status_code
        == 302
    )
    assert Partnership.objects.get(pk=house.larkmere.pk).name == "Name of mine"


# --- The smallest group ----------------------------------------------------------------------------------------------
def test_partnership_raise_goes_up_once_asked(house):
    sent = {"to": "7", "sure": "on", "idempotency_key": str(uuid.uuid4())}
    client = client_of(house, "ruth")
    assert [client.post(url("partnership_raise", house.larkmere), sent).status_code for _ in range(2)] == [302, 302]
    assert Partnership.objects.get(pk=house.larkmere.pk).minimum_group == 7


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"to": "7"}, "Tick the box"),
        ({"to": "4", "sure": "on"}, "The smallest group is 5 people. It can go up, never down."),
        ({"to": "2", "sure": "on"}, "The smallest group can’t be under 3 people."),
        ({"to": "5", "sure": "on"}, "It is 5 people already."),
        ({"to": "many", "sure": "on"}, "Write a number of people, such as 6."),
        ({"to": "1000", "sure": "on"}, "Choose 100 or fewer."),
    ],
)
def test_partnership_raise_refuses_in_words(house, sent, words):
    body = assert_refused(client_of(house, "ruth"), url("partnership_raise", house.larkmere), sent).content.decode()
    assert words in body
    assert f'value="{sent["to"]}"' in body
