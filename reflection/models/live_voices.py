"""Who speaks in a live session. Names go when it ends; totals of sectors stay, where enough people were there."""

from django.db import models
from django.db.models import F, Q

from partnerships.enums import Sector
from partnerships.models.base import UUIDModel
from reflection.enums import TurnState


class TalkingOrderQuerySet(models.QuerySet):
    def in_session(self, session):
        return self.filter(run__session=session)


class TalkingOrder(UUIDModel):
    """A spoken round in a fair order, while it lasts. Deleted when it is over, or the session is."""

    run = models.OneToOneField("reflection.LiveRun", models.CASCADE, related_name="talking_order")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="+")
    turn_ends_at = models.DateTimeField(help_text="When the time of who speaks now is over. Nothing ends by it.")

    objects = TalkingOrderQuerySet.as_manager()

    def __str__(self):
        return "A spoken round"


class TalkingTurnQuerySet(models.QuerySet):
    def in_session(self, session):
        """The turns of a session's spoken round in order, each with its round."""
        return self.filter(order__run__session=session).select_related("order")

    def in_round_led(self):
        """Only while the room is at the round that is being spoken in."""
        return self.filter(order__round=F("order__run__round"))

    def waiting(self):
        return self.filter(state=TurnState.WAITING)


class TalkingTurn(UUIDModel):
    order = models.ForeignKey(TalkingOrder, models.CASCADE, related_name="turns")
    participation = models.ForeignKey("reflection.Participation", models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=TurnState, default=TurnState.WAITING)
    hosts = models.BooleanField(default=False, help_text="Of the organisation that hosts: speaks last.")

    objects = TalkingTurnQuerySet.as_manager()

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "participation"], name="talking_turn_once_each"),
            models.CheckConstraint(condition=Q(state__in=TurnState.values), name="talking_turn_state_known"),
        ]

    def __str__(self):
        return "A turn to speak"


class VoiceTotal(UUIDModel):
    """How often a sector spoke in a session that is over, where three and more of its people were there. Nobody's name."""

    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="voice_totals")
    sector = models.CharField(max_length=12, choices=Sector)
    turns = models.PositiveIntegerField()

    class Meta:
        ordering = ["sector"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sector"], name="voice_total_once_per_sector"),
        ]

    def __str__(self):
        return "Turns of a sector"
