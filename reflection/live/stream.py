"""The streams: a raw ASGI callable for `/live/<ticket>`. No Django request, no thread, no database.

`partnering/asgi.py` mounts it, and awaits `start` before its server takes requests.
"""

import asyncio
import contextlib
import gc
import random
import signal
import threading

from reflection.live.blocks import greeting
from reflection.live.bus import connect
from reflection.live.hub import LONGEST, Line, hub_of_this_loop
from reflection.live.tickets import issue_ticket, read_ticket

PREFIX = "/live/"
FIRST_WAIT = 2  # seconds
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy in front passes every block on at once
    (b"x-content-type-options", b"nosniff"),
]


def address_for(*, session, listeners, person):
    """Where somebody may listen to this session, from now on for a minute. Arguments as for `issue_ticket`."""
    return PREFIX + issue_ticket(session=session, listeners=listeners, person=person)


async def start():
    """Begin to hear before anybody listens, and let everybody go as soon as the server is asked to stop."""
    hub = hub_of_this_loop(connect)
    with contextlib.suppress(TimeoutError):  # Redis is away: pages do without
        await asyncio.wait_for(hub.hears.wait(), FIRST_WAIT)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: it is not to be looked through again each time a thousand blocks go out
    if threading.current_thread() is not threading.main_thread():
        return  # signals are not ours there
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _drain_first(hub, signal.getsignal(number)))


def _drain_first(hub, before):
    """A signal handler that empties the hub, then does what the server does: it waits for open connections."""

    def stop(number, frame):
        hub.loop.call_soon_threadsafe(hub.drain)
        if callable(before):
            before(number, frame)

    return stop


async def stream(scope, receive, send):
    """Answer one request for a stream: 405, 403 (no valid ticket), 503 (not now), or blocks until either side ends it."""
    hub = hub_of_this_loop(connect)
    ticket = read_ticket(scope["path"].removeprefix(PREFIX))
    if scope["method"] != "GET":
        return await _refuse(send, 405)
    if ticket is None:
        return await _refuse(send, 403)
    if not hub.takes_listeners:
        return await _refuse(send, 503)
    if not hub.admits(ticket):
        return await _refuse(send, 403)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": greeting(), "more_body": True})
    # From here on the hub writes to the socket itself, the same bytes for all: a task and a protocol's bookkeeping for each
    # block cost three times as much (docs/performance.md). It is uvicorn's own, so streams run on no other server.
    line = Line(send.__self__.transport, chunked=scope["http_version"] == "1.1")
    longest = LONGEST * random.uniform(0.7, 1)  # noqa: S311  no secret
    hub.join(line, ticket, after=_last_seen(scope, ticket), longest=longest)
    gone = asyncio.ensure_future(_until_gone(receive, line))
    try:
        await line.over.wait()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        hub.leave(line)
        gone.cancel()


async def _until_gone(receive, line):
    while (await receive())["type"] != "http.disconnect":
        pass
    line.end()


async def _refuse(send, status):
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _last_seen(scope, ticket):
    """The id of the last block this screen had: what the browser says, or else what its ticket says."""
    said = dict(scope["headers"]).get(b"last-event-id", b"")
    return int(said) if said.isdigit() and len(said) < 12 else ticket.version
