"""The smaller rounds live: arriving in a word, last time's actions, rating, the last minute. One render for everybody."""

import re

import pytest
from django.urls import reverse

from reflection.domain.actions import add_action
from reflection.domain.arriving import say_word
from reflection.domain.live import go_back, go_next, keep_led_closed, reveal_led
from reflection.domain.ratings import save_ratings
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.sessions import close_session
from reflection.enums import RoundKind
from reflection.live.screens import draw_screens
from reflection.live.tickets import Listeners
from reflection.models import ActionReview, Draft, LivePlace, LiveRun, RatingDraft
from reflection.models.guests import JoinCode
from reflection.tests.guests import browser_of, let_in
from reflection.tests.sessions import make_live, make_open, write

pytestmark = pytest.mark.django_db


def begin(larkmere, framework, lead, *kinds, **fields):
    question = RoundChoice.together(RoundKind.QUESTION, framework.questions.first())
    rounds = [RoundChoice.together(kind) for kind in kinds]
    return make_live(larkmere, framework, lead, choices=[*rounds, question], **fields)


def drawn(session):
    return draw_screens(session.pk)[1]


def reveal(session, lead):
    return reveal_led(session=session, by=lead, expected=type(session.live_run).objects.get(session=session).step)


def test_words_to_arrive_with_are_private_then_everybody_s(client, larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    round = session.rounds.first()
    places = list(session.participations.all())
    url = reverse("reflection:live_arrive", args=[session.pk])
    for number, place in enumerate(places[:6]):
        client.force_login(place.membership.person)
        client.post(url, {"word": f" Word{number} ", "say": "1"})
    assert set(Draft.objects.values_list("body", "ready")) == {(f"Word{n}", True) for n in range(6)}
    for html in drawn(session).values():
        assert "Word1" not in html
    client.force_login(places[1].membership.person)
    mine = client.get(reverse("reflection:live_mine", args=[session.pk])).text
    assert 'value="Word1"' in mine
    assert "Word2" not in mine
    client.post(url, {"word": "Other", "say": "1"})
    client.force_login(places[0].membership.person)
    client.post(url, {"pass": "1"})
    assert Draft.objects.filter(round=round).count() == 5
    assert reveal(session, lead)
    for html in drawn(session).values():
        assert "Other" in html
        assert "Word0" not in html


def test_a_word_that_is_too_long_is_refused_and_the_old_one_kept(client, larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    place = session.participations.first()
    say_word(participation=place, round=session.rounds.first(), word="Calm")
    client.force_login(place.membership.person)
    response = client.post(
        reverse("reflection:live_arrive", args=[session.pk]), {"word": "x" * 41, "say": "1"}, follow=True
    )
    assert "under 40 characters" in response.text
    assert Draft.objects.get().body == "Calm"


def test_a_word_that_comes_too_late_is_handed_back(client, larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    for place in session.participations.all():
        say_word(participation=place, round=session.rounds.first(), word="Calm")
    assert reveal(session, lead)
    client.force_login(session.participations.first().membership.person)
    response = client.post(
        reverse("reflection:live_arrive", args=[session.pk]), {"word": "Hopeful", "say": "1"}, follow=True
    )
    assert "What you sent just now was not kept: “Hopeful”." in response.text
    assert not Draft.objects.exclude(body="Calm").exists()


def test_passing_is_finishing(larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.ARRIVE)
    say_word(participation=session.participations.first(), round=session.rounds.first(), word="  ")
    assert Draft.objects.count() == 0
    assert LivePlace.objects.get().finished_round == session.rounds.first()


@pytest.mark.parametrize("kind", [RoundKind.RATING, RoundKind.CLOSING])
def test_numbers_are_one_s_own_then_told_alike_on_every_screen(client, larkmere, framework, lead, kind):
    session = begin(larkmere, framework, lead, kind)
    round = session.rounds.first()
    key = "need" if kind == RoundKind.RATING else "heard"
    places = list(session.participations.all())
    for place, value in zip(places, [1, 2, 5, 5, 5], strict=False):
        save_ratings(participation=place, round=round, values={key: value})
    for html in drawn(session).values():
        assert "csrf" not in html
        assert "<input" not in html
    client.force_login(places[0].membership.person)
    mine = client.get(reverse("reflection:live_mine", args=[session.pk])).text
    assert mine.count(" checked>") == 1
    response = client.post(reverse("reflection:round_rate", args=[round.pk]), {key: "1", "finished": "1"})
    assert response.url == reverse("reflection:live_follow", args=[session.pk])
    assert places[0].live_place.finished_round == round
    assert reveal(session, lead)
    assert RatingDraft.objects.count() == 0
    for html in drawn(session).values():
        assert "1 person at 1, 1 person at 2, 3 people at 5" in html
    assert "<fieldset" not in client.get(reverse("reflection:live_mine", args=[session.pk])).text


def test_too_few_numbers_stay_closed_and_the_room_goes_on(client, larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.RATING)
    save_ratings(participation=session.participations.first(), round=session.rounds.first(), values={"need": 4})
    assert not reveal(session, lead)
    for html in drawn(session).values():
        assert not re.search(r"(person|people) at 4", html)


@pytest.mark.parametrize("listeners", list(Listeners))
@pytest.mark.parametrize("kind", [RoundKind.ARRIVE, RoundKind.LAST_ACTIONS, RoundKind.RATING, RoundKind.CLOSING])
def test_every_kind_has_a_page_on_every_screen(client, larkmere, framework, lead, kind, listeners):
    session = begin(larkmere, framework, lead, kind)
    client.force_login(lead.person)
    name = {
        Listeners.FACILITATOR: "live_console",
        Listeners.PROJECTOR: "live_screen",
        Listeners.PARTICIPANT: "live_follow",
    }[listeners]
    assert client.get(reverse(f"reflection:{name}", args=[session.pk])).status_code == 200


def test_last_time_s_actions_are_answered_for_everybody(client, larkmere, framework, lead):

    earlier = make_open(larkmere, framework, lead)
    action = add_action(session=earlier, by=lead, text="Ring the bus company", everyone=True)
    close_session(session=earlier, by=lead)
    session = begin(larkmere, framework, lead, RoundKind.LAST_ACTIONS)
    assert all("Ring the bus company" in html for html in drawn(session).values())
    client.force_login(lead.person)
    command = reverse("reflection:live_command", args=[session.pk])
    assert client.post(command, {"command": f"did:{action.pk}:partly"}).status_code == 302
    assert ActionReview.objects.get().answer == "partly"
    assert "Partly" in drawn(session)[Listeners.PARTICIPANT]
    client.post(command, {"command": f"did:{action.pk}:nonsense"})
    assert ActionReview.objects.get().answer == "partly"
    go_next(session=session, by=lead, expected=type(session.live_run).objects.get(session=session).step)


def test_who_reads_the_record_finds_the_way_to_agree_and_a_guest_does_not(client, larkmere, framework, lead, bea):
    session = begin(larkmere, framework, lead)
    let_in(session, lead)
    guest = browser_of(session)
    write(session)
    reveal(session, lead)
    for _ in range(3):
        go_next(session=session, by=lead, expected=LiveRun.objects.get(session=session).step)
    link = reverse("reflection:outcome_agree", kwargs={"session_id": session.pk})
    mine = reverse("reflection:live_mine", kwargs={"session_id": session.pk})
    client.force_login(bea)
    assert link in client.get(mine).text
    page = guest.get(mine)
    assert page.status_code == 200
    assert link not in page.text


def test_a_closing_that_was_kept_closed_asks_for_nothing_more(larkmere, framework, lead):
    session = begin(larkmere, framework, lead, RoundKind.CLOSING)
    assert "Answer on your phone" in drawn(session)[Listeners.PROJECTOR]
    keep_led_closed(session=session, by=lead, expected=1)
    go_back(session=session, by=lead, expected=2)
    screen = drawn(session)[Listeners.PROJECTOR]
    assert "Answer on your phone" not in screen
    assert "This one stayed closed." in screen


@pytest.mark.parametrize("kind", sorted(RoundKind))
def test_guests_read_the_code_on_the_shared_screen_whatever_a_session_begins_with(larkmere, framework, lead, kind):
    earlier = make_open(larkmere, framework, lead)
    add_action(session=earlier, by=lead, text="Ring the bus company", everyone=True)
    close_session(session=earlier, by=lead)
    session = begin(larkmere, framework, lead, kind) if kind != RoundKind.QUESTION else begin(larkmere, framework, lead)
    assert drawn(session)[Listeners.PROJECTOR].count(JoinCode.objects.get().in_two) == 1
