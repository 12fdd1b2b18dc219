from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import link_access, membership_access, partnership_access
from partnerships.domain.mail_choices import (
    FEWER,
    mail_choice_of,
    pause_mail,
    press_fewer,
    resume_mail,
    stop_mail,
    update_mail_choice,
)
from partnerships.enums import CheckInPress, Role
from partnerships.forms.base import posted
from partnerships.forms.mail_choices import CheckInPressForm, MailChoiceUpdateForm, MailPauseForm
from partnerships.idempotency import idempotent
from partnerships.models.mail_choices import UNTIL_THEY_SAY_SO


@require_safe
@partnership_access(Role.OBSERVER)
def mail_choice_mine(request, partnership):
    """The way from a mail, which knows the group and not the place of its reader there."""
    return redirect("partnerships:mail_choice_update", membership_id=request.membership.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.OBSERVER, own=True)
def mail_choice_update(request, membership):
    form = MailChoiceUpdateForm(posted(request), choice=mail_choice_of(membership))
    if form.is_valid() and form.accepted(
        update_mail_choice, membership=membership, by=request.user, **form.cleaned_data
    ):
        messages.success(request, "Your choices are kept.")
        return redirect("partnerships:mail_choice_update", membership_id=membership.pk)
    return _page(request, membership, form, MailPauseForm(membership=membership), form.status)


@require_POST
@idempotent
@membership_access(Role.OBSERVER, own=True)
def mail_pause(request, membership):
    back = redirect("partnerships:mail_choice_update", membership_id=membership.pk)
    if "resume" in request.POST:
        resume_mail(membership=membership, by=request.user)
        messages.success(request, "Your reminders come again.")
        return back
    if "open_end" in request.POST:
        pause_mail(membership=membership, by=request.user)
        messages.success(request, "Paused until you say so.")
        return back
    form = MailPauseForm(posted(request), membership=membership)
    if form.is_valid() and form.accepted(pause_mail, membership=membership, by=request.user, **form.cleaned_data):
        messages.success(request, "Paused. Nothing is kept for later, so no pile of old mail waits for you.")
        return back
    choices = MailChoiceUpdateForm(choice=mail_choice_of(membership))
    return _page(request, membership, choices, form, form.status)


def _page(request, membership, form, pause_form, status):
    context = {
        "form": form,
        "pause_form": pause_form,
        "membership": membership,
        "paused": membership.is_paused(membership.partnership.local_date()),
        "most_a_week": settings.MAIL_MOST_A_WEEK,
        "open_end": membership.paused_until == UNTIL_THEY_SAY_SO,
    }
    return render(request, "partnerships/mail_choices/mail_choice_update.html", context, status=status)


# A mail program presses for its reader: it has no cookie and no page of ours, and the link itself says who asks (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@link_access("mail_stop")
def mail_stop(request, what):
    person, partnership, series = what
    if request.method != "POST":
        return render(request, "partnerships/mail_choices/mail_stop.html", _about(partnership, series))
    everything = "everything" in request.POST
    stop_mail(person=person, series=None if everything else series, partnership=partnership)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse("Stopped.\n", content_type="text/plain; charset=utf-8")
    context = {**_about(partnership, series), "done": True, "everything": everything}
    return render(request, "partnerships/mail_choices/mail_stop.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@link_access(FEWER)
def mail_fewer(request, membership):
    """Once a month, a pause, or none: one press, without a sign-in. It tells nobody what was chosen before."""
    form = CheckInPressForm(posted(request))
    done = form.is_valid() and form.accepted(
        press_fewer, membership=membership, by=membership.person, **form.cleaned_data
    )
    context = {
        "form": form,
        "done": CheckInPress(form.cleaned_data["press"]) if done else "",
        "membership": membership,
        "partnership": membership.partnership,
        "token": request.resolver_match.kwargs["token"],
    }
    return render(request, "partnerships/mail_choices/mail_fewer.html", context, status=form.status)


def _about(partnership, series):
    return {"partnership": partnership, "series": series, "done": False}
