"""What came of a session: what we learned, what we decided, what is still open."""

from django.db import models
from django.utils import timezone

from partnerships.models.base import UUIDModel, Versioned
from reflection.enums import DidItHold, HowAgreed


class OutcomeQuerySet(models.QuerySet):
    def of_partnership(self, partnership):
        return self.filter(session__partnership=partnership)

    def of_sessions(self, sessions):
        """What came of these sessions (a queryset: it becomes part of the same question to the database)."""
        return self.filter(session__in=sessions)

    def of_question(self, key):
        """What came of one of the five questions, whatever the words it was asked in."""
        return self.filter(round__question__key=key)

    def newest_first(self):
        return self.order_by("-added_at", "pk")

    def with_words(self):
        """With what a list prints beside each: session, question, theme."""
        return self.select_related("session", "round__question", "theme")


class Outcome(UUIDModel, Versioned):
    """What learnings, decisions, actions and open matters have in common."""

    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="%(class)ss")
    round = models.ForeignKey("reflection.Round", models.SET_NULL, null=True, blank=True, related_name="+")
    theme = models.ForeignKey("reflection.Theme", models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=600)
    added_by = models.ForeignKey("partnerships.Membership", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["added_at"]

    def __str__(self):
        return self.text


class LearningQuerySet(OutcomeQuerySet):
    def due_for_review(self, on):
        return self.filter(review_on__lte=on, held__in=["", DidItHold.NOT_YET])


class Learning(Outcome):
    do_differently = models.CharField("what we will do differently", max_length=600, blank=True)
    review_on = models.DateField("look at it again on", null=True, blank=True)
    held = models.CharField("did it hold?", max_length=8, choices=DidItHold, blank=True)
    changed_main_task = models.BooleanField("did it change how we see our main task?", null=True, blank=True)

    objects = LearningQuerySet.as_manager()

    def is_due_on(self, day):
        """Whether its day to be looked at again has come, and nobody has said yet that it held or not."""
        return self.review_on is not None and self.review_on <= day and self.held in ("", DidItHold.NOT_YET)


class Decision(Outcome):
    how_agreed = models.CharField(max_length=12, choices=HowAgreed, default=HowAgreed.CONSENT)
    authority = models.CharField("who has the authority", max_length=200, blank=True)
    rather_wait = models.CharField(
        "who would rather wait",
        max_length=200,
        blank=True,
        help_text="In kind, not by name: “one person”, “two small groups”.",
    )
    review_on = models.DateField("look at it again on", null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()


class MatterQuerySet(OutcomeQuerySet):
    def still_open(self):
        return self.filter(settled_at__isnull=True)


class Matter(Outcome):
    """Something still open. It comes back at the start of next time."""

    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MatterQuerySet.as_manager()
