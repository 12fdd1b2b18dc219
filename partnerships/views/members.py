from copy import copy
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import rules
from partnerships.access import membership_access, partnership_access
from partnerships.domain import member_lists
from partnerships.domain.bounces import count_unreached
from partnerships.domain.members import (
    change_organisation,
    change_ring,
    change_role,
    leave_partnership,
    plan_leaving,
    stay_after_all,
    update_profile,
)
from partnerships.domain.people import update_person
from partnerships.enums import Ring, Role
from partnerships.forms.base import posted
from partnerships.forms.members import (
    BringFormSet,
    MembershipChangeForm,
    MembershipEndForm,
    MembershipLeaveForm,
    MembershipProfileForm,
    MembershipRingForm,
)
from partnerships.idempotency import idempotent
from partnerships.models.members import SEEN_BY_FIELD, Membership

LOOK_BACK = timedelta(days=365)


@require_safe
@partnership_access(Role.MEMBER)
def membership_list(request, partnership):
    everyone = list(partnership.memberships.with_brings())
    here = member_lists.by_first_name(membership for membership in everyone if membership.is_current)
    group = [membership for membership in here if not membership.observes]
    circle, find = request.GET.get("circle", ""), request.GET.get("find", "").strip()[:100]
    found = member_lists.found_by(member_lists.in_circle(group, circle), find)
    many = len(group) > member_lists.MANY
    context = {
        "lead": f"{f'{len(group)} of us, in' if many else 'In'} order of first name. What someone brings comes before where they work.",
        "group": group,
        "found": found,
        "readers": [membership for membership in here if membership.observes],
        "rows": member_lists.rows(found, to=request.membership),
        "circles": [
            (ring, member_lists.rows(people, to=request.membership)) for ring, people in member_lists.circles(found)
        ]
        if many
        else [],
        "pills": _pills(group, circle),
        "sectors": member_lists.sectors(group),
        "losses": member_lists.recent_losses(everyone, since=partnership.local_date() - LOOK_BACK)[:3],
        "unreached": count_unreached(partnership=partnership) if request.membership.facilitates else None,
        "many": many,
        "circle": circle,
        "find": find,
    }
    return render(request, "partnerships/members/membership_list.html", context)


def _pills(group, current):
    """The filter: everyone, each circle, those who facilitate; every pill with its count."""
    choices = [("", "All"), *Ring.choices, (member_lists.FACILITATE, "Facilitate")]
    known = {key for key, _ in choices}
    return [
        {
            "words": words,
            "url": f"?circle={key}" if key else "?",
            "current": key == (current if current in known else ""),
            "count": len(member_lists.in_circle(group, key)),
        }
        for key, words in choices
    ]


@require_safe
@membership_access(Role.MEMBER)
def membership_detail(request, membership):
    mine = request.membership
    context = {
        "membership": membership,
        "is_me": membership.pk == mine.pk,
        "brings": member_lists.brings_by_kind(membership),
        "shown": {name: membership.visible_field(name, to=mine) for name in SEEN_BY_FIELD}
        if membership.is_current
        else {},
        "shows_address": membership.is_current and rules.ADDRESS.allows(to=mine, of=membership),
        "changes": list(reversed(membership.changes.all())),
        "earlier": list(Membership.objects.earlier_than(membership)),
    }
    return render(request, "partnerships/members/membership_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.MEMBER, own=True)
def membership_profile(request, membership):
    form = MembershipProfileForm(posted(request), membership=membership)
    saved = [{"kind": bring.kind, "text": bring.text} for bring in membership.brings.all()]
    brings = BringFormSet(posted(request), prefix="bring", initial=saved)
    if "more" in request.POST or "take_out" in request.POST:
        # The same page again, unsaved, with other lines: what was typed stays in its boxes.
        form = MembershipProfileForm(membership=membership, typed={name: form[name].value() for name in form.fields})
        brings = BringFormSet(prefix="bring", initial=brings.without(request.POST.get("take_out", "")))
    elif form.is_valid() and brings.is_valid() and _keep_profile(form, brings, copy(membership), by=copy(request.user)):
        messages.success(request, "Your page is kept.")
        return redirect("partnerships:membership_detail", membership_id=membership.pk)
    context = {
        "form": form,
        "brings": brings,
        "has_errors": brings.needs_a_look,
        "brings_saved": [line["text"] for line in saved] if form.clash and saved != brings.filled() else [],
        "group": list(membership.partnership.memberships.current().of_the_group().by_name()),
        "membership": membership,
    }
    return render(
        request, "partnerships/members/membership_profile.html", context, status=max(form.status, brings.status)
    )


def _keep_profile(form, brings, membership, *, by):
    """All of the page or nothing: whatever is refused takes the rest with it, because the view is one transaction."""
    lines = [(line["kind"], line["text"]) for line in brings.filled()]
    return form.accepted(
        update_profile, membership=membership, by=by, brings=lines, **form.profile
    ) and form.accepted_also(update_person, person=by, by=by, **form.names)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.MEMBER, own=True)
def membership_ring(request, membership):
    form = MembershipRingForm(posted(request), initial={"ring": membership.ring})
    if form.is_valid() and form.accepted(change_ring, membership=membership, by=request.user, **form.cleaned_data):
        messages.success(request, f"You stand in this circle now: {membership.get_ring_display()}.")
        return redirect("partnerships:partnership_detail", partnership_id=membership.partnership_id)
    return render(
        request,
        "partnerships/members/membership_ring.html",
        {"form": form, "membership": membership},
        status=form.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.FACILITATOR)
def membership_change(request, membership):
    form = MembershipChangeForm(posted(request), membership=membership)
    if form.is_valid() and form.accepted(_note_changes, membership=membership, form=form, by=request.user):
        messages.success(request, f"What changed for {membership.person.short_name} is noted.")
        if membership.pk == request.membership.pk and membership.observes:
            return redirect("home")
        return redirect("partnerships:membership_detail", membership_id=membership.pk)
    return render(
        request,
        "partnerships/members/membership_change.html",
        {"form": form, "membership": membership},
        status=form.status,
    )


def _note_changes(*, membership, form, by):
    noted = {"membership": membership, "by": by, "reason": form.cleaned_data["reason"], "at": form.at}
    change_ring(ring=form.cleaned_data["ring"], **noted)
    change_organisation(organisation=form.chosen(by), **noted)
    change_role(**form.facts, **noted)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.OBSERVER, own=True)
def membership_leave(request, membership):
    today = membership.partnership.local_date()
    initial = {"on": membership.leaves_on or today, "reason": membership.leaving_word}
    initial["named_words"] = membership.named_words
    form = MembershipLeaveForm(posted(request), membership=membership, initial=initial)
    if form.is_valid():
        later = form.cleaned_data["on"] > today
        act = plan_leaving if later else leave_partnership
        if form.accepted(act, membership=membership, by=request.user, **form.cleaned_data):
            messages.success(request, _left_words(membership, later=later))
            return redirect("partnerships:membership_leave", membership.pk) if later else redirect("home")
    last = membership.facilitates and not Membership.objects.others_facilitating(membership).exists()
    context = {"form": form, "membership": membership, "last": last, "brings": membership.brings.all()}
    if membership.leaves_on:
        context["leaving_title"] = f"Your last day is {membership.leaves_on:%-d %B %Y}"
    return render(request, "partnerships/members/membership_leave.html", context, status=form.status)


def _left_words(membership, *, later):
    name = membership.partnership.name
    if later:
        return f"Your last day in {name} is {membership.leaves_on:%-d %B %Y}. Until then nothing changes."
    return f"You have left {name}. Thank you for all you brought."


@require_POST
@membership_access(Role.OBSERVER, own=True)
def membership_stay(request, membership):
    stay_after_all(membership=membership, by=request.user)
    messages.success(request, "Good. You stay.")
    return redirect("partnerships:membership_leave", membership.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@membership_access(Role.FACILITATOR)
def membership_end(request, membership):
    if membership.pk == request.membership.pk:
        return redirect("partnerships:membership_leave", membership_id=membership.pk)
    form = MembershipEndForm(posted(request), initial={"on": membership.partnership.local_date()})
    if form.is_valid() and form.accepted(
        leave_partnership, membership=membership, by=request.user, **form.cleaned_data
    ):
        messages.success(request, f"It is noted that {membership.person.short_name} has left.")
        return redirect("partnerships:membership_detail", membership_id=membership.pk)
    return render(
        request,
        "partnerships/members/membership_end.html",
        {"form": form, "membership": membership},
        status=form.status,
    )
