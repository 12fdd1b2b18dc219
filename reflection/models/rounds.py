"""Round: one part of a session. It owns the stages that everybody goes through together."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models.base import UUIDModel
from reflection.enums import RATED, SEALED, Attribution, RoundKind, SmallStep, Stage

#: What a question asks of each person who writes alone, in minutes.
WRITING_MINUTES = 7
#: Kinds in which a group only talks.
WITHOUT_ANSWERS = (RoundKind.LAST_ACTIONS, RoundKind.ACTIVITY)


class RoundQuerySet(models.QuerySet):
    def for_writing(self):
        """Locked, with what decides whether words may still be added to them."""
        return self.select_for_update(no_key=True).only("session_id", "kind", "attribution", "stage")

    def questions(self):
        return self.filter(kind=RoundKind.QUESTION)

    def with_answers(self):
        """Rounds in which people write or rate, each for themselves, until it is shown."""
        return self.exclude(kind__in=WITHOUT_ANSWERS)

    def with_words(self):
        """Rounds with what their pages print: session, partnership, question."""
        return self.select_related("session__partnership", "session__framework", "question")

    def with_theme_rows(self):
        """A row for each theme of a round (one for a round without), so that both come with one query."""
        return self.select_related("question").annotate(
            theme_id=F("themes__pk"),
            theme_name=F("themes__name"),
            theme_notice=F("themes__notice"),
            theme_differs=F("themes__seen_differently"),
            theme_different_view=F("themes__different_view"),
        )

    def shown(self):
        """Rounds whose answers are out."""
        return self.filter(revealed_at__isnull=False)

    def counted(self):
        """Rounds of which `Round.is_counted` holds."""
        return self.filter(Q(attribution__in=SEALED) | Q(kind=RoundKind.CLOSING))

    def not_shown(self):
        return self.filter(revealed_at__isnull=True)


class Round(UUIDModel):
    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="rounds")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=RoundKind, default=RoundKind.QUESTION)
    question = models.ForeignKey("reflection.Question", models.PROTECT, null=True, blank=True, related_name="rounds")
    prompts = models.ManyToManyField("reflection.Prompt", blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=7, help_text="Minutes, for each person.")
    attribution = models.CharField(max_length=12, choices=Attribution)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.WAITING)
    revealed_at = models.DateTimeField(null=True, blank=True)
    too_few = models.BooleanField(default=False, help_text="The last try to show the answers found too few people.")
    kept_closed = models.BooleanField(
        default=False, help_text="Ended without being shown: the words stayed with their authors."
    )
    # Frozen at the reveal (trust A15).
    people_count = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_count = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="round_position_once_per_session"),
            models.CheckConstraint(
                condition=Q(question__isnull=False) | ~Q(kind=RoundKind.QUESTION),
                name="round_of_a_question_has_one",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="round_stage_known"),
            models.CheckConstraint(condition=Q(attribution__in=Attribution.values), name="round_attribution_known"),
            models.CheckConstraint(
                condition=Q(kind=RoundKind.ACTIVITY, attribution=Attribution.TOGETHER)
                | (~Q(kind=RoundKind.ACTIVITY) & ~Q(attribution=Attribution.TOGETHER)),
                name="round_of_pairs_and_fours_is_together",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.WAITING, Stage.WRITING], revealed_at__isnull=False),
                name="round_shown_never_goes_back_to_writing",
            ),
        ]

    def __str__(self):
        return f"Round {self.position}"

    @property
    def is_sealed(self):
        return self.attribution in SEALED

    @property
    def is_counted(self):
        """Whether its numbers are told as totals only: where answers are sealed, and in every closing, whatever was chosen."""
        return self.is_sealed or self.kind == RoundKind.CLOSING

    @property
    def has_answers(self):
        """Whether people write or rate in it, each for themselves, until it is shown."""
        return self.kind not in WITHOUT_ANSWERS

    @property
    def is_rated(self):
        """Whether people choose numbers in it, and write no words."""
        return self.kind in RATED

    @property
    def writing_minutes(self):
        """Minutes that writing for it asks of each person. Where the group meets, its own minutes are mostly talk."""
        return min(self.minutes, WRITING_MINUTES) if self.session.meets else self.minutes

    @property
    def is_together(self):
        """Whether its words come from pairs and fours: with neither names nor sectors, and without a signature."""
        return self.attribution == Attribution.TOGETHER

    @property
    def small_step(self):
        """Where pairs and fours stand while people write. No query when it was loaded `select_related("together")`."""
        return SmallStep(self.together.step) if self.is_together and hasattr(self, "together") else SmallStep.ALONE

    @property
    def takes_words_of_one(self):
        """Whether what one person says has a place in it: none among numbers, and in fours only what a pair carries on."""
        return not self.is_rated and not (self.is_together and self.small_step == SmallStep.FOURS)

    @property
    def has_names(self):
        """Whether its answers stand with their writers' names: the only ones with a signature."""
        return self.attribution == Attribution.NAMED

    @property
    def title(self):
        """What it asks, or else what kind of round it is."""
        return self.question.title if self.question else self.get_kind_display()

    @property
    def is_shown(self):
        return self.revealed_at is not None

    def is_writable(self, at=None):
        return self.stage == Stage.WRITING and self.session.is_writable(at or timezone.now())
