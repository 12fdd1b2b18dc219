"""Guests: people who join one session with a code and a first name, without an account."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships.emails import site_url
from partnerships.enums import Sector
from partnerships.models.base import UUIDModel
from reflection.enums import GuestState

#: What stands beside words of a guest once the session is over and the name is gone.
A_GUEST = "a guest"

FIRST_NAME_LIMIT = 40


class JoinCodeQuerySet(models.QuerySet):
    def letting_in(self, at):
        """Codes that open something at this moment."""
        return self.filter(session__state="open", expires_at__gt=at)

    def with_session(self):
        return self.select_related("session__partnership")


class JoinCode(UUIDModel):
    """The code that a room shows on its screen. It is deleted when the session ends."""

    session = models.OneToOneField("reflection.Session", models.CASCADE, related_name="join_code")
    code = models.CharField(max_length=6, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = JoinCodeQuerySet.as_manager()

    def __str__(self):
        return "A code to join with"

    @property
    def in_two(self):
        """As people read and say it: letters, then numbers."""
        return f"{self.code[:4]} {self.code[4:]}"

    @property
    def spelt_out(self):
        """For screen readers: sign by sign."""
        return ", ".join(self.code)

    @property
    def address(self):
        """What the QR code holds: the page to say who you are. From SITE_URL, never from what a request claims."""
        return site_url("reflection:guest_join", code=self.code)


class GuestQuerySet(models.QuerySet):
    def asking(self):
        """Who waits to be let in, the first to ask first."""
        return self.filter(state=GuestState.ASKED).order_by("asked_at", "pk")

    def admitted(self):
        return self.filter(state=GuestState.ADMITTED)

    def by_name(self):
        return self.order_by(Lower("first_name"), "pk")

    def with_key(self, hashed):
        return self.filter(key=hashed)


class Guest(UUIDModel):
    """Somebody at the door of one session, or let in. Name, sector and key go when the session ends."""

    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="guests")
    first_name = models.CharField(max_length=FIRST_NAME_LIMIT, blank=True)
    sector = models.CharField(max_length=12, choices=Sector, blank=True)
    state = models.CharField(max_length=12, choices=GuestState, default=GuestState.ASKED)
    # A hash: whoever reads the database cannot sit down in a guest's place.
    key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey("partnerships.Membership", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = GuestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GuestState.values), name="guest_state_known"),
            models.CheckConstraint(
                condition=~Q(state=GuestState.GONE) | Q(first_name="", sector="", key__isnull=True),
                name="guest_who_is_gone_left_nothing",
            ),
        ]
        indexes = [models.Index(fields=["session", "state"])]

    def __str__(self):
        return "A guest"

    @property
    def key_to_streams(self):
        """What stands where a member's streams have their person: a guest is none."""
        return f"guest:{self.pk}"

    @property
    def name(self):
        return f"{self.first_name}, {A_GUEST}" if self.first_name else A_GUEST

    @property
    def short_name(self):
        return self.first_name or A_GUEST
