"""What a live session does not tell, and does not do twice."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from partnerships.models.idempotency import IdempotencyKey
from reflection.domain.actions import add_action
from reflection.domain.guests import admit_guest
from reflection.domain.live import go_next, reveal_led
from reflection.domain.live_rooms import come_in, finish_round
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.sessions import close_session
from reflection.domain.votes import add_dot
from reflection.enums import Audience, RoundKind
from reflection.live.screens import draw_screens
from reflection.live.tickets import Listeners, read_ticket
from reflection.models import LiveRun, Vote
from reflection.tests.guests import ask, browser_of, let_in
from reflection.tests.sessions import make_live, make_open, write

pytestmark = pytest.mark.django_db

KEY = "6f1c1dc4-38b1-4c0d-a1f0-000000000001"


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


def state_of(client, session, **asked):
    return client.get(reverse("reflection:live_follow_state", args=[session.pk]), asked).json()


def ticket_of(client, session):
    return read_ticket(unquote(state_of(client, session)["stream"].removeprefix("/live/")))


def test_everyone_of_a_room_too_small_to_hide_in_is_not_told(session):
    """Two people who are finished, of two who are there: “all” would tell of each of them (A9)."""
    round, two = session.rounds.get(), list(session.participations.all()[:2])
    for one in two:
        come_in(participation=one)
    for one in two:
        finish_round(participation=one, round=round)
    assert not LiveRun.objects.get().step_told
    for html in draw_screens(session.pk)[1].values():
        assert "All 2" not in html and "2 of 2" not in html


def test_a_press_sent_twice_adds_one_minute(client, amina, session):
    client.force_login(amina)
    before = LiveRun.objects.get()
    answers = [
        client.post(
            reverse("reflection:live_command", args=[session.pk]),
            {"command": f"minute:{before.step}"},
            headers={"Accept": "application/json", "Idempotency-Key": KEY},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]  # who pressed once reads no refusal
    assert (LiveRun.objects.get().ends_at - before.ends_at).total_seconds() == 60


@pytest.mark.parametrize("command", ["admit", "put out"])
def test_what_a_press_answered_is_not_kept_beyond_the_guest_it_names(command, client, amina, session, lead):
    guest = ask(session, "Gustavina")
    if command == "put out":
        admit_guest(guest=guest, by=lead)
    client.force_login(amina)
    presses = {"admit": f"admit:{guest.pk}", "put out": f"put-out:{guest.pk}"}
    answers = [
        client.post(
            reverse("reflection:live_command", args=[session.pk]),
            {"command": presses[command]},
            headers={"Accept": "application/json", "Idempotency-Key": KEY},
        )
        for _ in range(2)
    ]
    assert "Gustavina" in answers[0].json()["words"]
    assert (answers[1].status_code, answers[1].json()) == (200, {})
    assert "Gustavina" not in IdempotencyKey.objects.get().body


def test_no_key_is_kept_of_who_flags_a_word(client, bea, session):
    client.force_login(bea)
    address = reverse("reflection:live_flag", args=[session.pk])
    client.post(address, {"word": "Section 75", "idempotency_key": KEY}, headers={"Idempotency-Key": KEY})
    assert session.flagged_words.get().word == "Section 75"
    assert not IdempotencyKey.objects.exists()


def test_a_phone_listens_to_what_everybody_sees_and_each_guest_has_a_key_of_their_own(client, bea, session, lead):
    client.force_login(bea)
    phones = [client]
    for name in ("Gus", "Marta"):
        let_in(session, lead, name)
        phones.append(browser_of(session, key=f"the key of {name}"))
    tickets = [ticket_of(phone, session) for phone in phones]
    assert {one.channel for one in tickets} == {f"{session.pk}:participant"}
    assert len({one.person for one in tickets}) == 3


def test_who_knows_the_screen_does_not_get_it_again(client, bea, session):
    client.force_login(bea)
    first = state_of(client, session)
    assert "html" in first
    assert "html" not in state_of(client, session, known=first["version"])
    assert "html" in state_of(client, session, known=first["version"] - 1)


def test_what_was_agreed_by_a_few_is_on_no_screen_of_the_room(larkmere, framework, lead):
    few = make_open(larkmere, framework, lead, audience=Audience.FACILITATORS)
    add_action(session=few, by=lead, text="Speak with the landlord", everyone=True)
    close_session(session=few, by=lead)
    rounds = [
        RoundChoice.together(RoundKind.LAST_ACTIONS),
        RoundChoice.together(RoundKind.QUESTION, framework.questions.first()),
    ]
    drawn = draw_screens(make_live(larkmere, framework, lead, choices=rounds).pk)[1]
    assert {one for one, html in drawn.items() if "Speak with the landlord" in html} == {Listeners.FACILITATOR}


def choosing(session, lead):
    write(session, 6)
    assert reveal_led(session=session, by=lead, expected=1)
    for step in (2, 3):
        go_next(session=session, by=lead, expected=step)
    return session.rounds.get()


def test_dots_are_on_no_screen_while_people_choose(session, lead):
    round = choosing(session, lead)
    before = draw_screens(session.pk)
    for _ in range(3):
        add_dot(participation=session.participations.first(), answer=round.answers.first())
    assert draw_screens(session.pk) == before


def test_a_dot_is_put_in_one_s_own_session_only(larkmere, framework, lead, session):
    answer = choosing(session, lead).answers.first()
    elsewhere = make_live(larkmere, framework, lead).participations.first()
    with pytest.raises(ValidationError, match="another session"):
        add_dot(participation=elsewhere, answer=answer)
    assert not Vote.objects.exists()
