"""Asking people in, and answering an invitation. Opening a link changes nothing, however often it is opened."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.access import invitation_access, invitation_link_access, partnership_access
from partnerships.domain.invitations import (
    accept_invitation,
    decline_invitation,
    invite_people,
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
    if form.is_valid() and form.accepted(_invite, partnership=partnership, by=request.user, form=form):
        messages.success(request, "The invitations are on their way.")
        return redirect("partnerships:invitation_create", partnership_id=partnership.pk)
    context = {
        "form": form,
        "partnership": partnership,
        "waiting": partnership.invitations.waiting(),
        "answered": partnership.invitations.answered_since(timezone.now() - SHOWN_FOR),
    }
    return render(request, "partnerships/invitations/invitation_create.html", context, status=form.status)


def _invite(*, partnership, by, form):
    invite_people(partnership=partnership, by=by, **form.about(by))


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
    form = InvitationAcceptForm(posted(request), initial=_known_names(invitation, person))
    answer = {}
    if form.is_valid() and form.accepted(_accept, invitation=invitation, person=person, form=form, answer=answer):
        if person is None:
            # The link has proven the address, so whoever just made an account with it need not ask for a code.
            login(request, answer["person"], backend=settings.AUTHENTICATION_BACKENDS[0])
        return _welcome(request, invitation, answer["membership"])
    context = {
        "invitation": invitation,
        "form": form,
        "for_other_address": person is not None and person.email.lower() != invitation.email.lower(),
        "sign_in_first": form.has_error("__all__", "sign_in"),
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
        return {"full_name": person.full_name, "called": person.called, "pronouns": person.pronouns}
    return {"full_name": invitation.full_name, "called": invitation.full_name.partition(" ")[0]}


def _accept(*, invitation, person, form, answer):
    names = {name: form.cleaned_data[name] for name in ("full_name", "called", "pronouns")}
    answer["person"], answer["membership"] = accept_invitation(invitation=invitation, person=person, brings=form.bring_rows(), **names)


def _welcome(request, invitation, membership):
    if invitation.role == InvitationRole.FOUNDER:
        return redirect("partnerships:partnership_found", invitation_id=invitation.pk)
    messages.success(request, f"Welcome to {invitation.partnership.name}.")
    if membership.observes:
        return redirect("home")
    return redirect(reverse("partnerships:membership_profile", kwargs={"membership_id": membership.pk}))


@require_POST
@invitation_link_access
def invitation_decline(request, invitation):
    try:
        decline_invitation(invitation=invitation)
    except ValidationError:
        pass  # answered in the meantime: the page below is as true
    return render(request, "partnerships/invitations/invitation_decline.html", {"invitation": invitation})
