"""The pace that a programme's groups begin with. A group's own rhythm is its own affair and not here, nor is any answer."""

from django.contrib import admin

from partnerships.admin.base import OfficeAdmin
from partnerships.models.programmes import Programme
from reflection.models.rhythms import Rhythm


@admin.register(Rhythm)
class RhythmAdmin(OfficeAdmin):
    list_display = ["programme", "is_on", "every_weeks", "weekday", "hour"]
    fields = [
        "programme", "is_on", "every_weeks", "weekday", "hour", "starts_on",
        "asks_mood", "asks_room", "asks_question", "asks_know", "asks_partner",
    ]  # fmt: skip
    may_be_added = may_be_changed = True

    def get_queryset(self, request):
        return super().get_queryset(request).of_programmes().select_related("programme")

    def in_office(self, rows, person):
        return rows.filter(programme__in=Programme.objects.administered_by(person))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "programme" and not request.user.is_superuser:
            kwargs["queryset"] = Programme.objects.administered_by(request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.required = True
        return field

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []
