"""One's own place in a session: finished or not, and asking for a call."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from reflection.access import participation_access
from reflection.domain.drafts import ask_for_call, finish_writing, note_called
from reflection.domain.drafts_overview import Standing, places_of
from reflection.domain.promises import revealers_in_words
from reflection.domain.rating_places import ratings_of
from reflection.forms.drafts import ParticipationCallForm
from reflection.guest_doors import guests_too
from reflection.views.drafts import steps_through


def _rounds(session):
    rounds = list(session.rounds.select_related("question"))
    for round in rounds:
        round.session = session
    return rounds


def _revealers(session):
    return revealers_in_words(
        member.person.short_name for member in session.partnership.memberships.current().facilitating().by_name()
    )


def _reach(participation):
    """What those who lead do for whoever would rather talk. A guest is in the room, and has left no number."""
    return "come to you" if participation.is_guest else "ring you"


@require_http_methods(["GET", "HEAD", "POST"])
@participation_access
def participation_finish(request, participation):
    session = participation.session
    if request.method == "POST":
        try:
            finish_writing(participation=participation, finished="undo" not in request.POST)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("reflection:participation_finish", session_id=session.pk)
    rounds = _rounds(session)
    places = places_of(participation=participation, rounds=rounds)
    ratings = ratings_of(participation=participation, rounds=rounds)
    writable = [place for place in places if place.standing == Standing.WRITING]
    context = {
        "session": session,
        "participation": participation,
        "places": places,
        "steps": steps_through(places, None, "reflection:draft_write"),
        "ratings": ratings,
        "writable": bool(writable) or any(rating.standing == Standing.WRITING for rating in ratings),
        "unready": sum(len(place.unready) for place in writable),
        "ready": sum(place.is_ready for place in writable),
        "to_confirm": sum(len(place.to_confirm) for place in writable),
        "revealers": _revealers(session),
    }
    return render(request, "reflection/participations/participation_finish.html", context)


@guests_too
@require_http_methods(["GET", "HEAD", "POST"])
@participation_access
def participation_call(request, participation):
    """Ask to be rung, or take that back. Comes back to the question that was open (`from`), if it was one of this session."""
    session = participation.session
    came_from = next((round for round in _rounds(session) if str(round.pk) == request.GET.get("from")), None)
    address = reverse("reflection:session_detail", kwargs={"session_id": session.pk})
    back = reverse("reflection:draft_write", kwargs={"round_id": came_from.pk}) if came_from else address
    if session.is_live:
        came_from, back = None, reverse("reflection:live_follow", kwargs={"session_id": session.pk})
    typed = request.POST if request.method == "POST" else None
    form = ParticipationCallForm(typed, initial={"call_note": participation.call_note})
    if request.method == "POST" and "undo" in request.POST:
        note_called(participation=participation)
        messages.success(request, f"Taken back. Nobody will {_reach(participation)}.")
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_call(participation=participation, note=form.cleaned_data["call_note"])
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, f"Thank you. {capfirst(_revealers(session))} will {_reach(participation)}.")
        return redirect(back)
    context = {
        "session": session,
        "participation": participation,
        "form": form,
        "back": back,
        "came_from": came_from,
        "revealers": _revealers(session),
    }
    return render(request, "reflection/participations/participation_call.html", context)
