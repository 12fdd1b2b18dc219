"""What needs a person: theirs alone, the soonest first, and the same few queries however much there is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reflection.domain.actions import add_action, answer_action, complete_action
from reflection.domain.drafts import finish_writing, save_draft, write_for
from reflection.domain.needs import needs_of
from reflection.domain.outcomes import add_learning
from reflection.domain.ratings import save_ratings
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.rounds_reveal import reveal_round, reveal_session
from reflection.domain.sessions import cancel_session, close_session, end_writing
from reflection.domain.themes import create_theme
from reflection.enums import Attribution, Audience, RoundKind
from reflection.tests.ratings import make_rating
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea_member(larkmere, bea):
    return larkmere.memberships.get(person=bea)


def kinds(*memberships, at=None):
    needs = needs_of(memberships=list(memberships), at=at)
    return [need.kind for need in [*needs.cards, *needs.later]]


def test_needs_of_counts_the_questions_written_and_names_the_next(larkmere, framework, lead, bea_member):
    session = make_open(larkmere, framework, lead, questions=5)
    place = session.participations.get(membership=bea_member)
    rounds = list(session.rounds.all())
    save_draft(participation=place, round=rounds[0], body="Something")
    save_draft(participation=place, round=rounds[1], body="For me alone", note=True)
    save_draft(participation=place, round=rounds[2], body="")
    (need,) = needs_of(memberships=[bea_member]).cards
    assert (need.kind, need.written, len(need.rounds), need.next_round) == ("write", 1, 5, rounds[1])
    assert need.minutes == 28
    assert need.when == session.closes_at


def test_needs_of_lets_go_of_a_session_that_one_has_finished_or_that_has_ended(larkmere, framework, lead, bea_member):
    session = make_open(larkmere, framework, lead)
    assert kinds(bea_member) == ["write"]
    assert kinds(bea_member, at=session.closes_at) == []
    finish_writing(participation=session.participations.get(membership=bea_member))
    assert kinds(bea_member) == []


def test_needs_of_asks_for_numbers_where_no_question_is_open(larkmere, framework, lead, bea_member):
    round = make_rating(larkmere, framework, lead)
    place = round.session.participations.get(membership=bea_member)
    (need,) = needs_of(memberships=[bea_member]).cards
    assert (need.kind, need.rounds, need.next_round, need.written) == ("rate", [round], round, 0)
    assert need.when == round.session.closes_at
    save_ratings(participation=place, round=round, values={"need": 3})
    (need,) = needs_of(memberships=[bea_member]).cards
    assert (need.kind, need.written, need.next_round) == ("rate", 1, round)
    finish_writing(participation=place)
    assert kinds(bea_member) == []


def test_needs_of_asks_for_words_first_and_for_numbers_once_the_words_are_out(larkmere, framework, lead, bea_member):
    choices = [RoundChoice(kind=RoundKind.RATING), RoundChoice(question=framework.questions.first())]
    session = make_open(larkmere, framework, lead, choices=choices)
    question = session.rounds.get(kind=RoundKind.QUESTION)
    (need,) = needs_of(memberships=[bea_member]).cards
    assert (need.kind, need.rounds) == ("write", [question])
    write(session, round=question)
    reveal_round(round=question, by=lead)
    (need,) = needs_of(memberships=[bea_member]).cards
    assert (need.kind, [round.kind for round in need.rounds]) == ("rate", [RoundKind.RATING])


def test_needs_of_tells_of_words_that_wait_for_a_yes(larkmere, framework, lead, bea_member):
    session = make_open(larkmere, framework, lead)
    place = session.participations.get(membership=bea_member)
    write_for(participation=place, round=session.rounds.get(), body="By phone", by=lead, read_back=False)
    (need,) = needs_of(memberships=[bea_member]).cards
    assert need.waits_for_yes


def test_needs_of_shows_leads_what_to_show_and_what_to_finish_and_members_neither(
    larkmere, framework, lead, bea_member
):
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED)
    write(session)
    end_writing(session=session, by=lead)
    assert (kinds(lead), kinds(bea_member)) == (["reveal"], [])
    reveal_session(session=session, by=lead)
    assert (kinds(lead), kinds(bea_member)) == (["agree"], [])
    close_session(session=session, by=lead)
    assert (kinds(lead), kinds(bea_member)) == ([], [])


def test_needs_of_asks_about_actions_until_they_are_answered_and_done(larkmere, framework, lead, bea_member):
    session, _ = make_revealed(larkmere, framework, lead)
    due = timezone.localdate() + timedelta(days=3)
    action = add_action(session=session, by=lead, text="Count the hours", owners=[bea_member], due_on=due)
    assert kinds(bea_member) == ["ask"]
    answer_action(owner=action.owners.get(), yes=True)
    assert kinds(bea_member) == ["due"]
    complete_action(action=action, by=bea_member)
    assert kinds(bea_member) == []


def test_needs_of_gives_back_words_that_were_not_shown(larkmere, framework, lead, bea_member, samir):
    session = make_open(larkmere, framework, lead)
    place = session.participations.get(membership=bea_member)
    save_draft(participation=place, round=session.rounds.get(), body="Not shown")
    cancel_session(session=session, by=lead, why="Too many are away")
    assert kinds(bea_member) == ["returned"]
    assert kinds(larkmere.memberships.get(person=samir)) == []


def test_needs_of_says_what_came_of_a_theme_to_those_who_took_part(larkmere, framework, lead, bea_member):
    session, round = make_revealed(larkmere, framework, lead)
    theme = create_theme(round=round, name="Unpaid and unseen", by=lead)
    action = add_action(session=session, by=lead, text="Count the hours", everyone=True, theme=theme)
    close_session(session=session, by=lead)
    assert needs_of(memberships=[bea_member]).because is None
    complete_action(action=action, by=lead)
    because = needs_of(memberships=[bea_member]).because
    assert (because.theme, because.text, because.kind) == ("Unpaid and unseen", "Count the hours", "action")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_needs_of_costs_the_same_few_queries_whatever_there_is(
    larkmere, framework, lead, django_assert_num_queries, count
):
    for _ in range(count):
        make_open(larkmere, framework, lead)
    revealed, _ = make_revealed(larkmere, framework, lead)
    for _ in range(count):
        add_action(session=revealed, by=lead, text="Count", owners=[lead])
    with django_assert_num_queries(5):
        needs = needs_of(memberships=[lead])
    assert (len(needs.cards), len(needs.cards) + len(needs.later)) == (3 if count > 1 else 2, count + 1)


@pytest.mark.parametrize(
    ("audience", "told"), [(Audience.FACILITATORS, False), (Audience.TOOK_PART, True), (Audience.MEMBERS, True)]
)
def test_because_you_said_it_keeps_to_the_audience_of_the_record(larkmere, framework, lead, bea_member, audience, told):
    session, round = make_revealed(larkmere, framework, lead, audience=audience)
    theme = create_theme(round=round, name="Evenings", by=lead)
    add_learning(session=session, by=lead, text="For those who lead", theme=theme)
    close_session(session=session, by=lead)
    assert bool(needs_of(memberships=[bea_member]).because) is told
    assert needs_of(memberships=[lead]).because.text == "For those who lead"
