"""Trying out: be anyone of the made-up people, read all their mail, let time pass, begin again."""

from functools import wraps
from io import StringIO

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnering.demo.mail import make_room_this_week
from partnering.demo.people import (
    address_of,
    current_place,
    find_demo_person,
    live_session_of,
    people_to_be,
    real_people,
)
from partnering.mailbox import count_kept, empty_mailbox, kept_message, kept_messages, names_of
from partnerships.access import public
from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.working_time import next_working_time
from partnerships.models import Partnership
from reflection.domain.checkins import send_checkin_now
from reflection.tasks import task_keep_time

#: Ways to read a kept mail, and the first of them.
LOOK = "look"
WAYS_TO_READ = {LOOK: "As it looks", "words": "Plain words", "file": "The file"}
#: Whose screens stand side by side in the live session: the one who leads, and one who takes part.
SCREENS = ("amina", "bea")
#: What the page of a mail may do inside its frame: nothing but lead elsewhere when somebody presses a link.
SANDBOX = "allow-top-navigation-by-user-activation"


def trial_only(view):
    """Absent unless we are trying out, whatever the addresses say: these pages sign anybody in."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.TRIAL:
            raise Http404
        return view(request, *args, **kwargs)

    return public("made-up people on one's own machine, and absent anywhere else")(guarded)


@require_safe
@trial_only
def trial_home(request):
    groups = people_to_be()
    context = {"groups": groups, "mails": count_kept(), "live": live_session_of(SCREENS) if groups else None}
    context |= {key: _row_of(key, groups) for key in SCREENS}
    return render(request, "partnering/trial/trial_home.html", context)


def _row_of(key, groups):
    people = [row["person"] for group in groups for row in group.rows]
    return next((person for person in people if person.email == address_of(key)), None)


@require_POST
@trial_only
def trial_sign_in(request, person_id):
    person = find_demo_person(person_id)
    if person is None:
        raise Http404
    logout(request)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    live = live_session_of(SCREENS) if request.POST.get("to") == "live" else None
    return redirect("home") if live is None else redirect(_way_in(person, live))


def _way_in(person, live):
    """Where somebody begins with the live session: at the console, on the phone, or where one waits for it."""
    here = current_place(person, live)
    if here is None:
        return reverse("home")
    if here.facilitates:
        name = "reflection:live_console" if live.is_live else "reflection:live_begin"
    else:
        name = "reflection:live_follow" if live.is_live else "reflection:session_detail"
    return reverse(name, kwargs={"session_id": live.pk})


@require_POST
@trial_only
def trial_tick(request):
    """What the clock does every minute, at once: open and end sessions, and send what is due."""
    task_keep_time()
    sent = sum(send_dispatches().values())
    words = {0: "No mail was due", 1: "One mail went out"}.get(sent, f"{sent} mails went out")
    messages.success(request, f"Done. {words}.")
    return redirect("trial_home")


@require_POST
@trial_only
def trial_checkin(request):
    """This week's check-in of every group with a rhythm, without waiting for its day and hour."""
    groups = 0
    for partnership in Partnership.objects.ongoing():
        try:
            send_checkin_now(partnership=partnership)
        except ValidationError:
            continue  # no rhythm, or nobody to ask: the others still go
        groups += 1
    make_room_this_week(timezone.now())
    # Check-ins keep to working hours. Whoever tries this out in the evening need not wait for the morning.
    send_dispatches(at=next_working_time(timezone.now(), time_zone=settings.TIME_ZONE))
    words = {0: "No group has a rhythm yet", 1: "One group is asked"}.get(groups, f"{groups} groups are asked")
    messages.success(request, f"{words}. The mail is below.")
    return redirect("trial_home")


@require_http_methods(["GET", "HEAD", "POST"])
@trial_only
def trial_reset(request):
    """Begin again: asks once. Only ever over made-up people."""
    others = real_people()
    if request.method != "POST" or others:
        return render(
            request,
            "partnering/trial/trial_reset.html",
            {"others": others},
            status=409 if request.method == "POST" else 200,
        )
    logout(request)
    call_command("flush", interactive=False, verbosity=0)
    empty_mailbox()
    call_command("load_frameworks", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())
    messages.success(request, "Everything is back as it was.")
    return redirect("trial_home")


@require_safe
@trial_only
def trial_mail(request):
    to = request.GET.get("to", "")
    everyone = kept_messages()
    names = names_of(address for kept in everyone for address in kept.to)
    rows = [(kept, [names[address] for address in kept.to]) for kept in everyone if not to or to in kept.to]
    context = {"rows": rows, "readers": sorted(names.items(), key=lambda reader: reader[1]), "to": to}
    return render(request, "partnering/trial/trial_mail.html", context)


def _kept_or_404(name):
    kept = kept_message(name)
    if kept is None:
        raise Http404
    return kept


@require_safe
@trial_only
@csp(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"frame-src": ["'self'"]})
def trial_message(request, name):
    kept = _kept_or_404(name)
    wanted = request.GET.get("as", LOOK)
    shown = wanted if wanted in WAYS_TO_READ else LOOK
    ways = [{"words": words, "url": f"?as={way}", "current": way == shown} for way, words in WAYS_TO_READ.items()]
    context = {"kept": kept, "names": names_of(kept.to), "shown": shown, "ways": ways, "sandbox": SANDBOX}
    return render(request, "partnering/trial/trial_message.html", context)


@require_safe
@trial_only
@xframe_options_sameorigin
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"], "sandbox": [SANDBOX]})
def trial_message_page(request, name):
    """The mail's own page, as a mail program would draw it: in a sandbox, where nothing runs; a link opens in the whole window."""
    return HttpResponse(_kept_or_404(name).page.replace("<head>", '<head><base target="_top">', 1))
