from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partnerships.access import lead_access, partnership_access
from partnerships.domain.leads import begin_lead_term, end_lead_term
from partnerships.enums import LeadAgreed, Role
from partnerships.forms.base import posted
from partnerships.forms.leads import LeadCreateForm, LeadEndForm
from partnerships.idempotency import idempotent


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@partnership_access(Role.FACILITATOR)
def lead_create(request, partnership):
    form = LeadCreateForm(
        posted(request),
        partnership=partnership,
        initial={"starts_on": partnership.local_date(), "agreed": LeadAgreed.TOGETHER},
    )
    if form.is_valid() and form.accepted(_begin, partnership=partnership, form=form, by=request.user):
        messages.success(request, "Who leads is noted.")
        return redirect("partnerships:partnership_detail", partnership_id=partnership.pk)
    return render(
        request, "partnerships/leads/lead_create.html", {"form": form, "partnership": partnership}, status=form.status
    )


def _begin(*, partnership, form, by):
    term = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on", "covers", "agreed")}
    begin_lead_term(partnership=partnership, organisation=form.chosen(by), by=by, **term)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@lead_access(Role.FACILITATOR)
def lead_end(request, lead_term):
    form = LeadEndForm(posted(request), initial={"ends_on": lead_term.partnership.local_date()})
    if form.is_valid() and form.accepted(end_lead_term, lead_term=lead_term, by=request.user, **form.cleaned_data):
        messages.success(request, f"It is noted until when {lead_term.organisation.name} leads.")
        return redirect("partnerships:partnership_detail", partnership_id=lead_term.partnership_id)
    return render(
        request, "partnerships/leads/lead_end.html", {"form": form, "lead_term": lead_term}, status=form.status
    )
