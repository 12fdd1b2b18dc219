"""Words that come after the answers were shown."""

from django import forms


class AnswerAddForm(forms.Form):
    body = forms.CharField(
        label="Your words", strip=False, error_messages={"required": "Write a few words first."}, widget=forms.Textarea
    )
    draft_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean_body(self):
        return self.cleaned_data["body"].replace("\r\n", "\n")
