"""Who will do what by when: the forms of actions."""

from django import forms

from partnerships.forms.base import ActingForm, VersionedForm
from reflection.domain.actions import NOTE_LIMIT
from reflection.enums import DidWeDoIt, SessionState
from reflection.forms.outcomes import DayField, OutcomeForm, words_field
from reflection.models.sessions import Session

ALL_OF_US = "all"
NOT_HERE = "Choose people who are in this group today."


class ActionCreateForm(OutcomeForm):
    """Who is listed by how much they carry: those with the fewest open actions first."""

    text = words_field("What will be done?", "Write down what will be done.")
    owner = forms.ChoiceField(
        label="Who will do it?",
        help_text="Fewest open actions first. We ask the person to say yes before it is theirs.",
        error_messages={"required": "Choose who will do this.", "invalid_choice": NOT_HERE},
    )
    others = forms.MultipleChoiceField(
        label="Someone else too",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_HERE},
    )
    due_on = DayField(label="By when?")
    field_order = ["text", "owner", "others", "due_on", "about"]

    def __init__(self, *args, people, **kwargs):
        """`people` are the memberships of today, each with `open_actions`."""
        super().__init__(*args, **kwargs)
        self.people = {str(member.pk): member for member in people}
        names = [(pk, self._name(member)) for pk, member in self.people.items()]
        self.fields["owner"].choices = [("", "Choose a person"), (ALL_OF_US, "All of us"), *names]
        self.fields["others"].choices = [(pk, member.person.full_name) for pk, member in self.people.items()]

    @staticmethod
    def _name(member):
        count = member.open_actions
        return f"{member.person.full_name}, {count} open" if count else member.person.full_name

    @property
    def words(self):
        given = super().words
        owner, others = given.pop("owner"), given.pop("others")
        chosen = [self.people[pk] for pk in dict.fromkeys([owner, *others]) if pk != ALL_OF_US]
        return given | {"owners": chosen, "everyone": owner == ALL_OF_US}


class ActionUpdateForm(ActionCreateForm, VersionedForm):
    """Once the session is closed the words stand in the record: they are shown, and can't be changed."""

    def __init__(self, *args, words_stay=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].disabled = words_stay

    def differences(self, current):
        """Who is asked may have changed too, and is no column of the action itself."""
        saved = (
            "All of us"
            if current.everyone
            else ", ".join(owner.membership.person.full_name for owner in current.owners.with_people())
        )
        words = self.words
        typed = (
            "All of us" if words["everyone"] else ", ".join(sorted(owner.person.full_name for owner in words["owners"]))
        )
        who = [{"label": self.fields["owner"].label, "saved": saved, "typed": typed}] if saved != typed else []
        return super().differences(current) + who


class ActionReviewForm(ActingForm):
    """“Did we do it?”, asked by an open session of the same partnership."""

    session = forms.ModelChoiceField(
        Session.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": "Open the session’s page again.", "invalid_choice": "That session is not open."},
    )
    answer = forms.ChoiceField(
        choices=DidWeDoIt.choices,
        error_messages={"required": "Choose one of the four.", "invalid_choice": "Choose one of the four."},
    )
    note = forms.CharField(max_length=NOTE_LIMIT, required=False)

    def __init__(self, *args, partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = partnership.sessions.filter(state=SessionState.OPEN)


class ActionCompleteForm(ActingForm):
    what_happened = forms.CharField(label="What changed?", max_length=NOTE_LIMIT, required=False)
