"""Live screens are drawn once for each kind of listener, whatever the number of people, and a room comes back spread out."""

import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.domain.members import join_partnership
from partnerships.domain.people import create_person
from partnerships.tests.factories import moment
from reflection.domain.live import reveal_led
from reflection.domain.live_rooms import come_in
from reflection.domain.sessions import close_session
from reflection.live import screens
from reflection.live.announce import announce_session
from reflection.live.blocks import greeting
from reflection.live.tickets import PAGES, Listeners
from reflection.tests.guests import let_in
from reflection.tests.sessions import make_live, write

MOST_QUERIES = 24  # of one change, for all three kinds of screens together


def room_of(larkmere, framework, lead, *, more):
    """A live session of Larkmere with so many people more, all there, and their answers shown."""
    for number in range(more):
        person = create_person(
            email=f"more{number}@larkmere.example", full_name=f"More {number}", at=moment("2025-09-01 09:00")
        )
        join_partnership(partnership=larkmere, person=person, by=lead.person, at=moment("2025-09-01 09:00"))
    session = make_live(larkmere, framework, lead)
    for place in session.participations.all():
        come_in(participation=place)
    write(session)
    assert reveal_led(session=session, by=lead, expected=1)
    return session


@pytest.fixture
def drawn(monkeypatch):
    """Which screens were drawn, by kind of listener."""
    counts, draw = Counter(), screens._draw

    def counted(screen, listeners):
        counts[listeners] += 1
        return draw(screen, listeners)

    monkeypatch.setattr(screens, "_draw", counted)
    return counts


@pytest.mark.django_db
@pytest.mark.parametrize("more", [0, 30])
def test_one_change_is_three_drawings_and_as_many_queries_whoever_is_there(
    more, larkmere, framework, lead, drawn, told
):
    session = room_of(larkmere, framework, lead, more=more)
    drawn.clear()
    with CaptureQueriesContext(connection) as captured:
        announce_session(session.pk)
    assert drawn == dict.fromkeys(Listeners, 1)
    assert len(captured) <= MOST_QUERIES, [query["sql"][:120] for query in captured]
    channels = [channel.partition(":")[2] for channel, _, _ in told.blocks]
    assert sorted(channels) == sorted([*Listeners, PAGES])


@pytest.mark.django_db
def test_a_room_that_comes_back_at_once_is_drawn_once(larkmere, framework, lead, drawn, told):
    session = room_of(larkmere, framework, lead, more=0)
    session.refresh_from_db()
    announce_session(session.pk)
    drawn.clear()
    for _ in range(30):
        screens.draw_screen(session, Listeners.PARTICIPANT)
    assert drawn == {}


@pytest.mark.django_db
def test_no_screen_that_is_kept_ready_outlives_the_names_on_it(larkmere, framework, lead, told):
    session = make_live(larkmere, framework, lead)
    let_in(session, lead, "Gustavina")
    announce_session(session.pk)
    assert any("Gustavina" in str(kept) for kept in screens._ready.values())
    close_session(session=session, by=lead)
    announce_session(session.pk)
    assert not any("Gustavina" in str(kept) for kept in screens._ready.values())


@pytest.mark.parametrize("seed", range(20))
def test_thirty_phones_come_back_spread_over_seconds(monkeypatch, seed):
    """After a restart no second has more than four in ten of them, and all are back within fifteen (trust L7)."""
    monkeypatch.setattr(random, "randint", random.Random(seed).randint)
    waits = [int(greeting().split(b"\n")[0].removeprefix(b"retry: ")) for _ in range(30)]
    in_a_second = Counter(wait // 1000 for wait in waits)
    assert max(in_a_second.values()) <= 12
    assert max(waits) <= 15_000
