"""Live screens: one render for each kind of listener and each change, the same bytes for all of them.

A page holds exactly what a stream sends, because both come from here. So nothing personal, no token and no request goes
into it: what is for one person's eyes stands beside it on the page.
"""

from collections import OrderedDict
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils import timezone, translation

from reflection.charts.spreads import draw_results
from reflection.domain.live_console import read_console, read_talk
from reflection.domain.live_pages import Screen, question_part, read_screen
from reflection.domain.live_pairs import activity_part
from reflection.domain.live_parts import arrive_part, last_actions_part, rated_part
from reflection.enums import RoundKind
from reflection.live.tickets import Listeners

#: kind of round → what it adds to a screen: a function of (screen, listeners) that returns a dict.
PARTS = {
    RoundKind.QUESTION: lambda screen, listeners: question_part(
        screen, for_those_who_lead=listeners == Listeners.FACILITATOR
    ),
    RoundKind.ARRIVE: lambda screen, listeners: arrive_part(screen),
    RoundKind.LAST_ACTIONS: lambda screen, listeners: last_actions_part(
        screen, for_those_who_lead=listeners == Listeners.FACILITATOR
    ),
    RoundKind.RATING: lambda screen, listeners: _rated(screen),
    RoundKind.CLOSING: lambda screen, listeners: _rated(screen),
    RoundKind.ACTIVITY: lambda screen, listeners: activity_part(
        screen, for_those_who_lead=listeners == Listeners.FACILITATOR
    ),
}
#: kind of listener → what stands around the round on their screen: a function of a screen that returns a dict.
FRAMES = {
    Listeners.FACILITATOR: lambda screen: {"console": read_console(screen)},
    Listeners.PARTICIPANT: lambda screen: {"talk": read_talk(screen)},
}
KEPT = 64  # screens that are kept ready, each as it is now: a room that comes back at once is drawn once
_ready: OrderedDict[tuple, tuple[int, str]] = OrderedDict()  # (session, listeners) → (version, html)


def draw_screen(session, listeners: Listeners, screen: Screen | None = None) -> str:
    """The HTML of a live session for one kind of listener, as it stands at ``session.screen_version``.

    Before the room opens it is the one that says so. ``screen``: the state, `with_part`, if it was read already.
    """
    version, html = _ready.get((session.pk, listeners), (None, ""))
    if version != session.screen_version:
        screen = screen or with_part(read_screen(session.pk), listeners)
        html = _draw(screen, listeners) if screen else _draw_early(session, listeners)
        _keep(session.pk, listeners, session.screen_version, html)
    return html


def with_part(screen: Screen | None, listeners: Listeners) -> Screen | None:
    """The state with what its round adds for one kind of listener."""
    if screen is None:
        return None
    part = PARTS.get(RoundKind(screen.round.kind))
    return replace(screen, part=part(screen, listeners) if part else {})


def draw_screens(session_id) -> tuple[int, dict[Listeners, str]] | None:
    """(version, the HTML for each kind of listener): the state is read once. None for a session that is not live."""
    screen = read_screen(session_id)
    if screen is None:
        return None
    version = screen.session.screen_version
    drawn = {listeners: _draw(with_part(screen, listeners), listeners) for listeners in Listeners}
    for listeners, html in drawn.items():
        _keep(session_id, listeners, version, html)
    return version, drawn


def _draw(screen: Screen, listeners: Listeners) -> str:
    kinds = [f"reflection/live/{listeners}/{name}.html" for name in (screen.round.kind, "_no_part")]
    frame = FRAMES[listeners](screen) if listeners in FRAMES and not screen.is_over else {}
    context = {"screen": screen, "kinds": kinds, **frame}
    return _render(screen.session, f"reflection/live/{listeners}/screen.html", context)


def _draw_early(session, listeners):
    return _render(session, "reflection/live/_early.html", {"session": session, "listeners": listeners})


def _render(session, template, context):
    # Everybody's clock is the group's: these words go to all.
    with timezone.override(session.partnership.zone), translation.override("en-gb"):
        return render_to_string(template, context)


def _rated(screen):
    part = rated_part(screen)
    return part | {"drawn": draw_results(part["results"])} if "results" in part else part


def _keep(session_id, listeners, version, html):
    _ready[session_id, listeners] = version, html
    _ready.move_to_end((session_id, listeners))
    while len(_ready) > KEPT:
        _ready.popitem(last=False)
