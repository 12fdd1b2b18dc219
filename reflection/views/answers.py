"""Reading what was shown, and adding to it where names are shown."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import NOT_ASKED, answer_access, may_read_record, round_access, writing_access
from reflection.domain.drafts import save_draft
from reflection.domain.drafts_overview import Place, Standing, standing_of
from reflection.domain.labels import labels_in_words
from reflection.domain.promises import revealers_in_words
from reflection.domain.rounds_reveal import add_late_words, take_back_late_words
from reflection.domain.themes import arrange
from reflection.enums import Attribution, RoundKind, SessionState
from reflection.forms.answers import AnswerAddForm
from reflection.models.participations import Participation
from reflection.views.drafts import IN_ROOM, keeps_words

KEPT = "Kept as a note. Only you will ever see it."


def _steps(rounds, here):
    steps = []
    for round in rounds:
        standing = standing_of(round)
        state = "now" if round == here else "done" if standing == Standing.SHOWN else ""
        words = "you are reading this one" if round == here else standing.label
        steps.append(
            {
                "number": round.question.number,
                "word": round.question.short_title,
                "state": state,
                "words": words,
                "url": reverse("reflection:answer_list", kwargs={"round_id": round.pk}),
            }
        )
    return steps


def show_answers(request, round, form=None, *, participation=None, status=200):
    """The page of answers, with late words that were refused still in their box."""
    session, shown = round.session, round.is_shown
    rounds = [
        other for other in session.rounds.select_related("question") if other.question_id and not other.is_together
    ]
    for other in rounds:
        other.session = session
    answers = round.answers.in_mixed_order().with_places()
    answers = list(answers.with_writers() if round.has_names else answers) if shown else []
    board = arrange(themes=round.themes.all() if shown else [], answers=answers)
    late = [answer for answer in board.unplaced if round.has_names and answer.signature.is_late]
    if participation is None and session.is_open:
        participation = Participation.objects.of_current_member(request.user).in_session(session).first()
    context = {
        "session": session,
        "round": round,
        "here": Place(round, standing_of(round)),
        "steps": _steps(rounds, round),
        "board": board,
        "loose": [*board.alone, *(answer for answer in board.unplaced if answer not in late)],
        "late": late,
        "people": round.people_count
        if not round.has_names
        else len({answer.signature.participation_id for answer in answers}),
        "labelled": round.attribution == Attribution.SECTOR,
        "labels": labels_in_words(answer.label for answer in answers)
        if round.attribution == Attribution.SECTOR
        else "",
        "participation": participation,
        "form": form or AnswerAddForm(),
        "today": timezone.localdate(),
        "has_record": session.state == SessionState.CLOSED
        and may_read_record(session=session, membership=request.membership),
        "revealers": "" if shown else _revealers(session),
    }
    return render(request, "reflection/answers/answer_list.html", context, status=status)


def _revealers(session):
    facilitators = session.partnership.memberships.current().facilitating().by_name()
    return revealers_in_words(member.person.short_name for member in facilitators)


@require_safe
@round_access(Role.MEMBER)
def answer_list(request, round):
    if round.is_rated:
        return redirect("reflection:rating_list", round_id=round.pk)
    if round.kind != RoundKind.QUESTION and not (round.is_together and round.is_shown):
        return redirect("reflection:session_detail", session_id=round.session_id)
    return show_answers(request, round)


@keeps_words
@require_POST
@idempotent
@writing_access
def answer_add(request, participation):
    """Late words: shown with a name, or kept as a note, by which button was pressed."""
    round, form = participation.round, AnswerAddForm(request.POST)
    if not form.is_valid():
        return show_answers(request, round, form, participation=participation, status=422)
    body = form.cleaned_data["body"]
    try:
        with transaction.atomic():
            if "note" in request.POST:
                save_draft(participation=participation, round=round, body=body, note=True)
                messages.success(request, KEPT)
            else:
                came_from = {"draft_id": form.cleaned_data["draft_id"], "expected": form.cleaned_data["version"]}
                add_late_words(participation=participation, round=round, body=body, **came_from)
                messages.success(request, "Added, with your name.")
    except ValidationError as refusal:
        form.add_error("body" if refusal.code in ("too_long", "empty") else None, refusal)
        return show_answers(request, round, form, participation=participation, status=422)
    if participation.is_guest or IN_ROOM in request.POST:
        return redirect("reflection:live_follow", session_id=round.session_id)
    return redirect("reflection:answer_list", round_id=round.pk)


@require_POST
@answer_access(Role.MEMBER)
def answer_take_back(request, answer):
    """Take one's own late words out again; they stay as a note to oneself."""
    round, body = answer.round, answer.body
    participation = Participation.objects.of_current_member(request.user).in_session(round.session).first()
    if participation is None:
        raise PermissionDenied(NOT_ASKED)
    try:
        with transaction.atomic():
            take_back_late_words(answer=answer, participation=participation)
            save_draft(participation=participation, round=round, body=body, note=True)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, "Taken back. Your words are kept as a note to yourself.")
    return redirect("reflection:answer_list", round_id=round.pk)
