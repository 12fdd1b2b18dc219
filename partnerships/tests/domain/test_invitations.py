"""Inviting, answering, withdrawing: all or nothing, one open invitation for an address, one answer to it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from partnerships.domain.invitations import (
    accept_invitation,
    decline_invitation,
    expire_invitations,
    invite_founder,
    invite_people,
    resend_invitation,
    withdraw_invitation,
)
from partnerships.domain.partnerships import found_partnership
from partnerships.emails import invitation_url
from partnerships.enums import InvitationRole, InvitationState, Role
from partnerships.models.dispatch import Dispatch
from partnerships.models.invitations import Invitation
from partnerships.models.members import Membership
from partnerships.models.organisations import Organisation
from partnerships.models.people import Person
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_invitation, make_partnership, make_person, moment
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 12:00")


def lines_of(refused):
    return [
        (error.params["line"], error.params["typed"], error.params["advice"])
        for error in refused.value.error_dict["emails"]
    ]


def test_inviting_several_plans_one_mail_for_each(larkmere, amina):
    text = "lou.fenwick@eastfold.example\n\n  Marta Reyes <Marta@ValeBuses.example>,\n"
    made = invite_people(partnership=larkmere, by=amina, emails=text, message=" Come. ", at=NOW)
    assert [(each.email, each.full_name, each.message, each.state_at(NOW)) for each in made] == [
        ("lou.fenwick@eastfold.example", "", "Come.", "open"),
        ("marta@valebuses.example", "Marta Reyes", "Come.", "open"),
    ]
    assert {each.expires_at for each in made} == {NOW + timedelta(days=30)}
    planned = Dispatch.objects.values_list("kind", "occurrence", "recipient_key", "context")
    assert set(map(str, planned)) == {str(("invitation", f"{each.pk}:1", f"invitation:{each.pk}", {})) for each in made}


def test_each_line_that_needs_a_look_is_named_and_nobody_is_invited(larkmere, amina):
    make_invitation(larkmere, amina, "imran@moss.example", at=NOW)
    text = "lou@eastfold.example\nmarta@valebuses\n\ntariq\nHELEN@larkmere.example\nLou@eastfold.example\nimran@moss.example\na b@c.example"
    with pytest.raises(ValidationError) as refused:
        invite_people(partnership=larkmere, by=amina, emails=text, at=NOW)
    assert lines_of(refused) == [
        (2, "marta@valebuses", "The end is missing, such as .org or .uk."),
        (4, "tariq", "An address has an @ in it. Finish it, or take the line out."),
        (5, "HELEN@larkmere.example", "Helen is here already. Take this line out."),
        (6, "Lou@eastfold.example", "This is the address of line 1 again. Take one out."),
        (
            7,
            "imran@moss.example",
            "This address has an invitation already. Send that one again, or take this line out.",
        ),
        (8, "a b@c.example", "This does not look like an address. Look for a space or a missing letter."),
    ]
    assert refused.value.message_dict["emails"][0] == "Line 2: The end is missing, such as .org or .uk."
    assert Invitation.objects.count() == Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("emails", "words"),
    [
        ("", "Write one address on each line"),
        ("\n , ;\n", "Write one address on each line"),
        ([f"p{n}@x.example" for n in range(51)], "That is 51 addresses"),
    ],
)
def test_none_and_too_many_are_refused(larkmere, amina, emails, words):
    with pytest.raises(ValidationError, match=words):
        invite_people(partnership=larkmere, by=amina, emails=emails, at=NOW)


def test_nobody_is_invited_into_a_partnership_as_its_founder(larkmere, amina):
    with pytest.raises(ValidationError, match="Choose what you are asking them to be"):
        invite_people(partnership=larkmere, by=amina, emails="x@y.example", role=InvitationRole.FOUNDER)


def test_an_address_may_be_invited_by_two_partnerships(larkmere, quarry_end, amina, dan):
    make_invitation(larkmere, amina, "lou@eastfold.example")
    make_invitation(quarry_end, dan, "lou@eastfold.example")
    assert Invitation.objects.count() == 2


def test_one_that_ran_out_makes_room_for_a_new_one(larkmere, amina):
    old = make_invitation(larkmere, amina, "lou@eastfold.example", at=NOW)
    make_invitation(larkmere, amina, "lou@eastfold.example", at=NOW + timedelta(days=31))
    old.refresh_from_db()
    assert (old.state, old.expired_at) == (InvitationState.EXPIRED, old.expires_at)
    with pytest.raises(ValidationError, match="newer invitation"):
        resend_invitation(invitation=old, by=amina, at=NOW + timedelta(days=31))


def test_accepting_makes_an_account_whose_address_is_proven(larkmere, amina):
    organisation = Organisation.objects.first()
    invitation = make_invitation(larkmere, amina, "samira@moss.example", organisation=organisation, at=NOW)
    person, membership = accept_invitation(
        invitation=invitation,
        full_name="Samira Sheikh",
        called="Sam",
        brings=[("skill", "Listens")],
        at=NOW + timedelta(days=2),
    )
    assert (person.email, person.short_name, person.has_usable_password()) == ("samira@moss.example", "Sam", False)
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")) == [
        ("samira@moss.example", True, True)
    ]
    assert (membership.role, membership.organisation, membership.joined_on.isoformat()) == (
        Role.MEMBER,
        organisation,
        "2026-12-02",
    )
    assert [bring.text for bring in membership.brings.all()] == ["Listens"]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by, invitation.accepted_at) == (
        InvitationState.ACCEPTED,
        person,
        NOW + timedelta(days=2),
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [("member", (True, False, False)), ("facilitator", (True, True, False)), ("observer", (False, False, True))],
)
def test_accepting_gives_the_role_that_was_offered(larkmere, amina, dan, role, expected):
    invitation = make_invitation(larkmere, amina, dan.email.upper(), role=role)
    person, membership = accept_invitation(invitation=invitation, person=dan)
    assert person == dan
    assert (membership.takes_part, membership.facilitates, membership.observes) == expected


def test_someone_with_another_address_cannot_say_yes(larkmere, amina, dan):
    invitation = make_invitation(larkmere, amina, "somebody@other.example")
    with pytest.raises(ValidationError) as refused:
        accept_invitation(invitation=invitation, person=dan)
    assert (refused.value.code, refused.value.messages) == (
        "other_address",
        ["This invitation was sent to another address than yours. Ask for one to this address."],
    )
    invitation.refresh_from_db()
    assert (invitation.state, dan.memberships.filter(partnership=larkmere).exists()) == (InvitationState.OPEN, False)


def test_a_link_does_not_open_somebodys_account(larkmere, amina, dan):
    invitation = make_invitation(larkmere, amina, dan.email)
    with pytest.raises(ValidationError) as refused:
        accept_invitation(invitation=invitation, full_name="Not Dan")
    assert refused.value.code == "sign_in"
    assert Invitation.objects.get().state == InvitationState.OPEN


def test_an_account_without_a_name_is_refused_and_the_invitation_stays_open(larkmere, amina):
    invitation = make_invitation(larkmere, amina)
    with pytest.raises(ValidationError) as refused:
        accept_invitation(invitation=invitation, full_name=" ")
    assert set(refused.value.message_dict) == {"full_name"}
    assert Invitation.objects.get().state == InvitationState.OPEN
    assert not Person.objects.filter(email=invitation.email).exists()


ANSWERS = {
    "accept": lambda invitation, at: accept_invitation(invitation=invitation, full_name="Lou Fenwick", at=at),
    "decline": lambda invitation, at: decline_invitation(invitation=invitation, at=at),
    "withdraw": lambda invitation, at: withdraw_invitation(invitation=invitation, by=None, at=at),
    "resend": lambda invitation, at: resend_invitation(invitation=invitation, by=None, at=at),
}
BEFORE = {
    "open": lambda invitation: None,
    "accepted": lambda invitation: ANSWERS["accept"](invitation, NOW),
    "declined": lambda invitation: ANSWERS["decline"](invitation, NOW),
    "withdrawn": lambda invitation: ANSWERS["withdraw"](invitation, NOW),
    "expired": lambda invitation: None,
}
AFTER = {
    ("open", "accept"): "accepted",
    ("open", "decline"): "declined",
    ("open", "withdraw"): "withdrawn",
    ("open", "resend"): "open",
    ("expired", "withdraw"): "withdrawn",
    ("expired", "resend"): "open",
}


@pytest.mark.parametrize("state", BEFORE)
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_in_every_state(larkmere, amina, state, answer):
    invitation = make_invitation(larkmere, amina, at=NOW)
    BEFORE[state](invitation)
    at = NOW + timedelta(days=30 if state == "expired" else 1)
    expected = AFTER.get((state, answer))
    if expected is None:
        with pytest.raises(ValidationError, match="This invitation"):
            ANSWERS[answer](invitation, at)
    else:
        ANSWERS[answer](invitation, at)
    assert Invitation.objects.get().state_at(at) == (expected or state)


def test_sending_again_makes_a_new_link_and_ends_the_old_one(larkmere, amina):
    invitation = make_invitation(larkmere, amina, at=NOW)
    old = invitation.token
    resend_invitation(invitation=invitation, by=amina, at=NOW + timedelta(days=3))
    assert invitation.token != old
    assert not Invitation.objects.with_token(old).exists()
    assert Invitation.objects.with_token(invitation.token).get().expires_at == NOW + timedelta(days=33)
    assert set(Dispatch.objects.values_list("occurrence", flat=True)) == {f"{invitation.pk}:1", f"{invitation.pk}:2"}


def test_a_stolen_copy_of_the_table_opens_nothing(larkmere, amina, settings):
    invitation = make_invitation(larkmere, amina)
    token = invitation.token
    kept = Invitation.objects.values().get()
    assert token not in map(str, kept.values())
    settings.SECRET_KEY = "another-key-of-another-machine-that-found-the-copy"
    assert Invitation.objects.get().token != token


def test_what_ran_out_is_marked_by_the_clock(larkmere, amina):
    make_invitation(larkmere, amina, at=NOW)
    assert expire_invitations(at=NOW + timedelta(days=29)) == 0
    assert expire_invitations(at=NOW + timedelta(days=30)) == 1
    assert expire_invitations(at=NOW + timedelta(days=31)) == 0


def test_a_founder_is_invited_accepts_and_founds_once(programme, ines):
    invitation = invite_founder(
        email="Iqra@Northfold.example", full_name="Iqra Malik", programme=programme, by=ines, at=NOW
    )
    with pytest.raises(ValidationError, match="has an invitation already"):
        invite_founder(email="iqra@northfold.example", by=ines, at=NOW)
    person, membership = accept_invitation(invitation=invitation, at=NOW)
    assert (person.full_name, membership) == ("Iqra Malik", None)
    assert Invitation.objects.letting_found(person).get() == invitation
    partnership = found_partnership(name="North Fold", by=person, invitation=invitation, at=NOW)
    assert (partnership.programme, Invitation.objects.get().partnership) == (programme, partnership)
    assert not Invitation.objects.letting_found(person).exists()
    with pytest.raises(ValidationError, match="has begun a partnership already"):
        found_partnership(name="North Fold again", by=person, invitation=invitation, at=NOW)


def test_the_command_prints_the_link(programme, capsys, settings):
    settings.SITE_URL = "https://partnering.example"
    call_command("invite_founder", "iqra@northfold.example", name="Iqra Malik", programme=programme.name.upper())
    invitation = Invitation.objects.get()
    assert invitation.programme == programme
    assert f"\n{invitation_url(invitation)}\n" in capsys.readouterr().out
    assert invitation_url(invitation).startswith("https://partnering.example/")
    with pytest.raises(CommandError, match="has an invitation already"):
        call_command("invite_founder", "iqra@northfold.example")
    with pytest.raises(CommandError, match="No programme is called “Nowhere”"):
        call_command("invite_founder", "x@y.example", programme="Nowhere")


def test_accepting_twice_at_the_same_moment_is_once(transactional_db):
    for _ in range(5):
        founder = make_person()
        partnership = make_partnership(founder)
        invitation = make_invitation(partnership, founder)
        found = at_once(
            *[
                lambda pk=invitation.pk: accept_invitation(
                    invitation=Invitation.objects.get(pk=pk), full_name="Lou Fenwick"
                )
            ]
            * 4
        )
        assert sorted(type(each).__name__ for each in found) == ["ValidationError"] * 3 + ["tuple"]
        assert Membership.objects.filter(partnership=partnership).count() == 2


def test_accepting_and_withdrawing_at_the_same_moment_agree(transactional_db):
    for _ in range(5):
        founder = make_person()
        partnership = make_partnership(founder)
        invitation = make_invitation(partnership, founder)
        accepted, withdrawn = at_once(
            lambda pk=invitation.pk: accept_invitation(
                invitation=Invitation.objects.get(pk=pk), full_name="Lou Fenwick"
            ),
            lambda pk=invitation.pk: withdraw_invitation(invitation=Invitation.objects.get(pk=pk), by=None),
        )
        assert isinstance(accepted, ValidationError) != isinstance(withdrawn, ValidationError)
        joined = Membership.objects.filter(partnership=partnership).count() == 2
        assert joined == (Invitation.objects.get(pk=invitation.pk).state == InvitationState.ACCEPTED)


def test_inviting_the_same_address_at_the_same_moment_is_once(transactional_db):
    founder = make_person()
    partnership = make_partnership(founder)
    found = at_once(*[lambda: invite_people(partnership=partnership, by=founder, emails="lou@eastfold.example")] * 4)
    assert sorted(type(each).__name__ for each in found) == ["ValidationError"] * 3 + ["list"]
    assert Invitation.objects.count() == Dispatch.objects.count() == 1


def test_membership_of_finds_the_latest(larkmere, lena):
    assert not membership_of(lena, larkmere).is_current
