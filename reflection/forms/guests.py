"""What somebody types who joins with a code: the code, then their first name and, if they like, where they come from."""

from django import forms

from partnerships.enums import Sector
from reflection.models.guests import FIRST_NAME_LIMIT


class GuestCodeForm(forms.Form):
    code = forms.CharField(
        label="The code",
        help_text="Four letters and two numbers.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "pn-code", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={
            "required": "Type the code from the screen.",
            "max_length": "Look at the screen again, or ask who leads.",
        },
    )


class GuestJoinForm(forms.Form):
    first_name = forms.CharField(
        label="Your first name",
        help_text="The people in this session see it.",
        max_length=FIRST_NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={
            "required": "Write your first name, so that people know who is there.",
            "max_length": f"Keep it under {FIRST_NAME_LIMIT} characters.",
        },
    )
    sector = forms.ChoiceField(
        label="Where do you come from?",
        choices=Sector.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these, or none."},
    )
