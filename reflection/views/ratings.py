"""Rating: one's own numbers, private until they are shown; and what came of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.enums import Role
from reflection.access import round_access, writing_access
from reflection.charts.spreads import draw_results
from reflection.domain.drafts_overview import Standing, standing_of
from reflection.domain.live_rooms import finish_round
from reflection.domain.promises import promise_for_numbers, revealers_in_words
from reflection.domain.rating_results import results_of
from reflection.domain.ratings import RATING_IS_OVER, chosen_by, save_ratings, scales_of
from reflection.domain.rounds_reveal import minimum_people
from reflection.forms.ratings import RoundRateForm
from reflection.guest_doors import guests_too
from reflection.models.rounds import Round
from reflection.views.refusals import say_refusal


@guests_too
@require_http_methods(["GET", "HEAD", "POST"])
@writing_access
def round_rate(request, participation):
    """One's own numbers. Without a script everything is saved by either button; with one, each as it is chosen."""
    round = participation.round
    if not round.is_rated:
        return redirect("reflection:draft_write", round_id=round.pk)
    if request.method != "POST":
        return show_rating(request, participation)
    form = rating_form(participation, request.POST)
    clear = "clear" in request.POST
    if not clear and not form.is_valid():
        return show_rating(request, participation, form, status=422)
    values = dict.fromkeys(form.fields) if clear else form.values
    try:
        save_ratings(participation=participation, round=round, values=values)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return show_rating(request, participation, form, status=422)
    return _after_rating(request, participation)


def _after_rating(request, participation):
    round, session = participation.round, participation.session
    if "finished" not in request.POST:
        messages.success(request, "Saved. Only you can see your numbers.")
    if session.is_live:
        if "finished" in request.POST:
            _finish(request, participation)
        return redirect("reflection:live_follow", session_id=session.pk)
    if "finished" in request.POST:
        return redirect("reflection:participation_finish", session_id=session.pk)
    return redirect("reflection:round_rate", round_id=round.pk)


def _finish(request, participation):
    try:
        finish_round(participation=participation, round=participation.round)
    except ValidationError as refusal:  # the room went on in this very moment; the numbers are kept
        say_refusal(request, refusal)


def rating_form(participation, data=None):
    """The form with what this person chose so far, for `participation.round`."""
    chosen = chosen_by(participation=participation, round=participation.round)
    return RoundRateForm(data, scales=scales_of(participation.round), chosen=chosen)


def show_rating(request, participation, form=None, *, status=200):
    """The page to rate on, with what was chosen."""
    round, session = participation.round, participation.session
    standing = standing_of(round)
    people = session.partnership.memberships.current().facilitating().by_name()
    revealers = revealers_in_words(member.person.short_name for member in people)
    context = {
        "session": session,
        "round": round,
        "participation": participation,
        "standing": standing,
        "writable": standing == Standing.WRITING,
        "form": form or rating_form(participation),
        "promise": promise_for_numbers(round, minimum=minimum_people(round), revealers=revealers),
        "revealers": revealers,
    }
    return render(request, "reflection/ratings/round_rate.html", context, status=status)


@guests_too
@require_POST
@writing_access
def rating_save(request, participation):
    """The page saves each number as it is chosen. Says what is true, and nothing else."""
    round, key = participation.round, request.POST.get("key", "")
    form = RoundRateForm({key: request.POST.get("value", "")}, scales=scales_of(round), chosen={})
    if not form.is_valid() or not form.values:
        return JsonResponse({"words": "Choose a number from 1 to 5, or “can’t say”."}, status=422)
    try:
        save_ratings(participation=participation, round=round, values=form.values)
    except ValidationError as refusal:
        status = 409 if refusal.messages[0] == RATING_IS_OVER else 422
        return JsonResponse({"words": refusal.messages[0]}, status=status)
    words = render_to_string("reflection/drafts/_saved_words.html", {"saved_at": timezone.now()}).strip()
    return JsonResponse({"words": words})


@require_safe
@round_access(Role.MEMBER)
def rating_list(request, round: Round):
    """How far apart people are, once it is shown: for the group, as answers are."""
    if not round.is_rated:
        return redirect("reflection:answer_list", round_id=round.pk)
    found = results_of([round])
    context = {
        "session": round.session,
        "round": round,
        "standing": standing_of(round),
        "results": draw_results(found[0]) if found else None,
    }
    return render(request, "reflection/ratings/rating_list.html", context)
