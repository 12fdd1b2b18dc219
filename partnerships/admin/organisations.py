"""Places and organisations. They are shared between partnerships, so a change is for those who look after all that use one."""

from django.contrib import admin
from django.db.models import Count, Q

from partnerships.admin.base import OfficeHistoryAdmin
from partnerships.models.members import Membership
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place


class SharedAdmin(OfficeHistoryAdmin):
    """What several partnerships may use. `users_of` finds the partnerships that use one."""

    may_be_added = may_be_changed = True

    def users_of(self, shared):
        raise NotImplementedError

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.is_superuser:
            return True
        ours = Partnership.objects.in_programmes_of(request.user)
        return not self.users_of(obj).exclude(pk__in=ours.values("pk")).exists()


@admin.register(Place)
class PlaceAdmin(SharedAdmin):
    list_display = ["name", "level", "how_many_partnerships"]
    list_filter = ["level"]
    search_fields = ["name"]
    fields = ["name", "level"]

    def in_office(self, rows, person):
        ours = Partnership.objects.in_programmes_of(person).values("pk")
        return rows.filter(pk__in=Place.objects.filter(Q(partnerships__in=ours) | Q(partnerships=None)).values("pk"))

    def get_queryset(self, request):
        ours = Partnership.objects.in_programmes_of(request.user).values("pk")
        count = Count("partnerships", filter=Q(partnerships__in=ours), distinct=True)
        return super().get_queryset(request).annotate(partnership_count=count)

    def users_of(self, shared):
        return Partnership.objects.filter(places=shared)

    @admin.display(description="partnerships", ordering="partnership_count")
    def how_many_partnerships(self, place):
        return place.partnership_count


@admin.register(Organisation)
class OrganisationAdmin(SharedAdmin):
    list_display = ["name", "sector", "small"]
    list_filter = ["sector", "small"]
    search_fields = ["name"]
    fields = ["name", "sector", "small"]

    def in_office(self, rows, person):
        ours = Partnership.objects.in_programmes_of(person).values("pk")
        used_by_us = (
            Q(partnerships__in=ours) | Q(memberships__partnership__in=ours) | Q(lead_terms__partnership__in=ours)
        )
        used_by_nobody = Q(partnerships=None, memberships=None, lead_terms=None)
        return rows.filter(pk__in=Organisation.objects.filter(used_by_us | used_by_nobody).values("pk"))

    def users_of(self, shared):
        speaking = Membership.objects.filter(organisation=shared).values("partnership")
        return Partnership.objects.filter(
            Q(organisations=shared) | Q(pk__in=speaking) | Q(lead_terms__organisation=shared)
        )
