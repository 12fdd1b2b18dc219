from django import forms

from partnerships.domain.invitations import MOST_AT_ONCE
from partnerships.enums import BringKind, InvitationRole
from partnerships.forms.base import ActingForm
from partnerships.forms.organisations import OrganisationChoiceForm
from partnerships.forms.people import PersonNamesForm

ROLE_MEANS = {
    InvitationRole.MEMBER: "Writes, reads, takes on work.",
    InvitationRole.FACILITATOR: "Plans and leads sessions as well, and can invite people.",
    InvitationRole.OBSERVER: "Sees only what the group shares with readers. Often a funder.",
}


class InvitationCreateForm(OrganisationChoiceForm):
    """Ask people in: one address on each line, all or none of them."""

    emails = forms.CharField(
        label="Who would you like to ask?",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"One address on each line, up to {MOST_AT_ONCE}. “Samir Haddad &lt;samir@example.org&gt;” is fine too.",
        error_messages={"required": "Write one address on each line."},
    )
    message = forms.CharField(
        label="Your own words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Why them? This comes first in the mail. People say yes to a person, not to a system.",
    )
    role = forms.ChoiceField(
        label="What are you asking them to be?",
        choices=[(role.value, role.label) for role in ROLE_MEANS],
        initial=InvitationRole.MEMBER,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you are asking them to be."},
    )
    field_order = ["emails", "role", "organisation", "another_name", "another_sector", "another_small", "message"]

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(
            *args, partnership=partnership, none_words="None: they come as residents, or tell us themselves", **kwargs
        )
        self.fields["organisation"].label = "Which organisation do they come from?"

    @property
    def roles(self):
        """The choices of a role with what each means."""
        return [(choice, ROLE_MEANS[choice.data["value"]]) for choice in self["role"]]

    @property
    def bad_lines(self):
        """The lines that need a look: dicts of line (its number), typed and advice."""
        return [
            error.params
            for error in self.errors.get("emails", forms.utils.ErrorList()).as_data()
            if error.code == "line"
        ]

    @property
    def trouble(self):
        """What the summary of mistakes is called."""
        lines = len(self.bad_lines)
        if not lines:
            return "There is a problem"
        return "One line needs a look" if lines == 1 else f"{lines} lines need a look"

    def about(self, by):
        """What the domain takes. Raises ValidationError for a new organisation without a sector."""
        return {name: self.cleaned_data[name] for name in ("emails", "message", "role")} | {
            "organisation": self.chosen(by)
        }


class InvitationAcceptForm(PersonNamesForm, ActingForm):
    """Say yes: what to call you, and what you bring if you like to say. Someone with an account has their names already."""

    brings = forms.CharField(
        label="What do you bring?",
        max_length=200,
        required=False,
        help_text="Not your job. A skill, people you know, something you have lived through.",
    )

    field_order = ["called", "full_name", "pronouns", "brings"]

    def __init__(self, *args, named=False, **kwargs):
        super().__init__(*args, **kwargs)
        if named:
            for name in PersonNamesForm.base_fields:
                del self.fields[name]

    @property
    def names(self):
        return {name: self.cleaned_data[name] for name in PersonNamesForm.base_fields if name in self.fields}

    def bring_rows(self):
        words = self.cleaned_data.get("brings", "").strip()
        return [(BringKind.KNOWLEDGE, words)] if words else []
