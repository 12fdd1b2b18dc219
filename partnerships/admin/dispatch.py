from django.contrib import admin
from django.db.models import Count, Min, Q

from partnerships.admin.base import OfficeAdmin
from partnerships.domain.dispatch import kinds
from partnerships.enums import DispatchState, InvitationRole, NotSentBecause
from partnerships.models.dispatch import Dispatch
from partnerships.models.invitations import Invitation
from partnerships.models.partnerships import Partnership
from partnerships.models.programmes import Programme

IN_TROUBLE = (DispatchState.FAILED, DispatchState.UNKNOWN)
INVITATIONS = ("invitation", "invitation_founder")


def tell_who_writes():
    """Kinds whose readers follow from what they did or have not done yet: their rows would say who, one by one (A9, A10)."""
    return [kind.name for kind in kinds.values() if kind.hidden]


@admin.register(Dispatch)
class DispatchAdmin(OfficeAdmin):
    """The ledger of our mail: what became of each, and why. To read.

    No recipient: a name beside a kind would say more than who got mail. Reminders have no row here: one goes to each who
    has not finished. Of what a person chose (paused, stopped), only a sum over everybody is told, and nothing to an
    administrator of a programme, who sees only invitations and what could not be sent.
    """

    change_list_template = "admin/partnerships/dispatch/change_list.html"
    list_display = ["kind", "state", "why", "partnership", "planned_at", "sent_at", "attempts"]
    list_filter = ["state", "kind", ("partnership", admin.RelatedOnlyFieldListFilter), "planned_at"]
    list_select_related = ["partnership"]
    search_fields = ["kind", "partnership__name", "error"]
    fields = ["kind", "state", "why", "partnership", "planned_at", "not_before", "expires_at", "sent_at", "attempts"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(kind__in=tell_who_writes())

    def in_office(self, rows, person):
        ours = Partnership.objects.in_programmes_of(person).values("pk")
        founders = Invitation.objects.filter(
            role=InvitationRole.FOUNDER, programme__in=Programme.objects.administered_by(person).values("pk")
        )
        founding = [f"invitation:{pk}" for pk in founders.values_list("pk", flat=True)]
        in_sight = Q(partnership__in=ours) & (Q(kind__in=INVITATIONS) | Q(state__in=IN_TROUBLE))
        return rows.filter(in_sight | Q(recipient_key__in=founding))

    def changelist_view(self, request, extra_context=None):
        context = {"ledger": self.ledger(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def ledger(self, request):
        """What the operator looks at first: the oldest that waits, what is in doubt, and how many of each kind came how far.

        Reminders are in the sums of what went wrong, without their kind: whether mail arrives at all must be seen. They
        are not in the sum of what waits or was not needed: less the other kinds, that would be who has not finished.
        """
        seen = self.get_queryset(request)
        all_rows = Dispatch.objects.all() if request.user.is_superuser else seen
        by_state = dict(all_rows.values_list("state").annotate(Count("pk")).order_by("state"))
        found = {
            "oldest": all_rows.filter(state=DispatchState.PLANNED).aggregate(Min("not_before"))["not_before__min"],
            "waiting": seen.filter(state=DispatchState.PLANNED).count(),
            "unknown": by_state.get(DispatchState.UNKNOWN, 0),
            "failed": by_state.get(DispatchState.FAILED, 0),
            "expired": by_state.get(DispatchState.EXPIRED, 0),
            "kinds": _table(seen),
            "reasons": [],
        }
        if request.user.is_superuser:
            why = seen.filter(state=DispatchState.SUPPRESSED).values_list("reason").annotate(Count("pk"))
            found["reasons"] = [
                (NotSentBecause(reason).label if reason else "No reason was kept", count)
                for reason, count in why.order_by("reason")
            ]
        return found

    @admin.display(description="reason")
    def why(self, dispatch):
        # What somebody chose for themself is nobody's business here: "paused" beside a group of three is a name.
        private = {NotSentBecause.PAUSED, NotSentBecause.STOPPED, NotSentBecause.WEEKLY, NotSentBecause.TOO_MANY}
        if dispatch.reason in private:
            return "Not wanted at that time"
        return dispatch.get_reason_display() or dispatch.error or "–"


def _table(rows):
    """A line for each kind: (kind, [how many in each state]), in the order of the states."""
    counts = {(kind, state): count for kind, state, count in rows.values_list("kind", "state").annotate(Count("pk"))}
    names = sorted({kind for kind, _ in counts})
    return [(name, [counts.get((name, state), 0) for state in DispatchState.values]) for name in names]
