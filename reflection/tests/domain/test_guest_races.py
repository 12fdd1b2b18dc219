"""Guests at the same moment, with real threads: one place for each, and nobody slips in after the end."""

from functools import partial

import pytest

from reflection.domain.drafts import save_draft
from reflection.domain.guests import admit_guest, ask_to_join, refuse_guest
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import reveal_led
from reflection.domain.sessions import close_session
from reflection.enums import GuestState
from reflection.models import Draft, Guest, Participation
from reflection.tests.domain.test_races import is_refused, room
from reflection.tests.guests import ask, let_in
from reflection.tests.sessions import make_live

__all__ = ["room"]
pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


def test_two_facilitators_let_the_same_guest_in_once(room, session, lead):
    asked = session.asked_count
    for number in range(20):
        guest = ask(session, f"Guest {number}")
        places = room.together(*[partial(admit_guest, guest=guest, by=lead)] * 4)
        assert len({place.pk for place in places}) == 1
    session.refresh_from_db()
    assert (session.asked_count, Participation.objects.of_guests().count()) == (asked + 20, 20)


def test_yes_and_not_this_time_at_once_leave_one_answer(room, session, lead):
    for number in range(20):
        guest = ask(session, f"Guest {number}")
        room.together(partial(admit_guest, guest=guest, by=lead), partial(refuse_guest, guest=guest, by=lead))
        guest.refresh_from_db()
        has_place = Participation.objects.filter(guest=guest).exists()
        assert has_place == (guest.state == GuestState.ADMITTED)


def test_a_form_sent_many_times_at_once_is_one_guest(room, session):
    code = session.join_code.code
    send = partial(ask_to_join, typed=code, first_name="Marta", key="one key")
    guests = room.together(*[send] * 12)
    assert len({guest.pk for guest in guests}) == 1 == Guest.objects.count()


def test_nobody_comes_in_while_the_session_closes(room, larkmere, framework, lead):
    for _ in range(20):
        session = make_live(larkmere, framework, lead)
        waiting, code = ask(session), session.join_code.code
        room.together(
            partial(close_session, session=session, by=lead),
            partial(admit_guest, guest=waiting, by=lead),
            *[partial(ask_to_join, typed=code, first_name=f"Late {n}", key=f"{session.pk} {n}") for n in range(6)],
        )
        session.refresh_from_db()
        assert session.asked_count == session.participations.count()
        left = Guest.objects.filter(session=session)
        assert set(left.values_list("state", "first_name", "key")) <= {(GuestState.GONE, "", None)}
        assert is_refused(room.together(partial(admit_guest, guest=waiting, by=lead))[0])


def test_no_word_of_a_guest_is_kept_or_shown_after_their_place_ended(room, larkmere, framework, lead):
    for _ in range(20):
        session = make_live(larkmere, framework, lead, attribution="named")
        place, round = let_in(session, lead), session.rounds.get()
        save_draft(participation=place, round=round, body="Mine", ready=True)
        room.together(
            partial(put_guest_out, guest=place.guest, by=lead),
            partial(save_draft, participation=place, round=round, body="Typed meanwhile"),
            partial(reveal_led, session=session, by=lead, expected=1),
        )
        place.guest.refresh_from_db()
        assert place.guest.state == GuestState.GONE
        assert not Draft.objects.filter(participation=place).exists()
