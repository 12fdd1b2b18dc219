"""What stands on a phone beside the screen that is everybody's: one's own box, dots and hand, as HTML for one pair of eyes."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from reflection.access import in_audience
from reflection.domain.drafts_overview import Standing
from reflection.domain.live_mine import mine_of
from reflection.enums import RoundKind, Stage
from reflection.views.drafts import box_for, names_to_guess, room_address
from reflection.views.pairs import alone_form
from reflection.views.ratings import rating_form


def my_part(request, participation, screen):
    """One's own part of the page of a live session.

    Arguments:
        screen: where the room is, with its part; None before the room opens.
    """
    session = participation.session
    context = {"screen": screen, "participation": participation, "session": session, "now": timezone.now(), "mine": {}}
    if screen and not screen.is_over:
        mine = mine_of(participation, screen)
        parts = [f"reflection/live/mine/{name}.html" for name in (_kind(screen.round), "_no_part")]
        context |= {"mine": mine, "kinds": parts}
        if screen.round.kind == RoundKind.QUESTION and "words" in mine:
            context |= _writing(request, participation, screen.round, mine["words"])
        context["may_agree"] = screen.stage == Stage.AGREEING and _gets_the_record(participation)
        if screen.round.is_together:
            context["form"] = alone_form(participation, mine["draft"])
            context["sign_in_url"] = _signs_in_at(participation)
        if screen.round.is_rated and screen.round.is_writable():
            participation.round = screen.round
            context["form"] = rating_form(participation)
    return render_to_string("reflection/live/mine/mine.html", context, request)


def _gets_the_record(participation):
    """Whether the page where this session agrees opens for this person. A guest has none there."""
    participation.session.reader_took_part = participation.took_part
    return bool(participation.membership) and in_audience(
        session=participation.session, membership=participation.membership
    )


def _kind(round):
    return RoundKind.RATING if round.is_rated else round.kind


def _writing(request, participation, round, words):
    """The box and what stands under it. A live page makes room for the next thought: what is ready is listed, not in the box."""
    writable = words.standing == Standing.WRITING
    draft = _in_the_box(request.GET.get("draft"), words, writable)
    page = reverse("reflection:draft_write", kwargs={"round_id": round.pk})
    return {
        "round": round,
        "writable": writable,
        "may_add": words.standing == Standing.SHOWN and not round.is_sealed,
        "draft": draft,
        "form": box_for(participation, draft),
        "others": [one for one in words.drafts if one != draft and (one.confirmed or one.note)],
        "to_confirm": [one for one in words.to_confirm if one != draft] if writable else [],
        "page_url": page,
        "sign_in_url": _signs_in_at(participation),
        "names": names_to_guess(participation) if writable and round.is_sealed else "",
    }


def _signs_in_at(participation):
    """A guest has nothing to sign in with: their door says how it stands."""
    if participation.is_guest:
        return reverse("reflection:guest_wait")
    return reverse(settings.LOGIN_URL, query={"next": room_address(participation.session_id)})


def _in_the_box(asked, words, writable):
    if asked and (draft := words.draft(asked)):
        return draft
    if asked == "new":
        return None
    if words.unready:
        return words.unready[-1]
    if writable or words.round.revealed_at is None:
        return None
    # What was still in the box when the answers were shown was kept as a note.
    return next((note for note in reversed(words.notes) if note.saved_at >= words.round.revealed_at), None)
