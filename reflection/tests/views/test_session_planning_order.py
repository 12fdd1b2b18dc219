"""The order of the questions of a plan: arrows that work without a script, and a plan that keeps it."""

import re

import pytest

from reflection.models import Session
from reflection.tests.views.test_session_planning import filled_in
from reflection.tests.views.test_sessions import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_client(client, amina):
    client.force_login(amina)
    return client


@pytest.fixture
def plan_url(larkmere):
    return url("session_plan", partnership_id=larkmere.pk)


def in_page_order(page, framework):
    """The numbers of the questions as the page shows them."""
    questions = {str(question.pk): question.number for question in framework.questions.all()}
    return [questions[pk] for pk in re.findall(r'name="order" value="([^"]+)"', page)]


@pytest.mark.parametrize(
    ("intent", "of", "order"),
    [
        ("down", 1, [2, 1, 3, 4, 5]),
        ("up", 5, [1, 2, 3, 5, 4]),
        ("up", 1, [1, 2, 3, 4, 5]),
        ("down", 5, [1, 2, 3, 4, 5]),
    ],
)
def test_arrows_move_a_question_without_a_script_and_keep_the_focus(
    amina_client, framework, plan_url, intent, of, order
):
    pks = [str(question.pk) for question in framework.questions.all()]
    data = filled_in(framework, order=pks, intent=f"{intent}:{pks[of - 1]}", title="Half a ti")
    page = amina_client.post(plan_url, data).text
    assert in_page_order(page, framework) == order
    assert re.findall(r'value="(\w+:[^"]+)" data-plan-move="\w+"[^>]* autofocus', page) == [f"{intent}:{pks[of - 1]}"]
    assert "Half a ti" in page and page.count(" checked") >= 2
    assert not Session.objects.exists()


def test_a_plan_keeps_the_order_its_questions_were_put_in(amina_client, framework, plan_url):
    pks = [str(question.pk) for question in framework.questions.all()]
    order = [pks[3], pks[0], pks[1], pks[2], pks[4]]
    amina_client.post(plan_url, filled_in(framework, order=order, questions=[pks[0], pks[1], pks[3]]))
    plan = Session.objects.get()
    assert list(plan.rounds.values_list("question__number", flat=True)) == [4, 1, 2]
    edit = url("session_edit", session_id=plan.pk)
    # What the plan asks comes in its order, what it does not ask behind.
    assert in_page_order(amina_client.get(edit).text, framework) == [4, 1, 2, 3, 5]
    amina_client.post(edit, filled_in(framework, questions=[pks[0], pks[3]], version="1"))
    assert list(plan.rounds.values_list("question__number", flat=True)) == [4, 1]
    amina_client.post(edit, filled_in(framework, order=pks, questions=[pks[0], pks[3]], version="2"))
    assert in_page_order(amina_client.get(edit).text, framework) == [1, 2, 3, 4, 5]


def test_an_order_that_names_nothing_of_ours_changes_nothing(amina_client, framework, plan_url, quarry_end):
    sent = filled_in(framework, order=["nonsense", str(quarry_end.pk), str(quarry_end.pk)])
    assert in_page_order(amina_client.post(plan_url, sent | {"intent": "down:nonsense"}).text, framework) == [
        1,
        2,
        3,
        4,
        5,
    ]
    amina_client.post(plan_url, sent)
    assert list(Session.objects.get().rounds.values_list("question__number", flat=True)) == [1, 2]
