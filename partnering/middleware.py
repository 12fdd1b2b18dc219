"""What every request passes through that neither Django nor a package already does."""

import zoneinfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.utils import timezone

SEEN_ON = "seen_on"
SIGNED_IN_AT = "signed_in_at"


def page_headers(get_response):
    """Name the browser abilities we never ask for, and let nobody keep what a signed-in person saw (T8).

    A session cookie is enough to count as signed in: asking who it is would cost a query on public pages.
    Static files are answered before there is a `request.user`, and may be kept.
    """

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if hasattr(request, "user") and settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers["Cache-Control"] = "no-store"
        match = getattr(request, "resolver_match", None)
        if match and match.url_name == "account_logout" and request.method == "POST":
            # Words that waited on this device for the server go when their writer signs out (L1).
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    return middleware


def note_sign_in(sender, request, user, **kwargs):
    """Receiver of Django's `user_logged_in`: `ask_again` counts its hours from here."""
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()


def stay_signed_in(get_response):
    """Start the idle month again at most once a day: a save with every request would be a write with every page."""

    def middleware(request):
        response = get_response(request)
        if request.session.session_key and request.user.is_authenticated:
            today = timezone.now().date().isoformat()
            if request.session.get(SEEN_ON) != today:
                request.session[SEEN_ON] = today
        return response

    return middleware


def signed_in_recently(request):
    """Whether the person signed in, by code or password, within the last `REAUTHENTICATE_HOURS` hours."""
    age = timezone.now().timestamp() - request.session.get(SIGNED_IN_AT, 0)
    return age < settings.REAUTHENTICATE_HOURS * 60 * 60


def ask_again(get_response):
    """Ask for a new sign-in before the admin, and before views marked `recent_sign_in`, after twelve hours."""

    def process_view(request, view, args, kwargs):
        asks = request.resolver_match.app_name == "admin" or getattr(view, "recent_sign_in", False)
        if asks and request.user.is_authenticated and not signed_in_recently(request):
            logout(request)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        return None

    def middleware(request):
        return get_response(request)

    middleware.process_view = process_view
    return middleware


def local_time(get_response):
    """Show times on the person's own clock; the next request on this thread starts without it."""

    def middleware(request):
        zone = None
        if request.session.session_key and request.user.is_authenticated:
            zone = zoneinfo.ZoneInfo(request.user.time_zone or settings.TIME_ZONE)
        with timezone.override(zone):
            return get_response(request)

    return middleware
