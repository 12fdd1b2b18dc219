"""Mails and calendars of a session that people meet for: when and where, how to join, and nothing about writing."""

from datetime import timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.models.dispatch import Dispatch
from partnerships.tests.factories import moment
from reflection.domain.calendars import calendar_of
from reflection.domain.reminders import plan_due_reminders
from reflection.domain.sessions import open_due_sessions, schedule_session
from reflection.enums import SessionMode
from reflection.tests.sessions import make_plan

pytestmark = pytest.mark.django_db(transaction=True)
NOW = moment("2027-02-01 09:00")  # a Monday
STARTS = moment("2027-02-11 10:00")  # a Thursday
WHERE = "Tannery Row Kitchen"


@pytest.fixture
def session(larkmere, framework, lead, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_MOST_A_WEEK = 1000
    plan = make_plan(
        larkmere,
        framework,
        lead,
        mode=SessionMode.LIVE,
        opens_at=STARTS,
        where=WHERE,
        title="What makes us different",
        at=NOW,
    )
    return schedule_session(session=plan, by=lead, at=NOW)


def mails_to(person, at):
    mail.outbox.clear()
    send_dispatches(at=at)
    return [message for message in mail.outbox if message.to == [person.email]]


def test_the_invitation_says_when_and_where_and_that_nothing_is_to_prepare(session, bea):
    (invitation,) = mails_to(bea, NOW)
    for text in (invitation.body, invitation.alternatives[0][0]):
        assert ("Thursday 11 February 2027, 10 to 11.15am" in text, "Nothing to prepare" in text) == (True, True)
        assert ("what was written" in text, WHERE in text) == (False, False), (
            "the place is in the calendar, not in mail"
        )
    (_, content, kind) = invitation.attachments[0]
    assert ("SEQUENCE:0" in content, "LOCATION:Tannery Row Kitchen" in content, kind) == (
        True,
        True,
        "text/calendar; method=REQUEST",
    )


def test_the_day_before_comes_one_word(session, bea):
    mails_to(bea, NOW)
    day_before = moment("2027-02-10 09:00")
    plan_due_reminders(at=day_before)
    (word,) = mails_to(bea, day_before)
    assert ("with a phone if you have one" in word.body, "what you have not written" in word.body) == (True, False)


def test_when_it_opens_people_are_asked_to_join_and_never_to_write(session, bea):
    mails_to(bea, NOW)
    assert open_due_sessions(at=STARTS) == 1
    (opened,) = [one for one in mails_to(bea, STARTS) if "we meet now" in one.subject]
    for text in (opened.body, opened.alternatives[0][0]):
        assert ("oin" in text, "10 to 11.15am" in text, "Stop and come back" in text, "question" in text) == (
            True,
            True,
            False,
            False,
        )
    for days in range(1, 5):
        plan_due_reminders(at=STARTS + timedelta(days=days))
    assert not Dispatch.objects.filter(kind="session_closes_soon").exists()
    assert b"writing ends" not in calendar_of(person=bea, at=STARTS)
    assert b"we meet" in calendar_of(person=bea, at=STARTS)
