"""How a view says yes, and no in the domain's own words: beside the field, or as a message on the next page."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import redirect

from reflection.domain.sessions import LED_LIVE


def answer_done(request, words, address):
    """Lead to the page at `address`, which says what was done.

    A script that sent the form in place (`X-In-Place`) says so where it is, and gets a bare 204: a redirect could as well
    lead to the page that asks to sign in.
    """
    if "X-In-Place" in request.headers:
        return HttpResponse(status=204)
    messages.success(request, words)
    return redirect(address)


def say_refusal(request, error):
    """Show why nothing was changed on the page that comes next."""
    messages.error(request, " ".join(error.messages))


def to_console(request, session):
    """Lead to where the room is led: it moves by its console alone, and by no page of the days before."""
    messages.error(request, LED_LIVE)
    return redirect("reflection:live_console", session.pk)


def add_refusal(form, error):
    """Put a refusal of the domain beside the fields it is about; what the form has no field for stands above."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)
