import pytest
from django.urls import reverse

from partnerships.domain.members import change_ring, set_brings, update_profile
from partnerships.enums import Authority, BringKind, Ring, SeenBy
from partnerships.models.members import Membership
from partnerships.models.people import Person
from partnerships.tests.access_table import assert_refused, client_of
from partnerships.tests.factories import make_member, make_organisation

pytestmark = pytest.mark.django_db
LONG = "word " * 2000  # 10,000 characters


def url(view, membership):
    return reverse(f"partnerships:{view}", kwargs={"membership_id": membership.pk})


def page(client, address, **data):
    return client.get(address, data).content.decode()


def profile(membership, *, brings=(), **changes):
    """What the profile page sends when nothing but `changes` was touched."""
    membership.refresh_from_db()
    person = Person.objects.get(pk=membership.person_id)
    fields = {name: getattr(person, name) for name in ("full_name", "called", "pronouns")}
    names = (
        "hopes",
        "hopes_seen_by",
        "limits",
        "limits_seen_by",
        "room_seen_by",
        "authority",
        "consult_whom",
        "consult_days",
        "version",
    )
    fields |= {name: getattr(membership, name) for name in names} | {
        "room_hours": "" if membership.room_hours is None else membership.room_hours
    }
    fields |= {"bring-TOTAL_FORMS": len(brings), "bring-INITIAL_FORMS": 0}
    for number, (kind, text) in enumerate(brings):
        fields |= {f"bring-{number}-kind": kind, f"bring-{number}-text": text}
    return fields | changes


# --- The list -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["membership_list", "partnership_detail"])
def test_a_page_of_people_costs_the_same_for_1_3_and_30_more(house, django_assert_max_num_queries, view):
    client = client_of(house, "bea")
    address = reverse(f"partnerships:{view}", kwargs={"partnership_id": house.larkmere.pk})
    client.get(address)
    costs = []
    for more in (1, 2, 27):
        for _ in range(more):
            member = make_member(house.larkmere, organisation=make_organisation())
            set_brings(membership=member, brings=[(BringKind.SKILL, "Fixes bikes")], by=member.person)
        with django_assert_max_num_queries(8) as counted:
            assert client.get(address).status_code == 200
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


def test_membership_list_puts_what_someone_brings_before_where_they_work(house):
    set_brings(membership=house.of("bea"), brings=[(BringKind.SKILL, "Cooks for 60")], by=house.bea)
    body = page(client_of(house, "tom"), reverse("partnerships:membership_list", args=[house.larkmere.pk]))
    assert (
        body.index("Amina Rahman")
        < body.index("Bea Nwosu")
        < body.index("Cooks for 60")
        < body.index("Tannery Row Kitchen")
        < body.index("Tom Oyelaran")
    )


def test_membership_list_keeps_readers_apart_and_leavers_out(house):
    body = page(client_of(house, "bea"), reverse("partnerships:membership_list", args=[house.larkmere.pk]))
    group, _, readers = body.partition("They read what we share")
    assert "Fay Lindqvist" not in group
    assert "Fay Lindqvist" in readers
    assert "Lena Brandt" not in body


def test_membership_list_shows_a_circle_alone(house):
    body = page(
        client_of(house, "bea"), reverse("partnerships:membership_list", args=[house.larkmere.pk]), circle="wider"
    )
    assert [name in body for name in ("Gwen Farrow", "Piotr Zielak", "Amina Rahman")] == [True, True, False]


def test_membership_list_finds_and_groups_when_there_are_many(house):
    address = reverse("partnerships:membership_list", args=[house.larkmere.pk])
    client = client_of(house, "bea")
    assert 'role="search"' not in page(client, address)
    for _ in range(9):
        make_member(house.larkmere, ring=Ring.WIDER)
    body = page(client, address)
    assert [f'id="circle-{ring}"' in body for ring in Ring] == [True, True, True]
    assert 'role="search"' in body
    found = page(client, address, find="gwen")
    assert ("Gwen Farrow" in found, "Amina Rahman" in found) == (True, False)
    assert "Nobody fits “plumer”" in page(client, address, find="plumer")


def test_membership_list_tells_room_only_to_those_who_may_know(house):
    bea = house.of("bea")
    for seen_by, tom, amina in (
        (SeenBy.GROUP, True, True),
        (SeenBy.FACILITATORS, False, True),
        (SeenBy.ME, False, False),
    ):
        update_profile(membership=bea, by=house.bea, expected=bea.version, room_hours=217, room_seen_by=seen_by)
        bea.refresh_from_db()
        address = reverse("partnerships:membership_list", args=[house.larkmere.pk])
        assert ("217" in page(client_of(house, "tom"), address), "217" in page(client_of(house, "amina"), address)) == (
            tom,
            amina,
        )
        assert "217" in page(client_of(house, "bea"), address)


# --- One person ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["hopes", "limits"])
def test_membership_detail_shows_words_only_to_those_their_writer_chose(house, field):
    bea = house.of("bea")
    for seen_by, tom, amina in (
        (SeenBy.GROUP, True, True),
        (SeenBy.FACILITATORS, False, True),
        (SeenBy.ME, False, False),
    ):
        update_profile(
            membership=bea,
            by=house.bea,
            expected=bea.version,
            **{field: "canary in the kitchen", f"{field}_seen_by": seen_by},
        )
        bea.refresh_from_db()
        seen = {
            name: "canary" in page(client_of(house, name), url("membership_detail", bea))
            for name in ("tom", "amina", "bea")
        }
        assert seen == {"tom": tom, "amina": amina, "bea": True}


def test_membership_detail_shows_the_address_to_those_who_facilitate_alone(house):
    address = url("membership_detail", house.of("helen"))
    assert [house.helen.email in page(client_of(house, name), address) for name in ("bea", "amina", "ruth")] == [
        False,
        True,
        True,
    ]


def test_membership_detail_of_someone_who_left_keeps_what_they_brought_and_no_more(house):
    lena = house.of("lena")
    Membership.objects.filter(pk=lena.pk).update(hopes="canary", room_hours=217)
    lena.brings.create(kind=BringKind.CONNECTION, text="Links to schools")
    body = page(client_of(house, "amina"), url("membership_detail", lena))
    assert ("Links to schools" in body, "A new post in another town." in body) == (True, True)
    assert ("canary" in body, "217" in body, house.lena.email in body, "Note a change" in body) == (
        False,
        False,
        False,
        False,
    )


def test_membership_detail_tells_history_with_its_reasons_newest_first(house):
    change_ring(membership=house.of("helen"), ring=Ring.ACTIVE, by=house.helen, reason="Less time in winter.")
    body = page(client_of(house, "bea"), url("membership_detail", house.of("helen")))
    assert (
        body.index("Moved from core to active.")
        < body.index("Less time in winter.")
        < body.index("Here from the first day, as core.")
    )


def test_membership_detail_costs_the_same_however_much_someone_brings(house, django_assert_max_num_queries):
    client, costs = client_of(house, "amina"), []
    helen = house.of("helen")
    client.get(url("membership_detail", helen))
    for count in (1, 3, 30):
        set_brings(
            membership=helen, brings=[(BringKind.SKILL, f"Thing {number}") for number in range(count)], by=house.helen
        )
        with django_assert_max_num_queries(8) as counted:
            client.get(url("membership_detail", helen))
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


# --- My page ---------------------------------------------------------------------------------------------------------
def test_membership_profile_keeps_everything_at_once(house):
    bea = house.of("bea")
    sent = profile(
        bea, brings=[("skill", "Cooks for 60"), ("resource", ""), ("resource", " A kitchen, after 4 ")], called="Bee", full_name="Beatrice Nwosu", pronouns="she, her",
        hopes="Nobody asks twice.", limits="Screens after a shift.", limits_seen_by="facilitators", room_hours="3", authority="consult", consult_whom="The Tuesday cooks", consult_days="A week",
    )  # fmt: skip
    response = client_of(house, "bea").post(url("membership_profile", bea), sent)
    assert (response.status_code, response.url) == (302, url("membership_detail", bea))
    bea = house.of("bea")
    assert (bea.hopes, bea.limits, bea.limits_seen_by, bea.room_hours) == (
        "Nobody asks twice.",
        "Screens after a shift.",
        SeenBy.FACILITATORS,
        3,
    )
    assert (bea.authority, bea.consult_whom, bea.consult_days) == (Authority.CONSULT, "The Tuesday cooks", "A week")
    assert (bea.person.called, bea.person.full_name, bea.person.pronouns) == ("Bee", "Beatrice Nwosu", "she, her")
    assert list(bea.brings.values_list("kind", "text")) == [
        ("skill", "Cooks for 60"),
        ("resource", "A kitchen, after 4"),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hopes": LONG}, "at most 2000 characters fit, and this has 9999"),
        ({"limits": LONG}, "at most 2000 characters fit"),
        ({"full_name": " "}, "Write your full name"),
        ({"full_name": LONG}, "at most 120 characters fit"),
        ({"room_hours": "many"}, "Write a whole number of hours, such as 3."),
        ({"room_hours": "-1"}, "Write a whole number of hours, such as 3."),
        ({"room_hours": "900"}, "A month has fewer hours than that."),
        ({"limits_seen_by": "everyone"}, "Choose who sees this."),
        ({"hopes_seen_by": ""}, "Choose who sees this."),
        ({"consult_whom": LONG}, "at most 200 characters fit"),
        ({"version": ""}, "This page is not complete."),
        ({"bring-0-text": LONG}, "at most 200 characters fit"),
        ({"bring-0-kind": "magic"}, "Choose one from the list."),
        ({"bring-TOTAL_FORMS": ""}, "This page is not complete."),
        ({"bring-TOTAL_FORMS": "31", **{f"bring-{n}-text": f"Thing {n}" for n in range(31)}, **{f"bring-{n}-kind": "skill" for n in range(31)}}, "Keep at most 30 lines"),
    ],
)  # fmt: skip
def test_membership_profile_refuses_in_words_and_keeps_what_was_typed(house, changes, words):
    bea = house.of("bea")
    sent = profile(bea, brings=[("skill", "canary of mine")], **({"hopes": "hope of mine"} | changes))
    body = assert_refused(client_of(house, "bea"), url("membership_profile", bea), sent).content.decode()
    assert words in body
    assert "<title>Error:" in body.replace("\n", "")
    if "hopes" not in changes:
        assert "hope of mine" in body
    if "bring-0-text" not in changes and "bring-TOTAL_FORMS" not in changes:
        assert "canary of mine" in body


def test_membership_profile_adds_a_line_without_saving_and_keeps_what_was_typed(house):
    bea, client = house.of("bea"), client_of(house, "bea")
    sent = profile(
        bea,
        brings=[("skill", "Cooks"), ("connection", "The baker")],
        hopes="typed, not saved",
        room_hours="not a number",
        more="1",
    )
    body = assert_refused(client, url("membership_profile", bea), sent).content.decode()
    assert [f'name="bring-{number}-text"' in body for number in range(5)] == [True, True, True, True, False]
    assert ("The baker" in body, "typed, not saved" in body, "not a number" in body, "There is a problem" in body) == (
        True,
        True,
        True,
        False,
    )
    body = assert_refused(client, url("membership_profile", bea), sent | {"more": "", "take_out": "0"}).content.decode()
    assert ("Cooks" in body, "The baker" in body) == (False, True)


def test_membership_profile_shows_both_texts_after_a_clash_and_loses_neither(house):
    bea, client = house.of("bea"), client_of(house, "bea")
    sent = profile(bea, brings=[("skill", "Line of mine")], hopes="Hope of mine")
    update_profile(
        membership=bea,
        by=house.bea,
        expected=bea.version,
        hopes="Hope from my phone",
        brings=[(BringKind.SKILL, "Line from my phone")],
    )
    response = client.post(url("membership_profile", bea), sent)
    body = response.content.decode()
    assert response.status_code == 409
    assert all(words in body for words in ("Hope of mine", "Hope from my phone", "Line of mine", "Line from my phone"))
    bea = house.of("bea")
    assert (bea.hopes, [bring.text for bring in bea.brings.all()]) == ("Hope from my phone", ["Line from my phone"])
    assert f'name="version" value="{bea.version}"' in body
    assert client.post(url("membership_profile", bea), sent | {"version": bea.version}).status_code == 302
    bea = house.of("bea")
    assert (bea.hopes, [bring.text for bring in bea.brings.all()]) == ("Hope of mine", ["Line of mine"])


def test_membership_profile_clash_saves_no_half(house):
    """A name that came with a page that was refused is not saved either."""
    bea = house.of("bea")
    sent = profile(bea, full_name="Somebody Else", hopes="Hope of mine")
    update_profile(membership=bea, by=house.bea, expected=bea.version, hopes="Hope from my phone")
    assert client_of(house, "bea").post(url("membership_profile", bea), sent).status_code == 409
    assert Person.objects.get(pk=house.bea.pk).full_name == "Bea Nwosu"
