"""Making sense together: the forms of themes and of moving answers."""

from django import forms

from partnerships.forms.base import ActingForm, VersionedForm
from reflection.domain.themes import ALONE, NOTICE_LIMIT, UNPLACED
from reflection.models.answers import Answer
from reflection.models.themes import Theme

NOTICE_HELP = "One or two sentences that the group can agree on. They go into the record."


def _name_field():
    return forms.CharField(
        label="What shall we call it?",
        max_length=80,
        help_text="A few words that the writers would know as theirs.",
        error_messages={"required": "Give the theme a name."},
    )


def _notice_field():
    return forms.CharField(
        label="What we notice", max_length=NOTICE_LIMIT, required=False, widget=forms.Textarea, help_text=NOTICE_HELP
    )


class ThemeCreateForm(ActingForm):
    """A new theme, perhaps with the answer that asked for it."""

    name = _name_field()
    notice = _notice_field()
    answer = forms.ModelChoiceField(
        Answer.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "That answer belongs to another question. Go back and choose it again."},
    )

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].queryset = round.answers.all()

    @property
    def first_answer(self):
        """The answer that asked for the theme, for the page to show; None without one."""
        try:
            return self.fields["answer"].clean(self["answer"].value())
        except forms.ValidationError:
            return None


class ThemeUpdateForm(VersionedForm):
    name = _name_field()
    notice = _notice_field()


class ThemeMergeForm(ActingForm):
    into = forms.ModelChoiceField(
        Theme.objects.none(),
        label="Which theme takes its answers?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a theme.", "invalid_choice": "Choose another theme of this question."},
    )

    def __init__(self, *args, theme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = theme.round.themes.other_than(theme)


class ThemeDifferForm(VersionedForm):
    seen_differently = forms.BooleanField(label="We see this differently", required=False)
    different_view = forms.CharField(
        label="The other view",
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text="In the words of those who hold it. Nobody’s name goes with it.",
    )


class ThemeDeleteForm(VersionedForm):
    """Only the version: a theme that changed meanwhile is asked about again."""


class AnswerMoveForm(ActingForm):
    """Where an answer goes: the id of a theme of its round, on its own, or back among the rest."""

    to = forms.CharField(error_messages={"required": "Choose where it goes."})

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {UNPLACED: UNPLACED, ALONE: ALONE} | {str(theme.pk): theme for theme in round.themes.all()}

    def clean_to(self):
        place = self.places.get(self.cleaned_data["to"])
        if place is None:
            raise forms.ValidationError("That theme is not among those of this question any more.")
        return place
