"""Plans for meeting: every kind of round, times that go with the meeting, and a change of how people meet."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from partnerships.models.dispatch import Dispatch
from partnerships.tests.factories import moment
from reflection.domain.meetings import call_off_meeting, set_meeting
from reflection.domain.rounds_planning import MINUTES_TOGETHER, RoundChoice
from reflection.domain.session_lists import session_for_page
from reflection.domain.session_planning import update_plan
from reflection.domain.sessions import cancel_session, open_session, schedule_session
from reflection.enums import OF_A_SESSION, RoundKind, SessionMode
from reflection.models import Meeting, Session
from reflection.tests.sessions import make_plan

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 14:00")
STARTS = moment("2026-12-10 10:00")
ENDS = moment("2026-12-10 11:15")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every_kind(framework):
    question, other = framework.questions.prefetch_related("prompts")[:2]
    return [
        RoundChoice.together(RoundKind.ARRIVE),
        RoundChoice.together(RoundKind.LAST_ACTIONS),
        RoundChoice.together(RoundKind.QUESTION, question, question.prompts.all()[:2]),
        RoundChoice.together(RoundKind.ACTIVITY, other),
        RoundChoice.together(RoundKind.RATING, minutes=20),
        RoundChoice.together(RoundKind.CLOSING),
    ]


def live(partnership, framework, lead, **fields):
    fields = {"mode": SessionMode.LIVE, "opens_at": STARTS, "closes_at": ENDS, "at": NOW} | fields
    return make_plan(partnership, framework, lead, **fields)


def both(partnership, framework, lead, **fields):
    fields = {"mode": SessionMode.BOTH, "opens_at": NOW + DAY, "starts_at": STARTS, "ends_at": ENDS, "at": NOW} | fields
    return make_plan(partnership, framework, lead, **fields)


@pytest.mark.parametrize("attribution", OF_A_SESSION)
def test_a_live_plan_holds_every_kind_of_round_in_its_order(larkmere, framework, lead, attribution):
    choices = every_kind(framework)
    session = live(larkmere, framework, lead, choices=choices, attribution=attribution)
    rounds = [
        (one.position, one.kind, one.question, one.prompts.count(), one.minutes, one.attribution)
        for one in session.rounds.all()
    ]
    first, second = framework.questions.all()[:2]
    assert rounds == [
        (1, RoundKind.ARRIVE, None, 0, 6, attribution),
        (2, RoundKind.LAST_ACTIONS, None, 0, 9, attribution),
        (3, RoundKind.QUESTION, first, 2, 38, attribution),
        (4, RoundKind.ACTIVITY, second, 0, 30, "together"),
        (5, RoundKind.RATING, None, 0, 20, attribution),
        (6, RoundKind.CLOSING, None, 0, 8, attribution),
    ]
    assert set(MINUTES_TOGETHER) == set(RoundKind)


def refused(make, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        make(*args, **fields)
    assert Session.objects.count() == Meeting.objects.count() == 0
    return refusal.value.message_dict


def test_rounds_that_do_not_fit_are_refused_and_nothing_is_kept(larkmere, framework, lead):
    question = framework.questions.first()
    arrive, rating = RoundChoice.together(RoundKind.ARRIVE), RoundChoice.together(RoundKind.RATING)
    wrong = {
        "Add a question, a rating or an activity.": [arrive, RoundChoice.together(RoundKind.CLOSING)],
        "Choose each question, and each kind of round, once.": [rating, rating],
        "Choose which question.": [rating, RoundChoice.together(RoundKind.QUESTION)],
        "Only a question or an activity is about one of the five questions.": [
            RoundChoice.together(RoundKind.RATING, question)
        ],
        "Give each round between 1 and 240 minutes.": [RoundChoice.together(RoundKind.RATING, minutes=241)],
    }
    for words, choices in wrong.items():
        assert refused(live, larkmere, framework, lead, choices=choices) == {"questions": [words]}
    words = "Over some days people can write and rate. The rest needs a meeting."
    choices = [RoundChoice(question), arrive]
    assert refused(make_plan, larkmere, framework, lead, choices=choices) == {"questions": [words]}


def test_people_can_rate_over_some_days_too(larkmere, framework, lead):
    choices = [RoundChoice(framework.questions.first()), RoundChoice.together(RoundKind.RATING)]
    session = make_plan(larkmere, framework, lead, choices=choices)
    assert list(session.rounds.values_list("kind", flat=True)) == ["question", "rating"]


def test_a_live_plan_opens_and_closes_with_its_meeting(larkmere, framework, lead):
    session = live(larkmere, framework, lead, opens_at=NOW, closes_at=NOW + HOUR, starts_at=STARTS, ends_at=ENDS)
    session.refresh_from_db()
    assert (session.opens_at, session.closes_at) == (STARTS, ENDS)
    assert (session.meeting.starts_at, session.meeting.ends_at, session.meeting.sequence) == (STARTS, ENDS, 0)
    assert not Dispatch.objects.exists(), "nobody is told of a draft"


def test_writing_before_a_meeting_closes_when_it_begins(larkmere, framework, lead):
    session = both(larkmere, framework, lead)
    session.refresh_from_db()
    assert (session.opens_at, session.closes_at) == (NOW + DAY, STARTS)
    assert (session.meeting.starts_at, session.meeting.ends_at) == (STARTS, ENDS)


@pytest.mark.parametrize(
    ("make", "times", "refusal"),
    [
        (live, {"starts_at": ENDS, "ends_at": STARTS}, {"ends_at": ["Choose an end that is after the beginning."]}),
        (live, {"starts_at": STARTS, "ends_at": STARTS + 13 * HOUR}, {"ends_at": ["Keep it under 12 hours."]}),
        (both, {"opens_at": STARTS}, {"starts_at": ["Meet after it has opened for writing."]}),
        (both, {"starts_at": None, "ends_at": None}, {"starts_at": ["Choose when you meet."]}),
        (both, {"ends_at": STARTS}, {"ends_at": ["Choose an end that is after the beginning."]}),
    ],
)
def test_times_that_cannot_be_are_refused(larkmere, framework, lead, make, times, refusal):
    assert refused(make, larkmere, framework, lead, **times) == refusal


def told(kind):
    return Dispatch.objects.filter(kind=kind).values_list("occurrence", flat=True).distinct().count()


def test_announcing_invites_and_each_change_counts_up(larkmere, framework, lead):
    session = live(larkmere, framework, lead)
    schedule_session(session=session, by=lead, at=NOW)
    assert told("meeting_set") == 1
    session.refresh_from_db()
    choices = [RoundChoice.together(RoundKind.RATING)]
    session = update_plan(
        session=session, by=lead, expected=session.version, choices=choices, starts_at=STARTS + DAY,
        ends_at=ENDS + DAY, at=NOW + HOUR,
    )  # fmt: skip
    meeting = Meeting.objects.get()
    assert (meeting.sequence, meeting.starts_at, told("meeting_changed")) == (1, STARTS + DAY, 1)
    session = update_plan(
        session=session, by=lead, expected=session.version, choices=choices, where="Online", at=NOW + HOUR
    )
    assert (Meeting.objects.get().sequence, session.opens_at) == (2, STARTS + DAY), "calendars carry where"
    session = update_plan(
        session=session, by=lead, expected=session.version, choices=choices, why_now="So", at=NOW + HOUR
    )
    assert Meeting.objects.get().sequence == 2, "calendars do not carry why"
    cancel_session(session=session, by=lead, why="Snow", at=NOW + 2 * HOUR)
    assert Meeting.objects.get().called_off_at == NOW + 2 * HOUR


def test_moving_the_meeting_moves_the_session(larkmere, framework, lead):
    session = live(larkmere, framework, lead)
    set_meeting(session=session, by=lead, starts_at=STARTS + DAY, ends_at=ENDS + DAY, at=NOW)
    session.refresh_from_db()
    assert (session.opens_at, session.closes_at, session.version) == (STARTS + DAY, ENDS + DAY, 2)
    written = both(larkmere, framework, lead)
    open_session(session=written, by=lead, at=NOW + DAY)
    set_meeting(session=written, by=lead, starts_at=STARTS + DAY, ends_at=ENDS + DAY, at=NOW + DAY)
    written.refresh_from_db()
    assert (written.opens_at, written.closes_at) == (NOW + DAY, STARTS + DAY)
    with pytest.raises(ValidationError, match="after it has opened"):
        set_meeting(session=written, by=lead, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, at=NOW)


def test_a_live_session_cannot_do_without_its_meeting(larkmere, framework, lead):
    session = live(larkmere, framework, lead)
    with pytest.raises(ValidationError, match="is its meeting"):
        call_off_meeting(session=session, by=lead, at=NOW)
    assert Meeting.objects.get().called_off_at is None


@pytest.mark.parametrize("make", [live, both])
def test_a_plan_that_no_longer_meets_leaves_the_calendars(larkmere, framework, lead, make):
    session = make(larkmere, framework, lead)
    choices = [RoundChoice(framework.questions.first())]
    session = update_plan(
        session=session, by=lead, expected=1, choices=choices, mode=SessionMode.OVER_TIME, opens_at=NOW + DAY,
        closes_at=STARTS, at=NOW,
    )  # fmt: skip
    assert (session.mode, Meeting.objects.get().called_off_at) == (SessionMode.OVER_TIME, NOW)
    session = update_plan(
        session=session, by=lead, expected=session.version, choices=choices, mode=SessionMode.LIVE,
        starts_at=STARTS, ends_at=ENDS, at=NOW,
    )  # fmt: skip
    meeting = Meeting.objects.get()
    assert (meeting.called_off_at, meeting.sequence, session.opens_at) == (None, 2, STARTS)


def test_writing_before_a_meeting_takes_what_writing_takes(larkmere, framework, lead):
    """A question of 38 minutes is mostly talk: nobody is told that writing takes so long."""
    choices = every_kind(framework)
    for make, minutes in ((both, 7), (live, 38 + 6 + 9 + 30 + 20 + 8)):
        session = make(larkmere, framework, lead, choices=choices)
        assert session_for_page(session=session).minutes == minutes
