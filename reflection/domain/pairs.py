"""Alone, in pairs, in fours: who sits with whom. What they write there is in `pairs_words.py`.

Back keeps everything: whoever comes to a step again finds the same groups. Who came since gets a place, and nobody
who has one loses it.
"""

from datetime import datetime
from random import Random, SystemRandom

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q

from reflection.domain.live_rooms import come_in
from reflection.domain.pairing import join_pairs, pair_up
from reflection.domain.rounds import lock_round_and_session
from reflection.enums import GuestState, RoundKind, SmallStep, Stage
from reflection.models.drafts import Draft
from reflection.models.pairs import Seat, SmallGroup, Together
from reflection.models.participations import Participation
from reflection.models.rounds import Round

NOT_NOW = "This round is not open for pairs now."
FEWEST_HERE = 2
TOO_FEW_HERE = "Two people or more need to be here."
HAVE_WRITTEN = "Some pairs have written already. Move people one by one, so that no words are left behind."
NOT_THERE = "That pair or that person is not there any more. This is how it stands now."
NO_GROUPS = "Nobody sits together yet."


def lock_pairs(round: Round) -> Round:
    """The round, locked after its session, once it is sure that people may sit together and write in it now."""
    locked = lock_round_and_session(round)
    if locked.kind != RoundKind.ACTIVITY or locked.stage != Stage.WRITING or not locked.session.is_open:
        raise ValidationError(NOT_NOW, code="stage")
    return locked


def go_alone(*, round: Round, by) -> None:
    """Back to oneself. Pairs and their words are kept."""
    with transaction.atomic():
        _stand_at(lock_pairs(round), SmallStep.ALONE)


def make_pairs(*, round: Round, by, chance: Random | None = None) -> list[SmallGroup]:
    """Sit everybody who is here in pairs, across organisations, one three when the number is odd.

    Pairs that there are stay, and who came since joins them.
    Raises ValidationError when fewer than two are here, or the round is not open for pairs.
    """
    with transaction.atomic():
        locked = lock_pairs(round)
        here = _people_here(locked)
        if not SmallGroup.objects.of(locked, SmallStep.PAIRS).exists():
            if len(here) < FEWEST_HERE:
                raise ValidationError(TOO_FEW_HERE, code="few")
            for number, places in enumerate(pair_up([_organisation(one) for one in here], _chance(chance)), start=1):
                _sit(locked, SmallStep.PAIRS, number, [here[place] for place in places])
        _seat_the_rest(locked, SmallStep.PAIRS, here)
        _stand_at(locked, SmallStep.PAIRS)
    return list(SmallGroup.objects.of(locked, SmallStep.PAIRS))


def mix_pairs(*, round: Round, by, chance: Random | None = None) -> list[SmallGroup]:
    """Draw the pairs anew, as long as none of them has written. Raises ValidationError when one has."""
    with transaction.atomic():
        locked = lock_pairs(round)
        groups = SmallGroup.objects.filter(round=locked)
        if groups.written_in().exists() or groups.filter(step=SmallStep.FOURS).exists():
            raise ValidationError(HAVE_WRITTEN, code="written")
        groups.delete()
        return make_pairs(round=locked, by=by, chance=chance)


def make_fours(*, round: Round, by, chance: Random | None = None) -> list[SmallGroup]:
    """Join pairs two by two, across organisations again. A three that is left over stays as it is, on its own.

    Fours that there are stay. Raises ValidationError when nobody sits in pairs.
    """
    with transaction.atomic():
        locked = lock_pairs(round)
        pairs = list(SmallGroup.objects.of(locked, SmallStep.PAIRS).with_people())
        if not pairs:
            raise ValidationError(NO_GROUPS, code="few")
        if not SmallGroup.objects.of(locked, SmallStep.FOURS).exists():
            sides = [[_organisation(one) for one in pair.people] for pair in pairs]
            fours = sorted(sorted(places) for places in join_pairs(sides, _chance(chance)))
            for number, places in enumerate(fours, start=1):
                joined = [pairs[place] for place in places]
                four = _sit(locked, SmallStep.FOURS, number, [one for pair in joined for one in pair.people])
                SmallGroup.objects.filter(pk__in=[pair.pk for pair in joined]).update(four=four)
        _seat_the_rest(locked, SmallStep.FOURS, _people_here(locked))
        _stand_at(locked, SmallStep.FOURS)
    return list(SmallGroup.objects.of(locked, SmallStep.FOURS))


def take_a_seat(*, participation: Participation, round: Round, at: datetime | None = None) -> Seat:
    """Sit down with others: for who came late. Sitting down twice is sitting down once.

    Raises ValidationError while everybody is alone, when the round is over, or for somebody whose part has ended.
    """
    come_in(participation=participation, at=at)
    with transaction.atomic():
        locked = lock_pairs(round)
        step = locked.small_step
        if step == SmallStep.ALONE:
            raise ValidationError(NO_GROUPS, code="alone")
        _require_current(locked, participation)
        _seat_the_rest(locked, step, [participation])
        locked.session.touch()
        return Seat.objects.get(participation=participation, round=locked, step=step)


def move_seat(*, participation: Participation, to: SmallGroup, by) -> None:
    """Put somebody with others of the same step. The words of a group that nobody sits in any more become their note."""
    with transaction.atomic():
        locked = lock_pairs(to.round)
        if not SmallGroup.objects.filter(pk=to.pk).exists():
            raise ValidationError(NOT_THERE, code="gone")
        _require_current(locked, participation)
        seat = Seat.objects.filter(participation=participation, round=locked, step=to.step).first()
        before = seat and seat.group
        if seat is None:
            _add_seats(to, [participation])
        elif seat.group_id != to.pk:
            seat.group = to
            seat.save(update_fields=["group"])
            _leave_behind(before, participation)
        locked.session.touch()


def leave_seat(*, participation: Participation, round: Round, by=None) -> None:
    """Somebody goes. Their words stay with those they wrote them with."""
    with transaction.atomic():
        locked = lock_pairs(round)
        for seat in Seat.objects.filter(participation=participation, round=locked).select_related("group"):
            seat.delete()
            _leave_behind(seat.group, participation)
        locked.session.touch()


def forget_seats_of(*, places) -> None:
    """Take someone who left out of every pair and four, and what nobody else could read. In their leaving's transaction.

    Arguments:
        places: their participations, a list or a queryset.
    """
    mine = Seat.objects.filter(participation__in=places)
    groups = list(mine.values_list("group", flat=True))
    mine.delete()
    SmallGroup.objects.filter(pk__in=groups).empty().delete()


# --- Helpers -------------------------------------------------------------------------------------------------------
def _chance(chance):
    return chance or SystemRandom()


def _current(round):
    still_in = Q(membership__isnull=False, membership__left_on__isnull=True) | Q(guest__state=GuestState.ADMITTED)
    return Participation.objects.filter(still_in, session=round.session_id).select_related("membership")


def _require_current(round, participation):
    """The session must be locked: whose part ends this moment is waited for."""
    if not _current(round).filter(pk=participation.pk).exists():
        raise ValidationError(NOT_THERE, code="gone")


def may_make_pairs(round: Round) -> bool:
    """Whether there is a way from being alone into pairs: people sit in them already, or two or more are here."""
    return SmallGroup.objects.of(round, SmallStep.PAIRS).exists() or len(_people_here(round)) >= FEWEST_HERE


def _people_here(round):
    return list(_current(round).filter(live_place__isnull=False).order_by("pk"))


def _organisation(participation):
    """What must not meet: an organisation. Residents and guests are nobody's colleagues, as far as anybody knows."""
    return participation.membership.organisation_id if participation.membership_id else None


def _stand_at(round, step):
    Together.objects.update_or_create(round=round, defaults={"step": step})
    round.together = Together.objects.get(round=round)
    round.session.touch()


def _sit(round, step, number, people):
    group = SmallGroup.objects.create(round=round, step=step, number=number)
    _add_seats(group, people)
    return group


def _add_seats(group, people):
    Seat.objects.bulk_create(
        Seat(group=group, participation=one, round_id=group.round_id, step=group.step) for one in people
    )


def _seat_the_rest(round, step, people):
    """Everybody without a place gets one: where their own pair is, else in the smallest group, and not beside a colleague if it can be helped."""
    seated = set(Seat.objects.filter(round=round, step=step).values_list("participation", flat=True))
    for one in people:
        if one.pk not in seated:
            _add_seats(_place_for(round, step, one), [one])


def _place_for(round, step, participation):
    if step == SmallStep.FOURS:
        pairs = SmallGroup.objects.of(round, SmallStep.PAIRS).where_sits(participation).filter(four__isnull=False)
        if mine := pairs.select_related("four").first():
            return mine.four
    groups = SmallGroup.objects.of(round, step)
    colleagues = Q(seats__participation__membership__organisation=_organisation(participation))
    alike = Count("seats", filter=colleagues) if _organisation(participation) else Count("pk", filter=Q(pk=None))
    smallest = groups.annotate(size=Count("seats"), alike=alike).order_by("size", "alike", "number").first()
    if smallest is None:
        number = groups.aggregate(highest=Max("number"))["highest"] or 0
        return SmallGroup.objects.create(round=round, step=step, number=number + 1)
    return smallest


def _leave_behind(group, participation):
    """Words that nobody sits with any more go to who was the last to, as a note; the group is gone."""
    if group is None or group.seats.exists():
        return
    if group.text.strip():
        Draft.objects.create(participation=participation, round_id=group.round_id, body=group.text, note=True)
    group.delete()
