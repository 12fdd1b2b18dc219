"""What our forms share: a refusal of the domain lands beside its field, and a stale save shows both texts."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from partnerships.models.base import StaleVersion

TOO_LONG = "Make this shorter: at most %(limit_value)d characters fit, and this has %(show_value)d."

LOST_VERSION = "This page is not complete. Open it again, and copy your words over."


def posted(request):
    """What fills a form: all that was sent, even if that is nothing; None where a page is only opened."""
    return request.POST if request.method == "POST" else None


class ActingForm(forms.Form):
    """A form that ends in one domain function."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            for validator in getattr(field, "validators", ()):
                if getattr(validator, "code", "") == "max_length":
                    validator.message = TOO_LONG
            if str(field.error_messages.get("invalid_choice", "")).startswith("Select a valid choice"):
                field.error_messages["invalid_choice"] = "Choose one from the list."
            # A limit kept by the browser would cut a pasted text in silence; the server says how long it is instead.
            if hasattr(field, "max_length"):
                field.widget.attrs.pop("maxlength", None)

    def accepted(self, function, **arguments):
        """Call a domain function; its refusal becomes this form's errors. Returns whether it went through."""
        try:
            function(**arguments)
        except ValidationError as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error):
        """Put each message beside the field it names; what names no field of ours stands above the form."""
        found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, messages in found.items():
            self.add_error(name if name in self.fields else None, messages)

    # For a form that ends in more than one: VersionedForm asks for the version only in the first.
    accepted_also = accepted

    @property
    def status(self):
        """What the page answers: 200 for a fresh form, 422 for one that needs a look."""
        return 422 if self.is_bound and self.errors else 200


class VersionedForm(ActingForm):
    """A form over a Versioned row: carries the version it was made from.

    After a stale save `clash` holds a row for each text that differs, and the form, filled with what was typed, is made
    from the row as it is now: sending it again replaces what was saved in between.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": LOST_VERSION, "invalid": LOST_VERSION}
    )
    clash = ()

    def accepted(self, function, **arguments):
        try:
            return super().accepted(function, expected=self.cleaned_data["version"], **arguments)
        except StaleVersion as stale:
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = stale.current.version
            self.clash = self.differences(stale.current)
            return False

    def differences(self, current):
        """One row (label, saved, typed) for each field whose saved value is not what was typed, in words."""
        rows = []
        for name, saved in self.saved_values(current).items():
            typed = self.cleaned_data.get(name)
            if (saved or "") != (typed or ""):
                rows.append(
                    {
                        "label": self.fields[name].label,
                        "saved": self._words(name, saved),
                        "typed": self._words(name, typed),
                    }
                )
        return rows

    def saved_values(self, current):
        """The values of `current` (the row as the database has it) by the names of this form's fields."""
        return {name: getattr(current, name) for name in self.fields if hasattr(current, name) and name != "version"}

    def _words(self, name, value):
        field = self.fields[name]
        if value in (None, ""):
            return ""
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        return dict(getattr(field, "choices", ())).get(value, value)

    @property
    def status(self):
        return 409 if self.clash else super().status


class LinesFormSet(forms.BaseFormSet):
    """Lines of a few words each, that work without script: those that are there, and some empty ones. An empty line is no line."""

    words = "text"
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "missing_management_form": LOST_VERSION,
        "too_many_forms": "Keep at most %(num)d lines: those that matter most.",
    }

    def lines(self):
        """What stands in every line now, acceptable or not, as it goes into `initial` of the next page."""
        return [{name: line[name].value() or "" for name in line.fields} for line in self.forms]

    def filled(self):
        """The lines that have words, trimmed."""
        return [{**line, self.words: line[self.words].strip()} for line in self.lines() if line[self.words].strip()]

    def without(self, number):
        """The filled lines after taking one out, by its place in `lines` (as the button sends it, counted from 0)."""
        lines = self.lines()
        if number.isdecimal() and int(number) < len(lines):
            lines[int(number)][self.words] = ""
        return [line for line in lines if line[self.words].strip()]

    @property
    def needs_a_look(self):
        return self.is_bound and not self.is_valid()

    @property
    def status(self):
        return 422 if self.needs_a_look else 200
