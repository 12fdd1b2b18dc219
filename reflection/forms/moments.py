"""A day and an hour, typed and read on the partnership's own clock, wherever the person sits."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

EARLIEST, LATEST = 2000, 2100


class LocalMomentField(forms.DateTimeField):
    """A `datetime-local` box in the time zone ``zone``, which the form sets from its partnership."""

    default_error_messages = {
        "required": "Choose a day and a time.",
        "invalid": "Write a day and a time, such as 2026-12-01 09:00.",
        "twice": "When the clocks change, that hour comes twice or not at all. Choose another.",
        "year": "Choose a year that we will see.",
    }

    def __init__(self, **kwargs):
        box = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=box, **kwargs)
        self.zone = timezone.get_default_timezone()

    def prepare_value(self, value):
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value):
        with timezone.override(self.zone):
            try:
                moment = super().to_python(value)
            except ValidationError as error:
                if error.code == "ambiguous_timezone":
                    raise self._refusal("twice") from error
                raise
        # Years at the edge of the calendar cannot be told in every time zone.
        if moment and not EARLIEST <= moment.year <= LATEST:
            raise self._refusal("year")
        return moment

    def _refusal(self, code):
        return ValidationError(self.error_messages[code], code=code)
