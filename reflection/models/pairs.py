"""Alone, in pairs, in fours, all together: small groups, who sits in them, and what they write together.

Known inside the group only, until it is shown as "from a pair" or "from a four". No row here leads to an answer.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from partnerships.models.base import UUIDModel, Versioned
from reflection.enums import SmallStep
from reflection.models.drafts import BODY_LIMIT


class Together(UUIDModel):
    """Where a round of pairs and fours stands while people write. Without one, everybody is alone still."""

    round = models.OneToOneField("reflection.Round", models.CASCADE, related_name="together")
    step = models.CharField(max_length=8, choices=SmallStep, default=SmallStep.ALONE)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(step__in=SmallStep.values), name="together_step_known")]

    def __str__(self):
        return self.get_step_display()


class SmallGroupQuerySet(models.QuerySet):
    def of(self, round, step):
        return self.filter(round=round, step=step).order_by("number")

    def with_people(self):
        """With everybody who sits there, and who they are: two queries."""
        return self.prefetch_related(
            models.Prefetch("seats", Seat.objects.select_related("participation__membership__person", "participation__membership__organisation", "participation__guest"))
        )  # fmt: skip

    def where_sits(self, participation):
        """The groups in which somebody has a place: the only way to what is written there."""
        return self.filter(Exists(Seat.objects.filter(group=OuterRef("pk"), participation=participation)))

    def with_words(self):
        return self.exclude(text="")

    def ready(self):
        return self.filter(ready=True)

    def written_in(self):
        return self.filter(Q(version__gt=1) | ~Q(text=""))

    def empty(self):
        return self.filter(seats__isnull=True)


class SmallGroup(UUIDModel, Versioned):
    """A pair, or the two pairs that became a four; their one text. Changed by whoever sits there."""

    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="small_groups")
    step = models.CharField(max_length=8, choices=SmallStep)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=BODY_LIMIT, blank=True)
    ready = models.BooleanField(default=False, help_text="“We’re ready”: those it goes to next may see it.")
    four = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="pairs")

    objects = SmallGroupQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "step", "number"], name="small_group_number_once"),
            models.CheckConstraint(
                condition=Q(step__in=[SmallStep.PAIRS, SmallStep.FOURS]), name="small_group_is_a_pair_or_a_four"
            ),
            models.CheckConstraint(condition=~Q(ready=True, text=""), name="small_group_without_words_is_never_ready"),
            models.CheckConstraint(condition=Q(four__isnull=True) | Q(step=SmallStep.PAIRS), name="only_pairs_join"),
        ]

    def __str__(self):
        # Never the words: this lands in error reports and logs.
        return f"{'Pair' if self.step == SmallStep.PAIRS else 'Four'} {self.number}"

    @property
    def people(self):
        return [seat.participation for seat in self.seats.all()]


class Seat(UUIDModel):
    """Somebody's place in a small group: one in each step of a round."""

    group = models.ForeignKey(SmallGroup, models.CASCADE, related_name="seats")
    participation = models.ForeignKey("reflection.Participation", models.CASCADE, related_name="seats")
    round = models.ForeignKey("reflection.Round", models.CASCADE, related_name="+")
    step = models.CharField(max_length=8, choices=SmallStep)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "round", "step"], name="seat_once_in_each_step"),
        ]

    def __str__(self):
        return "A seat"


class Carried(UUIDModel):
    """That words were carried on: a member's own into their pair, or a pair's into its four (its lineage)."""

    into = models.ForeignKey(SmallGroup, models.CASCADE, related_name="carried")
    # No foreign key: a draft is deleted for its writer alone, and this asks nobody first.
    draft = models.UUIDField(null=True, blank=True)
    pair = models.ForeignKey(SmallGroup, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, pair__isnull=True) | Q(draft__isnull=True, pair__isnull=False),
                name="carried_from_one_place",
            ),
            models.CheckConstraint(condition=~Q(pair=F("into")), name="carried_from_elsewhere"),
            models.UniqueConstraint(fields=["into", "draft"], name="carried_draft_once"),
            models.UniqueConstraint(fields=["into", "pair"], name="carried_pair_once"),
        ]

    def __str__(self):
        return "Words carried on"
