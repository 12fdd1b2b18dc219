"""Reminders: each is planned once, on its local day, and comes only to whom it is for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.members import leave_partnership
from partnerships.models.dispatch import Dispatch
from partnerships.models.people import Person
from partnerships.tests.cast import membership_of
from reflection.domain.actions import add_action, answer_action, complete_action
from reflection.domain.drafts import finish_writing
from reflection.domain.outcomes import add_learning
from reflection.domain.reminders import closing_days, plan_due_reminders
from reflection.domain.sessions import end_writing, give_more_time
from reflection.tests.sessions import make_open, write

pytestmark = pytest.mark.django_db(transaction=True)
#: A Monday with no bank holiday near it, nine in the morning in England.
MONDAY = datetime(2027, 2, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://partnering.test"
    settings.MAIL_MOST_A_WEEK = 1000


def days_of(kind, first, days, *, step=timedelta(hours=1), **only):
    """Ask every hour for some days; on which local days and hours rows of a kind came, with how many."""
    found = []
    at = first
    while at < first + days * DAY:
        before = set(Dispatch.objects.filter(kind=kind, **only).values_list("pk", flat=True))
        plan_due_reminders(at)
        new = Dispatch.objects.filter(kind=kind, **only).exclude(pk__in=before).count()
        if new:
            found.append((at.date(), at.hour, new))
        at += step
    return found


def test_session_closes_soon_comes_twice_to_those_not_finished_then_never(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, at=MONDAY)
    finish_writing(participation=session.participations.get(membership__person=bea))
    found = days_of("session_closes_soon", MONDAY, 12)
    # Opened on Monday 1st: Thursday 4th; closes on Thursday 11th: Wednesday 10th.
    assert found == [(date(2027, 2, 4), 9, 11), (date(2027, 2, 10), 9, 11)]
    keys = set(Dispatch.objects.filter(kind="session_closes_soon").values_list("recipient_key", flat=True))
    assert f"person:{bea.pk}" not in keys
    give_more_time(session=session, by=lead, closes_at=MONDAY + 20 * DAY, at=MONDAY + 9 * DAY)
    assert days_of("session_closes_soon", MONDAY + 12 * DAY, 9) == []


@pytest.mark.parametrize(
    ("opened", "length", "days"),
    [
        (MONDAY, 10, {"first": date(2027, 2, 4), "last": date(2027, 2, 10)}),
        (MONDAY, 3, {"last": date(2027, 2, 3)}),
        (MONDAY, 1, {}),
        # Friday, for a week: its third day is a Monday, and the day before the closing is a Thursday.
        (MONDAY + 4 * DAY, 7, {"first": date(2027, 2, 8), "last": date(2027, 2, 11)}),
        # Closing on a Monday: the last working day before it is the Friday.
        (MONDAY, 7, {"first": date(2027, 2, 4), "last": date(2027, 2, 5)}),
        # Over Easter: the last working day before Easter Tuesday is Maundy Thursday.
        (datetime(2027, 3, 22, 9, tzinfo=UTC), 8, {"last": date(2027, 3, 25)}),
        (datetime(2028, 2, 25, 9, tzinfo=UTC), 5, {"first": date(2028, 2, 28), "last": date(2028, 2, 29)}),
    ],
)
def test_closing_days_are_working_days_and_at_most_two(larkmere, framework, lead, opened, length, days):
    session = make_open(larkmere, framework, lead, at=opened, closes_at=opened + length * DAY)
    found = closing_days(session)
    if opened.month == 3:
        assert found["last"] == days["last"]
    else:
        assert found == days


def test_session_closes_soon_says_how_many_in_steps_and_shames_nobody(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=MONDAY)
    write(session, 4)
    thursday = MONDAY + 3 * DAY
    plan_due_reminders(thursday)
    mail.outbox.clear()
    send_dispatches(at=thursday + timedelta(minutes=5))
    messages = [message for message in mail.outbox if "still time" in message.subject]
    assert len(messages) == 12
    assert "3 or more of 12 have begun" in messages[0].body
    assert "4 of 12" not in messages[0].body
    assert "you have not" not in messages[0].body.lower()
    assert messages[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_session_closes_soon_is_planned_by_any_number_of_beats_once(larkmere, framework, lead):
    make_open(larkmere, framework, lead, at=MONDAY)
    assert plan_due_reminders(MONDAY + 3 * DAY) == 12
    assert plan_due_reminders(MONDAY + 3 * DAY) == 0
    assert plan_due_reminders(MONDAY + 3 * DAY + timedelta(minutes=5)) == 0


def test_nothing_comes_at_night_on_a_sunday_or_when_writing_is_over(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=MONDAY)
    assert plan_due_reminders(MONDAY + 3 * DAY - timedelta(hours=1)) == 0
    assert plan_due_reminders(MONDAY + 6 * DAY) == 0
    end_writing(session=session, by=lead, at=MONDAY + DAY)
    assert plan_due_reminders(MONDAY + 3 * DAY) == 0


@pytest.fixture
def promised(larkmere, framework, lead, bea):
    """Bea said yes to something that is due on Thursday 18 February 2027."""
    session = make_open(larkmere, framework, lead, at=MONDAY)
    action = add_action(
        session=session, by=lead, text="Ask the school", owners=[membership_of(bea, larkmere)],
        due_on=date(2027, 2, 18), at=MONDAY,
    )  # fmt: skip
    answer_action(owner=action.owners.get(), yes=True, at=MONDAY)
    return action


def test_action_due_comes_three_days_before_and_late_once_to_owners_only(promised, bea):
    assert days_of("action_due", MONDAY, 25) == [(date(2027, 2, 15), 9, 1)]
    assert Dispatch.objects.get(kind="action_due").recipient_key == f"person:{bea.pk}"
    assert list(Dispatch.objects.filter(kind="action_late").values_list("planned_at", flat=True)) == [
        datetime(2027, 2, 19, 9, tzinfo=UTC)
    ]


def test_action_due_is_not_sent_once_it_is_done(promised, bea, larkmere):
    monday = datetime(2027, 2, 15, 9, tzinfo=UTC)
    plan_due_reminders(monday)
    complete_action(action=promised, by=membership_of(bea, larkmere), at=monday)
    mail.outbox.clear()
    send_dispatches(at=monday)
    assert [message for message in mail.outbox if "you said you would" in message.subject] == []


def test_action_asked_comes_once_a_sitting_and_not_to_whoever_wrote_it(larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, at=MONDAY)
    for text in ("One", "Two"):
        add_action(session=session, by=lead, text=text, owners=[membership_of(bea, larkmere), lead], at=MONDAY)
    row = Dispatch.objects.get(kind="action_asked")
    assert row.recipient_key == f"person:{bea.pk}"
    mail.outbox.clear()
    send_dispatches(at=MONDAY + timedelta(hours=1))
    message = next(message for message in mail.outbox if "asked" in message.subject)
    assert "two things" in message.body
    assert "One" not in message.body.replace("One-Click", "")


def test_action_reminders_stop_when_the_owner_leaves(promised, bea, larkmere):
    leave_partnership(membership=membership_of(bea, larkmere), by=bea, on=MONDAY.date(), at=MONDAY)
    assert days_of("action_due", datetime(2027, 2, 15, 8, tzinfo=UTC), 1) == []


def test_learning_review_is_one_mail_to_those_who_lead_on_a_working_day(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, at=MONDAY)
    for text in ("We asked too late.", "Trust takes lunch."):
        add_learning(session=session, by=lead, text=text, review_on=date(2027, 3, 6), at=MONDAY)
    found = days_of("learning_review", datetime(2027, 3, 5, tzinfo=UTC), 5)
    # The 6th is a Saturday.
    assert found == [(date(2027, 3, 8), 9, 2)]
    leads = set(larkmere.memberships.current().facilitating().values_list("person", flat=True))
    keys = Dispatch.objects.filter(kind="learning_review").values_list("recipient_key", flat=True)
    assert {key.partition(":")[2] for key in keys} == {str(pk) for pk in leads}
    mail.outbox.clear()
    send_dispatches(at=datetime(2027, 3, 8, 9, 5, tzinfo=UTC))
    message = next(message for message in mail.outbox if "look at again" in message.subject)
    assert "two things" in message.body
    assert "lunch" not in message.body


def test_a_partnership_far_away_hears_at_its_own_nine_o_clock(larkmere, framework, lead):
    larkmere.time_zone = "Pacific/Auckland"
    larkmere.save()
    Person.objects.update(time_zone="Pacific/Auckland")
    make_open(larkmere, framework, lead, at=MONDAY)
    # Opened at ten at night on Monday there; nine in the morning of Thursday is eight in the evening of Wednesday in England.
    assert days_of("session_closes_soon", MONDAY, 5) == [(date(2027, 2, 3), 20, 12)]
