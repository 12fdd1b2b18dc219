"""Beginning a partnership, and the first steps in it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.access import founding_access, partnership_access
from partnerships.domain.member_lists import circles, sectors
from partnerships.domain.organisations import get_or_name_organisation
from partnerships.domain.partnerships import found_partnership, get_or_name_place
from partnerships.domain.portraits import BANDS, place_in_rings
from partnerships.enums import Role
from partnerships.forms.base import posted
from partnerships.forms.founding import OrganisationLines, PartnershipFoundForm
from partnerships.forms.partnerships import PlaceFormSet
from partnerships.idempotency import idempotent


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@founding_access
def partnership_found(request, invitation):
    form = PartnershipFoundForm(posted(request))
    places = PlaceFormSet(posted(request), prefix="place")
    lines = OrganisationLines(posted(request), prefix="organisation")
    if "more" in request.POST:
        typed = {name: form[name].value() for name in form.fields}
        form = PartnershipFoundForm(initial=typed)
        places = PlaceFormSet(prefix="place", initial=places.filled())
        lines = OrganisationLines(prefix="organisation", initial=lines.filled())
    elif all(part.is_valid() for part in (form, places, lines)):
        made = {}
        if form.accepted(
            _found, invitation=invitation, by=request.user, form=form, places=places, lines=lines, made=made
        ):
            messages.success(request, "The table is set.")
            return redirect("partnerships:partnership_first_steps", partnership_id=made["partnership"].pk)
    context = {
        "form": form,
        "places": places,
        "lines": lines,
        "invitation": invitation,
        "has_errors": places.needs_a_look or lines.needs_a_look,
    }
    status = max(form.status, places.status, lines.status)
    return render(request, "partnerships/founding/partnership_found.html", context, status=status)


def _found(*, invitation, by, form, places, lines, made):
    found = {line["name"]: _organisation(line, by) for line in lines.filled()}
    own = next((found[line["name"]] for line in lines.filled() if line["own"]), None)
    made["partnership"] = found_partnership(
        by=by,
        places=[get_or_name_place(name=line["name"], level=line["level"], by=by) for line in places.filled()],
        organisations=list(found.values()),
        organisation=own,
        invitation=invitation,
        **form.about,
    )


def _organisation(line, by):
    return get_or_name_organisation(name=line["name"], sector=line["sector"], small=bool(line["small"]), by=by)


@require_safe
@partnership_access(Role.FACILITATOR)
def partnership_first_steps(request, partnership):
    group = list(partnership.memberships.current().of_the_group().by_name().select_related("organisation"))
    people = sum(membership.takes_part for membership in group)
    context = {
        "group": group,
        "bands": BANDS,
        "marks": place_in_rings(group),
        "sectors": sectors(group),
        "circles": circles(group),
        "partnership": partnership,
        "people": people,
        "enough": people >= partnership.minimum_group,
        "missing": max(0, partnership.minimum_group - people),
        "has_brings": request.membership.brings.exists(),
    }
    return render(request, "partnerships/founding/partnership_first_steps.html", context)
