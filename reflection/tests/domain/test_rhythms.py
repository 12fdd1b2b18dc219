"""The days of a rhythm: holidays, pauses, clocks that change, questions that do not come back."""

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.working_time import is_working_time, next_working_day
from partnerships.models.base import StaleVersion
from partnerships.models.partnerships import Partnership
from partnerships.tests.factories import moment
from reflection.domain.checkin_questions import NOT_AGAIN_FOR, next_question, pool, read_pool
from reflection.domain.rhythms import add_pause, date_due, next_dates, place_date, set_rhythm
from reflection.models.checkins import CheckIn
from reflection.models.rhythms import Rhythm, RhythmPause
from reflection.tests.checkins import make_rhythm

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def test_the_next_five_with_what_is_left_out_and_why(larkmere):
    rhythm = make_rhythm(larkmere)
    pause = RhythmPause(starts_on=date(2026, 12, 21), ends_on=date(2027, 1, 3))
    found = next_dates(rhythm, partnership=larkmere, pauses=[pause], at=moment("2026-11-30 12:00"))
    assert [(day.due_on.isoformat(), day.left_out, day.why) for day in found] == [
        ("2026-12-01", False, ""),
        ("2026-12-15", False, ""),
        ("2026-12-29", True, "Our pause"),
        ("2027-01-12", False, ""),
        ("2027-01-26", False, ""),
        ("2027-02-09", False, ""),
    ]


def test_a_bank_holiday_moves_a_date_to_the_next_working_day(larkmere):
    rhythm = Rhythm(every_weeks=1, weekday=4, hour=9, starts_on=date(2026, 12, 1))
    placed = place_date(rhythm, date(2026, 12, 25), pauses=(), zone=LONDON)
    assert (placed.on, placed.why) == (date(2026, 12, 29), "Moved: Christmas Day")


@pytest.mark.parametrize(
    ("today", "utc"),
    [
        ("2027-03-24 08:00", "2027-03-30 08:00"),
        ("2026-10-20 06:00", "2026-10-20 08:00"),
        ("2026-10-21 06:00", "2026-10-27 09:00"),
    ],
)
def test_nine_is_nine_on_both_sides_of_a_change_of_clocks(larkmere, today, utc):
    rhythm = make_rhythm(larkmere, every_weeks=1, starts_on=date(2026, 1, 6))
    assert next_dates(rhythm, partnership=larkmere, count=1, at=moment(today))[0].opens_at == moment(utc)


def test_dates_of_a_year_are_each_once_at_nine_local(larkmere):
    rhythm = make_rhythm(larkmere, every_weeks=1, starts_on=date(2026, 1, 6))
    found = next_dates(rhythm, partnership=larkmere, count=52, at=moment("2026-01-01 00:00"))
    assert len({day.on for day in found}) == 52
    assert {day.opens_at.astimezone(LONDON).hour for day in found} == {9}


def test_set_rhythm_makes_changes_and_refuses_a_stale_one(larkmere, lead):
    first = set_rhythm(partnership=larkmere, by=lead, weekday=2, hour=10)
    assert (first.version, first.starts_on) == (1, larkmere.local_date())
    set_rhythm(partnership=larkmere, by=lead, expected=1, every_weeks=4)
    with pytest.raises(StaleVersion):
        set_rhythm(partnership=larkmere, by=lead, expected=1, every_weeks=1)
    with pytest.raises(ValidationError, match="Choose at least one thing"):
        set_rhythm(
            partnership=larkmere, by=lead, expected=2,
            **dict.fromkeys(["asks_mood", "asks_room", "asks_question", "asks_know", "asks_partner"], False),
        )  # fmt: skip


def test_a_pause_is_checked_and_the_same_is_one(larkmere, lead):
    today = larkmere.local_date()
    add = lambda first, last: add_pause(partnership=larkmere, by=lead, starts_on=first, ends_on=last)  # noqa: E731
    assert add(today, today + timedelta(days=3)) == add(today, today + timedelta(days=3))
    with pytest.raises(ValidationError, match="over already"):
        add(today - timedelta(days=9), today - timedelta(days=1))
    with pytest.raises(ValidationError, match="before the first"):
        add(today + timedelta(days=3), today)
    with pytest.raises(ValidationError, match="a year at most"):
        add(today, today + timedelta(days=400))


# --- The pool ---------------------------------------------------------------------------------------------------------
def test_no_question_comes_back_within_six_months(larkmere):
    day, asked = date(2026, 1, 6), {}
    for week in range(104):
        on = day + timedelta(weeks=week)
        question = next_question(partnership=larkmere, on=on)
        assert question.key not in asked or on - asked[question.key] > NOT_AGAIN_FOR
        asked[question.key] = on
        _ask(larkmere, question, on)
    assert len(asked) == len(pool())


def _ask(partnership, question, on):
    CheckIn.objects.create(
        partnership=partnership, on=on, opens_at=moment(f"{on} 09:00"), closes_at=moment(f"{on} 17:00"),
        question_key=question.key, question=question.text,
    )  # fmt: skip


def test_when_all_were_asked_of_late_none_is_asked(larkmere):
    """A check-in sent by hand each day goes through the pool in six weeks; the first comes back after its six months."""
    first = date(2026, 1, 6)
    for days, question in enumerate(pool()):
        _ask(larkmere, question, first + timedelta(days=days))
    last_day_without = first + NOT_AGAIN_FOR
    assert next_question(partnership=larkmere, on=first + timedelta(days=len(pool()))) is None
    assert next_question(partnership=larkmere, on=last_day_without) is None
    assert next_question(partnership=larkmere, on=last_day_without + timedelta(days=1)) == pool()[0]


def test_two_groups_have_an_order_of_their_own(larkmere, house):
    turns = {next_question(partnership=group, on=date(2026, 1, 6)).key for group in (larkmere, house.quarry_end)}
    assert turns <= {question.key for question in pool()}


def test_a_mistake_in_the_pool_names_file_line_and_field(tmp_path):
    rows = "".join(f'  - {{key: k{n}, text: "Question {n}?"}}\n' for n in range(29))
    path = tmp_path / "mine.yaml"
    path.write_text(f'questions:\n{rows}  - {{key: k0, txt: "Question 0?"}}\n')
    with pytest.raises(ValidationError) as refused:
        read_pool(path)
    assert refused.value.messages == [
        "mine.yaml, line 31, questions 30 › txt: there is no such field. Choose from key, text.",
        "mine.yaml, line 31, questions 30 › text: this field is missing.",
        "mine.yaml, line 31, questions 30 › key: “k0” is the key of two of these. Each needs its own.",
    ]


def test_the_same_words_twice_are_refused(tmp_path):
    rows = "".join(f'  - {{key: k{n}, text: "Question {n}?"}}\n' for n in range(30))
    path = tmp_path / "mine.yaml"
    path.write_text(f'questions:\n{rows}  - {{key: again, text: "question 0?"}}\n')
    with pytest.raises(ValidationError, match="line 32, questions 31 › text: question 1 has the same words"):
        read_pool(path)


# --- Clocks that change (trust E9) --------------------------------------------------------------------------------------
SUNDAYS_OF_CHANGE = [
    "2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29", "2029-03-25", "2029-10-28",
    "2030-03-31", "2030-10-27",
]  # fmt: skip


@pytest.mark.parametrize("sunday", SUNDAYS_OF_CHANGE)
@pytest.mark.parametrize(("weekday", "hour"), [(0, 8), (1, 9), (4, 17)])
def test_around_a_change_of_clocks_one_date_is_due_at_its_local_hour(sunday, weekday, hour):
    """Eight days in ticks of five minutes: each date is due from its own hour on, on its own day, and on no other."""
    first = date.fromisoformat(sunday) - timedelta(days=4)
    rhythm = Rhythm(every_weeks=1, weekday=weekday, hour=hour, starts_on=first - timedelta(days=30))
    group = Partnership(time_zone="Europe/London")
    began = {}
    tick = moment(f"{first} 00:00")
    for _ in range(8 * 288):
        due = date_due(rhythm, partnership=group, pauses=(), at=tick)
        if due:
            began.setdefault(due.on, tick.astimezone(LONDON))
        tick += timedelta(minutes=5)
    days = {first + timedelta(days=number) for number in range(8)}
    wanted = {next_working_day(day) for day in days | {first - timedelta(days=1)} if day.weekday() == weekday} & days
    assert {day: (at.date(), at.hour, at.minute) for day, at in began.items()} == {
        day: (day, hour, 0) for day in wanted
    }


def test_a_thousand_rhythms_never_leave_working_hours():
    dice = random.Random(4)
    for _ in range(1000):
        rhythm = Rhythm(
            every_weeks=dice.choice([1, 2, 4]), weekday=dice.randint(0, 4), hour=dice.randint(8, 17),
            starts_on=date(2026, 1, 1) + timedelta(days=dice.randint(0, 700)),
        )  # fmt: skip
        zone = dice.choice(["Europe/London", "Europe/Lisbon", "Atlantic/Canary"])
        at = moment("2026-01-01 00:00") + timedelta(hours=dice.randint(0, 24 * 365))
        group = Partnership(time_zone=zone)
        for day in next_dates(rhythm, partnership=group, pauses=[], count=5, at=at):
            assert is_working_time(day.opens_at, time_zone=zone)
            assert day.opens_at > at
