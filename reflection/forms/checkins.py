"""A check-in, in a minute; and how often there is one."""

from django import forms

from partnerships.enums import SeenBy
from partnerships.forms.base import ActingForm, VersionedForm
from reflection.enums import EveryWeeks, Heard, Mood, Room, Weekday
from reflection.forms.outcomes import DayField
from reflection.models.checkins import WORDS_LIMIT
from reflection.models.rhythms import FIRST_HOUR, LAST_HOUR

AUDIENCES = [
    (SeenBy.GROUP.value, "The group"),
    (SeenBy.FACILITATORS.value, "Facilitators only"),
    (SeenBy.ME.value, "Only me"),
]


def _number(label, choices):
    return forms.TypedChoiceField(
        label=label,
        choices=choices.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the five, or none."},
    )


def _box(label):
    return forms.CharField(
        label=label,
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "pn-lines-2"}),
    )


def _audience(initial):
    return forms.ChoiceField(
        label="Who should see it?",
        choices=AUDIENCES,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who should see it.", "invalid_choice": "Choose one of the three."},
    )


class CheckInAnswerForm(ActingForm):
    mood = _number("How do I arrive today?", Mood)
    room = _number("Room in my life for this work", Room)
    words = _box("")
    words_to = _audience(SeenBy.GROUP.value)
    know = _box("Something you should know")
    know_to = _audience(SeenBy.FACILITATORS.value)
    news = _box("")

    def __init__(self, *args, checkin, speaks_for="", **kwargs):
        """`checkin` says what is asked; `speaks_for` is the name of the person to speak for, or empty."""
        super().__init__(*args, **kwargs)
        asked = {
            "mood": checkin.asks_mood,
            "room": checkin.asks_room,
            "words": checkin.question,
            "words_to": checkin.question,
            "know": checkin.asks_know,
            "know_to": checkin.asks_know,
            "news": speaks_for,
        }
        for name, is_asked in asked.items():
            if not is_asked:
                del self.fields[name]
        if checkin.question:
            self.fields["words"].label = checkin.question
        if speaks_for:
            self.fields["news"].label = f"Speak for {speaks_for}: what is their news?"

    def chosen(self, name):
        """What stands in a choice now: as it was sent, else as the page began. For marks drawn by hand."""
        return str(self[name].value() or "") if name in self.fields else ""


class HeardForm(ActingForm):
    heard = forms.TypedChoiceField(
        label="How well were you heard?",
        choices=Heard.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the five.", "invalid_choice": "Choose one of the five."},
    )
    shared = forms.BooleanField(label="The group may read it", required=False)
    expected = forms.CharField(widget=forms.HiddenInput, strip=False)

    def clean_expected(self):
        return self.cleaned_data["expected"].replace("\r\n", "\n")


def _clock(hour):
    return "12 noon" if hour == 12 else f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"


HOURS = [(hour, _clock(hour)) for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
ASKS = ("asks_mood", "asks_room", "asks_question", "asks_know", "asks_partner")


class RhythmForm(VersionedForm):
    """The rhythm and, if two days are given, one more pause."""

    is_on = forms.TypedChoiceField(
        label="Do we check in?",
        choices=[("yes", "Yes"), ("no", "No, not now")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    every_weeks = forms.TypedChoiceField(
        label="How often?",
        choices=EveryWeeks.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often."},
    )
    weekday = forms.TypedChoiceField(
        label="On which day?",
        choices=Weekday.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a day."},
    )
    hour = forms.TypedChoiceField(
        label="At what time?",
        choices=HOURS,
        coerce=int,
        help_text="Between 8am and 6pm, never on a weekend or a bank holiday.",
        error_messages={"required": "Choose a time.", "invalid_choice": "Choose a time from the list."},
    )
    asks_mood = forms.BooleanField(label="How do I arrive?", required=False)
    asks_room = forms.BooleanField(label="Room for this work", required=False)
    asks_question = forms.BooleanField(label="One short question, a new one each time", required=False)
    asks_know = forms.BooleanField(label="Something you should know", required=False)
    asks_partner = forms.BooleanField(label="Speak for your partner: tell one other person’s news", required=False)
    pause_from = DayField(label="From")
    pause_until = DayField(label="Until")
    pause_words = forms.CharField(label="What shall we tell people?", max_length=200, required=False)

    def clean(self):
        data = super().clean()
        if not any(data.get(name) for name in ASKS):
            self.add_error("asks_mood", "Choose at least one thing to ask.")
        first, last = data.get("pause_from"), data.get("pause_until")
        if bool(first) != bool(last) and not (self.has_error("pause_from") or self.has_error("pause_until")):
            missing = "pause_until" if first else "pause_from"
            self.add_error(missing, "A pause needs both days: its first and its last.")
        if first and last and last < first:
            self.add_error("pause_until", "The last day can’t be before the first.")
        if data.get("pause_words") and not (first or last):
            self.add_error("pause_from", "Say when the pause begins, or leave its words out.")
        return data

    @property
    def rhythm(self):
        """The fields that are the rhythm's own."""
        return {name: self.cleaned_data[name] for name in ("is_on", "every_weeks", "weekday", "hour", *ASKS)}

    @property
    def pause(self):
        """The pause to add, or None."""
        data = self.cleaned_data
        if not data["pause_from"]:
            return None
        return {"starts_on": data["pause_from"], "ends_on": data["pause_until"], "words": data["pause_words"]}

    def saved_values(self, current):
        saved = super().saved_values(current)
        saved["is_on"] = "yes" if current.is_on else "no"
        return saved
