from datetime import date

from django.db import models

from partnerships.enums import CheckInPace, MailPace, MailSeries
from partnerships.models.base import UUIDModel

#: `Membership.paused_until` of someone who paused "until I say so".
UNTIL_THEY_SAY_SO = date(9999, 12, 31)

# The field in which the choice about each series is kept. The weekly mail has none of its own: it is what "weekly" makes.
FIELD_OF = {
    MailSeries.SESSION_OPENS: "session_opens",
    MailSeries.CLOSES_SOON: "closes_soon",
    MailSeries.LIVE_TOMORROW: "live_tomorrow",
    MailSeries.CHECK_INS: "check_ins",
    MailSeries.ACTIONS: "actions",
    MailSeries.REVIEWS: "reviews",
    MailSeries.RECORDS: "records",
}


class MailChoiceQuerySet(models.QuerySet):
    def choosing(self, series, *paces):
        """The choices in which a series (a MailSeries) is at one of these paces (MailPace)."""
        return self.filter(**{f"{FIELD_OF[series]}__in": paces})

    def gathering(self):
        """Those of whoever gets at least one series in the weekly mail."""
        weekly = models.Q()
        for name in FIELD_OF.values():
            weekly |= models.Q(**{name: MailPace.WEEKLY})
        return self.filter(weekly)


def _pace():
    return models.CharField(max_length=6, choices=MailPace.choices, default=MailPace.AT_ONCE)


class MailChoice(UUIDModel):
    """What mail someone wants about one partnership. Nobody else sees it; without a row, everything comes at once."""

    membership = models.OneToOneField("partnerships.Membership", models.CASCADE, related_name="mail_choice")
    session_opens = _pace()
    closes_soon = _pace()
    live_tomorrow = _pace()
    check_ins = _pace()
    actions = _pace()
    reviews = _pace()
    records = _pace()
    checkin_pace = models.CharField(max_length=6, choices=CheckInPace.choices, default=CheckInPace.GROUP)

    objects = MailChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__in": MailPace.values for name in FIELD_OF.values()}),
                name="mail_choice_paces_known",
            ),
            models.CheckConstraint(
                condition=models.Q(checkin_pace__in=CheckInPace.values), name="mail_choice_checkin_pace_known"
            ),
        ]

    def __str__(self):
        return f"Mail of membership {self.membership_id}"

    def pace_of(self, series):
        """The MailPace of a series. The weekly mail comes as long as something is gathered in it."""
        if series == MailSeries.DIGEST:
            gathers = any(getattr(self, name) == MailPace.WEEKLY for name in FIELD_OF.values())
            return MailPace.AT_ONCE if gathers else MailPace.NONE
        return MailPace(getattr(self, FIELD_OF[series]))

    def wants(self, series):
        """Whether a mail of this series should go to them by itself, when its time comes."""
        return self.pace_of(series) == MailPace.AT_ONCE
