from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.access import partnership_access
from partnerships.domain import member_lists
from partnerships.domain.partnerships import get_or_name_place, raise_minimum_group, update_partnership
from partnerships.domain.portraits import BANDS, place_in_rings
from partnerships.enums import Role
from partnerships.forms.base import posted
from partnerships.forms.partnerships import PartnershipRaiseForm, PartnershipUpdateForm, PlaceFormSet
from partnerships.idempotency import idempotent


@require_safe
@partnership_access(Role.MEMBER)
def partnership_detail(request, partnership):
    today = partnership.local_date()
    everyone = list(partnership.memberships.with_brings().with_last_words())
    group = member_lists.by_first_name(
        membership for membership in everyone if membership.is_current and not membership.observes
    )
    groups = list(partnership.stakeholders.all())
    terms = list(partnership.lead_terms.select_related("organisation"))
    context = {
        "partnership": partnership,
        "bands": BANDS,
        "marks": place_in_rings([*group, *groups]),
        "sectors": member_lists.sectors([*group, *groups]),
        "group": group,
        "circles": [
            (ring, member_lists.rows(people, to=request.membership)) for ring, people in member_lists.circles(group)
        ],
        "groups": member_lists.circles(groups),
        "events": member_lists.comings_and_goings(everyone, began_on=partnership.started_on),
        "leads": [
            term for term in terms if term.starts_on <= today and (term.ends_on is None or term.ends_on >= today)
        ],
        "later_leads": [term for term in terms if term.starts_on > today],
        "earlier_leads": [term for term in terms if term.ends_on and term.ends_on < today],
        "places": list(partnership.places.all()),
    }
    return render(request, "partnerships/partnerships/partnership_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def partnership_update(request, partnership):
    # A refused change must not show in the header of the page that says so: the form works on a copy.
    draft = copy(partnership)
    form = PartnershipUpdateForm(posted(request), partnership=draft)
    saved = [{"name": place.name, "level": place.level} for place in partnership.places.all()]
    places = PlaceFormSet(posted(request), prefix="place", initial=saved)
    if "more" in request.POST:
        typed = {name: form[name].value() for name in form.fields}
        form, places = (
            PartnershipUpdateForm(partnership=draft, typed=typed),
            PlaceFormSet(prefix="place", initial=places.filled()),
        )
    elif (
        form.is_valid()
        and places.is_valid()
        and form.accepted(_keep_partnership, partnership=draft, by=request.user, form=form, places=places)
    ):
        messages.success(request, "That is kept.")
        return redirect("partnerships:partnership_detail", partnership_id=partnership.pk)
    context = {
        "form": form,
        "places": places,
        "has_errors": places.needs_a_look,
        "places_saved": [line["name"] for line in saved] if form.clash and saved != places.filled() else [],
        "partnership": partnership,
    }
    return render(
        request, "partnerships/partnerships/partnership_update.html", context, status=max(form.status, places.status)
    )


def _keep_partnership(*, partnership, by, form, places, expected):
    found = [get_or_name_place(name=line["name"], level=line["level"], by=by) for line in places.filled()]
    update_partnership(partnership=partnership, by=by, expected=expected, places=found, **form.about)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def partnership_raise(request, partnership):
    form = PartnershipRaiseForm(posted(request), partnership=partnership)
    if form.is_valid() and form.accepted(
        raise_minimum_group, partnership=partnership, by=request.user, to=form.cleaned_data["to"]
    ):
        messages.success(request, f"From now on at least {partnership.minimum_group} people must have answered.")
        return redirect("partnerships:partnership_detail", partnership_id=partnership.pk)
    return render(
        request,
        "partnerships/partnerships/partnership_raise.html",
        {"form": form, "partnership": partnership},
        status=form.status,
    )
