"""An invitation without an answer is remembered once, after a week, and never again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.invitation_reminders import plan_due_invitation_reminders
from partnerships.domain.invitations import resend_invitation, withdraw_invitation
from partnerships.models.dispatch import Dispatch
from partnerships.tests.factories import make_invitation

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2027, 2, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def invitation(larkmere, amina, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return make_invitation(larkmere, amina, "lou@eastfold.example", at=MONDAY, message="CANARY")


def reminders(at):
    mail.outbox.clear()
    plan_due_invitation_reminders(at)
    send_dispatches(at=at)
    return [message for message in mail.outbox if "still open" in message.subject]


def test_it_comes_after_seven_days_once_and_carries_the_link(invitation):
    assert reminders(MONDAY + 6 * DAY) == []
    [message] = reminders(MONDAY + 7 * DAY)
    assert message.to == ["lou@eastfold.example"]
    assert invitation.token in message.body
    assert "CANARY" not in message.body
    assert [reminders(MONDAY + n * DAY) for n in range(8, 14)] == [[]] * 6


def test_it_does_not_come_to_whoever_answered_or_was_written_to_this_week(invitation, amina):
    resend_invitation(invitation=invitation, by=amina, at=MONDAY + 5 * DAY)
    assert reminders(MONDAY + 7 * DAY) == []
    plan_due_invitation_reminders(MONDAY + 12 * DAY)
    invitation.refresh_from_db()
    withdraw_invitation(invitation=invitation, by=amina)
    mail.outbox.clear()
    send_dispatches(at=MONDAY + 14 * DAY)
    assert [message for message in mail.outbox if "still open" in message.subject] == []


def test_it_waits_for_a_working_hour(invitation):
    saturday_night = MONDAY + 12 * DAY + timedelta(hours=10)
    assert reminders(saturday_night) == []
    assert Dispatch.objects.filter(kind="invitation_reminder").count() == 1
    mail.outbox.clear()
    send_dispatches(at=datetime(2027, 2, 15, 8, 5, tzinfo=UTC))
    assert len(mail.outbox) == 1
