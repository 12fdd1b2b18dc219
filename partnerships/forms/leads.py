from django import forms

from partnerships.enums import LeadAgreed
from partnerships.forms.base import ActingForm
from partnerships.forms.organisations import OrganisationChoiceForm
from partnerships.forms.partnerships import DATE, DateInput


class LeadCreateForm(OrganisationChoiceForm):
    starts_on = forms.DateField(
        label="From which day?",
        widget=DateInput,
        error_messages={**DATE, "required": "Write the first day. About right will do."},
    )
    ends_on = forms.DateField(
        label="Until which day?",
        widget=DateInput,
        required=False,
        error_messages=DATE,
        help_text="Leave it empty if no end is agreed.",
    )
    covers = forms.CharField(
        label="What does leading cover?",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text="Such as holding the money, or calling the meetings.",
    )
    agreed = forms.ChoiceField(
        label="How was it agreed?",
        choices=LeadAgreed.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was agreed."},
    )

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", "The end is before the beginning. Change one of the two dates.")
        return cleaned


class LeadEndForm(ActingForm):
    ends_on = forms.DateField(
        label="The last day", widget=DateInput, error_messages={**DATE, "required": "Write the last day."}
    )
