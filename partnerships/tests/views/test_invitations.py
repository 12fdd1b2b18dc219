"""Asking people in: the form, what became of each mail, sending again, taking back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.invitations import accept_invitation, decline_invitation, list_waiting, withdraw_invitation
from partnerships.emails import invitation_url
from partnerships.enums import Delivery, DispatchState, InvitationState
from partnerships.models.dispatch import Dispatch
from partnerships.models.invitations import Invitation
from partnerships.models.members import Membership
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person
from partnerships.tests.access_table import assert_refused, client_of, fingerprint
from partnerships.tests.factories import make_invitation, make_organisation, make_partnership
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db


def inviting(partnership):
    return reverse("partnerships:invitation_create", args=[partnership.pk])


def sent(**changes):
    return {"emails": "lou@eastfold.example", "role": "member", "message": "", "organisation": ""} | changes


@pytest.fixture
def amina_at(house):
    """(browser of Amina, address of the page)."""
    return client_of(house, "amina"), inviting(house.larkmere)


# --- Asking --------------------------------------------------------------------------------------------------------
def test_invitation_create_asks_several_at_once(house, amina_at):
    client, address = amina_at
    response = client.post(
        address,
        sent(
            emails="lou@eastfold.example\nSamir H <samir@stbrede.example>", message="Come and eat.", role="facilitator"
        ),
        follow=True,
    )
    assert response.redirect_chain == [(address, 302)]
    assert "2 invitations are on their way." in response.content.decode()
    made = Invitation.objects.order_by("email").values_list(
        "email", "full_name", "message", "role", "by", "partnership"
    )
    assert list(made) == [
        ("lou@eastfold.example", "", "Come and eat.", "facilitator", house.amina.pk, house.larkmere.pk),
        ("samir@stbrede.example", "Samir H", "Come and eat.", "facilitator", house.amina.pk, house.larkmere.pk),
    ]
    assert set(send_dispatches()) == {DispatchState.SENT}
    assert sorted(message.to for message in mail.outbox) == [["lou@eastfold.example"], ["samir@stbrede.example"]]


def test_invitation_create_takes_an_organisation_around_the_table_or_a_new_one(house, amina_at):
    client, address = amina_at
    kitchen = Organisation.objects.get(name="Tannery Row Kitchen")
    client.post(address, sent(organisation=kitchen.pk))
    new = {
        "organisation": "another",
        "another_name": "Moss Lane Youth Club",
        "another_sector": "vcse",
        "another_small": "on",
    }
    client.post(address, sent(emails="pearl@moss.example", **new))
    assert list(Invitation.objects.order_by("email").values_list("organisation__name", "organisation__small")) == [
        ("Tannery Row Kitchen", True),
        ("Moss Lane Youth Club", True),
    ]


def test_invitation_create_names_each_line_that_needs_a_look_and_keeps_what_was_typed(house, amina_at):
    client, address = amina_at
    typed = "lou@eastfold.example\nmarta@valebuses\nhelen@larkmere.example\n<b>tariq"
    response = assert_refused(client, address, sent(emails=typed, message="Our own words."))
    body = response.content.decode()
    assert response.status_code == 422
    assert '<h2 id="errors-title">3 lines need a look</h2>' in body
    assert body.count('href="#id_emails"') == 3
    for line, advice in ((2, "The end is missing"), (3, "Helen is here already"), (4, "An address has an @ in it")):
        assert f'<th scope="row">{line}</th>' in body
        assert f"Line {line}: {advice}" in body
    assert "lou@eastfold.example\nmarta@valebuses" in body
    assert "Our own words.</textarea>" in body
    assert ("&lt;b&gt;tariq" in body, "<b>tariq" in body) == (True, False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"emails": ""}, "Write one address on each line."),
        ({"emails": "x" * 10_001}, "Make this shorter"),
        (
            {"emails": "\n".join(f"p{number}@x.example" for number in range(51))},
            "That is 51 addresses. Send up to 50 at a time.",
        ),
        ({"message": "x" * 2001}, "Make this shorter"),
        ({"role": ""}, "Choose what you are asking them to be."),
        ({"role": "founder"}, "Choose one from the list."),
        ({"role": "superuser"}, "Choose one from the list."),
        ({"organisation": "another"}, "Write the name of the other organisation."),
        ({"organisation": "another", "another_name": "Moss Lane"}, "sector"),
        ({"emails": "a@x.example\x00"}, "Null characters"),
    ],
)
def test_invitation_create_refuses_with_words_and_changes_nothing(house, amina_at, changes, words):
    response = assert_refused(*amina_at, sent(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()


def test_invitation_create_refuses_an_organisation_of_another_table(house, amina_at):
    make_partnership(organisations=[make_organisation("Somebody else’s")])
    foreign = Organisation.objects.get(name="Somebody else’s")
    body = assert_refused(*amina_at, sent(organisation=foreign.pk)).content.decode()
    assert "Choose one from the list." in body
    assert "Somebody else" not in body


def test_invitation_create_pressed_twice_invites_once(house, amina_at):
    client, address = amina_at
    key = {"idempotency_key": "0c8d7cbe-5a5e-4c27-8f3e-3a4b74d6f1d0"}
    answers = [client.post(address, sent(**key)) for _ in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, address)] * 2
    assert Invitation.objects.count() == Dispatch.objects.count() == 1


def test_two_who_ask_the_same_person_at_the_same_moment_ask_once(transactional_db, house):
    clients = [client_of(house, name) for name in ("amina", "ruth")]
    answers = at_once(
        *(lambda client=client: client.post(inviting(house.larkmere), sent()).status_code for client in clients)
    )
    assert sorted(answers) == [302, 422]
    assert Invitation.objects.count() == Dispatch.objects.count() == 1


def test_words_of_people_are_never_markup(house, amina_at):
    client, address = amina_at
    client.post(address, sent(emails='"<i>Eve</i>" <eve@x.example>', message="<script>alert(1)</script>"))
    for page in (
        client.get(address),
        client_of(house, "visitor").get(f"/invitations/{Invitation.objects.get().token}/"),
    ):
        body = page.content.decode()
        assert ("<script>alert" in body, "<i>Eve" in body) == (False, False)
    assert "&lt;script&gt;alert" in body


# --- What became of it ---------------------------------------------------------------------------------------------
def state_of(invitation, **changes):
    Dispatch.objects.to(invitation).update(**changes)
    (row,) = list_waiting(partnership=invitation.partnership)
    return row.delivery


def test_the_list_says_how_far_each_mail_came(house):
    invitation = make_invitation(house.larkmere, house.amina)
    found = {
        state: state_of(invitation, state=state)
        for state in DispatchState
        if state not in (DispatchState.SENDING, DispatchState.SENT)
    }
    assert found == {
        DispatchState.PLANNED: Delivery.ON_ITS_WAY,
        DispatchState.FAILED: Delivery.NOT_DELIVERED,
        DispatchState.SUPPRESSED: Delivery.NOT_DELIVERED,
        DispatchState.UNKNOWN: Delivery.NOT_SURE,
        DispatchState.EXPIRED: Delivery.NOT_SENT,
    }
    assert state_of(invitation, state=DispatchState.SENT, sent_at=timezone.now()) == Delivery.SENT
    past = {"created_at": timezone.now() - timedelta(days=31), "expires_at": timezone.now() - timedelta(days=1)}
    Invitation.objects.update(**past)
    assert state_of(invitation) == Delivery.RAN_OUT


def test_the_page_offers_to_send_again_only_what_could_arrive(house, amina_at):
    client, address = amina_at
    invitation = make_invitation(house.larkmere, house.amina, "dirk@moss.example")
    again = reverse("partnerships:invitation_resend", args=[invitation.pk])
    Dispatch.objects.update(state=DispatchState.SENT, sent_at=timezone.now() - timedelta(days=3))
    body = client.get(address).content.decode()
    assert ("Sent 3 days ago" in body, again in body) == (True, True)
    Dispatch.objects.update(state=DispatchState.FAILED)
    body = client.get(address).content.decode()
    assert ("Could not be delivered" in body, again in body) == (True, False)
    assert reverse("partnerships:invitation_withdraw", args=[invitation.pk]) in body
    assert "opened" not in body.replace("see whether a mail was opened", "")


def test_the_page_tells_answers_of_the_last_month(house, amina_at):
    client, address = amina_at
    accept_invitation(invitation=make_invitation(house.larkmere, house.amina), full_name="Lou Fenwick")
    decline_invitation(invitation=make_invitation(house.larkmere, house.amina, "pearl@moss.example"))
    long_ago = make_invitation(
        house.larkmere, house.amina, "imran@moss.example", at=timezone.now() - timedelta(days=60)
    )
    decline_invitation(invitation=long_ago, at=timezone.now() - timedelta(days=40))
    body = client.get(address).content.decode()
    assert ("Lou Fenwick</span>: yes" in body, "pearl@moss.example</span>: not now" in body, "imran" in body) == (
        True,
        True,
        False,
    )
    assert "Nobody at the moment." in body


def test_the_page_costs_the_same_for_1_3_and_30_invitations(house, amina_at, django_assert_max_num_queries):
    client, address = amina_at
    client.get(address)
    costs = []
    for more in (1, 2, 27):
        for _ in range(more):
            make_invitation(house.larkmere, house.amina, organisation=make_organisation())
        with django_assert_max_num_queries(8) as counted:
            assert client.get(address).status_code == 200
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


# --- Again, and back -----------------------------------------------------------------------------------------------
def test_invitation_resend_makes_a_new_link_and_ends_the_old_one(house, amina_at, client):
    invitation = make_invitation(house.larkmere, house.amina)
    old = f"/invitations/{invitation.token}/"
    response = amina_at[0].post(reverse("partnerships:invitation_resend", args=[invitation.pk]), follow=True)
    assert "Sent again. The old link no longer works." in response.content.decode()
    invitation.refresh_from_db()
    assert (client.get(old).status_code, client.get(f"/invitations/{invitation.token}/").status_code) == (404, 200)
    assert "newest one holds the link that works" in client.get(old).content.decode()
    assert Dispatch.objects.count() == 2


def test_invitation_resend_pressed_twice_sends_once_more(house, amina_at):
    invitation = make_invitation(house.larkmere, house.amina)
    for _ in range(2):
        amina_at[0].post(
            reverse("partnerships:invitation_resend", args=[invitation.pk]),
            {"idempotency_key": "6f0d3c4e-0f5b-4f4c-9a53-0d8a3f4c2b11"},
        )
    invitation.refresh_from_db()
    assert invitation.times_sent == 2


def test_invitation_withdraw_ends_the_link(house, amina_at, client):
    invitation = make_invitation(house.larkmere, house.amina)
    response = amina_at[0].post(reverse("partnerships:invitation_withdraw", args=[invitation.pk]), follow=True)
    assert "Taken back. The link no longer works." in response.content.decode()
    assert client.get(f"/invitations/{invitation.token}/").status_code == 410


@pytest.mark.parametrize("view", ["invitation_resend", "invitation_withdraw"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda invitation: accept_invitation(invitation=invitation, full_name="Lou Fenwick"), "accepted already"),
        (lambda invitation: decline_invitation(invitation=invitation), "Not now"),
        (lambda invitation: withdraw_invitation(invitation=invitation, by=None), "taken back"),
    ],
    ids=["accepted", "declined", "withdrawn"],
)
def test_what_was_answered_can_neither_be_sent_again_nor_taken_back(house, amina_at, view, answer, words):
    invitation = make_invitation(house.larkmere, house.amina)
    answer(invitation)
    before = fingerprint()
    response = amina_at[0].post(reverse(f"partnerships:{view}", args=[invitation.pk]), follow=True)
    assert words in response.content.decode()
    assert fingerprint() == before


# --- The mail ------------------------------------------------------------------------------------------------------
HOSTILE = [
    "Eve\r\nBcc: all@victim.example", "Eve\nBcc: all@victim.example", "Eve\rBcc: all@victim.example", "Eve\x0bBcc: x@y.example",
    "Eve\x0cX-Evil: 1", "Eve\x85Bcc: x@y.example", "Eve\u2028Bcc: x@y.example", "Eve\u2029Bcc: x@y.example", "Eve\r\n\r\nA body",
    "=?utf-8?q?Eve=0ABcc:_x@y.example?=", "Eve\x1b[31m", "Eve\u202egnp.exe", "Eve\t\tTab", "Eve <all@victim.example>", 'Eve" <x@y.example>',
    "Eve, x@y.example", "Eve%0aBcc:x@y.example", "<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "Eve\u200b\ufeff",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_makes_no_header_and_no_markup(house, name):
    """Whoever may choose a name puts it into mails to others (E13)."""
    invitation = make_invitation(house.larkmere, house.amina, "lou@eastfold.example", message=name)
    Person.objects.filter(pk=house.amina.pk).update(full_name=name, called=name)
    Partnership.objects.filter(pk=house.larkmere.pk).update(name=name[:120])
    Invitation.objects.update(full_name=name)
    send_dispatches()
    (message,) = mail.outbox
    written = message.message()
    assert sorted(written.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"]
    )
    assert message.recipients() == ["lou@eastfold.example"]
    assert message.subject.isprintable()
    page = message.alternatives[0].content
    assert "<script" not in page
    assert invitation_url(invitation) in message.body
    assert invitation_url(invitation) in page


def test_the_mail_of_an_invitation_names_nobody_but_who_asks(house):
    make_invitation(house.larkmere, house.amina, message="Come and eat.")
    send_dispatches()
    (message,) = mail.outbox
    text = message.body + message.alternatives[0].content
    others = Membership.objects.filter(partnership=house.larkmere).exclude(person=house.amina).select_related("person")
    assert [each.person.full_name for each in others if each.person.full_name in text] == []
    assert "Amina asks if you would like to join Larkmere Vale Together." in message.body
    assert Invitation.objects.get().state == InvitationState.OPEN
