"""Who listens in this process, and the newest block of every channel. It knows nothing of Django, and waits for nobody.

Everything of a hub happens on its own event loop; other threads hand things over with `tell_hubs`. A process may hold
no hub (it serves pages only) or, in tests, several.
"""

import asyncio
import time
from collections import defaultdict

from reflection.live.blocks import BEAT, REFETCH, chunk_of

MOST_UNSENT = 128 * 1024  # bytes that wait for one slow phone; what comes then is left out, and it is told to fetch
PAUSE = 0.1  # seconds between two blocks of a channel: votes come by the hundred, and the latest state is enough
BEAT_EVERY = 12  # seconds
MOST_CHANNELS = 2000
MOST_LISTENERS = 10_000
MOST_PER_PERSON = 8  # tabs and devices of one person in one partnership; the oldest gives way
LONGEST = 15 * 60  # seconds a stream may last before its owner has to pass the door again
REMEMBERED = 120  # seconds that a revocation is kept: longer than any ticket lives
KEPT = 5 * 60  # seconds that a block is kept: what it shows may be deleted, and the news of that lost
GRACE = 5  # seconds: what a door had begun when the revocation was made, and clocks that differ

_hubs = {}  # event loop → hub


def tell_hubs(method, *arguments):
    """Have every hub of this process do something, from any thread; returns at once."""
    for loop, hub in list(_hubs.items()):
        try:
            loop.call_soon_threadsafe(getattr(hub, method), *arguments)
        except RuntimeError:  # its loop has ended meanwhile
            _hubs.pop(loop, None)


def hub_of_this_loop(prepare):
    """The hub of the running event loop. A new one beats, and is prepared once: `prepare(hub)` returns a coroutine or None."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        hub = _hubs[loop] = Hub(loop)
        hub.tasks = [loop.create_task(hub.beat())]
        if (more := prepare(hub)) is not None:
            hub.tasks.append(loop.create_task(more))
    return _hubs[loop]


class Line:
    """One open stream. `transport` is its socket, `chunked` the way its pieces are framed, `over` set when it is to end."""

    __slots__ = ("behind", "channel", "chunked", "over", "person", "transport", "until")

    def __init__(self, transport, *, chunked):
        self.transport, self.chunked, self.behind = transport, chunked, False
        self.over = asyncio.Event()
        self.channel = self.person = self.until = None

    def put(self, block, chunk):
        """Write a block, or the chunk made of it. Too much waits already: leave it out, and say so once there is room."""
        if self.over.is_set() or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() + len(chunk) > MOST_UNSENT:
            self.behind = True
            return
        if self.behind:
            self.behind = False
            self.put(REFETCH, chunk_of(REFETCH))
        self.transport.write(chunk if self.chunked else block)

    def end(self):
        """Nothing more is written."""
        self.over.set()


class Channel:
    """A block holds the whole of what is so now, so only the newest is kept, for whoever was away for a moment: an older one
    may show what has been taken back or forgotten since."""

    __slots__ = ("block", "free_at", "heard_at", "listeners", "newest", "pending")

    def __init__(self):
        self.listeners = set()
        self.newest = self.block = None
        self.pending, self.free_at, self.heard_at = None, 0.0, 0.0


class Hub:
    def __init__(self, loop):
        self.loop = loop
        self.channels, self.people, self.revoked = {}, defaultdict(dict), {}
        self.count, self.draining, self.tasks = 0, False, []
        self.since = None  # since when it knows of every change; None: it hears nothing
        self.began = None  # since when it has heard of everybody who was removed
        self.hears = asyncio.Event()

    # --- Hearing ---------------------------------------------------------------------------------------------------
    def hear(self):
        """From now on every change and every revocation reaches this hub."""
        self.since = self.began = time.time()
        self.hears.set()

    def lose_hearing(self):
        """Changes and revocations may pass unheard: better no stream than a wrong one. All come back by themselves."""
        self.since = None
        self.hears.clear()
        self.end_all()
        self.channels.clear()

    @property
    def takes_listeners(self):
        return self.since is not None and not self.draining and self.count < MOST_LISTENERS

    # --- Coming and going ------------------------------------------------------------------------------------------
    def admits(self, ticket):
        """Whether this ticket has certainly not been taken back: what passed before this hub began to hear, nobody knows."""
        return ticket.issued > max(self.began, self.revoked.get(ticket.person, 0) + GRACE)

    def join(self, line, ticket, *, after, longest):
        """Take in the line of a ticket. `after`: the last id its screen knows; `longest`: seconds it may last."""
        mine = self.people[ticket.person]
        if len(mine) >= MOST_PER_PERSON:
            next(iter(mine)).end()
        line.channel, line.person, line.until = ticket.channel, ticket.person, self.loop.time() + longest
        for block in self.missed(ticket, after):
            line.put(block, chunk_of(block))
        channel = self._channel(ticket.channel)
        channel.listeners.add(line)
        mine[line] = True
        self.count += 1

    def leave(self, line):
        channel = self.channels.get(line.channel)
        if channel:
            channel.listeners.discard(line)
        mine = self.people[line.person]
        mine.pop(line, None)
        if not mine:
            del self.people[line.person]
        self.count -= 1

    def missed(self, ticket, after):
        """What a screen that knows the last id `after` has to be sent; REFETCH when that cannot be told."""
        channel = self.channels.get(ticket.channel)
        if channel is None or channel.newest is None:
            # Nothing moved since we began to hear. A ticket younger than that tells the version we began with.
            known = after >= ticket.version and ticket.issued > self.since
            return [] if known else [REFETCH]
        return [channel.block or REFETCH] if after < channel.newest else []

    def _channel(self, name):
        if name not in self.channels:
            if len(self.channels) >= MOST_CHANNELS:
                self._forget_a_channel()
            self.channels[name] = Channel()
        return self.channels[name]

    def _forget_a_channel(self):
        quiet = next((name for name, channel in self.channels.items() if not channel.listeners), None)
        if quiet is not None:
            del self.channels[quiet]
            self.since = time.time()  # of what was before, nothing is known any more

    # --- Telling ---------------------------------------------------------------------------------------------------
    def publish(self, name, number, block):
        """Give a block to all who listen: at once, or after PAUSE and then only the newest. An older number is no news."""
        if self.since is None:
            return
        channel = self._channel(name)
        newest = channel.pending[0] if channel.pending else channel.newest
        if newest is not None and number <= newest:
            return
        wait = channel.free_at - self.loop.time()
        if channel.pending is None and wait <= 0:
            self._send_out(channel, number, block)
            return
        if channel.pending is None:
            self.loop.call_later(wait, self._send_pending, channel)
        # Even when the pause is over by now: what waits is still to be sent, and would come after this one.
        channel.pending = (number, block)

    def _send_pending(self, channel):
        (number, block), channel.pending = channel.pending, None
        self._send_out(channel, number, block)

    def _send_out(self, channel, number, block):
        channel.heard_at = self.loop.time()
        channel.free_at = channel.heard_at + PAUSE
        channel.newest, channel.block = number, block
        chunk = chunk_of(block)
        for line in channel.listeners:
            line.put(block, chunk)

    # --- Ending ----------------------------------------------------------------------------------------------------
    def revoke(self, person, at):
        """End every stream of a person now, and take back the tickets issued before `at` (seconds since 1970)."""
        self.revoked[person] = max(at, self.revoked.get(person, 0))
        for line in self.people.get(person, ()):
            line.end()

    def end_all(self):
        for mine in self.people.values():
            for line in mine:
                line.end()

    def drain(self):
        """The server is about to stop: let everybody go, and take nobody new."""
        self.draining = True
        self.end_all()

    async def beat(self):
        """The sign of life, for ever. Streams that have lasted long enough end here; old revocations and blocks are forgotten."""
        try:
            while True:
                await asyncio.sleep(BEAT_EVERY)
                self._beat_once()
        finally:
            _hubs.pop(self.loop, None)

    def _beat_once(self):
        chunk = chunk_of(BEAT)
        now, forget = self.loop.time(), time.time() - REMEMBERED
        self.revoked = {person: at for person, at in self.revoked.items() if at > forget}
        for mine in self.people.values():
            for line in mine:
                if line.until < now:
                    line.end()
                else:
                    line.put(BEAT, chunk)
        for channel in self.channels.values():
            if channel.heard_at <= now - KEPT:
                channel.block = None
