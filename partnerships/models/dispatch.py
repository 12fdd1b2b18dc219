from datetime import timedelta

from django.db import models
from django.utils import timezone

from partnerships.enums import DispatchState, NotSentBecause
from partnerships.models.base import UUIDModel

# A hand-over to the mail server takes seconds. After this long the sender is gone and nobody knows how far it came.
LOST_AFTER = timedelta(minutes=15)


class DispatchQuerySet(models.QuerySet):
    def due(self, at=None):
        """Planned, their time has come and has not passed."""
        at = at or timezone.now()
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=at),
            state=DispatchState.PLANNED,
            not_before__lte=at,
        )

    def too_late(self, at=None, planned_before=None):
        late = models.Q(expires_at__lte=at or timezone.now())
        if planned_before:
            late |= models.Q(planned_at__lt=planned_before)
        return self.filter(late, state=DispatchState.PLANNED)

    def lost(self, at=None):
        """Being sent for so long that the sender must have died on the way."""
        return self.filter(state=DispatchState.SENDING, claimed_at__lte=(at or timezone.now()) - LOST_AFTER)

    def may_go(self, since):
        """Handed to the mail server after a moment, or perhaps, or about to be."""
        states = [DispatchState.SENDING, DispatchState.SENT, DispatchState.UNKNOWN]
        return self.filter(state__in=states, claimed_at__gt=since)

    def how_many_for_each_reader(self):
        """(recipient_key, tried, how many); tried: it went or may have, as one that is in doubt does."""
        tried = ~models.Q(state=DispatchState.SENDING) | models.Q(attempts__gt=0)
        rows = self.order_by().annotate(tried=models.ExpressionWrapper(tried, models.BooleanField()))
        return rows.values_list("recipient_key", "tried", models.Count("pk"))

    def to(self, recipient):
        return self.filter(recipient_key=recipient_key(recipient))


def recipient_key(recipient):
    """`person:<uuid>` or `invitation:<uuid>`: the address itself is read when the mail is sent, so that a changed one is honoured."""
    return f"{recipient._meta.model_name}:{recipient.pk}"


class Dispatch(UUIDModel):
    """One mail to one reader. The unique key makes planning the same mail twice the same row."""

    kind = models.CharField(max_length=40)
    occurrence = models.CharField(max_length=120)
    recipient_key = models.CharField(max_length=60)
    partnership = models.ForeignKey(
        "partnerships.Partnership", models.CASCADE, null=True, blank=True, related_name="dispatches"
    )
    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.PLANNED)
    planned_at = models.DateTimeField(default=timezone.now, editable=False)
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=12, choices=NotSentBecause.choices, blank=True)
    # Ids only: no address, no name, no words.
    context = models.JSONField(default=dict, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dispatches"
        ordering = ["planned_at", "id"]
        constraints = [
            models.UniqueConstraint("kind", "occurrence", "recipient_key", name="dispatch_once"),
            models.CheckConstraint(condition=models.Q(state__in=DispatchState.values), name="dispatch_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=DispatchState.SENDING)
                | models.Q(claim__isnull=False, claimed_at__isnull=False),
                name="dispatch_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=models.Q(reason="")
                | models.Q(state=DispatchState.SUPPRESSED, reason__in=NotSentBecause.values),
                name="dispatch_reason_known",
            ),
        ]
        indexes = [
            models.Index("state", "not_before", name="dispatch_due"),
            # What someone was sent of late. Partial, so that planning does not pay for it.
            models.Index(
                "recipient_key",
                "claimed_at",
                condition=models.Q(claimed_at__isnull=False),
                name="dispatch_of_late",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.occurrence}"
