"""Reading an invitation and answering it: opening changes nothing, yes and no take one press, every dead link says what to do."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.invitations import accept_invitation, decline_invitation, invite_founder, withdraw_invitation
from partnerships.enums import InvitationState
from partnerships.models.invitations import Invitation
from partnerships.models.members import Membership
from partnerships.models.people import Person
from partnerships.tests.access_table import assert_refused, client_of, fingerprint
from partnerships.tests.factories import make_invitation, make_person
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
LOU = {"full_name": "Lou Fenwick", "called": "Lou", "pronouns": "they/them", "brings": "I run the allotment rota"}


def link(invitation):
    return reverse("partnerships:invitation_read", args=[invitation.token])


def not_now(invitation):
    return reverse("partnerships:invitation_decline", args=[invitation.token])


@pytest.fixture
def invitation(house):
    return make_invitation(
        house.larkmere, house.amina, "Lou Fenwick <lou@eastfold.example>", message="We need you in the room."
    )


def signed_in(client):
    return client.session.get("_auth_user_id")


# --- Reading -------------------------------------------------------------------------------------------------------
def test_invitation_read_says_who_asks_to_what_and_names_nobody_else(house, client, invitation):
    body = client.get(link(invitation)).content.decode()
    for words in (
        "An invitation from Amina Rahman",
        "will you join Larkmere Vale Together?",
        "We need you in the room.",
        "12 people",
    ):
        assert (words, words in body) == (words, True)
    others = (
        Membership.objects.filter(partnership=house.larkmere)
        .exclude(person=house.amina)
        .select_related("person", "organisation")
    )
    told = [
        word
        for each in others
        for word in (each.person.full_name, each.organisation and each.organisation.name)
        if word and word in body
    ]
    assert told == []
    assert "at least 5 people" in body


def test_opening_changes_nothing_however_often_and_by_whomever(house, invitation):
    clients = [client_of(house, name) for name in ("visitor", "dan", "bea", "visitor")]
    before = fingerprint()
    for client in clients:
        answers = [client.get(link(invitation)), client.head(link(invitation)), client.get(not_now(invitation))]
        seen = 403 if signed_in(client) else 200
        assert [answer.status_code for answer in answers] == [seen, seen, 405]
    assert fingerprint() == before


@pytest.mark.parametrize("role", ["member", "facilitator", "observer"])
def test_invitation_read_says_what_each_role_takes(house, client, role):
    body = client.get(link(make_invitation(house.larkmere, house.amina, role=role))).content.decode()
    assert ("You help to lead." in body, "You write nothing" in body) == (role == "facilitator", role == "observer")
    assert ('name="brings"' in body) == (role != "observer")


# --- Yes -----------------------------------------------------------------------------------------------------------
def test_saying_yes_makes_an_account_and_signs_in_with_a_new_session(house, invitation):
    client = Client()
    session = client.session
    session["planted"] = "before"
    session.save()
    client.cookies["session"] = planted = session.session_key
    response = client.post(link(invitation), LOU)
    lou = Person.objects.get(email="lou@eastfold.example")
    mine = Membership.objects.get(person=lou)
    assert (response.status_code, response.url) == (302, reverse("partnerships:membership_profile", args=[mine.pk]))
    assert (lou.full_name, lou.called, lou.pronouns, lou.has_usable_password()) == (
        "Lou Fenwick",
        "Lou",
        "they/them",
        False,
    )
    assert [bring.text for bring in mine.brings.all()] == ["I run the allotment rota"]
    assert signed_in(client) == str(lou.pk)
    assert client.session.session_key != planted
    assert "Welcome to Larkmere Vale Together." in client.get(response.url).content.decode()
    assert client.get(reverse("home")).status_code == 200


def test_what_you_bring_and_your_pronouns_are_if_you_like(house, client, invitation):
    assert client.post(link(invitation), {"full_name": "Lou Fenwick"}).status_code == 302
    assert Membership.objects.get(person__email="lou@eastfold.example").brings.count() == 0


def test_a_reader_comes_to_their_home_page(house, client):
    invitation = make_invitation(house.larkmere, house.amina, role="observer")
    assert client.post(link(invitation), {"full_name": "Owen Pike"}).url == reverse("home")
    assert Membership.objects.get(person__full_name="Owen Pike").observes


def test_a_founder_goes_on_to_set_the_table(house, client):
    invitation = invite_founder(email="iqra@fold.example", by=house.ines, programme=house.programme)
    assert "begin a partnership in Good Neighbours Programme?" in client.get(link(invitation)).content.decode()
    response = client.post(link(invitation), {"full_name": "Iqra Mahmood"})
    assert response.url == reverse("partnerships:partnership_found", args=[invitation.pk])
    assert client.get(response.url).status_code == 200


def test_a_founder_who_closed_the_page_finds_the_way_back(house, client):
    invitation = invite_founder(email="iqra@fold.example", by=house.ines, programme=house.programme)
    table = client.post(link(invitation), {"full_name": "Iqra Mahmood"}).url
    assert table in client.get(reverse("home")).text
    assert table in client.get(link(invitation)).text
    client.logout()
    assert table not in client.get(link(invitation)).text


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": ""},
        {"full_name": "   "},
        {"full_name": "x" * 121},
        {"called": "x" * 61},
        {"pronouns": "x" * 41},
        {"brings": "x" * 201},
    ],
)
def test_a_mistake_changes_nothing_and_keeps_what_was_typed(house, client, invitation, changes):
    response = assert_refused(client, link(invitation), LOU | changes)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert signed_in(client) is None
    assert ("allotment rota" in response.content.decode()) == ("brings" not in changes)


def test_someone_with_an_account_signs_in_first_and_comes_back(house, invitation):
    lou = make_person("Lou Fenwick", email="lou@eastfold.example")
    client = Client()
    body = client.get(link(invitation)).content.decode()
    assert f"{reverse('account_request_login_code')}?next={link(invitation)}" in body
    assert ("Yes, I’ll join" in body, "Not now" in body) == (False, True)
    assert_refused(client, link(invitation), LOU)
    assert signed_in(client) is None
    client.force_login(lou)
    assert client.post(link(invitation), {"brings": ""}).status_code == 302
    assert Membership.objects.get(person=lou).partnership == house.larkmere


def test_someone_signed_in_with_another_address_is_told_so(house, invitation):
    client = client_of(house, "dan")
    for path in (link(invitation), not_now(invitation)):
        before = fingerprint()
        response = client.post(path, {"brings": "Soup"})
        body = response.content.decode()
        assert (response.status_code, fingerprint() == before) == (403, True)
        assert "This invitation was sent to another address" in body
    response = client.get(link(invitation))
    body = response.content.decode()
    assert response.status_code == 403
    assert (house.dan.email in body, "lou@" in body.lower(), "Lou" in body) == (True, False, False)
    assert ("Sign out and use the address it was sent to" in body, "ask for one to this address" in body) == (
        True,
        True,
    )
    assert "Yes, I’ll join" not in body


def test_signing_out_there_comes_back_to_the_invitation(house, invitation):
    client = client_of(house, "dan")
    response = client.post(reverse("account_logout"), {"next": link(invitation)})
    assert (response.status_code, response.url, signed_in(client)) == (302, link(invitation), None)
    assert "will you join Larkmere Vale Together?" in client.get(response.url).content.decode()


def test_every_proven_address_of_a_person_counts_in_capitals_or_not(house, invitation):
    other = EmailAddress.objects.create(user=house.dan, email="Lou@Eastfold.example", verified=False)
    client = client_of(house, "dan")
    assert client.post(link(invitation), {"brings": ""}).status_code == 403
    other.verified = True
    other.save()
    assert client.post(link(invitation), {"brings": ""}).status_code == 302
    assert Membership.objects.current().filter(person=house.dan, partnership=house.larkmere).count() == 1


def test_someone_who_is_here_already_is_told_so(house):
    """They changed to the invited address, or proved it as another of theirs, since the invitation went out."""
    invitation = make_invitation(house.larkmere, house.amina, "bea.at.work@eastfold.example")
    EmailAddress.objects.create(user=house.bea, email=invitation.email, verified=True)
    response = assert_refused(client_of(house, "bea"), link(invitation), {})
    assert "Bea is in Larkmere Vale Together already." in response.content.decode()


def test_someone_who_left_comes_back_as_a_new_membership(house):
    invitation = make_invitation(house.larkmere, house.amina, house.lena.email)
    assert client_of(house, "lena").post(link(invitation), {}).status_code == 302
    assert [each.is_current for each in Membership.objects.filter(person=house.lena).order_by("joined_on")] == [
        False,
        True,
    ]


def test_a_yes_pressed_twice_is_one_yes(house, invitation):
    client = Client()
    client.get(link(invitation))
    key = {"idempotency_key": "3b0a4f1e-8f2a-4b5c-9d6e-7f8091a2b3c4"}
    assert client.post(link(invitation), LOU | key).status_code == 302
    again = client.post(link(invitation), LOU | key)
    assert (again.status_code, "accepted already" in again.content.decode()) == (410, True)
    assert Membership.objects.filter(person__email="lou@eastfold.example").count() == 1


def test_two_yeses_at_the_same_moment_are_one_account(transactional_db, house, invitation):
    answers = at_once(
        *(lambda client=client: client.post(link(invitation), LOU).status_code for client in (Client(), Client()))
    )
    assert sorted(answers) == [302, 410]
    assert Person.objects.filter(email="lou@eastfold.example").count() == 1
    assert Membership.objects.filter(person__email="lou@eastfold.example").count() == 1


def test_a_yes_and_a_taking_back_at_the_same_moment_agree(transactional_db, house, invitation):
    amina = client_of(house, "amina")
    at_once(
        lambda: Client().post(link(invitation), LOU).status_code,
        lambda: amina.post(reverse("partnerships:invitation_withdraw", args=[invitation.pk])).status_code,
    )
    invitation.refresh_from_db()
    joined = Membership.objects.filter(person__email="lou@eastfold.example").exists()
    assert (invitation.state, joined) in {(InvitationState.ACCEPTED, True), (InvitationState.WITHDRAWN, False)}


# --- Not now, and links that have done their work -------------------------------------------------------------------
def test_not_now_takes_one_press_and_no_account(house, client, invitation):
    people = Person.objects.count()
    response = client.post(not_now(invitation))
    assert response.status_code == 200
    assert "We will not write to you about this again." in response.content.decode()
    assert "tell Amina" in response.content.decode()
    invitation.refresh_from_db()
    assert (invitation.state, Person.objects.count(), signed_in(client)) == (InvitationState.DECLINED, people, None)
    assert client.post(not_now(invitation)).status_code == 410


def run_out(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(
        created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now() - timedelta(minutes=1)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda invitation: accept_invitation(invitation=invitation, full_name="Lou Fenwick"),
            "sign in with the address it was sent to",
        ),
        (lambda invitation: decline_invitation(invitation=invitation), "Tell Amina: they can ask you again"),
        (lambda invitation: withdraw_invitation(invitation=invitation, by=None), "Ask Amina"),
        (run_out, "Amina can send it again"),
    ],
    ids=["accepted", "declined", "withdrawn", "ran out"],
)
def test_a_link_that_has_done_its_work_says_what_to_do_and_changes_nothing(house, client, invitation, change, words):
    change(invitation)
    before = fingerprint()
    answers = [client.get(link(invitation)), client.post(link(invitation), LOU), client.post(not_now(invitation))]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert words in answers[0].content.decode()
    assert "Larkmere" not in answers[0].content.decode()
    assert fingerprint() == before


@pytest.mark.parametrize("token", ["x", "0" * 64, "f" * 63])
def test_an_unknown_link_is_absent_and_says_where_the_right_one_may_be(db, client, token):
    answer = client.get(f"/invitations/{token}/")
    assert (answer.status_code, client.post(f"/invitations/{token}/", LOU).status_code) == (404, 404)
    assert "We can’t find this invitation" in answer.content.decode()


def test_the_link_of_an_invitation_is_kept_by_no_cache_and_told_to_no_other_site(house, client, invitation):
    for answer in (client.get(link(invitation)), client.post(not_now(invitation)), client.get(link(invitation))):
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer.headers["Cache-Control"]
