"""The home page: what needs you."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnering.context import remember_partnerships
from partnerships.access import public
from partnerships.models import Invitation, Programme
from reflection.domain.needs import needs_of, with_beginnings


@require_safe
@public("a stranger gets a welcome that says nothing of anybody; who has signed in gets their own page")
def home(request):
    if not request.user.is_authenticated:
        return render(request, "welcome.html")
    memberships = list(with_beginnings(request.user.memberships.current().in_full()))
    remember_partnerships(request, [membership.partnership for membership in memberships])
    if not memberships:
        alone = {
            "programmes": Programme.objects.administered_by(request.user),
            "beginnings": Invitation.objects.letting_found(request.user),
        }
        return render(request, "home_alone.html", alone)
    group = [membership for membership in memberships if not membership.observes]
    _set_the_scene(request, (group or memberships)[0])
    if not group:
        return redirect("reflection:record_list", partnership_id=memberships[0].partnership_id)
    now = timezone.localtime()
    needs = needs_of(memberships=group)
    for need in needs.cards:
        need.step_rows = _steps(need)
    context = {
        "needs": needs,
        "greeting": greeting(now),
        "today": now,
        "several": len(memberships) > 1,
        "memberships": group,
    }
    return render(request, "home.html", context)


def _steps(need):
    """The row of questions of a card, as the component wants it: number, address, state."""
    return [
        {
            "number": round.question.number,
            "url": reverse("reflection:draft_write", kwargs={"round_id": round.pk}),
            "state": "done" if round.has_words else "now" if round is need.next_round else "",
        }
        for round in need.rounds
        if not round.is_rated
    ]


def _set_the_scene(request, membership):
    """Tell the navigation which partnership it is about: the first by name, when there are several."""
    membership.person = request.user
    request.membership, request.partnership = membership, membership.partnership


def greeting(now):
    """ "Good morning", "Good afternoon" or "Good evening", by the local hour."""
    return "Good morning" if 4 <= now.hour < 12 else "Good afternoon" if 12 <= now.hour < 18 else "Good evening"
