"""One question of a session: show it, keep it closed, move it on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import round_access
from reflection.domain.rounds import keep_round_closed, move_round
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.session_pages import running_page
from reflection.enums import Stage
from reflection.views.refusals import say_refusal, to_console

#: event → the page where it goes on, and whether that page is the round's or the session's.
GOES_ON_AT = {
    "group": ("reflection:theme_board", "round_id"),
    "choose": ("reflection:vote_choose", "round_id"),
    "agree": ("reflection:outcome_agree", "session_id"),
    "finish": ("reflection:session_run", "session_id"),
}
NO_SUCH_STEP = "Choose one of the steps on this page."


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@round_access(Role.FACILITATOR)
def round_reveal(request, round):
    if round.session.is_live:
        return to_console(request, round.session)
    if request.method == "POST":
        try:
            reveal_round(round=round, by=request.membership)
        except ValidationError as error:
            say_refusal(request, error)
        return redirect("reflection:session_run", round.session_id)
    if round.stage != Stage.WRITING or not round.session.is_open:
        return redirect("reflection:session_run", round.session_id)
    running = running_page(session=round.session)
    context = {"round": round, "rounds": [round], "session": round.session, "running": running}
    return render(request, "reflection/rounds/round_reveal.html", context)


@require_POST
@idempotent
@round_access(Role.FACILITATOR)
def round_keep_closed(request, round):
    if round.session.is_live:
        return to_console(request, round.session)
    try:
        keep_round_closed(round=round, by=request.membership)
        messages.success(request, "It stays closed. Everyone keeps the words they wrote there.")
    except ValidationError as error:
        say_refusal(request, error)
    return redirect("reflection:session_run", round.session_id)


@require_POST
@idempotent
@round_access(Role.FACILITATOR)
def round_move(request, round):
    if round.session.is_live:
        return to_console(request, round.session)
    event = request.POST.get("event", "")
    if event not in GOES_ON_AT:
        messages.error(request, NO_SUCH_STEP)
        return redirect("reflection:session_run", round.session_id)
    try:
        move_round(round=round, event=event, by=request.membership)
    except ValidationError as error:
        say_refusal(request, error)
    name, key = GOES_ON_AT[event]
    return redirect(reverse(name, kwargs={key: round.pk if key == "round_id" else round.session_id}))
