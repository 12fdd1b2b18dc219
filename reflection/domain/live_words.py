"""“Say that plainly”: a word that somebody did not understand. Nobody sees who flagged it."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower

from reflection.domain.sessions import lock_session
from reflection.enums import SessionState
from reflection.models.live import FLAG_LIMIT, FlaggedWord
from reflection.models.sessions import Session

#: As many as fit beside everything else on a console; more at once would be noise.
MOST = 12
EMPTY = "Write the word that you would like to hear in plain English."
TOO_LONG = f"Keep it to the word itself: {FLAG_LIMIT} characters at most."
MANY = "There are many words on the list already. Ask aloud, or put your hand up."


def flag_word(*, session: Session, word: str) -> None:
    """Put a word on the list that those who lead see. Takes no person, so that nothing can say who it was.

    The same word twice is one. Raises ValidationError when it is empty or too long, the list is full, or the session is over.
    """
    word = " ".join(word.replace("\0", " ").split())
    if not word:
        raise ValidationError(EMPTY, code="empty")
    if len(word) > FLAG_LIMIT:
        raise ValidationError(TOO_LONG, code="too_long")
    with transaction.atomic():
        locked = lock_session(session.pk)
        if locked.state != SessionState.OPEN:
            raise ValidationError("This session is over.", code="state")
        flagged = locked.flagged_words.all()
        if flagged.filter(word__iexact=word).exists():
            return
        if flagged.count() >= MOST:
            raise ValidationError(MANY, code="many")
        flagged.create(session=locked, word=word)
        locked.touch()


def settle_word(*, session: Session, word_id: UUID) -> None:
    """A word was explained: take it off the list. One that is gone stays gone."""
    with transaction.atomic():
        locked = lock_session(session.pk)
        if locked.flagged_words.filter(pk=word_id).delete()[0]:
            locked.touch()


def flagged_words(session: Session) -> list[FlaggedWord]:
    """The words on the list, A to Z: the order says nothing of when. One query."""
    return list(session.flagged_words.order_by(Lower("word")))
