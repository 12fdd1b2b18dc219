"""Action: who will do what by when. It belongs to someone once they said yes."""

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from partnerships.models.base import UUIDModel
from reflection.enums import ActionState, DidWeDoIt, OwnerReply
from reflection.models.outcomes import Outcome, OutcomeQuerySet


class ActionQuerySet(OutcomeQuerySet):
    def still_open(self):
        """Open or partly done: what is carried into the next session."""
        return self.filter(state__in=[ActionState.OPEN, ActionState.PARTLY])

    def concerning(self, session):
        """What belongs to a session: agreed in it, or looked back at in it. Each carries that look back, if any."""
        return self.looked_back_at(session).filter(Q(session=session) | Q(look_back__isnull=False))

    def looked_back_at(self, session):
        """With the answer to “did we do it?” that this session gave, as `answered` and `answered_note`."""
        return self.alias(look_back=FilteredRelation("reviews", condition=Q(reviews__session=session))).annotate(
            answered=F("look_back__answer"), answered_note=F("look_back__note")
        )

    def for_each_owner(self):
        """A row for each owner who has not said no (one without for an action of nobody or of all), with who it is."""
        return self.alias(asked=FilteredRelation("owners", condition=~Q(owners__reply=OwnerReply.NO))).annotate(
            owner_id=F("asked__membership"),
            owner_name=F("asked__membership__person__full_name"),
            owner_sector=F("asked__membership__organisation__sector"),
            owner_reply=F("asked__reply"),
        )


class Action(Outcome):
    due_on = models.DateField("by when?", null=True, blank=True)
    everyone = models.BooleanField("all of us", default=False)
    state = models.CharField(max_length=8, choices=ActionState, default=ActionState.OPEN)
    what_happened = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ActionQuerySet.as_manager()


class ActionOwnerQuerySet(models.QuerySet):
    def with_people(self):
        """Those who were asked and have not said no, by name."""
        return (
            self.exclude(reply=OwnerReply.NO)
            .select_related("membership__person")
            .order_by("membership__person__full_name")
        )


class ActionOwner(UUIDModel):
    action = models.ForeignKey(Action, models.CASCADE, related_name="owners")
    membership = models.ForeignKey("partnerships.Membership", models.PROTECT, related_name="actions_asked")
    reply = models.CharField(max_length=5, choices=OwnerReply, default=OwnerReply.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ActionOwnerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "membership"], name="action_owner_once"),
            models.CheckConstraint(
                condition=Q(reply=OwnerReply.ASKED) | Q(replied_at__isnull=False),
                name="action_owner_reply_has_a_time",
            ),
        ]

    def __str__(self):
        return "An owner of an action"


class ActionReview(UUIDModel):
    """“Did we do it?”, as answered in a later session."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reviews")
    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="action_reviews")
    answer = models.CharField(max_length=8, choices=DidWeDoIt)
    note = models.CharField("what changed, or what got in the way", max_length=300, blank=True)
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "session"], name="action_review_once_a_session"),
        ]

    def __str__(self):
        return "A look back at an action"
