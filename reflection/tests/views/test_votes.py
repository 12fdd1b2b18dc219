"""Dots: five for each person, changed freely until choosing ends; nobody sees whose they are."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from partnerships.domain.members import change_role
from reflection.domain.rounds import move_round
from reflection.domain.votes import add_dot, dots_of
from reflection.models import Vote
from reflection.tests.costs import cost
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosing(larkmere, framework, lead):
    _, round = make_revealed(larkmere, framework, lead)
    return move_round(round=round, event="choose", by=lead)


def page_of(round):
    return reverse("reflection:vote_choose", kwargs={"round_id": round.pk})


def url(name, answer):
    return reverse(f"reflection:{name}", kwargs={"answer_id": answer.pk})


def test_vote_add_and_take_come_back_to_the_answer_and_keep_to_five(client, bea, choosing):
    client.force_login(bea)
    answer = choosing.answers.first()
    for _ in range(6):
        response = client.post(url("vote_add", answer))
    assert response.url == f"{page_of(choosing)}#answer-{answer.pk}"
    assert Vote.objects.count() == 5
    text = client.get(page_of(choosing)).content.decode()
    assert "You have put all 5 dots" in text
    assert "Take one back first" in text
    client.post(url("vote_take", answer))
    assert dots_of(participation=Vote.objects.first().participation, round=choosing) == {answer.pk: 4}


def test_vote_add_twice_with_one_form_is_one_dot(client, bea, choosing):
    client.force_login(bea)
    sent = {"idempotency_key": "6f1c1dc4-38b1-4c0d-a1f0-000000000001"}
    for _ in range(2):
        client.post(url("vote_add", choosing.answers.first()), sent)
    assert Vote.objects.count() == 1


def test_nobody_sees_the_dots_of_another_person(client, bea, tom, choosing):
    tom_here = choosing.session.participations.get(membership__person=tom)
    for answer in choosing.answers.all()[:3]:
        add_dot(participation=tom_here, answer=answer)
    client.force_login(bea)
    text = client.get(page_of(choosing)).content.decode()
    assert text.count("<output>0 dots</output>") == 12


def test_who_was_not_asked_has_no_dots_and_sees_the_board(client, larkmere, framework, lead, ruth):
    change_role(membership=larkmere.memberships.get(person=ruth), by=lead.person, takes_part=False, facilitates=True)
    _, round = make_revealed(larkmere, framework, lead)
    move_round(round=round, event="choose", by=lead)
    client.force_login(ruth)
    assert client.get(page_of(round)).url == reverse("reflection:theme_board", kwargs={"round_id": round.pk})
    assert client.post(url("vote_add", round.answers.first())).status_code == 403
    assert Vote.objects.count() == 0


def test_choosing_is_closed_before_and_after_its_stage(client, larkmere, framework, lead, bea):
    client.force_login(bea)
    unseen = make_open(larkmere, framework, lead).rounds.get()
    _, shown = make_revealed(larkmere, framework, lead)
    for round in (unseen, shown):
        assert client.get(page_of(round)).status_code == 302
    client.post(url("vote_add", shown.answers.first()))
    assert Vote.objects.count() == 0


def test_vote_choose_costs_the_same_whatever_was_chosen(client, bea, choosing):
    client.force_login(bea)
    participation = choosing.session.participations.get(membership__person=bea)
    costs = []
    for answer in choosing.answers.all()[:3]:
        add_dot(participation=participation, answer=answer)
        costs.append(cost(client, page_of(choosing)))
    assert costs == [8, 8, 8]


def test_move_round_never_goes_back_to_choosing_once_the_dots_are_counted(larkmere, framework, lead):
    """Totals before and after one person's vote would tell where it went."""
    session, round = make_revealed(larkmere, framework, lead)
    move_round(round=round, event="choose", by=lead)
    add_dot(participation=session.participations.first(), answer=round.answers.first())
    move_round(round=round, event="agree", by=lead)
    for event in ("choose", "group"):
        with pytest.raises(ValidationError, match="counted"):
            move_round(round=round, event=event, by=lead)
