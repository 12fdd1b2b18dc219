"""How a guest is known: a signed cookie of one session, which holds the key to one place in it and opens nothing else.

A view that welcomes guests says so (`guests_too`, or `keeps_words` for pages to write on); its door then finds their
place as it finds a member's. Every other view never looks at the cookie.
"""

from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect

from reflection.domain.guests import find_guest
from reflection.enums import GuestState

SALT = "reflection.guest"
KEPT_FOR = 24 * 60 * 60  # seconds: a session does not last longer


def cookie_name():
    return "__Host-guest" if settings.SESSION_COOKIE_SECURE else "guest"


def give_key(response, *, session_id, key):
    """Let this browser keep the key to a place in one session."""
    response.set_signed_cookie(
        cookie_name(),
        f"{session_id}:{key}",
        salt=SALT,
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def take_key(response):
    """Make this browser forget its key."""
    response.delete_cookie(cookie_name(), samesite="Lax")
    return response


def read_key(request):
    """(the session's id, the key) that this browser keeps; None without one, and for one that is not ours."""
    session_id, found, key = (
        request.get_signed_cookie(cookie_name(), default="", salt=SALT, max_age=KEPT_FOR) or ""
    ).partition(":")
    return (UUID(session_id), key) if found else None


def guest_of(request):
    """The guest that this browser is, in whatever state, with session and partnership; None for everybody else. One query."""
    if not hasattr(request, "known_guest"):
        kept = read_key(request)
        request.known_guest = find_guest(session_id=kept[0], key=kept[1]) if kept else None
    return request.known_guest


def welcome_guest(request):
    """The guest of this request if they were let in, for a view that guests may use too; None for everybody else."""
    request.guests_welcome = True
    guest = guest_of(request)
    return guest if guest and guest.state == GuestState.ADMITTED else None


def guests_too(view):
    """Members who have signed in, and guests of the session. Everybody else is asked to sign in, as everywhere.

    Stands above all other decorators. The door below it decides whose place this is.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        request.guests_welcome = True
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if welcome_guest(request):
            response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            return response
        kept = read_key(request)
        if kept and kept[0] == kwargs.get("session_id"):
            # Not let in yet, or the session is over: that page says which.
            return redirect("reflection:guest_wait")
        return redirect_to_login(request.get_full_path())

    guarded.welcomes_guests = True
    return guarded
