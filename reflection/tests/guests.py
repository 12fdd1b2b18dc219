"""Guests in tests: somebody who asked with the code, or was let in; and the cookie of their browser."""

import re

from django.core.signing import get_cookie_signer
from django.test import Client
from django.urls import reverse

from reflection.domain.guests import admit_guest, ask_to_join, hash_key
from reflection.enums import GuestState
from reflection.guest_doors import SALT, cookie_name
from reflection.models.guests import Guest
from reflection.models.participations import Participation

KEY = "the key of Gus"


def ask(session, first_name="Gus", sector="", key=None, at=None):
    """Somebody at the door of a live session."""
    key = key or f"the key of {first_name}"
    return ask_to_join(typed=session.join_code.code, first_name=first_name, sector=sector, key=key, at=at)


def let_in(session, by, first_name="Gus", sector="", at=None):
    """A guest's place in a live session."""
    return admit_guest(guest=ask(session, first_name, sector, at=at), by=by, at=at)


def seat(session, key=KEY):
    """A guest's place in a session that need not be live: for walking addresses."""
    guest = Guest.objects.create(session=session, first_name="Gus", state=GuestState.ADMITTED, key=hash_key(key))
    return Participation.objects.create(session=session, guest=guest)


def cookie_of(session, key=KEY):
    return get_cookie_signer(salt=cookie_name() + SALT).sign(f"{session.pk}:{key}")


def browser_of(session, key=KEY):
    """The browser of a guest of this session."""
    client = Client()
    client.cookies[cookie_name()] = cookie_of(session, key)
    return client


def join(phone, session, first_name="Marta", **more):
    """What a browser gets that asks to come in with the code of a session."""
    address = reverse("reflection:guest_join", kwargs={"code": session.join_code.code})
    phone.get(address)
    return phone.post(address, {"first_name": first_name, **more})


def main(response):
    """The words of a page, in a line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.text[response.text.index("<main") :]))
