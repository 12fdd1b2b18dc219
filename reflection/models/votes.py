"""Vote: a dot. The database, not the code, keeps anyone from having more than five."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from partnerships.models.base import UUIDModel

DOTS = 5


class Vote(UUIDModel):
    participation = models.ForeignKey("reflection.Participation", models.CASCADE, related_name="votes")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="votes")
    answer = models.ForeignKey("reflection.Answer", models.CASCADE, related_name="votes")
    slot = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(DOTS)],
        help_text="Which of the person’s dots this is: 1 to 5.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "round", "slot"], name="vote_slot_once_per_person"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=DOTS), name="vote_slot_within_the_limit"),
        ]

    def __str__(self):
        return "A dot"
