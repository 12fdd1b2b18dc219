"""A session while people write: counts that name nobody, one reminder, words for others, and the answers shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.models.dispatch import Dispatch
from partnerships.tests.access_table import assert_refused
from reflection.domain.drafts import ask_for_call, finish_writing
from reflection.domain.sessions import close_session
from reflection.enums import Attribution, SessionMode
from reflection.models import Answer, Draft, Participation, Round, Session
from reflection.tests.sessions import make_live, make_open, make_plan, make_revealed, write
from reflection.tests.views.test_sessions import MOST_QUERIES, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_client(client, amina):
    client.force_login(amina)
    return client


def run_page(client, session):
    return client.get(url("session_run", session_id=session.pk)).text


# --- How far we are ---
def test_session_run_tells_a_sealed_session_in_steps_and_names_nobody(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    pages = {}
    for begun in (6, 7, 8):
        write(session, begun)
        page = run_page(amina_client, session)
        pages[begun] = page[page.index("How far we are") : page.index("Write down someone")]
    assert "6 or more</strong> of 12 have begun" in pages[6]
    assert pages[6] == pages[7] == pages[8]


def test_session_run_says_when_the_answers_are_out_though_the_closing_time_is_to_come(
    amina_client, larkmere, framework, lead
):
    session = make_revealed(larkmere, framework, lead)[0]
    for name in ("session_run", "session_detail"):
        page = amina_client.get(url(name, session_id=session.pk)).text
        assert "The answers are out" in page
        assert "Open until" not in page
        assert "come back until" not in page


def test_session_run_counts_a_named_session_exactly(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED)
    write(session, 7)
    page = run_page(amina_client, session)
    assert '<strong class="h3 fw-bold">7</strong> of 12 have begun' in page
    assert "pn-steps" not in page


def test_session_run_costs_the_same_for_few_and_many(amina_client, larkmere, framework, lead):
    small, large = make_open(larkmere, framework, lead), make_open(larkmere, framework, lead, questions=5)
    for round in large.rounds.all():
        write(large, round=round)
    for place in large.participations.all():
        ask_for_call(participation=place, note="Any time")
    counts = [queries_of(amina_client, url("session_run", session_id=session.pk)) for session in (small, large)]
    assert counts[0] == counts[1] <= MOST_QUERIES


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_session_run_of_what_is_not_open_leads_where_it_belongs(amina_client, larkmere, framework, lead, state):
    session = (
        make_plan(larkmere, framework, lead)
        if state == "planned"
        else close_session(session=make_open(larkmere, framework, lead), by=lead)
    )
    name = "session_edit" if state == "planned" else "session_detail"
    assert amina_client.get(url("session_run", session_id=session.pk)).url == url(name, session_id=session.pk)


# --- Time ---
def test_session_more_time_to_a_chosen_moment_or_by_days(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    address = url("session_more_time", session_id=session.pk)
    amina_client.post(address, {"days": "3"})
    assert Session.objects.get().closes_at == session.closes_at + timedelta(days=3)
    then = (timezone.localtime() + timedelta(days=20)).replace(second=0, microsecond=0)
    amina_client.post(address, {"closes_at": f"{then:%Y-%m-%dT%H:%M}"})
    assert Session.objects.get().closes_at == then


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a day and a time."),
        ({"closes_at": "2020-01-01T09:00"}, "Choose a time that is still to come."),
        ({"closes_at": "later"}, "Write a day and a time"),
        ({"closes_at": "2099-01-01T09:00"}, "Close it within three months."),
    ],
)
def test_session_more_time_says_what_to_put_right(amina_client, larkmere, framework, lead, data, words):
    session = make_open(larkmere, framework, lead)
    response = assert_refused(amina_client, url("session_more_time", session_id=session.pk), data)
    assert (response.status_code, words in response.text, data.get("closes_at", "") in response.text) == (
        422,
        True,
        True,
    )


def test_session_end_writing_asks_and_shows_nothing(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    write(session)
    address = url("session_end_writing", session_id=session.pk)
    assert "End writing now?" in amina_client.get(address).text
    assert Session.objects.get().writing_ended_at is None
    assert "Nothing was shown by this." in amina_client.post(address, follow=True).text
    assert (Session.objects.get().is_writable(), Answer.objects.count()) == (False, 0)


# --- The reminder ---
def test_session_remind_once_and_tells_no_number(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    for place in session.participations.all()[:11]:
        finish_writing(participation=place)
    address = url("session_remind", session_id=session.pk)
    first = amina_client.post(address, follow=True).text
    assert "The reminder is on its way to those who have not finished." in first
    assert Dispatch.objects.filter(kind="session_reminder").count() == 1
    assert "You can send one." in first
    assert "Send one reminder" not in first
    assert "The reminder has gone once." in amina_client.post(address, follow=True).text
    assert Dispatch.objects.filter(kind="session_reminder").count() == 1


# --- Words for someone ---
def words_for(session, **changes):
    place = session.participations.get(membership__person__email="gwen@larkmere.example")
    return {
        "participation": str(place.pk),
        "round": str(session.rounds.first().pk),
        "body": "We find out who is missing when food is left.",
        "check": "read_back",
    } | changes


@pytest.mark.parametrize(("check", "ready"), [("read_back", True), ("own_page", False)])
def test_draft_write_for_counts_once_it_was_checked(amina_client, larkmere, framework, lead, check, ready):
    session = make_open(larkmere, framework, lead)
    page = amina_client.post(
        url("draft_write_for", session_id=session.pk), words_for(session, check=check), follow=True
    ).text
    draft = Draft.objects.get()
    assert (draft.ready, draft.confirmed, draft.spoken_by) == (ready, ready, lead)
    assert ("Words added for Gwen." if ready else "Words put on Gwen’s own page.") in page


def test_draft_write_for_in_the_room_leads_back_to_the_console_and_counts_nobody_as_finished(
    amina_client, larkmere, framework, lead
):
    session = make_live(larkmere, framework, lead)
    address = url("draft_write_for", session_id=session.pk)
    assert "Gwen Farrow" in amina_client.get(address).text
    answer = amina_client.post(address, words_for(session))
    assert answer.url == url("live_console", session_id=session.pk)
    draft = Draft.objects.get()
    assert (draft.ready, draft.confirmed, draft.spoken_by) == (True, True, lead)
    assert "food is left" not in amina_client.get(answer.url).text
    refused = amina_client.post(address, words_for(session, body=" "))
    assert (refused.status_code, Draft.objects.count()) == (422, 1)


def test_draft_write_for_before_the_room_opens_leads_to_the_session(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, mode=SessionMode.LIVE)
    address = url("draft_write_for", session_id=session.pk)
    for answer in (amina_client.get(address), amina_client.post(address, words_for(session))):
        assert answer.url == url("session_detail", session_id=session.pk)
    assert not Draft.objects.exists()


def test_draft_write_for_lists_everybody_whether_or_not_they_began(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    write(session, 5)
    page = run_page(amina_client, session)
    assert "All 12 are listed" in page
    names = session.participations.values_list("membership__person__full_name", flat=True)
    assert [name for name in names if f">{name}</option>" not in page] == []


def test_draft_write_for_lists_people_by_the_name_shown_whatever_they_like_to_be_called(
    amina_client, amina, larkmere, framework, lead
):
    amina.called = ""  # as many people leave it: an empty name must not come first or last
    amina.full_name = "zara Rahman"  # capitals do not matter either
    amina.save()
    page = run_page(amina_client, make_open(larkmere, framework, lead))
    listed = page[page.index("Choose a person") :]
    assert listed.index("Bea Nwosu") < listed.index("Tom Oyelaran") < listed.index("zara Rahman")


def test_draft_write_for_says_what_to_put_right_and_refuses_ids_from_elsewhere(amina_client, larkmere, framework, lead):
    session, other = make_open(larkmere, framework, lead), make_open(larkmere, framework, lead)
    shown, _ = make_revealed(larkmere, framework, lead)
    wrong = [
        ({"participation": ""}, "Choose whose words these are."),
        ({"participation": str(other.participations.first().pk)}, "Choose a person from this session."),
        ({"round": str(other.rounds.first().pk)}, "Choose a question that is open for writing."),
        ({"round": str(shown.rounds.first().pk)}, "Choose a question that is open for writing."),
        ({"body": "  "}, "Write down what they said first."),
        ({"body": "w" * 5_001}, "Keep it under 5,000 characters"),
        ({"check": ""}, "Choose how they will check it."),
        ({"check": "hearsay"}, "Choose one of the two."),
    ]
    for changes, words in wrong:
        response = assert_refused(
            amina_client, url("draft_write_for", session_id=session.pk), words_for(session, **changes)
        )
        assert (changes, response.status_code, words in response.text) == (changes, 422, True)
        if "body" not in changes:
            assert "who is missing when food is left." in response.text


def test_draft_write_for_sent_twice_is_one_draft(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead)
    data = words_for(session) | {"idempotency_key": "5e0f2c1e-6c1b-4a6e-9c53-1f1f4a0b7c11"}
    for _ in range(2):
        amina_client.post(url("draft_write_for", session_id=session.pk), data)
    assert Draft.objects.count() == 1


def test_participation_called_takes_a_name_off_the_list(amina_client, larkmere, framework, lead, gwen):
    session = make_open(larkmere, framework, lead)
    place = session.participations.get(membership__person=gwen)
    ask_for_call(participation=place, note="After 6 is best")
    assert "After 6 is best" in run_page(amina_client, session)
    amina_client.post(url("participation_called", participation_id=place.pk))
    assert Participation.objects.get(pk=place.pk).wants_call is False
    assert "They asked for a call" not in run_page(amina_client, session)


# --- Showing the answers ---
@pytest.mark.parametrize("finished", [0, 11, 12])
def test_session_reveal_asks_a_sealed_session_the_same_question_whoever_is_finished(
    amina_client, larkmere, framework, lead, finished
):
    session = make_open(larkmere, framework, lead)
    for place in write(session)[:finished]:
        finish_writing(participation=place)
    page = amina_client.get(url("session_reveal", session_id=session.pk)).text
    assert "People may still be writing. Show now, or give one more day?" in page
    assert "not said that they are finished" not in page
    assert Answer.objects.count() == 0


def test_session_reveal_asks_a_named_session_with_the_exact_count(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED)
    for place in write(session)[:9]:
        finish_writing(participation=place)
    assert (
        "3 people of 12 have not said that they are finished."
        in amina_client.get(url("session_reveal", session_id=session.pk)).text
    )


def test_session_reveal_shows_what_it_can_and_says_what_it_could_not(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=5)
    for round, writers in zip(session.rounds.all(), (8, 9, 3, 9, 2), strict=True):
        write(session, writers, round=round)
    page = amina_client.post(url("session_reveal", session_id=session.pk), follow=True).text
    assert "Three are out. Two have too few to show safely" in page
    assert "We only show answers when at least 5 people are ready." in page
    assert (page.count("Shown to all"), page.count("Too few yet")) == (3, 2)
    assert "8 answers from 8 people" in page
    assert "Nothing has been shown. Everyone still has their words" in page
    assert "Make sense of the three" in page
    assert Draft.objects.count() == 5
    # Nobody learns how many the two are: neither three nor two people.
    result = page[page.index("Not all shown") : page.index("What you can do")]
    assert "from 3 people" not in result
    assert "from 2 people" not in result


def test_session_reveal_pressed_by_two_is_shown_once(client, larkmere, framework, lead, ruth):
    session = make_open(larkmere, framework, lead)
    write(session)
    client.force_login(lead.person)
    client.post(url("session_reveal", session_id=session.pk))
    client.force_login(ruth)
    response = client.post(url("session_reveal", session_id=session.pk), follow=True)
    assert "There was nothing left to show. Someone may have pressed just before you." in response.text
    assert Answer.objects.count() == 12


# --- One question ---
def test_round_reveal_of_one_question_leaves_the_others(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    first, second = session.rounds.all()
    write(session, round=first)
    write(session, round=second)
    address = url("round_reveal", round_id=first.pk)
    page = amina_client.get(address).text
    assert first.question.title in page
    assert second.question.title not in page
    amina_client.post(address)
    assert [Round.objects.get(pk=round.pk).is_shown for round in (first, second)] == [True, False]


def test_round_keep_closed_leaves_words_with_their_authors(amina_client, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    round = session.rounds.first()
    write(session, 3, round=round)
    page = amina_client.post(url("round_keep_closed", round_id=round.pk), follow=True).text
    assert "It stays closed. Everyone keeps the words they wrote there." in page
    round.refresh_from_db()
    assert (round.stage, round.kept_closed, Draft.objects.count()) == ("done", True, 3)


def test_round_keep_closed_after_it_was_shown_says_no(amina_client, larkmere, framework, lead):
    _, round = make_revealed(larkmere, framework, lead)
    assert (
        "These answers have been shown already."
        in amina_client.post(url("round_keep_closed", round_id=round.pk), follow=True).text
    )


@pytest.mark.parametrize(
    ("event", "stage"), [("group", "grouping"), ("choose", "choosing"), ("agree", "agreeing"), ("finish", "done")]
)
def test_round_move_goes_on_and_leads_there(amina_client, larkmere, framework, lead, event, stage):
    session, round = make_revealed(larkmere, framework, lead)
    pages = {
        "group": url("theme_board", round_id=round.pk),
        "choose": url("vote_choose", round_id=round.pk),
        "agree": url("outcome_agree", session_id=session.pk),
        "finish": url("session_run", session_id=session.pk),
    }
    for _ in range(2):
        assert amina_client.post(url("round_move", round_id=round.pk), {"event": event}).url == pages[event]
    assert Round.objects.get().stage == stage


@pytest.mark.parametrize("event", ["", "reveal", "keep_closed", "start_writing", "nonsense"])
def test_round_move_knows_no_other_step(amina_client, larkmere, framework, lead, event):
    session, round = make_revealed(larkmere, framework, lead)
    response = amina_client.post(url("round_move", round_id=round.pk), {"event": event}, follow=True)
    assert "Choose one of the steps on this page." in response.text
    assert Round.objects.get().stage == "revealed"
    assert session.is_open
