"""Planning a session that people meet for, without a script: every button posts, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.models.dispatch import Dispatch
from reflection.domain.actions import add_action
from reflection.enums import SessionMode
from reflection.models import Meeting, Session
from reflection.tests.sessions import make_open, make_plan
from reflection.tests.views.test_session_planning import filled_in
from reflection.tests.views.test_sessions import MOST_QUERIES, queries_of, url

pytestmark = pytest.mark.django_db
ROUNDS = ["arrive", "question_2", "rating", "closing"]


@pytest.fixture
def amina_client(client, amina):
    client.force_login(amina)
    return client


@pytest.fixture
def plan_url(larkmere):
    return url("session_plan", partnership_id=larkmere.pk)


def meeting(framework, mode="live", **changes):
    """What the page sends for four rounds of 66 minutes in all, in 75 minutes."""
    starts = (timezone.localtime() + timedelta(days=8)).replace(hour=10, minute=0)
    data = filled_in(framework, mode=mode, rounds=ROUNDS, activity_question="") | {
        "starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{starts + timedelta(minutes=75):%Y-%m-%dT%H:%M}",
        **{f"together_question_{number}": "38" for number in range(1, 6)},
        "together_arrive": "6", "together_last_actions": "9", "together_rating": "14", "together_activity": "30",
        "together_closing": "8", "undo": "",
    }  # fmt: skip
    return data | changes


def keys(page):
    return re.findall(r'name="rounds" value="(\w+)"', page)


def test_choosing_to_meet_shows_the_rounds_and_keeps_what_was_typed(amina_client, larkmere, framework, lead, plan_url):
    page = amina_client.get(plan_url).text
    data = filled_in(
        framework, intent="mode", mode="live", title="Half a ti", minutes_2="23", opens_at="2027-01-04T08:30"
    )
    data |= {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("starts_at", "ends_at")}
    data["rounds"] = keys(page)
    page = amina_client.post(plan_url, data).text
    assert "Plan a live session" in page and 'value="Half a ti"' in page
    assert keys(page) == ["arrive", "question_1", "rating", "closing"]
    assert 'type="hidden" name="minutes_2" value="23"' in page
    assert 'type="hidden" name="opens_at" value="2027-01-04T08:30"' in page
    assert "66 of 75 minutes." in page and "9 minutes to spare" in page
    assert not Session.objects.exists()


def test_last_actions_come_first_where_some_are_open(amina_client, larkmere, framework, lead, plan_url):
    session = make_open(larkmere, framework, lead)
    add_action(session=session, by=lead, text="Ask the surgery", owners=[lead], due_on=None)
    page = amina_client.post(plan_url, {"intent": "mode", "mode": "live", "rounds": ["arrive", "last_actions"]}).text
    assert "One is still open." in page
    assert keys(amina_client.get(plan_url).text) == ["arrive", "last_actions", "question_1", "rating", "closing"]


@pytest.mark.parametrize(
    ("intent", "rounds"),
    [
        ("up:rating", ["arrive", "rating", "question_2", "closing"]),
        ("down:arrive", ["question_2", "arrive", "rating", "closing"]),
        ("up:arrive", ROUNDS),
        ("remove:rating", ["arrive", "question_2", "closing"]),
        ("add:activity", ["arrive", "question_2", "rating", "activity", "closing"]),
        ("add:question_5", ["arrive", "question_2", "rating", "question_5", "closing"]),
        ("add:rating", ROUNDS),
        ("add:nonsense", ROUNDS),
        ("remove:nonsense", ROUNDS),
    ],
)
def test_buttons_change_the_rounds_without_a_script_and_undo_brings_them_back(
    amina_client, framework, plan_url, intent, rounds
):
    data = meeting(framework, title="Half a ti")
    page = amina_client.post(plan_url, data | {"intent": intent}).text
    assert (keys(page), 'value="Half a ti"' in page) == (rounds, True)
    undo = re.search(r'name="undo" value="([^"]*)"', page)[1]
    page = amina_client.post(plan_url, data | {"intent": "undo", "undo": undo, "rounds": rounds}).text
    assert keys(page) == ROUNDS
    redo = re.search(r'name="undo" value="([^"]*)"', page)[1]
    page = amina_client.post(plan_url, data | {"intent": "undo", "undo": redo}).text
    assert keys(page) == rounds
    assert not Session.objects.exists()


def test_a_round_comes_with_the_minutes_of_its_kind(amina_client, framework, plan_url):
    data = meeting(framework, intent="add:activity")
    del data["together_activity"]  # a round that is not in the list sends nothing
    page = amina_client.post(plan_url, data).text
    assert 'name="together_activity" id="id_together_activity" value="30" autofocus' in page


def test_an_arrow_of_a_round_has_the_focus_again(amina_client, framework, plan_url):
    page = amina_client.post(plan_url, meeting(framework, intent="up:rating")).text
    assert re.findall(r'value="([\w:]+)" data-plan-move="\w+"[^>]* autofocus', page) == ["up:rating"]


def test_too_many_minutes_are_told_with_two_ways_out_and_never_block(amina_client, framework, plan_url):
    data = meeting(framework, together_question_2="57")
    page = amina_client.post(plan_url, data | {"intent": "preview"}).text
    assert "85 minutes of rounds, 75 minutes of time." in page
    assert "Take 10 off the longest" in page and "End at 11.25am" in page
    shorter = amina_client.post(plan_url, data | {"intent": "take_off"}).text
    assert 'name="together_question_2" id="id_together_question_2" value="47"' in shorter
    assert "75 of 75 minutes." in shorter
    later = amina_client.post(plan_url, data | {"intent": "end_later"}).text
    assert "85 of 85 minutes." in later
    amina_client.post(plan_url, data)
    assert [round.minutes for round in Session.objects.get().rounds.all()] == [6, 57, 14, 8]


def test_where_the_longest_cannot_give_that_much_the_end_moves(amina_client, framework, plan_url):
    ends = meeting(framework)["starts_at"].replace("10:00", "10:05")
    page = amina_client.post(plan_url, meeting(framework, intent="preview", ends_at=ends)).text
    assert "off the longest" not in page
    assert "End at 11.06am" in page


def test_a_live_plan_is_kept_with_its_rounds_and_meeting(amina_client, larkmere, framework, plan_url):
    question = framework.questions.get(number=2)
    prompts = [str(prompt.pk) for prompt in question.prompts.all()[:2]]
    data = meeting(framework, rounds=[*ROUNDS, "activity"], prompts=prompts, activity_question=str(question.pk))
    response = amina_client.post(plan_url, data | {"together_rating": ""})
    session = Session.objects.get()
    assert response.url == url("session_list", partnership_id=larkmere.pk)
    assert [(round.kind, round.question, round.prompts.count(), round.minutes) for round in session.rounds.all()] == [
        ("arrive", None, 0, 6), ("question", question, 2, 38), ("rating", None, 0, 14), ("closing", None, 0, 8),
        ("activity", question, 0, 30),
    ]  # fmt: skip
    local = timezone.localtime(session.meeting.starts_at, larkmere.zone)
    assert (session.mode, f"{local:%Y-%m-%dT%H:%M}") == (SessionMode.LIVE, data["starts_at"])
    assert (session.opens_at, session.closes_at) == (session.meeting.starts_at, session.meeting.ends_at)
    page = amina_client.get(url("session_edit", session_id=session.pk)).text
    assert keys(page) == [*ROUNDS, "activity"]
    assert f'<option value="{question.pk}" selected>' in page
    assert Dispatch.objects.count() == 0


def test_a_plan_to_write_first_closes_for_writing_when_people_meet(amina_client, framework, plan_url):
    data = meeting(framework, mode="both")
    amina_client.post(plan_url, data)
    session = Session.objects.get()
    assert (session.mode, session.closes_at) == (SessionMode.BOTH, session.meeting.starts_at)
    assert f"{timezone.localtime(session.opens_at):%Y-%m-%dT%H:%M}" == data["opens_at"]


def test_opening_invites_everybody_with_a_calendar(amina_client, framework, plan_url):
    page = amina_client.post(plan_url, meeting(framework, intent="preview")).text
    assert "Invite 12 people" in page
    response = amina_client.post(plan_url, meeting(framework, intent="open"))
    session = Session.objects.get()
    assert response.url == url("session_detail", session_id=session.pk)
    assert Dispatch.objects.filter(kind="meeting_set").count() == 12


def test_changing_the_way_of_meeting_of_a_kept_plan(amina_client, larkmere, framework, plan_url):
    amina_client.post(plan_url, meeting(framework))
    session = Session.objects.get()
    edit = url("session_edit", session_id=session.pk)
    amina_client.post(edit, filled_in(framework, mode="over_time", version="1"))
    session.refresh_from_db()
    assert (session.mode, session.rounds.count()) == (SessionMode.OVER_TIME, 2)
    assert Meeting.objects.get().called_off_at is not None
    amina_client.post(edit, meeting(framework, version=str(session.version)))
    assert list(session.rounds.values_list("kind", flat=True)) == ["arrive", "question", "rating", "closing"]
    assert Meeting.objects.get().called_off_at is None


WRONG = {
    "no round": ({"rounds": []}, "Add a round", "#id_rounds"),
    "nothing to talk about": ({"rounds": ["arrive"]}, "Add a question, a rating or an activity.", "#id_rounds"),
    "a round we do not have": ({"rounds": ["arrive", "x"]}, "Choose rounds from this list.", "#id_rounds"),
    "minutes": ({"together_arrive": "0"}, "Give Arrive between 1 and 240 minutes.", "#id_together_arrive"),
    "no start": ({"starts_at": ""}, "Choose when you meet", "#id_starts_at"),
    "ends before": ({"ends_at": "2020-01-01T10:00"}, "Choose an end after it starts", "#id_ends_at"),
    "all day": ({"ends_at": "2099-01-01T10:00"}, "Keep it under 12 hours.", "#id_ends_at"),
}


@pytest.mark.parametrize(("changes", "words", "leads_to"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_live_plan_is_said_where_it_is(
    amina_client, framework, plan_url, changes, words, leads_to
):
    response = amina_client.post(plan_url, meeting(framework, **changes))
    assert (response.status_code, Session.objects.count()) == (422, 0)
    assert f'href="{leads_to}"' in response.text and words in response.text


def test_words_of_another_way_of_meeting_are_not_judged(amina_client, framework, plan_url):
    """A live plan does not fail on what only a plan over some days asks for, and brings it back as it was."""
    data = meeting(framework, opens_at="never", minutes_2="many", questions=["nonsense"])
    page = amina_client.post(plan_url, data | {"intent": "preview"}).text
    assert 'name="opens_at" value="never"' in page and 'name="minutes_2" value="many"' in page
    assert amina_client.post(plan_url, data).status_code == 302


def test_two_who_change_a_live_plan_see_both_texts(amina_client, framework, plan_url):
    amina_client.post(plan_url, meeting(framework))
    session = Session.objects.get()
    edit = url("session_edit", session_id=session.pk)
    amina_client.post(edit, meeting(framework, version="1", rounds=["rating"]))
    stale = amina_client.post(edit, meeting(framework, version="1", rounds=["question_2"]))
    assert stale.status_code == 409
    assert "Rate the twelve signs, 14 minutes." in stale.text and "38 minutes." in stale.text


@pytest.mark.parametrize("mode", [SessionMode.LIVE, SessionMode.BOTH])
def test_planning_pages_of_a_meeting_cost_at_most_eight_queries(amina_client, larkmere, framework, lead, mode):
    for _ in range(2):
        make_open(larkmere, framework, lead, hosted_by=lead)
    plan = make_plan(larkmere, framework, lead, mode=mode, questions=5)
    assert queries_of(amina_client, url("session_edit", session_id=plan.pk)) <= MOST_QUERIES
