"""The pages at the foot of every page: who can see what, accessibility, help. Anyone may read them."""

from datetime import date

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.access import public
from partnerships.models.partnerships import SMALLEST_GROUP_ALLOWED, SMALLEST_GROUP_USUAL
from partnerships.rules import NO, YES, all_rules
from reflection import rules as _rows_of_reflection  # noqa: F401  importing it puts its rows on the page
from reflection.domain.labels import SMALLEST_LABEL

READERS = (
    ("you", "You"),
    ("facilitators", "Facilitators"),
    ("group", "Our group"),
    ("readers", "Readers we chose"),
    ("programme", "Programme"),
)
# The day on which somebody last went through the statement, and the day by which somebody will again.
ACCESSIBILITY_CHECKED = date(2026, 11, 22)
ACCESSIBILITY_AGAIN = date(2027, 2, 28)


@require_safe
@public("everyone may know the rules before they join; it names nobody")
def who_can_see_what(request):
    memberships = _set_the_scene(request)
    context = {
        "readers": [words for _, words in READERS],
        "rows": [_row(rule) for rule in all_rules()],
        "groups": [membership.partnership for membership in memberships if not membership.observes],
        "fewest": SMALLEST_GROUP_ALLOWED,
        "usual": SMALLEST_GROUP_USUAL,
        "fewest_of_a_sector": SMALLEST_LABEL,
        "operator": settings.OPERATOR_NAME,
        "operator_sector": settings.OPERATOR_SECTOR,
        "controller": settings.CONTROLLER_NAME,
        "backup_days": settings.BACKUP_DAYS,
    }
    return render(request, "who_can_see_what.html", context)


@require_safe
@public("a statement that the law asks every public service for")
def accessibility(request):
    _set_the_scene(request)
    context = {"checked_on": ACCESSIBILITY_CHECKED, "again_on": ACCESSIBILITY_AGAIN, "contact": settings.CONTACT_EMAIL}
    return render(request, "accessibility.html", context)


@require_safe
@public("someone who cannot sign in needs it most")
def help(request):
    _set_the_scene(request)
    return render(request, "help.html", {"contact": settings.CONTACT_EMAIL})


def _row(rule):
    """A rule as the page prints it: (reader, word, whether it is a plain yes, whether it is a no) for each kind of reader."""
    words = [(reader, getattr(rule, name)) for name, reader in READERS]
    cells = [(reader, word, word == YES, word == NO) for reader, word in words]
    return {"rule": rule, "cells": cells, "may": [cell for cell in cells if not cell[3]]}


def _set_the_scene(request):
    """Someone who has signed in keeps their navigation: that of the first of their partnerships, by name."""
    if not request.user.is_authenticated:
        return []
    memberships = list(request.user.memberships.current().in_full())
    if memberships:
        request.membership = memberships[0]
        request.membership.person = request.user
        request.partnership = memberships[0].partnership
    return memberships
