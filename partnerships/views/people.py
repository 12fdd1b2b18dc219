from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partnerships.access import signed_in
from partnerships.domain.people import update_person
from partnerships.forms.base import posted
from partnerships.forms.people import PersonUpdateForm
from partnerships.idempotency import idempotent


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
@signed_in
def person_update(request):
    draft = copy(request.user)
    form = PersonUpdateForm(posted(request), person=draft)
    if form.is_valid() and form.accepted(update_person, person=draft, by=draft, **form.cleaned_data):
        messages.success(request, "Your settings are kept.")
        return redirect("partnerships:person_update")
    return render(request, "partnerships/people/person_update.html", {"form": form}, status=form.status)
