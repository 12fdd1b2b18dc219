from django import forms

from partnerships.models.programmes import Programme


class FrameworkCopyForm(forms.Form):
    """Whose version of the built-in framework it will be."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        help_text="Partnerships of this programme plan with it, once you put it in use.",
        error_messages={
            "required": "Choose who the new version is for.",
            "invalid_choice": "Choose one from the list.",
        },
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.administered_by(person)
