"""Pairs and fours while a session is led live: the small steps of a press, their minutes, and what the screens say of them."""

from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reflection.domain.drafts import note_called
from reflection.domain.live import lock_run
from reflection.domain.live_steps import minutes_here, minutes_of_small_steps
from reflection.domain.pairs import (
    NOT_NOW,
    go_alone,
    leave_seat,
    make_fours,
    make_pairs,
    may_make_pairs,
    mix_pairs,
    move_seat,
    take_a_seat,
)
from reflection.enums import RoundKind, SmallStep, Stage
from reflection.models.live import LiveRun
from reflection.models.pairs import SmallGroup
from reflection.models.participations import Participation

GONE = "That person or that pair is not there any more. This is how it stands now."
ORDER = tuple(SmallStep)


def take_small_step(
    *, session, by, expected: int, to: SmallStep, chance: Random | None = None, at: datetime | None = None
) -> LiveRun:
    """Lead the room alone, into pairs or into fours. `expected` as in `go_next`; nothing that was written is lost either way.

    Raises ValidationError when the room is elsewhere by now, or too few people are there.
    """
    at = at or timezone.now()
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        if run.round.kind != RoundKind.ACTIVITY or run.round.stage != Stage.WRITING:
            raise ValidationError(NOT_NOW, code="stage")
        if to == SmallStep.ALONE:
            go_alone(round=run.round, by=by)
        elif to == SmallStep.PAIRS:
            make_pairs(round=run.round, by=by, chance=chance)
        else:
            make_fours(round=run.round, by=by, chance=chance)
        run.step, run.led_by, run.step_began_at, run.paused_seconds = run.step + 1, by, at, None
        run.ends_at = at + timedelta(minutes=minutes_here(run.round))
        run.save()
        run.session.touch()
    return run


def mix_again(*, session, by, expected: int, chance: Random | None = None) -> LiveRun:
    """Draw the pairs anew. Everybody's phone says with whom they are now."""
    with transaction.atomic():
        run, _ = lock_run(session, expected)
        mix_pairs(round=run.round, by=by, chance=chance)
        return _seats_moved(run)


def seat_person(*, session, by, place_id, group_id=None) -> str:
    """Put somebody with others: a group, or wherever there is room. They need no phone for it. Returns their first name.

    Raises ValidationError when that person or that group is not of the round the room is at.
    """
    with transaction.atomic():
        run, _ = lock_run(session)
        one = _there(Participation.objects.with_people().filter(session=session), place_id)
        if group_id is None:
            take_a_seat(participation=one, round=run.round)
        else:
            move_seat(participation=one, to=_there(SmallGroup.objects.filter(round=run.round), group_id), by=by)
        _seats_moved(run)
    return one.short_name


def unseat_person(*, session, by, place_id) -> str:
    """Somebody goes. Their words stay with those they wrote them with. Returns their first name."""
    with transaction.atomic():
        run, _ = lock_run(session)
        one = _there(Participation.objects.with_people().filter(session=session), place_id)
        leave_seat(participation=one, round=run.round, by=by)
        _seats_moved(run)
    return one.short_name


def note_called_in(*, session, place_id) -> str:
    """Somebody who would rather talk has talked: off the list. Returns their first name."""
    one = _there(Participation.objects.with_people().filter(session=session), place_id)
    note_called(participation=one)
    return one.short_name


def activity_part(screen, *, for_those_who_lead: bool) -> dict:
    """What a round of pairs and fours shows: the step, who sits with whom for those who lead, and in the end the words.

    Never the text of a group before it is shown, on no screen.
    """
    round, step = screen.round, screen.round.small_step
    part = {"step": step, "bar": _bar(step, screen.stage), "minutes": minutes_of_small_steps(round)}
    if round.is_shown:
        return part | {"answers": list(round.answers.in_mixed_order())}
    if step == SmallStep.ALONE:
        if not for_those_who_lead:
            return part
        return part | {"too_few_here": not may_make_pairs(round)} | _next_and_back(step, 0)
    groups = list(SmallGroup.objects.of(round, step).with_people())
    part |= {"count": len(groups), "ready": sum(group.ready for group in groups)}
    if not for_those_who_lead:
        return part
    seated = {one.pk for group in groups for one in group.people}
    asked = Participation.objects.filter(session=screen.session).by_first_name()
    return (
        part
        | {
            "groups": groups,
            "nobody_alike": not any(_alike(group) for group in groups),
            "without": [one for one in asked if one.pk not in seated and one.is_current],
        }
        | _next_and_back(step, len(groups))
    )


def _bar(step, stage):
    """The four moments, as `components/_stages.html` draws them."""
    here = ORDER.index(step) if stage == Stage.WRITING else len(ORDER)
    words = [*(one.label for one in ORDER), "All"]
    return [
        {"words": one, "state": "done" if place < here else "now" if place == here else ""}
        for place, one in enumerate(words)
    ]


def _next_and_back(step, groups):
    """Where Next and Back lead from a small step: (its name, its words), or nothing. One pair makes no four."""
    here = ORDER.index(step)
    following = ORDER[here + 1] if here + 1 < len(ORDER) and not (step == SmallStep.PAIRS and groups < 2) else None
    return {"following": following, "before": ORDER[here - 1] if here else None}


def _alike(group):
    organisations = [
        one.membership.organisation_id for one in group.people if one.membership and one.membership.organisation_id
    ]
    return len(organisations) != len(set(organisations))


def _seats_moved(run):
    LiveRun.objects.filter(pk=run.pk).update(step=F("step") + 1)
    run.refresh_from_db(fields=["step"])
    run.session.touch()
    return run


def _there(rows, key):
    try:
        found = rows.filter(pk=key).first()
    except ValidationError:  # no id at all
        found = None
    if found is None:
        raise ValidationError(GONE, code="gone")
    return found
