from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.access import partnership_access, stakeholder_access
from partnerships.domain import member_lists
from partnerships.domain.portraits import standing
from partnerships.domain.stakeholders import add_stakeholder, record_position, update_stakeholder
from partnerships.enums import Role
from partnerships.forms.base import posted
from partnerships.forms.stakeholders import (
    AGREES,
    TRUSTS,
    StakeholderCreateForm,
    StakeholderPositionCreateForm,
    StakeholderUpdateForm,
)
from partnerships.idempotency import idempotent


@require_safe
@partnership_access(Role.MEMBER)
def stakeholder_list(request, partnership):
    groups = list(partnership.stakeholders.with_positions())
    circle = request.GET.get("circle", "")
    found = member_lists.in_circle(groups, circle) if circle != member_lists.FACILITATE else groups
    pills = [{"words": "All", "url": "?", "current": len(found) == len(groups), "count": len(groups)}]
    pills += [
        {"words": ring.label, "url": f"?circle={ring}", "current": ring == circle, "count": len(people)}
        for ring, people in member_lists.circles(groups)
    ]
    context = {
        "partnership": partnership,
        "groups": groups,
        "found": [(group, standing(group.positions.all())) for group in found],
        "pills": pills if len(pills) > 2 else [],
    }
    return render(request, "partnerships/stakeholders/stakeholder_list.html", context)


@require_safe
@stakeholder_access(Role.MEMBER)
def stakeholder_detail(request, stakeholder):
    positions = list(stakeholder.positions.all())
    words = {"agreement": dict(AGREES), "trust": dict(TRUSTS)}
    context = {
        "stakeholder": stakeholder,
        "standing": standing(positions),
        "positions": [
            (position, words["agreement"][position.agreement], words["trust"][position.trust])
            for position in reversed(positions)
        ],
        "ask_about_name": request.GET.get("look") == "name",
    }
    return render(request, "partnerships/stakeholders/stakeholder_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.MEMBER)
def stakeholder_create(request, partnership):
    form = StakeholderCreateForm(posted(request), partnership=partnership)
    if form.is_valid() and form.accepted(_add, partnership=partnership, form=form, by=request.user):
        messages.success(request, f"{form.stakeholder.name} is in the list.")
        return redirect(_address_of(form.stakeholder, form))
    return render(
        request,
        "partnerships/stakeholders/stakeholder_create.html",
        {"form": form, "partnership": partnership},
        status=form.status,
    )


def _add(*, partnership, form, by):
    form.stakeholder = add_stakeholder(partnership=partnership, by=by, **form.about)
    if form.position:
        record_position(stakeholder=form.stakeholder, by=by, **form.position)


def _address_of(stakeholder, form):
    """Its page; a name that may be a person's is kept, and asked about there."""
    url = reverse("partnerships:stakeholder_detail", kwargs={"stakeholder_id": stakeholder.pk})
    return f"{url}?look=name" if form.looks_like_a_person else url


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@stakeholder_access(Role.MEMBER)
def stakeholder_update(request, stakeholder):
    draft = copy(stakeholder)
    form = StakeholderUpdateForm(posted(request), stakeholder=draft)
    if form.is_valid() and form.accepted(update_stakeholder, stakeholder=draft, by=request.user, **form.about):
        messages.success(request, "That is kept.")
        return redirect(_address_of(draft, form))
    return render(
        request,
        "partnerships/stakeholders/stakeholder_update.html",
        {"form": form, "stakeholder": stakeholder},
        status=form.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@stakeholder_access(Role.MEMBER)
def stakeholder_position_create(request, stakeholder):
    form = StakeholderPositionCreateForm(posted(request), initial={"on": stakeholder.partnership.local_date()})
    if form.is_valid() and form.accepted(
        record_position, stakeholder=stakeholder, by=request.user, **form.cleaned_data
    ):
        messages.success(request, "A new look is written down. The older ones stay.")
        return redirect("partnerships:stakeholder_detail", stakeholder_id=stakeholder.pk)
    context = {"form": form, "stakeholder": stakeholder, "positions": list(reversed(stakeholder.positions.all()))}
    return render(request, "partnerships/stakeholders/stakeholder_position_create.html", context, status=form.status)
