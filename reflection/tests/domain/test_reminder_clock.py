"""Clocks (trust E9, E10): around each Sunday on which they change, every reminder comes once, at nine by the clock on the wall.

The clock rings every five minutes for eight days, as it does in earnest; nothing is patched, every moment is handed in.
Around later Sundays it rings so often only in the hours at one and at nine, and once an hour in between.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from partnerships.domain.mail_choices import update_mail_choice
from partnerships.domain.working_time import is_working_day, last_working_day, local_moment, next_working_day
from partnerships.enums import MailPace
from partnerships.models.dispatch import Dispatch
from partnerships.tests.cast import membership_of
from partnerships.tests.domain.test_working_time import CHANGES
from reflection.domain.actions import add_action, answer_action
from reflection.domain.digests import plan_due_digests
from reflection.domain.meetings import set_meeting
from reflection.domain.outcomes import add_learning
from reflection.domain.reminders import closing_days, plan_due_reminders
from reflection.tests.sessions import make_open

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
TICK = timedelta(minutes=5)


def at_nine(day):
    return local_moment(day, time(9), zone=LONDON)


def a_world_around(sunday, larkmere, framework, lead, bea):
    """Something of each kind that comes due in the days around a Sunday, and when each should come (local days)."""
    thursday = sunday - 3 * DAY
    opened = local_moment(sunday - 10 * DAY, time(1, 30), zone=LONDON)
    sessions = [
        make_open(
            larkmere, framework, lead, at=opened, closes_at=local_moment(sunday + n * DAY, time(1, 30), zone=LONDON)
        )
        for n in (0, 1, 2, 3)
    ]
    expected = {("session_closes_soon", day) for session in sessions for day in closing_days(session).values()}
    meets = local_moment(sunday + DAY, time(1, 30), zone=LONDON)
    set_meeting(session=sessions[3], by=lead, starts_at=meets, ends_at=meets + TICK, at=opened)
    expected.add(("meeting_tomorrow", last_working_day(sunday)))
    for n in range(7):
        due_on = sunday + (n - 1) * DAY
        action = add_action(
            session=sessions[3],
            by=lead,
            text=f"Thing {n}",
            owners=[membership_of(bea, larkmere)],
            due_on=due_on,
            at=opened,
        )
        answer_action(owner=action.owners.get(), yes=True, at=opened)
        expected.add(("action_due", last_working_day(due_on - 3 * DAY)))
        expected.add(("action_late", next_working_day(due_on + DAY)))
    for n in range(4):
        add_learning(session=sessions[3], by=lead, text=f"Word {n}", review_on=sunday + n * DAY, at=opened)
        expected.add(("learning_review", next_working_day(sunday + n * DAY)))
    update_mail_choice(membership=membership_of(bea, larkmere), by=bea, records=MailPace.WEEKLY)
    expected.add(("weekly_digest", next_working_day(sunday + DAY)))
    return {(kind, day) for kind, day in expected if thursday <= day < thursday + 8 * DAY}


def ticks(at, end, *, every):
    while at < end:
        local = at.astimezone(LONDON)
        if every or local.minute == 0 or local.hour in (1, 9):
            yield at
        at += TICK


@pytest.mark.parametrize("sunday", CHANGES, ids=str)
def test_every_reminder_comes_once_at_nine_around_a_change_of_the_clocks(sunday, larkmere, framework, lead, bea):
    expected = a_world_around(sunday, larkmere, framework, lead, bea)
    first = local_moment(sunday - 3 * DAY, time(), zone=LONDON)
    end = local_moment(sunday + 5 * DAY, time(), zone=LONDON)
    for at in ticks(first, end, every=sunday == CHANGES[0]):
        plan_due_reminders(at)
        plan_due_digests(at)
    kinds = {kind for kind, _ in expected}
    rows = list(Dispatch.objects.filter(kind__in=kinds, planned_at__gte=first))
    assert {(row.kind, row.planned_at.astimezone(LONDON).date()) for row in rows} == expected
    assert {row.planned_at.astimezone(LONDON).time() for row in rows} == {time(9)}
    keys = [(row.kind, row.occurrence, row.recipient_key) for row in rows]
    assert len(keys) == len(set(keys))
    # The session whose rows these are, and a day: nobody hears twice of one thing.
    assert len({(row.kind, row.occurrence) for row in rows if row.kind == "weekly_digest"}) == 1


def test_a_thousand_sessions_never_remind_outside_working_days_or_more_than_twice(larkmere, framework, lead):
    """Random beginnings and lengths over five years, the ends of months and 29 February among them (E10)."""
    chance = random.Random(7)
    session = make_open(larkmere, framework, lead)
    for _ in range(1000):
        opened = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(5 * 366 * 24 * 60))
        session.opened_at = opened
        session.closes_at = opened + timedelta(minutes=chance.randrange(60, 92 * 24 * 60))
        days = closing_days(session)
        assert len(days) <= 2
        assert all(is_working_day(day) for day in days.values())
        begins, ends = (moment.astimezone(LONDON).date() for moment in (opened, session.closes_at))
        assert all(begins < day < ends for day in days.values())
        if len(days) == 2:
            assert days["first"] < days["last"]


@pytest.mark.parametrize(
    "due_on", [date(2027, 1, 31), date(2028, 2, 29), date(2028, 3, 1), date(2026, 12, 28)], ids=str
)
def test_an_action_due_at_the_end_of_a_month_is_told_of_once_before_and_once_after(
    due_on, larkmere, framework, lead, bea
):
    opened = at_nine(due_on - 20 * DAY)
    session = make_open(larkmere, framework, lead, at=opened)
    action = add_action(
        session=session, by=lead, text="A thing", owners=[membership_of(bea, larkmere)], due_on=due_on, at=opened
    )
    answer_action(owner=action.owners.get(), yes=True, at=opened)
    for hours in range(40 * 24):
        plan_due_reminders(opened + timedelta(hours=hours))
    told = {
        row.kind: row.planned_at.astimezone(LONDON)
        for row in Dispatch.objects.filter(kind__in=["action_due", "action_late"])
    }
    assert Dispatch.objects.filter(kind__in=["action_due", "action_late"]).count() == 2
    assert told["action_due"].date() == last_working_day(due_on - 3 * DAY)
    assert told["action_late"].date() == next_working_day(due_on + DAY)
    assert {moment.hour for moment in told.values()} == {9}
