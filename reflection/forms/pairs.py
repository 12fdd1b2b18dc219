"""What the page of a pair or a four sends: their one text, and which version of it the page showed."""

from django import forms

from reflection.forms.fields import UnheardField

STALE = "This page is out of date. Copy your words, open it again and paste them."


class PairWriteForm(forms.Form):
    version = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), STALE),
    )
    group = forms.UUIDField(error_messages={"required": STALE, "invalid": STALE})
    text = forms.CharField(required=False, strip=False)
    unheard = UnheardField()
    # The field's own widget takes “1” for “unknown”: it has three options, numbered.
    ready = forms.NullBooleanField(widget=forms.HiddenInput)

    def clean_text(self):
        # A form sends the ends of lines as two signs, a script as one: they are the same words.
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def first_refusal(self):
        return next(error for errors in self.errors.values() for error in errors)
