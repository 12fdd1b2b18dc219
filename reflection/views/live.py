"""A live session: the console of those who lead, everybody's phone, and the shared screen."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.enums import Role
from partnerships.idempotency import ONLY_THAT_IT_IS_DONE, STORE_HEADER, idempotent
from reflection.access import participation_access, session_access
from reflection.domain.arriving import say_word
from reflection.domain.live import NOT_BEGUN, begin_live
from reflection.domain.live_pages import read_screen
from reflection.domain.live_rooms import come_in, finish_round, set_hand
from reflection.domain.live_talk import pass_turn
from reflection.domain.live_words import flag_word
from reflection.enums import RoundKind, SessionMode, Stage
from reflection.guest_doors import guests_too
from reflection.live.screens import draw_screen, with_part
from reflection.live.stream import address_for
from reflection.live.tickets import Listeners, person_key
from reflection.views.live_commands import UNKNOWN, carry_out
from reflection.views.live_lead import lead_part
from reflection.views.live_mine import my_part
from reflection.views.refusals import say_refusal
from reflection.views.screens import ASK_EVERY, ASK_EVERY_WITH_REDIS

ROOM_MOVED_ON = "The room has moved on. Nothing was changed."
HAND_UP = "Your hand is up. Those who lead see it."
HAND_DOWN = "Your hand is down."
PASSED = "You passed. You are asked again at the end."
NOT_YOUR_TURN = "It is not your turn any more. Nothing was changed."
FLAGGED = "Those who lead see that word now, and nobody sees who asked."


# --- Pages -----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def live_begin(request, session):
    if request.method == "POST":
        try:
            begin_live(session=session, by=request.membership)
        except ValidationError as refusal:
            say_refusal(request, refusal)
            return redirect("reflection:session_detail", session.pk)
        return redirect("reflection:live_console", session.pk)
    if session.mode == SessionMode.OVER_TIME or session.is_live:
        return redirect("reflection:live_console" if session.is_live else "reflection:session_detail", session.pk)
    return render(request, "reflection/live/live_begin.html", {"session": session})


@require_safe
@session_access(Role.FACILITATOR)
def live_console(request, session):
    if not session.is_live:
        return redirect("reflection:session_detail", session.pk)
    screen = read_screen(session.pk)
    context = {
        "mine": lead_part(request, session, screen),
        "leads_now": screen.run.led_by_id == request.membership.pk,
    }
    return _page(request, session, Listeners.FACILITATOR, "reflection/live/live_console.html", **context)


@require_safe
@session_access(Role.FACILITATOR)
def live_screen(request, session):
    if not session.is_live:
        return redirect("reflection:session_detail", session.pk)
    return _page(request, session, Listeners.PROJECTOR, "reflection/live/live_screen.html")


@guests_too
@require_safe
@participation_access
def live_follow(request, participation):
    session = participation.session
    if not (session.is_open and session.meets):
        return redirect("reflection:session_detail", session.pk)
    screen = _where_the_room_is(participation)
    my_turn = screen is not None and screen.run.speaker == participation.pk
    own = {"participation": participation, "my_turn": my_turn}
    own["mine"] = my_part(request, participation, screen)
    return _page(request, session, Listeners.PARTICIPANT, "reflection/live/live_follow.html", **own)


def _page(request, session, listeners, template, **context):
    # Read first, drawn afterwards: what moved in between comes by the stream.
    html = draw_screen(session, listeners)
    context |= {"session": session, "region": html, "now": timezone.now(), "listeners": listeners}
    return render(request, template, context)


def _where_the_room_is(participation):
    """Where the room is, for one's own part of a page; None before it opens. With the cards while everybody chooses:
    what everybody sees is drawn already, and is not read again for each of them."""
    screen = read_screen(participation.session_id)
    return with_part(screen, Listeners.PARTICIPANT) if screen and screen.stage == Stage.CHOOSING else screen


@guests_too
@require_safe
@participation_access
def live_mine(request, participation):
    """What only this person may see of the stage the room is at: their box, their dots."""
    mine = my_part(request, participation, _where_the_room_is(participation))
    return render(request, "reflection/live/live_mine.html", {"mine": mine})


@require_safe
@session_access(Role.FACILITATOR)
def live_lead(request, session):
    """The forms of whoever leads, for the stage the room is at."""
    return render(
        request, "reflection/live/live_lead.html", {"mine": lead_part(request, session) if session.is_live else ""}
    )


# --- The state, for screens that listen and for those that ask ---------------------------------------------------------
@require_safe
@session_access(Role.FACILITATOR)
def live_console_state(request, session):
    return _state(request, session, Listeners.FACILITATOR)


@require_safe
@session_access(Role.FACILITATOR)
def live_screen_state(request, session):
    return _state(request, session, Listeners.PROJECTOR)


@guests_too
@require_safe
@participation_access
def live_follow_state(request, participation):
    return _state(request, participation.session, Listeners.PARTICIPANT)


def _state(request, session, listeners):
    """The screen, unless the asker knows it already, and where to listen for the next ones.

    Who only asks, because no stream comes through, sends the ETag along: 304 as long as nothing moved.
    """
    etag = f'"{session.pk}.{listeners}.{session.screen_version}"'
    if same := get_conditional_response(request, etag=etag):
        return same
    person = person_key(session.partnership_id, _key_of(request))
    state = {
        "version": session.screen_version,
        "now": timezone.now(),
        "stream": address_for(session=session, listeners=listeners, person=person),
        "every": ASK_EVERY_WITH_REDIS if settings.REDIS_URL else ASK_EVERY,
    }
    if request.GET.get("known") != str(session.screen_version):
        state["html"] = draw_screen(session, listeners)
    return JsonResponse(state, headers={"ETag": etag})


def _key_of(request):
    """Whose stream this is. A guest is no person: theirs is the key of a guest."""
    return request.membership.person_id if request.membership else request.guest.key_to_streams


# --- What people do ------------------------------------------------------------------------------------------------
@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def live_command(request, session):
    """One press on the console: `command` is its name, then what it is about, with colons between."""
    name, *about = request.POST.get("command", "").split(":")
    try:
        words = carry_out(name, about, session=session, by=request.membership)
    except ValidationError as refusal:
        return _answer(request, session, refusal.messages[0], status=409 if refusal.code != UNKNOWN else 422)
    return _answer(request, session, words)


def _answer(request, session, words, *, status=200):
    """To a script: what to say. To a form: the console again, with the words on it."""
    if request.headers.get("Accept") == "application/json":
        response = JsonResponse({"words": words or ""}, status=status)
        if status == 200:
            response[STORE_HEADER] = ONLY_THAT_IT_IS_DONE  # the words may name a guest
        return response
    if words:
        (messages.success if status == 200 else messages.error)(request, words)
    return redirect("reflection:live_console", session.pk)


@guests_too
@require_POST
@participation_access
def live_here(request, participation):
    """Whose page is open and looked at is there. Said by the page itself, so that opening an address changes nothing."""
    with suppress(ValidationError):  # the session ended meanwhile, and the page says so
        come_in(participation=participation)
    return JsonResponse({})


@guests_too
@require_POST
@participation_access
def live_finish(request, participation):
    """Finished with the round that the page showed, and no other: what stands in the next one is not ready by it."""
    screen = read_screen(participation.session_id)
    try:
        if screen is None:
            raise ValidationError(NOT_BEGUN)
        if request.POST.get("round") != str(screen.round.pk):
            raise ValidationError(ROOM_MOVED_ON, code="moved")
        finish_round(participation=participation, round=screen.round)
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return redirect("reflection:live_follow", participation.session_id)


@guests_too
@require_POST
@participation_access
def live_arrive(request, participation):
    """The word somebody arrives with, or passing."""
    screen = read_screen(participation.session_id)
    word = "" if "pass" in request.POST else request.POST.get("word", "")
    try:
        if screen is None or screen.round.kind != RoundKind.ARRIVE:
            raise ValidationError(ROOM_MOVED_ON, code="over")
        say_word(participation=participation, round=screen.round, word=word)
    except ValidationError as refusal:
        say_refusal(request, refusal)
        if word.strip():
            messages.info(request, f"What you sent just now was not kept: “{word}”. Copy it if you still need it.")
    return redirect("reflection:live_follow", participation.session_id)


@guests_too
@require_POST
@participation_access
def live_hand(request, participation):
    up = request.POST.get("up") == "1"
    try:
        set_hand(participation=participation, up=up)
    except ValidationError as refusal:
        return _said(request, participation, refused=refusal)
    return _said(request, participation, words=HAND_UP if up else HAND_DOWN)


@guests_too
@require_POST
@participation_access
def live_flag(request, participation):
    """“Say that plainly.” No key is kept for this form: what is kept of a key says who sent it and when."""
    try:
        flag_word(session=participation.session, word=request.POST.get("word", ""))
    except ValidationError as refusal:
        return _said(request, participation, refused=refusal)
    return _said(request, participation, words=FLAGGED)


def _said(request, participation, *, words="", refused=None):
    """To a script: what to say. To a form: the page again, with the words on it."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"words": refused.messages[0] if refused else words}, status=409 if refused else 200)
    if refused:
        say_refusal(request, refused)
    else:
        messages.success(request, words)
    return redirect("reflection:live_follow", participation.session_id)


@guests_too
@require_POST
@participation_access
def live_pass(request, participation):
    """Let one's turn in a spoken round go by. One is asked again at its end."""
    try:
        if not pass_turn(participation=participation):
            raise ValidationError(NOT_YOUR_TURN)
    except ValidationError as refusal:
        return _said(request, participation, refused=refusal)
    return _said(request, participation, words=PASSED)
