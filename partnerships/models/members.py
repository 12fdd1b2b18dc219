from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships import rules
from partnerships.enums import Authority, BringKind, ChangeKind, MailPace, NamedWords, Ring, Role, Sector, SeenBy
from partnerships.models.base import UUIDModel, Versioned
from partnerships.models.mail_choices import MailChoice

# The profile fields whose writer chooses who may see them: the field that keeps the choice, and the rule it bends.
SEEN_BY_FIELD = {
    "hopes": ("hopes_seen_by", rules.HOPES),
    "limits": ("limits_seen_by", rules.LIMITS),
    "room_hours": ("room_seen_by", rules.ROOM),
}


FORMER_MEMBER = "A former member"


class MembershipQuerySet(models.QuerySet):
    def current(self):
        return self.filter(left_on__isnull=True)

    def on(self, date):
        """Who was here at some time on a date; the last day counts."""
        return self.filter(models.Q(left_on__isnull=True) | models.Q(left_on__gte=date), joined_on__lte=date)

    def wanting_mail(self, series, on):
        """Those who have not paused on a date (by their partnership's clock) and want this MailSeries, at once or weekly."""
        stopped = MailChoice.objects.choosing(series, MailPace.NONE)
        return self.exclude(paused_until__gte=on).exclude(mail_choice__in=stopped)

    def leaving_before(self, date):
        """Still here, though the last day that they named is over."""
        return self.current().filter(leaves_on__lt=date)

    def taking_part(self):
        return self.filter(takes_part=True)

    def facilitating(self):
        return self.filter(facilitates=True)

    def of_the_group(self):
        """Everyone who is not a reader only: those who take part or facilitate."""
        return self.filter(observes=False)

    def visible_to(self, person):
        """People of the partnerships in which this person is today, as more than a reader."""
        return self.filter(partnership__in=person.memberships.current().of_the_group().values("partnership"))

    def in_full(self):
        """With partnership and organisation, in the order of the partnerships' names."""
        return self.select_related("partnership", "organisation").order_by("partnership__name", "joined_on")

    def by_name(self):
        return self.select_related("person", "organisation").order_by(Lower("person__full_name"), "id")

    def with_brings(self):
        return self.select_related("person", "organisation").prefetch_related("brings")

    def with_last_words(self):
        """With the word that someone who left gave the group, as `last_words`."""
        said = MembershipChange.objects.filter(membership=models.OuterRef("pk"), kind=ChangeKind.LEFT).order_by(
            "-recorded_at"
        )
        return self.annotate(last_words=models.Subquery(said.values("reason")[:1]))

    def others_facilitating(self, membership):
        """Those who facilitate the partnership of a membership today, without that one."""
        return self.current().facilitating().filter(partnership=membership.partnership_id).exclude(pk=membership.pk)

    def earlier_than(self, membership):
        """The ended memberships of the same person in the same partnership, before this one."""
        return self.filter(
            person=membership.person_id, partnership=membership.partnership_id, joined_on__lte=membership.joined_on
        ).exclude(pk=membership.pk)


class Membership(UUIDModel, Versioned):
    """A person in a partnership, from a day until a day. A person who returns gets a new one."""

    person = models.ForeignKey("partnerships.Person", models.PROTECT, related_name="memberships")
    partnership = models.ForeignKey("partnerships.Partnership", models.PROTECT, related_name="memberships")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    organisation = models.ForeignKey(
        "partnerships.Organisation", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    takes_part = models.BooleanField(default=True)
    facilitates = models.BooleanField(default=False)
    observes = models.BooleanField(default=False)
    ring = models.CharField("circle", max_length=6, choices=Ring.choices, default=Ring.ACTIVE)
    authority = models.CharField("how I can decide", max_length=7, choices=Authority.choices, default=Authority.VIEW)
    consult_whom = models.CharField("who do you ask?", max_length=200, blank=True)
    consult_days = models.CharField("how long does it take?", max_length=100, blank=True)
    hopes = models.TextField("what I hope for", blank=True, max_length=2000)
    hopes_seen_by = models.CharField("who sees this?", max_length=12, choices=SeenBy.choices, default=SeenBy.GROUP)
    limits = models.TextField("what makes it hard", blank=True, max_length=2000)
    limits_seen_by = models.CharField("who sees this?", max_length=12, choices=SeenBy.choices, default=SeenBy.ME)
    room_hours = models.PositiveSmallIntegerField(
        "room in my life for this, in hours a month",
        null=True,
        blank=True,
        validators=[MaxValueValidator(300, "A month has fewer hours than that.")],
    )
    room_seen_by = models.CharField("who sees this?", max_length=12, choices=SeenBy.choices, default=SeenBy.GROUP)
    paused_until = models.DateField(null=True, blank=True)
    leaves_on = models.DateField("last day", null=True, blank=True, help_text="A day to come, until it has passed.")
    leaving_word = models.CharField("a word to the group", max_length=500, blank=True)
    named_words = models.CharField(
        "my words that carry my name", max_length=8, choices=NamedWords.choices, default=NamedWords.KEEP
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_on", "id"]
        constraints = [
            models.UniqueConstraint(
                "person",
                "partnership",
                condition=models.Q(left_on__isnull=True),
                name="membership_one_open",
                violation_error_message="This person is in the group already.",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="membership_left_after_joining",
                violation_error_message="The last day can’t be before the first.",
            ),
            models.CheckConstraint(
                condition=models.Q(observes=True, takes_part=False, facilitates=False)
                | (models.Q(observes=False) & (models.Q(takes_part=True) | models.Q(facilitates=True))),
                name="membership_reader_or_group",
                violation_error_message="Someone takes part, facilitates, or both; or only reads what is shared.",
            ),
            models.CheckConstraint(condition=models.Q(ring__in=Ring.values), name="membership_ring_known"),
            models.CheckConstraint(
                condition=models.Q(named_words__in=NamedWords.values), name="membership_named_words_known"
            ),
            models.CheckConstraint(
                condition=models.Q(authority__in=Authority.values), name="membership_authority_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    hopes_seen_by__in=SeenBy.values, limits_seen_by__in=SeenBy.values, room_seen_by__in=SeenBy.values
                ),
                name="membership_seen_by_known",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} in {self.partnership_id}"

    def clean(self):
        if self.left_on and self.joined_on and self.left_on < self.joined_on:
            raise ValidationError({"left_on": "The last day can’t be before the first."})

    @property
    def name_on_words(self):
        """The name beside words that were shown with one: who has left is “a former member” there (trust U3)."""
        return self.person.full_name if self.is_current else FORMER_MEMBER

    @property
    def is_current(self):
        return self.left_on is None

    @property
    def role(self):
        if self.facilitates:
            return Role.FACILITATOR
        return Role.MEMBER if self.takes_part else Role.OBSERVER

    @property
    def sector(self):
        """Someone who speaks for no organisation is a resident."""
        return Sector(self.organisation.sector) if self.organisation_id else Sector.RESIDENT

    def is_paused(self, on):
        """Whether they asked for no mail on a date (by their partnership's clock); the day they named is the last one."""
        return self.paused_until is not None and self.paused_until >= on

    def field_is_visible(self, name, *, to):
        """Whether the person of membership `to` may see a profile field of this one ("hopes", "limits" or "room_hours")."""
        choice, rule = SEEN_BY_FIELD[name]
        return rule.allows(to=to, of=self, chosen=getattr(self, choice))

    def visible_field(self, name, *, to):
        """The value of a profile field for the person of membership `to`; None where it is not for them."""
        return getattr(self, name) if self.field_is_visible(name, to=to) else None


class Bring(UUIDModel):
    """One thing someone brings, a row each, so that we can say what is lost when they leave."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="brings")
    kind = models.CharField(max_length=10, choices=BringKind.choices, default=BringKind.SKILL)
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=BringKind.values), name="bring_kind_known")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class MembershipChange(UUIDModel):
    """What changed, when and why. Rows are added, never edited: history is not overwritten."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="changes")
    on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("partnerships.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="membership_change_kind_known")
        ]

    def __str__(self):
        return f"{self.get_kind_display()} on {self.on}"
