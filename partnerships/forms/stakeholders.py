import re

from django import forms

from partnerships.enums import Ring, Sector
from partnerships.forms.base import ActingForm, VersionedForm
from partnerships.forms.partnerships import DATE, DateInput
from partnerships.models.members import Membership

AGREES = [(1, "Against"), (2, "Doubtful"), (3, "Unsure"), (4, "Leans our way"), (5, "With us")]
TRUSTS = [(1, "None"), (2, "A little"), (3, "Some"), (4, "A good deal"), (5, "A lot")]
FROM_ONE_TO_FIVE = {"required": "Choose a number from 1 to 5.", "invalid_choice": "Choose a number from 1 to 5."}
RINGS = [
    (Ring.CORE, "Core: at the heart of it"),
    (Ring.ACTIVE, "Active: often in it"),
    (Ring.WIDER, "Wider: now and then"),
]
# A title and a name, such as "Councillor Maureen Tuck". "Dr" also stands for "Drive": a hint may be wrong, so it never blocks.
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Sir|Dame|Lord|Lady|Cllr|Councillor|Prof|Professor|Rev|Reverend|Fr|Father|Sister|Imam|Rabbi)\.?\s+[A-Z][\w’'-]+"
)


def looks_like_a_person(name, members=()):
    """Whether a name may be one person's: a title before a name, or the full name of somebody in `members` (Person)."""
    plain = " ".join(name.split()).casefold()
    return bool(TITLED.search(name)) or any(person.full_name.casefold() in plain for person in members)


class HolderField(forms.ModelChoiceField):
    def label_from_instance(self, membership):
        return membership.person.full_name

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            # What is no id at all gets the same words as an id that is not one of ours.
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class StakeholderFields(ActingForm):
    name = forms.CharField(
        label="The name of the group, or of the role",
        max_length=120,
        help_text="Such as “Larkmere Housing”, or “the ward councillor for Eastfold”.",
        error_messages={"required": "Write what the group is called."},
    )
    kind = forms.CharField(
        label="What kind of group?",
        max_length=80,
        required=False,
        help_text="Such as housing association, or residents’ group.",
    )
    sector = forms.ChoiceField(label="Sector", choices=Sector.choices, initial=Sector.OTHER)
    ring = forms.ChoiceField(label="How near to the work?", choices=RINGS, initial=Ring.WIDER)
    held_by = HolderField(
        label="Who keeps in touch?",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody yet",
        error_messages={"invalid_choice": "Choose someone who is in the group today."},
    )
    last_talked_on = forms.DateField(
        label="When did we last talk?", widget=DateInput, required=False, error_messages=DATE
    )
    accountable_for = forms.CharField(
        label="What do we owe them?",
        max_length=300,
        required=False,
        widget=forms.Textarea,
        help_text="What would they have a right to ask us for?",
    )

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_by"].queryset = partnership.memberships.current().of_the_group().by_name()

    @property
    def about(self):
        """What the domain takes: everything but the version and the position."""
        return {
            name: self.cleaned_data[name]
            for name in ("name", "kind", "sector", "ring", "held_by", "last_talked_on", "accountable_for")
        }

    @property
    def looks_like_a_person(self):
        return looks_like_a_person(
            self.cleaned_data["name"], [membership.person for membership in self.fields["held_by"].queryset]
        )


class PositionFields(forms.Form):
    agreement = forms.TypedChoiceField(
        label="They agree with what we want to change",
        choices=AGREES,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=FROM_ONE_TO_FIVE,
    )
    trust = forms.TypedChoiceField(
        label="They trust us to do it",
        choices=TRUSTS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=FROM_ONE_TO_FIVE,
    )
    note = forms.CharField(label="What makes you think so?", max_length=300, required=False)


class StakeholderCreateForm(PositionFields, StakeholderFields):
    """A new group, and where it stands if that is known already: both numbers, or neither."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].required = self.fields["trust"].required = False

    def clean(self):
        cleaned = super().clean()
        agreement, trust = cleaned.get("agreement"), cleaned.get("trust")
        for name, given, other in (("agreement", agreement, trust), ("trust", trust, agreement)):
            if not given and (other or cleaned.get("note")) and name not in self.errors:
                self.add_error(name, "Choose a number here too, or leave this whole part out.")
        return cleaned

    @property
    def position(self):
        """Where the group stands, for `record_position`; None when that was left out."""
        cleaned = self.cleaned_data
        return {name: cleaned[name] for name in ("agreement", "trust", "note")} if cleaned["agreement"] else None


class StakeholderUpdateForm(VersionedForm, StakeholderFields):
    def __init__(self, *args, stakeholder, **kwargs):
        initial = {name: getattr(stakeholder, name) for name in self.base_fields}
        super().__init__(*args, partnership=stakeholder.partnership, initial=initial, **kwargs)


class StakeholderPositionCreateForm(PositionFields, ActingForm):
    on = forms.DateField(
        label="On which day?", widget=DateInput, error_messages={**DATE, "required": "Write the day this is about."}
    )
