"""The small forms of a session that is under way."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from reflection.forms.moments import LocalMomentField
from reflection.models.drafts import BODY_LIMIT

MOST_DAYS_AT_ONCE = 30


class SessionCancelForm(forms.Form):
    why = forms.CharField(
        label="Tell them why",
        max_length=300,
        help_text="The group will read it, and it goes into the mail.",
        error_messages={
            "required": "Say in a few words why. The group will read it.",
            "max_length": "Keep it under 300 characters.",
        },
    )


class SessionMoreTimeForm(forms.Form):
    """A new closing time; or ``days`` more than now planned, which a button sends."""

    closes_at = LocalMomentField(label="Closes for writing", required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS_AT_ONCE, widget=forms.HiddenInput)

    def __init__(self, data=None, *, session, at=None, **kwargs):
        self.session, self.at = session, at or timezone.now()
        super().__init__(data, initial={"closes_at": self.later(3)}, **kwargs)
        self.fields["closes_at"].zone = session.partnership.zone

    def later(self, days):
        """So many days after the closing time, or after now when that has passed; the same hour."""
        zone = self.session.partnership.zone
        closing = timezone.localtime(self.session.closes_at, zone)
        start = closing
        if closing < self.at:
            today = timezone.localtime(self.at, zone)
            start = closing.replace(year=today.year, month=today.month, day=today.day)
        return start + timedelta(days=days)

    def clean(self):
        days = self.cleaned_data.get("days")
        if days:
            self.cleaned_data["closes_at"] = self.later(days)
        elif not self.errors and not self.cleaned_data.get("closes_at"):
            self.add_error("closes_at", "Choose a day and a time.")
        return self.cleaned_data


class DraftWriteForForm(forms.Form):
    """Someone's words, written down by who helps them. Everybody who was asked is listed."""

    participation = forms.ChoiceField(
        label="Whose words?",
        error_messages={
            "required": "Choose whose words these are.",
            "invalid_choice": "Choose a person from this session.",
        },
    )
    round = forms.ChoiceField(
        label="Which question?",
        help_text="One at a time is easier.",
        error_messages={
            "required": "Choose a question.",
            "invalid_choice": "Choose a question that is open for writing.",
        },
    )
    body = forms.CharField(
        label="What they said, in their words",
        max_length=BODY_LIMIT,
        widget=forms.Textarea,
        error_messages={
            "required": "Write down what they said first.",
            "max_length": f"Keep it under {BODY_LIMIT:,} characters, or write the rest as another thought.",
        },
    )
    check = forms.ChoiceField(
        label="How will they check it?",
        choices=[
            ("read_back", "I read it back, and they said yes"),
            ("own_page", "Put it on their own page, for them to say yes to"),
        ],
        initial="read_back",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they will check it.", "invalid_choice": "Choose one of the two."},
    )

    def __init__(self, data=None, *, people, rounds, **kwargs):
        super().__init__(data, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.rounds = {str(round.pk): round for round in rounds}
        asked = len(self.people)
        self.fields["participation"].help_text = f"All {asked} are listed, whether or not they have begun."
        self.fields["participation"].choices = [
            ("", "Choose a person"),
            *((key, one.name) for key, one in self.people.items()),
        ]
        self.fields["round"].choices = [(key, _words_for(round)) for key, round in self.rounds.items()]
        if not all(round.question for round in self.rounds.values()):
            self.fields["round"].label = "Which part?"

    def words(self):
        """What ``write_for`` takes."""
        if not self.is_valid():
            raise ValidationError("The form has mistakes.")
        return {
            "participation": self.people[self.cleaned_data["participation"]],
            "round": self.rounds[self.cleaned_data["round"]],
            "body": self.cleaned_data["body"],
            "read_back": self.cleaned_data["check"] == "read_back",
        }


def _words_for(round):
    return f"{round.question.number}. {round.question.short_title}" if round.question else round.title
