"""What lies on the desk of someone who plans: words that are computed, and few queries."""

from datetime import timedelta

import pytest

from partnerships.domain.members import leave_partnership
from partnerships.enums import Sector
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import moment
from reflection.domain.session_desk import (
    balance_in_words,
    labels_in_words,
    people_to_plan_with,
    questions_to_plan,
    questions_with_visits,
    recent_sessions,
    time_in_words,
)
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_open, make_plan, make_revealed

C, L, N, R, O = Sector.VCSE, Sector.COUNCIL, Sector.NHS, Sector.RESIDENT, Sector.OTHER  # noqa: E741


def test_labels_in_words_of_larkmere():
    """Four from community groups, three each from the council and the NHS, two residents: the words of the mock-up."""
    assert labels_in_words([C] * 4 + [L] * 3 + [N] * 3 + [R] * 2, 5) == [
        "If all 12 write, people will see three labels: Community and residents (6), Council and others (3) and NHS (3).",
        "There are 2 residents here, so they never have a label of their own.",
        "If one NHS person does not write, it falls to two labels.",
        "Fewer than 5 people: nothing is shown.",
    ]


@pytest.mark.parametrize(
    ("sectors", "first"),
    [
        ([C] * 3 + [L] * 3, "If all 6 write, people will see two labels: Local council (3) and Community and voluntary (3)."),
        ([C] * 6, "If all 6 write, people will see one label: Community and voluntary (6)."),
        ([C] * 3 + [O] * 2, "If all 5 write, the groups are too small to name, so no sector is shown."),
        ([C] * 4, "4 people would be asked. Nothing is shown unless 5 or more write, so open this when more have joined, or show answers with names."),
        ([C], "1 person would be asked. Nothing is shown unless 5 or more write, so open this when more have joined, or show answers with names."),
        ([], "0 people would be asked. Nothing is shown unless 5 or more write, so open this when more have joined, or show answers with names."),
    ],
)  # fmt: skip
def test_labels_in_words_begins_with_what_would_be_seen(sectors, first):
    assert sorted(labels_in_words(sectors, 5)[0].split()) == sorted(first.split())


def test_labels_in_words_holds_for_every_small_group():
    """No pattern of up to eight people breaks a sentence or promises a label to one or two."""
    from itertools import combinations_with_replacement

    for size in range(9):
        for sectors in combinations_with_replacement(list(Sector), size):
            words = " ".join(labels_in_words(sectors, 3))
            assert "(1)" not in words
            assert "(2)" not in words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (35, "35 minutes"),
        (60, "1 hour"),
        (90, "1½ hours"),
        (420, "7 hours"),
        (455, "7½ hours"),
    ],
)
def test_time_in_words(minutes, words):
    assert time_in_words(minutes) == words


@pytest.mark.django_db
def test_balance_in_words_counts_who_hosted_and_chaired(larkmere, framework, lead, ruth, gwen):
    council, resident = membership_of(ruth, larkmere), membership_of(gwen, larkmere)
    assert balance_in_words(recent_sessions(partnership=larkmere)) == ""
    for host, chair in [
        (lead, lead),
        (council, council),
        (council, resident),
        (council, council),
        (council, council),
        (lead, council),
    ]:
        make_open(larkmere, framework, lead, hosted_by=host, chaired_by=chair)
    make_open(larkmere, framework, lead)
    assert balance_in_words(recent_sessions(partnership=larkmere)) == (
        "The council hosted 4 of the last 6. Community groups and residents chaired 2 of 6."
    )


@pytest.mark.django_db
def test_questions_to_plan_of_a_new_plan(larkmere, framework, lead, django_assert_num_queries):
    make_revealed(larkmere, framework, lead)
    with django_assert_num_queries(1):
        desk = questions_to_plan(partnership=larkmere)
    assert [(one.question.number, one.chosen, one.minutes, len(one.chosen_prompts)) for one in desk] == [
        (1, True, 7, 3), (2, True, 7, 3), (3, True, 7, 3), (4, True, 7, 3), (5, True, 7, 3),
    ]  # fmt: skip
    assert [(one.last_on is not None, one.longest, one.oldest) for one in desk] == [
        (True, False, False), (False, True, True), (False, True, False), (False, False, False), (False, False, False),
    ]  # fmt: skip


@pytest.mark.django_db
def test_questions_to_plan_of_a_saved_plan_has_its_own_ticks(larkmere, framework, lead, django_assert_num_queries):
    plan = make_plan(larkmere, framework, lead, questions=2)
    round = plan.rounds.first()
    round.minutes = 20
    round.save(update_fields=["minutes"])
    round.prompts.set(round.question.prompts.all()[4:])
    with django_assert_num_queries(2):
        desk = questions_to_plan(partnership=larkmere, session=plan)
    assert [(one.chosen, one.minutes) for one in desk] == [(True, 20), (True, 7), (False, 7), (False, 7), (False, 7)]
    assert desk[0].chosen_prompts == {prompt.pk for prompt in round.prompts.all()}


@pytest.mark.django_db
def test_questions_with_visits_follow_the_key_through_versions(larkmere, framework, lead, ines, programme):
    make_revealed(larkmere, framework, lead)
    reworded = own_version(framework, ines, owner_programme=programme)
    visits = questions_with_visits(partnership=larkmere, framework=reworded)
    assert [visit.last_on for visit in visits] == [larkmere.local_date(), None, None, None, None]
    assert [visit.longest for visit in visits] == [False, True, True, False, False]


def test_questions_with_visits_knows_nothing_of_another_partnership(larkmere, framework, lead, quarry_end, dan):
    make_revealed(larkmere, framework, lead)
    assert [one.last_on for one in questions_with_visits(partnership=quarry_end)] == [None] * 5


@pytest.mark.django_db
def test_people_to_plan_with_keeps_a_host_who_has_left_since(larkmere, framework, lead, gwen, fay):
    host = membership_of(gwen, larkmere)
    plan = make_plan(larkmere, framework, lead, hosted_by=host)
    leave_partnership(membership=host, by=gwen)
    assert host in people_to_plan_with(partnership=larkmere, session=plan)
    people = people_to_plan_with(partnership=larkmere)
    assert host not in people
    assert membership_of(fay, larkmere) not in people


@pytest.mark.django_db
def test_recent_sessions_are_the_newest_that_opened(larkmere, framework, lead):
    first, second = (make_open(larkmere, framework, lead) for _ in range(2))
    make_plan(
        larkmere,
        framework,
        lead,
        opens_at=moment("2027-01-01 09:00"),
        closes_at=moment("2027-01-01 09:00") + timedelta(days=2),
    )
    assert recent_sessions(partnership=larkmere) == [second, first]
