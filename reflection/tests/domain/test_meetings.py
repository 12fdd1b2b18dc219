"""Meetings and calendars: one UID for ever, a SEQUENCE that only rises, and dates only for whom they are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from icalendar import Calendar

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.members import leave_partnership
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from reflection.domain.actions import add_action, answer_action
from reflection.domain.calendars import calendar_of, end_feed, feed_url, renew_feed
from reflection.domain.meetings import call_off_meeting, set_meeting
from reflection.domain.outcomes import add_learning
from reflection.domain.reminders import plan_due_reminders
from reflection.domain.sessions import cancel_session, schedule_session
from reflection.tests.sessions import make_open, make_plan

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
BEGINS = datetime(2027, 2, 15, 10, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"
    settings.MAIL_MOST_A_WEEK = 1000


def meet(session, lead, starts_at=BEGINS, at=NOW):
    return set_meeting(session=session, by=lead, starts_at=starts_at, ends_at=starts_at + HOUR, at=at)


def invitations_to(address, at):
    """Send what is due; the calendar parts that went to one address, and their methods."""
    mail.outbox.clear()
    send_dispatches(at=at)
    parts = [part for message in mail.outbox if message.to == [address] for part in message.attachments]
    return [(Calendar.from_ical(content), media_type) for _, content, media_type in parts]


def test_a_meeting_that_moves_and_ends_keeps_its_uid_and_counts_up(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, at=NOW)
    meet(session, lead)
    meet(session, lead, BEGINS + DAY, at=NOW + HOUR)
    assert len(invitations_to(bea.email, NOW + HOUR)) == 1, "the first time is overtaken before it went"
    Dispatch.objects.all().delete()
    meet(session, lead, BEGINS + 2 * DAY, at=NOW + 2 * HOUR)
    told = invitations_to(bea.email, NOW + 2 * HOUR)
    meet(session, lead, BEGINS + 3 * DAY, at=NOW + 3 * HOUR)
    told += invitations_to(bea.email, NOW + 3 * HOUR)
    call_off_meeting(session=session, by=lead, at=NOW + 4 * HOUR)
    told += invitations_to(bea.email, NOW + 4 * HOUR)
    events = [calendar.walk("VEVENT")[0] for calendar, _ in told]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [int(event["SEQUENCE"]) for event in events] == [2, 3, 4]
    assert [str(calendar["METHOD"]) for calendar, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [media_type for _, media_type in told] == [
        "text/calendar; method=REQUEST", "text/calendar; method=REQUEST", "text/calendar; method=CANCEL"
    ]  # fmt: skip
    assert str(events[-1]["STATUS"]) == "CANCELLED"
    assert events[1]["DTSTART"].dt == BEGINS + 3 * DAY


def test_an_invitation_names_nobody_else_and_no_title(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, at=NOW, title="CANARY-TITLE", why_now="CANARY-WHY")
    meet(session, lead)
    [(calendar, _)] = invitations_to(bea.email, NOW)
    text = calendar.to_ical().decode().replace("\r\n ", "")
    assert "CANARY" not in text
    assert text.count("ATTENDEE") == 1
    assert bea.email in text
    assert lead.person.email not in text
    assert "BEGIN:VTIMEZONE" in text


def test_setting_the_same_time_again_tells_nobody(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=NOW)
    meet(session, lead)
    before = Dispatch.objects.count()
    assert meet(session, lead, at=NOW + HOUR).sequence == 0
    assert Dispatch.objects.count() == before


def test_nobody_hears_of_a_meeting_before_its_plan_is_announced(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, at=NOW, opens_at=NOW + DAY, closes_at=NOW + 10 * DAY)
    meet(plan, lead)
    assert not Dispatch.objects.filter(kind__startswith="meeting").exists()
    schedule_session(session=plan, by=lead, at=NOW)
    assert Dispatch.objects.filter(kind="meeting_set").count() == 12


def test_a_session_called_off_takes_its_meeting_out_of_calendars(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, at=NOW)
    meet(session, lead)
    invitations_to(bea.email, NOW)
    cancel_session(session=session, by=lead, why="Too many are away.", at=NOW + HOUR)
    [(calendar, _)] = invitations_to(bea.email, NOW + HOUR)
    assert str(calendar["METHOD"]) == "CANCEL"
    assert int(calendar.walk("VEVENT")[0]["SEQUENCE"]) == 1


def test_meeting_tomorrow_comes_once_on_the_last_working_day_before(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=NOW, closes_at=NOW + 60 * DAY)
    meet(session, lead)
    found = []
    for hours in range(24 * 16):
        at = NOW + hours * HOUR
        plan_due_reminders(at)
        found += [at] * Dispatch.objects.filter(kind="meeting_tomorrow", planned_at=at).count()
    assert set(found) == {datetime(2027, 2, 12, 9, tzinfo=UTC)}  # the Friday before
    assert len(found) == 12


def test_meeting_tomorrow_is_left_out_for_whoever_heard_today(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=NOW)
    meet(session, lead, NOW + DAY + HOUR, at=NOW)
    plan_due_reminders(NOW + HOUR)
    assert not Dispatch.objects.filter(kind="meeting_tomorrow").exists()


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(NOW - HOUR, NOW + HOUR, "starts_at"), (BEGINS, BEGINS, "ends_at"), (BEGINS, BEGINS + 13 * HOUR, "ends_at")],
)
def test_a_meeting_that_makes_no_sense_is_refused_in_words(larkmere, framework, lead, starts, ends, field):
    session = make_open(larkmere, framework, lead, at=NOW)
    with pytest.raises(ValidationError) as refusal:
        set_meeting(session=session, by=lead, starts_at=starts, ends_at=ends, at=NOW)
    assert list(refusal.value.message_dict) == [field]


def summaries(person, at=NOW):
    return sorted(
        str(event["SUMMARY"]) for event in Calendar.from_ical(calendar_of(person=person, at=at)).walk("VEVENT")
    )


def test_a_calendar_holds_what_is_for_its_owner_alone(larkmere, framework, lead, bea, dan, fay):
    session = make_open(larkmere, framework, lead, at=NOW, title="CANARY-TITLE")
    meet(session, lead)
    action = add_action(
        session=session, by=lead, text="CANARY-ACTION", owners=[membership_of(bea, larkmere)],
        due_on=date(2027, 2, 18), at=NOW,
    )  # fmt: skip
    add_learning(session=session, by=lead, text="CANARY-LEARNING", review_on=date(2027, 3, 6), at=NOW)
    hidden = make_plan(larkmere, framework, lead, at=NOW, opens_at=NOW + DAY, closes_at=NOW + 10 * DAY)
    meet(hidden, lead)
    both = ["Larkmere Vale Together: we meet", "Larkmere Vale Together: writing ends"]
    assert summaries(bea) == both
    answer_action(owner=action.owners.get(), yes=True, at=NOW)
    assert summaries(bea) == sorted([*both, "Larkmere Vale Together: something I said I would do"])
    assert summaries(lead.person) == sorted([*both, "Larkmere Vale Together: look again at what we learned"])
    assert summaries(dan) == summaries(fay) == []
    assert b"CANARY" not in calendar_of(person=bea, at=NOW) + calendar_of(person=lead.person, at=NOW)
    leave_partnership(membership=membership_of(bea, larkmere), by=bea, on=NOW.date(), at=NOW)
    assert summaries(bea) == []


def test_an_address_ends_when_another_is_made_and_reading_it_changes_nothing(bea):
    first = feed_url(renew_feed(person=bea))
    client = Client()
    answer = client.get(first.removeprefix("https://partnering.test"))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    assert client.cookies == {}
    second = feed_url(renew_feed(person=bea))
    assert client.get(first.removeprefix("https://partnering.test")).status_code == 404
    assert client.get(second.removeprefix("https://partnering.test")).status_code == 200
    end_feed(person=bea)
    assert client.get(second.removeprefix("https://partnering.test")).status_code == 404
