"""Ending a guest's place while the session goes on: at once for them, and no count tells of anybody else."""

from functools import partial

import pytest

from reflection.domain.drafts import save_draft
from reflection.domain.guests import find_guest
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import keep_led_closed, reveal_led
from reflection.domain.live_console import read_console
from reflection.domain.live_pages import read_screen
from reflection.domain.live_rooms import come_in, count_finished, finish_round, set_hand
from reflection.domain.live_talk import TOO_FEW_HERE, begin_talk, speak_next
from reflection.domain.live_voices import bring_in
from reflection.domain.sessions import close_session
from reflection.enums import Attribution, GuestState
from reflection.models import Answer, Draft, LivePlace, Signature
from reflection.models.live_voices import TalkingTurn
from reflection.tests.domain.test_guests import everything_kept, refusal
from reflection.tests.guests import ask, let_in
from reflection.tests.sessions import make_live, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead, questions=2)


@pytest.fixture
def named(larkmere, framework, lead):
    return make_live(larkmere, framework, lead, questions=2, attribution=Attribution.NAMED)


def test_nothing_is_left_of_them_but_what_was_shown(named, lead):
    place, round = let_in(named, lead, "Zuleika", "nhs"), named.rounds.first()
    save_draft(participation=place, round=round, body="Shown words", ready=True)
    assert reveal_led(session=named, by=lead, expected=1)
    save_draft(participation=place, round=round, body="Unshown words of hers", note=True)
    place.guest.refresh_from_db()
    assert put_guest_out(guest=place.guest, by=lead) == "Zuleika"
    kept = everything_kept()
    assert [trace for trace in ("Zuleika", "Unshown") if trace in kept] == []
    place.guest.refresh_from_db(), place.refresh_from_db()
    assert (place.guest.state, place.guest.key, place.sector, place.is_current) == (GuestState.GONE, None, "", False)
    assert find_guest(session_id=named.pk, key="the key of Zuleika") is None
    assert Answer.objects.get().body == "Shown words"
    assert Signature.objects.get().participation.name_on_words == "a guest"


def test_they_stay_counted_and_the_session_closes_as_ever(session, lead):
    place, asked = let_in(session, lead), session.participations.count()
    put_guest_out(guest=place.guest, by=lead)
    session.refresh_from_db()
    assert session.asked_count == session.participations.count() == asked
    assert close_session(session=session, by=lead).asked_count == asked


def test_what_they_type_in_the_same_moment_is_not_kept(session, lead):
    place = let_in(session, lead)
    put_guest_out(guest=place.guest, by=lead)
    save = partial(save_draft, participation=place, round=session.rounds.first(), body="Late")
    assert refusal(save).startswith("This can’t be kept")
    assert not Draft.objects.exists()


def test_twice_is_once(session, lead):
    guest = let_in(session, lead).guest
    put_guest_out(guest=guest, by=lead)
    session.refresh_from_db()
    before = session.screen_version
    assert put_guest_out(guest=guest, by=lead) == ""
    session.refresh_from_db()
    assert session.screen_version == before


def test_only_who_leads_here_and_only_who_is_in(session, lead, house):
    guest = let_in(session, lead).guest
    for nobody in (house.of("bea"), house.of("piotr", house.quarry_end)):
        words = "Only someone who leads sessions here can do this."
        assert refusal(put_guest_out, guest=guest, by=nobody) == words
    assert refusal(put_guest_out, guest=ask(session, "Marta"), by=lead) == "They are not in this session."
    close_session(session=session, by=lead)
    assert refusal(put_guest_out, guest=guest, by=lead) == "This session is over."


def test_they_may_ask_again_with_the_code_and_are_a_new_guest(session, lead):
    first = let_in(session, lead).guest
    put_guest_out(guest=first, by=lead)
    again = ask(session)
    assert (again.state, again == first) == (GuestState.ASKED, False)


def test_without_names_the_room_gets_no_smaller_while_people_write(session, lead):
    place = let_in(session, lead)
    come_in(participation=place)
    set_hand(participation=place, up=True)
    put_guest_out(guest=place.guest, by=lead)
    assert count_finished(session.rounds.first()) == (0, 1)
    console = read_console(read_screen(session.pk))
    assert (console.here, console.balance) == ([], [])
    keep_led_closed(session=session, by=lead, expected=1)
    assert not LivePlace.objects.exists()


def test_with_names_they_are_counted_no_more_at_once(named, lead):
    place = let_in(named, lead)
    come_in(participation=place)
    put_guest_out(guest=place.guest, by=lead)
    assert count_finished(named.rounds.first()) == (0, 0)


def test_their_turn_in_a_spoken_round_is_over(named, lead):
    place, *others = let_in(named, lead), *write(named, 3)
    for one in (place, *others):
        come_in(participation=one)
    reveal_led(session=named, by=lead, expected=1)
    begin_talk(session=named, by=lead)
    put_guest_out(guest=place.guest, by=lead)
    assert {turn.participation for turn in TalkingTurn.objects.all()} == set(others)


def test_with_names_their_chair_goes_though_somebody_has_finished(named, lead):
    place, *others = let_in(named, lead), *write(named, 2)
    come_in(participation=place)
    for one in others:
        finish_round(participation=one, round=named.rounds.first())
    put_guest_out(guest=place.guest, by=lead)
    assert read_console(read_screen(named.pk)).finished.everyone


def test_a_press_that_comes_late_gives_them_no_chair(named, lead):
    place = let_in(named, lead)
    put_guest_out(guest=place.guest, by=lead)
    for press in (come_in, partial(bring_in, by=lead)):
        assert refusal(press, participation=place) == "This person is not there any more."
    assert not LivePlace.objects.exists()


def test_who_was_put_out_while_people_wrote_has_no_turn_to_speak(session, lead):
    place, *others = let_in(session, lead), *write(session, 6)
    for one in (place, *others):
        come_in(participation=one)
    put_guest_out(guest=place.guest, by=lead)
    assert LivePlace.objects.filter(participation=place).exists()  # the room gets no smaller while people write
    reveal_led(session=session, by=lead, expected=1)
    begin_talk(session=session, by=lead)
    assert {turn.participation for turn in TalkingTurn.objects.all()} == set(others)
    assert refusal(speak_next, participation=place, by=lead) == "This person is not waiting for a turn."
    assert TalkingTurn.objects.count() == len(others)


def test_one_who_is_left_with_somebody_who_was_put_out_is_too_few_to_go_round(session, lead):
    place, *others = let_in(session, lead), *write(session, 6)
    for one in (place, others[0]):
        come_in(participation=one)
    put_guest_out(guest=place.guest, by=lead)
    reveal_led(session=session, by=lead, expected=1)
    assert refusal(begin_talk, session=session, by=lead) == TOO_FEW_HERE
