"""Participation: one person's place in one session. What they write hangs here, never on the person."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Lower

from partnerships.enums import Sector
from partnerships.models.base import UUIDModel
from reflection.enums import SEALED, GuestState
from reflection.models.drafts import Draft
from reflection.models.ratings import RatingDraft


class ParticipationQuerySet(models.QuerySet):
    def of(self, person):
        return self.filter(membership__person=person)

    def of_current_member(self, person):
        """A person's places, as long as they have not left."""
        return self.filter(membership__person=person, membership__left_on__isnull=True)

    def for_writing(self):
        """Locked, with what decides whether words may still be added: the session, and whether its owner is still here."""
        return (
            self.select_for_update(no_key=True, of=("self",))
            .select_related("session", "membership", "guest")
            .only(
                *("guest_id", "guest__state"),
                *(f"membership__{name}" for name in ("left_on", "observes", "facilitates", "takes_part")),
                *(f"session__{name}" for name in ("state", "mode", "closes_at", "writing_ended_at", "live_began_at")),
            )
        )

    def in_session(self, session):
        return self.filter(session=session)

    def with_people(self):
        """With the person behind each participation, for pages of names."""
        return self.select_related("membership__person", "membership__organisation", "guest")

    def by_first_name(self):
        name = Coalesce("membership__person__full_name", "guest__first_name")
        return self.with_people().order_by(Lower(name), "id")

    def of_guests(self):
        return self.filter(guest__isnull=False)

    def in_open_sessions(self):
        return self.filter(session__state="open")

    def with_own_words(self):
        """Where someone has words of their own that nobody was shown: for their own eyes (`of` a person)."""
        words = Draft.objects.with_words().filter(participation=OuterRef("pk"))
        return self.filter(Exists(words)).select_related("session").order_by("-session__opens_at", "pk")

    def unfinished(self):
        return self.filter(finished=False)

    def begun(self):
        """Who has words in it: drafts that are not notes, numbers, or what was shown already."""
        return self._with_any(Draft.objects.all())

    def begun_by_themselves(self):
        """Who has begun, for counts. In sealed rounds without those whose only words somebody else wrote down.

        Whoever writes for a person could else tell, by whether the step moves, if they had begun before.
        """
        return self._with_any(Draft.objects.exclude(spoken_by__isnull=False, round__attribution__in=SEALED))

    def _with_any(self, drafts):
        words = drafts.answers_to_be().filter(participation=OuterRef("pk")).exclude(body="")
        numbers = RatingDraft.objects.filter(participation=OuterRef("pk"))
        return self.filter(Q(took_part=True) | Exists(words) | Exists(numbers))


class Participation(UUIDModel):
    session = models.ForeignKey("reflection.Session", models.CASCADE, related_name="participations")
    # A member's place or a guest's: always one of the two.
    membership = models.ForeignKey(
        "partnerships.Membership", models.PROTECT, null=True, blank=True, related_name="participations"
    )
    guest = models.OneToOneField(
        "reflection.Guest", models.RESTRICT, null=True, blank=True, related_name="participation"
    )
    sector = models.CharField(
        max_length=12,
        choices=Sector,
        blank=True,
        help_text="As it was when the session opened. Empty: a guest who did not say, or who is gone.",
    )
    finished = models.BooleanField(default=False, help_text="Pressed “I’m finished”.")
    took_part = models.BooleanField(default=False, help_text="Had ready words in at least one round that was shown.")
    wants_call = models.BooleanField(default=False)
    call_note = models.CharField(max_length=200, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "membership"], name="participation_once_per_session"),
            models.CheckConstraint(
                condition=Q(membership__isnull=False, guest__isnull=True)
                | Q(membership__isnull=True, guest__isnull=False),
                name="participation_of_a_member_or_a_guest",
            ),
            models.CheckConstraint(
                condition=~Q(sector="") | Q(guest__isnull=False), name="participation_of_a_member_has_a_sector"
            ),
        ]

    def __str__(self):
        return "A place in a session"

    @property
    def is_guest(self):
        return self.guest_id is not None

    @property
    def is_current(self):
        """Whether whoever sits here is still in the group, or a guest who was let in."""
        return self.guest.state == GuestState.ADMITTED if self.is_guest else self.membership.is_current

    @property
    def name(self):
        """Who sits here, for those who may see names: a guest's first name says that it is a guest's."""
        return self.guest.name if self.is_guest else self.membership.person.full_name

    @property
    def face_name(self):
        """The name whose initials stand in a face."""
        return self.guest.short_name if self.is_guest else self.membership.person.full_name

    @property
    def short_name(self):
        return self.guest.short_name if self.is_guest else self.membership.person.short_name

    @property
    def name_on_words(self):
        """The name beside words shown with one: a guest's goes when the session ends, a member's when they leave."""
        return self.guest.name if self.is_guest else self.membership.name_on_words
