"""What members write before the answers are shown. Nothing typed is lost, nothing shown too soon."""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reflection.domain.rounds import lock_round
from reflection.domain.sessions import lock_session
from reflection.enums import RATED, RoundKind
from reflection.models.drafts import BODY_LIMIT, WORD_LIMIT, Draft
from reflection.models.participations import Participation
from reflection.models.rounds import Round

TOO_LONG = f"That is more than {BODY_LIMIT:,} characters. Shorten it a little, or put the rest in another thought."
WRITING_IS_OVER = "Writing has ended here, so this can’t be added now. Your words are still below: keep them as a note to yourself if you like."
LEFT = "This can’t be kept: its writer is no longer in this group. Words that were not shown went with them."
READS_ONLY = (
    "This can’t be kept: its writer only reads the records now. Their earlier words are notes that only they can see."
)
NO_WORDS = "There is nothing to write in this part: choose a number. A note to yourself is always possible."
GONE = "These words have just been shown to the group, or were deleted. Look at the page again."


@dataclass(frozen=True)
class Saved:
    """What became of a save. ``other`` is the newer text of another tab or device: both are kept.

    ``draft`` is None when an empty box had nothing to keep.
    """

    draft: Draft | None
    other: Draft | None = None


def save_draft(
    *,
    participation: Participation,
    round: Round,
    body: str,
    draft_id: UUID | None = None,
    expected: int = 0,
    unheard: Collection[str] = (),
    ready: bool | None = None,
    note: bool | None = None,
    prompt=None,
    locked: bool = False,
    at: datetime | None = None,
) -> Saved:
    """Keep a member's words, by compare-and-set.

    Arguments:
        draft_id: made by the page, so that a save sent twice is one draft.
        expected: the version that the page last saw; 0 for a draft that was never saved. Versions
            count texts: making a draft ready or a note of it does not move them.
        unheard: what the page sent since it last heard back. When one of these is what is stored, the newer
            version is the page's own, and no clash.
        ready: True makes it ready to be shown, False takes it back, None leaves it as it was.
        note: True makes it a note to oneself, which is never shown to anyone and allowed at any time;
            False makes a note a draft again; None leaves it as it was.
        locked: True when participation and round come locked, in the caller's own transaction (`saving_access`).

    When the stored version is newer and says something else, the incoming words become a draft of
    their own and ``Saved.other`` is the newer one: both are kept, neither is lost (trust L3).
    A draft that is ready stays ready while its author changes it: who comes back to mend a word
    must not drop out of the reveal by it.
    Raises ValidationError when writing is over (for anything but a note) or the text is too long.
    """
    at = at or timezone.now()
    if len(body) > BODY_LIMIT:
        raise ValidationError(TOO_LONG, code="too_long")
    with nullcontext() if locked else transaction.atomic():
        if locked:
            _check_place(participation)
        else:
            round = lock_to_write(participation=participation, round=round)
        if round.is_together:
            ready = None  # One's own words are for oneself there; what a pair shows is the pair's.
        alike = _lock_alike(participation, round, draft_id, body)
        stored = next((draft for draft in alike.mine if draft.pk == draft_id), None)
        note = (stored is not None and stored.note) if note is None else note
        _check_kind(round, body, note)
        if not note and not round.is_writable(at):
            raise ValidationError(WRITING_IS_OVER, code="over")
        if stored is None and not body.strip():
            return Saved(None)
        if stored is None:
            return _create(alike, participation, round, draft_id, body, ready, note, prompt, at)
        if stored.version != expected and stored.body not in (body, *unheard):
            if not body.strip():
                # An empty box of an older page has nothing to add to the newer words.
                return Saved(stored, other=stored)
            copy = _create(alike, participation, round, None, body, ready, note, prompt, at)
            return Saved(copy.draft, other=stored)
        return Saved(_update(stored, body, ready, note, prompt, at))


def _check_kind(round, body, note):
    """Words that this kind of round has no room for. A note to oneself may always be written."""
    if not note and round.kind in RATED:
        raise ValidationError(NO_WORDS, code="kind")
    if not note and round.kind == RoundKind.ARRIVE and len(body) > WORD_LIMIT:
        raise ValidationError(f"One word is enough: keep it under {WORD_LIMIT} characters.", code="too_long")


def lock_to_write(*, participation: Participation, round: Round) -> Round:
    """The round as it is now, locked for words or numbers of one person, and their place in its session with it.

    The round comes first, as everywhere (`lock_round`); the session is read with the place, after that lock was won.
    Raises ValidationError as `lock_place` does.
    """
    locked = Round.objects.for_writing().get(pk=round.pk)
    locked.session = lock_place(participation=participation, session_id=locked.session_id).session
    return locked


def lock_place(*, participation: Participation, session_id) -> Participation:
    """Someone's place in a session, locked after its round. Raises ValidationError when they left or became a reader meanwhile."""
    place = Participation.objects.for_writing().get(pk=participation.pk, session=session_id)
    _check_place(place)
    return place


def _check_place(place):
    if not place.is_current:
        raise ValidationError(LEFT, code="over")
    if not place.is_guest and place.membership.observes:
        raise ValidationError(READS_ONLY, code="over")


@dataclass(frozen=True)
class Alike:
    """What is stored under the id that a page sent, or says the same; and whether the id is another place's."""

    mine: list
    taken: bool


def _lock_alike(participation, round, draft_id, body) -> Alike:
    """Lock the drafts that a save may be about, in one query: a room full of phones saves at once."""
    same = Q(participation=participation, round=round, body=body)
    found = list(Draft.objects.select_for_update().filter(Q(pk=draft_id) | same if draft_id else same).order_by())
    mine = [draft for draft in found if (draft.participation_id, draft.round_id) == (participation.pk, round.pk)]
    return Alike(mine, taken=any(draft.pk == draft_id for draft in found))


def _create(alike, participation, round, draft_id, body, ready, note, prompt, at) -> Saved:
    same = next((draft for draft in alike.mine if draft.body == body and draft.note == note and body), None)
    if same is not None:
        # The same words once more: a repeat whose first reply got lost.
        return Saved(_update(same, body, ready, note, prompt, at))
    if draft_id is None or alike.taken:
        # An id that is taken by somebody else's draft is no reason to tell that it is taken.
        draft_id = uuid4()
    draft = Draft.objects.create(
        pk=draft_id,
        participation=participation,
        round=round,
        prompt=prompt,
        body=body,
        ready=bool(ready and body.strip() and not note),
        note=note,
        saved_at=at,
    )
    return Saved(draft)


def _update(locked, body, ready, note, prompt, at) -> Draft:
    if body != locked.body:
        locked.version += 1
    locked.body = body
    locked.note = note
    if ready is not None:
        locked.ready = ready
    if note or not body.strip():
        locked.ready = False
    if locked.ready:
        locked.confirmed = True
    if prompt is not None:
        locked.prompt = prompt
    locked.saved_at = at
    locked.save(update_fields=["body", "note", "ready", "confirmed", "prompt", "saved_at", "version"])
    return locked


def discard_draft(*, draft: Draft) -> None:
    """Delete one's own draft or note for good. Allowed at any time: the words are their author's."""
    with transaction.atomic():
        lock_round(draft.round_id)
        Draft.objects.filter(pk=draft.pk).delete()


def keep_as_note(*, draft: Draft, at: datetime | None = None) -> Draft:
    """Turn a draft into a note to oneself, which no reveal ever takes. Allowed at any time.

    Raises ValidationError when the words were shown, or deleted, a moment before.
    """
    with transaction.atomic():
        lock_round(draft.round_id)
        stored = _still_there(draft)
        return _update(stored, stored.body, False, True, None, at or timezone.now())


def _still_there(draft) -> Draft:
    stored = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if stored is None:
        raise ValidationError(GONE, code="gone")
    return stored


def finish_writing(*, participation: Participation, finished: bool = True, at: datetime | None = None) -> Participation:
    """“I’m finished”: every draft of this session with words in it becomes ready.

    The same few queries for one draft as for five. ``finished=False`` only takes the mark back.
    Raises ValidationError when writing is over in every round: there is nothing left to finish.
    """
    at = at or timezone.now()
    with transaction.atomic():
        rounds = list(
            Round.objects.select_for_update(no_key=True)
            .filter(session_id=participation.session_id)
            .order_by("position")
        )
        locked = (
            Participation.objects.select_for_update(no_key=True, of=("self",))
            .select_related("session")
            .get(pk=participation.pk)
        )
        if finished:
            writable = [round.pk for round in rounds if not round.is_together and _writable(round, locked.session, at)]
            if not writable:
                raise ValidationError(WRITING_IS_OVER, code="over")
            locked.drafts.filter(round__in=writable, note=False, ready=False, confirmed=True).exclude(
                body__regex=r"^\s*$"
            ).update(ready=True)
        locked.finished = finished
        locked.save(update_fields=["finished"])
    return locked


def _writable(round, session, at):
    round.session = session
    return round.is_writable(at)


def write_for(
    *,
    participation: Participation,
    round: Round,
    body: str,
    by,
    read_back: bool,
    at: datetime | None = None,
) -> Draft:
    """A facilitator writes down someone's words for them (domain § Decided 15).

    Arguments:
        by: the membership of the facilitator, who will know these words.
        read_back: read aloud to their author, who said yes. Otherwise they wait, not ready, on the
            author's own page until the author says yes there.
    """
    at = at or timezone.now()
    if not body.strip():
        raise ValidationError("Write down what they said first.", code="empty")
    if len(body) > BODY_LIMIT:
        raise ValidationError(TOO_LONG, code="too_long")
    if not by.facilitates or by.partnership_id != round.session.partnership_id:
        raise ValidationError("Only someone who leads sessions here can write for others.")
    if participation.session_id != round.session_id:
        raise ValidationError("Choose a person from this session.")
    with transaction.atomic():
        locked = lock_to_write(participation=participation, round=round)
        if not locked.is_writable(at):
            raise ValidationError(WRITING_IS_OVER, code="over")
        _check_kind(locked, body, note=False)
        return Draft.objects.create(
            participation=participation,
            round=locked,
            body=body,
            ready=read_back and not locked.is_together,
            confirmed=read_back,
            spoken_by=by,
            saved_at=at,
        )


def confirm_spoken_words(*, draft: Draft, at: datetime | None = None) -> Draft:
    """The author says yes to words that a facilitator wrote down: now they are ready."""
    at = at or timezone.now()
    with transaction.atomic():
        locked = lock_to_write(participation=draft.participation, round=draft.round)
        if not locked.is_writable(at):
            raise ValidationError(WRITING_IS_OVER, code="over")
        stored = _still_there(draft)
        stored.confirmed = True
        return _update(stored, stored.body, None if locked.is_together else True, False, None, at)


def ask_for_call(*, participation: Participation, note: str = "") -> None:
    """Tell the facilitators that this person would rather talk. ``note``: when it suits, at most 200 characters.

    Raises ValidationError when the note is longer, or the session is not open: nobody would ring then.
    """
    if len(note) > 200:
        raise ValidationError({"call_note": "Keep it under 200 characters."})
    with transaction.atomic():
        session = lock_session(participation.session_id)
        if not session.is_open:
            raise ValidationError("This session is not open any more, so nobody would ring you.", code="over")
        Participation.objects.filter(pk=participation.pk).update(wants_call=True, call_note=note)
        session.touch()


def note_called(*, participation: Participation) -> None:
    """A facilitator has rung: take the request off the list."""
    with transaction.atomic():
        session = lock_session(participation.session_id)
        Participation.objects.filter(pk=participation.pk).update(wants_call=False, call_note="")
        session.touch()
