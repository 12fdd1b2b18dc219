"""Giving words back when a form could not be taken: what was posted, split into what a person sees and what they do not."""

from urllib.parse import urlsplit

from django import template

register = template.Library()

NEVER_SHOWN = ("csrfmiddlewaretoken",)
SECRET_PARTS = ("password", "code")  # never written back into a page


@register.simple_tag
def posted_fields(request):
    """What this request posted: `shown` (words a person typed), `hidden` (the rest) and `may_resend`.

    Only a form of our own pages may be sent again from here. Otherwise another site could post a form of its
    making and leave the last press to the person.
    """
    shown, hidden, secret = [], [], False
    for name, values in request.POST.lists():
        if name in NEVER_SHOWN:
            continue
        if any(part in name.lower() for part in SECRET_PARTS):
            secret = True
            continue
        for value in values:
            (shown if _is_typed(value) else hidden).append((name, value))
    own = request.method == "POST" and not secret and _is_from_here(request)
    return {"shown": shown, "hidden": hidden, "may_resend": own and bool(shown or hidden)}


def _is_typed(value) -> bool:
    """Words have spaces; ids, dates, versions and keys have none."""
    return any(letter.isspace() for letter in value.strip())


def _is_from_here(request) -> bool:
    """Whether the browser says that the form stood on a page of ours; a browser that does not say is not believed."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(sender) and urlsplit(sender).netloc == request.get_host()
