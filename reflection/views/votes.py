"""Dots: everybody puts up to five on what deserves the talk. Nobody sees who put them where."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from partnerships.enums import Role
from partnerships.idempotency import STORE_HEADER, idempotent
from reflection.access import round_access, voting_access
from reflection.domain.themes import arrange
from reflection.domain.votes import add_dot, dots_of, take_dot
from reflection.enums import Stage
from reflection.guest_doors import guests_too
from reflection.models.votes import DOTS
from reflection.views.themes import board_address, stage_bar

NOT_OPEN = "Choosing is not open at the moment."
NO_DOTS = "You were not among those asked in this session, so you have no dots in it."


@require_safe
@round_access(Role.MEMBER)
def vote_choose(request, round):
    participation = round.session.participations.of(request.user).first()
    if round.stage != Stage.CHOOSING or participation is None:
        messages.info(request, NOT_OPEN if participation else NO_DOTS)
        return redirect(board_address(round))
    mine = dots_of(participation=participation, round=round)
    answers = round.answers.in_mixed_order().with_places()
    answers = list(answers.with_writers() if round.has_names else answers)
    for answer in answers:
        answer.mine = mine.get(answer.pk, 0)
    context = {
        "round": round,
        "session": round.session,
        "board": arrange(themes=round.themes.all(), answers=answers),
        "left": DOTS - sum(mine.values()),
        "limit": DOTS,
        "stages": stage_bar(round),
    }
    return render(request, "reflection/votes/vote_choose.html", context)


@guests_too
@require_POST
@idempotent
@voting_access
def vote_add(request, participation):
    return _change(request, participation, add_dot)


@guests_too
@require_POST
@idempotent
@voting_access
def vote_take(request, participation):
    return _change(request, participation, take_dot)


def _change(request, participation, change):
    answer, refused = participation.answer, None
    try:
        change(participation=participation, answer=answer)
    except ValidationError as refusal:
        refused = refusal.messages[0]
    if request.headers.get("Accept") == "application/json":
        return _dots_now(participation, answer, refused)
    if refused:
        messages.error(request, refused)
    if participation.is_guest or "live" in request.POST:
        return redirect(f"{reverse('reflection:live_follow', args=[participation.session_id])}#answer-{answer.pk}")
    address = reverse("reflection:vote_choose", kwargs={"round_id": answer.round_id})
    return redirect(f"{address}#answer-{answer.pk}")


def _dots_now(participation, answer, refused):
    """To a script, so that the page stays as it is: one's own dots on this answer, and how many are left."""
    mine = dots_of(participation=participation, round=answer.round)
    dots = {"mine": mine.get(answer.pk, 0), "left": DOTS - sum(mine.values()), "refused": refused}
    response = JsonResponse(dots, status=409 if refused else 200)
    response[STORE_HEADER] = "1"
    return response
