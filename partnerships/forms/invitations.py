from django import forms

from partnerships.enums import BringKind, InvitationRole
from partnerships.forms.base import ActingForm
from partnerships.forms.organisations import OrganisationChoiceForm
from partnerships.forms.people import PersonNamesForm

ROLES = [(role.value, role.label) for role in (InvitationRole.MEMBER, InvitationRole.FACILITATOR, InvitationRole.OBSERVER)]


class InvitationCreateForm(OrganisationChoiceForm):
    """Ask people in: one address on each line, all or none of them."""

    emails = forms.CharField(
        label="Their mail addresses",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One on each line. “Samir Haddad <samir@example.org>” is fine too.",
        error_messages={"required": "Write one address on each line."},
    )
    message = forms.CharField(
        label="In your own words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Why them? People say yes to a person, not to a system.",
    )
    role = forms.ChoiceField(
        label="What are you asking them to be?",
        choices=ROLES,
        initial=InvitationRole.MEMBER,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you are asking them to be."},
    )
    field_order = ["emails", "message", "role", "organisation", "another_name", "another_sector", "another_small"]

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(*args, partnership=partnership, none_words="None: they come as residents, or tell us themselves", **kwargs)
        self.fields["organisation"].label = "Which organisation do they come from?"

    def about(self, by):
        """What the domain takes. Raises ValidationError for a new organisation without a sector."""
        return {name: self.cleaned_data[name] for name in ("emails", "message", "role")} | {"organisation": self.chosen(by)}


class InvitationAcceptForm(PersonNamesForm, ActingForm):
    """Say yes: what to call you, and what you bring if you like to say."""

    brings = forms.CharField(
        label="What do you bring?",
        max_length=200,
        required=False,
        help_text="Not your job. A skill, people you know, something you have lived through.",
    )

    def bring_rows(self):
        words = self.cleaned_data.get("brings", "").strip()
        return [(BringKind.KNOWLEDGE, words)] if words else []
