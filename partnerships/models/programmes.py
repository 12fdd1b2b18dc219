from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from partnerships.models.base import UUIDModel


class ProgrammeQuerySet(models.QuerySet):
    def administered_by(self, person):
        """The programmes a person looks after; a superuser looks after all."""
        return self if person.is_superuser else self.filter(administrators=person)


class Programme(UUIDModel):
    """The umbrella over several partnerships. Its administrators see counts and what partnerships chose to share."""

    name = models.CharField(max_length=120)
    funder = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True, max_length=2000)
    administrators = models.ManyToManyField("partnerships.Person", related_name="programmes", blank=True)

    objects = ProgrammeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message="A programme can’t end before it begins.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The end is before the beginning. Change one of the two dates."})
