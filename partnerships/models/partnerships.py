import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partnerships.enums import PlaceLevel
from partnerships.models.base import UUIDModel, Versioned
from partnerships.models.people import validate_time_zone

SMALLEST_GROUP_ALLOWED = 3
SMALLEST_GROUP_USUAL = 5


class Place(UUIDModel):
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=14, choices=PlaceLevel.choices, default=PlaceLevel.NEIGHBOURHOOD)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "name",
                "level",
                name="place_once_per_level",
                violation_error_message="This place is in the list already.",
            ),
            models.CheckConstraint(condition=models.Q(level__in=PlaceLevel.values), name="place_level_known"),
        ]

    def __str__(self):
        return self.name


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The partnerships a person is in today, in whatever role."""
        return self.filter(memberships__person=person, memberships__left_on__isnull=True)

    def in_programmes_of(self, person):
        """The partnerships whose programme a person looks after: their names and counts, never their words."""
        return self if person.is_superuser else self.filter(programme__administrators=person)

    def ongoing(self):
        return self.filter(ended_on__isnull=True)

    def lock(self):
        """The first lock of the order partnership → session → round → participation → draft."""
        return self.select_for_update(no_key=True)


class Partnership(UUIDModel, Versioned):
    programme = models.ForeignKey(
        "partnerships.Programme", models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    name = models.CharField(max_length=120)
    places = models.ManyToManyField(Place, related_name="partnerships", blank=True)
    organisations = models.ManyToManyField(
        "partnerships.Organisation", related_name="partnerships", blank=True, verbose_name="around the table"
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])
    # A trigger in the database refuses to lower it: whoever could would learn who wrote what.
    minimum_group = models.PositiveSmallIntegerField(
        "smallest group",
        default=SMALLEST_GROUP_USUAL,
        validators=[MinValueValidator(SMALLEST_GROUP_ALLOWED, "The smallest group can’t be under 3 people.")],
    )
    founded_at = models.DateTimeField(default=timezone.now, editable=False)
    founded_by = models.ForeignKey(
        "partnerships.Person", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = PartnershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_group__gte=SMALLEST_GROUP_ALLOWED),
                name="partnership_minimum_group_floor",
                violation_error_message="The smallest group can’t be under 3 people.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="partnership_ends_after_start",
                violation_error_message="A partnership can’t end before it begins.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.ended_on and self.started_on and self.ended_on < self.started_on:
            raise ValidationError({"ended_on": "The end is before the beginning. Change one of the two dates."})
        if not self._state.adding and self.minimum_group is not None:
            kept = type(self).objects.values_list("minimum_group", flat=True).get(pk=self.pk)
            if self.minimum_group < kept:
                raise ValidationError(
                    {"minimum_group": f"The smallest group is {kept} people. It can go up, never down."}
                )

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    def local_date(self, at=None):
        """The calendar date of a moment (default: now) where this partnership lives."""
        return timezone.localtime(at, self.zone).date()
