from django.core.exceptions import ValidationError
from django.db import models

from partnerships.enums import LeadAgreed
from partnerships.models.base import UUIDModel


class LeadTermQuerySet(models.QuerySet):
    def on(self, date):
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=date), starts_on__lte=date)


class LeadTerm(UUIDModel):
    """Which organisation leads, from when until when, for what, and how that was agreed."""

    partnership = models.ForeignKey("partnerships.Partnership", models.CASCADE, related_name="lead_terms")
    organisation = models.ForeignKey("partnerships.Organisation", models.PROTECT, related_name="lead_terms")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    covers = models.TextField("what the role covers", blank=True, max_length=1000)
    agreed = models.CharField(
        "how it was agreed", max_length=13, choices=LeadAgreed.choices, default=LeadAgreed.NOT_DISCUSSED
    )

    objects = LeadTermQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="lead_term_ends_after_start",
                violation_error_message="A term can’t end before it begins.",
            ),
            models.CheckConstraint(condition=models.Q(agreed__in=LeadAgreed.values), name="lead_term_agreed_known"),
            models.UniqueConstraint(
                "partnership",
                "organisation",
                condition=models.Q(ends_on__isnull=True),
                name="lead_term_one_open",
                violation_error_message="This organisation leads already.",
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id} from {self.starts_on}"

    def clean(self):
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The end is before the beginning. Change one of the two dates."})
