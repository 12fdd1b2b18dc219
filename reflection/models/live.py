"""A live session: which round the room is at, its clock, and who is there. Nothing here outlives the session."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from partnerships.models.base import UUIDModel
from reflection.enums import GuestState


class LiveRunQuerySet(models.QuerySet):
    def forget_move(self, *, session):
        """A card of this session was placed in another way: the move before it is not the last one any more."""
        return self.filter(session=session).update(last_moved=None, last_moved_from="")

    def forget_move_by(self, theme):
        """This theme goes: a move out of it, or of a card that stands in it, cannot be taken back any more."""
        touched = Q(last_moved_from=str(theme.pk)) | Q(last_moved__placement__theme=theme)
        return self.filter(touched, session=theme.round.session_id).update(last_moved=None, last_moved_from="")


class LiveRun(UUIDModel):
    """Where the room is. One for each session that was begun live."""

    session = models.OneToOneField("reflection.Session", models.CASCADE, related_name="live_run")
    round = models.ForeignKey(
        "reflection.Round", models.CASCADE, related_name="+", help_text="The round on every screen."
    )
    # Moves on with every step: a command that saw another one moves nothing (trust L6).
    step = models.PositiveIntegerField(default=1)
    step_began_at = models.DateTimeField()
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="When this step’s time is over. Nothing closes by it."
    )
    paused_seconds = models.PositiveIntegerField(null=True, blank=True, help_text="Seconds that are left while paused.")
    led_by = models.ForeignKey("partnerships.Membership", models.SET_NULL, null=True, blank=True, related_name="+")
    # The highest step of “how many have finished” that was told in this round (trust A9).
    step_told = models.PositiveSmallIntegerField(null=True, blank=True)

    # The last card that was moved, and where it was: any facilitator may take the move back.
    last_moved = models.ForeignKey("reflection.Answer", models.SET_NULL, null=True, blank=True, related_name="+")
    last_moved_from = models.CharField(max_length=36, blank=True)

    objects = LiveRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(paused_seconds__isnull=True),
                name="live_run_clock_runs_or_is_paused",
            ),
        ]

    def __str__(self):
        return "A live session"

    @property
    def is_paused(self):
        return self.paused_seconds is not None


class LivePlaceQuerySet(models.QuerySet):
    def in_session(self, session):
        return self.filter(participation__session=session)

    def in_the_room(self):
        """Without guests whose place was ended: their chair may stay for the counts of a sealed round, and nobody sits in it."""
        return self.exclude(participation__guest__state=GuestState.GONE)


class LivePlace(UUIDModel):
    """That somebody is there, and what they do beside writing. Deleted when the session ends."""

    participation = models.OneToOneField("reflection.Participation", models.CASCADE, related_name="live_place")
    arrived_at = models.DateTimeField()
    turns = models.PositiveSmallIntegerField(
        default=0, help_text="How often they spoke, as those who facilitate tapped."
    )
    hand_up_at = models.DateTimeField(null=True, blank=True)
    finished_round = models.ForeignKey(
        "reflection.Round", models.SET_NULL, null=True, blank=True, related_name="+", help_text="“I’m finished” in it."
    )
    passed_round = models.ForeignKey("reflection.Round", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = LivePlaceQuerySet.as_manager()

    def __str__(self):
        return "A place at the table"


#: A word or two that somebody would like to hear in plain English.
FLAG_LIMIT = 60


class FlaggedWord(UUIDModel):
    """A word that was not clear to somebody. Nothing here says to whom, or when; deleted once it was explained."""

    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="flagged_words")
    word = models.CharField(max_length=FLAG_LIMIT)

    class Meta:
        constraints = [
            models.UniqueConstraint("session", Lower("word"), name="flagged_word_once_per_session"),
        ]

    def __str__(self):
        return "A flagged word"
