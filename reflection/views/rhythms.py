"""How often a group checks in: one page with the next five dates, and the mail as people get it."""

from copy import copy
from types import SimpleNamespace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import partnership_access
from partnerships.domain.bounces import count_unreached_members
from partnerships.enums import Role
from partnerships.forms.base import posted
from partnerships.idempotency import idempotent
from reflection.checkin_doors import rhythm_pause_access
from reflection.domain.checkin_questions import next_question
from reflection.domain.checkins import members_to_ask
from reflection.domain.rhythms import add_pause, delete_pause, next_dates, rhythm_of, set_rhythm
from reflection.emails.checkins import checkin_context
from reflection.forms.checkins import ASKS, RhythmForm
from reflection.models.rhythms import Rhythm


def _rhythm_to_begin_with(partnership):
    """The group's own rhythm, else a copy of its programme's, else the usual one; only the first is saved."""
    found = rhythm_of(partnership)
    if found and found.partnership_id == partnership.pk:
        return found
    start = copy(found) if found else Rhythm(is_on=False, starts_on=partnership.local_date())
    start.version = 0  # nothing of the group's own is saved yet
    return start


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def rhythm_update(request, partnership):
    rhythm = _rhythm_to_begin_with(partnership)
    initial = {name: getattr(rhythm, name) for name in ("version", "every_weeks", "weekday", "hour", *ASKS)}
    initial["is_on"] = "yes" if rhythm.is_on or rhythm._state.adding else "no"
    form = RhythmForm(posted(request), initial=initial)
    acting = {"partnership": partnership, "by": request.membership}
    if (
        form.is_valid()
        and form.accepted(set_rhythm, **acting, **form.rhythm)
        and (not form.pause or form.accepted_also(add_pause, **acting, **form.pause))
    ):
        messages.success(request, "Kept. These are the next dates.")
        return redirect("reflection:rhythm_update", partnership_id=partnership.pk)
    today = partnership.local_date()
    pauses = list(partnership.rhythm_pauses.from_day(today))
    context = {
        "form": form,
        "partnership": partnership,
        "rhythm": rhythm,
        "pauses": pauses,
        "dates": next_dates(rhythm, partnership=partnership, pauses=pauses) if rhythm.is_on else [],
        "reach": len(members_to_ask(partnership, on=today)),
        "unreached": count_unreached_members(partnership=partnership),
        "people": partnership.memberships.current().taking_part().count(),
    }
    return render(request, "reflection/rhythms/rhythm_update.html", context, status=form.status)


@require_POST
@idempotent
@rhythm_pause_access(Role.FACILITATOR)
def rhythm_pause_delete(request, pause):
    delete_pause(pause=pause, by=request.membership)
    messages.success(request, "The pause is taken out.")
    return redirect("reflection:rhythm_update", partnership_id=request.partnership.pk)


@require_safe
@partnership_access(Role.FACILITATOR)
def rhythm_mail(request, partnership):
    """The mail as it would come, in words. Its choices lead nowhere."""
    rhythm = _rhythm_to_begin_with(partnership)
    question = next_question(partnership=partnership, on=partnership.local_date()) if rhythm.asks_question else None
    checkin = SimpleNamespace(
        partnership=partnership, asks_mood=rhythm.asks_mood, asks_room=rhythm.asks_room, closes_at=None
    )
    context = checkin_context(checkin, "") | {"partnership": partnership, "question": question}
    return render(request, "reflection/rhythms/rhythm_mail.html", context)
