"""Answer: words that were shown. Made by the reveal only; sealed ones have no way back to a writer."""

from django.db import models
from django.utils import timezone

from partnerships.models.base import UUIDModel

#: What stands in the place of words whose writer took them out when they left (trust U3).
WITHDRAWN = "Withdrawn by its writer."


class AnswerQuerySet(models.QuerySet):
    def in_mixed_order(self):
        """One order for everybody, told by nothing but chance: by random id (trust A19)."""
        return self.order_by("pk")

    def with_places(self):
        """With where each answer stands: in a theme, on its own, or not placed."""
        return self.select_related("placement")

    def with_dots(self):
        """With the number of dots each drew, as `dots`."""
        return self.annotate(dots=models.Count("votes"))

    def with_writers(self):
        """For named rounds. A sealed answer has no signature to find."""
        return self.select_related(
            "signature__participation__membership__person",
            "signature__participation__membership__organisation",
            "signature__participation__guest",
        )


class Answer(UUIDModel):
    """No author, no time, no order, and nothing may be added: the columns are an allow-list (A1)."""

    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="answers")
    prompt = models.ForeignKey("reflection.Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField()
    label = models.CharField(max_length=40, blank=True)

    objects = AnswerQuerySet.as_manager()

    def __str__(self):
        return "An answer"


class Signature(UUIDModel):
    """Who wrote an answer in a round with names. The database refuses one in a sealed round."""

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="signature")
    participation = models.ForeignKey("reflection.Participation", models.PROTECT, related_name="signatures")
    added_at = models.DateTimeField(
        null=True, blank=True, default=None, help_text="When it was added after the reveal."
    )

    def __str__(self):
        return "A signature"

    @property
    def is_late(self):
        return self.added_at is not None

    def added_on(self):
        return timezone.localdate(self.added_at) if self.added_at else None
