"""The weekly mail gathers what would have come by itself, for those who chose so, and only what is still wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.mail_choices import update_mail_choice
from partnerships.enums import DispatchState, MailPace, NotSentBecause
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from reflection.domain.digests import plan_due_digests
from reflection.domain.drafts import finish_writing
from reflection.domain.sessions import end_writing
from reflection.tests.sessions import make_open

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY = datetime(2027, 2, 3, 10, tzinfo=UTC)
MONDAY = datetime(2027, 2, 8, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"


@pytest.fixture
def gathered(larkmere, framework, lead, bea):
    """Bea wants one mail a week; a session opened on a Wednesday."""
    update_mail_choice(membership=membership_of(bea, larkmere), by=bea, session_opens=MailPace.WEEKLY)
    session = make_open(larkmere, framework, lead, at=WEDNESDAY, closes_at=WEDNESDAY + timedelta(days=20))
    send_dispatches(at=WEDNESDAY)
    row = Dispatch.objects.get(kind="session_opened", recipient_key=f"person:{bea.pk}")
    assert (row.state, row.reason) == (DispatchState.SUPPRESSED, NotSentBecause.WEEKLY)
    return session


def weekly(at):
    mail.outbox.clear()
    plan_due_digests(at)
    send_dispatches(at=at)
    return [message for message in mail.outbox if message.subject == "Your week in Partnering"]


def test_it_comes_on_monday_at_nine_once_to_those_who_chose_it(gathered, bea):
    assert weekly(MONDAY - timedelta(minutes=5)) == []
    [message] = weekly(MONDAY)
    assert message.to == [bea.email]
    assert "A session has opened" in message.body
    assert f"https://partnering.test/sessions/{gathered.pk}/" in message.body
    assert "Larkmere Vale Together" in message.body
    assert weekly(MONDAY + timedelta(minutes=5)) == []
    assert weekly(MONDAY + timedelta(days=7)) == [], "what was gathered once does not come again"


def test_what_was_done_meanwhile_is_left_out_and_an_empty_week_has_no_mail(gathered, bea):
    finish_writing(participation=gathered.participations.get(membership__person=bea))
    end_writing(session=gathered, by=gathered.planned_by, at=MONDAY - timedelta(days=1))
    assert weekly(MONDAY) == []


def test_after_a_bank_holiday_it_comes_on_tuesday(larkmere, framework, lead, bea):
    update_mail_choice(membership=membership_of(bea, larkmere), by=bea, session_opens=MailPace.WEEKLY)
    thursday = datetime(2027, 4, 29, 10, tzinfo=UTC)
    make_open(larkmere, framework, lead, at=thursday, closes_at=thursday + timedelta(days=20))
    send_dispatches(at=thursday)
    assert weekly(datetime(2027, 5, 3, 10, tzinfo=UTC)) == []
    assert len(weekly(datetime(2027, 5, 4, 8, 5, tzinfo=UTC))) == 1


@pytest.mark.parametrize(("until", "mails"), [(MONDAY.date() - timedelta(days=1), 1), (MONDAY.date(), 0)])
def test_a_pause_keeps_it_away_until_it_is_over(gathered, larkmere, bea, until, mails):
    larkmere.memberships.filter(person=bea).update(paused_until=until)
    assert len(weekly(MONDAY)) == mails
