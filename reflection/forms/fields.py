"""Fields that more than one form is made of."""

from django import forms


class UnheardField(forms.Field):
    """The texts that a page's script sent since it last heard back: any of them may have arrived. A list, [] for none."""

    widget = forms.MultipleHiddenInput

    def __init__(self):
        super().__init__(required=False)

    def to_python(self, value):
        # A form sends the ends of lines as two signs, a script as one: they are the same words.
        return [text.replace("\r\n", "\n") for text in value or []]
