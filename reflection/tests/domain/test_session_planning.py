"""Plans: how they come filled in, what they refuse, and two who change one at the same time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from partnerships.models.base import StaleVersion
from partnerships.tests.factories import moment
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.session_planning import (
    default_plan,
    next_opening,
    plan_session,
    update_plan,
)
from reflection.domain.sessions import open_session
from reflection.enums import OF_A_SESSION, Attribution, Audience
from reflection.models import Round, Session
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_open, make_plan

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-11-30 14:00")
FRIDAY = moment("2026-12-04 14:00")


def test_default_plan_comes_filled_in(larkmere, framework):
    plan = default_plan(partnership=larkmere, framework=framework, at=MONDAY)
    assert (plan.title, plan.attribution, plan.audience) == ("How are we doing?", Attribution.SECTOR, Audience.MEMBERS)
    assert (plan.opens_at, plan.closes_at) == (moment("2026-12-01 09:00"), moment("2026-12-11 17:00"))
    assert [(choice.question.number, len(choice.prompts), choice.minutes) for choice in plan.choices] == [
        (1, 3, 7), (2, 3, 7), (3, 3, 7), (4, 3, 7), (5, 3, 7),
    ]  # fmt: skip


def test_default_plan_takes_over_the_last_choice(larkmere, framework, lead):
    make_open(larkmere, framework, lead, attribution=Attribution.NAMED, audience=Audience.TOOK_PART)
    plan = default_plan(partnership=larkmere, framework=framework)
    assert (plan.attribution, plan.audience) == (Attribution.NAMED, Audience.TOOK_PART)


@pytest.mark.parametrize(
    ("at", "expected"),
    [(MONDAY, "2026-12-01 09:00"), (FRIDAY, "2026-12-07 09:00"), (moment("2026-07-01 23:30"), "2026-07-03 08:00")],
)
def test_next_opening_is_nine_on_the_next_working_day_where_the_partnership_lives(larkmere, at, expected):
    # 1 July, 23.30 in UTC is 2 July in London, where 9 in the morning is 8 in UTC.
    assert next_opening(partnership=larkmere, at=at) == moment(expected)


def test_plan_session_keeps_questions_prompts_and_minutes(larkmere, framework, lead):
    first, second = framework.questions.all()[:2]
    prompts = tuple(second.prompts.all()[1:3])
    plan = make_plan(larkmere, framework, lead)
    plan = update_plan(
        session=plan, by=lead, expected=1, choices=[RoundChoice(second, prompts, 12), RoundChoice(first, (), 3)]
    )
    rounds = [
        (round.question, set(round.prompts.all()), round.minutes, round.attribution) for round in plan.rounds.all()
    ]
    assert rounds == [(second, set(prompts), 12, "sector"), (first, set(), 3, "sector")]


def bad_plans(framework, other):
    question, second = framework.questions.all()[:2]
    return {
        "no question": [],
        "another version’s question": [RoundChoice(other.questions.first())],
        "another question’s prompt": [RoundChoice(question, (second.prompts.first(),))],
        "no minutes": [RoundChoice(question, (), 0)],
        "twice": [RoundChoice(question), RoundChoice(question)],
    }


def test_plan_session_refuses_choices_that_do_not_fit_and_keeps_nothing(larkmere, framework, lead, ines, programme):
    other = own_version(framework, ines, owner_programme=programme)
    for name, choices in bad_plans(framework, other).items():
        with pytest.raises(ValidationError) as refusal:
            plan_with(larkmere, framework, lead, choices)
        assert (name, list(refusal.value.error_dict)) == (name, ["questions"])
    assert Session.objects.count() == 0


def plan_with(partnership, framework, lead, choices, **fields):
    fields = {
        "title": "T", "why_now": "W", "attribution": "sector", "audience": "members",
        "opens_at": MONDAY, "closes_at": MONDAY + timedelta(days=9),
    } | fields  # fmt: skip
    return plan_session(partnership=partnership, by=lead, framework=framework, choices=choices, **fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"closes_at": MONDAY}, "closes_at"),
        ({"closes_at": MONDAY + timedelta(days=93)}, "closes_at"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"why_now": "x" * 1001}, "why_now"),
        ({"attribution": "shouted"}, "attribution"),
        ({"audience": "the press"}, "audience"),
    ],
)
def test_plan_session_names_the_field_it_refuses(larkmere, framework, lead, fields, field):
    with pytest.raises(ValidationError) as refusal:
        plan_with(larkmere, framework, lead, [RoundChoice(framework.questions.first())], **fields)
    assert field in refusal.value.error_dict
    assert Session.objects.count() == 0


@pytest.mark.parametrize("field", ["hosted_by", "chaired_by", "agenda_by"])
def test_plan_session_refuses_somebody_from_elsewhere(larkmere, framework, lead, quarry_end, dan, field):
    stranger = quarry_end.memberships.get(person=dan)
    with pytest.raises(ValidationError, match="Choose someone from this partnership"):
        plan_with(larkmere, framework, lead, [RoundChoice(framework.questions.first())], **{field: stranger})
    assert Session.objects.count() == 0


def test_update_plan_of_a_version_that_moved_on_changes_nothing(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, questions=2)
    choices = [RoundChoice(framework.questions.last())]
    update_plan(session=plan, by=lead, expected=1, choices=choices, title="Theirs")
    with pytest.raises(StaleVersion) as stale:
        update_plan(session=plan, by=lead, expected=1, choices=[RoundChoice(framework.questions.first())], title="Mine")
    assert (stale.value.current.title, stale.value.current.version) == ("Theirs", 2)
    assert [round.question.number for round in Round.objects.filter(session=plan)] == [5]


def test_update_plan_after_it_opened_is_refused(larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead)
    open_session(session=plan, by=lead)
    with pytest.raises(ValidationError, match="open already"):
        update_plan(session=plan, by=lead, expected=1, choices=[RoundChoice(framework.questions.first())], title="Late")
    assert Session.objects.get().title == "How are we doing?"


@pytest.mark.parametrize("before", OF_A_SESSION)
@pytest.mark.parametrize("after", OF_A_SESSION)
def test_update_plan_changes_how_answers_show_until_it_opens(larkmere, framework, lead, before, after):
    plan = make_plan(larkmere, framework, lead, attribution=before, questions=2)
    choices = [RoundChoice(round.question) for round in plan.rounds.all()]
    plan = update_plan(session=plan, by=lead, expected=1, choices=choices, attribution=after)
    assert [plan.attribution, *plan.rounds.values_list("attribution", flat=True)] == [after] * 3
    open_session(session=plan, by=lead)
    with pytest.raises(ValidationError, match="open already"):
        update_plan(session=plan, by=lead, expected=2, choices=choices, attribution=before)
    plan.refresh_from_db()
    assert [plan.attribution, *plan.rounds.values_list("attribution", flat=True)] == [after] * 3
