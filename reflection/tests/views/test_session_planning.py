"""The planning page: filled in, honest about errors, safe for two, and nobody else's ids."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.members import join_partnership
from partnerships.models.dispatch import Dispatch
from partnerships.tests.access_table import assert_refused
from partnerships.tests.cast import membership_of
from reflection.domain.sessions import open_session, schedule_session
from reflection.enums import SessionMode, SessionState
from reflection.models import Session
from reflection.tests.frameworks import own_version
from reflection.tests.sessions import make_open, make_plan, make_revealed
from reflection.tests.views.test_sessions import MOST_QUERIES, announced, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_client(client, amina):
    client.force_login(amina)
    return client


@pytest.fixture
def plan_url(larkmere):
    return url("session_plan", partnership_id=larkmere.pk)


def filled_in(framework, **changes):
    """What the page sends when two questions are ticked and nothing is wrong."""
    opens = timezone.localtime() + timedelta(days=1)
    questions = list(framework.questions.all())
    data = {
        "title": "How are we doing?", "why_now": "It is a year.", "intent": "draft",
        "questions": [str(question.pk) for question in questions[:2]],
        "prompts": [str(questions[0].prompts.first().pk), str(questions[2].prompts.first().pk)],
        "attribution": "sector", "audience": "members", "where": "",
        "opens_at": f"{opens:%Y-%m-%dT%H:%M}", "closes_at": f"{opens + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "hosted_by": "", "chaired_by": "", "agenda_by": "",
        **{f"minutes_{number}": "7" for number in range(1, 6)},
    }  # fmt: skip
    return data | changes


# --- It comes filled in ---
def test_session_plan_comes_filled_in(amina_client, larkmere, framework, lead, plan_url):
    make_revealed(larkmere, framework, lead)
    page = amina_client.get(plan_url).text
    assert page.count('name="questions"') == page.count("3 of 5 prompts") + page.count("3 of 3") + page.count(
        "3 of 4"
    ) + page.count("3 of 6")
    assert [words for words in [
        "How are we doing?", "Why now? Bea and the others read this first", "If all 12 write, people will see three labels",
        "Our last choice", "Last asked today", "Never asked yet", "A good place to start", "What Bea will see",
        "12 people: 7 hours in all", "Only you can see this until Amina or Ruth shows the answers.",
    ] if words not in page] == []  # fmt: skip


def test_a_session_plan_is_over_some_days_unless_it_says_otherwise(amina_client, framework, plan_url):
    page = amina_client.get(plan_url).text
    assert re.findall(r'name="mode" value="(\w+)" checked', page) == ["over_time"]
    amina_client.post(plan_url, filled_in(framework))
    assert Session.objects.get().mode == SessionMode.OVER_TIME


def test_planning_pages_cost_at_most_eight_queries(amina_client, larkmere, framework, lead, plan_url):
    plan = make_plan(larkmere, framework, lead, questions=5, hosted_by=lead)
    few = {
        address: queries_of(amina_client, address) for address in (plan_url, url("session_edit", session_id=plan.pk))
    }
    for _ in range(3):
        make_open(larkmere, framework, lead, questions=5, hosted_by=lead)
    many = {address: queries_of(amina_client, address) for address in few}
    assert few == many
    assert max(many.values()) <= MOST_QUERIES


def test_session_plan_without_any_framework_says_what_to_do(amina_client, plan_url):
    assert "There are no questions to ask yet" in amina_client.get(plan_url).text


# --- It is kept, or opened ---
def test_session_plan_keeps_a_draft_that_nobody_is_told_of(amina_client, larkmere, framework, plan_url, bea):
    host = membership_of(bea, larkmere)
    response = amina_client.post(plan_url, filled_in(framework, why_now="", hosted_by=str(host.pk), minutes_2="15"))
    session = Session.objects.get()
    assert response.url == url("session_list", partnership_id=larkmere.pk)
    assert (session.state, session.scheduled_at, session.hosted_by, session.why_now) == ("planned", None, host, "")
    # A prompt of a question that is not ticked goes nowhere.
    assert [(round.question.number, round.prompts.count(), round.minutes) for round in session.rounds.all()] == [
        (1, 1, 7),
        (2, 0, 15),
    ]
    assert Dispatch.objects.count() == 0


def test_session_plan_announces_and_opens_later(amina_client, framework, plan_url):
    amina_client.post(plan_url, filled_in(framework, intent="open"))
    session = Session.objects.get()
    assert (session.state, session.scheduled_at is not None) == (SessionState.PLANNED, True)
    assert Dispatch.objects.count() == 0


def test_session_plan_opens_at_once_when_the_time_is_now(amina_client, framework, plan_url):
    now = f"{timezone.localtime() - timedelta(minutes=2):%Y-%m-%dT%H:%M}"
    response = amina_client.post(plan_url, filled_in(framework, intent="open", opens_at=now))
    session = Session.objects.get()
    assert (session.state, response.url) == (SessionState.OPEN, url("session_run", session_id=session.pk))
    assert Dispatch.objects.filter(kind="session_opened").count() == 12


def test_session_plan_reads_times_on_the_partnership_s_clock(amina_client, larkmere, framework, plan_url, amina):
    amina.time_zone = "America/New_York"
    amina.save(update_fields=["time_zone"])
    amina_client.post(plan_url, filled_in(framework, opens_at="2026-12-01T09:00", closes_at="2026-12-11T17:00"))
    session = Session.objects.get()
    assert (session.opens_at.isoformat(), session.closes_at.isoformat()) == (
        "2026-12-01T09:00:00+00:00",
        "2026-12-11T17:00:00+00:00",
    )
    page = amina_client.get(url("session_edit", session_id=session.pk)).text
    assert 'value="2026-12-01T09:00"' in page
    assert "These are times in Europe/London" in page


def test_session_plan_sent_twice_is_one_session(amina_client, framework, plan_url):
    data = filled_in(framework, intent="open", idempotency_key=str(uuid.uuid4()))
    first, second = amina_client.post(plan_url, data), amina_client.post(plan_url, data)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Session.objects.count() == 1


# --- Errors: summary on top, linked, everything kept ---
ERRORS = {
    "why": ({"intent": "open", "why_now": ""}, "id_why_now", "Say why now, in a line or two"),
    "no question": ({"questions": []}, "id_questions_0", "Tick at least one question"),
    "ends first": ({"closes_at": "2020-01-01T09:00"}, "id_closes_at", "Choose a closing time after it opens"),
    "no title": ({"title": ""}, "id_title", "Give it a name"),
    "long title": ({"title": "x" * 121}, "id_title", "Keep the name under 120 characters."),
    "long why": ({"why_now": "y" * 10_000}, "id_why_now", "Keep it under 1,000 characters. People read this first."),
    "long place": ({"where": "z" * 301}, "id_where", "Keep it under 300 characters."),
    "no opening": ({"opens_at": ""}, "id_opens_at", "Choose when it opens"),
    "no closing": ({"closes_at": ""}, "id_closes_at", "Choose when it closes"),
    "not a date": ({"opens_at": "soon"}, "id_opens_at", "Write a day and a time, such as 2026-12-01 09:00."),
    "far year": ({"opens_at": "0001-01-01T00:00"}, "id_opens_at", "Choose a year that we will see."),
    "clock change": (
        {"opens_at": "2027-03-28T01:30"},
        "id_opens_at",
        "When the clocks change, that hour comes twice or not at all.",
    ),
    "three months": ({"closes_at": "2099-01-01T00:00"}, "id_closes_at", "Close it within three months."),
    "minutes": ({"minutes_1": "0"}, "id_minutes_1", "Give Purpose between 1 and 240 minutes."),
    "attribution": ({"attribution": "loud"}, "id_attribution_0", "Choose one of the three ways."),
    "audience": ({"audience": "press"}, "id_audience", "Choose one of the four."),
}


@pytest.mark.parametrize("name", ERRORS)
def test_session_plan_says_what_to_put_right_and_keeps_what_was_typed(amina_client, framework, plan_url, name):
    changes, target, words = ERRORS[name]
    response = assert_refused(amina_client, plan_url, filled_in(framework, **{"title": "My own title"} | changes))
    page = response.text
    assert response.status_code == 422
    assert "<title>Error: Plan a session" in page
    assert f'href="#{target}"' in page
    assert f'id="{target}"' in page
    assert page.count(words) >= 2, "once in the summary, once beside the field"
    for typed in changes.values():
        if isinstance(typed, str) and name not in ("attribution", "audience"):
            assert typed in page
    if "title" not in changes:
        assert "My own title" in page


def test_session_plan_counts_what_is_to_put_right(amina_client, framework, plan_url):
    changes = {"intent": "open", "why_now": "", "questions": [], "closes_at": "2020-01-01T09:00"}
    assert "Three things to put right" in amina_client.post(plan_url, filled_in(framework, **changes)).text


def test_session_plan_refuses_ids_from_elsewhere_in_every_field(
    amina_client, framework, plan_url, quarry_end, dan, programme, ines
):
    """T4: a question of another version, a prompt of it, and people of another partnership."""
    other = own_version(framework, ines, owner_partnership=quarry_end)
    stranger = str(quarry_end.memberships.get(person=dan).pk)
    wrong = {
        "questions": ([str(other.questions.first().pk)], "Choose questions from this list."),
        "prompts": ([str(other.questions.first().prompts.first().pk)], "Choose prompts that belong to their question."),
        "hosted_by": (stranger, "Choose someone from this partnership."),
        "chaired_by": (stranger, "Choose someone from this partnership."),
        "agenda_by": (stranger, "Choose someone from this partnership."),
    }
    for field, (value, words) in wrong.items():
        response = assert_refused(amina_client, plan_url, filled_in(framework, **{field: value}))
        assert (field, response.status_code, words in response.text) == (field, 422, True)


def test_session_edit_ignores_every_field_that_is_not_the_form_s(amina_client, larkmere, framework, lead, quarry_end):
    """S15: state, number, partnership and the rest are not for the form to set."""
    plan = make_plan(larkmere, framework, lead)
    extra = {
        "state": "closed",
        "number": "99",
        "partnership": str(quarry_end.pk),
        "minimum_group": "1",
        "planned_by": "",
        "scheduled_at": "2026-01-01",
    }
    amina_client.post(
        url("session_edit", session_id=plan.pk), filled_in(framework, version="1", title="Renamed", **extra)
    )
    plan = Session.objects.get()
    found = (
        plan.title,
        plan.state,
        plan.number,
        plan.partnership,
        plan.minimum_group,
        plan.planned_by,
        plan.scheduled_at,
    )
    assert found == ("Renamed", "planned", None, larkmere, None, lead, None)


# --- Presets and preview without script ---
@pytest.mark.parametrize(("intent", "ticked"), [("two_longest", 2), ("all_five", 5), ("preview", 1)])
def test_presets_only_tick_boxes_and_keep_what_was_typed(amina_client, framework, plan_url, intent, ticked):
    data = filled_in(
        framework,
        intent=intent,
        why_now="Half a sen",
        closes_at="2020-01-01T09:00",
        questions=[str(framework.questions.first().pk)],
    )
    response = amina_client.post(plan_url, data)
    assert response.status_code == 200
    boxes = [line for line in response.text.splitlines() if 'name="questions"' in line]
    assert sum("checked" in line for line in boxes) == ticked
    assert "Half a sen" in response.text
    assert 'value="2020-01-01T09:00"' in response.text
    assert "data-error-summary" not in response.text
    assert Session.objects.count() == 0


# --- Two who plan ---
def test_two_facilitators_see_both_texts_and_lose_nothing(client, larkmere, framework, lead, ruth):
    plan = make_plan(larkmere, framework, lead, questions=2)
    address = url("session_edit", session_id=plan.pk)
    client.force_login(ruth)
    client.post(address, filled_in(framework, version="1", title="Ruth’s title", why_now="It is a year."))
    client.force_login(lead.person)
    response = client.post(address, filled_in(framework, version="1", title="Amina’s title", why_now="It is a year."))
    assert response.status_code == 409
    assert "Someone else changed this plan while you were writing" in response.text
    assert '<p class="pn-pre">Ruth’s title</p>' in response.text
    assert '<p class="pn-pre">Amina’s title</p>' in response.text
    assert 'value="Amina’s title"' in response.text
    assert 'name="version" value="2"' in response.text
    assert Session.objects.get().title == "Ruth’s title"
    client.post(address, filled_in(framework, version="2", title="Amina’s title", why_now="It is a year."))
    assert Session.objects.get().title == "Amina’s title"


def test_the_same_plan_from_two_windows_is_no_clash(amina_client, larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead)
    address = url("session_edit", session_id=plan.pk)
    data = filled_in(framework, version="1")
    assert [amina_client.post(address, data).status_code for _ in range(2)] == [302, 302]


def test_session_edit_after_it_opened_keeps_the_text_and_says_so(amina_client, larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead)
    open_session(session=plan, by=lead)
    address = url("session_edit", session_id=plan.pk)
    response = amina_client.post(address, filled_in(framework, version="1", title="Too late"))
    assert response.status_code == 422
    assert "It opened while you were planning." in response.text
    assert 'value="Too late"' in response.text
    assert amina_client.get(address).url == url("session_detail", session_id=plan.pk)


# --- It keeps itself ---
def test_autosave_makes_one_draft_and_then_changes_it(amina_client, larkmere, framework, plan_url):
    first = amina_client.post(
        plan_url, filled_in(framework, intent="autosave"), headers={"Idempotency-Key": str(uuid.uuid4())}
    ).json()
    plan = Session.objects.get()
    assert (first["version"], first["url"]) == (1, url("session_edit", session_id=plan.pk))
    assert first["saved"].startswith("Draft kept at ")
    assert "2 questions" in first["pieces"]["sum"]
    assert first["pieces"]["open"].startswith("Open on ")
    data = filled_in(framework, intent="autosave", version="1", title="Another name")
    second = amina_client.post(first["url"], data, headers={"Idempotency-Key": str(uuid.uuid4())}).json()
    assert second["version"] == 2
    assert "Another name" in second["pieces"]["aside"]
    stale = amina_client.post(
        first["url"], data | {"title": "From an old tab"}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert (stale.status_code, "Someone else changed" in stale.json()["words"]) == (409, True)
    assert Session.objects.get().title == "Another name"


def test_autosave_is_honest_about_what_it_cannot_keep(amina_client, framework, plan_url):
    response = amina_client.post(plan_url, filled_in(framework, intent="autosave", questions=[]))
    assert (response.status_code, response.json()["words"]) == (422, "Tick at least one question")
    assert Session.objects.count() == 0


# --- Announced, taken back, opened by hand, seen beforehand ---
def test_session_unschedule_makes_it_a_draft_again(amina_client, larkmere, framework, lead):
    session = announced(larkmere, framework, lead)
    amina_client.post(url("session_unschedule", session_id=session.pk))
    assert Session.objects.get().scheduled_at is None
    amina_client.post(url("session_schedule", session_id=session.pk))
    assert Session.objects.get().scheduled_at is not None


def test_session_schedule_of_a_plan_without_a_reason_leads_back_to_it(amina_client, larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead, why_now="")
    response = amina_client.post(url("session_schedule", session_id=plan.pk), follow=True)
    assert "Say why now, in a line or two." in response.text
    assert response.redirect_chain[-1][0] == url("session_edit", session_id=plan.pk)


def test_session_open_asks_and_then_opens_once(amina_client, larkmere, framework, lead):
    session = announced(larkmere, framework, lead)
    address = url("session_open", session_id=session.pk)
    assert "12 people will be asked, and each gets one mail." in amina_client.get(address).text
    assert Session.objects.get().state == SessionState.PLANNED
    assert amina_client.post(address).url == url("session_run", session_id=session.pk)
    assert amina_client.post(address).url == url("session_detail", session_id=session.pk)
    assert Dispatch.objects.filter(kind="session_opened").count() == 12


def test_session_preview_is_the_page_a_member_will_see(client, larkmere, framework, lead, bea):
    plan = make_plan(larkmere, framework, lead, questions=5, why_now="Because.", where="The library")
    client.force_login(lead.person)
    preview = client.get(url("session_preview", session_id=plan.pk)).text
    opened = open_session(session=plan, by=lead)
    client.force_login(bea)
    page = client.get(url("session_detail", session_id=opened.pk)).text
    for words in [
        "Because.",
        "The library",
        "5 questions, about 35 minutes.",
        *[question.title for question in framework.questions.all()],
    ]:
        assert (words, words in preview, words in page) == (words, True, True)
    assert "/write/" not in preview


def test_a_new_member_is_in_the_words_about_labels(amina_client, larkmere, framework, plan_url, lead, dan):
    join_partnership(partnership=larkmere, person=dan, by=lead.person)
    assert "If all 13 write" in amina_client.get(plan_url).text


def test_an_announced_plan_is_not_kept_by_itself(amina_client, larkmere, framework, lead):
    plan = make_plan(larkmere, framework, lead)
    assert "data-plan-autosave" in amina_client.get(url("session_edit", session_id=plan.pk)).text
    later = timezone.now() + timedelta(days=1)
    other = make_plan(larkmere, framework, lead, opens_at=later, closes_at=later + timedelta(days=1))
    schedule_session(session=other, by=lead)
    assert "data-plan-autosave" not in amina_client.get(reverse("reflection:session_edit", args=[other.pk])).text


def test_the_twelve_signs_can_be_rated_over_some_days_too(amina_client, framework, plan_url):
    amina_client.post(plan_url, filled_in(framework, rate="on"))
    session = Session.objects.get()
    assert list(session.rounds.values_list("kind", "minutes")) == [("question", 7), ("question", 7), ("rating", 5)]
    edit = url("session_edit", session_id=session.pk)
    page = amina_client.get(edit).text
    assert 'id="id_rate" checked' in page and "2 questions</strong> and the signs, 19 min each person" in page
    # Another way of meeting carries the tick along.
    assert (
        'name="rate" value="on"'
        in amina_client.post(edit, filled_in(framework, mode="live", intent="mode", rate="on")).text
    )
    amina_client.post(edit, filled_in(framework, version="1"))
    assert list(session.rounds.values_list("kind", flat=True)) == ["question", "question"]
