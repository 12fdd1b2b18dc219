"""Session: one time in which a partnership asks itself some of the five questions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from partnerships.models.base import UUIDModel, Versioned
from partnerships.models.programmes import Programme
from reflection.enums import OF_A_SESSION, SEALED, Attribution, Audience, SessionMode, SessionState
from reflection.models.outcomes import Learning
from reflection.models.participations import Participation
from reflection.signals import screens_moved

#: Audiences that hold everybody of this one; those who facilitate are in each.
NO_NARROWER = {
    Audience.FACILITATORS: tuple(Audience),
    Audience.TOOK_PART: (Audience.MEMBERS, Audience.MEMBERS_AND_OBSERVERS),
    Audience.MEMBERS: (Audience.MEMBERS, Audience.MEMBERS_AND_OBSERVERS),
    Audience.MEMBERS_AND_OBSERVERS: (Audience.MEMBERS_AND_OBSERVERS,),
}


def _took_part(person_id):
    return Exists(Participation.objects.filter(session=OuterRef("pk"), membership__person=person_id, took_part=True))


class SessionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Sessions a person may know of: all of theirs who facilitate, the announced ones for members."""
        current = Q(partnership__memberships__person=person, partnership__memberships__left_on__isnull=True)
        facilitates = current & Q(partnership__memberships__facilitates=True)
        member = current & Q(partnership__memberships__observes=False)
        return self.filter(facilitates | (member & self.model.ANNOUNCED)).distinct()

    def announced(self):
        """Leaves out plans that nobody has been told of yet."""
        return self.filter(self.model.ANNOUNCED)

    def for_eyes_of(self, membership):
        """The partnership's sessions that this member may know of."""
        sessions = self.filter(partnership_id=membership.partnership_id)
        return sessions if membership.facilitates else sessions.announced()

    def shared_with(self, membership):
        """Sessions of the partnership whose outcomes are for this member, by the audience of their record.

        Members and those who facilitate read along while a session is open; readers when it is closed.
        """
        sessions = self.filter(partnership_id=membership.partnership_id)
        if membership.facilitates:
            return sessions.filter(state__in=[SessionState.OPEN, SessionState.CLOSED])
        if membership.observes:
            return sessions.closed().filter(audience=Audience.MEMBERS_AND_OBSERVERS)
        took_part = _took_part(membership.person_id)
        for_all = Q(audience__in=[Audience.MEMBERS, Audience.MEMBERS_AND_OBSERVERS])
        return sessions.filter(state__in=[SessionState.OPEN, SessionState.CLOSED]).filter(
            for_all | Q(took_part, audience=Audience.TOOK_PART)
        )

    def with_record_for(self, membership):
        """Closed sessions whose record this member may read: the same rule as `access.may_read_record`."""
        return self.shared_with(membership).closed()

    def for_all_readers_of(self, session):
        """This session, and those whose outcomes are for everybody who gets its record, so that it may quote them.

        Two sessions "for those who took part" are for different people: neither quotes the other.
        """
        return self.filter(Q(pk=session.pk) | Q(audience__in=NO_NARROWER[session.audience]))

    def with_reader(self, person):
        """With whether this person took part, as `reader_took_part`: some records are for those alone."""
        return self.annotate(reader_took_part=_took_part(person.pk))

    def shared_with_programmes_of(self, person):
        """Closed sessions whose record their partnership shared with a programme that this person looks after."""
        programmes = Programme.objects.administered_by(person)
        return self.closed().filter(shared_with_programme_at__isnull=False, partnership__programme__in=programmes)

    def of_programme(self, programme):
        return self.filter(partnership__programme=programme).select_related("partnership")

    def for_record_list(self):
        """The newest first, with their questions and the first thing learned in each, as `first_learned`."""
        learnings = Learning.objects.filter(session=OuterRef("pk")).order_by("added_at")
        return (
            self.order_by("-closed_at")
            .prefetch_related("rounds__question")
            .annotate(first_learned=Subquery(learnings.values("text")[:1]))
        )

    def with_leads(self):
        """With the people who planned, hosted, chaired and set the agenda."""
        return self.select_related("planned_by__person", "hosted_by__person", "chaired_by__person", "agenda_by__person")

    def planned(self):
        return self.filter(state=SessionState.PLANNED)

    def open(self):
        return self.filter(state=SessionState.OPEN)

    def live(self):
        """Those that a room is in now."""
        return self.open().filter(live_began_at__isnull=False)

    def closed(self):
        return self.filter(state=SessionState.CLOSED)

    def cancelled(self):
        return self.filter(state=SessionState.CANCELLED)

    def numbered(self):
        """Sessions that took place or are taking place, the newest first."""
        return self.filter(number__isnull=False).order_by("-number")

    def due_to_open(self, at):
        return self.planned().filter(scheduled_at__isnull=False, opens_at__lte=at)

    def due_to_end_writing(self, at):
        """Never a live one: people are in the middle of it, and nothing closes there by itself."""
        return self.written_over_time().filter(closes_at__lte=at, writing_ended_at__isnull=True)

    def written_over_time(self):
        """Open ones in which each writes when it suits them: no live one, and none that the room is in by now."""
        return self.open().exclude(mode=SessionMode.LIVE).filter(live_began_at__isnull=True)


class Session(UUIDModel, Versioned):
    partnership = models.ForeignKey("partnerships.Partnership", on_delete=models.PROTECT, related_name="sessions")
    framework = models.ForeignKey("reflection.Framework", on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Given when the session opens: the first is 1."
    )
    title = models.CharField("what shall we call it?", max_length=120)
    why_now = models.TextField("why now?", max_length=1000, blank=True)
    mode = models.CharField(max_length=12, choices=SessionMode, default=SessionMode.OVER_TIME)
    state = models.CharField(max_length=12, choices=SessionState, default=SessionState.PLANNED)
    attribution = models.CharField(
        "how answers are shown",
        max_length=12,
        choices=[(one.value, one.label) for one in OF_A_SESSION],
        default=Attribution.SECTOR,
    )
    audience = models.CharField("who gets the record?", max_length=24, choices=Audience, default=Audience.MEMBERS)
    opens_at = models.DateTimeField("opens")
    closes_at = models.DateTimeField("closes for writing")
    where = models.CharField("where we talk it over", max_length=300, blank=True)
    hosted_by = models.ForeignKey("partnerships.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    chaired_by = models.ForeignKey("partnerships.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    agenda_by = models.ForeignKey("partnerships.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    planned_by = models.ForeignKey("partnerships.Membership", models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    scheduled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the plan was announced. Empty: a draft of a plan."
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    live_began_at = models.DateTimeField(null=True, blank=True, help_text="When the room began to walk through it.")
    writing_ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    shared_with_programme_at = models.DateTimeField(null=True, blank=True)
    # Frozen figures (trust A15): never worked out again after someone leaves or is erased.
    minimum_group = models.PositiveSmallIntegerField(null=True, blank=True)
    asked_count = models.PositiveSmallIntegerField(null=True, blank=True)
    took_part_count = models.PositiveSmallIntegerField(null=True, blank=True)
    promise_version = models.PositiveSmallIntegerField(null=True, blank=True)
    step_told = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The highest step of “how many have begun” that a page has told."
    )
    # Moves on with every change that a screen shows; never with what one person writes.
    screen_version = models.PositiveIntegerField(default=1)

    ANNOUNCED = ~Q(state=SessionState.PLANNED) | Q(scheduled_at__isnull=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="session_closes_after_it_opens",
                violation_error_message="Choose a closing time that is after the opening time.",
            ),
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(
                condition=Q(attribution__in=[one.value for one in OF_A_SESSION]), name="session_attribution_known"
            ),
            models.UniqueConstraint(fields=["partnership", "number"], name="session_number_once_per_partnership"),
        ]
        indexes = [models.Index(fields=["partnership", "state"])]

    def __str__(self):
        return f"{self.number}. {self.title}" if self.number else self.title

    def clean(self):
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": "Choose a closing time that is after the opening time."})
        for field in ("hosted_by", "chaired_by", "agenda_by"):
            member = getattr(self, field)
            if member and member.partnership_id != self.partnership_id:
                raise ValidationError({field: "Choose someone from this partnership."})

    @property
    def is_sealed(self):
        return self.attribution in SEALED

    @property
    def is_open(self):
        return self.state == SessionState.OPEN

    def is_writable(self, at=None):
        """Whether members may still write: open, not ended, and not past a closing time. Live, those who lead close it."""
        return (
            self.state == SessionState.OPEN
            and self.writing_ended_at is None
            and (self.is_led or (at or timezone.now()) < self.closes_at)
        )

    @property
    def is_led(self):
        """Whether people walk through it together, led by somebody: no clock ends anything."""
        return self.mode == SessionMode.LIVE or self.live_began_at is not None

    @property
    def meets(self):
        """Whether the group meets for it, all at once."""
        return self.mode != SessionMode.OVER_TIME

    @property
    def meeting_times(self):
        """When the group meets, as (start, end); None while no time is set."""
        meeting = getattr(self, "meeting", None)
        if meeting and meeting.called_off_at is None:
            return meeting.starts_at, meeting.ends_at
        return (self.opens_at, self.closes_at) if self.mode == SessionMode.LIVE else None

    @property
    def is_live(self):
        """Whether the room is in it now."""
        return self.is_open and self.live_began_at is not None

    def touch(self):
        """Tell every screen of this session that there is something new to fetch."""
        type(self).objects.filter(pk=self.pk).update(screen_version=F("screen_version") + 1)
        screens_moved.send(sender=type(self), session=self)

    def touch_unless_touched(self):
        """As `touch`, but not a second time in one change: not when the screens were told since this row was read and locked."""
        untold = type(self).objects.filter(pk=self.pk, screen_version=self.screen_version)
        if untold.update(screen_version=F("screen_version") + 1):
            screens_moved.send(sender=type(self), session=self)
