"""Words written down for somebody in the room, in the parts that ask no question."""

import pytest
from django.test import Client

from partnerships.tests.access_table import assert_refused
from reflection.domain.live import reveal_led
from reflection.domain.live_pairs import take_small_step
from reflection.domain.live_rooms import come_in
from reflection.domain.rounds_planning import RoundChoice
from reflection.enums import RoundKind, SmallStep
from reflection.models import Draft, LiveRun
from reflection.tests.ratings import make_live_round
from reflection.tests.sessions import make_live, write
from reflection.tests.views.test_session_running import words_for
from reflection.tests.views.test_sessions import url

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_client(client, amina):
    client.force_login(amina)
    return client


def browser_of_person(person):
    client = Client()
    client.force_login(person)
    return client


def test_draft_write_for_arriving_says_so_and_a_word_is_one_word(amina_client, larkmere, framework, lead, gwen):
    round = make_live_round(larkmere, framework, lead, RoundKind.ARRIVE)
    session = round.session
    address, mine = url("draft_write_for", session_id=session.pk), url("live_mine", session_id=session.pk)
    page = amina_client.get(address).text
    assert f'value="{round.pk}"' in page and ">Arrive</option>" in page and "Which part?" in page
    refused = assert_refused(amina_client, address, words_for(session, body="w" * 41))
    assert (refused.status_code, "under 40 characters" in refused.text) == (422, True)
    amina_client.post(address, words_for(session, body="Hopeful", check="own_page"))
    her_page = browser_of_person(gwen)
    asked = her_page.get(mine).text
    assert "Yes, that is what I said" in asked and 'value="Hopeful"' not in asked
    her_page.post(url("draft_confirm", draft_id=Draft.objects.get().pk))
    assert (Draft.objects.get().ready, 'value="Hopeful"' in her_page.get(mine).text) == (True, True)
    amina_client.post(address, words_for(session, body="Tired"))
    her_page.post(url("live_arrive", session_id=session.pk), {"word": "Awake", "say": "1"})
    assert [draft.body for draft in Draft.objects.all()] == ["Awake"]


def test_draft_write_for_in_pairs_puts_words_on_their_own_page_and_in_fours_there_is_no_place_for_them(
    amina_client, larkmere, framework, lead, gwen
):
    session = make_live(larkmere, framework, lead, choices=[RoundChoice.together(RoundKind.ACTIVITY)])
    address, console = url("draft_write_for", session_id=session.pk), url("live_console", session_id=session.pk)
    assert "Write for someone in the room" in amina_client.get(console).text
    assert ">Pairs, fours, all</option>" in amina_client.get(address).text
    amina_client.post(address, words_for(session, check="own_page"))
    her_page = browser_of_person(gwen)
    follow = url("live_follow", session_id=session.pk)
    assert "Yes, that is what I said" in her_page.get(follow).text
    her_page.post(url("draft_confirm", draft_id=Draft.objects.get().pk))
    assert "food is left" in her_page.get(follow).text and Draft.objects.get().confirmed
    assert "they can write it down for you" in her_page.get(follow).text
    for place in session.participations.all():
        come_in(participation=place)
    for step in (SmallStep.PAIRS, SmallStep.FOURS):
        take_small_step(session=session, by=lead, expected=LiveRun.objects.get(session=session).step, to=step)
    assert "Write for someone in the room" not in amina_client.get(console).text
    assert "they can write it down for you" not in her_page.get(follow).text
    assert "Pairs, fours, all" not in amina_client.get(address).text


def test_draft_write_for_where_nothing_is_written_says_so_and_keeps_words_that_come_late(
    amina_client, larkmere, framework, lead, gwen
):
    session = make_live(larkmere, framework, lead)
    write(session, 5)
    address, words = url("draft_write_for", session_id=session.pk), words_for(session, body="Said on the phone")
    assert "<textarea" in amina_client.get(address).text
    assert reveal_led(session=session, by=lead, expected=1)
    page = amina_client.get(address)
    assert (page.status_code, "Nothing is being written just now" in page.text, "<textarea" in page.text) == (
        200,
        True,
        False,
    )
    late = amina_client.post(address, words)
    assert (late.status_code, "Said on the phone</textarea>" in late.text) == (422, True)
