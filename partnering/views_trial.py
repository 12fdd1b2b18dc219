"""Trying out: be anyone of the made-up people, read all their mail, let time pass, begin again."""

from functools import wraps

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.management import call_command
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnering.demo.build import demo_memberships, demo_people, is_demo
from partnering.mailbox import kept_message, kept_messages
from partnerships.access import public
from partnerships.domain.dispatch import send_dispatches
from partnerships.models import Person
from reflection.tasks import task_keep_time

#: What each of them is good for, on the card to sign in as them.
WORTH = {
    "amina": "Leads sessions. Can plan, open and show",
    "bea": "Takes part. Is half through writing",
    "tom": "Takes part, and has actions to do",
    "ruth": "Leads sessions too. Try two at once",
    "gwen": "A resident. Has asked for a call",
    "owen": "Reads the records that were shared",
    "iqra": "Has just begun a partnership",
    "petra": "Leads a group that has gone quiet",
    "ines": "Looks after the programme, in the admin",
}


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
    people = {person.email.partition("@")[0]: person for person in demo_people()}
    inside = {membership.person_id: membership for membership in demo_memberships(people.values())}
    groups, outside = {}, []
    for key, words in WORTH.items():
        if key in people:
            membership = inside.get(people[key].pk)
            apart = membership is None or membership.observes
            rows = outside if apart else groups.setdefault(membership.partnership.name, [])
            rows.append({"person": people[key], "membership": membership, "words": words})
    if outside:
        groups["From outside"] = outside
    return render(request, "partnering/trial/trial_home.html", {"groups": groups.items(), "mails": len(kept_messages())})


@require_POST
@trial_only
def trial_sign_in(request, person_id):
    person = next((person for person in demo_people() if person.pk == person_id), None)
    if person is None:
        raise Http404
    logout(request)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@require_POST
@trial_only
def trial_tick(request):
    """What the clock does every minute, at once: open and end sessions, and send what is due."""
    task_keep_time()
    sent = sum(send_dispatches().values())
    words = {0: "No mail was due", 1: "One mail went out"}.get(sent, f"{sent} mails went out")
    messages.success(request, f"Done. {words}.")
    return redirect("trial_home")


@require_http_methods(["GET", "HEAD", "POST"])
@trial_only
def trial_reset(request):
    """Begin again: asks once. Only ever over made-up people."""
    if request.method != "POST":
        return render(request, "partnering/trial/trial_reset.html")
    if any(not is_demo(person) for person in Person.objects.all()):
        messages.error(request, "There are real people in this database, so nothing was put back.")
        return redirect("trial_home")
    logout(request)
    call_command("flush", interactive=False, verbosity=0)
    for message in kept_messages():
        (settings.MAIL_FOLDER / message.name).unlink(missing_ok=True)
    call_command("load_frameworks", verbosity=0)
    call_command("load_demo", verbosity=0)
    return redirect("trial_home")


@require_safe
@trial_only
def trial_mail(request):
    to = request.GET.get("to", "")
    everyone = kept_messages()
    readers = sorted({address for kept in everyone for address in kept.to})
    shown = [kept for kept in everyone if not to or to in kept.to]
    return render(request, "partnering/trial/trial_mail.html", {"kept": shown, "readers": readers, "to": to})


def _kept_or_404(name):
    kept = kept_message(name)
    if kept is None:
        raise Http404
    return kept


@require_safe
@trial_only
@csp(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"frame-src": ["'self'"]})
def trial_message(request, name):
    return render(request, "partnering/trial/trial_message.html", {"kept": _kept_or_404(name)})


@require_safe
@trial_only
@xframe_options_sameorigin
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"], "sandbox": [True]})
def trial_message_page(request, name):
    """The mail's own page, as a mail program would draw it: in a sandbox, where nothing runs and no link leads anywhere."""
    return HttpResponse(_kept_or_404(name).page)
