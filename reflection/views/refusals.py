"""How a view says yes, and no in the domain's own words: beside the field, or as a message on the next page."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS


def say_done(request, words):
    """Say on the page that comes next what was done; a script that sent the form in place has said so there (`X-In-Place`)."""
    if "X-In-Place" not in request.headers:
        messages.success(request, words)


def say_refusal(request, error):
    """Show why nothing was changed on the page that comes next."""
    messages.error(request, " ".join(error.messages))


def add_refusal(form, error):
    """Put a refusal of the domain beside the fields it is about; what the form has no field for stands above."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)
