"""What a member's page sends: the words in the box, and which draft they are of."""

from django import forms
from django.core.exceptions import ValidationError

from reflection.domain.drafts import Saved, save_draft
from reflection.forms.fields import UnheardField

STALE = "This page is out of date. Copy your words, open the question again and paste them."
SOMEONE_ELSE = (
    "Someone else has signed in on this device since you opened this page, so nothing was saved. "
    "Copy your words, sign in as yourself, and paste them there."
)


class DraftWriteForm(forms.Form):
    """The box. The draft's id is made by the page, so that sending the same words twice is one draft."""

    place = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE})
    draft_id = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE})
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=2**31 - 1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), STALE),
    )
    body = forms.CharField(label="Your thoughts", required=False, strip=False, widget=forms.Textarea)

    def __init__(self, *args, participation, **kwargs):
        super().__init__(*args, **kwargs)
        self.participation = participation

    def clean_place(self):
        if self.cleaned_data["place"] != self.participation.pk:
            raise ValidationError(SOMEONE_ELSE, code="someone_else")
        return self.cleaned_data["place"]

    def clean_body(self):
        # A form sends the ends of lines as two signs, a script as one: they are the same words.
        body = self.cleaned_data["body"].replace("\r\n", "\n")
        return body if body.strip() else ""

    def save(self, *, round, **how) -> Saved:
        """Keep the words; raises ValidationError as `save_draft` does."""
        return save_draft(
            participation=self.participation,
            round=round,
            body=self.cleaned_data["body"],
            draft_id=self.cleaned_data["draft_id"],
            expected=self.cleaned_data["version"],
            **how,
        )


class DraftSaveForm(DraftWriteForm):
    """The box, as the page's script saves it by itself."""

    unheard = UnheardField()
    note = forms.BooleanField(required=False)

    def save(self, *, round, **how) -> Saved:
        """Keep the words, of a participation and a round that the door locked (`saving_access`)."""
        # Saving by itself never takes a note back: unticked leaves the draft as it was.
        note = self.cleaned_data["note"] or None
        return super().save(round=round, unheard=self.cleaned_data["unheard"], note=note, locked=True, **how)


class ParticipationCallForm(forms.Form):
    call_note = forms.CharField(
        label="When does a call suit you?",
        help_text="Days, times, a number to ring. Only those who lead sessions see this.",
        required=False,
        max_length=200,
        error_messages={"max_length": "Keep it under 200 characters."},
    )
