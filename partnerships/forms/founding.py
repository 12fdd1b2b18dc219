"""Beginning a partnership: its name and smallest group, and who is around the table."""

from django import forms

from partnerships.enums import Sector
from partnerships.forms.base import ActingForm, LinesFormSet

SECTORS = [("", "Sector"), *(choice for choice in Sector.choices if choice[0] != Sector.RESIDENT)]


class PartnershipFoundForm(ActingForm):
    """Begin a partnership: its name and when, whom the founder speaks for, and the smallest group."""

    SMALLEST = [("3", "3 people"), ("5", "5 people"), ("8", "8 people")]

    name = forms.CharField(
        label="The name you use among yourselves",
        max_length=120,
        help_text="Not the name of a grant or a programme.",
        error_messages={"required": "Write the name you use among yourselves."},
    )
    started_on = forms.DateField(
        label="When did you begin?",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "pn-short-field"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write a date like 2026-11-30."},
    )
    minimum_group = forms.ChoiceField(
        label="Smallest group",
        choices=SMALLEST,
        initial="5",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many make it safe.", "invalid_choice": "Choose how many make it safe."},
    )


class OrganisationLineForm(ActingForm):
    name = forms.CharField(label="Organisation", max_length=160, required=False)
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, required=False)
    small = forms.BooleanField(label="Few or no paid staff", required=False)
    own = forms.BooleanField(label="I speak for this one", required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("name", "").strip() and not cleaned.get("sector"):
            self.add_error("sector", "Choose its sector.")
        return cleaned


class BaseOrganisationLines(LinesFormSet):
    words = "name"

    def clean(self):
        if sum(bool(line["own"]) for line in self.filled()) > 1:
            raise forms.ValidationError("Tick one organisation that you speak for, or none if you come as a resident.")


OrganisationLines = forms.formset_factory(OrganisationLineForm, formset=BaseOrganisationLines, extra=3, max_num=30, validate_max=True)
