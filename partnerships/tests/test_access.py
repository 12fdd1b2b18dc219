"""Every URL of this app × everybody of the cast × every method. A URL without a row fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.domain.invitations import accept_invitation, invite_founder
from partnerships.domain.leads import begin_lead_term
from partnerships.domain.links import sign_link
from partnerships.domain.mail_choices import fewer_token
from partnerships.enums import MailSeries
from partnerships.models.organisations import Organisation
from partnerships.tests.access_table import (
    ANYONE,
    FACILITATORS,
    GROUP,
    NOBODY_ELSE,
    READERS,
    SIGNED_IN,
    Row,
    check_other_methods,
    check_row,
    check_stranger_and_absent_look_the_same,
    missing_rows,
    only,
    own,
)
from partnerships.tests.factories import make_invitation, make_stakeholder

pytestmark = pytest.mark.django_db
FORM = {"methods": ("GET", "POST"), "post": 422}  # nothing was filled in, and the page says so


def here(house):
    return {"partnership_id": house.larkmere.pk}


def bea(house):
    return {"membership_id": house.of("bea").pk}


def fay(house):
    return {"membership_id": house.of("fay").pk}


def group(house):
    return {"stakeholder_id": make_stakeholder(house.larkmere, house.amina).pk}


def invitation(house):
    return {"invitation_id": make_invitation(house.larkmere, house.amina).pk}


def link(house):
    return {"token": make_invitation(house.larkmere, house.amina).token}


def fewer_link(house):
    """The link under which Bea is asked less often."""
    return {"token": fewer_token(membership=house.of("bea"), expires_at=timezone.now() + timedelta(days=1))}


def stop_link(house):
    """The link that stops Bea's check-ins, as it stands in her mail."""
    later = timezone.now() + timedelta(days=1)
    note = MailSeries.CHECK_INS
    return {"token": sign_link("mail_stop", subject=house.bea, obj=house.larkmere, expires_at=later, note=note)}


def founding(house):
    """Bea has accepted to begin another partnership."""
    invitation = invite_founder(email=house.bea.email, by=house.ines)
    accept_invitation(invitation=invitation, person=house.bea)
    return {"invitation_id": invitation.pk}


def term(house):
    organisation = Organisation.objects.get(name="Voluntary Action Larkmere")
    return {"lead_term_id": begin_lead_term(partnership=house.larkmere, organisation=organisation, by=house.amina).pk}


ROWS = [
    # partnerships
    Row("partnerships:partnership_detail", GROUP, here),
    Row("partnerships:partnership_update", FACILITATORS, here, **FORM),
    Row("partnerships:partnership_raise", FACILITATORS, here, **FORM),
    # members
    Row("partnerships:membership_list", GROUP, here),
    Row("partnerships:membership_detail", GROUP, bea),
    Row("partnerships:membership_profile", own("bea"), bea, **FORM),
    Row("partnerships:membership_ring", own("bea"), bea, **FORM),
    Row("partnerships:membership_change", FACILITATORS, bea, **FORM),
    Row("partnerships:membership_leave", own("fay", READERS), fay, **FORM),
    Row("partnerships:membership_stay", own("fay", READERS), fay, methods=("POST",)),
    Row("partnerships:membership_end", FACILITATORS, bea, **FORM),
    # leads
    Row("partnerships:lead_create", FACILITATORS, here, **FORM),
    Row("partnerships:lead_end", FACILITATORS, term, **FORM),
    # stakeholders
    Row("partnerships:stakeholder_list", GROUP, here),
    Row("partnerships:stakeholder_create", GROUP, here, **FORM),
    Row("partnerships:stakeholder_detail", GROUP, group),
    Row("partnerships:stakeholder_update", GROUP, group, **FORM),
    Row("partnerships:stakeholder_position_create", GROUP, group, **FORM),
    # invitations
    Row("partnerships:invitation_create", FACILITATORS, here, **FORM),
    Row("partnerships:invitation_resend", FACILITATORS, invitation, methods=("POST",)),
    Row("partnerships:invitation_withdraw", FACILITATORS, invitation, methods=("POST",)),
    Row("partnerships:invitation_read", NOBODY_ELSE, link, absent=False, **FORM),
    Row("partnerships:invitation_decline", NOBODY_ELSE, link, methods=("POST",), post=200, absent=False),
    # founding
    Row("partnerships:partnership_found", only("bea"), founding, **FORM),
    Row("partnerships:partnership_first_steps", FACILITATORS, here),
    # mail
    Row("partnerships:mail_choice_update", own("fay", READERS), fay, **FORM),
    Row("partnerships:mail_choice_mine", READERS, here, get=302),
    Row("partnerships:mail_pause", own("fay", READERS), fay, methods=("POST",), post=422),
    Row("partnerships:mail_fewer", ANYONE, fewer_link, **FORM, absent=False),
    Row("partnerships:mail_stop", ANYONE, stop_link, methods=("GET", "POST"), post=200, absent=False),
    Row("partnerships:bounce_record", ANYONE, methods=("POST",), post=404, absent=False),  # no secret is set
    # people
    Row("partnerships:person_update", SIGNED_IN, absent=False, **FORM),
]


def test_every_url_has_a_row():
    assert missing_rows(ROWS, "partnerships") == set()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(row, house):
    check_row(row, house)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_stranger_and_an_absent_thing_look_the_same(row, house):
    check_stranger_and_absent_look_the_same(row, house)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_other_methods_do_nothing(row, house):
    check_other_methods(row, house)
