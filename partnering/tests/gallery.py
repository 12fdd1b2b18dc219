"""One page with every part of the look, for the tests that open a browser. It is no page of the product."""

from pathlib import Path
from types import SimpleNamespace as Row

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils.safestring import mark_safe

from partnering.templatetags.icons import ICONS, OWN, SECTORS
from partnering.urls import handler400  # noqa: F401  the pages of errors stay
from partnering.urls import urlpatterns as real_urls
from partnerships.models.members import Membership
from partnerships.tests.factories import moment

TEMPLATE = Path(__file__).with_name("gallery.html")


class GalleryForm(forms.Form):
    what = forms.CharField(label="What will be done?", help_text="One thing, in one sentence.")
    who = forms.ChoiceField(
        label="Who will lead it?",
        choices=[("", "Choose a person"), ("t", "Tom Oyelaran")],
        error_messages={"required": "Choose who will lead this"},
    )
    due = forms.DateField(label="By when?", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    words = forms.CharField(label="Your thoughts", widget=forms.Textarea, required=False)
    role = forms.ChoiceField(
        label="What are you asking them to be?",
        widget=forms.RadioSelect,
        choices=[("m", "Part of the group"), ("o", "A reader")],
    )
    questions = forms.MultipleChoiceField(
        label="Which questions?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Purpose"), ("2", "Role")],
        required=False,
    )
    keep = forms.BooleanField(label="This is my own phone", required=False)


def context_of(request, membership):
    people = list(Membership.objects.current().filter(partnership=membership.partnership).by_name())
    now = moment("2026-11-26 10:00")
    pairs = [("a", "Unpaid and unseen"), ("b", "Who holds the reins")]
    drawing = '<svg viewBox="0 0 200 20" role="img" aria-label="8 of 10 have written"><rect width="160" height="20" class="sc"/></svg>'
    return {
        "form": GalleryForm(request.POST or None),
        "f2": GalleryForm(prefix="hand", initial={"role": "m"}),
        "now": now,
        "end": moment("2026-11-26 11:15"),
        "people": people,
        "sectors": SECTORS,
        "five": range(1, 6),
        "options": pairs,
        "icons": [*ICONS, *OWN, "clock", "calendar", "beaker"],
        "stages": [
            Row(words=words, state=state) for words, state in (("Arrive", "done"), ("Write", "now"), ("Reveal", ""))
        ],
        "steps": [Row(number=n, url="#q", state="done" if n < 4 else "now" if n == 4 else "") for n in range(1, 6)],
        "csteps": [
            Row(words=words, on=at < 2, current=at == 1) for at, words in enumerate(("A few", "3 or more", "Everyone"))
        ],
        "filters": [
            Row(words="All", url="#all", current=True, count=12),
            Row(words="Core", url="#core", current=False, count=4),
        ],
        "cf": [Row(name="title", label="What we learned", theirs="Ruth wrote this.", yours="I wrote that.")],
        "svg": mark_safe(drawing),
        "table": Row(head=["Question", "Written"], rows=[["Purpose", 8], ["Role", 6]]),
        "tags": ["Core", "Facilitates"],
        "acts": [
            Row(
                what="Ask the Tuesday cooks which evening suits",
                who="Bea Nwosu",
                due=now,
                url="#act",
                note="One called back.",
            )
        ],
    }


def gallery(request):
    request.membership = Membership.objects.select_related("partnership", "organisation").get(
        person=request.user, partnership__name="Larkmere Vale Together"
    )
    request.partnership = request.membership.partnership
    if request.method == "POST":
        messages.success(request, "Your answer will be shown on Thursday.")
    template = engines["django"].from_string(TEMPLATE.read_text())
    return HttpResponse(template.render(context_of(request, request.membership), request))


def broken(request):
    raise RuntimeError("for the page of our own faults")


def refused(request):
    return render(request, "410.html", {"reason": "The check-in of 17 November is closed."}, status=410)


urlpatterns = [
    path("gallery/", gallery, name="session_gallery"),
    path("broken/", broken, name="broken"),
    path("gone/", refused, name="gone"),
    path("", include(real_urls)),
]
