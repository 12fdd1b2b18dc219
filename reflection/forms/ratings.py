"""The form of a round of ratings: one row of six answers for each sign, and none of them needed."""

from django import forms

from reflection.domain.rating_results import CANT_SAY_WORDS
from reflection.domain.ratings import Scale
from reflection.domain.spreads import CANT_SAY, VALUES

CHOICES = [*((str(value), str(value)) for value in VALUES), (str(CANT_SAY), CANT_SAY_WORDS)]


class RoundRateForm(forms.Form):
    """What is left blank stays as it was. ``key`` and ``value`` come alone when the page saves a single change."""

    def __init__(self, data=None, *, scales: list[Scale], chosen: dict[str, int]):
        super().__init__(data, initial={key: str(value) for key, value in chosen.items()})
        self.scales = scales
        for scale in scales:
            self.fields[scale.key] = forms.ChoiceField(
                label=scale.text,
                choices=CHOICES,
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": "Choose a number from 1 to 5, or “can’t say”."},
            )

    @property
    def values(self) -> dict[str, int]:
        """What was chosen, key → number."""
        return {key: int(value) for key, value in self.cleaned_data.items() if value}

    @property
    def rows(self):
        return [(scale, self[scale.key]) for scale in self.scales]

    @property
    def chosen_count(self) -> int:
        return sum(bool(self[scale.key].value()) for scale in self.scales)
