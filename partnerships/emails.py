"""The mails of this app. Their words are in `templates/partnerships/emails/`."""

from django.conf import settings
from django.urls import reverse

from partnerships.domain.dispatch import RESEND_ONCE, mail_kind
from partnerships.enums import InvitationState


def site_url(view_name, **kwargs):
    """The full address of a page, from SITE_URL: what a request claims to be called is never put into a mail."""
    return settings.SITE_URL + reverse(view_name, kwargs=kwargs)


def invitation_url(invitation):
    """The link of an invitation. Whoever holds it can answer, so it goes to its address and nowhere else."""
    return site_url("partnerships:invitation_read", token=invitation.token)


def invitation_is_open(dispatch, invitation):
    # A second sending makes a new row; the mail of the first one would carry nothing of use any more.
    latest = dispatch.occurrence == f"{invitation.pk}:{invitation.times_sent}"
    return latest and invitation.state == InvitationState.OPEN


@mail_kind("invitation", essential=True, policy=RESEND_ONCE, still_wanted=invitation_is_open)
def mail_invitation(dispatch, invitation):
    return {"invitation": invitation, "inviter": invitation.by, "url": invitation_url(invitation)}


@mail_kind("invitation_founder", essential=True, policy=RESEND_ONCE, still_wanted=invitation_is_open)
def mail_invitation_founder(dispatch, invitation):
    return {"invitation": invitation, "inviter": invitation.by, "url": invitation_url(invitation)}


def invitation_waits(dispatch, invitation):
    return invitation.state == InvitationState.OPEN


@mail_kind("invitation_reminder", essential=True, working_time=True, still_wanted=invitation_waits)
def mail_invitation_reminder(dispatch, invitation):
    return {"invitation": invitation, "url": invitation_url(invitation)}
