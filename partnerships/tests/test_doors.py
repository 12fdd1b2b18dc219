"""The doors, walked as everybody. They are tested on pages of their own, so a page that forgets one is another test's matter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships import access
from partnerships.domain.invitations import accept_invitation, decline_invitation, invite_founder, withdraw_invitation
from partnerships.domain.leads import begin_lead_term
from partnerships.domain.members import leave_partnership
from partnerships.enums import Role
from partnerships.models.organisations import Organisation
from partnerships.tests.access_table import (
    ANYONE,
    FACILITATORS,
    GROUP,
    NOBODY_ELSE,
    PROGRAMME,
    READERS,
    Row,
    check_other_methods,
    check_row,
    check_stranger_and_absent_look_the_same,
    client_of,
    fingerprint,
    only,
    own,
)
from partnerships.tests.door_urls import doors
from partnerships.tests.factories import make_invitation, make_stakeholder

pytestmark = [pytest.mark.django_db, pytest.mark.urls("partnerships.tests.door_urls")]


def partnership_id(house):
    return {"partnership_id": house.larkmere.pk}


def invitation_id(house):
    return {"invitation_id": make_invitation(house.larkmere, house.amina).pk}


def founding_id(house):
    invitation = invite_founder(email=house.bea.email, by=house.ines)
    accept_invitation(invitation=invitation, person=house.bea)
    return {"invitation_id": invitation.pk}


def lead_term_id(house):
    organisation = Organisation.objects.get(name="Voluntary Action Larkmere")
    return {"lead_term_id": begin_lead_term(partnership=house.larkmere, organisation=organisation, by=house.amina).pk}


ROWS = [
    Row("doors:readers", READERS, partnership_id),
    Row("doors:group", GROUP, partnership_id),
    Row("doors:lead", FACILITATORS, partnership_id),
    Row("doors:person", GROUP, lambda house: {"membership_id": house.of("bea").pk}),
    Row("doors:person", GROUP, lambda house: {"membership_id": house.of("lena").pk}),
    Row("doors:own", own("bea"), lambda house: {"membership_id": house.of("bea").pk}),
    Row("doors:invitation", FACILITATORS, invitation_id),
    Row("doors:stakeholder", GROUP, lambda house: {"stakeholder_id": make_stakeholder(house.larkmere, house.amina).pk}),
    Row("doors:term", FACILITATORS, lead_term_id),
    Row("doors:programme", PROGRAMME, lambda house: {"programme_id": house.programme.pk}),
    Row("doors:founding", only("bea"), founding_id),
    Row(
        "doors:link",
        NOBODY_ELSE,
        lambda house: {"token": make_invitation(house.larkmere, house.amina).token},
        absent=False,
    ),
    Row("doors:open", ANYONE, absent=False),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_door_lets_in_exactly_those_it_says(row, house):
    check_row(row, house)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_door_tells_a_stranger_nothing(row, house):
    check_stranger_and_absent_look_the_same(row, house)


def test_other_methods_are_refused(house):
    check_other_methods(ROWS[0], house)


def test_a_door_hands_over_the_thing_and_puts_the_partnership_on_the_request(house):
    stakeholder = make_stakeholder(house.larkmere, house.amina)
    said = client_of(house, "bea").get(reverse("doors:stakeholder", args=[stakeholder.pk])).json()
    assert said == {"thing": str(stakeholder.pk), "partnership": str(house.larkmere.pk)}


def test_a_page_behind_a_door_costs_three_queries(house, django_assert_num_queries):
    """Session, person, and membership with its partnership: the floor under every page."""
    client = client_of(house, "bea")
    client.get(reverse("doors:group", args=[house.larkmere.pk]))
    with django_assert_num_queries(3):
        client.get(reverse("doors:group", args=[house.larkmere.pk]))


def test_a_door_shuts_at_the_next_request_after_leaving(house):
    client = client_of(house, "bea")
    address = reverse("doors:group", args=[house.larkmere.pk])
    assert client.get(address).status_code == 200
    leave_partnership(membership=house.of("bea"), by=house.bea)
    assert client.get(address).status_code == 404


def test_founding_is_over_once_a_partnership_stands(house):
    address = reverse("doors:founding", kwargs=(kwargs := founding_id(house)))
    client = client_of(house, "bea")
    assert client.get(address).status_code == 200
    house.bea.invitations_accepted.update(partnership=house.larkmere)
    assert client.get(address).status_code == 404, kwargs


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda invitation: accept_invitation(invitation=invitation, full_name="Lou Fenwick"), "accepted already"),
        (lambda invitation: decline_invitation(invitation=invitation), "Not now"),
        (lambda invitation: withdraw_invitation(invitation=invitation, by=None), "taken back"),
        (
            lambda invitation: type(invitation).objects.update(
                created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now()
            ),
            "run out",
        ),
    ],
    ids=["accepted", "declined", "withdrawn", "expired"],
)
def test_a_link_that_has_done_its_work_says_so(house, change, words):
    invitation = make_invitation(house.larkmere, house.amina)
    address = reverse("doors:link", args=[invitation.token])
    change(invitation)
    response = Client().get(address)
    assert response.status_code == 410
    assert words in response.content.decode()
    assert "Larkmere" not in response.content.decode()


def test_a_link_is_kept_by_no_cache_and_told_to_no_other_site(house):
    response = Client().get(reverse("doors:link", args=[make_invitation(house.larkmere, house.amina).token]))
    assert response.status_code == 200
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in response.headers["Cache-Control"]


def test_opening_a_link_changes_nothing_and_signs_nobody_in(house):
    invitation = make_invitation(house.larkmere, house.amina)
    client = Client()
    before = fingerprint()
    for _ in range(10):
        assert client.get(reverse("doors:link", args=[invitation.token])).status_code == 200
    assert "_auth_user_id" not in client.session
    assert fingerprint() == before


@pytest.mark.parametrize("token", ["x", "0" * 64, "5f852a81-28db-41c9-8c02-c0f19665ee93"])
def test_an_unknown_link_is_absent(house, token):
    assert Client().get(reverse("doors:link", args=[token])).status_code == 404


def test_what_a_door_asks_survives_the_decorators_above_it():
    found = {pattern.name: pattern.callback.access for pattern in doors[0]}
    assert found["lead"] == access.Access("partnership", Role.FACILITATOR)
    assert found["own"].own
    assert found["own"].sentence == "Only the person themself."
    assert found["organisation_create"] == access.Access("signed_in")
    assert found["open"] == access.Access("public", reason="a test")
    assert all(entry.sentence for entry in found.values())
