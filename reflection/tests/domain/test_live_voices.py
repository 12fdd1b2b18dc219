"""Who was heard: counted once for each time, forgotten by name, kept by sector only where enough were there."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from reflection.domain.live import reveal_led
from reflection.domain.live_rooms import come_in, set_hand
from reflection.domain.live_voices import bring_in, mark_spoke, place_at_table, unmark_spoke
from reflection.domain.sessions import cancel_session, close_session
from reflection.domain.voice_totals import totals_to_keep
from reflection.models.live import LivePlace
from reflection.models.live_voices import TalkingOrder, TalkingTurn, VoiceTotal
from reflection.tests.sessions import make_live, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead, questions=2, attribution="named")


def by_name(session, name):
    return session.participations.get(membership__person__full_name__startswith=name)


def turns(participation):
    return LivePlace.objects.get(participation=participation).turns


def test_a_tap_counts_once_whoever_taps_for_the_same_words(session, lead):
    bea = by_name(session, "Bea")
    come_in(participation=bea)
    set_hand(participation=bea, up=True)
    assert mark_spoke(participation=bea, by=lead, seen=0)
    assert not mark_spoke(participation=bea, by=lead, seen=0)
    place = LivePlace.objects.get(participation=bea)
    assert (place.turns, place.hand_up_at) == (1, None)
    assert mark_spoke(participation=bea, by=lead, seen=1)
    assert unmark_spoke(participation=bea, by=lead, seen=2)
    assert not unmark_spoke(participation=bea, by=lead, seen=2)
    assert turns(bea) == 1
    unmark_spoke(participation=bea, by=lead, seen=1)
    assert not unmark_spoke(participation=bea, by=lead, seen=0)
    assert turns(bea) == 0


def test_every_mark_is_told_to_the_screens_and_a_stale_one_is_not(session, lead):
    bea = by_name(session, "Bea")
    bring_in(participation=bea, by=lead)
    session.refresh_from_db()
    before = session.screen_version
    mark_spoke(participation=bea, by=lead, seen=0)
    mark_spoke(participation=bea, by=lead, seen=0)
    session.refresh_from_db()
    assert session.screen_version == before + 1


def test_somebody_without_a_phone_is_added_by_hand_once(session, lead):
    bea = by_name(session, "Bea")
    assert bring_in(participation=bea, by=lead) == bring_in(participation=bea, by=lead)
    assert LivePlace.objects.count() == 1


def test_a_place_of_another_session_is_no_place_here(session, larkmere, framework, lead):
    other = make_live(larkmere, framework, lead)
    with pytest.raises(ValidationError, match="not in the room"):
        place_at_table(session=session, participation_id=other.participations.first().pk)


def test_nothing_is_marked_when_the_session_is_over(session, lead):
    bea = by_name(session, "Bea")
    come_in(participation=bea)
    close_session(session=session, by=lead)
    for act in (
        lambda: mark_spoke(participation=bea, by=lead, seen=0),
        lambda: unmark_spoke(participation=bea, by=lead, seen=1),
        lambda: bring_in(participation=bea, by=lead),
    ):
        with pytest.raises(ValidationError, match="not being led live"):
            act()
    assert not LivePlace.objects.exists()


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ([], {}),
        ([("nhs", 2), ("nhs", 1)], {}),
        ([("nhs", 2), ("nhs", 1), ("nhs", 0)], {"nhs": 3}),
        ([("nhs", 0)] * 3 + [("vcse", 5)] * 2, {"nhs": 0}),
        ([("", 1)] * 4, {}),
    ],
)
def test_totals_are_kept_only_of_sectors_with_three_people(places, kept):
    assert totals_to_keep(places) == kept


def test_closing_keeps_totals_of_sectors_and_no_name(session, lead):
    people = list(session.participations.all())
    for one in people:
        come_in(participation=one)
        mark_spoke(participation=one, by=lead, seen=0)
    close_session(session=session, by=lead)
    assert dict(session.voice_totals.values_list("sector", "turns")) == {"vcse": 4, "council": 3, "nhs": 3}
    assert not LivePlace.objects.exists()
    assert not TalkingTurn.objects.exists()
    assert not TalkingOrder.objects.exists()


def test_where_nobody_was_marked_nothing_is_kept(session, lead):
    for one in session.participations.all():
        come_in(participation=one)
    close_session(session=session, by=lead)
    assert not VoiceTotal.objects.exists()


def test_a_session_that_is_called_off_keeps_nothing(session, lead):
    for one in session.participations.all():
        come_in(participation=one)
        mark_spoke(participation=one, by=lead, seen=0)
    cancel_session(session=session, by=lead, why="The hall is flooded.")
    assert not LivePlace.objects.exists()
    assert not VoiceTotal.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_who_lead_at_once_move_one_step_and_count_one_turn(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, attribution="named")
    write(session, 3)
    bea = by_name(session, "Bea")
    come_in(participation=bea)
    together, said = threading.Barrier(2), []

    def press():
        together.wait()
        try:
            said.append(("counted", mark_spoke(participation=bea, by=lead, seen=0)))
            said.append(("shown", reveal_led(session=session, by=lead, expected=1)))
        except ValidationError as refusal:
            said.append(("refused", refusal.code))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(said) == [("counted", False), ("counted", True), ("refused", "moved"), ("shown", True)]
    assert turns(bea) == 1
