from django import forms

from partnerships.enums import CheckInPace, CheckInPress, MailPace, MailSeries
from partnerships.forms.base import ActingForm
from partnerships.forms.partnerships import DATE, DateInput
from partnerships.models.mail_choices import FIELD_OF, UNTIL_THEY_SAY_SO

# What stands under the name of each series.
ABOUT = {
    MailSeries.SESSION_OPENS: "So you know there is something to write",
    MailSeries.CLOSES_SOON: "At most twice, only if you have not finished",
    MailSeries.LIVE_TOMORROW: "With a calendar invitation",
    MailSeries.CHECK_INS: "As often as you choose below, one minute",
    MailSeries.ACTIONS: "3 days before, and once after",
    MailSeries.REVIEWS: "On the day the group chose",
    MailSeries.RECORDS: "After each session",
}
CHOOSE = {"required": "Choose one.", "invalid_choice": "Choose one."}


def _choice(label, choices, help_text=""):
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE, help_text=help_text
    )


class MailChoiceUpdateForm(ActingForm):
    """What mail I want about one partnership: a pace for each series, and how often I am asked how I am."""

    checkin_pace = _choice("How often for me?", CheckInPace.choices)

    def __init__(self, *args, choice, **kwargs):
        names = [*FIELD_OF.values(), "checkin_pace"]
        super().__init__(*args, initial={name: getattr(choice, name) for name in names}, **kwargs)
        for series, name in FIELD_OF.items():
            self.fields[name] = _choice(MailSeries(series).label, MailPace.choices, ABOUT[series])

    @property
    def paces(self):
        """The rows of the page: a bound field for each series, in their order."""
        return [self[name] for name in FIELD_OF.values()]


class CheckInPressForm(ActingForm):
    """One press under a check-in: its buttons carry the choice."""

    press = _choice("How often shall we ask you?", CheckInPress.choices)


class MailPauseForm(ActingForm):
    until = forms.DateField(
        label="Pause until",
        widget=DateInput,
        error_messages={**DATE, "required": "Choose a day. Or press “Until I say so”."},
    )

    def __init__(self, *args, membership, **kwargs):
        until = membership.paused_until
        super().__init__(*args, initial={"until": None if until == UNTIL_THEY_SAY_SO else until}, **kwargs)
