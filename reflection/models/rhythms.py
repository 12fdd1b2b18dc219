"""Rhythm: how often a group checks in. A group without one of its own keeps that of its programme."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models.base import UUIDModel, Versioned
from reflection.enums import EveryWeeks, Weekday

FIRST_HOUR, LAST_HOUR = 8, 17  # local hours at which a check-in may open: within the quiet hours' other side


class RhythmQuerySet(models.QuerySet):
    def beating(self):
        return self.filter(is_on=True)

    def of_programmes(self):
        return self.filter(programme__isnull=False)

    def for_partnership(self, partnership):
        """The one that holds for a partnership: its own, else its programme's; own first."""
        return self.filter(
            Q(partnership=partnership.pk) | Q(programme=partnership.programme_id, programme__isnull=False)
        ).order_by(models.F("partnership").asc(nulls_last=True))


class Rhythm(UUIDModel, Versioned):
    partnership = models.OneToOneField(
        "partnerships.Partnership", models.CASCADE, null=True, blank=True, related_name="rhythm"
    )
    programme = models.OneToOneField(
        "partnerships.Programme", models.CASCADE, null=True, blank=True, related_name="rhythm"
    )
    is_on = models.BooleanField("we check in", default=True)
    every_weeks = models.PositiveSmallIntegerField("how often?", choices=EveryWeeks, default=EveryWeeks.TWO)
    weekday = models.PositiveSmallIntegerField("on which day?", choices=Weekday, default=Weekday.TUESDAY)
    hour = models.PositiveSmallIntegerField("at what time?", default=9, help_text="Local hour, 8 to 17.")
    starts_on = models.DateField(default=timezone.localdate, help_text="Weeks are counted from the first such day.")
    asks_mood = models.BooleanField("How do I arrive?", default=True)
    asks_room = models.BooleanField("Room for this work", default=True)
    asks_question = models.BooleanField("One short question, a new one each time", default=True)
    asks_know = models.BooleanField("Something you should know", default=True)
    asks_partner = models.BooleanField("Speak for your partner: tell one other person’s news", default=False)

    objects = RhythmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, programme__isnull=True)
                | Q(partnership__isnull=True, programme__isnull=False),
                name="rhythm_of_one",
                violation_error_message="A rhythm is that of one group, or of one programme.",
            ),
            models.CheckConstraint(condition=Q(every_weeks__in=EveryWeeks.values), name="rhythm_weeks_known"),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="rhythm_weekday_works"),
            models.CheckConstraint(
                condition=Q(hour__gte=FIRST_HOUR, hour__lte=LAST_HOUR),
                name="rhythm_hour_by_day",
                violation_error_message="Choose a time between 8am and 6pm.",
            ),
            models.CheckConstraint(
                condition=Q(asks_mood=True)
                | Q(asks_room=True)
                | Q(asks_question=True)
                | Q(asks_know=True)
                | Q(asks_partner=True),
                name="rhythm_asks_something",
                violation_error_message="Choose at least one thing to ask.",
            ),
        ]

    def __str__(self):
        return f"{self.get_every_weeks_display()}, {self.get_weekday_display()}"


class RhythmPauseQuerySet(models.QuerySet):
    def from_day(self, day):
        return self.filter(ends_on__gte=day).order_by("starts_on")


class RhythmPause(UUIDModel):
    """Days on which nobody of a group is asked; both ends count."""

    partnership = models.ForeignKey("partnerships.Partnership", models.CASCADE, related_name="rhythm_pauses")
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    words = models.CharField("what shall we tell people?", max_length=200, blank=True)

    objects = RhythmPauseQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="rhythm_pause_ends_after_it_starts",
                violation_error_message="The last day can’t be before the first.",
            )
        ]

    def __str__(self):
        return f"{self.starts_on} to {self.ends_on}"

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day can’t be before the first."})

    def covers(self, day):
        return self.starts_on <= day <= self.ends_on
