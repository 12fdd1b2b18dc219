from django import forms
from django.core.exceptions import ValidationError

from partnerships.domain.organisations import get_or_name_organisation
from partnerships.enums import Sector
from partnerships.forms.base import ActingForm
from partnerships.models.organisations import Organisation

ANOTHER = "another"


class OrganisationChoiceForm(ActingForm):
    """Choose one of the organisations around the table, or name another. What is not around this table is refused like nonsense."""

    organisation = forms.ChoiceField(
        label="Which organisation?", error_messages={"invalid_choice": "Choose one from the list."}
    )
    another_name = forms.CharField(label="Its name", max_length=160, required=False, strip=True)
    another_sector = forms.ChoiceField(
        label="Its sector",
        choices=[("", "Choose one"), *(choice for choice in Sector.choices if choice[0] != Sector.RESIDENT)],
        required=False,
    )
    another_small = forms.BooleanField(label="It has few or no paid staff", required=False)

    def __init__(self, *args, partnership, none_words="", **kwargs):
        super().__init__(*args, **kwargs)
        self.around = {str(organisation.pk): organisation for organisation in Organisation.objects.around(partnership)}
        first = [("", none_words)] if none_words else [("", "Choose one")]
        self.fields["organisation"].choices = [
            *first,
            *((key, organisation.name) for key, organisation in self.around.items()),
            (ANOTHER, "Another one"),
        ]
        self.fields["organisation"].required = not none_words
        self.fields["organisation"].error_messages["required"] = "Choose an organisation."

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("organisation") == ANOTHER and not cleaned.get("another_name"):
            self.add_error("another_name", "Write the name of the other organisation.")
        return cleaned

    def chosen(self, by):
        """The Organisation that was chosen or named, None for nobody. Raises ValidationError for a new one without a sector."""
        chosen = self.cleaned_data["organisation"]
        if chosen != ANOTHER:
            return self.around.get(chosen)
        try:
            return get_or_name_organisation(
                name=self.cleaned_data["another_name"],
                by=by,
                sector=self.cleaned_data["another_sector"],
                small=self.cleaned_data["another_small"],
            )
        except ValidationError as error:
            named = {"name": "another_name", "sector": "another_sector"}
            raise ValidationError(
                {named.get(field, field): messages for field, messages in error.error_dict.items()}
            ) from None
