from django.contrib import admin

from partnerships.admin.base import OfficeAdmin
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership


class StillHereFilter(admin.SimpleListFilter):
    title = "still here"
    parameter_name = "here"

    def lookups(self, request, model_admin):
        return [("yes", "Yes"), ("no", "Left")]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(left_on__isnull=self.value() == "yes")
        return queryset


@admin.register(Membership)
class MembershipAdmin(OfficeAdmin):
    """Who is in which partnership, and since when. To read: joining and leaving happen on the partnership's own pages.

    A profile is its writer's and for their group: no word of it is here, and neither is the circle they chose.
    """

    list_display = [
        "person",
        "partnership",
        "organisation",
        "joined_on",
        "left_on",
        "takes_part",
        "facilitates",
        "observes",
    ]
    list_filter = [StillHereFilter, ("partnership", admin.RelatedOnlyFieldListFilter), "facilitates", "observes"]
    list_select_related = ["person", "partnership", "organisation"]
    search_fields = ["person__full_name", "person__email", "partnership__name", "organisation__name"]
    fields = ["person", "partnership", "organisation", "joined_on", "left_on", "takes_part", "facilitates", "observes"]

    def in_office(self, rows, person):
        return rows.filter(partnership__in=Partnership.objects.in_programmes_of(person).values("pk"))
