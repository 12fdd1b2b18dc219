"""Beginning a partnership: its name and smallest group, and who is around the table."""

from django import forms

from partnerships.enums import Sector
from partnerships.forms.base import ActingForm, LinesFormSet
from partnerships.forms.partnerships import DATE, DateInput
from partnerships.models.partnerships import SMALLEST_GROUP_ALLOWED

OWN_NUMBER = "own"
#: The smallest groups to choose from: how many, and what that means.
SMALLEST = {
    "3": ("3 people", "The least we allow. In a group that knows each other well, 3 is easy to guess."),
    "5": ("5 people", "Right for most. With fewer than 5 ready, nothing is shown and everyone keeps their words."),
    "8": ("8 people", "For groups of 20 or more, or where trust is thin."),
    OWN_NUMBER: ("Another number", ""),
}
SECTORS = [("", "Sector"), *(choice for choice in Sector.choices if choice[0] != Sector.RESIDENT)]


class PartnershipFoundForm(ActingForm):
    """Begin a partnership: its name and when, whom the founder speaks for, and the smallest group."""

    name = forms.CharField(
        label="The name you use among yourselves",
        max_length=120,
        help_text="Not the name of a grant or a programme.",
        error_messages={"required": "Write the name you use among yourselves."},
    )
    started_on = forms.DateField(
        label="When did you begin?",
        required=False,
        widget=DateInput,
        help_text="About right will do.",
        error_messages=DATE,
    )
    minimum_group = forms.ChoiceField(
        label="Smallest group",
        choices=[(key, words) for key, (words, _) in SMALLEST.items()],
        initial="5",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many make it safe.", "invalid_choice": "Choose how many make it safe."},
    )
    own_number = forms.IntegerField(
        label="How many people",
        required=False,
        min_value=SMALLEST_GROUP_ALLOWED,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "pn-number-field", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Write a number of people, such as 6.",
            "min_value": "The smallest group can’t be under 3 people.",
            "max_value": "That many people will never answer at once. Choose 100 or fewer.",
        },
    )

    def clean(self):
        cleaned = super().clean()
        if (
            cleaned.get("minimum_group") == OWN_NUMBER
            and "own_number" not in self.errors
            and not cleaned.get("own_number")
        ):
            self.add_error("own_number", "Write how many people make it safe.")
        return cleaned

    @property
    def smallest_groups(self):
        """The choices with what each means."""
        return [(choice, SMALLEST[choice.data["value"]][1]) for choice in self["minimum_group"]]

    @property
    def about(self):
        """What the domain takes of this form."""
        chosen = self.cleaned_data["minimum_group"]
        return {
            "name": self.cleaned_data["name"],
            "started_on": self.cleaned_data["started_on"],
            "minimum_group": self.cleaned_data["own_number"] if chosen == OWN_NUMBER else int(chosen),
        }

    def refuse(self, error):
        # The domain names the model's field; the page asks for the number in one of two.
        if "minimum_group" in getattr(error, "error_dict", {}) and self.cleaned_data.get("minimum_group") == OWN_NUMBER:
            error = forms.ValidationError({"own_number": error.error_dict["minimum_group"]})
        super().refuse(error)


class OrganisationLineForm(ActingForm):
    name = forms.CharField(label="Its name", max_length=160, required=False)
    sector = forms.ChoiceField(label="Sector", choices=SECTORS, required=False)
    small = forms.BooleanField(label="Small: few or no paid staff", required=False)
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


OrganisationLines = forms.formset_factory(
    OrganisationLineForm, formset=BaseOrganisationLines, extra=3, max_num=30, validate_max=True
)
