"""What we ask of the account library: nobody signs up uninvited, every address gets the same answer, mail looks like ours."""

import css_inline
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is asleep. Ask someone who leads your group.",
        "duplicate_email": "You have this address already.",
        "email_password_mismatch": "That address and password do not go together. A code works as well.",
        "incorrect_code": "That code does not match. Look at the newest mail, or ask for a new code.",
        "incorrect_password": "That is not your password.",
        "invalid_or_expired_key": "That link has done its work. Ask for a new one.",
        "rate_limited": "That was many tries. Wait a few minutes, then try again.",
        "same_as_current": "That is the one you have now.",
        "too_many_login_attempts": "That was many tries. Wait a few minutes, or ask for a code.",
    }

    def is_open_for_signup(self, request):
        # Joining is by invitation, and an invitation makes the account itself.
        return False

    def is_safe_url(self, url):
        # After signing in one goes on to a page of ours, named by its path: no host is needed, so none is allowed (S14).
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def populate_username(self, request, user):
        """People have no user names."""

    def get_reset_password_from_key_url(self, key):
        return settings.SITE_URL + reverse(
            "account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}
        ).replace("UID-KEY", key)

    def send_mail(self, template_prefix, email, context):
        # The Host header of a request is whatever its sender wrote: links in our mail start from our own address.
        super().send_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})

    def render_mail(self, template_prefix, email, context, headers=None):
        message = super().render_mail(
            template_prefix, email, context, {"Auto-Submitted": "auto-generated", **(headers or {})}
        )
        for index, part in enumerate(getattr(message, "alternatives", [])):
            if part.mimetype == "text/html":
                message.alternatives[index] = part._replace(
                    content=css_inline.inline(part.content, load_remote_stylesheets=False)
                )
        return message


def display_name(person):
    """What the account pages call someone."""
    return person.short_name
