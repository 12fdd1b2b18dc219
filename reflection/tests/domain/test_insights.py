"""The overview: computed, small-group safe, and the same few queries however much there is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.tests.cast import membership_of
from reflection.charts.turnout import draw_turnout
from reflection.charts.visits import draw_visits
from reflection.domain.actions import add_action
from reflection.domain.drafts import save_draft
from reflection.domain.insight_questions import ALWAYS, questions_to_bring
from reflection.domain.insight_rows import Figure, Turnout, Visit
from reflection.domain.insights import overview_of
from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import close_session
from reflection.enums import Attribution
from reflection.models.actions import Action
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def hold(larkmere, framework, lead):
    """Hold a session from opening to closing, so many days ago, with so many people writing."""

    def hold(*, writers=8, days=10, **fields):
        at = timezone.now() - timedelta(days=days)
        session = make_open(larkmere, framework, lead, at=at, **fields)
        people = session.participations.order_by("membership__person__email")[:writers]
        for round in session.rounds.all():
            for place in people:
                save_draft(participation=place, round=round, body="Words", ready=True, at=at)
        reveal_session(session=session, by=lead, at=at + timedelta(days=9))
        session.refresh_from_db()
        return close_session(session=session, by=lead, at=at + timedelta(days=9))

    return hold


@pytest.fixture
def bea_member(bea, larkmere):
    return membership_of(bea, larkmere)


def test_before_the_first_session_everything_is_empty_and_three_questions_stand(larkmere, framework, lead):
    overview = overview_of(reader=lead)
    assert (overview.sessions, overview.turnouts, overview.last, overview.actions, overview.quiet) == (
        0,
        (),
        None,
        (),
        None,
    )
    assert [visit.number for visit in overview.questions] == [1, 2, 3, 4, 5]
    assert {visit.last_on for visit in overview.questions} == {None}
    assert len(overview.to_bring) == 3


def test_each_question_knows_when_it_was_last_talked_about(hold, lead):
    hold(days=200, questions=2)
    hold(days=40, questions=1)
    first, second, third, *_ = overview_of(reader=lead).questions
    assert (first.times, first.talked, first.days) == (2, (True, True), 31)
    assert (second.times, second.talked, second.days) == (1, (True, False), 191)
    assert (third.times, third.talked, third.last_on) == (0, (False, False), None)
    assert overview_of(reader=lead).longest.number == 3


def test_a_question_that_stayed_closed_was_not_talked_about(hold, lead):
    hold(writers=4)
    assert overview_of(reader=lead).questions[0].last_on is None


def test_who_took_part_is_a_total_and_a_small_one_is_not_told(hold, lead, larkmere):
    hold(writers=8, days=60)
    hold(writers=4, days=30, attribution=Attribution.NAMED)
    before, last = overview_of(reader=lead).turnouts
    assert (before.took_part.words, last.took_part.words) == ("8 of 12", "Fewer than 5 of 12")
    bars = draw_turnout((before, last))
    assert bars[0].height == round(128 * 8 / 12, 1)
    assert bars[1].height is None
    assert "4" not in bars[1].words


def test_an_open_session_has_no_turnout(hold, lead, larkmere, framework):
    hold()
    write(make_open(larkmere, framework, lead), 7)
    assert len(overview_of(reader=lead).turnouts) == 1


def test_who_was_quiet_is_for_facilitators_after_sessions_with_names(hold, lead, bea_member):
    hold(writers=10, days=60, attribution=Attribution.NAMED)
    hold(writers=10, days=30, attribution=Attribution.NAMED)
    assert [quiet.member.person.full_name for quiet in overview_of(reader=lead).quiet] == [
        "Samir Haddad",
        "Tom Oyelaran",
    ]
    assert overview_of(reader=bea_member).quiet is None


@pytest.mark.parametrize("attribution", [Attribution.SECTOR, Attribution.ANONYMOUS])
def test_who_was_quiet_in_a_sealed_session_is_told_to_nobody(hold, lead, attribution):
    hold(writers=10, days=60, attribution=Attribution.NAMED)
    hold(writers=10, days=30, attribution=attribution)
    assert overview_of(reader=lead).quiet is None
    hold(writers=10, days=15, attribution=Attribution.NAMED)
    assert overview_of(reader=lead).quiet is None, "one of the last two had no names"


def test_who_paused_or_left_is_not_named(hold, lead, samir, tom, larkmere):
    hold(writers=10, attribution=Attribution.NAMED)
    larkmere.memberships.filter(person=samir).update(paused_until=TODAY + timedelta(days=3))
    larkmere.memberships.filter(person=tom).update(left_on=TODAY)
    assert overview_of(reader=lead).quiet == ()


def test_actions_come_by_due_date_with_the_days_they_are_late(larkmere, framework, lead):
    session, _ = make_revealed(larkmere, framework, lead)
    add_action(session=session, text="Later", due_on=TODAY + timedelta(days=9), everyone=True, by=lead)
    late = add_action(session=session, text="Late", due_on=TODAY + timedelta(days=1), everyone=True, by=lead)
    Action.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=2))
    overview = overview_of(reader=lead)
    assert [(line.action.text, line.late) for line in overview.actions] == [("Late", 2), ("Later", 0)]
    assert overview.done.words == "0 of 2"


def test_what_is_not_for_a_member_is_not_in_their_overview(larkmere, framework, lead, bea_member):
    session, _ = make_revealed(larkmere, framework, lead, audience="facilitators")
    add_action(session=session, text="Between those who lead", everyone=True, by=lead)
    assert len(overview_of(reader=lead).actions) == 1
    assert overview_of(reader=bea_member).actions == ()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_overview_costs_five_queries(hold, lead, larkmere, framework, count, django_assert_num_queries):
    hold(attribution=Attribution.NAMED)
    session, _ = make_revealed(larkmere, framework, lead)
    for number in range(count):
        make_open(larkmere, framework, lead, at=timezone.now() - timedelta(days=number + 1))
        add_action(session=session, text=f"Action {number}", everyone=True, by=lead)
    with django_assert_num_queries(5):
        overview_of(reader=lead)


# --- Rows and drawings, without a database ----------------------------------------------------------------------------
def visit(number=1, days=None):
    return Visit(number, "A question", None if days is None else TODAY - timedelta(days=days), 1, (True, False), TODAY)


@pytest.mark.parametrize(
    ("days", "kind"),
    [(0, "good"), (31, "good"), (32, "calm"), (119, "calm"), (120, "care"), (183, "stop"), (None, "calm")],
)
def test_how_long_ago_has_a_look_of_its_own(days, kind):
    assert visit(days=days).look[0] == kind


@pytest.mark.parametrize(
    ("number", "words", "short"),
    [(5, "5 of 9", "5/9"), (4, "Fewer than 5 of 9", "<5/9"), (0, "Fewer than 5 of 9", "<5/9")],
)
def test_a_figure_under_its_minimum_is_not_told(number, words, short):
    figure = Figure(number, 9, minimum=5)
    assert (figure.words, figure.short) == (words, short)


def test_dots_are_big_where_a_session_talked_about_it():
    assert [(dot.x, dot.r) for dot in draw_visits(visit(days=1))] == [(12, 9), (36, 4)]


def turnout(number, of=12, minimum=5):
    return Turnout(None, "Session", TODAY, Figure(number, of, minimum))


def test_questions_to_bring_ask_what_the_page_shows():
    asked = questions_to_bring(
        visits=[visit(2, 240), visit(1, 3)], turnouts=[turnout(10), turnout(7)], lines=[], load="", changes=[]
    )
    assert asked[0].endswith("we have not talked about what only we can bring. What might we be missing?")
    assert asked[1] == "7 of 12 took part last time, 10 of 12 the time before. What got in the way?"
    assert asked[2] == ALWAYS[0]


def test_questions_to_bring_compare_nothing_that_is_hidden():
    asked = questions_to_bring(visits=[], turnouts=[turnout(10), turnout(3)], lines=[], load="", changes=[])
    assert asked == ALWAYS
