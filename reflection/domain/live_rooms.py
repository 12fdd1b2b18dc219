"""Being there: who came in, who has finished, who would like to speak. Beside the words, never with them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from reflection.domain.labels import step_of
from reflection.domain.rounds import lock_round_and_session
from reflection.enums import SEALED, GuestState, SessionState, Stage
from reflection.models.drafts import Draft
from reflection.models.live import LivePlace, LiveRun
from reflection.models.participations import Participation
from reflection.models.rounds import Round
from reflection.models.sessions import Session

WRITING_IS_OVER = "Writing is over here. Your words are kept as you left them."
NOT_NOW = "Nobody meets in this session now."
NOT_THERE = "This person is not there any more."


def come_in(*, participation: Participation, at: datetime | None = None) -> LivePlace:
    """Note that somebody is there. Coming in twice is coming in once; screens hear of the first time only.

    Raises ValidationError unless the session is being led live: who was there is forgotten when it ends, and a press that
    comes late must not write it down again. Raises it for somebody whose part has ended, too.
    """
    with transaction.atomic():
        place = LivePlace.objects.filter(participation=participation).first()
        if place:
            return place
        session = Session.objects.select_for_update(no_key=True).get(pk=participation.session_id)
        if not session.is_live:
            raise ValidationError(NOT_NOW, code="state")
        if not Participation.objects.with_people().get(pk=participation.pk).is_current:
            raise ValidationError(NOT_THERE, code="gone")
        defaults = {"arrived_at": at or timezone.now()}
        place, came = LivePlace.objects.get_or_create(participation=participation, defaults=defaults)
        if came:
            run = LiveRun.objects.select_related("round").filter(session=session).first()
            if run:
                count_what_was_written_before(run.round, place=place)
            session.touch()
    return place


def count_what_was_written_before(round, *, place: LivePlace | None = None) -> None:
    """Who comes to a round with words of theirs ready since before is finished with it: everybody as the room comes to it for the
    first time, and later each one who comes in. Who is there already and adds a thought may be writing the next one.

    Words that a facilitator wrote down for somebody do not count in sealed rounds, as in every count before a reveal.
    The session must be locked.

    Arguments:
        place: of who just came in; None for everybody who is there.
    """
    if round.stage != Stage.WRITING:
        return
    ready = Draft.objects.ready().filter(participation=OuterRef("participation"), round=round)
    if round.attribution in SEALED:
        ready = ready.filter(spoken_by__isnull=True)
    places = LivePlace.objects.in_session(round.session_id).filter(Exists(ready))
    (places.filter(pk=place.pk) if place else places).update(finished_round=round)


def is_being_finished(session) -> bool:
    """Whether a counted round that is still written in has been finished by somebody: what was told of it stands, wherever the
    room looks."""
    written = Round.objects.counted().filter(session=session, stage=Stage.WRITING)
    return LivePlace.objects.in_session(session).filter(finished_round__in=written).exists()


def take_chairs_away(session) -> None:
    """Guests whose place was ended are counted no more, from the next round on. The session must be locked."""
    LivePlace.objects.in_session(session).filter(participation__guest__state=GuestState.GONE).delete()


def finish_round(*, participation: Participation, round, at: datetime | None = None) -> None:
    """“I’m finished”: one's own words in this round are ready, and the count on the screens may rise.

    Finishing with nothing written is passing. Words written down by somebody else wait for one's own yes as ever.
    Raises ValidationError when writing is over.
    """
    at = at or timezone.now()
    come_in(participation=participation, at=at)
    with transaction.atomic():
        locked = lock_round_and_session(round)
        if not locked.is_writable(at):
            raise ValidationError(WRITING_IS_OVER, code="over")
        Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
        mine = Draft.objects.answers_to_be().with_words().filter(participation=participation, round=locked)
        if not locked.is_together:
            mine.filter(confirmed=True).update(ready=True)
        LivePlace.objects.filter(participation=participation).update(finished_round=locked)
        tell_count(round=locked)


def tell_count(*, round) -> None:
    """Tell the screens how many have finished, if there is something new to tell: in sealed rounds a higher step (trust A9).

    The session and the round must be locked. A step that was told is never taken back.
    """
    if not round.is_counted:
        round.session.touch()
        return
    run = LiveRun.objects.filter(session=round.session_id, round=round).first()
    if run is None or round.stage != Stage.WRITING:
        return
    step = step_to_tell(round)
    if step > (run.step_told or 0):
        LiveRun.objects.filter(pk=run.pk).update(step_told=step)
        round.session.touch()


def step_to_tell(round) -> int | None:
    """The step of a sealed round that people write in now (trust A9), as many as have finished in it; None of any other round."""
    if not round.is_counted or round.stage != Stage.WRITING:
        return None
    finished, here = count_finished(round)
    return step_of(finished, told_out_of(round.session, here))


def count_finished(round) -> tuple[int, int]:
    """(people who are finished in a round, people who are there). One query. It moves by a press only, so that screens hear of it."""
    here = LivePlace.objects.in_session(round.session_id)
    counts = here.aggregate(here=Count("pk"), finished=Count("pk", filter=Q(finished_round=round)))
    return counts["finished"], counts["here"]


def told_out_of(session, here: int) -> int:
    """Of how many a sealed round's step is told: those who are there, once they are enough to hide among; else all who were asked.

    "Everyone" of one or two people would tell of each of them (trust A9).
    """
    return here if here >= (session.minimum_group or 0) else max(here, session.asked_count or 0)


def set_hand(*, participation: Participation, up: bool, at: datetime | None = None) -> None:
    """Put one's hand up, or down again. Those who lead see it."""
    at = at or timezone.now()
    come_in(participation=participation, at=at)
    with transaction.atomic():
        session = _lock_open(participation.session_id)
        hand = LivePlace.objects.filter(participation=participation, hand_up_at__isnull=up)
        if hand.update(hand_up_at=at if up else None):
            session.touch()


def _lock_open(session_id):
    session = Session.objects.select_for_update(no_key=True).get(pk=session_id)
    if session.state != SessionState.OPEN:
        raise ValidationError("This session is over.", code="state")
    return session
