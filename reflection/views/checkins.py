"""Check-ins: the form, with a sign-in and behind a link in a mail; what came back; what is for those who lead."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import link_access, partnership_access
from partnerships.domain.mail_choices import fewer_token
from partnerships.enums import Role
from partnerships.forms.base import posted
from partnerships.idempotency import idempotent
from reflection.checkin_doors import checkin_access, checkin_place_access
from reflection.domain.checkin_pages import (
    has_answered,
    neighbours_of,
    place_of,
    shapes_of,
    to_ask_each_other,
    words_for_facilitators,
    words_for_the_group,
)
from reflection.domain.checkin_trends import trends_of
from reflection.domain.checkins import answer_checkin, decline_checkin, remembered_audiences, say_how_heard
from reflection.domain.rhythms import next_dates, rhythm_of
from reflection.emails.checkins import expires_at_of
from reflection.enums import Mood, Room
from reflection.forms.checkins import AUDIENCES, CheckInAnswerForm, HeardForm
from reflection.models.checkins import CheckIn

#: What a mail may choose beforehand, by the name of the field.
CHOSEN_IN_MAIL = {"mood": Mood.values, "room": Room.values}
ANSWER_FIELDS = ("mood", "room", "words", "words_to", "know", "know_to", "news")


def _chosen_in_mail(request):
    """The choice that a link of the mail carries, if it is one. Opening the page saves nothing."""
    asked = {"mood": request.GET.get("mood", ""), "room": request.GET.get("room", "")}
    return {
        name: int(value)
        for name, value in asked.items()
        if value.isdecimal() and len(value) == 1 and int(value) in CHOSEN_IN_MAIL[name]
    }


def _form_context(form, invitee):
    return {
        "form": form,
        "invitee": invitee,
        "checkin": invitee.checkin,
        "partnership": invitee.checkin.partnership,
        "audiences": AUDIENCES,
        "moods": Mood.choices,
        "rooms": Room.choices,
    }


# --- With a sign-in -------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@checkin_place_access
def checkin_answer(request, invitee):
    answer = getattr(invitee, "answer", None)
    if answer:
        initial = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    else:
        initial = remembered_audiences(invitee.membership)
    partner = invitee.speaks_for.membership.person.full_name if invitee.speaks_for else ""
    form = CheckInAnswerForm(
        posted(request), checkin=invitee.checkin, speaks_for=partner, initial=initial | _chosen_in_mail(request)
    )
    if form.is_valid() and form.accepted(answer_checkin, invitee=invitee, **form.cleaned_data):
        messages.success(request, "Sent. Thank you. You can change it at any time.")
        return redirect("reflection:checkin_detail", checkin_id=invitee.checkin_id)
    context = _form_context(form, invitee) | {"answered": answer is not None}
    return render(request, "reflection/checkins/checkin_answer.html", context, status=form.status)


@require_POST
@idempotent
@checkin_place_access
def checkin_decline(request, invitee):
    decline_checkin(invitee=invitee)
    messages.success(request, "That is fine. You are not asked again this time.")
    return redirect("home")


@require_safe
@checkin_access(Role.MEMBER)
def checkin_detail(request, checkin):
    return _show_checkin(request, checkin, place_of(checkin=checkin, membership=request.membership))


def _show_checkin(request, checkin, place, heard_form=None):
    may_read = has_answered(place)
    shapes = shapes_of(checkin) if may_read and not checkin.is_open else []
    about_me = getattr(getattr(place, "spoken_for_by", None), "answer", None) if place else None
    about_me = about_me if about_me and about_me.news else None
    if about_me and heard_form is None:
        heard_form = HeardForm(
            initial={"heard": about_me.heard, "shared": about_me.news_shared, "expected": about_me.news}
        )
    before, after = neighbours_of(checkin)
    context = {
        "checkin": checkin,
        "partnership": checkin.partnership,
        "place": place,
        "may_read": may_read,
        "said": words_for_the_group(checkin) if may_read else None,
        "shapes": shapes,
        "to_ask": to_ask_each_other(shapes),
        "about_me": about_me,
        "heard_form": heard_form,
        "form": heard_form,
        "before": before,
        "after": after,
        "leads": request.membership.facilitates,
    }
    status = heard_form.status if heard_form else 200
    return render(request, "reflection/checkins/checkin_detail.html", context, status=status)


@require_POST
@idempotent
@checkin_place_access
def checkin_heard(request, invitee):
    place = place_of(checkin=invitee.checkin, membership=request.membership)
    about_me = getattr(getattr(place, "spoken_for_by", None), "answer", None)
    if about_me is None or not about_me.news:
        raise PermissionDenied("Nobody has told news of yours here.")
    form = HeardForm(request.POST)
    if form.is_valid() and form.accepted(say_how_heard, answer=about_me, by=request.membership, **form.cleaned_data):
        messages.success(request, "Thank you. They see how well they told it.")
        return redirect("reflection:checkin_detail", checkin_id=invitee.checkin_id)
    checkin = CheckIn.objects.with_counts().select_related("partnership").get(pk=invitee.checkin_id)
    return _show_checkin(request, checkin, place, form)


@require_safe
@checkin_access(Role.FACILITATOR)
def checkin_lead(request, checkin):
    """Words for those who facilitate, and nobody else."""
    context = {"checkin": checkin, "partnership": checkin.partnership, "said": words_for_facilitators(checkin)}
    return render(request, "reflection/checkins/checkin_lead.html", context)


@require_safe
@partnership_access(Role.MEMBER)
def checkin_list(request, partnership):
    rhythm = rhythm_of(partnership)
    beats = rhythm is not None and rhythm.is_on
    dates = next_dates(rhythm, partnership=partnership, count=1) if beats else []
    checkins = list(
        CheckIn.objects.of_partnership(partnership).with_counts().with_place_of(request.user).newest_first()
    )
    context = {
        "partnership": partnership,
        "checkins": checkins,
        "trends": trends_of(checkin for checkin in checkins if checkin.has_mine),
        "rhythm": rhythm if beats else None,
        "next": dates[-1] if dates else None,
        "leads": request.membership.facilitates,
    }
    return render(request, "reflection/checkins/checkin_list.html", context)


# --- Behind a link in a mail: one form, and nothing else --------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@link_access("checkin_answer")
def checkin_reply(request, invitee):
    """The form without a sign-in. It never shows what was sent before: a mail can be passed on (trust E4)."""
    form = CheckInAnswerForm(
        posted(request),
        checkin=invitee.checkin,
        initial=remembered_audiences(invitee.membership) | _chosen_in_mail(request),
    )
    token = request.resolver_match.kwargs["token"]
    if request.method == "POST" and "not_now" in request.POST:
        decline_checkin(invitee=invitee)
        return redirect("reflection:checkin_reply_sent", token=token)
    if form.is_valid() and form.accepted(answer_checkin, invitee=invitee, keep_empty=True, **form.cleaned_data):
        return redirect("reflection:checkin_reply_sent", token=token)
    context = _form_context(form, invitee) | {"answered": has_answered(invitee), "token": token}
    return render(request, "reflection/checkins/checkin_reply.html", context, status=form.status)


@require_safe
@link_access("checkin_answer")
def checkin_reply_sent(request, invitee):
    token = request.resolver_match.kwargs["token"]
    if not has_answered(invitee) and invitee.declined_at is None:
        return redirect("reflection:checkin_reply", token=token)
    context = {
        "invitee": invitee,
        "checkin": invitee.checkin,
        "partnership": invitee.checkin.partnership,
        "answered": has_answered(invitee),
        "token": token,
        "fewer_token": fewer_token(membership=invitee.membership, expires_at=expires_at_of(invitee.checkin)),
    }
    return render(request, "reflection/checkins/checkin_reply_sent.html", context)
