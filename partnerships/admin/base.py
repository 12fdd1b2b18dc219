"""What every page of the admin stands on: who may open it, and what it must never tell.

Whoever looks after a programme works with that programme's partnerships and people; a superuser with all. Django's
own permissions are not asked: being an administrator of a programme is the permission. Nothing that a member writes
is here, and nothing is deleted here.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

FEWEST_COUNTED = 5
FEWER = "Fewer than 5"


def looks_after_programmes(request):
    """Whether the person of this request may work in the admin at all. Asked many times a page, answered by one query."""
    if not hasattr(request, "looks_after_programmes"):
        person = request.user
        request.looks_after_programmes = (
            person.is_active and person.is_staff and (person.is_superuser or person.programmes.exists())
        )
    return request.looks_after_programmes


def counted(number):
    """A number of people, unless it is so small that it could name one."""
    return str(number) if number >= FEWEST_COUNTED else FEWER


class ListedLookups:
    """Only what a filter of the page asks for may be asked in the address.

    Django lets an address ask any column of a list, and any column one step away: `?limits__icontains=tired` would
    find out, row by row, what this admin never shows.
    """

    def lookup_allowed(self, lookup, value, request):
        asked = [
            item[0] if isinstance(item, tuple) else getattr(item, "parameter_name", item)
            for item in self.get_list_filter(request)
        ]
        listed = any(lookup == name or lookup.startswith(f"{name}__") for name in asked)
        return listed and super().lookup_allowed(lookup, value, request)


class HistoryToRead(ListedLookups, SimpleHistoryAdmin):
    """The history is there to read: an old state is never posted back, and what is not in the list has no history either."""

    object_history_list_template = "admin/history_list.html"

    def history_view(self, request, object_id, extra_context=None):
        self._refuse_what_is_not_listed(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method == "POST":
            raise PermissionDenied
        self._refuse_what_is_not_listed(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _refuse_what_is_not_listed(self, request, object_id):
        # The package looks an absent row up among all old states, whoever asks.
        if self.get_object(request, object_id) is None:
            raise Http404

    def revert_disabled(self, request, obj=None):
        return True


class ProgrammeOffice(ListedLookups):
    """Permissions by looking after a programme. `in_office(person)` narrows the rows to what is theirs."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    may_be_added = may_be_changed = False

    def in_office(self, rows, person):
        """The rows (a QuerySet) that this administrator of a programme, not a superuser, works with."""
        raise NotImplementedError

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if not looks_after_programmes(request):
            return rows.none()
        return rows if request.user.is_superuser else self.in_office(rows, request.user)

    def is_theirs(self, request, obj):
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_module_permission(self, request):
        return looks_after_programmes(request)

    def has_view_permission(self, request, obj=None):
        return looks_after_programmes(request) and self.is_theirs(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.may_be_changed and self.has_view_permission(request, obj)

    def has_add_permission(self, request):
        return self.may_be_added and looks_after_programmes(request)

    def has_delete_permission(self, request, obj=None):
        return False


class OfficeAdmin(ProgrammeOffice, admin.ModelAdmin):
    """For what keeps no history of its own."""


class OfficeHistoryAdmin(ProgrammeOffice, HistoryToRead):
    """For reference data, whose every change is kept."""
