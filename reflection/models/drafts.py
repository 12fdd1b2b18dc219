"""Draft: what a member writes before the answers are shown. Read by its author alone."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.models.base import UUIDModel

BODY_LIMIT = 5_000
#: How somebody arrives, in a word.
WORD_LIMIT = 40


class DraftQuerySet(models.QuerySet):
    def of(self, person):
        """The only way to anybody's drafts: one's own (trust A6)."""
        return self.filter(participation__membership__person=person)

    def of_guest(self, guest):
        return self.filter(participation__guest=guest)

    def of_guests(self):
        return self.filter(participation__guest__isnull=False)

    def ready(self):
        return self.filter(ready=True)

    def with_words(self):
        """Without the empty ones that a cleared box leaves behind."""
        return self.exclude(body="")

    def notes(self):
        return self.filter(note=True)

    def answers_to_be(self):
        """All but notes to oneself."""
        return self.filter(note=False)


class Draft(UUIDModel):
    participation = models.ForeignKey("reflection.Participation", models.CASCADE, related_name="drafts")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="drafts")
    prompt = models.ForeignKey("reflection.Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField(max_length=BODY_LIMIT, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="For compare-and-set: clashes keep both.")
    ready = models.BooleanField(default=False)
    note = models.BooleanField("a note to myself", default=False)
    saved_at = models.DateTimeField(default=timezone.now)
    spoken_by = models.ForeignKey(
        "partnerships.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The facilitator who wrote these words down for their author.",
    )
    confirmed = models.BooleanField(
        default=True, help_text="Words written down for someone count only when they say so."
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["saved_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(ready=True, note=True), name="draft_note_is_never_ready"),
            models.CheckConstraint(condition=~Q(ready=True, confirmed=False), name="draft_unconfirmed_is_never_ready"),
        ]
        indexes = [models.Index(fields=["round", "ready"])]

    def __str__(self):
        # Never the words: this lands in error reports and logs (trust A6).
        return "A draft"
