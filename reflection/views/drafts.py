"""Writing: one question a page, private until the answers are shown."""

from functools import wraps
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reflection.access import draft_access, own_words_access, saving_access, writing_access
from reflection.domain.drafts import confirm_spoken_words, discard_draft, keep_as_note
from reflection.domain.drafts_overview import Standing, find_last_time, next_place, places_of, standing_of
from reflection.domain.live_rooms import finish_round
from reflection.domain.promises import promise_for, revealers_in_words
from reflection.domain.rounds_reveal import minimum_people
from reflection.forms.drafts import DraftSaveForm, DraftWriteForm
from reflection.guest_doors import guests_too, welcome_guest

# What each button under the box does with the words in it. Skipping leaves them as they were, and keeps them.
BUTTONS = {
    "next": {"ready": True, "note": False},
    "add": {"ready": True, "note": False},
    "note": {"note": True},
    "skip": {},
    "call": {},
    "open": {},
    # On a live page: a note that stands in the box stays one.
    "finish": {"ready": True},
}
IN_ROOM = "live"  # the field by which the page of a live session says that it is to come back
# What came to pass while somebody wrote, so that their answer was too late.
HAPPENED = {
    Standing.SHOWN: "The answers were shown while you were writing.",
    Standing.KEPT_CLOSED: "This question was kept closed while you were writing: no answers were shown.",
}
ENDED = "Writing ended here while you were writing."
BOTH_KEPT = (
    "Another tab or phone of yours had other words for this question. Both are kept: the newer ones are below the box."
)


def keeps_words(view):
    """Whoever was signed out while they wrote gets their words back on the page that says so (trust L9).

    Guests of the session may write here too.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_authenticated or welcome_guest(request):
            request.guests_welcome = True
            return view(request, *args, **kwargs)
        if request.method == "POST" and request.POST.get("body", "").strip():
            return render(request, "reflection/drafts/draft_signed_out.html", status=401)
        return redirect_to_login(request.get_full_path())

    guarded.welcomes_guests = True
    return guarded


def show_writing(request, participation, form=None, *, status=200):
    """The page to write on, with whatever was typed."""
    round, session = participation.round, participation.session
    places = places_of(participation=participation, rounds=participation.rounds)
    here = next(place for place in places if place.round.pk == round.pk)
    writable = here.standing == Standing.WRITING
    may_add = here.standing == Standing.SHOWN and round.has_names and session.is_open
    draft = here.draft(form["draft_id"].value()) if form else _chosen(request, here, writable or may_add)
    people = list(session.partnership.memberships.current().by_name())
    revealers = revealers_in_words(member.person.short_name for member in people if member.facilitates)
    context = {
        "session": session,
        "round": round,
        "here": here,
        "position": f"Question {places.index(here) + 1} of {len(places)}",
        "steps": steps_through(places, here, "reflection:draft_write"),
        "next": next_place(places, round),
        "writable": writable,
        "may_add": may_add,
        "draft": draft,
        "others": [words for words in here.drafts if words != draft and (words.confirmed or words.note)],
        "to_confirm": [words for words in here.to_confirm if words != draft],
        "form": form or box_for(participation, draft),
        "participation": participation,
        "prompts": round.prompts.all(),
        "promise": promise_for(attribution=round.attribution, minimum=minimum_people(round), revealers=revealers),
        "revealers": revealers,
        "names": _names(people) if writable and round.is_sealed and not participation.is_guest else "",
        "last_time": find_last_time(session=session, question=round.question, membership=participation.membership),
        "page_url": _page(round),
        "sign_in_url": reverse(settings.LOGIN_URL, query={"next": _page(round)}),
    }
    return render(request, "reflection/drafts/draft_write.html", context, status=status)


def steps_through(places, here, url_name):
    """The way through the questions of a session, as `components/_five.html` draws it."""
    return [
        {
            "number": place.question.number,
            "url": reverse(url_name, kwargs={"round_id": place.round.pk}),
            "word": place.question.short_title,
            "state": "now" if place == here else "done" if place.is_ready else "",
            "words": "you are here"
            if place == here
            else "ready"
            if place.is_ready
            else "begun, not ready"
            if place.is_begun
            else "not started",
        }
        for place in places
    ]


def _chosen(request, here, sharable):
    """The draft that stands in the box: the one asked for, none for another thought, else the latest.

    Where words can no longer be shown only notes may stand in it; the rest is listed below.
    """
    asked = request.GET.get("draft")
    draft = here.draft(asked) if asked else here.latest
    return draft if draft and (sharable or draft.note) else None


def box_for(participation, draft):
    """The form with a draft of one's own in its box, or with an empty one."""
    initial = {"place": participation.pk, "draft_id": uuid4(), "version": 0, "body": ""}
    if draft:
        initial |= {"draft_id": draft.pk, "version": draft.version, "body": draft.body}
    return DraftWriteForm(initial=initial, participation=participation)


def _names(people):
    """First names and organisations of the group, for a notice that the browser makes by itself (trust A22).

    For members only: a guest is told nowhere who is of the group.
    """
    first = {name for member in people for name in (member.person.short_name, *member.person.full_name.split())}
    organisations = {member.organisation.name for member in people if member.organisation}
    return "|".join(sorted(name for name in first | organisations if len(name) > 1))


def names_to_guess(participation):
    """The names for that notice, on the page of a live session; none for a guest. One query."""
    if participation.is_guest:
        return ""
    return _names(list(participation.session.partnership.memberships.current().by_name()))


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
@writing_access
def draft_write(request, participation):
    if participation.round.is_together:
        return redirect("reflection:pair_detail", round_id=participation.round.pk)
    if participation.round.question_id is None:
        return redirect(_page_without_question(participation))
    if request.method != "POST":
        return show_writing(request, participation)
    form = DraftWriteForm(request.POST, participation=participation)
    button = next((name for name in BUTTONS if name in request.POST), "skip")
    saved = _keep(form, participation.round, **BUTTONS[button])
    if saved is None:
        return show_writing(request, participation, form, status=422)
    if saved.other:
        messages.warning(request, BOTH_KEPT)
        if IN_ROOM in request.POST:
            return redirect(room_address(participation.session.pk, draft=saved.draft.pk))
        return redirect(_page(participation.round, draft=saved.draft.pk))
    if button == "finish":
        _finish(request, participation)
    return redirect(_where_to(request, participation, button))


def _finish(request, participation):
    try:
        finish_round(participation=participation, round=participation.round)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])


def _keep(form, round, **how):
    """Save the box; None when it was refused, with the reason on the form."""
    if not form.is_valid():
        return None
    try:
        return form.save(round=round, **how)
    except ValidationError as refusal:
        form.add_error("body" if refusal.code == "too_long" else None, refusal)
        return None


def _page(round, *, draft=None):
    return reverse("reflection:draft_write", kwargs={"round_id": round.pk}, query={"draft": draft} if draft else None)


def room_address(session_id, *, draft=None):
    """The page of a live session, with a draft of one's own in its box."""
    query = {"draft": draft} if draft else None
    return reverse("reflection:live_follow", kwargs={"session_id": session_id}, query=query)


def _where_to(request, participation, button):
    round, session_id = participation.round, participation.session.pk
    in_room = participation.is_guest or (IN_ROOM in request.POST and button != "next")
    if in_room and button != "call":
        return room_address(session_id, draft=request.POST["open"] if button == "open" else None)
    if button == "add":
        return _page(round, draft="new")
    if button == "open":
        return _page(round, draft=request.POST["open"])
    if button == "call":
        return reverse("reflection:participation_call", kwargs={"session_id": session_id}, query={"from": round.pk})
    if button == "note":
        messages.success(request, "Kept as a note. Only you will ever see it.")
        return _page(round, draft="new")
    following = next_place(places_of(participation=participation, rounds=participation.rounds), round)
    if following:
        return _page(following.round)
    rated = next((other for other in participation.rounds if other.is_rated and other.is_writable()), None)
    if rated:
        return reverse("reflection:round_rate", kwargs={"round_id": rated.pk})
    return reverse("reflection:participation_finish", kwargs={"session_id": session_id})


def _page_without_question(participation):
    """Where a part of a session that asks no question is done: its own page, or the room."""
    round, session = participation.round, participation.session
    if round.is_rated:
        return reverse("reflection:round_rate", kwargs={"round_id": round.pk})
    name = "live_follow" if session.is_live else "session_detail"
    return reverse(f"reflection:{name}", kwargs={"session_id": session.pk})


@guests_too
@require_POST
@saving_access
def draft_save(request, participation):
    """The page saves by itself. Says what became of the words, and nothing that is not so."""
    round = participation.round
    form = DraftSaveForm(request.POST, participation=participation)
    saved = _keep(form, round)
    if saved is None:
        problem = form.errors.as_data()
        codes = {error.code for errors in problem.values() for error in errors}
        words = " ".join(error for errors in form.errors.values() for error in errors)
        if "over" in codes and "note" not in request.POST:
            happened = HAPPENED.get(standing_of(round), ENDED)
            return JsonResponse({"problem": "over", "words": words, "happened": happened}, status=409)
        return JsonResponse({"problem": "refused", "words": words}, status=422)
    answer = {
        "words": render_to_string(
            "reflection/drafts/_saved_words.html", {"saved_at": saved.draft and timezone.now()}
        ).strip()
    }
    if saved.draft:
        answer |= {"draft": saved.draft.pk, "version": saved.draft.version, "ready": saved.draft.ready}
    if saved.other:
        answer |= {"problem": "clash", "other": {"draft": saved.other.pk, "body": saved.other.body}}
    return JsonResponse(answer, status=409 if saved.other else 200)


def _with_round(request, draft):
    """One's place in the session of a draft, as the page to write on needs it."""
    participation = draft.participation
    participation.membership, participation.round = request.membership, draft.round
    participation.session = draft.round.session
    participation.rounds = list(participation.session.rounds.select_related("question"))
    for round in participation.rounds:
        round.session = participation.session
    return participation


def _change(request, draft, change, words):
    """Do something with one draft from the list below the box; what stands in the box is kept first."""
    if "draft_id" in request.POST and request.POST["draft_id"] != str(draft.pk):
        participation = _with_round(request, draft)
        form = DraftWriteForm(request.POST, participation=participation)
        if _keep(form, draft.round) is None:
            return show_writing(request, participation, form, status=422)
    try:
        change(draft=draft)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, words)
    if request.membership is None or draft.round.is_together or IN_ROOM in request.POST:
        return redirect("reflection:live_follow", session_id=draft.round.session_id)
    if "list" in request.POST:
        return redirect("reflection:draft_list", session_id=draft.round.session_id)
    return redirect(_page(draft.round))


@keeps_words
@require_POST
@draft_access
def draft_discard(request, draft):
    return _change(request, draft, discard_draft, "Deleted. Nobody else saw it.")


@keeps_words
@require_POST
@draft_access
def draft_keep(request, draft):
    return _change(request, draft, keep_as_note, "Kept as a note. Only you will ever see it.")


@keeps_words
@require_POST
@draft_access
def draft_confirm(request, draft):
    return _change(request, draft, confirm_spoken_words, "Thank you. These words are ready now.")


@require_safe
@own_words_access
def draft_list(request, participation):
    session = participation.session
    rounds = list(session.rounds.select_related("question"))
    for round in rounds:
        round.session = session
    places = [place for place in places_of(participation=participation, rounds=rounds) if place.drafts]
    context = {
        "session": session,
        "writing": [place for place in places if place.standing == Standing.WRITING and place.is_begun],
        "waiting": [
            place for place in places if place.standing in (Standing.ENDED, Standing.TOO_FEW) and place.is_begun
        ],
        "back": [
            place
            for place in places
            if place.standing in (Standing.SHOWN, Standing.KEPT_CLOSED, Standing.CANCELLED) and place.is_begun
        ],
        "notes": [place for place in places if place.notes],
    }
    return render(request, "reflection/drafts/draft_list.html", context)
