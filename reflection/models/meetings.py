"""Meeting: when a session is talked over, as it stands in people's calendars. CalendarFeed: one person's own calendar."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models.base import UUIDModel
from reflection.enums import SessionState


class MeetingQuerySet(models.QuerySet):
    def going_ahead(self):
        return self.filter(called_off_at__isnull=True).exclude(session__state=SessionState.CANCELLED)

    def of_session(self, session):
        """The meeting of a session with the session; None when it has none."""
        meeting = self.filter(session=session).first()
        if meeting:
            meeting.session = session
        return meeting

    def announced(self):
        """Of sessions that the group has been told of."""
        return self.exclude(session__state=SessionState.PLANNED, session__scheduled_at__isnull=True)

    def of_partnerships(self, ids):
        return self.filter(session__partnership__in=ids).select_related("session__partnership")


class Meeting(UUIDModel):
    session = models.OneToOneField("reflection.Session", models.CASCADE, related_name="meeting")
    starts_at = models.DateTimeField("begins")
    ends_at = models.DateTimeField("ends")
    # Calendars believe the highest: each change and a calling off count one up, so a late mail never undoes a later one.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    called_off_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message="Choose an end that is after the beginning.",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="meeting_starts")]

    def __str__(self):
        return f"The meeting of session {self.session_id}"

    @property
    def is_going_ahead(self):
        return self.called_off_at is None and self.session.state != SessionState.CANCELLED


class CalendarFeedQuerySet(models.QuerySet):
    def of(self, person):
        """A person's feed; None when they have none."""
        return self.filter(person=person).first()


class CalendarFeed(UUIDModel):
    """The address under which one person's calendar program fetches their dates. A new one ends the old one."""

    person = models.OneToOneField("partnerships.Person", models.CASCADE, related_name="calendar_feed")
    made_at = models.DateTimeField(default=timezone.now)

    objects = CalendarFeedQuerySet.as_manager()

    def __str__(self):
        return "A private calendar"
