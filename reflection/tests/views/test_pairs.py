"""Pairs and fours on their pages: who reads what, what a clash keeps, and that no screen tells a text too soon."""

import json
import re

import pytest
from django.urls import reverse

from reflection.domain.drafts import save_draft
from reflection.domain.live import reveal_led
from reflection.domain.live_pairs import take_small_step
from reflection.domain.pairs import move_seat
from reflection.domain.pairs_words import write_together
from reflection.enums import SmallStep
from reflection.live.screens import draw_screen
from reflection.live.tickets import Listeners
from reflection.models.answers import Answer
from reflection.models.live import LiveRun
from reflection.models.pairs import SmallGroup
from reflection.tests.guests import let_in
from reflection.tests.pairs import groups_of, make_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(larkmere, framework, lead):
    return make_together(larkmere, framework, lead)


def lead_to(round, lead, step):
    run = LiveRun.objects.get(session=round.session)
    return take_small_step(session=round.session, by=lead, expected=run.step, to=step)


def pair_of(round, person):
    place = round.session.participations.get(membership__person=person)
    return place, SmallGroup.objects.of(round, SmallStep.PAIRS).where_sits(place).get()


def url(name, round):
    return reverse(f"reflection:{name}", kwargs={"round_id": round.pk})


def screens(session):
    session.refresh_from_db()
    return {listeners: draw_screen(session, listeners) for listeners in Listeners}


def test_no_screen_shows_a_text_or_a_name_to_the_room_before_the_reveal(round, lead, client, bea):
    for step in (SmallStep.PAIRS, SmallStep.FOURS):
        lead_to(round, lead, step)
        for group in groups_of(round, step):
            write_together(
                participation=group.people[0], round=round, text=f"Canary {group.number}", expected=1, ready=True
            )
        drawn = screens(round.session)
        for html in drawn.values():
            assert "Canary" not in html
        for listeners in (Listeners.PARTICIPANT, Listeners.PROJECTOR):
            assert bea.short_name not in drawn[listeners]
        assert bea.short_name in drawn[Listeners.FACILITATOR]
    run = LiveRun.objects.get(session=round.session)
    assert reveal_led(session=round.session, by=lead, expected=run.step)
    for html in screens(round.session).values():
        assert "Canary" in html
        assert "From a four" in html


def test_the_pair_page_is_for_who_sits_there(round, lead, client, bea, samir):
    place, _ = pair_of_after(round, lead, bea)
    write_together(participation=place, round=round, text="Canary of a pair", expected=1)
    for person in (bea, samir, lead.person):
        client.force_login(person)
        _, theirs = pair_of(round, person)
        sees = theirs.pk == pair_of(round, bea)[1].pk
        for page in (
            url("pair_detail", round),
            reverse("reflection:live_follow", args=[round.session_id]),
            url("pair_state", round),
        ):
            assert ("Canary of a pair" in client.get(page).content.decode()) is sees


def pair_of_after(round, lead, person):
    lead_to(round, lead, SmallStep.PAIRS)
    return pair_of(round, person)


def test_a_clash_shows_both_texts_and_keeps_what_was_typed(round, lead, client, bea):
    _, pair = pair_of_after(round, lead, bea)
    other = next(one for one in groups_of(round, SmallStep.PAIRS) if one.pk == pair.pk).people
    other = next(one for one in other if one.membership.person_id != bea.pk)
    write_together(participation=other, round=round, text="Theirs, newer", expected=1)
    client.force_login(bea)
    sent = {"version": 1, "group": pair.pk, "text": "Mine, older"}
    page = client.post(url("pair_write", round), sent)
    assert page.status_code == 409
    assert "Theirs, newer" in page.content.decode()
    assert "Mine, older" in page.content.decode()
    said = client.post(url("pair_write", round), sent, headers={"Accept": "application/json"})
    assert (said.status_code, json.loads(said.content)) == (409, {"version": 2, "text": "Theirs, newer"})
    pair.refresh_from_db()
    assert pair.text == "Theirs, newer"


def test_words_for_a_pair_one_no_longer_sits_in_go_nowhere_and_stay_on_the_page(round, lead, client, bea):
    _, pair = pair_of_after(round, lead, bea)
    lead_to(round, lead, SmallStep.FOURS)
    client.force_login(bea)
    page = client.post(url("pair_write", round), {"version": 1, "group": pair.pk, "text": "Too late for the pair"})
    assert page.status_code == 422
    assert "Too late for the pair" in page.content.decode()
    assert not SmallGroup.objects.with_words().exists()


def test_alone_saves_for_oneself_and_bring_puts_it_into_the_pair(round, lead, client, bea):
    client.force_login(bea)
    place = round.session.participations.get(membership__person=bea)
    draft = save_draft(participation=place, round=round, body="We feed people").draft
    assert "We feed people" in client.get(reverse("reflection:live_follow", args=[round.session_id])).content.decode()
    _, pair = pair_of_after(round, lead, bea)
    for _ in range(2):
        client.post(url("pair_bring", round), {"draft": draft.pk})
    pair.refresh_from_db()
    assert pair.text == "We feed people"


def test_the_console_seats_moves_and_goes_on_one_step_for_each_press(round, lead, client):
    client.force_login(lead.person)
    command = reverse("reflection:live_command", args=[round.session_id])
    for name, status in (("small:1:pairs", 200), ("small:1:fours", 409), ("small:1:nowhere", 422), ("mix:2", 200)):
        said = client.post(command, {"command": name}, headers={"Accept": "application/json"})
        assert said.status_code == status, name
    one, other = groups_of(round, SmallStep.PAIRS)[:2]
    moved = one.people[0]
    client.post(command, {"command": f"seat:{moved.pk}:{other.pk}"}, headers={"Accept": "application/json"})
    assert moved in groups_of(round, SmallStep.PAIRS)[1].people
    page = client.get(reverse("reflection:live_console", args=[round.session_id])).content.decode()
    assert "Next: fours" in page
    assert re.search(r"Back<[^>]*> to alone", page)
    assert not Answer.objects.exists()


def test_who_passes_gets_up_without_a_reason_and_may_sit_down_again(round, lead, client, bea):
    place, pair = pair_of_after(round, lead, bea)
    others = next(one for one in groups_of(round, SmallStep.PAIRS) if one.pk == pair.pk).people
    write_together(participation=place, round=round, text="What we said so far", expected=1)
    client.force_login(bea)
    for _ in range(2):
        assert client.post(url("pair_pass", round)).status_code == 302
    assert not SmallGroup.objects.where_sits(place).exists()
    pair.refresh_from_db()
    assert (pair.text, pair.seats.count()) == ("What we said so far", len(others) - 1)
    page = client.get(reverse("reflection:live_follow", args=[round.session_id])).content.decode()
    assert "What we said so far" not in page
    client.post(url("pair_join", round))
    assert SmallGroup.objects.of(round, SmallStep.PAIRS).where_sits(place).count() == 1


def test_a_page_that_asks_hears_who_sits_there_and_the_promise_holds_on_one_that_does_not(round, lead, client, bea):
    _, pair = pair_of_after(round, lead, bea)
    gus = let_in(round.session, lead)
    client.force_login(bea)
    before = client.get(url("pair_state", round)).json()
    page = client.get(url("pair_detail", round)).text
    assert f"{before['names']}</span> see and change this together" in page
    assert re.fullmatch(r"You, .+ and whoever joins you", before["names"])  # true of whoever sits down later, too
    move_seat(participation=gus, to=pair, by=lead)
    now = client.get(url("pair_state", round)).json()
    assert ("Gus" in before["names"], "Gus" in now["names"], "Gus" in now["seats"]) == (False, True, True)
    assert "You are with" not in now["seats"]


def test_ready_and_not_ready_after_all_are_buttons_of_the_page(round, lead, client, bea):
    _, pair = pair_of_after(round, lead, bea)
    client.force_login(bea)
    said = []
    for more in ({}, {"ready": "1"}, {}, {"ready": "0"}):
        pair.refresh_from_db()
        client.post(url("pair_write", round), {"version": pair.version, "group": pair.pk, "text": "Ours"} | more)
        pair.refresh_from_db()
        said.append(pair.ready)
    assert said == [False, True, True, False]


def test_showing_without_fours_says_first_how_many_are_ready(round, lead, client):
    lead_to(round, lead, SmallStep.PAIRS)
    client.force_login(lead.person)
    page = client.get(reverse("reflection:live_console", kwargs={"session_id": round.session_id})).content.decode()
    ask = page[page.index('id="menu-without-fours"') :]
    pairs = len(groups_of(round, SmallStep.PAIRS))
    assert f"0 of {pairs} pairs said they are ready." in ask.partition("</details>")[0]
    assert 'value="reveal:' in ask.partition("</details>")[0]
    assert 'value="reveal:' not in page[: page.index('id="menu-without-fours"')]
