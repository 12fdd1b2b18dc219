"""The sessions of a partnership, one session for everybody, and its end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import may_read_record, session_access
from reflection.domain.rounds_planning import MINUTES_A_QUESTION
from reflection.domain.session_desk import questions_with_visits
from reflection.domain.session_lists import sessions_overview
from reflection.domain.session_pages import page_of_session, running_page
from reflection.domain.session_planning import DAYS_OPEN
from reflection.domain.sessions import cancel_session, close_session, share_with_programme
from reflection.enums import SessionState
from reflection.forms.sessions import SessionCancelForm
from reflection.views.refusals import add_refusal, say_refusal


@require_safe
@partnership_access(Role.MEMBER)
def session_list(request, partnership):
    overview = sessions_overview(membership=request.membership)
    questions = questions_with_visits(partnership=partnership)
    # Never asked comes first, then the one asked longest ago.
    longest = min(questions, key=lambda one: (one.last_on is not None, one.last_on), default=None)
    context = {
        "overview": overview,
        "longest": longest,
        "longest_is_planned": bool(longest)
        and any(longest.question.number in session.question_numbers for session in overview.coming),
        "question_numbers": [one.question.number for one in questions],
        "first_minutes": MINUTES_A_QUESTION * len(questions),
        "first_days": DAYS_OPEN,
        "people_count": partnership.memberships.current().taking_part().count(),
        "leads": request.membership.facilitates,
    }
    return render(request, "reflection/sessions/session_list.html", context)


@require_safe
@session_access(Role.MEMBER)
def session_detail(request, session):
    page = page_of_session(session=session, membership=request.membership)
    context = {
        "page_of": page,
        "session": page.session,
        "leads": request.membership.facilitates,
        "may_read_record": may_read_record(session=session, membership=request.membership),
    }
    return render(request, "reflection/sessions/session_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_cancel(request, session):
    form = SessionCancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_session(session=session, by=request.membership, why=form.cleaned_data["why"])
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, "It is called off. What was not shown stays with those who wrote it.")
            return redirect("reflection:session_detail", session.pk)
    elif session.state not in (SessionState.PLANNED, SessionState.OPEN):
        return redirect("reflection:session_detail", session.pk)
    context = {"session": session, "form": form, "told": _told(session)}
    return render(request, "reflection/sessions/session_cancel.html", context, status=422 if form.errors else 200)


def _told(session):
    """How many get a mail when it is called off; nobody was told of a draft."""
    if session.state == SessionState.OPEN:
        return session.asked_count
    return session.partnership.memberships.current().taking_part().count() if session.scheduled_at else 0


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_close(request, session):
    if request.method == "POST":
        try:
            close_session(session=session, by=request.membership)
            messages.success(request, "The session is closed. Its record is ready for those it is for.")
        except ValidationError as error:
            say_refusal(request, error)
        return redirect("reflection:session_detail", session.pk)
    if session.state != SessionState.OPEN:
        return redirect("reflection:session_detail", session.pk)
    return render(
        request,
        "reflection/sessions/session_close.html",
        {"session": session, "running": running_page(session=session)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_share(request, session):
    if request.method == "POST":
        try:
            share_with_programme(session=session, by=request.membership)
            messages.success(request, "The record is shared with the programme.")
        except ValidationError as error:
            say_refusal(request, error)
        return redirect("reflection:session_detail", session.pk)
    if session.state != SessionState.CLOSED or session.shared_with_programme_at:
        return redirect("reflection:session_detail", session.pk)
    return render(request, "reflection/sessions/session_share.html", {"session": session})
