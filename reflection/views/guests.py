"""Joining one session with a code: no account, no address. Six moments on a guest's phone."""

from functools import wraps

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import Access, public
from partnerships.idempotency import idempotent
from reflection.domain.guests import (
    ask_once_more,
    ask_to_join,
    find_ended_session,
    find_session_by_code,
    go_away,
    new_key,
    read_code,
)
from reflection.domain.live_pages import led_question
from reflection.enums import GuestState
from reflection.forms.guests import GuestCodeForm, GuestJoinForm
from reflection.guest_doors import give_key, guest_of, read_key, take_key
from reflection.views.refusals import add_refusal

NOT_OPEN = "That code is not open"
LOOK_AGAIN = "Look at the screen again, or ask who leads."
# Wrong codes from one address, each with its rate in ACCOUNT_RATE_LIMITS. Past the first a wrong code is answered with a page
# that says to wait, and a right one lets in: a whole room shares one address. Past the second no code is looked at.
WRONG_CODE, WRONG_CODES = "guest_code", "guest_codes"
BY_CODE = "whoever reads the code on the screen may ask to come in; those who lead say yes or no"
BY_KEY = "a signed cookie of one session holds one guest's place at its door"


# --- The code --------------------------------------------------------------------------------------------------------
def _too_many(request):
    """The page that asks for five minutes, when codes from here are not looked at any more; None otherwise."""
    if _count_wrong(request, WRONG_CODES, dry_run=True):
        return None
    return _wait(request, none_is_looked_at=True)


def _wait(request, *, none_is_looked_at):
    context = {"none_is_looked_at": none_is_looked_at}
    return render(request, "reflection/guests/guest_too_many.html", context, status=429)


def _count_wrong(request, action, **how):
    # allauth counts forms only; an address with a wrong code in it is a try like any other.
    method, request.method = request.method, "POST"
    try:
        return consume(request, action=action, **how)
    finally:
        request.method = method


def _not_open(request, typed):
    """One answer for wrong, old and unknown codes. Only these are counted: forty people who type it right share one address."""
    _count_wrong(request, WRONG_CODES)
    if not _count_wrong(request, WRONG_CODE):
        return _wait(request, none_is_looked_at=False)
    form = GuestCodeForm({"code": typed or " "})
    form.is_valid()
    if typed.strip():
        form.errors.pop("code", None)
        form.add_error("code", LOOK_AGAIN)
    context = {"form": form, "title": NOT_OPEN if typed.strip() else "There is a problem"}
    return render(request, "reflection/guests/guest_code.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@public(BY_CODE)
def guest_code(request):
    if request.method != "POST":
        return render(request, "reflection/guests/guest_code.html", {"form": GuestCodeForm()})
    typed = request.POST.get("code", "")
    if refused := _too_many(request):
        return refused
    if find_session_by_code(typed) is None:
        return _not_open(request, typed)
    return redirect("reflection:guest_join", code=read_code(typed))


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@public(BY_CODE)
def guest_join(request, code):
    """Say who you are. The QR code leads here, and opening the page changes nothing."""
    if refused := _too_many(request):
        return refused
    session = find_session_by_code(code)
    if session is None:
        return _not_open(request, code)
    key = _key_for(request, session)
    if key and (guest := guest_of(request)):
        return _here_already(request, guest)
    key, form = key or new_key(), GuestJoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_join(typed=code, key=key, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            return give_key(redirect("reflection:guest_wait"), session_id=session.pk, key=key)
    context = {"form": form, "session": session}
    response = render(request, "reflection/guests/guest_join.html", context, status=422 if form.errors else 200)
    # The key comes with the page, so that a form sent twice is one guest.
    return give_key(response, session_id=session.pk, key=key)


def _here_already(request, guest):
    """A phone that has a place already. It may have gone from hand to hand: who opens the address says who they are."""
    if guest.state != GuestState.ADMITTED or request.method == "POST":
        return redirect("reflection:guest_wait")
    response = render(request, "reflection/guests/guest_known.html", {"guest": guest, "session": guest.session})
    response.headers["Cache-Control"] = "no-store"
    return response


def _key_for(request, session):
    kept = read_key(request)
    return kept[1] if kept and kept[0] == session.pk else None


# --- At the door -----------------------------------------------------------------------------------------------------
def guest_access(view):
    """For the page of whoever asked to come in, told by their cookie: hands over the guest, or None with the session's end.

    Without a cookie it leads to the page that asks for the code.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if read_key(request) is None:
            return redirect("reflection:guest_code")
        response = view(request, guest_of(request), *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    guarded.access = Access("public", reason=BY_KEY)
    return guarded


@require_safe
@guest_access
def guest_wait(request, guest):
    if guest is None:
        return _no_longer(request)
    if guest.state == GuestState.ADMITTED:
        return redirect("reflection:live_follow", session_id=guest.session_id)
    context = {"guest": guest, "session": guest.session}
    if guest.state == GuestState.REFUSED:
        context["refused_by"] = _name_of(guest.answered_by)
        return render(request, "reflection/guests/guest_refused.html", context)
    context |= {"lead": _lead(guest.session), "question": led_question(guest.session_id)}
    return render(request, "reflection/guests/guest_wait.html", context)


def _no_longer(request):
    """The session is over and its guests are forgotten; or it goes on, and nobody has a place with this key."""
    session = find_ended_session(read_key(request)[0])
    if session is None:
        return render(request, "reflection/guests/guest_no_place.html")
    return render(request, "reflection/guests/guest_over.html", {"session": session})


def _lead(session):
    """The first name of who leads at the moment."""
    run = getattr(session, "live_run", None)
    return _name_of(run and run.led_by)


def _name_of(member):
    return member.person.short_name if member else "Someone who leads"


@require_safe
@guest_access
def guest_state(request, guest):
    """Whether the page at the door still says what is so."""
    return JsonResponse({"state": guest.state if guest else GuestState.GONE})


@require_POST
@guest_access
def guest_ask_again(request, guest):
    if guest:
        try:
            ask_once_more(guest=guest)
        except ValidationError:
            pass  # the session ended meanwhile, and the page says so
    return redirect("reflection:guest_wait")


@require_POST
@guest_access
def guest_leave(request, guest):
    """“I don’t want to join”, and “This isn’t me”: this phone keeps nothing of them, whoever was let in keeps their place."""
    if guest:
        go_away(guest=guest)
    response = take_key(redirect("reflection:guest_code"))
    if not request.user.is_authenticated:  # a member’s words that wait here are theirs
        response.headers["Clear-Site-Data"] = '"storage"'
    return response
