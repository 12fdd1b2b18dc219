"""The site, and beside it the floor that its pages are held against: signed in, through a door, and nothing else."""

from django.http import HttpResponse
from django.urls import include, path

from partnerships.access import partnership_access
from partnerships.enums import Role


@partnership_access(Role.MEMBER)
def bare(request, partnership):
    return HttpResponse(partnership.name)


urlpatterns = [
    path("bare/<uuid:partnership_id>/", bare, name="bare"),
    path("", include("partnering.urls")),
]
