from datetime import datetime, time

from django import forms

from partnerships.enums import Authority, BringKind, NamedWords, Ring, SeenBy
from partnerships.forms.base import ActingForm, LinesFormSet, VersionedForm
from partnerships.forms.organisations import OrganisationChoiceForm
from partnerships.forms.partnerships import DATE, DateInput
from partnerships.forms.people import PersonNamesForm

RINGS = [
    (Ring.CORE, "Core: keeps it going week by week"),
    (Ring.ACTIVE, "Active: takes part in most things"),
    (Ring.WIDER, "Wider: joins in when it matters"),
]
# What someone is here for, and the three facts it stands for.
ROLES = {
    "member": ("Takes part", {"takes_part": True, "facilitates": False, "observes": False}),
    "both": ("Takes part, and facilitates", {"takes_part": True, "facilitates": True, "observes": False}),
    "facilitator": ("Facilitates only", {"takes_part": False, "facilitates": True, "observes": False}),
    "reader": ("Only reads the records we share", {"takes_part": False, "facilitates": False, "observes": True}),
}
READER_MEANS = (
    "Someone who only reads is no longer asked in sessions. What they wrote and nobody was shown is not shown any more: "
    "it becomes notes that only they can read. Their open actions come back to the group."
)
SEEN_BY_MISSING = {"required": "Choose who sees this.", "invalid_choice": "Choose who sees this."}


def role_key(membership):
    """Which of ROLES someone has now."""
    facts = {name: getattr(membership, name) for name in ("takes_part", "facilitates", "observes")}
    return next(key for key, (_, wanted) in ROLES.items() if wanted == facts)


class Textarea(forms.Textarea):
    def __init__(self):
        super().__init__(attrs={"rows": 3, "class": "pn-lines-2"})


class SeenByField(forms.ChoiceField):
    def __init__(self):
        super().__init__(
            label="Who sees this?", choices=SeenBy.choices, widget=forms.RadioSelect, error_messages=SEEN_BY_MISSING
        )


class MembershipProfileForm(VersionedForm, PersonNamesForm):
    """One's own page: the person first, the role last. What they bring stands beside it, in a BringFormSet."""

    hopes = forms.CharField(label="What I hope for", max_length=2000, required=False, widget=Textarea)
    hopes_seen_by = SeenByField()
    limits = forms.CharField(label="What makes it hard", max_length=2000, required=False, widget=Textarea)
    limits_seen_by = SeenByField()
    room_hours = forms.IntegerField(
        label="Room in my life for this, in hours a month",
        required=False,
        min_value=0,
        max_value=300,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Write a whole number of hours, such as 3.",
            "min_value": "Write a whole number of hours, such as 3.",
            "max_value": "A month has fewer hours than that. Write about how many you have for this.",
        },
    )
    room_seen_by = SeenByField()
    authority = forms.ChoiceField(
        label="How I can decide",
        choices=Authority.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you can decide."},
    )
    consult_whom = forms.CharField(label="Who do you ask?", max_length=200, required=False)
    consult_days = forms.CharField(label="How long does it take?", max_length=100, required=False)

    def __init__(self, *args, membership, typed=None, **kwargs):
        now = {
            name: getattr(membership.person if name in PersonNamesForm.base_fields else membership, name)
            for name in self.base_fields
        }
        super().__init__(*args, initial=now | (typed or {}), **kwargs)

    @property
    def names(self):
        """What goes to the person, who is the same in every partnership."""
        return {name: self.cleaned_data[name] for name in PersonNamesForm.base_fields}

    @property
    def profile(self):
        """What goes to this membership."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in PersonNamesForm.base_fields and name != "version"
        }


class BringForm(ActingForm):
    kind = forms.ChoiceField(label="Kind", choices=BringKind.choices, initial=BringKind.SKILL)
    text = forms.CharField(label="What I bring", max_length=200, required=False)


BringFormSet = forms.formset_factory(BringForm, formset=LinesFormSet, extra=2, max_num=30, validate_max=True)


class MembershipRingForm(ActingForm):
    ring = forms.ChoiceField(
        label="Which circle fits your life now?",
        choices=RINGS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a circle."},
    )
    reason = forms.CharField(label="Why?", max_length=500, required=False, widget=Textarea)


class MembershipChangeForm(OrganisationChoiceForm):
    """What a facilitator notes about someone: circle, role, who they speak for; each with the same day and reason."""

    ring = forms.ChoiceField(
        label="Circle", choices=RINGS, widget=forms.RadioSelect, error_messages={"required": "Choose a circle."}
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(key, words) for key, (words, _) in ROLES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role."},
    )
    on = forms.DateField(
        label="From which day?",
        widget=DateInput,
        error_messages={**DATE, "required": "Write the day from which this holds."},
    )
    reason = forms.CharField(label="Why?", max_length=500, required=False, widget=Textarea)

    def __init__(self, *args, membership, **kwargs):
        today = membership.partnership.local_date()
        now = {
            "ring": membership.ring,
            "role": role_key(membership),
            "organisation": str(membership.organisation_id or ""),
            "on": today,
        }
        super().__init__(
            *args, initial=now, partnership=membership.partnership, none_words="None: a resident", **kwargs
        )
        self.fields["organisation"].label = "Who do they speak for?"
        if not membership.observes:
            self.fields["role"].help_text = READER_MEANS
        self.membership, self.today = membership, today

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("This day has not come yet. Choose today or an earlier day.")
        if on < self.membership.joined_on:
            raise forms.ValidationError(
                f"They came on {self.membership.joined_on:%-d %B %Y}. Choose that day or a later one."
            )
        return on

    @property
    def at(self):
        """The moment to write down: now for today, midday for an earlier day."""
        on = self.cleaned_data["on"]
        return None if on == self.today else datetime.combine(on, time(12), tzinfo=self.membership.partnership.zone)

    @property
    def facts(self):
        """The role as the three facts that the domain keeps."""
        return ROLES[self.cleaned_data["role"]][1]


class MembershipEndForm(ActingForm):
    """Noted by someone who facilitates."""

    on = forms.DateField(
        label="Their last day",
        widget=DateInput,
        error_messages={**DATE, "required": "Write the last day."},
        help_text="Today, or an earlier day.",
    )
    reason = forms.CharField(label="Why they left", max_length=500, required=False, widget=Textarea)


class MembershipLeaveForm(MembershipEndForm):
    """The same, by oneself: the last day may be to come, and one's words are one's own to keep or take out."""

    named_words = forms.ChoiceField(
        label="Your words that carry your name",
        choices=NamedWords.choices,
        widget=forms.RadioSelect,
        help_text="Answers shown with your name, in sessions that asked for names. What was shown without a name stays: nobody can tell which was yours.",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose whether to keep them or to take them out."
        ),
    )

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, **kwargs)
        if membership.observes:
            del self.fields["named_words"]  # who only reads has none
        self.fields["on"].label = "My last day"
        self.fields["on"].help_text = "Today, an earlier day, or one to come."
        self.fields["reason"].label = "A word to the group"
