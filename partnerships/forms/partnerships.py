from django import forms

from partnerships.enums import PlaceLevel
from partnerships.forms.base import ActingForm, LinesFormSet, VersionedForm
from partnerships.forms.people import TimeZoneField
from partnerships.models.partnerships import SMALLEST_GROUP_ALLOWED

DATE = {"invalid": "Write a date like 2026-11-30."}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs={"class": "pn-short-field", **(attrs or {})}, format="%Y-%m-%d")


class PartnershipUpdateForm(VersionedForm):
    name = forms.CharField(
        label="Our name", max_length=120, error_messages={"required": "Write what the partnership is called."}
    )
    time_zone = TimeZoneField(label="Our time zone", help_text="Sessions open and close by it.")
    started_on = forms.DateField(
        label="We began on",
        widget=DateInput,
        error_messages={**DATE, "required": "Write the day you began. About right will do."},
    )
    ended_on = forms.DateField(
        label="We ended on",
        widget=DateInput,
        required=False,
        error_messages=DATE,
        help_text="Leave it empty while you go on. After this day nobody new can join; all that was written stays.",
    )

    def __init__(self, *args, partnership, typed=None, **kwargs):
        super().__init__(
            *args, initial={name: getattr(partnership, name) for name in self.base_fields} | (typed or {}), **kwargs
        )
        self.fields["time_zone"].keep(partnership.time_zone)

    @property
    def about(self):
        """What the domain takes: everything but the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def clean(self):
        cleaned = super().clean()
        began, ended = cleaned.get("started_on"), cleaned.get("ended_on")
        if began and ended and ended < began:
            self.add_error("ended_on", "The end is before the beginning. Change one of the two dates.")
        return cleaned


class PlaceForm(ActingForm):
    name = forms.CharField(label="Place", max_length=120, required=False)
    level = forms.ChoiceField(label="Kind", choices=PlaceLevel.choices, initial=PlaceLevel.NEIGHBOURHOOD)


class BasePlaceFormSet(LinesFormSet):
    words = "name"


PlaceFormSet = forms.formset_factory(PlaceForm, formset=BasePlaceFormSet, extra=2, max_num=30, validate_max=True)


class PartnershipRaiseForm(ActingForm):
    """A number that can only go up. It is asked once more, because it can't be taken back."""

    to = forms.IntegerField(
        label="How many people must have answered?",
        min_value=SMALLEST_GROUP_ALLOWED,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "pn-number-field", "inputmode": "numeric"}),
        error_messages={
            "required": "Write a number of people.",
            "invalid": "Write a number of people, such as 6.",
            "min_value": "The smallest group can’t be under 3 people.",
            "max_value": "That many people will never answer at once. Choose 100 or fewer.",
        },
    )
    sure = forms.BooleanField(
        label="Yes, we know that it can’t go down again",
        error_messages={"required": "Tick the box: once it is up, nobody can bring it down again."},
    )

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = partnership.minimum_group
        self.fields["to"].initial = self.kept + 1

    def clean_to(self):
        if self.cleaned_data["to"] == self.kept:
            raise forms.ValidationError(f"It is {self.kept} people already. Choose a higher number, or leave it.")
        return self.cleaned_data["to"]

    def refuse(self, error):
        # The domain calls it by the name of the model's field.
        if "minimum_group" in getattr(error, "error_dict", {}):
            self.add_error("to", error.error_dict["minimum_group"])
        else:
            super().refuse(error)
