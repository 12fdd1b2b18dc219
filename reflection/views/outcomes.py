"""Agreeing: what we learned, what we decided, what is still open. One page for each session, and the page of all of it."""

from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import decision_access, learning_access, matter_access, outcome_access, session_access
from reflection.domain.action_lines import load_by_sector, load_question, people_by_load, work_of
from reflection.domain.outcomes import (
    add_decision,
    add_learning,
    add_matter,
    delete_decision,
    delete_learning,
    delete_matter,
    outcomes_of,
    review_learning,
    settle_matter,
    update_decision,
    update_learning,
)
from reflection.domain.records import rounds_with_themes
from reflection.enums import Audience, DidWeDoIt, SessionState
from reflection.forms.actions import ActionCreateForm
from reflection.forms.outcomes import (
    DecisionCreateForm,
    DecisionUpdateForm,
    LearningCreateForm,
    LearningReviewForm,
    LearningUpdateForm,
    MatterCreateForm,
    OutcomeDeleteForm,
    about_of,
)
from reflection.models.outcomes import Decision, Learning, Matter
from reflection.models.sessions import Session
from reflection.views.refusals import answer_done
from reflection.views.themes import stage_bar

# How many actions of earlier sessions are asked about at once; each further one is a link away.
FORMS_OPEN = 6
BAR = 240  # the width of the longest bar, in units of its drawing


def agree_address(session, *, item=None, kind=""):
    """The page where a session agrees, the console while it is led live; with an item, the place on it, which takes the focus."""
    page = "reflection:live_console" if session.is_live else "reflection:outcome_agree"
    address = reverse(page, kwargs={"session_id": session.pk})
    return f"{address}#{kind}-{item.pk}" if item is not None else address


def back_to(request, name):
    """To the page that the button stood on (`next`, an address of ours), or else to a page of this partnership."""
    there = request.POST.get("next", "")
    if there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return redirect(there)
    return redirect(name, partnership_id=request.partnership.pk)


class AgreePage:
    """What the page of agreeing shows, read once, and its four small forms. Two queries for the forms, two for the rest.

    `about` is the round that the forms are about to begin with; without it, the one that the address names.
    """

    def __init__(self, request, session, *, about=None):
        self.request, self.session, self.about = request, session, about
        self.rounds = rounds_with_themes(session)
        self.people = people_by_load(session.partnership)

    @cached_property
    def work(self):
        return work_of(session=self.session, reader=self.request.membership)

    @cached_property
    def outcomes(self):
        return outcomes_of(self.session, carried_from=Session.objects.shared_with(self.request.membership))

    def form(self, kind, data=None):
        """The form that adds a learning, decision, matter or action."""
        about = self.about or self._asked_for()
        initial = {"about": f"round:{about.pk}" if about else ""}
        kwargs = {
            "rounds": self.rounds,
            "today": self.session.partnership.local_date(),
            "auto_id": f"{kind}-%s",
            "initial": initial,
        }
        if kind == "action":
            return ActionCreateForm(data, people=self.people, **kwargs)
        return {"learning": LearningCreateForm, "decision": DecisionCreateForm, "matter": MatterCreateForm}[kind](
            data, **kwargs
        )

    def _asked_for(self):
        """The round that `?round=` names, if it is one of this session."""
        asked = self.request.GET.get("round")
        return next((round for round, _ in self.rounds if str(round.pk) == asked), None)

    def _ask_about(self, lines):
        """Open the forms of a few actions, those without an answer first, and of the one that `?action=` names."""
        asked = self.request.GET.get("action")
        first = sorted(lines, key=lambda line: bool(line.answered))[:FORMS_OPEN]
        for line in lines:
            line.asks = line in first or str(line.action.pk) == asked

    def show(self, form=None, *, kind="", status=200):
        """The page; `form` is one that was sent and needs a look."""
        round = self._asked_for() or (self.rounds[0][0] if len(self.rounds) == 1 else None)
        bars = load_by_sector(self.work.open)
        for line in self.work.agreed:
            line.mine_to_answer = line.is_waiting_for(self.request.membership)
        may_write = self.request.membership.facilitates and self.session.is_open
        self._ask_about(self.work.carried if may_write else ())
        most = max((count for _, count in bars), default=1)
        forms = {
            f"{name}_form": form if name == kind else self.form(name)
            for name in ("learning", "decision", "matter", "action")
        }
        context = forms | {
            "session": self.session,
            "round": round,
            "numbers": [round.question.number for round, _ in self.rounds],
            "stages": stage_bar(round) if round else [],
            "outcomes": self.outcomes,
            "work": self.work,
            "load": [
                {"sector": sector, "count": count, "width": max(6, BAR * count // most)} for sector, count in bars
            ],
            "load_question": load_question(self.work.open),
            "yes_no": DidWeDoIt.choices,
            "may_write": may_write,
            "open_form": kind,
            "has_errors": bool(form is not None and form.errors),
            "gets_it": gets_it(self.session, len(self.people)),
        }
        return render(self.request, "reflection/outcomes/outcome_agree.html", context, status=status)


def gets_it(session, count):
    """Who will get the record, as a sentence."""
    return {
        Audience.MEMBERS: f"The {count} people of the group. Nobody else.",
        Audience.TOOK_PART: "Those who took part. Nobody else.",
        Audience.MEMBERS_AND_OBSERVERS: f"The {count} people of the group, and the readers you chose.",
        Audience.FACILITATORS: "Those who facilitate. Nobody else.",
    }[session.audience]


@require_safe
@outcome_access
def outcome_agree(request, session):
    if session.state == SessionState.CLOSED:
        return redirect("reflection:record_detail", session_id=session.pk)
    if session.state != SessionState.OPEN:
        return redirect("reflection:session_detail", session_id=session.pk)
    return AgreePage(request, session).show()


# --- Writing down --------------------------------------------------------------------------------------------------
def create(request, session, kind, add, words):
    """Add one thing from its small form; what needs a look comes back on the page with everything typed."""
    page = AgreePage(request, session)
    form = page.form(kind, request.POST)

    def keep(**arguments):
        form.made = add(session=session, by=request.membership, **arguments)

    if form.is_valid() and form.accepted(keep, **form.words):
        return answer_done(request, words, agree_address(session, item=form.made, kind=kind))
    return page.show(form, kind=kind, status=422)


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def learning_create(request, session):
    return create(request, session, "learning", add_learning, "What we learned is written down.")


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def decision_create(request, session):
    return create(request, session, "decision", add_decision, "The decision is written down.")


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def matter_create(request, session):
    return create(request, session, "matter", add_matter, "Written down. It comes back next time.")


def _with_session(request, outcome):
    """The session of an outcome with the partnership that the door found."""
    outcome.session.partnership = request.partnership
    return outcome.session


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@learning_access(Role.FACILITATOR)
def learning_update(request, learning):
    session = _with_session(request, learning)
    now = {"version": learning.version, "about": about_of(learning)}
    now |= {name: getattr(learning, name) for name in ("text", "do_differently", "review_on")}
    form = LearningUpdateForm(
        request.POST or None, rounds=rounds_with_themes(session), today=request.partnership.local_date(), initial=now
    )
    if form.is_valid() and form.accepted(update_learning, learning=copy(learning), by=request.membership, **form.words):
        messages.success(request, "The words are changed.")
        return redirect(agree_address(session, item=learning, kind="learning"))
    context = {"form": form, "outcome": learning, "session": session}
    return render(request, "reflection/outcomes/learning_update.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@decision_access(Role.FACILITATOR)
def decision_update(request, decision):
    session = _with_session(request, decision)
    now = {"version": decision.version, "about": about_of(decision)}
    now |= {name: getattr(decision, name) for name in ("text", "how_agreed", "authority", "rather_wait", "review_on")}
    form = DecisionUpdateForm(
        request.POST or None, rounds=rounds_with_themes(session), today=request.partnership.local_date(), initial=now
    )
    if form.is_valid() and form.accepted(update_decision, decision=copy(decision), by=request.membership, **form.words):
        messages.success(request, "The words are changed.")
        return redirect(agree_address(session, item=decision, kind="decision"))
    context = {"form": form, "outcome": decision, "session": session}
    return render(request, "reflection/outcomes/decision_update.html", context, status=form.status)


def ask_before_delete(request, outcome, delete, template):
    """Ask once, then delete; ask again when the words changed in between."""
    session = _with_session(request, outcome)
    form = OutcomeDeleteForm(request.POST or None, initial={"version": outcome.version})
    if form.is_valid() and form.accepted(delete, by=request.membership):
        messages.success(request, "It is taken out.")
        return redirect(agree_address(session))
    context = {"form": form, "outcome": outcome, "session": session}
    return render(request, template, context, status=409 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@learning_access(Role.FACILITATOR)
def learning_delete(request, learning):
    def delete(**arguments):
        delete_learning(learning=learning, **arguments)

    return ask_before_delete(request, learning, delete, "reflection/outcomes/learning_delete.html")


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@decision_access(Role.FACILITATOR)
def decision_delete(request, decision):
    def delete(**arguments):
        delete_decision(decision=decision, **arguments)

    return ask_before_delete(request, decision, delete, "reflection/outcomes/decision_delete.html")


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@matter_access(Role.FACILITATOR)
def matter_delete(request, matter):
    def delete(**arguments):
        delete_matter(matter=matter, **arguments)

    return ask_before_delete(request, matter, delete, "reflection/outcomes/matter_delete.html")


@require_POST
@idempotent
@matter_access(Role.FACILITATOR)
def matter_settle(request, matter):
    settle_matter(matter=matter, by=request.membership)
    messages.success(request, "Settled. It does not come back.")
    return back_to(request, "reflection:learning_list")


# --- Looking back --------------------------------------------------------------------------------------------------
@require_safe
@partnership_access(Role.MEMBER)
def learning_list(request, partnership):
    ours = Session.objects.shared_with(request.membership)
    learnings = list(Learning.objects.of_sessions(ours).with_words().newest_first())
    today = partnership.local_date()
    by_question = {}
    for learning in learnings:
        learning.is_due = learning.is_due_on(today)
        question = learning.round.question if learning.round else None
        by_question.setdefault((question.number, question.title) if question else (0, ""), []).append(learning)
    # What came from no single question stands last.
    context = {
        "partnership": partnership,
        "due": [learning for learning in learnings if learning.is_due],
        "by_question": sorted(by_question.items(), key=lambda row: row[0][0] or 9),
        "decisions": Decision.objects.of_sessions(ours).with_words().newest_first(),
        "matters": Matter.objects.of_sessions(ours).still_open().with_words().newest_first(),
        "leads": request.membership.facilitates,
    }
    return render(request, "reflection/outcomes/learning_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@learning_access(Role.FACILITATOR)
def learning_review(request, learning):
    changed = {True: "yes", False: "no", None: ""}[learning.changed_main_task]
    now = {"version": learning.version, "held": learning.held, "changed_main_task": changed}
    form = LearningReviewForm(request.POST or None, initial=now)
    words = (
        {name: form.cleaned_data[name] for name in ("held", "review_on", "changed_main_task")}
        if form.is_valid()
        else {}
    )
    if words and form.accepted(review_learning, learning=copy(learning), by=request.membership, **words):
        messages.success(request, "Thank you. That is written down.")
        return redirect("reflection:learning_list", partnership_id=request.partnership.pk)
    context = {
        "form": form,
        "learning": learning,
        "session": _with_session(request, learning),
        "partnership": request.partnership,
    }
    return render(request, "reflection/outcomes/learning_review.html", context, status=form.status)
