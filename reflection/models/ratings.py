"""Ratings: a number, or “can’t say”, for each sign. Private first; then rows with names, or counters without people."""

from django.db import models
from django.db.models import Q

from partnerships.models.base import UUIDModel

#: 1 to 5, and 0 for "can't say". What was left blank has no row at all.
ALLOWED = Q(value__gte=0, value__lte=5)


class RatingDraftQuerySet(models.QuerySet):
    def of(self, participation):
        """The only way to anybody's numbers before they are shown: one's own (trust A6)."""
        return self.filter(participation=participation)


class RatingDraft(UUIDModel):
    """What one person chose, until it is shown. It bears no time: the last to change a number must not stand out."""

    participation = models.ForeignKey("reflection.Participation", models.CASCADE, related_name="rating_drafts")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="rating_drafts")
    key = models.SlugField(max_length=40)
    value = models.PositiveSmallIntegerField()

    objects = RatingDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "round", "key"], name="rating_draft_once"),
            models.CheckConstraint(condition=ALLOWED, name="rating_draft_0_to_5"),
        ]

    def __str__(self):
        # Never the number: this lands in error reports and logs (trust A6).
        return "A rating that is not shown yet"


class Rating(UUIDModel):
    """A number with its name, in rounds with names only: the database refuses one anywhere else."""

    participation = models.ForeignKey("reflection.Participation", models.PROTECT, related_name="ratings")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="ratings")
    key = models.SlugField(max_length=40)
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "round", "key"], name="rating_once"),
            models.CheckConstraint(condition=ALLOWED, name="rating_0_to_5"),
        ]

    def __str__(self):
        return "A rating"


class RatingCount(UUIDModel):
    """How many people chose a number: written once, by the reveal, with no way back to any of them (trust A5)."""

    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="rating_counts")
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=40, blank=True)
    value = models.PositiveSmallIntegerField()
    people = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "key", "label", "value"], name="rating_count_once"),
            models.CheckConstraint(condition=ALLOWED & Q(people__gte=1), name="rating_count_0_to_5_of_somebody"),
        ]

    def __str__(self):
        return "How many chose a number"
