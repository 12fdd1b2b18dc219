from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from partnerships.enums import Sector
from partnerships.models.base import UUIDModel


class OrganisationQuerySet(models.QuerySet):
    def named(self, name):
        return self.filter(name__iexact=" ".join(name.split()))

    def around(self, partnership):
        """The organisations around a partnership's table: named at its founding, or brought by someone who joined."""
        return self.filter(partnerships=partnership)


class Organisation(UUIDModel):
    """Shared between partnerships: one row however many tables it sits at."""

    name = models.CharField(max_length=160)
    sector = models.CharField(max_length=10, choices=Sector.choices)
    small = models.BooleanField("few or no paid staff", default=False)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="organisation_name_any_case",
                violation_error_message="There is an organisation with this name already.",
            ),
            models.CheckConstraint(condition=models.Q(sector__in=Sector.values), name="organisation_sector_known"),
        ]

    def __str__(self):
        return self.name
