"""Links in mails that open one form, or one page, for one reader: signed, single-purpose, expiring.

Such a link is a capability and never a sign-in. It says what it is for, for whom, about what and until when; nothing
is stored about it, so opening it uses nothing up. Each purpose signs under a salt of its own: a link for one purpose
is only noise to every other. The keys follow SECRET_KEY, and SECRET_KEY_FALLBACKS while a key is being changed.

A purpose is registered with how to load what the view behind it is handed:

    @link_purpose("checkin_answer")
    def load_invitee(link):
        return CheckInInvitee.objects.of_current_members().filter(pk=link.obj, membership=link.subject).first()

and its view stands behind `link_access("checkin_answer")` of `partnerships/access.py`.
"""

import hashlib
import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.utils import timezone

FORM = 1  # how the words of a token are laid out; another layout gets another number
HEAD = struct.Struct(">B3sI16s16s16s")
NOBODY = bytes(16)
LATEST = 2**32 - 1  # seconds since 1970 that fit


class LinkRefused(Exception):
    """A link that opens nothing here: altered, run out, or made for something else."""

    def __init__(self, *, expired=False):
        self.expired = expired
        super().__init__("expired" if expired else "not a link of ours")


@dataclass(frozen=True)
class Link:
    """What a token says. `subject`, `obj` and `partnership` are UUIDs (or None); `note` is a short word of its purpose."""

    purpose: str
    subject: uuid.UUID
    obj: uuid.UUID | None
    partnership: uuid.UUID | None
    expires_at: datetime
    note: str = ""


purposes: dict[str, Callable[[Link], object | None]] = {}


def link_purpose(name):
    """Register a purpose. Decorates `load(link) -> object or None`: what the view is handed; None when it is gone.

    Raises ValueError when the name is taken.
    """

    def register(load):
        if name in purposes:
            raise ValueError(f"There is a purpose “{name}” already.")
        purposes[name] = load
        return load

    return register


def sign_link(purpose, *, subject, obj=None, expires_at, note=""):
    """Make the token of a link.

    Arguments:
        purpose: a registered name.
        subject: for whom (a row or its UUID), usually a Membership.
        obj: about what (a row or its UUID), or None.
        expires_at: an aware moment, kept to the second; from then on the link is refused.
        note: a short word that the purpose needs, such as a series of mail; never a name or an address.

    The partnership of subject or obj is written in as well. Raises LookupError for an unknown purpose.
    """
    if purpose not in purposes:
        raise LookupError(f"No link is for “{purpose}”.")
    tenant = getattr(subject, "partnership_id", None) or getattr(obj, "partnership_id", None)
    head = HEAD.pack(
        FORM,
        _key_id(settings.SECRET_KEY),
        min(int(expires_at.timestamp()), LATEST),
        _bytes_of(subject),
        _bytes_of(obj),
        _bytes_of(tenant),
    )
    value = signing.b64_encode(head + note.encode()).decode()
    return _signer(purpose, settings.SECRET_KEY).sign(value)


def read_link(purpose, token, *, at=None):
    """Read a token back. Raises LinkRefused when it is altered, has run out, or was made for another purpose."""
    value = token.rpartition(":")[0]
    try:
        raw = signing.b64_decode(value.encode())
        form, key_id, expires, subject, obj, tenant = HEAD.unpack(raw[: HEAD.size])
        keys = [key for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if _key_id(key) == key_id]
        if form != FORM or not keys or signing.b64_encode(raw).decode() != value:
            raise LinkRefused
        _signer(purpose, keys[0]).unsign(token)
        note = raw[HEAD.size :].decode()
    except (ValueError, struct.error, signing.BadSignature):
        raise LinkRefused from None
    expires_at = datetime.fromtimestamp(expires, UTC)
    if (at or timezone.now()) >= expires_at:
        raise LinkRefused(expired=True)
    return Link(purpose, uuid.UUID(bytes=subject), _uuid_of(obj), _uuid_of(tenant), expires_at, note)


def _signer(purpose, key):
    return signing.Signer(key=key, fallback_keys=[], salt=f"partnerships.links.{purpose}")


def _key_id(key):
    # Which key signed, so that old ones can be told apart while keys change. It gives nothing of the key away.
    return hashlib.sha256(f"partnerships.links.key:{key}".encode()).digest()[:3]


def _bytes_of(thing):
    if thing is None:
        return NOBODY
    found = getattr(thing, "pk", thing)
    return (found if isinstance(found, uuid.UUID) else uuid.UUID(str(found))).bytes


def _uuid_of(raw):
    return None if raw == NOBODY else uuid.UUID(bytes=raw)
