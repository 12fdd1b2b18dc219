"""A spoken round: a fair order, anybody may pass, and nothing of it stays."""

import random
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.models.leads import LeadTerm
from reflection.domain.live import go_next, keep_led_closed, reveal_led
from reflection.domain.live_pages import read_screen
from reflection.domain.live_rooms import come_in, set_hand
from reflection.domain.live_talk import (
    ask_again,
    begin_talk,
    end_talk,
    fair_order,
    pass_turn,
    speak_next,
)
from reflection.domain.live_voices import mark_spoke
from reflection.enums import TurnState
from reflection.models.live_voices import TalkingOrder, TalkingTurn
from reflection.tests.sessions import make_live, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, questions=2, attribution="named")
    write(session, 3)
    reveal_led(session=session, by=lead, expected=1)
    return session


def by_name(session, name):
    return session.participations.get(membership__person__full_name__startswith=name)


def seat(session, *names):
    people = [by_name(session, name) for name in names]
    for one in people:
        come_in(participation=one)
    return people


def is_turn_of(participation):
    return read_screen(participation.session_id).run.speaker == participation.pk


def order(session):
    turns = TalkingTurn.objects.in_session(session).select_related("participation__membership__person")
    return [(turn.participation.short_name, turn.state) for turn in turns]


def place(name, turns=0, hand=None, host=False):
    return SimpleNamespace(name=name, turns=turns, hand_up_at=hand, host=host)


def test_least_heard_first_hands_before_others_and_hosts_last():
    now = timezone.now()
    places = [
        place("host", host=True),
        place("often", 3),
        place("once", 1),
        place("later hand", 1, now + timedelta(seconds=5)),
        place("hand", 1, now),
        place("never", 0),
    ]
    for seed in range(20):
        found = fair_order(places, is_host=lambda one: one.host, lot=random.Random(seed))
        assert [one.name for one in found] == ["never", "hand", "later hand", "once", "often", "host"]


def test_among_those_alike_the_lot_decides():
    places = [place("a"), place("b"), place("c")]
    firsts = Counter(
        fair_order(places, is_host=lambda _: False, lot=random.Random(seed))[0].name for seed in range(300)
    )
    assert min(firsts[name] for name in "abc") > 70


def test_a_round_goes_from_one_to_the_next(session, lead):
    bea, tom, _ = seat(session, "Bea", "Tom", "Nia")
    mark_spoke(participation=tom, by=lead, seen=0)
    at = timezone.now()
    begin_talk(session=session, by=lead, at=at)
    assert order(session)[-1] == ("Tom", TurnState.WAITING)
    first = TalkingTurn.objects.in_session(session).first()
    later = at + timedelta(seconds=40)
    mark_spoke(participation=first.participation, by=lead, seen=0, at=later)
    assert [state for _, state in order(session)] == ["spoke", "waiting", "waiting"]
    assert TalkingOrder.objects.get().turn_ends_at == later + timedelta(minutes=1)
    second = TalkingTurn.objects.in_session(session).waiting().first()
    assert is_turn_of(second.participation)
    assert not is_turn_of(tom)


def test_who_passes_is_asked_again_at_the_end(session, lead):
    seat(session, "Bea", "Tom", "Nia")
    begin_talk(session=session, by=lead)
    first = TalkingTurn.objects.in_session(session).first()
    pass_turn(participation=first.participation)
    pass_turn(participation=first.participation)
    assert [state for _, state in order(session)] == ["passed", "waiting", "waiting"]
    ask_again(participation=first.participation, by=lead)
    assert [state for _, state in order(session)] == ["waiting"] * 3
    assert order(session)[-1][0] == first.participation.short_name


def test_somebody_speaks_next_and_a_late_comer_has_a_place(session, lead):
    seat(session, "Bea", "Tom", "Nia")
    begin_talk(session=session, by=lead)
    names = [name for name, _ in order(session)]
    speak_next(participation=by_name(session, names[2]), by=lead)
    assert [name for name, _ in order(session)] == [names[0], names[2], names[1]]
    (joyce,) = seat(session, "Joyce")
    speak_next(participation=joyce, by=lead)
    assert [name for name, _ in order(session)] == [names[0], "Joyce", names[2], names[1]]
    with pytest.raises(ValidationError, match="not waiting"):
        speak_next(participation=by_name(session, "Helen"), by=lead)


def test_who_hosts_goes_last_with_all_of_their_organisation(session, lead, larkmere, ruth):
    session.hosted_by = larkmere.memberships.get(person=ruth)
    session.save()
    seat(session, "Ruth", "Tom", "Bea", "Nia")
    begin_talk(session=session, by=lead)
    assert {name for name, _ in order(session)[-2:]} == {"Ruth", "Tom"}
    assert [turn.hosts for turn in TalkingTurn.objects.in_session(session)] == [False, False, True, True]


def test_without_a_host_the_organisation_that_leads_goes_last(session, lead, larkmere):
    helen = by_name(session, "Helen")
    LeadTerm.objects.filter(partnership=larkmere).delete()
    LeadTerm.objects.create(
        partnership=larkmere, organisation=helen.membership.organisation, starts_on=timezone.localdate()
    )
    seat(session, "Helen", "Bea", "Nia", "Tom")
    begin_talk(session=session, by=lead)
    assert order(session)[-1][0] == "Helen"


def test_a_resident_who_hosts_goes_last_alone(session, lead):
    gwen = by_name(session, "Gwen")
    session.hosted_by = gwen.membership
    session.save()
    seat(session, "Gwen", "Samir", "Bea")
    begin_talk(session=session, by=lead)
    assert [turn.hosts for turn in TalkingTurn.objects.in_session(session)] == [False, False, True]
    assert order(session)[-1][0] == "Gwen"


def test_nobody_goes_round_while_people_write_or_alone(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, attribution="named")
    seat(session, "Bea", "Tom")
    with pytest.raises(ValidationError, match="writing now"):
        begin_talk(session=session, by=lead)
    keep_led_closed(session=session, by=lead, expected=1)
    begin_talk(session=session, by=lead)
    end_talk(session=session, by=lead)
    assert not TalkingTurn.objects.exists()


def test_a_round_belongs_to_where_the_room_was(session, lead):
    seat(session, "Bea", "Tom")
    begin_talk(session=session, by=lead)
    go_next(session=session, by=lead, expected=2)
    assert TalkingTurn.objects.in_session(session).in_round_led().count() == 2
    for step in (3, 4, 5):
        go_next(session=session, by=lead, expected=step)
    assert not TalkingTurn.objects.in_session(session).in_round_led().exists()
    assert not is_turn_of(TalkingTurn.objects.in_session(session).first().participation)


def test_a_hand_is_asked_before_others_as_often_heard(session, lead):
    seat(session, "Bea", "Tom", "Nia")
    set_hand(participation=by_name(session, "Nia"), up=True)
    begin_talk(session=session, by=lead)
    assert order(session)[0][0] == "Nia"
