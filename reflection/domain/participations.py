"""A person's place in a session, and what becomes of it when they leave the partnership."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reflection.domain.pairs import forget_seats_of
from reflection.domain.sessions import lock_session, require_allowed, require_not_live
from reflection.emails.sessions import plan_session_reminder
from reflection.models.answers import WITHDRAWN, Answer
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.models.ratings import RatingDraft
from reflection.models.rounds import Round
from reflection.models.sessions import Session


def remind_unfinished(*, session: Session, by, at: datetime | None = None) -> Session:
    """Send one reminder to those who have not finished. Who they are is never told, nor how many.

    Once for each session, whoever presses first. Raises ValidationError when it has gone already,
    writing is over or the room is in it.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_session(session.pk)
        require_allowed(locked, "end_writing")
        require_not_live(locked)
        if locked.reminded_at:
            raise ValidationError("The reminder has gone once. You can send one.", code="reminded")
        if not locked.is_writable(at):
            raise ValidationError("Writing has ended. Give more time first.", code="over")
        locked.reminded_at = at
        locked.save(update_fields=["reminded_at"])
        locked.touch()
        plan_session_reminder(session=locked, at=at)
    return locked


def forget_words_of(*, membership, at: datetime | None = None) -> None:
    """Delete every draft, note and number of someone who left, and what they asked for.

    Words that were shown stay: sealed ones cannot be found, named ones belong to the record. Rounds
    are locked first, so that no reveal takes a word away while it is being deleted, and first words
    that are being kept this moment are waited for and go too.
    """
    with transaction.atomic():
        _lock_rounds_of(membership).delete()
        RatingDraft.objects.filter(participation__membership=membership).delete()
        forget_seats_of(places=membership.participations.all())
        _take_off_the_list_of_calls(membership)


def withdraw_named_words_of(*, membership, at: datetime | None = None) -> None:
    """Take the words out of every answer that carries this member's name; the answer itself keeps its place.

    No published number changes (trust A15). Sealed answers cannot be found, so nobody can take them out. Sessions are locked
    before anybody takes their rounds (trust C6), and a reveal that is going on is waited for: its words go too.
    """
    theirs = Answer.objects.filter(signature__participation__membership=membership)
    with transaction.atomic():
        places = Session.objects.filter(pk__in=membership.participations.values("session"))
        list(places.select_for_update(no_key=True).order_by("pk"))
        for session in places.filter(rounds__answers__in=theirs).distinct():
            session.touch()
        theirs.update(body=WITHDRAWN)


def give_words_back_to(*, membership, at: datetime | None = None) -> None:
    """Make notes to themselves of all that someone wrote and nobody was shown: for who now only reads.

    A reader has no page to change or take back their words, so none of them may be shown in their
    name. They stay readable for their author, and for nobody else; a number is no note, and is deleted. Rounds are locked first, as in
    ``forget_words_of``. Words that were shown stay as they are.
    """
    with transaction.atomic():
        _lock_rounds_of(membership).answers_to_be().update(note=True, ready=False)
        RatingDraft.objects.filter(participation__membership=membership).delete()
        _take_off_the_list_of_calls(membership)


def _lock_rounds_of(membership):
    """The drafts of a member, once no reveal and no save can touch them any more."""
    drafts = Draft.objects.filter(participation__membership=membership)
    open_to_them = Participation.objects.filter(membership=membership).in_open_sessions().values("session")
    numbers = RatingDraft.objects.filter(participation__membership=membership)
    touched = Round.objects.filter(
        Q(pk__in=drafts.values("round")) | Q(pk__in=numbers.values("round")) | Q(session__in=open_to_them)
    )
    list(touched.select_for_update(no_key=True).order_by("session_id", "position"))
    return drafts


def _take_off_the_list_of_calls(membership):
    Participation.objects.filter(membership=membership, wants_call=True).update(wants_call=False, call_note="")
