"""Making sense of the answers of one round, together."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import answer_access, round_access, theme_access
from reflection.domain.rounds import stages_of
from reflection.domain.themes import (
    ALONE,
    UNPLACED,
    arrange,
    create_theme,
    delete_theme,
    differ_on_theme,
    merge_themes,
    move_answer,
    update_theme,
)
from reflection.domain.votes import totals_are_out
from reflection.forms.themes import (
    AnswerMoveForm,
    ThemeCreateForm,
    ThemeDeleteForm,
    ThemeDifferForm,
    ThemeMergeForm,
    ThemeUpdateForm,
)
from reflection.models.themes import Theme
from reflection.views.refusals import answer_done

# What was moved last, in the session of whoever moved it: {"round", "answer", "back"}.
LAST_MOVE = "last_move"
NOT_SHOWN = "These answers have not been shown yet."


def board_address(round, *, answer=None, theme=None):
    """The board of a round, on the console while the room is live; with an answer or a theme, the place on it, which takes the focus."""
    if round.session.is_live:
        address = reverse("reflection:live_console", kwargs={"session_id": round.session_id})
    else:
        address = reverse("reflection:theme_board", kwargs={"round_id": round.pk})
    if answer is not None:
        return f"{address}#answer-{answer.pk}"
    return f"{address}#theme-{theme.pk}" if theme is not None else address


def stage_bar(round):
    """The stages of a round as the stage bar draws them."""
    return [{"words": stage.label, "state": "" if state == "to come" else state} for stage, state in stages_of(round)]


@require_safe
@round_access(Role.MEMBER)
def theme_board(request, round):
    if round.question_id is None:
        return redirect("reflection:answer_list", round_id=round.pk)
    if not round.is_shown:
        messages.info(request, NOT_SHOWN)
        return redirect("reflection:session_detail", session_id=round.session_id)
    answers = round.answers.in_mixed_order().with_places().with_dots()
    themes = list(round.themes.all())
    board = arrange(themes=themes, answers=answers.with_writers() if round.has_names else answers)
    last = request.session.get(LAST_MOVE) or {}
    dots_out = totals_are_out(round)
    context = {
        "round": round,
        "session": round.session,
        "themes": themes,
        "board": board,
        "loose_count": len(board.unplaced) + len(board.alone),
        "dot_count": sum(column.dots for column in board.columns)
        + sum(answer.dots for answer in (*board.unplaced, *board.alone)),
        "dots_out": dots_out,
        "may_move": request.membership.facilitates and round.session.is_open,
        "last_move": last if last.get("round") == str(round.pk) else None,
        "stages": stage_bar(round),
        "ALONE": ALONE,
        "UNPLACED": UNPLACED,
    }
    return render(request, "reflection/themes/theme_board.html", context)


@require_POST
@idempotent
@answer_access(Role.FACILITATOR)
def answer_move(request, answer):
    """Put an answer somewhere else on the board; the focus comes back to its card."""
    form = AnswerMoveForm(request.POST, round=answer.round)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
        moved = move_answer(answer=answer, to=form.cleaned_data["to"], by=request.membership)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        back = str(moved.before.pk) if isinstance(moved.before, Theme) else moved.before
        request.session[LAST_MOVE] = {"round": str(answer.round_id), "answer": str(answer.pk), "back": back}
        messages.success(
            request, f"Moved to “{moved.words}”." if isinstance(moved.after, Theme) else f"{moved.words}, now."
        )
    return redirect(board_address(answer.round, answer=answer))


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@round_access(Role.FACILITATOR)
def theme_create(request, round):
    form = ThemeCreateForm(request.POST or None, round=round, initial={"answer": request.GET.get("answer")})
    if form.is_valid() and form.accepted(_create, request=request, round=round, form=form):
        return answer_done(request, form.done, form.address)
    context = {"form": form, "round": round, "session": round.session}
    return render(request, "reflection/themes/theme_create.html", context, status=form.status)


def _create(*, request, round, form):
    answer = form.cleaned_data["answer"]
    theme = create_theme(round=round, by=request.membership, **form.cleaned_data)
    form.address = board_address(round, answer=answer, theme=theme)
    form.done = f"Moved to “{theme.name}”, a new theme." if answer else f"“{theme.name}” is a theme now."


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@theme_access(Role.FACILITATOR)
def theme_update(request, theme):
    changed = copy(theme)
    form = ThemeUpdateForm(
        request.POST or None, initial={"version": theme.version, "name": theme.name, "notice": theme.notice}
    )
    words = {name: form.cleaned_data[name] for name in ("name", "notice")} if form.is_valid() else {}
    if words and form.accepted(update_theme, theme=changed, by=request.membership, **words):
        messages.success(request, f"“{changed.name}” is kept.")
        return redirect(board_address(theme.round, theme=theme))
    context = {"form": form, "theme": theme, "round": theme.round, "session": theme.round.session}
    return render(request, "reflection/themes/theme_update.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@theme_access(Role.FACILITATOR)
def theme_differ(request, theme):
    changed = copy(theme)
    now = {"version": theme.version, "seen_differently": True, "different_view": theme.different_view}
    form = ThemeDifferForm(request.POST or None, initial=now)
    words = (
        {name: form.cleaned_data[name] for name in ("seen_differently", "different_view")} if form.is_valid() else {}
    )
    if words and form.accepted(differ_on_theme, theme=changed, by=request.membership, **words):
        messages.success(
            request, "Marked: we see this differently." if changed.seen_differently else "The mark is gone."
        )
        return redirect(board_address(theme.round, theme=theme))
    context = {"form": form, "theme": theme, "round": theme.round, "session": theme.round.session}
    return render(request, "reflection/themes/theme_differ.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@theme_access(Role.FACILITATOR)
def theme_merge(request, theme):
    form = ThemeMergeForm(request.POST or None, theme=theme)
    if form.is_valid() and form.accepted(
        merge_themes, theme=theme, into=form.cleaned_data["into"], by=request.membership
    ):
        messages.success(request, f"“{theme.name}” is part of “{form.cleaned_data['into'].name}” now.")
        return redirect(board_address(theme.round, theme=form.cleaned_data["into"]))
    context = {"form": form, "theme": theme, "round": theme.round, "session": theme.round.session}
    return render(request, "reflection/themes/theme_merge.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@theme_access(Role.FACILITATOR)
def theme_delete(request, theme):
    form = ThemeDeleteForm(request.POST or None, initial={"version": theme.version})
    if form.is_valid() and form.accepted(delete_theme, theme=theme, by=request.membership):
        messages.success(request, f"“{theme.name}” is gone. Its answers are not in a theme now.")
        return redirect(board_address(theme.round))
    context = {
        "form": form,
        "theme": theme,
        "round": theme.round,
        "session": theme.round.session,
        "count": theme.placements.count(),
    }
    return render(request, "reflection/themes/theme_delete.html", context, status=409 if form.is_bound else 200)
