"""Asking people in, and answering an invitation. Opening a link changes nothing, however often it is opened."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.access import invitation_access, invitation_gone, invitation_link_access, partnership_access
from partnerships.domain.invitations import (
    OPEN_FOR,
    accept_invitation,
    decline_invitation,
    has_account,
    invite_people,
    list_waiting,
    resend_invitation,
    withdraw_invitation,
)
from partnerships.domain.member_lists import sectors
from partnerships.enums import InvitationRole, Role
from partnerships.forms.base import posted
from partnerships.forms.invitations import InvitationAcceptForm, InvitationCreateForm
from partnerships.idempotency import idempotent

#: How long an answer stays on the page of invitations.
SHOWN_FOR = timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def invitation_create(request, partnership):
    form = InvitationCreateForm(posted(request), partnership=partnership)
    made = []
    if form.is_valid() and form.accepted(_invite, partnership=partnership, by=request.user, form=form, made=made):
        messages.success(
            request, "One invitation is on its way." if len(made) == 1 else f"{len(made)} invitations are on their way."
        )
        return redirect("partnerships:invitation_create", partnership_id=partnership.pk)
    context = {
        "form": form,
        "partnership": partnership,
        "waiting": list_waiting(partnership=partnership),
        "answered": partnership.invitations.answered_since(timezone.now() - SHOWN_FOR),
        "works_for": OPEN_FOR.days,
    }
    return render(request, "partnerships/invitations/invitation_create.html", context, status=form.status)


def _invite(*, partnership, by, form, made):
    made += invite_people(partnership=partnership, by=by, **form.about(by))


@require_POST
@idempotent
@invitation_access(Role.FACILITATOR)
def invitation_resend(request, invitation):
    return _change(request, invitation, resend_invitation, "Sent again. The old link no longer works.")


@require_POST
@idempotent
@invitation_access(Role.FACILITATOR)
def invitation_withdraw(request, invitation):
    return _change(request, invitation, withdraw_invitation, "Taken back. The link no longer works.")


def _change(request, invitation, change, words):
    try:
        change(invitation=invitation, by=request.user)
        messages.success(request, words)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("partnerships:invitation_create", partnership_id=invitation.partnership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@invitation_link_access
def invitation_read(request, invitation):
    """Read an invitation, and say yes to it on the same page."""
    person = request.user if request.user.is_authenticated else None
    names = _known_names(invitation, person)
    form = InvitationAcceptForm(posted(request), initial=names, named=person is not None)
    answer = {}
    if form.is_valid() and form.accepted(_accept, invitation=invitation, person=person, form=form, answer=answer):
        if person is None:
            # The link has proven the address, so whoever just made an account with it need not ask for a code.
            login(request, answer["person"], backend=settings.AUTHENTICATION_BACKENDS[0])
        return _welcome(request, invitation, answer["membership"])
    if form.has_error(NON_FIELD_ERRORS, "gone"):
        return invitation_gone(request, invitation)
    context = {
        "invitation": invitation,
        "form": form,
        "called": names["called"],
        "sign_in_first": person is None and has_account(invitation),
    } | _who_one_would_meet(invitation)
    return render(request, "partnerships/invitations/invitation_read.html", context, status=form.status)


def _who_one_would_meet(invitation):
    """How many people and from where. Never who: the link may have been passed on."""
    if invitation.partnership is None:
        return {}
    group = list(invitation.partnership.memberships.current().of_the_group().select_related("organisation"))
    return {"people_count": len(group), "sectors": sectors(group)}


def _known_names(invitation, person):
    if person is not None:
        return {"called": person.short_name}
    return {"called": invitation.full_name.partition(" ")[0], "full_name": invitation.full_name}


def _accept(*, invitation, person, form, answer):
    answer["person"], answer["membership"] = accept_invitation(
        invitation=invitation, person=person, brings=form.bring_rows(), **form.names
    )


def _welcome(request, invitation, membership):
    if invitation.role == InvitationRole.FOUNDER:
        return redirect("partnerships:partnership_found", invitation_id=invitation.pk)
    messages.success(request, f"Welcome to {invitation.partnership.name}.")
    if membership.observes:
        return redirect("home")
    return redirect("partnerships:membership_profile", membership_id=membership.pk)


@require_POST
@invitation_link_access
def invitation_decline(request, invitation):
    try:
        decline_invitation(invitation=invitation)
    except ValidationError:
        return invitation_gone(request, invitation)  # answered in the meantime
    return render(request, "partnerships/invitations/invitation_decline.html", {"invitation": invitation})
