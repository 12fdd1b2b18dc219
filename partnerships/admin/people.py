from django.contrib import admin
from django.db.models import Prefetch, Q

from partnerships.admin.base import OfficeAdmin
from partnerships.domain.people import end_sign_in
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person
from partnerships.models.programmes import Programme


@admin.register(Person)
class PersonAdmin(OfficeAdmin):
    """Accounts: who someone is and whether they can sign in.

    An address cannot be changed here: whoever could, could sign in as that person and read what they are writing. When
    someone last came is not here either: beside the time of an answer it would say whose it is.
    """

    list_display = ["full_name", "email", "partnerships_in_words", "is_active", "is_staff", "joined_at"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["full_name", "called", "email"]
    fields = [
        "full_name",
        "called",
        "email",
        "time_zone",
        "partnerships_in_words",
        "is_active",
        "is_staff",
        "joined_at",
    ]
    readonly_fields = ["full_name", "called", "email", "time_zone", "partnerships_in_words", "joined_at"]

    def in_office(self, rows, person):
        ours = Membership.objects.filter(
            partnership__in=Partnership.objects.in_programmes_of(person).values("pk")
        ).values("person")
        colleagues = Programme.administrators.through.objects.filter(
            programme__in=Programme.objects.administered_by(person).values("pk")
        )
        return rows.filter(Q(pk__in=ours) | Q(pk__in=colleagues.values("person")))

    def get_queryset(self, request):
        here = Membership.objects.current().select_related("partnership")
        if not request.user.is_superuser:
            here = here.filter(partnership__in=Partnership.objects.in_programmes_of(request.user).values("pk"))
        return (
            super().get_queryset(request).prefetch_related(Prefetch("memberships", here, to_attr="known_memberships"))
        )

    def has_change_permission(self, request, obj=None):
        """Who may sign in, and who may open the admin, is for a superuser to say."""
        return request.user.is_superuser and self.has_view_permission(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            end_sign_in(person=obj, by=request.user)

    @admin.display(description="partnerships")
    def partnerships_in_words(self, person):
        return ", ".join(sorted(membership.partnership.name for membership in person.known_memberships)) or "–"
