"""Alone, in a pair, in a four: one's own part of a round of pairs and fours."""

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from partnerships.idempotency import idempotent
from partnerships.models.base import StaleVersion
from reflection.access import writing_access
from reflection.domain.live_mine import own_drafts
from reflection.domain.pairs import leave_seat, take_a_seat
from reflection.domain.pairs_words import bring_words, carry_on, table_of, write_together
from reflection.forms.drafts import DraftWriteForm
from reflection.forms.pairs import PairWriteForm
from reflection.guest_doors import guests_too
from reflection.views.drafts import keeps_words
from reflection.views.refusals import say_refusal


def alone_form(participation, draft):
    """The box of one's own, with the words that stand in it."""
    initial = {"place": participation.pk, "draft_id": uuid4(), "version": 0, "body": ""}
    if draft:
        initial |= {"draft_id": draft.pk, "version": draft.version, "body": draft.body}
    return DraftWriteForm(initial=initial, participation=participation)


def _page(request, participation, *, status=200, form=None, **context):
    round = participation.round
    mine = own_drafts(participation, round)
    context = {
        "session": participation.session,
        "round": round,
        "participation": participation,
        "table": table_of(participation=participation, round=round),
        "mine": mine,
        "form": form or alone_form(participation, mine["draft"]),
        "writable": round.is_writable(),
        **context,
    }
    return render(request, "reflection/pairs/pair_detail.html", context, status=status)


def _back(participation):
    if participation.session.is_live:
        return redirect("reflection:live_follow", session_id=participation.session_id)
    return redirect("reflection:pair_detail", round_id=participation.round.pk)


def _is_for_a_script(request):
    return request.headers.get("Accept") == "application/json"


@guests_too
@require_safe
@writing_access
def pair_detail(request, participation):
    if not participation.round.is_together:
        return redirect("reflection:session_detail", session_id=participation.session_id)
    return _page(request, participation)


@keeps_words
@require_POST
@idempotent
@writing_access
def pair_alone(request, participation):
    """One's own words: kept for oneself."""
    form = DraftWriteForm(request.POST, participation=participation)
    if not form.is_valid():
        return _page(request, participation, form=form, status=422)
    try:
        form.save(round=participation.round)
    except ValidationError as refusal:
        form.add_error("body" if refusal.code == "too_long" else None, refusal)
        return _page(
            request, participation, form=form, status=422, error=refusal.messages[0], text=form.cleaned_data["body"]
        )
    return _back(participation)


@guests_too
@require_POST
@writing_access
def pair_write(request, participation):
    """The one text of a pair or a four. Who saved second sees both texts, and what they typed is still in the box."""
    form = PairWriteForm(request.POST)
    if not form.is_valid():
        return _refuse(request, participation, form.first_refusal(), request.POST.get("text", ""), 422)
    words = form.cleaned_data
    how = {"text": words["text"], "expected": words["version"], "ready": words["ready"], "unheard": words["unheard"]}
    try:
        group = write_together(participation=participation, round=participation.round, group_id=words["group"], **how)
    except StaleVersion as stale:
        if _is_for_a_script(request):
            return JsonResponse({"version": stale.current.version, "text": stale.current.text}, status=409)
        return _page(request, participation, status=409, text=words["text"], clash=stale.current.text)
    except ValidationError as refusal:
        return _refuse(request, participation, refusal.messages[0], words["text"], 422)
    if _is_for_a_script(request):
        return JsonResponse({"version": group.version, "ready": group.ready})
    return _back(participation)


def _refuse(request, participation, error, text, status):
    if _is_for_a_script(request):
        return JsonResponse({"words": error}, status=status)
    return _page(request, participation, status=status, error=error, text=text)


@guests_too
@require_safe
@writing_access
def pair_state(request, participation):
    """What the others of one's own pair or four have typed meanwhile, and who they are: one may have sat down or got up."""
    table = table_of(participation=participation, round=participation.round)
    group = table.group
    if group is None:
        return JsonResponse({})
    seats = render_to_string("reflection/pairs/_seats.html", {"table": table, "participation": participation})
    words = {"group": group.pk, "version": group.version, "text": group.text, "ready": group.ready}
    return JsonResponse(words | {"names": table.readers_in_words, "seats": seats})


@guests_too
@require_POST
@writing_access
def pair_bring(request, participation):
    """Put one's own words, or a pair's, into the text of where one sits."""
    try:
        if "pair" in request.POST:
            carry_on(participation=participation, round=participation.round, pair_id=request.POST["pair"])
        else:
            bring_words(participation=participation, round=participation.round, draft_id=request.POST.get("draft"))
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return _back(participation)


@guests_too
@require_POST
@writing_access
def pair_join(request, participation):
    """Who came late sits down with others."""
    try:
        take_a_seat(participation=participation, round=participation.round)
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return _back(participation)


@guests_too
@require_POST
@writing_access
def pair_pass(request, participation):
    """“I’ll pass this one”: up from one's seat, without a reason. Sitting down again is always possible."""
    try:
        leave_seat(participation=participation, round=participation.round)
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return _back(participation)
