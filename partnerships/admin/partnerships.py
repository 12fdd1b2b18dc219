from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponseRedirect

from partnerships.admin.base import OfficeHistoryAdmin, counted
from partnerships.admin.organisations import OrganisationAdmin, PlaceAdmin
from partnerships.models.base import StaleVersion
from partnerships.models.organisations import Organisation
from partnerships.models.partnerships import Partnership, Place
from partnerships.models.programmes import Programme

STALE = "Someone else changed this partnership while you had it open. Nothing was saved. Open it again and make your change there."


class PartnershipAdminForm(forms.ModelForm):
    """Carries the row's version, so that two people who save at once are told instead of one losing words."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["opened_version"] = self.instance.version

    def clean_opened_version(self):
        version = self.cleaned_data["opened_version"]
        if version != self.instance.version:
            raise ValidationError(STALE)
        return version


@admin.register(Partnership)
class PartnershipAdmin(OfficeHistoryAdmin):
    """What a partnership says of itself to its programme. It is begun by someone who was invited to, never here."""

    form = PartnershipAdminForm
    list_display = ["name", "programme", "places_in_words", "started_on", "ended_on", "how_many_people"]
    list_filter = [("programme", admin.RelatedOnlyFieldListFilter), "started_on", "ended_on"]
    list_select_related = ["programme"]
    search_fields = ["name", "places__name", "programme__name"]
    fields = [
        "name", "programme", "places", "organisations", "started_on", "ended_on", "time_zone", "minimum_group", "how_many_people", "opened_version",
    ]  # fmt: skip
    # The smallest group is the partnership's own promise to its members: it is raised on its own page, by those who facilitate.
    readonly_fields = ["minimum_group", "how_many_people"]
    may_be_changed = True

    def in_office(self, rows, person):
        return rows.in_programmes_of(person)

    def get_queryset(self, request):
        here = Count("memberships", filter=Q(memberships__left_on=None, memberships__observes=False), distinct=True)
        return super().get_queryset(request).annotate(people_count=here).prefetch_related("places")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "programme" in form.base_fields:
            # Whoever took a partnership out of the last of their programmes could not see what they did.
            form.base_fields["programme"].required = not request.user.is_superuser
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "programme":
            kwargs["queryset"] = Programme.objects.administered_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        model, office = {"places": (Place, PlaceAdmin), "organisations": (Organisation, OrganisationAdmin)}[
            db_field.name
        ]
        kwargs["queryset"] = office(model, self.admin_site).get_queryset(request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        obj._history_user = request.user
        obj.save_versioned(
            expected=form.cleaned_data["opened_version"],
            fields=["name", "programme", "started_on", "ended_on", "time_zone"],
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StaleVersion:
            self.message_user(request, STALE, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.display(description="places")
    def places_in_words(self, partnership):
        return ", ".join(place.name for place in partnership.places.all()) or "–"

    # Not a column to sort by: the order would tell apart what the words hide.
    @admin.display(description="people")
    def how_many_people(self, partnership):
        return counted(partnership.people_count)
