"""CheckIn: how we are between sessions. Numbers never carry a name and are drawn once; words carry one and say so."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.enums import SeenBy
from partnerships.models.base import UUIDModel
from reflection.enums import CheckInKind, Heard, Measure, Mood, Room

WORDS_LIMIT = 1000  # characters of one box


class CheckInQuerySet(models.QuerySet):
    def of_partnership(self, partnership):
        return self.filter(partnership=partnership)

    def open(self):
        return self.filter(closed_at__isnull=True)

    def closed(self):
        return self.filter(closed_at__isnull=False)

    def due_to_close(self, at):
        return self.open().filter(closes_at__lte=at)

    def newest_first(self):
        return self.order_by("-on", "-opens_at")

    def asking_since(self, day):
        """Those on or after a day that asked one of the short questions."""
        return self.filter(on__gte=day).exclude(question_key="")

    def with_counts(self):
        """With how many were asked and how many have answered, as `asked` and `answered`."""
        return self.annotate(
            asked=models.Count("invitees"), answered=models.Count("invitees", filter=Q(invitees__answer__isnull=False))
        )

    def with_place_of(self, person):
        """With whether this person was asked, and whether they have answered, as `is_mine` and `has_mine`."""
        mine = CheckInInvitee.objects.of(person).filter(checkin=models.OuterRef("pk"))
        return self.annotate(is_mine=models.Exists(mine), has_mine=models.Exists(mine.answered()))

    def lock(self):
        return self.select_for_update(no_key=True, of=("self",))


class CheckIn(UUIDModel):
    partnership = models.ForeignKey("partnerships.Partnership", models.CASCADE, related_name="checkins")
    on = models.DateField(help_text="The local day on which it opened. One a day at most.")
    kind = models.CharField(max_length=8, choices=CheckInKind, default=CheckInKind.ORDINARY)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    asks_mood = models.BooleanField(default=True)
    asks_room = models.BooleanField(default=True)
    asks_know = models.BooleanField(default=True)
    question_key = models.CharField(max_length=40, blank=True)
    question = models.CharField(max_length=120, blank=True)
    answered_at_close = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="People who had answered when it closed."
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "on"], name="checkin_once_a_day"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="checkin_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(kind__in=CheckInKind.values), name="checkin_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, answered_at_close__isnull=True)
                | Q(closed_at__isnull=False, answered_at_close__isnull=False),
                name="checkin_closed_is_counted",
            ),
        ]
        indexes = [models.Index("closes_at", condition=Q(closed_at__isnull=True), name="checkin_open")]

    def __str__(self):
        return f"Check-in of {self.on}"

    @property
    def is_open(self):
        return self.closed_at is None

    @property
    def is_for_partners(self):
        return self.kind == CheckInKind.PARTNER


class CheckInInviteeQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(membership__person=person)

    def of_current_members(self):
        """Of those who are still in the group, as more than a reader."""
        return self.filter(membership__left_on__isnull=True, membership__observes=False)

    def answered(self):
        return self.filter(answer__isnull=False)

    def waiting(self):
        """Asked, and neither answered nor said “not this time”."""
        return self.filter(answer__isnull=True, declined_at__isnull=True)

    def in_full(self):
        return self.select_related("checkin__partnership", "membership__person", "membership__partnership", "answer")

    def lock(self):
        return self.select_for_update(no_key=True, of=("self",))


class CheckInInvitee(UUIDModel):
    """Someone who was asked, made when the check-in opens: who counts is known from then on."""

    checkin = models.ForeignKey(CheckIn, models.CASCADE, related_name="invitees")
    membership = models.ForeignKey("partnerships.Membership", models.CASCADE, related_name="checkin_places")
    speaks_for = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="spoken_for_by")
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = CheckInInviteeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkin", "membership"], name="checkin_invitee_once"),
            models.CheckConstraint(
                condition=Q(speaks_for__isnull=True) | ~Q(speaks_for=F("id")), name="checkin_speaks_for_another"
            ),
        ]

    def __str__(self):
        return "A place in a check-in"


class CheckInAnswerQuerySet(models.QuerySet):
    def of_checkin(self, checkin):
        return self.filter(invitee__checkin=checkin)

    def with_writer(self):
        return self.select_related("invitee__membership__person", "invitee__membership__organisation").order_by(
            "first_at", "id"
        )

    def of_membership(self, membership):
        return self.filter(invitee__membership=membership)


def _five(choices):
    return models.PositiveSmallIntegerField(
        choices=choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


def _audience():
    return models.CharField(max_length=12, choices=SeenBy.choices, default=SeenBy.GROUP)


class CheckInAnswer(UUIDModel):
    """What one person answered. The two numbers are theirs alone; each box of words goes where they chose."""

    invitee = models.OneToOneField(CheckInInvitee, models.CASCADE, related_name="answer")
    mood = _five(Mood)
    room = _five(Room)
    words = models.TextField(max_length=WORDS_LIMIT, blank=True)
    words_to = _audience()
    know = models.TextField(max_length=WORDS_LIMIT, blank=True)
    know_to = models.CharField(max_length=12, choices=SeenBy.choices, default=SeenBy.FACILITATORS)
    news = models.TextField("news of the person they speak for", max_length=WORDS_LIMIT, blank=True)
    heard = _five(Heard)
    news_shared = models.BooleanField(default=False, help_text="The person it is about lets the group read it.")
    first_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = CheckInAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mood__isnull=True) | Q(mood__gte=1, mood__lte=5), name="checkin_mood_in_five"
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(room__gte=1, room__lte=5), name="checkin_room_in_five"
            ),
            models.CheckConstraint(
                condition=Q(heard__isnull=True) | Q(heard__gte=1, heard__lte=5), name="checkin_heard_in_five"
            ),
            models.CheckConstraint(
                condition=Q(words_to__in=SeenBy.values, know_to__in=SeenBy.values), name="checkin_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(news_shared=False) | Q(heard__isnull=False), name="checkin_news_shared_once_heard"
            ),
        ]

    def __str__(self):
        return "An answer to a check-in"


class CheckInFigure(UUIDModel):
    """How many chose one value when the check-in closed. Written once, only for enough people, never changed."""

    checkin = models.ForeignKey(CheckIn, models.CASCADE, related_name="figures")
    measure = models.CharField(max_length=4, choices=Measure)
    value = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["measure", "value"]
        constraints = [
            models.UniqueConstraint(fields=["checkin", "measure", "value"], name="checkin_figure_once"),
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=5, measure__in=Measure.values), name="checkin_figure_known"
            ),
        ]

    def __str__(self):
        return f"{self.measure} {self.value}: {self.count}"
