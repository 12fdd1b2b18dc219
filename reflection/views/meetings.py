"""When a session is talked over, and one's own calendar."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import link_access, signed_in
from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import session_access
from reflection.domain.calendars import CALENDAR, calendar_of, end_feed, feed_url, renew_feed
from reflection.domain.meetings import call_off_meeting, set_meeting
from reflection.enums import SessionState
from reflection.forms.meetings import MeetingUpdateForm
from reflection.models.meetings import CalendarFeed, Meeting
from reflection.views.refusals import add_refusal, say_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def meeting_update(request, session):
    meeting = Meeting.objects.of_session(session)
    form = MeetingUpdateForm(request.POST if request.method == "POST" else None, session=session, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            set_meeting(session=session, by=request.membership, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Those who take part get it for their calendars.")
            return redirect("reflection:session_detail", session.pk)
    elif session.state not in (SessionState.PLANNED, SessionState.OPEN):
        return redirect("reflection:session_detail", session.pk)
    context = {"session": session, "meeting": meeting, "form": form}
    return render(request, "reflection/meetings/meeting_update.html", context, status=422 if form.errors else 200)


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def meeting_call_off(request, session):
    try:
        if call_off_meeting(session=session, by=request.membership):
            messages.success(request, "The meeting is called off. Those who had it in their calendars are told.")
    except ValidationError as error:
        say_refusal(request, error)
    return redirect("reflection:session_detail", session.pk)


@require_safe
@signed_in
def calendar_detail(request):
    feed = CalendarFeed.objects.of(request.user)
    context = {"feed": feed, "address": feed_url(feed) if feed else ""}
    return render(request, "reflection/meetings/calendar_detail.html", context)


@require_POST
@idempotent
@signed_in
def calendar_renew(request):
    renew_feed(person=request.user)
    messages.success(request, "Here is your address. An earlier one no longer works.")
    return redirect("reflection:calendar_detail")


@require_POST
@signed_in
def calendar_end(request):
    end_feed(person=request.user)
    messages.success(request, "Your address no longer works.")
    return redirect("reflection:calendar_detail")


@require_safe
@link_access(CALENDAR)
def calendar_feed(request, feed):
    """Fetched by calendar programs, as often as they like: it reads, and writes nothing."""
    return HttpResponse(calendar_of(person=feed.person), content_type="text/calendar; charset=utf-8")
