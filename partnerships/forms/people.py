import zoneinfo
from functools import lru_cache
from itertools import groupby

from django import forms

from partnerships.enums import Theme
from partnerships.forms.base import ActingForm

NAME_MISSING = "Write your full name: it is how the group knows who you are."


@lru_cache(maxsize=1)
def _zones():
    """The time zones people live in, as groups of choices: the old and technical names are left out."""
    regions = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    names = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in regions)
    return [
        (region, [(name, name.partition("/")[2].replace("_", " ").replace("/", ": ")) for name in group])
        for region, group in groupby(names, lambda name: name.partition("/")[0])
    ]


def time_zone_choices(kept=""):
    """Choices for a time zone, among them the one that is `kept` now, whatever its name."""
    groups = _zones()
    known = any(name == kept for _, group in groups for name, _ in group)
    return groups if known or not kept else [(kept, kept), *groups]


class TimeZoneField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            choices=time_zone_choices, error_messages={"invalid_choice": "Choose a time zone from the list."}, **kwargs
        )

    def keep(self, name):
        self.choices = time_zone_choices(name)


class PersonNamesForm(ActingForm):
    """What people are called. Their names belong to them, whichever partnership they are in."""

    called = forms.CharField(
        label="What should people call you?",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    full_name = forms.CharField(
        label="Your full name",
        max_length=120,
        error_messages={"required": NAME_MISSING},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    pronouns = forms.CharField(label="Pronouns", max_length=40, required=False)


class PersonUpdateForm(PersonNamesForm):
    time_zone = TimeZoneField(label="Your time zone", help_text="Times on your pages and in your mails are told in it.")
    theme = forms.ChoiceField(
        label="Light or dark",
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how your pages look."},
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, initial={name: getattr(person, name) for name in self.base_fields}, **kwargs)
        self.fields["time_zone"].keep(person.time_zone)
