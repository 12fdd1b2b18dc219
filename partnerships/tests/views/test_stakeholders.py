import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from partnerships.domain.members import leave_partnership
from partnerships.domain.stakeholders import record_position, update_stakeholder
from partnerships.models.stakeholders import Stakeholder, StakeholderPosition
from partnerships.tests.access_table import assert_refused, client_of
from partnerships.tests.factories import make_stakeholder

pytestmark = pytest.mark.django_db
LONG = "word " * 2000


def here(view, house):
    return reverse(f"partnerships:{view}", args=[house.larkmere.pk])


def url(view, stakeholder):
    return reverse(f"partnerships:{view}", args=[stakeholder.pk])


def a_group(**changes):
    return {
        "name": "Larkmere Housing",
        "kind": "Housing association",
        "sector": "council",
        "ring": "wider",
        "held_by": "",
        "last_talked_on": "",
        "accountable_for": "",
    } | changes


@pytest.fixture
def housing(house):
    return make_stakeholder(
        house.larkmere, house.amina, name="Larkmere Housing", sector="council", held_by=house.of("ruth")
    )


# --- Reading ---------------------------------------------------------------------------------------------------------
def test_stakeholder_list_costs_the_same_for_1_3_and_30(house, django_assert_max_num_queries):
    client, costs = client_of(house, "bea"), []
    client.get(here("stakeholder_list", house))
    for more in (1, 2, 27):
        for _ in range(more):
            stakeholder = make_stakeholder(house.larkmere, house.amina, held_by=house.of("bea"))
            for day in (4, 5):
                record_position(stakeholder=stakeholder, by=house.amina, agreement=3, trust=2, on=date(2026, 5, day))
        with django_assert_max_num_queries(8) as counted:
            assert client.get(here("stakeholder_list", house)).status_code == 200
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


def test_stakeholder_detail_costs_the_same_for_1_3_and_30_looks(house, housing, django_assert_max_num_queries):
    client, costs, day = client_of(house, "bea"), [], date(2026, 1, 1)
    client.get(url("stakeholder_detail", housing))
    for more in (1, 2, 27):
        for _ in range(more):
            day += timedelta(days=1)
            record_position(stakeholder=housing, by=house.amina, agreement=3, trust=2, on=day)
        with django_assert_max_num_queries(8) as counted:
            client.get(url("stakeholder_detail", housing))
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


def test_stakeholder_list_shows_where_a_group_stands_and_how_it_moved(house, housing):
    record_position(stakeholder=housing, by=house.amina, agreement=2, trust=4, on=date(2026, 5, 4))
    record_position(stakeholder=housing, by=house.amina, agreement=3, trust=4, on=date(2026, 11, 2))
    make_stakeholder(house.larkmere, house.amina, name="Town traders")
    body = client_of(house, "bea").get(here("stakeholder_list", house)).content.decode()
    assert (
        '<span class="pn-nums">3</span><span class="visually-hidden"> of 5</span>, up<span class="visually-hidden"> from 2</span>'
        in body
    )
    assert '<span class="pn-nums">4</span><span class="visually-hidden"> of 5</span>, same' in body
    assert ("Ruth Castle" in body, "Nobody yet" in body, "Nobody has looked yet" in body, "Not agreed yet" in body) == (
        True,
    ) * 4


def test_stakeholder_list_filters_by_circle(house, housing):
    make_stakeholder(house.larkmere, house.amina, name="Town traders", ring="active")
    body = client_of(house, "bea").get(here("stakeholder_list", house), {"circle": "active"}).content.decode()
    assert ("Town traders" in body, "Larkmere Housing" in body) == (True, False)


def test_stakeholder_list_says_when_whoever_was_in_touch_has_left(house, housing):
    leave_partnership(membership=house.of("ruth"), by=house.ruth)
    body = client_of(house, "bea").get(here("stakeholder_list", house)).content.decode()
    assert ("Nobody now" in body, "Ruth Castle has left" in body) == (True, True)


# --- Adding ----------------------------------------------------------------------------------------------------------
def test_stakeholder_create_adds_a_group_and_where_it_stands_once(house):
    bea = house.of("bea")
    sent = a_group(
        held_by=bea.pk,
        last_talked_on="2026-11-02",
        accountable_for="Tell them early.",
        agreement="4",
        trust="3",
        note="Stayed to wash up.",
        idempotency_key=str(uuid.uuid4()),
    )
    client = client_of(house, "bea")
    answers = [client.post(here("stakeholder_create", house), sent) for _ in range(2)]
    group = Stakeholder.objects.get()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, url("stakeholder_detail", group))] * 2
    assert (
        group.name,
        group.kind,
        group.sector,
        group.ring,
        group.held_by,
        group.last_talked_on,
        group.accountable_for,
    ) == (
        "Larkmere Housing",
        "Housing association",
        "council",
        "wider",
        bea,
        date(2026, 11, 2),
        "Tell them early.",
    )
    assert list(group.positions.values_list("on", "agreement", "trust", "note", "by__email")) == [
        (house.larkmere.local_date(), 4, 3, "Stayed to wash up.", house.bea.email)
    ]


def test_stakeholder_create_needs_no_position(house):
    assert client_of(house, "bea").post(here("stakeholder_create", house), a_group()).status_code == 302
    assert not StakeholderPosition.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Write what the group is called."),
        ({"name": LONG}, "at most 120 characters fit, and this has 9999"),
        ({"kind": LONG}, "at most 80 characters fit"),
        ({"accountable_for": LONG}, "at most 300 characters fit"),
        ({"sector": "army"}, "Choose one from the list."),
        ({"ring": "outer"}, "Choose one from the list."),
        ({"held_by": "nobody"}, "Choose someone who is in the group today."),
        ({"held_by": str(uuid.uuid4())}, "Choose someone who is in the group today."),
        ({"last_talked_on": "2199-01-01"}, "This day has not come yet. Choose today or an earlier day."),
        ({"last_talked_on": "long ago"}, "Write a date like 2026-11-30."),
        ({"agreement": "4"}, "Choose a number here too, or leave this whole part out."),
        ({"note": "A word"}, "Choose a number here too, or leave this whole part out."),
        ({"agreement": "6", "trust": "1"}, "Choose a number from 1 to 5."),
    ],
)
def test_stakeholder_create_refuses_in_words_and_keeps_what_was_typed(house, changes, words):
    body = assert_refused(
        client_of(house, "bea"), here("stakeholder_create", house), a_group(**changes)
    ).content.decode()
    assert words in body
    assert "kind" in changes or "Housing association" in body
    assert "name" in changes or 'value="Larkmere Housing"' in body


@pytest.mark.parametrize("who", ["foreign", "left", "reader"])
def test_stakeholder_create_refuses_a_contact_who_is_not_of_the_group(house, who):
    """T4: a membership of another partnership, an ended one and a reader's are refused alike."""
    contact = {"foreign": house.of("dan", house.quarry_end), "left": house.of("lena"), "reader": house.of("fay")}[who]
    body = assert_refused(
        client_of(house, "bea"), here("stakeholder_create", house), a_group(held_by=contact.pk)
    ).content.decode()
    assert ("Choose someone who is in the group today." in body, "Dan Achterberg" in body) == (True, False)


def test_stakeholder_create_refuses_a_name_that_is_there_already(house, housing):
    body = assert_refused(
        client_of(house, "bea"), here("stakeholder_create", house), a_group(name="larkmere  HOUSING")
    ).content.decode()
    assert "This group is in the list already." in body


def test_stakeholder_create_asks_about_a_persons_name_and_blocks_nothing(house):
    client = client_of(house, "bea")
    response = client.post(here("stakeholder_create", house), a_group(name="Councillor Maureen Tuck"))
    assert response.status_code == 302
    assert Stakeholder.objects.get().name == "Councillor Maureen Tuck"
    assert "Is this one person’s name?" in client.get(response.url).content.decode()
    assert (
        "Is this one person’s name?"
        not in client.get(url("stakeholder_detail", Stakeholder.objects.get())).content.decode()
    )


# --- Changing --------------------------------------------------------------------------------------------------------
def test_stakeholder_update_keeps_what_changed(house, housing):
    sent = a_group(name="Larkmere Homes", ring="active", version=housing.version)
    assert client_of(house, "bea").post(url("stakeholder_update", housing), sent).status_code == 302
    housing.refresh_from_db()
    assert (housing.name, housing.ring, housing.held_by) == ("Larkmere Homes", "active", None)


def test_stakeholder_update_shows_both_texts_after_a_clash(house, housing):
    sent = a_group(accountable_for="Words of mine", held_by=house.of("bea").pk, version=housing.version)
    update_stakeholder(
        stakeholder=housing, by=house.amina, expected=housing.version, accountable_for="Words of Amina’s"
    )
    response = client_of(house, "bea").post(url("stakeholder_update", housing), sent)
    body = response.content.decode()
    assert response.status_code == 409
    assert all(words in body for words in ("Words of mine", "Words of Amina’s", "Ruth Castle", "Bea Nwosu"))
    housing.refresh_from_db()
    assert housing.accountable_for == "Words of Amina’s"
    assert (
        client_of(house, "bea")
        .post(url("stakeholder_update", housing), sent | {"version": housing.version})
        .status_code
        == 302
    )
    housing.refresh_from_db()
    assert housing.accountable_for == "Words of mine"


def test_stakeholder_update_refuses_a_contact_of_another_partnership(house, housing):
    sent = a_group(held_by=house.of("dan", house.quarry_end).pk, version=housing.version)
    assert_refused(client_of(house, "bea"), url("stakeholder_update", housing), sent)


# --- Where they stand ------------------------------------------------------------------------------------------------
def test_stakeholder_position_create_adds_a_dated_row_and_keeps_the_old(house, housing):
    record_position(stakeholder=housing, by=house.amina, agreement=2, trust=2, on=date(2026, 5, 4))
    sent = {
        "agreement": "3",
        "trust": "2",
        "note": "Rang us first.",
        "on": "2026-11-02",
        "idempotency_key": str(uuid.uuid4()),
    }
    client = client_of(house, "bea")
    assert [client.post(url("stakeholder_position_create", housing), sent).status_code for _ in range(2)] == [302, 302]
    assert list(housing.positions.values_list("on", "agreement", "trust", "note")) == [
        (date(2026, 5, 4), 2, 2, ""),
        (date(2026, 11, 2), 3, 2, "Rang us first."),
    ]
    body = client.get(url("stakeholder_detail", housing)).content.decode()
    assert body.index("2 November 2026") < body.index("4 May 2026")
    assert "“Rang us first.”" in body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agreement": ""}, "Choose a number from 1 to 5."),
        ({"trust": "0"}, "Choose a number from 1 to 5."),
        ({"on": "2199-01-01"}, "This day has not come yet."),
        ({"on": ""}, "Write the day this is about."),
        ({"note": LONG}, "at most 300 characters fit"),
    ],
)
def test_stakeholder_position_create_refuses_in_words(house, housing, changes, words):
    sent = {"agreement": "3", "trust": "2", "note": "Typed by me.", "on": "2026-11-02"} | changes
    body = assert_refused(client_of(house, "bea"), url("stakeholder_position_create", housing), sent).content.decode()
    assert words in body
    assert "note" in changes or "Typed by me." in body
