"""The hub by itself: what it keeps, what it lets go, and what it never does."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from reflection.live import hub as hubs
from reflection.live.blocks import BEAT, REFETCH, moved
from reflection.live.hub import KEPT, MOST_PER_PERSON, MOST_UNSENT, PAUSE, Hub, Line
from reflection.live.tickets import Ticket

CHANNEL = "a:participant"


def in_a_loop(story):
    """Run an async story with a fresh hub that hears everything."""

    async def run():
        hub = Hub(asyncio.get_running_loop())
        hub.hear()
        await story(hub)

    # In a thread of its own: a browser test before this one may have left a loop in ours.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def ticket(*, version=1, person="bea", channel=CHANNEL, issued=None):
    return Ticket(channel, version, person, issued or time.time() + 1)


class Wire:
    """A socket that keeps what is written, and may be too slow to pass it on."""

    def __init__(self):
        self.written, self.waiting = [], 0

    def write(self, data):
        self.written.append(data)

    def get_write_buffer_size(self):
        return self.waiting

    def is_closing(self):
        return False


class Listening(Line):
    """A line whose blocks can be taken off the wire."""

    def __init__(self, *, chunked=False):
        super().__init__(Wire(), chunked=chunked)

    def take(self):
        written, self.transport.written = self.transport.written, []
        return b"".join(written)

    @property
    def ended(self):
        return self.over.is_set()


def come(hub, ticket, *, after, longest=900, chunked=False):
    line = Listening(chunked=chunked)
    hub.join(line, ticket, after=after, longest=longest)
    return line


def join(hub, *, after=1, **fields):
    return come(hub, ticket(version=after, **fields), after=after)


def fill(hub, first, last, channel=CHANNEL):
    """Publish a run of versions without the pause between them."""
    for version in range(first, last + 1):
        hub.publish(channel, version, moved(version))
        hub.channels[channel].free_at = 0


def test_everyone_on_a_channel_gets_the_same_bytes_and_nobody_else_any():
    async def story(hub):
        bea, tom, lead = join(hub), join(hub, person="tom"), join(hub, channel="a:facilitator")
        block = moved(2)
        hub.publish(CHANNEL, 2, block)
        assert bea.transport.written[0] is block
        assert tom.transport.written[0] is block
        assert lead.take() == b""

    in_a_loop(story)


def test_an_older_version_is_no_news():
    async def story(hub):
        bea = join(hub)
        fill(hub, 3, 3)
        fill(hub, 2, 3)
        assert bea.take() == moved(3)

    in_a_loop(story)


def test_many_changes_at_once_are_two_blocks_the_first_and_the_last():
    async def story(hub):
        bea = join(hub)
        for version in range(2, 102):
            hub.publish(CHANNEL, version, moved(version))
        assert bea.take() == moved(2)
        await asyncio.sleep(PAUSE * 2)
        assert bea.take() == moved(101)

    in_a_loop(story)


def test_what_waits_is_overtaken_by_nothing():
    """The pause may be over before the loop comes to what waited for it: a newer block takes its place and is sent once."""

    async def story(hub):
        bea = join(hub)
        hub.publish(CHANNEL, 2, moved(2))
        hub.publish(CHANNEL, 3, moved(3))
        hub.channels[CHANNEL].free_at = 0
        hub.publish(CHANNEL, 4, moved(4))
        await asyncio.sleep(PAUSE * 2)
        assert bea.take() == moved(2) + moved(4)
        assert join(hub, person="tom", after=3).take() == moved(4)

    in_a_loop(story)


def test_a_block_is_forgotten_when_nothing_came_after_it_for_a_while():
    """Whatever it shows may be deleted by now, and the news of that lost: who comes back asks for what is so."""

    async def story(hub):
        fill(hub, 2, 3)
        hub._beat_once()
        assert hub.channels[CHANNEL].block == moved(3)
        hub.channels[CHANNEL].heard_at -= KEPT
        hub._beat_once()
        assert hub.channels[CHANNEL].block is None
        assert join(hub, after=2).take() == REFETCH
        assert join(hub, after=3, person="tom").take() == b""
        fill(hub, 4, 4)
        assert join(hub, after=3, person="gus").take() == moved(4)

    in_a_loop(story)


@pytest.mark.parametrize("after", [0, 1, 2, 4])
def test_who_was_away_gets_what_is_so_now_and_nothing_that_was_so_before(after):
    """A block is whole. An older one may show what is forgotten since: a name, words that were taken back."""

    async def story(hub):
        fill(hub, 2, 5)
        assert join(hub, after=after).take() == moved(5)
        assert join(hub, after=5).take() == b""

    in_a_loop(story)


def test_a_hub_that_was_not_there_yet_vouches_for_nothing():
    async def story(hub):
        assert join(hub, issued=hub.since - 1).take() == REFETCH
        assert join(hub, issued=hub.since + 1).take() == b""
        late = come(hub, ticket(version=9), after=7)  # its ticket knows of more than its screen
        assert late.take() == REFETCH

    in_a_loop(story)


def test_a_forgotten_channel_is_not_vouched_for(monkeypatch):
    async def story(hub):
        monkeypatch.setattr(hubs, "MOST_CHANNELS", 1)
        fill(hub, 2, 5)
        hub.since -= 60  # it has listened for a while
        issued = time.time()
        await asyncio.sleep(0.01)
        fill(hub, 2, 2, channel="b:participant")
        assert list(hub.channels) == ["b:participant"]
        assert come(hub, ticket(version=3, issued=issued), after=3).take() == REFETCH

    in_a_loop(story)


def test_a_slow_phone_is_told_to_fetch_and_holds_no_more_than_its_share():
    async def story(hub):
        slow = join(hub)
        slow.transport.waiting = MOST_UNSENT
        fill(hub, 2, 4)
        assert slow.take() == b""
        slow.transport.waiting = 0
        fill(hub, 5, 5)
        assert slow.take() == REFETCH + moved(5)
        fill(hub, 6, 6)
        assert slow.take() == moved(6)

    in_a_loop(story)


def test_losing_what_feeds_it_ends_all_streams_and_forgets():
    async def story(hub):
        bea = join(hub)
        fill(hub, 2, 3)
        hub.lose_hearing()
        assert bea.ended
        assert not hub.takes_listeners
        fill_nothing = hub.publish(CHANNEL, 4, moved(4))
        assert (fill_nothing, hub.channels) == (None, {})
        hub.hear()
        assert hub.takes_listeners
        assert join(hub, after=3, issued=hub.since - 1).take() == REFETCH

    in_a_loop(story)


def test_who_may_have_been_removed_while_nothing_was_heard_passes_the_door_again():
    async def story(hub):
        known = ticket(issued=time.time() + 0.01)
        await asyncio.sleep(0.02)
        assert hub.admits(known)
        hub.lose_hearing()
        hub.hear()
        assert not hub.admits(known)
        assert hub.admits(ticket(issued=time.time() + 0.01))

    in_a_loop(story)


def test_a_channel_that_is_forgotten_takes_no_ticket_back(monkeypatch):
    async def story(hub):
        monkeypatch.setattr(hubs, "MOST_CHANNELS", 1)
        fill(hub, 2, 5)
        known = ticket(issued=time.time() + 0.01)
        await asyncio.sleep(0.02)
        fill(hub, 2, 2, channel="b:participant")
        assert hub.admits(known)

    in_a_loop(story)


def test_a_revocation_ends_every_stream_of_one_person_and_sends_nothing_more():
    async def story(hub):
        phone, laptop, tom = join(hub), join(hub, channel="b:participant"), join(hub, person="tom")
        hub.publish(CHANNEL, 2, moved(2))
        hub.revoke("bea", time.time())
        hub.publish("b:participant", 2, moved(2))
        assert (phone.ended, laptop.ended, tom.ended) == (True, True, False)
        assert (phone.take(), laptop.take(), tom.take()) == (moved(2), b"", moved(2))

    in_a_loop(story)


def test_a_ticket_from_before_a_revocation_is_refused_and_a_later_one_is_not():
    async def story(hub):
        now = time.time()
        hub.began = now - 60
        hub.revoke("bea", now)
        assert not hub.admits(ticket(issued=now - 30))
        assert not hub.admits(ticket(issued=now + 1))  # a door may have let her in just before
        assert hub.admits(ticket(issued=now + 6))
        assert hub.admits(ticket(issued=now - 30, person="tom"))
        hub._beat_once()
        assert not hub.admits(ticket(issued=now - 30))

    in_a_loop(story)


def test_a_sign_of_life_reaches_everyone_and_a_stream_ends_when_it_has_lasted_long_enough():
    async def story(hub):
        young = join(hub)
        old = come(hub, ticket(person="tom"), after=1, longest=-1)
        hub._beat_once()
        assert (young.take(), young.ended) == (BEAT, False)
        assert (old.take(), old.ended) == (b"", True)

    in_a_loop(story)


def test_the_oldest_of_too_many_streams_of_one_person_gives_way():
    async def story(hub):
        streams = [join(hub) for _ in range(MOST_PER_PERSON + 1)]
        assert [stream.ended for stream in streams] == [True] + [False] * MOST_PER_PERSON
        for stream in streams:
            hub.leave(stream)
        assert (hub.count, dict(hub.people), hub.channels[CHANNEL].listeners) == (0, {}, set())

    in_a_loop(story)


def test_a_server_that_stops_lets_all_go_and_takes_nobody():
    async def story(hub):
        bea = join(hub)
        hub.publish(CHANNEL, 2, moved(2))
        hub.drain()
        assert (bea.ended, bea.take(), hub.takes_listeners) == (True, moved(2), False)

    in_a_loop(story)


@pytest.mark.parametrize("streams", [1, 1000])
def test_one_change_is_one_block_whatever_the_number_of_screens(streams):
    async def story(hub):
        open_ones = [join(hub, person=str(number)) for number in range(streams)]
        block = moved(2)
        hub.publish(CHANNEL, 2, block)
        assert {id(one.transport.written[0]) for one in open_ones} == {id(block)}

    in_a_loop(story)


def test_a_listener_of_today_gets_chunks_and_one_of_http_1_0_plain_bytes():
    async def story(hub):
        chunked, plain = come(hub, ticket(), after=1, chunked=True), join(hub, person="tom")
        hub.publish(CHANNEL, 2, b"twelve bytes")
        assert (chunked.take(), plain.take()) == (b"c\r\ntwelve bytes\r\n", b"twelve bytes")

    in_a_loop(story)
