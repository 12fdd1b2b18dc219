from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower

from partnerships.enums import Ring, Sector
from partnerships.models.base import UUIDModel, Versioned

ONE_TO_FIVE = [
    MinValueValidator(1, "Choose a number from 1 to 5."),
    MaxValueValidator(5, "Choose a number from 1 to 5."),
]


class StakeholderQuerySet(models.QuerySet):
    def with_positions(self):
        """With what a list shows, in two queries whatever its length: who holds the contact, and every position by date."""
        return self.select_related("held_by__person").prefetch_related("positions")


class Stakeholder(UUIDModel, Versioned):
    """A group, organisation or role around us: never a named person. Private to the partnership."""

    partnership = models.ForeignKey("partnerships.Partnership", models.CASCADE, related_name="stakeholders")
    name = models.CharField(max_length=120)
    kind = models.CharField("what kind of group", max_length=80, blank=True)
    sector = models.CharField(max_length=10, choices=Sector.choices, default=Sector.OTHER)
    ring = models.CharField("circle", max_length=6, choices=Ring.choices, default=Ring.WIDER)
    held_by = models.ForeignKey(
        "partnerships.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name="who is in touch",
    )
    accountable_for = models.CharField("what we owe them", max_length=300, blank=True)
    last_talked_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("partnerships.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                models.F("partnership"),
                Lower("name"),
                name="stakeholder_name_once",
                violation_error_message="This group is in the list already.",
            ),
            models.CheckConstraint(condition=models.Q(ring__in=Ring.values), name="stakeholder_ring_known"),
            models.CheckConstraint(condition=models.Q(sector__in=Sector.values), name="stakeholder_sector_known"),
        ]

    def __str__(self):
        return self.name


class StakeholderPosition(UUIDModel):
    """Where a group stood on a day. A new look is a new row, so that the map can show movement."""

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="positions")
    on = models.DateField()
    agreement = models.PositiveSmallIntegerField("agrees with us", validators=ONE_TO_FIVE)
    trust = models.PositiveSmallIntegerField("trusts us", validators=ONE_TO_FIVE)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("partnerships.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreement__range=(1, 5), trust__range=(1, 5)), name="position_one_to_five"
            ),
            models.UniqueConstraint(
                "stakeholder",
                "on",
                name="position_one_a_day",
                violation_error_message="There is a position for this day already.",
            ),
        ]

    def __str__(self):
        return f"{self.stakeholder_id} on {self.on}"
