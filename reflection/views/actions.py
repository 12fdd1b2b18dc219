"""Who will do what by when: agreed in a session, answered for by their owners, looked back at next time."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from partnerships.idempotency import idempotent
from reflection.access import action_access, action_ownership_access, session_access
from reflection.domain.action_lines import actions_for, people_by_load
from reflection.domain.actions import (
    CARRIED,
    add_action,
    answer_action,
    complete_action,
    delete_action,
    may_complete,
    review_action,
    update_action,
)
from reflection.domain.records import rounds_with_themes
from reflection.forms.actions import ALL_OF_US, ActionCompleteForm, ActionReviewForm, ActionUpdateForm
from reflection.forms.outcomes import about_of
from reflection.views.outcomes import agree_address, ask_before_delete, back_to, create
from reflection.views.refusals import say_refusal

# How long ended actions stay on the list, in days.
ENDED_SHOWN = 180


def _back(request):
    return back_to(request, "reflection:action_list")


@require_safe
@partnership_access(Role.MEMBER)
def action_list(request, partnership):
    me = request.membership
    lines = actions_for(me, ended_since=timezone.now() - timedelta(days=ENDED_SHOWN))
    today = partnership.local_date()
    groups = {"asked": [], "mine": [], "ours": [], "past": []}
    for line in lines:
        line.late = line.days_late(today)
        line.may_complete = me.facilitates or line.action.everyone or line.is_owned_by(me)
        groups[_group_of(line, me)].append(line)
    groups["past"].sort(key=lambda line: line.action.ended_at, reverse=True)
    return render(
        request, "reflection/actions/action_list.html", groups | {"partnership": partnership, "leads": me.facilitates}
    )


def _group_of(line, me):
    if line.action.state not in CARRIED:
        return "past"
    if line.is_waiting_for(me):
        return "asked"
    return "mine" if line.is_owned_by(me) else "ours"


@require_POST
@idempotent
@session_access(Role.FACILITATOR)
def action_create(request, session):
    return create(request, session, "action", add_action, "Written down. Those who will do it are asked to say yes.")


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@action_access(Role.FACILITATOR)
def action_update(request, action):
    session = action.session
    session.partnership = request.partnership
    owners = list(action.owners.with_people())
    first = ALL_OF_US if action.everyone else next((str(owner.membership_id) for owner in owners), "")
    now = {"version": action.version, "text": action.text, "due_on": action.due_on, "about": about_of(action)}
    now |= {"owner": first, "others": [str(owner.membership_id) for owner in owners[1:]]}
    form = ActionUpdateForm(
        request.POST or None,
        people=people_by_load(request.partnership),
        rounds=rounds_with_themes(session),
        today=request.partnership.local_date(),
        words_stay=not session.is_open,
        initial=now,
    )
    if form.is_valid() and form.accepted(update_action, action=action, by=request.membership, **form.words):
        messages.success(request, "Changed. Whoever is asked anew sees it on their page.")
        return redirect(agree_address(session, item=action, kind="action")) if session.is_open else _back(request)
    context = {"form": form, "outcome": action, "session": session, "partnership": request.partnership}
    return render(request, "reflection/actions/action_update.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@action_access(Role.FACILITATOR)
def action_delete(request, action):
    def delete(**arguments):
        delete_action(action=action, **arguments)

    return ask_before_delete(request, action, delete, "reflection/actions/action_delete.html")


@require_POST
@idempotent
@action_ownership_access
def action_accept(request, owner):
    return _answer(request, owner, yes=True, words="Thank you. It is yours now.")


@require_POST
@idempotent
@action_ownership_access
def action_decline(request, owner):
    return _answer(request, owner, yes=False, words="That is fine. The group sees that it needs somebody else.")


def _answer(request, owner, *, yes, words):
    try:
        answer_action(owner=owner, yes=yes)
        messages.success(request, words)
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return _back(request)


@require_POST
@idempotent
@action_access(Role.FACILITATOR)
def action_review(request, action):
    """“Did we do it?”, answered on the page of the session that looks back."""
    form = ActionReviewForm(request.POST, partnership=request.partnership)
    if not form.is_valid():
        say_refusal(request, ValidationError([error for errors in form.errors.as_data().values() for error in errors]))
        session = form.cleaned_data.get("session")
        return redirect(agree_address(session, item=action, kind="action")) if session else _back(request)
    try:
        review_action(action=action, by=request.membership, **form.cleaned_data)
        messages.success(request, "Written down.")
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return redirect(agree_address(form.cleaned_data["session"], item=action, kind="action"))


@require_POST
@idempotent
@action_access(Role.MEMBER)
def action_complete(request, action):
    if not may_complete(action=action, membership=request.membership):
        raise PermissionDenied("Those who said yes to this can say that it is done.")
    form = ActionCompleteForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
        complete_action(action=action, by=request.membership, **form.cleaned_data)
        messages.success(request, f"Done: {action.text}")
    except ValidationError as refusal:
        say_refusal(request, refusal)
    return _back(request)
