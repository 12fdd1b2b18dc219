from django.contrib import admin
from django.db.models import Q

from partnerships.admin.base import OfficeAdmin
from partnerships.enums import DispatchState, InvitationRole
from partnerships.models.dispatch import Dispatch
from partnerships.models.invitations import Invitation
from partnerships.models.partnerships import Partnership
from partnerships.models.programmes import Programme

IN_TROUBLE = (DispatchState.FAILED, DispatchState.UNKNOWN)
INVITATIONS = ("invitation", "invitation_founder")
# Who gets one follows from what they wrote: its rows would say how many are still writing, one by one (A9, A10).
TELL_WHO_WRITES = ("session_reminder",)


@admin.register(Dispatch)
class DispatchAdmin(OfficeAdmin):
    """The ledger of our mail: what became of each, and why. To read.

    No recipient: a name beside a kind would say more than who got mail. Reminders are not here at all: one goes to
    each who has not finished writing. An administrator of a programme sees only invitations and what could not be sent.
    """

    list_display = ["kind", "state", "reason", "partnership", "planned_at", "sent_at", "attempts"]
    list_filter = ["state", "kind", ("partnership", admin.RelatedOnlyFieldListFilter), "planned_at"]
    list_select_related = ["partnership"]
    search_fields = ["kind", "partnership__name", "error"]
    fields = ["kind", "state", "reason", "partnership", "planned_at", "not_before", "expires_at", "sent_at", "attempts"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(kind__in=TELL_WHO_WRITES)

    def in_office(self, rows, person):
        ours = Partnership.objects.in_programmes_of(person).values("pk")
        founders = Invitation.objects.filter(
            role=InvitationRole.FOUNDER, programme__in=Programme.objects.administered_by(person).values("pk")
        )
        founding = [f"invitation:{pk}" for pk in founders.values_list("pk", flat=True)]
        in_sight = Q(partnership__in=ours) & (Q(kind__in=INVITATIONS) | Q(state__in=IN_TROUBLE))
        return rows.filter(in_sight | Q(recipient_key__in=founding))

    @admin.display(description="reason")
    def reason(self, dispatch):
        return dispatch.error or "–"
