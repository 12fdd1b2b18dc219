"""Planning a session: it comes filled in, keeps itself, and tells nobody until it is opened."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from partnerships.idempotency import STORE_HEADER, idempotent
from partnerships.models.base import StaleVersion
from reflection.access import session_access
from reflection.domain import session_desk as desks
from reflection.domain.promises import promise_for, revealers_in_words
from reflection.domain.rounds_planning import rounds_of_plan
from reflection.domain.session_pages import page_of_session
from reflection.domain.session_planning import default_plan, default_times, plan_session, update_plan
from reflection.domain.sessions import open_session, schedule_session, unschedule_session
from reflection.enums import SessionMode, SessionState
from reflection.forms.plan_rounds import CHANGES, changed, moved
from reflection.forms.session_planning import SessionPlanForm, initial_from_plan, initial_from_post
from reflection.views.refusals import add_refusal, say_refusal

#: Where the page that plans has a refusal of the domain, when people meet and have no such box.
BESIDE = {
    SessionMode.OVER_TIME: {},
    SessionMode.LIVE: {"questions": "rounds", "opens_at": "starts_at", "closes_at": "ends_at"},
    SessionMode.BOTH: {"questions": "rounds", "closes_at": "starts_at"},
}
PRESETS = {"two_longest", "all_five"}
MOVES = {"up": -1, "down": 1}  # a button says which question or round: “up:<id>”
SHOW_AGAIN = PRESETS | CHANGES | {"preview", "mode"}
STALE = "Someone else changed this plan. Press “Keep as a draft” to see both, and nothing is lost."
OPENED_MEANWHILE = "It opened while you were planning. Your changes are kept here, and none were sent."


@dataclass
class Desk:
    """What the planning page needs besides the plan: read once for each request."""

    partnership: object
    questions: list
    people: list
    recent: list
    planned: list

    @property
    def for_form(self):
        return {"partnership": self.partnership, "desk": self.questions, "people": self.people}

    @property
    def open_actions(self):
        """How many actions of the partnership are still open."""
        return self.recent[0].open_actions if self.recent else 0

    @property
    def last_rated_at(self):
        return self.recent[0].last_rated_at if self.recent else None

    def initial(self, plan):
        """The form's first values from a plan."""
        times = default_times(partnership=self.partnership)
        return initial_from_plan(
            plan, self.questions, times=times, planned=self.planned, open_actions=self.open_actions
        )

    @property
    def taking_part(self):
        return [member for member in self.people if member.is_current and member.takes_part]

    @property
    def leads(self):
        return [member for member in self.people if member.is_current and member.facilitates]

    def helper_beside(self, membership):
        """Someone else who facilitates and could take over; None when nobody does."""
        return next((member for member in self.leads if member.pk != membership.pk), None)

    def reader_beside(self, membership):
        """Someone who will read it and does not lead: whose first name the preview carries."""
        return next(
            (member for member in self.taking_part if not member.facilitates and member.pk != membership.pk), None
        )


def _desk(partnership, session=None):
    planned = rounds_of_plan(session=session) if session else []
    return Desk(
        partnership=partnership,
        planned=planned,
        questions=desks.questions_to_plan(partnership=partnership, session=session, planned=planned),
        people=desks.people_to_plan_with(partnership=partnership, session=session),
        recent=desks.recent_sessions(partnership=partnership),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def session_plan(request, partnership):
    desk = _desk(partnership)
    if not desk.questions:
        return render(request, "reflection/session_planning/session_plan.html", {"nothing_to_ask": True})
    if request.method == "POST":
        return _answer(request, desk, "reflection/session_planning/session_plan.html")
    plan = default_plan(
        partnership=partnership,
        framework=desk.questions[0].question.framework,
        questions=[],
        last=desk.recent[0] if desk.recent else None,
    )
    form = SessionPlanForm(initial=desk.initial(plan), **desk.for_form)
    return render(request, "reflection/session_planning/session_plan.html", _context(request, desk, form))


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_edit(request, session):
    desk = _desk(session.partnership, session)
    if request.method == "POST":
        return _answer(request, desk, "reflection/session_planning/session_edit.html", session)
    if session.state != SessionState.PLANNED:
        return redirect("reflection:session_detail", session.pk)
    form = SessionPlanForm(initial=desk.initial(session), **desk.for_form)
    return render(request, "reflection/session_planning/session_edit.html", _context(request, desk, form, session))


def _context(request, desk, form, session=None, **more):
    typed = form.as_typed()
    opens = typed["opens_at"]
    minimum = desk.partnership.minimum_group
    reveal = revealers_in_words(member.person.short_name for member in desk.leads)
    return {
        "form": form,
        "session": session,
        "typed": typed,
        "opens_now": opens is not None and opens <= timezone.now(),
        "promise": promise_for(attribution=typed["attribution"], minimum=minimum, revealers=reveal),
        "fit": form.fit if form.meets else None,
        "open_actions": desk.open_actions,
        "last_rated_at": desk.last_rated_at,
        "helper": desk.helper_beside(request.membership),
        "reader": desk.reader_beside(request.membership),
        "people_count": len(desk.taking_part),
        "all_time": desks.time_in_words(typed["minutes"] * len(desk.taking_part)),
        "minimum": minimum,
        "label_sentences": desks.labels_in_words([member.sector for member in desk.taking_part], minimum),
        "balance": desks.balance_in_words(desk.recent),
        "last_attribution": desk.recent[0].attribution if desk.recent else "",
        **more,
    }


def _answer(request, desk, template, session=None):
    """What a sent plan comes to: kept, opened, or the same page with what to put right."""
    intent, _, of = request.POST.get("intent", "draft").partition(":")
    if intent in SHOW_AGAIN:
        form = SessionPlanForm(initial=_typed_again(request, desk, intent, of), **desk.for_form)
        return render(request, template, _context(request, desk, form, session, moved={"intent": intent, "of": of}))
    form = SessionPlanForm(request.POST, for_opening=intent == "open", **desk.for_form)
    differences = []
    if form.is_valid():
        try:
            saved = _save(request, desk, form, session, opening=intent == "open")
        except StaleVersion as stale:
            if intent == "autosave":
                return JsonResponse({"words": STALE}, status=409)
            form, differences = _both_texts(request, stale.current, intent)
            if not differences:
                # The same plan twice, from two windows: there is nothing to choose between.
                return _announce(request, stale.current) if intent == "open" else _done(request, stale.current)
        except ValidationError as error:
            _refuse(form, error)
        else:
            return _kept(request, desk, form, saved) if intent == "autosave" else _done(request, saved)
    if intent == "autosave":
        words = next(iter(form.errors.values()))[0] if form.errors else ""
        pieces = _pieces(request, _context(request, desk, form, session))
        return JsonResponse({"words": words, "pieces": pieces}, status=422)
    # 409: somebody saved first; 422: something to put right. Either way the page holds everything that was typed.
    context = _context(request, desk, form, session, differences=differences)
    return render(request, template, context, status=409 if differences else 422)


def _typed_again(request, desk, intent, of):
    """The page as it was typed, with the boxes ticked, or a question moved, as the pressed button says."""
    typed = initial_from_post(request.POST)
    form = SessionPlanForm(initial=typed, **desk.for_form)
    if form.meets and intent in CHANGES:
        return changed(typed, intent, of, form)
    if intent in MOVES:
        typed["order"] = moved(typed["order"], of, MOVES[intent])
    if intent in PRESETS:
        wanted = [one for one in desk.questions if intent == "all_five" or one.longest]
        typed["questions"] = [str(one.question.pk) for one in wanted]
    return typed


def _save(request, desk, form, session, *, opening):
    with transaction.atomic():
        if session is None:
            framework = desk.questions[0].question.framework
            plan = {"partnership": desk.partnership, "framework": framework}
            saved = plan_session(by=request.membership, choices=form.choices(), **plan, **form.plan_fields())
        else:
            expected = form.cleaned_data["version"] or 0
            saved = update_plan(
                session=session, by=request.membership, expected=expected, choices=form.choices(), **form.plan_fields()
            )
        return schedule_session(session=saved, by=request.membership) if opening else saved


def _both_texts(request, current, intent):
    """The form once more with what was typed, made from the newest version, and where the two differ."""
    desk = _desk(request.partnership, current)
    theirs = SessionPlanForm(initial=desk.initial(current), **desk.for_form)
    data = request.POST.copy()
    data["version"] = current.version
    form = SessionPlanForm(data, for_opening=intent == "open", **desk.for_form)
    return form, form.differences(theirs)


def _refuse(form, error):
    if getattr(error, "code", "") == "state":
        error = ValidationError(OPENED_MEANWHILE, code="state")
    elif hasattr(error, "error_dict"):
        beside = BESIDE[form.way]
        error = ValidationError({beside.get(name, name): errors for name, errors in error.error_dict.items()})
    add_refusal(form, error)


def _done(request, session):
    live = session.mode == SessionMode.LIVE
    if session.state == SessionState.OPEN:
        messages.success(request, "It is open. Everyone who takes part gets one mail.")
        return redirect("reflection:session_detail" if live else "reflection:session_run", session.pk)
    if session.scheduled_at and session.mode != SessionMode.OVER_TIME:
        messages.success(request, "The group can see it now, and gets it for their calendars.")
        return redirect("reflection:session_detail", session.pk)
    if session.scheduled_at:
        messages.success(request, "The group can see it now. It opens by itself when its time comes.")
        return redirect("reflection:session_detail", session.pk)
    messages.success(request, "Draft kept. Nobody has been told yet.")
    return redirect("reflection:session_list", session.partnership_id)


def _kept(request, desk, form, session):
    """The answer to the page's own saving: where the plan is now, and what the preview shows."""
    context = _context(request, desk, form, session)
    response = JsonResponse(
        {
            "version": session.version,
            "url": reverse("reflection:session_edit", kwargs={"session_id": session.pk}),
            "saved": render_to_string("reflection/session_planning/_kept.txt", {"at": timezone.now()}).strip(),
            "pieces": _pieces(request, context),
        }
    )
    response[STORE_HEADER] = "1"
    return response


def _pieces(request, context):
    """What the page draws anew while somebody types, by the name of its place."""
    room = "reflection/session_planning/"
    return {
        name: render_to_string(f"{room}{template}", context, request).strip()
        for name, template in {
            "aside": "_aside.html",
            "sum": "_sum.html",
            "fit": "_fit.html",
            "open": "_open_words.txt",
        }.items()
    }


@require_safe
@session_access(Role.FACILITATOR)
def session_preview(request, session):
    page = page_of_session(session=session, membership=request.membership)
    return render(
        request,
        "reflection/session_planning/session_preview.html",
        {"page_of": page, "session": page.session, "preview": True},
    )


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def session_schedule(request, session):
    return _announce(request, session)


def _announce(request, session):
    try:
        session = schedule_session(session=session, by=request.membership)
    except ValidationError as error:
        say_refusal(request, error)
        return redirect("reflection:session_edit", session.pk)
    return _done(request, session)


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def session_unschedule(request, session):
    try:
        unschedule_session(session=session, by=request.membership)
        messages.success(request, "It is a draft again. Only those who facilitate can see it.")
    except ValidationError as error:
        say_refusal(request, error)
        return redirect("reflection:session_detail", session.pk)
    return redirect("reflection:session_edit", session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@session_access(Role.FACILITATOR)
def session_open(request, session):
    if session.state != SessionState.PLANNED or session.scheduled_at is None:
        return redirect("reflection:session_detail", session.pk)
    if request.method != "POST":
        people = len(_desk(session.partnership, session).taking_part)
        return render(
            request, "reflection/session_planning/session_open.html", {"session": session, "people_count": people}
        )
    try:
        session = open_session(session=session, by=request.membership)
    except ValidationError as error:
        say_refusal(request, error)
        return redirect("reflection:session_detail", session.pk)
    return _done(request, session)
