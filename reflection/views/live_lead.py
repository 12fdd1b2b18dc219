"""What those who lead type while the room listens: a new theme, what we learned, decided and will do."""

from django.template.loader import render_to_string

from reflection.domain.live_pages import read_screen
from reflection.enums import RoundKind, Stage
from reflection.forms.themes import ThemeCreateForm
from reflection.views.outcomes import AgreePage

KINDS = ("learning", "decision", "action", "matter")
WITH_CARDS = (Stage.REVEALED, Stage.GROUPING, Stage.CHOOSING)


def lead_part(request, session, screen=None):
    """The forms of the stage that the room is at, as HTML. They are the reader's own: no stream carries them.

    ``screen``: where the room is, if it was read already.
    """
    screen = screen or read_screen(session.pk)
    context = {"screen": screen, "session": session}
    if screen.round.kind == RoundKind.QUESTION and screen.stage in WITH_CARDS:
        context["theme_form"] = ThemeCreateForm(round=screen.round, auto_id="theme-%s")
    elif screen.stage == Stage.AGREEING:
        page = AgreePage(request, session, about=screen.round)
        context |= {f"{kind}_form": page.form(kind) for kind in KINDS}
    return render_to_string("reflection/live/mine/lead.html", context, request)
