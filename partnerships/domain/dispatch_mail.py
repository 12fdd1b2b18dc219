"""From a row of the ledger to the mail itself: words, HTML, headers. Addresses come from settings, never from a request."""

from datetime import timedelta
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.links import sign_link
from partnerships.models.people import Person

UNSUBSCRIBE = "mail_stop"
UNSUBSCRIBE_WORKS_FOR = timedelta(days=365)


def one_line(text):
    """Text that can only ever be one header: a line break would begin another, and "=?" a word that hides one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).replace("=?", "= ?").split())


def unsubscribe_url(*, person, series, partnership=None, at=None):
    """The address that stops a series of mail (a MailSeries) with one press, signed, for a year.

    partnership: about which one; None for all of theirs.
    """
    token = sign_link(
        UNSUBSCRIBE,
        subject=person,
        obj=partnership,
        expires_at=(at or timezone.now()) + UNSUBSCRIBE_WORKS_FOR,
        note=series,
    )
    return settings.SITE_URL + reverse("partnerships:mail_stop", kwargs={"token": token})


def reminders_url(partnership_id):
    """Where its reader chooses what comes: their own page, once signed in; home for a mail about several groups."""
    if partnership_id is None:
        return settings.SITE_URL
    return settings.SITE_URL + reverse("partnerships:mail_choice_mine", kwargs={"partnership_id": partnership_id})


def reply_address():
    """Where replies go: REPLY_TO, or nowhere special when it is not set."""
    return [one_line(settings.REPLY_TO)] if settings.REPLY_TO else []


def compose(kind, row, recipient, connection=None):
    """Write the mail of a row: plain words and HTML, links from SITE_URL, a Message-ID that is the row's own.

    `context()` of a kind may add "attachments": (file name, content, media type) each. Templates are handed
    `unsubscribe_url` ("" where the mail cannot be switched off).
    """
    stop_url = ""
    if not kind.essential and isinstance(recipient, Person):
        stop_url = unsubscribe_url(person=recipient, series=kind.series, partnership=row.partnership_id)
    context = {
        "recipient": recipient,
        "partnership": row.partnership,
        "site_url": settings.SITE_URL,
        "essential": kind.essential,
        "unsubscribe_url": stop_url,
        "reminders_url": reminders_url(row.partnership_id),
    }
    context |= kind.context(row, recipient)
    subject = one_line(render_to_string(f"{kind.template}.subject.txt", context))
    context["subject"] = subject
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"{kind.template}.txt", context).strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [recipient.email],
        reply_to=reply_address(),
        connection=connection,
        headers=_headers(row, stop_url),
    )
    page = render_to_string(f"{kind.template}.html", context)
    message.attach_alternative(css_inline.inline(page, load_remote_stylesheets=False, keep_at_rules=True), "text/html")
    for name, content, media_type in context.get("attachments", ()):
        message.attach(name, content, media_type)
    return message


def _headers(row, stop_url):
    headers = {
        "Message-ID": f"<{row.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
    }
    if stop_url:
        # One press in the mail program itself (RFC 8058).
        headers["List-Unsubscribe"] = f"<{stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
