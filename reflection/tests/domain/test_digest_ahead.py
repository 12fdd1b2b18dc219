"""One mail a week loses nothing: it looks ahead, and what it would be too late for comes by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.mail_choices import update_mail_choice
from partnerships.enums import CheckInPace, DispatchState, MailPace
from partnerships.models.dispatch import Dispatch
from partnerships.models.mail_choices import FIELD_OF
from partnerships.tests.cast import membership_of
from reflection.domain.actions import add_action, answer_action
from reflection.domain.checkins import answer_checkin, close_due_checkins, plan_due_checkins, send_checkin_now
from reflection.domain.digests import looks_ahead_until, plan_due_digests
from reflection.domain.drafts import finish_writing
from reflection.domain.meetings import set_meeting
from reflection.domain.outcomes import add_learning
from reflection.domain.reminders import plan_due_reminders
from reflection.domain.sessions import open_due_sessions, schedule_session
from reflection.tests.checkins import make_rhythm, place_in
from reflection.tests.sessions import make_open, make_plan

pytestmark = pytest.mark.django_db(transaction=True)
#: A Monday at nine in England, with no bank holiday near it.
MONDAY = datetime(2027, 2, 8, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WEEKLY = "Your week in Partnering"


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"
    settings.MAIL_MOST_A_WEEK = 1000


@pytest.fixture
def bea_there(larkmere, bea):
    """Bea, who wants one mail a week and nothing else."""
    place = membership_of(bea, larkmere)
    update_mail_choice(membership=place, by=bea, **dict.fromkeys(FIELD_OF.values(), MailPace.WEEKLY))
    return place


@pytest.fixture
def clock(bea):
    """Let time pass, ringing every hour by day; what came to Bea: (moment, message) each."""

    def ring(first, until):
        found, at = [], first
        while at <= until:
            mail.outbox.clear()
            open_due_sessions(at=at)
            close_due_checkins(at)
            plan_due_checkins(at)
            plan_due_digests(at)
            plan_due_reminders(at)
            send_dispatches(at=at)
            found += [(at, message) for message in mail.outbox if message.to == [bea.email]]
            at += HOUR if 7 <= at.hour < 18 else 13 * HOUR
        return found

    return ring


def subjects(found):
    return [(at.date(), message.subject.removeprefix("Larkmere Vale Together: ")) for at, message in found]


def words_of(message):
    return message.body.replace(" 2027", "")  # the year stands there as long as it is not this one


def files(message):
    return [(name, content) for name, content, _ in message.attachments]


# --- Ahead ---------------------------------------------------------------------------------------------------------
def test_a_session_that_opens_and_one_that_closes_this_week_are_told_on_monday(
    larkmere, framework, lead, bea_there, clock
):
    opens, closes = MONDAY + 2 * DAY, MONDAY + 4 * DAY + 8 * HOUR
    plan = make_plan(larkmere, framework, lead, at=MONDAY - 3 * DAY, opens_at=opens, closes_at=opens + 20 * DAY)
    schedule_session(session=plan, by=lead, at=MONDAY - 3 * DAY)
    ending = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=closes)
    Dispatch.objects.all().delete()  # what came in the weeks before
    [(at, message)] = clock(MONDAY, MONDAY + 6 * DAY)
    assert (at, message.subject) == (MONDAY, WEEKLY)
    assert "- A session opens on Wednesday 10 February\n" in words_of(message)
    assert "- There is time to write until Friday 12 February, 5pm\n" in words_of(message)
    assert f"https://partnering.test/sessions/{ending.pk}/" in words_of(message)


def test_who_has_finished_is_not_told_that_it_closes(larkmere, framework, lead, bea_there, clock):
    session = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=MONDAY + 4 * DAY)
    Dispatch.objects.all().delete()
    finish_writing(participation=session.participations.get(membership=bea_there))
    assert clock(MONDAY, MONDAY + 6 * DAY) == []


def test_a_meeting_is_told_on_monday_with_its_invitation(larkmere, framework, lead, bea_there, clock):
    session = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=MONDAY + 20 * DAY)
    Dispatch.objects.all().delete()
    meets = MONDAY + 3 * DAY + HOUR
    set_meeting(session=session, by=lead, starts_at=meets, ends_at=meets + HOUR, at=MONDAY - 5 * DAY)
    [(_, message)] = clock(MONDAY - 5 * DAY, MONDAY + 6 * DAY)
    assert message.subject == WEEKLY
    assert message.body.count("We meet on") == 1
    assert "- We meet on Thursday 11 February, 10am\n" in words_of(message)
    [(name, content)] = files(message)
    assert (name, "METHOD:REQUEST" in content) == ("meeting.ics", True)


def test_what_one_said_one_would_do_is_told_before_and_once_after(larkmere, framework, lead, bea_there, clock):
    session = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=MONDAY + 40 * DAY)
    Dispatch.objects.all().delete()
    action = add_action(
        session=session, by=lead, text="Secret", owners=[bea_there], due_on=date(2027, 2, 11), at=MONDAY - 4 * DAY
    )
    Dispatch.objects.filter(kind="action_asked").delete()
    answer_action(owner=action.owners.get(), yes=True, at=MONDAY - 4 * DAY)
    found = clock(MONDAY, MONDAY + 21 * DAY)
    assert subjects(found) == [(date(2027, 2, 8), WEEKLY), (date(2027, 2, 15), WEEKLY)]
    assert "Something you said you would do: by Thursday 11 February" in words_of(found[0][1])
    assert "Something you said you would do was due on Thursday 11 February" in words_of(found[1][1])
    assert "Secret" not in found[0][1].body + found[1][1].body


def test_something_learned_is_told_to_those_who_lead(larkmere, framework, lead, amina, bea_there, clock):
    place = membership_of(amina, larkmere)
    update_mail_choice(membership=place, by=amina, reviews=MailPace.WEEKLY)
    session = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=MONDAY + 40 * DAY)
    Dispatch.objects.all().delete()
    learning = add_learning(session=session, by=lead, text="Secret", review_on=date(2027, 2, 10), at=MONDAY - DAY)
    plan_due_digests(MONDAY)
    send_dispatches(at=MONDAY)
    [message] = [one for one in mail.outbox if one.subject == WEEKLY]
    assert message.to == [amina.email]
    assert "Something we learned, to look at again on Wednesday 10 February" in words_of(message)
    assert f"/learnings/{learning.pk}/review/" in words_of(message)


# --- Check-ins -----------------------------------------------------------------------------------------------------
def test_a_checkin_is_answered_from_the_weekly_mail(larkmere, bea_there, clock):
    make_rhythm(larkmere, starts_on=date(2027, 2, 9), every_weeks=2)
    found = clock(MONDAY, MONDAY + 13 * DAY)
    assert subjects(found) == [(date(2027, 2, 15), WEEKLY)]
    assert "How are things? One minute, until Monday 22 February" in words_of(found[0][1])
    assert "/check-ins/reply/" in words_of(found[0][1])


def test_one_that_was_answered_is_not_told(larkmere, bea, bea_there, clock):
    make_rhythm(larkmere, starts_on=date(2027, 2, 9), every_weeks=2)
    clock(MONDAY, MONDAY + 2 * DAY)
    answer_checkin(invitee=place_in(larkmere.checkins.get(), bea), mood=3, at=MONDAY + 3 * DAY)
    assert clock(MONDAY + 3 * DAY, MONDAY + 13 * DAY) == []


@pytest.mark.parametrize(("pace", "told"), [(CheckInPace.GROUP, True), (CheckInPace.NEVER, False)])
def test_one_that_comes_and_goes_between_two_weekly_mails_is_announced(larkmere, bea, bea_there, clock, pace, told):
    update_mail_choice(membership=bea_there, by=bea, checkin_pace=pace)
    # Every Monday an hour after the weekly mail; closed on the Sunday.
    make_rhythm(larkmere, starts_on=date(2027, 2, 1), every_weeks=1, weekday=0, hour=10)
    found = clock(MONDAY - HOUR, MONDAY + 6 * DAY)
    assert [("A check-in comes on Monday 8 February" in words_of(message)) for _, message in found] == [True] * told


def test_one_sent_by_hand_that_nobody_saw_coming_comes_by_itself(larkmere, bea_there, clock):
    make_rhythm(larkmere, starts_on=date(2027, 2, 2), every_weeks=1, weekday=1)
    clock(MONDAY - DAY, MONDAY)
    mail.outbox.clear()
    send_checkin_now(partnership=larkmere, at=MONDAY + 2 * HOUR)
    send_dispatches(at=MONDAY + 2 * HOUR)
    assert [message.subject for message in mail.outbox if message.to == [bea_there.person.email]] == [
        "Larkmere Vale Together: how are things?"
    ]


# --- What cannot wait ----------------------------------------------------------------------------------------------
def test_a_session_that_opens_and_closes_between_two_mondays_comes_by_itself(
    larkmere, framework, lead, bea_there, clock
):
    assert clock(MONDAY, MONDAY + HOUR) == []
    make_open(larkmere, framework, lead, at=MONDAY + 2 * DAY, closes_at=MONDAY + 4 * DAY)
    found = clock(MONDAY + 2 * DAY, MONDAY + 8 * DAY)
    assert subjects(found) == [
        (date(2027, 2, 10), "a session has opened"),
        (date(2027, 2, 11), "there is still time to add your voice"),
    ]


def test_a_meeting_of_this_week_that_is_set_this_week_comes_by_itself(larkmere, framework, lead, bea_there, clock):
    session = make_open(larkmere, framework, lead, at=MONDAY - 20 * DAY, closes_at=MONDAY + 20 * DAY)
    clock(MONDAY, MONDAY)
    meets = MONDAY + 4 * DAY + HOUR
    set_meeting(session=session, by=lead, starts_at=meets, ends_at=meets + HOUR, at=MONDAY + 2 * DAY)
    found = clock(MONDAY + 2 * DAY, MONDAY + 6 * DAY)
    assert [(day, words.partition(" on ")[0]) for day, words in subjects(found)] == [
        (date(2027, 2, 10), "we meet"),
        (date(2027, 2, 11), "we meet"),
    ]
    assert [name for name, _ in files(found[0][1])] == ["meeting.ics"]


def test_what_the_last_weekly_mail_told_does_not_come_again(larkmere, framework, lead, bea_there, clock):
    make_open(larkmere, framework, lead, at=MONDAY - 4 * DAY, closes_at=MONDAY + 4 * DAY)
    found = clock(MONDAY - 4 * DAY, MONDAY + 8 * DAY)
    assert subjects(found) == [(date(2027, 2, 8), WEEKLY)]


def test_a_reminder_of_what_closes_later_is_told_as_news(larkmere, framework, lead, bea_there, clock):
    """Three days after opening, with ten more to go: the next Monday tells, and the Monday of the last week again."""
    make_open(larkmere, framework, lead, at=MONDAY, closes_at=MONDAY + 18 * DAY)
    found = clock(MONDAY, MONDAY + 20 * DAY)
    assert subjects(found) == [(date(2027, 2, 15), WEEKLY), (date(2027, 2, 22), WEEKLY)]
    assert "There is still time to add your voice" in words_of(found[0][1])
    assert "There is time to write until Friday 26 February" in words_of(found[1][1])


# --- Changing one's mind -------------------------------------------------------------------------------------------
def test_choosing_at_once_again_gives_back_what_was_kept(larkmere, framework, lead, bea, bea_there):
    make_open(larkmere, framework, lead, at=MONDAY + DAY, closes_at=MONDAY + 20 * DAY)
    send_dispatches(at=MONDAY + DAY)
    mail.outbox.clear()
    row = Dispatch.objects.get(kind="session_opened", recipient_key=f"person:{bea.pk}")
    assert row.state == DispatchState.SUPPRESSED
    update_mail_choice(membership=bea_there, by=bea, session_opens=MailPace.AT_ONCE)
    send_dispatches(at=MONDAY + 2 * DAY)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([bea.email], "Larkmere Vale Together: a session has opened")
    ]


def test_what_the_weekly_mail_told_is_not_given_back(larkmere, framework, lead, bea, bea_there, clock):
    make_open(larkmere, framework, lead, at=MONDAY - 3 * DAY, closes_at=MONDAY + 20 * DAY)
    assert len(clock(MONDAY - 3 * DAY, MONDAY)) == 1
    update_mail_choice(membership=bea_there, by=bea, session_opens=MailPace.AT_ONCE)
    assert clock(MONDAY + HOUR, MONDAY + 2 * HOUR) == []


def test_weeks_follow_each_other_without_a_gap(larkmere):
    """What one weekly mail looks ahead to is where the next has begun, over bank holidays and changes of the clocks."""
    zone = larkmere.zone
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    for _ in range(80):
        until = looks_ahead_until(at, zone)
        following = until - 6 * HOUR
        assert following.astimezone(zone).hour == 9
        assert at < following <= at + 15 * DAY
        assert looks_ahead_until(following - timedelta(minutes=1), zone) == until
        at = following
