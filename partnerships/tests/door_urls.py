"""Addresses with nothing behind them but a door, for the tests of the doors and of forms that count once."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.http import require_POST, require_safe

from partnerships import access
from partnerships.enums import Role
from partnerships.idempotency import STORE_HEADER, idempotent
from partnerships.models.organisations import Organisation

handler400 = "partnering.views.bad_request"


def show(request, thing):
    """Says what the door handed over, and what it put on the request."""
    return JsonResponse({"thing": str(thing.pk), "partnership": str(getattr(request, "partnership", thing).pk)})


def behind(door):
    return require_safe(door(show))


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "sector"]


@require_POST
@idempotent
@access.signed_in
def organisation_create(request):
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        Organisation.objects.create(name="left behind by a form with mistakes", sector="other")
        return HttpResponse("Look again", status=int(request.POST.get("status", 200)))
    return redirect(f"/made/{form.save().pk}/")


@require_POST
@idempotent
@access.signed_in
def organisation_json(request):
    organisation = Organisation.objects.create(name=request.headers["X-Name"], sector="other")
    response = JsonResponse({"id": str(organisation.pk)})
    if "X-Keep" in request.headers:
        response[STORE_HEADER] = "1"
    return response


@require_POST
@idempotent
@access.partnership_access(Role.FACILITATOR)
def partnership_break(request, partnership):
    Organisation.objects.create(name="left behind by an error", sector="other")
    raise RuntimeError("on purpose")


@require_safe
@access.invitation_link_access
def invitation_read(request, invitation):
    return show(request, invitation)


@require_safe
@access.public("a test")
def open_page(request):
    return HttpResponse("open")


doors = (
    [
        path("doors/readers/<uuid:partnership_id>/", behind(access.partnership_access(Role.OBSERVER)), name="readers"),
        path("doors/group/<uuid:partnership_id>/", behind(access.partnership_access(Role.MEMBER)), name="group"),
        path("doors/lead/<uuid:partnership_id>/", behind(access.partnership_access(Role.FACILITATOR)), name="lead"),
        path("doors/person/<uuid:membership_id>/", behind(access.membership_access(Role.MEMBER)), name="person"),
        path("doors/own/<uuid:membership_id>/", behind(access.membership_access(Role.MEMBER, own=True)), name="own"),
        path("doors/invitation/<uuid:invitation_id>/", behind(access.invitation_access()), name="invitation"),
        path(
            "doors/stakeholder/<uuid:stakeholder_id>/",
            behind(access.stakeholder_access(Role.MEMBER)),
            name="stakeholder",
        ),
        path("doors/term/<uuid:lead_term_id>/", behind(access.lead_access(Role.FACILITATOR)), name="term"),
        path("doors/programme/<uuid:programme_id>/", behind(access.programme_admin_access), name="programme"),
        path("doors/founding/<uuid:invitation_id>/", behind(access.founding_access), name="founding"),
        path("doors/link/<str:token>/", invitation_read, name="link"),
        path("doors/open/", open_page, name="open"),
        path("doors/organisation/", organisation_create, name="organisation_create"),
        path("doors/json/", organisation_json, name="organisation_json"),
        path("doors/break/<uuid:partnership_id>/", partnership_break, name="partnership_break"),
    ],
    "doors",
)

urlpatterns = [path("", include(doors)), path("", include("partnering.urls"))]
