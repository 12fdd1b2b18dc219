"""What we learned, decided and left open: small forms, one for each thing written down."""

from datetime import timedelta

from django import forms

from partnerships.forms.base import ActingForm, VersionedForm
from reflection.domain.outcomes import IN_THE_FUTURE, TEXT_LIMIT
from reflection.enums import DidItHold, HowAgreed

NO_DATE = "Write a date, such as 18 12 2026, or pick one."


class DayField(forms.DateField):
    """A day, as browsers send it and as people type it."""

    def __init__(self, **kwargs):
        box = forms.DateInput(attrs={"type": "date", "class": "pn-short-field"}, format="%Y-%m-%d")
        super().__init__(
            widget=box,
            required=False,
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d %B %Y"],
            error_messages={"invalid": NO_DATE},
            **kwargs,
        )


def words_field(label, missing="", **kwargs):
    """A box for a few sentences. `missing`: what to do when it must not be empty."""
    return forms.CharField(
        label=label,
        max_length=kwargs.pop("max_length", TEXT_LIMIT),
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": 2, "class": "pn-lines-2"}),
        error_messages={"required": missing},
        **kwargs,
    )


class OutcomeForm(ActingForm):
    """What came of a session, with the question or theme it came from."""

    about = forms.ChoiceField(
        label="Where did it come from?",
        required=False,
        error_messages={"invalid_choice": "Choose a question or a theme of this session."},
    )

    def __init__(self, *args, rounds, today, **kwargs):
        """`rounds` are pairs of a round and its themes, `initial["about"]` may name one of them; `today` is the group's."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.sources = {"": {"round": None, "theme": None}}
        choices = [("", "The whole session")]
        for round, themes in rounds:
            own = [
                (f"round:{round.pk}", "The whole question"),
                *((f"theme:{theme.pk}", theme.name) for theme in themes),
            ]
            choices.append((f"{round.question.number}. {round.question.title}", own))
            self.sources[f"round:{round.pk}"] = {"round": round, "theme": None}
            self.sources |= {f"theme:{theme.pk}": {"round": round, "theme": theme} for theme in themes}
        self.fields["about"].choices = choices

    def _to_come(self, name, first):
        """A day from `first` on; one that stood there before may have passed. Said with the other mistakes, not after them."""
        day = self.cleaned_data[name]
        if day and day < first and day != self.initial.get(name):
            raise forms.ValidationError(IN_THE_FUTURE)
        return day

    def clean_review_on(self):
        return self._to_come("review_on", self.today + timedelta(days=1))

    def clean_due_on(self):
        return self._to_come("due_on", self.today)

    @property
    def words(self):
        """What the domain function takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "about")}
        return given | self.sources[self.cleaned_data["about"]]


def about_of(outcome):
    """The value of `about` that stands for where an outcome came from."""
    if outcome.theme_id:
        return f"theme:{outcome.theme_id}"
    return f"round:{outcome.round_id}" if outcome.round_id else ""


class LearningCreateForm(OutcomeForm):
    text = words_field("What did we learn?", "Write down what you learned.")
    do_differently = words_field("What will we do differently?")
    review_on = DayField(label="Look at it again on")
    field_order = ["text", "do_differently", "review_on", "about"]


class LearningUpdateForm(LearningCreateForm, VersionedForm):
    pass


class DecisionCreateForm(OutcomeForm):
    text = words_field("What did we decide?", "Write down what you decided.")
    how_agreed = forms.ChoiceField(
        label="How was it agreed?",
        choices=HowAgreed.choices,
        error_messages={"required": "Choose how it was agreed.", "invalid_choice": "Choose one of the four."},
    )
    authority = forms.CharField(
        label="Who has the authority?",
        max_length=200,
        required=False,
        help_text="Whose yes makes it stand, if that is not all of us.",
    )
    rather_wait = forms.CharField(
        label="Who would rather wait?",
        max_length=200,
        required=False,
        help_text="In kind, not by name: “one person”, “two small groups”.",
    )
    review_on = DayField(label="Look at it again on")
    field_order = ["text", "how_agreed", "authority", "rather_wait", "review_on", "about"]


class DecisionUpdateForm(DecisionCreateForm, VersionedForm):
    pass


class MatterCreateForm(OutcomeForm):
    text = words_field("What is still open?", "Write down what is still open.")
    field_order = ["text", "about"]


class OutcomeDeleteForm(VersionedForm):
    """Only the version: words that changed meanwhile are asked about again."""


class LearningReviewForm(VersionedForm):
    held = forms.ChoiceField(
        label="Did it hold?",
        choices=DidItHold.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the four.", "invalid_choice": "Choose one of the four."},
    )
    review_on = DayField(label="If not yet: look at it again on")
    changed_main_task = forms.TypedChoiceField(
        label="Did it change how we see our main task?",
        choices=[("", "We can’t say"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
