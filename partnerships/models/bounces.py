from datetime import timedelta

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships.enums import BounceKind
from partnerships.models.base import UUIDModel

#: What mail servers told us is forgotten after this; whom we cannot reach is not.
KEPT_FOR = timedelta(days=90)


class AddressSuppressionQuerySet(models.QuerySet):
    def of(self, addresses):
        """Those of these addresses (in any case) that mail does not reach."""
        return self.filter(address__in={address.lower() for address in addresses})


class AddressSuppression(UUIDModel):
    """An address that we write to no more. Keyed by the address: whoever gets another one is reached again."""

    address = models.CharField(max_length=254, unique=True)
    kind = models.CharField(max_length=9, choices=BounceKind.choices)
    since = models.DateTimeField(default=timezone.now, editable=False)

    objects = AddressSuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=BounceKind.values), name="suppression_kind_known"),
            models.CheckConstraint(condition=models.Q(address=Lower("address")), name="suppression_lower_case"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class BounceEvent(UUIDModel):
    """One thing a mail server told us, once: the same report again is the same row. Never the server's own words."""

    event_id = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=254, db_index=True)
    kind = models.CharField(max_length=9, choices=BounceKind.choices)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=BounceKind.values), name="bounce_kind_known")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"
