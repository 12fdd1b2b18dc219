"""Guests: a code on the screen, a first name, a nod from whoever leads. One session, no account, no mail.

Once let in, a guest is counted like everybody else. When the session ends their name, their sector and their key go:
what they wrote stays with the group, as words of a guest.
"""

import hashlib
import re
from datetime import datetime, timedelta
from secrets import choice, token_urlsafe

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from partnerships.enums import Sector
from reflection.enums import GuestState, SessionState
from reflection.models.drafts import Draft
from reflection.models.guests import FIRST_NAME_LIMIT, Guest, JoinCode
from reflection.models.participations import Participation
from reflection.models.ratings import RatingDraft
from reflection.models.sessions import Session

#: No vowels, so that no code spells a word; none that is taken for another (I, L, O, Q, 0, 1).
LETTERS = "BCDFGHJKMNPRSTVWXYZ"
NUMBERS = "23456789"
CODE = re.compile(f"[{LETTERS}]{{4}}[{NUMBERS}]{{2}}")
CODE_HOURS = 12  # a code that was forgotten opens nothing the next day
MOST_WAITING = 40

NOT_OPEN = "That code is not open."
OVER = "This session is over."
MANY_WAIT = "Many people are waiting at the moment. Have a word with whoever leads, and try again."
LET_IN_ALREADY = "They are in already."
CLOSED_TO_THEM = "Their session is over, or they have gone again."


def make_join_code(*, session: Session, at: datetime | None = None) -> JoinCode:
    """The code of a session that has begun: made once, and again when the last one ran out. The session must be locked."""
    at = at or timezone.now()
    code = JoinCode.objects.filter(session=session).first()
    return code if code and code.expires_at > at else _new_code(session, at)


def renew_code(*, session: Session, by, at: datetime | None = None) -> JoinCode:
    """Take the code off and make another: whoever has the old one can no longer ask with it.

    Raises ValidationError unless the session is being led live.
    """
    with transaction.atomic():
        locked = _lock(session.pk)
        if not locked.is_live:
            raise ValidationError(OVER, code="state")
        code = _new_code(locked, at or timezone.now())
        locked.touch()
    return code


def _new_code(session, at):
    while JoinCode.objects.filter(code=(words := _random_code())).exists():
        pass
    fields = {"code": words, "made_at": at, "expires_at": at + timedelta(hours=CODE_HOURS)}
    code, _ = JoinCode.objects.update_or_create(session=session, defaults=fields)
    return code


def _random_code():
    return "".join([*(choice(LETTERS) for _ in range(4)), *(choice(NUMBERS) for _ in range(2))])


def read_code(typed: str) -> str:
    """A code as somebody typed it, without spaces, marks and small letters; "" when it can be none."""
    code = re.sub(r"[\W_]+", "", typed[:40]).upper()
    return code if CODE.fullmatch(code) else ""


def find_session_by_code(typed: str, *, at: datetime | None = None) -> Session | None:
    """The session that a code opens now. None alike for a wrong, an old and an unknown one: one query for each."""
    codes = JoinCode.objects.letting_in(at or timezone.now()).with_session()
    found = codes.filter(code=read_code(typed)).first()
    return found.session if found else None


def find_ended_session(session_id) -> Session | None:
    """A session that is over, for whoever was a guest there; None while it runs."""
    return Session.objects.filter(pk=session_id).exclude(state=SessionState.OPEN).first()


def new_key() -> str:
    """What a guest's browser keeps. Whoever has it sits in their place, so only its hash is stored."""
    return token_urlsafe(32)


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def find_guest(*, session_id, key: str) -> Guest | None:
    """The guest of this session whose browser holds this key, with the session and its partnership."""
    found = Guest.objects.with_key(hash_key(key)).filter(session=session_id)
    return found.select_related("session__partnership", "session__framework").first()


def ask_to_join(*, typed: str, first_name: str, key: str, sector: str = "", at: datetime | None = None) -> Guest:
    """Ask to come in, with the code of a session. Whoever leads says yes or no.

    Arguments:
        typed: the code.
        key: what the browser keeps (``new_key``); the same key again is the same guest, who keeps their place.
        sector: one of ``Sector``, or "" for none: then no label ever stands for them.

    Raises ValidationError (code "not_open") when the code opens nothing, and in words for the name and the number waiting.
    """
    at, first_name = at or timezone.now(), " ".join(first_name.split())
    if not first_name:
        raise ValidationError({"first_name": "Write your first name, so that people know who is there."})
    if len(first_name) > FIRST_NAME_LIMIT:
        raise ValidationError({"first_name": f"Keep it under {FIRST_NAME_LIMIT} characters."})
    if sector and sector not in Sector.values:
        raise ValidationError({"sector": "Choose one of these, or none."})
    with transaction.atomic():
        found = find_session_by_code(typed, at=at)
        session = _lock(found.pk) if found else None
        # Asked again with the lock in hand: the session may have ended, or the code been changed, meanwhile.
        if session is None or find_session_by_code(typed, at=at) != session:
            raise ValidationError(NOT_OPEN, code="not_open")
        guest = Guest.objects.with_key(hash_key(key)).first()
        if guest:
            return _ask_again(guest, session, at) if guest.session_id == session.pk else _refuse_key()
        if Guest.objects.filter(session=session).asking().count() >= MOST_WAITING:
            raise ValidationError(MANY_WAIT, code="many")
        guest = Guest.objects.create(
            session=session, first_name=first_name, sector=sector, key=hash_key(key), asked_at=at
        )
        session.touch()
    return guest


def _refuse_key():
    raise ValidationError(NOT_OPEN, code="not_open")


def ask_once_more(*, guest: Guest, at: datetime | None = None) -> Guest:
    """After “not this time”: ask again. Raises ValidationError when the session is over."""
    with transaction.atomic():
        session = _lock_open(guest.session_id)
        locked = Guest.objects.select_for_update().get(pk=guest.pk)
        return _ask_again(locked, session, at or timezone.now())


def _ask_again(guest, session, at):
    if guest.state == GuestState.REFUSED:
        guest.state, guest.asked_at = GuestState.ASKED, at
        guest.save(update_fields=["state", "asked_at"])
        session.touch()
    return guest


def go_away(*, guest: Guest) -> None:
    """“I don’t want to join”: nothing is kept of who was never let in. Who was let in stays counted."""
    with transaction.atomic():
        session = _lock(guest.session_id)
        waiting = Guest.objects.filter(pk=guest.pk).exclude(state__in=[GuestState.ADMITTED, GuestState.GONE])
        if waiting.delete()[0]:
            session.touch()


def admit_guest(*, guest: Guest, by, at: datetime | None = None) -> Participation:
    """Let somebody in. From here on they are counted like everybody else. Letting in twice is letting in once.

    Raises ValidationError when the session is over, or whoever asked has gone again.
    """
    at = at or timezone.now()
    with transaction.atomic():
        session, locked = _lock_asked(guest, by)
        if locked.state == GuestState.ADMITTED:
            return locked.participation
        locked.state, locked.answered_by = GuestState.ADMITTED, by
        locked.save(update_fields=["state", "answered_by"])
        place = Participation.objects.create(session=session, guest=locked, sector=locked.sector)
        Session.objects.filter(pk=session.pk).update(asked_count=F("asked_count") + 1)
        session.touch()
    return place


def refuse_guest(*, guest: Guest, by, at: datetime | None = None) -> Guest:
    """“Not this time.” They may ask once more. Raises ValidationError for who was let in already."""
    with transaction.atomic():
        session, locked = _lock_asked(guest, by)
        if locked.state == GuestState.ADMITTED:
            raise ValidationError(LET_IN_ALREADY, code="admitted")
        if locked.state != GuestState.REFUSED:
            locked.state, locked.answered_by = GuestState.REFUSED, by
            locked.save(update_fields=["state", "answered_by"])
            session.touch()
    return locked


def forget_guests(*, session: Session) -> None:
    """The end of a session: its code opens nothing, and nothing is left of guests but their places without a name.

    Their sector goes too: it was used when the answers were shown, and stays in labels only. So do words and numbers of theirs that
    nobody was shown: without a key nobody could ever read them. The session and its rounds must be locked.
    """
    JoinCode.objects.filter(session=session).delete()
    guests = Guest.objects.filter(session=session)
    guests.exclude(state__in=[GuestState.ADMITTED, GuestState.GONE]).delete()
    guests.update(state=GuestState.GONE, first_name="", sector="", key=None)
    Draft.objects.of_guests().filter(participation__session=session).delete()
    RatingDraft.objects.filter(participation__guest__session=session).delete()
    Participation.objects.of_guests().in_session(session).update(sector="")


def _lock(session_id):
    return Session.objects.select_for_update(no_key=True).get(pk=session_id)


def _lock_open(session_id):
    session = _lock(session_id)
    if session.state != SessionState.OPEN:
        raise ValidationError(OVER, code="state")
    return session


def _lock_asked(guest, by):
    session = _lock_open(guest.session_id)
    if not by.facilitates or by.partnership_id != session.partnership_id:
        raise ValidationError("Only someone who leads sessions here can do this.", code="not_leading")
    locked = Guest.objects.select_for_update().filter(pk=guest.pk).first()
    if locked is None or locked.state == GuestState.GONE:
        raise ValidationError(CLOSED_TO_THEM, code="gone")
    return session, locked
