"""A session while people write, until its answers are shown. Any facilitator may do any of this."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import asked_person_access, session_access
from reflection.domain.drafts import note_called, write_for
from reflection.domain.participations import remind_unfinished
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.session_pages import running_page
from reflection.domain.sessions import end_writing, give_more_time
from reflection.enums import SessionState
from reflection.forms.sessions import DraftWriteForForm, SessionMoreTimeForm
from reflection.views.refusals import add_refusal, say_refusal, to_console

ALL_SHOWN_ALREADY = "There was nothing left to show. Someone may have pressed just before you."


@require_safe
@session_access(Role.FACILITATOR)
def session_run(request, session):
    if session.state == SessionState.PLANNED:
        return redirect("reflection:session_edit", session.pk)
    if session.state != SessionState.OPEN or session.is_led:
        return redirect("reflection:live_console" if session.is_live else "reflection:session_detail", session.pk)
    running = running_page(session=session)
    form = DraftWriteForForm(people=running.participations, rounds=running.to_write_in)
    return render(
        request, "reflection/session_running/session_run.html", {"session": session, "running": running, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_more_time(request, session):
    if session.is_live:
        return to_console(request, session)
    form = SessionMoreTimeForm(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            give_more_time(session=session, by=request.membership, closes_at=form.cleaned_data["closes_at"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, "There is more time to write.")
            return redirect("reflection:session_run", session.pk)
    elif session.state != SessionState.OPEN:
        return redirect("reflection:session_detail", session.pk)
    context = {"session": session, "form": form}
    return render(
        request, "reflection/session_running/session_more_time.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_end_writing(request, session):
    if session.is_live:
        return to_console(request, session)
    if request.method == "POST":
        try:
            end_writing(session=session, by=request.membership)
            messages.success(request, "Writing has ended. Nothing was shown by this.")
        except ValidationError as error:
            say_refusal(request, error)
        return redirect("reflection:session_run", session.pk)
    if not session.is_writable():
        return redirect("reflection:session_run", session.pk)
    return render(request, "reflection/session_running/session_end_writing.html", {"session": session})


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def session_remind(request, session):
    if session.is_live:
        return to_console(request, session)
    try:
        remind_unfinished(session=session, by=request.membership)
        messages.success(request, "The reminder is on its way to those who have not finished.")
    except ValidationError as error:
        say_refusal(request, error)
    return redirect("reflection:session_run", session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_reveal(request, session):
    if session.is_live:
        return to_console(request, session)
    if request.method == "POST":
        try:
            revealed = reveal_session(session=session, by=request.membership)
        except ValidationError as error:
            say_refusal(request, error)
        else:
            if not revealed:
                messages.info(request, ALL_SHOWN_ALREADY)
        return redirect("reflection:session_run", session.pk)
    if session.state != SessionState.OPEN:
        return redirect("reflection:session_run", session.pk)
    running = running_page(session=session)
    if not running.writing:
        messages.info(request, ALL_SHOWN_ALREADY)
        return redirect("reflection:session_run", session.pk)
    return render(request, "reflection/session_running/session_reveal.html", {"session": session, "running": running})


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def draft_write_for(request, session):
    if session.state != SessionState.OPEN or (session.is_led and not session.is_live):
        return redirect("reflection:live_console" if session.is_live else "reflection:session_detail", session.pk)
    running = running_page(session=session)
    form = DraftWriteForForm(
        request.POST if request.method == "POST" else None, people=running.participations, rounds=running.to_write_in
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = write_for(by=request.membership, **form.words())
        except ValidationError as error:
            add_refusal(form, error)
        else:
            name = draft.participation.short_name
            messages.success(request, _words_added(name, draft.confirmed))
            return redirect("reflection:live_console" if session.is_live else "reflection:session_run", session.pk)
    context = {"session": session, "running": running, "form": form}
    return render(
        request, "reflection/session_running/draft_write_for.html", context, status=422 if form.errors else 200
    )


def _words_added(name, confirmed):
    if confirmed:
        return f"Words added for {name}. You can no longer change them; {name} can."
    return f"Words put on {name}’s own page. They count once {name} says yes to them there."


@require_POST
@idempotent
@asked_person_access(Role.FACILITATOR)
def participation_called(request, participation):
    note_called(participation=participation)
    messages.success(request, f"{participation.short_name} is off the list of calls.")
    return redirect("reflection:session_run", participation.session_id)
