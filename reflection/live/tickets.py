"""Tickets to a stream: signed by the page's door, read without a database.

A ticket holds a channel (a session for one audience), the version of the screens at that moment, when it was issued,
and a key that stands for one person in one partnership, by which it can be taken back (trust T9). It names nobody.
"""

import time
from dataclasses import dataclass
from enum import StrEnum

from django.core import signing
from django.utils.crypto import salted_hmac

SALT = "reflection.live.ticket"
SECONDS = 60  # how long a ticket opens a stream; a stream that is open stays open


class Listeners(StrEnum):
    """For whom a change is made ready: one set of bytes each, whatever their number."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    PROJECTOR = "projector"  # the shared screen: what everybody in the room may see


# All other pages of a session, also those of members who were not asked: they are told that something is out, never what.
PAGES = "pages"


@dataclass(frozen=True)
class Ticket:
    channel: str
    version: int
    person: str
    issued: float


def channel_of(session_id, listeners):
    return f"{session_id}:{listeners}"


def person_key(partnership_id, person_id):
    """What stands for a person in a partnership inside tickets and revocations."""
    return salted_hmac(SALT, f"{partnership_id}:{person_id}", algorithm="sha256").hexdigest()[:24]


def issue_ticket(*, session, listeners, person):
    """A ticket to the stream of one session, as text. Only a door's word makes it right to call this.

    Arguments:
        listeners: whose stream it is (``Listeners``, or ``PAGES``).
        person: the key that takes it back (``person_key``).
    """
    return signing.dumps([channel_of(session.pk, listeners), session.screen_version, person, time.time()], salt=SALT)


def read_ticket(text):
    """The Ticket behind the text, or None if it is not ours or older than SECONDS."""
    try:
        return Ticket(*signing.loads(text, salt=SALT, max_age=SECONDS))
    except signing.BadSignature:
        return None
