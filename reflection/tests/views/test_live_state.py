"""What a live page costs at each stage, and what it is told when it asks instead of listening."""

import pytest
from django.test import Client
from django.urls import reverse

from reflection.domain.drafts import save_draft
from reflection.domain.live import add_minutes, go_next, reveal_led
from reflection.domain.live_rooms import come_in
from reflection.domain.live_talk import begin_talk
from reflection.domain.outcomes import add_learning
from reflection.enums import RoundKind
from reflection.models import LiveRun
from reflection.tests.costs import cost
from reflection.tests.guests import browser_of, let_in
from reflection.tests.ratings import make_live_round, rate
from reflection.tests.sessions import make_live, write

pytestmark = pytest.mark.django_db

MOST = 8
STATES = ("live_console_state", "live_screen_state", "live_follow_state")


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


def address(name, session):
    return reverse(f"reflection:{name}", kwargs={"session_id": session.pk})


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


# --- Asking ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", STATES)
def test_who_asks_is_told_304_until_something_moved(client, session, lead, amina, bea, name):
    client.force_login(amina)
    first = client.get(address(name, session))
    assert (first.status_code, "html" in first.json()) == (200, True)
    same = {"if-none-match": first.headers["ETag"]}
    place = session.participations.get(membership__person=bea)
    save_draft(participation=place, round=session.rounds.first(), body="What one person writes moves no screen")
    answer = client.get(address(name, session), headers=same)
    assert (answer.status_code, answer.content) == (304, b"")
    add_minutes(session=session, by=lead)
    moved = client.get(address(name, session), headers=same)
    assert (moved.status_code, moved.json()["version"]) == (200, first.json()["version"] + 1)
    assert moved.headers["ETag"] != first.headers["ETag"]


def test_no_mark_is_good_for_another_kind_of_listener_or_another_session(session, larkmere, framework, lead, amina):
    client = signed_in(amina)
    other = make_live(larkmere, framework, lead)
    marks = [client.get(address(name, one)).headers["ETag"] for name in STATES for one in (session, other)]
    assert len(set(marks)) == len(marks)


def test_a_304_opens_no_door(session, lead, bea):
    guest = browser_of(session, "the key of Gus")
    let_in(session, lead)
    mark = guest.get(address("live_follow_state", session)).headers["ETag"]
    for stranger, status in ((Client(), 302), (signed_in(bea), 304)):
        answer = stranger.get(address("live_follow_state", session), headers={"if-none-match": mark})
        assert answer.status_code == status
    refused = signed_in(bea).get(address("live_console_state", session), headers={"if-none-match": mark})
    assert refused.status_code == 403


# --- Queries ---------------------------------------------------------------------------------------------------------
def costs(session, amina, bea):
    """{page: queries}, each screen drawn before, as whoever is there finds it: it is drawn once for everybody."""
    pages = {"live_console": amina, "live_lead": amina, "live_follow": bea, "live_mine": bea}
    pages |= {"live_console_state": amina, "live_follow_state": bea, "live_screen": amina}
    return {name: cost(signed_in(person), address(name, session)) for name, person in pages.items()}


def too_dear(session, amina, bea):
    return {name: queries for name, queries in costs(session, amina, bea).items() if queries > MOST}


def test_no_live_page_costs_more_than_eight_queries_at_any_stage(session, lead, amina, bea):
    run = LiveRun.objects.get(session=session)
    write(session, 6)
    assert too_dear(session, amina, bea) == {}, "writing"
    assert reveal_led(session=session, by=lead, expected=run.step)
    for _ in range(4):
        run.refresh_from_db()
        add_learning(session=session, by=lead, text=f"Learned at step {run.step}")
        assert too_dear(session, amina, bea) == {}, run.round.stage
        if run.round.stage == "agreeing":
            break
        go_next(session=session, by=lead, expected=run.step)
    run.refresh_from_db()
    assert run.round.stage == "agreeing"


@pytest.mark.parametrize("kind", [RoundKind.ARRIVE, RoundKind.RATING, RoundKind.LAST_ACTIONS])
def test_no_kind_of_round_costs_a_live_page_more(larkmere, framework, lead, amina, bea, kind):
    session = make_live_round(larkmere, framework, lead, kind).session
    if kind == RoundKind.RATING:
        rate(session.rounds.get(kind=kind), [1, 2, 3, 4, 5])
    assert too_dear(session, amina, bea) == {}


# --- Passing ---------------------------------------------------------------------------------------------------------
def test_you_passed_is_said_to_whoever_had_a_turn_to_pass(larkmere, framework, lead, bea):
    session = make_live(larkmere, framework, lead, attribution="named")
    write(session, 3)
    reveal_led(session=session, by=lead, expected=1)
    for place in session.participations.all():
        come_in(participation=place)
    begin_talk(session=session, by=lead)
    phone, url = signed_in(bea), address("live_pass", session)
    answers = [phone.post(url, headers={"Accept": "application/json"}) for _ in range(2)]
    assert [(one.status_code, one.json()["words"]) for one in answers] == [
        (200, "You passed. You are asked again at the end."),
        (409, "It is not your turn any more. Nothing was changed."),
    ]
