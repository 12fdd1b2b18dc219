from django.contrib import admin
from django.db.models import Count

from partnerships.admin.base import OfficeHistoryAdmin
from partnerships.models.people import Person
from partnerships.models.programmes import Programme


@admin.register(Programme)
class ProgrammeAdmin(OfficeHistoryAdmin):
    """A superuser begins a programme and says who looks after it; those who do keep its words up to date."""

    list_display = ["name", "funder", "starts_on", "ends_on", "how_many_partnerships", "looked_after_by"]
    list_filter = ["starts_on", "ends_on"]
    search_fields = ["name", "funder", "summary"]
    fields = ["name", "funder", "starts_on", "ends_on", "summary", "administrators"]
    may_be_changed = True

    def in_office(self, rows, person):
        return rows.administered_by(person)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(partnership_count=Count("partnerships", distinct=True))
            .prefetch_related("administrators")
        )

    def has_add_permission(self, request):
        return request.user.is_active and request.user.is_staff and request.user.is_superuser

    def get_readonly_fields(self, request, obj=None):
        # Whoever could name an administrator could give away what a partnership was promised.
        return [] if request.user.is_superuser else ["administrators_in_words"]

    def get_fields(self, request, obj=None):
        return self.fields if request.user.is_superuser else [*self.fields[:-1], "administrators_in_words"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = Person.objects.filter(is_staff=True)
        kwargs["help_text"] = "People who can open the admin pages. Give someone that on their own page first."
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="partnerships", ordering="partnership_count")
    def how_many_partnerships(self, programme):
        return programme.partnership_count

    @admin.display(description="looked after by")
    def looked_after_by(self, programme):
        return ", ".join(person.full_name for person in programme.administrators.all()) or "Nobody yet"

    @admin.display(description="administrators")
    def administrators_in_words(self, programme):
        return self.looked_after_by(programme)
