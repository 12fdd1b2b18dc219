"""From the process where something changed to the hubs: directly, or by Redis where REDIS_URL is set.

Redis keeps nothing of it. When it is away, requests work as ever, hubs let their listeners go, and pages ask by
themselves until it is back.
"""

import asyncio
import logging
import random
from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from reflection.live.hub import tell_hubs

log = logging.getLogger(__name__)
PREFIX = "partnering.live."
REVOKE = PREFIX + "revoke"
CHANGE = PREFIX + "change"
ASK_AFTER = 5  # seconds of silence before Redis is asked whether it is there; as long again, and it is not


@cache
def _client(url):
    # A request must not wait for a Redis that is away: half a second, and once more for a connection gone stale.
    return redis.Redis.from_url(
        url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1), max_connections=8
    )


def publish(number, told):
    """Give finished blocks to everybody who listens, in whatever process. Never raises for a lost Redis.

    What is told together goes in one message: a hub pays for each that it reads.

    Arguments:
        number: the version that they bring.
        told: channel → block.
    """
    if settings.REDIS_URL:
        blocks = (b"%b %d\n%b" % (channel.encode(), len(block), block) for channel, block in told.items())
        _send(CHANGE, b"%d\n%b" % (number, b"".join(blocks)))
        return
    for channel, block in told.items():
        tell_hubs("publish", channel, number, block)


def revoke(person, at):
    """End the streams of a person key, in whatever process; `at` is in seconds since 1970. Never raises for a lost Redis."""
    if settings.REDIS_URL:
        _send(REVOKE, f"{person} {at!r}".encode())
    else:
        tell_hubs("revoke", person, at)


def _send(name, message):
    try:
        _client(settings.REDIS_URL).publish(name, message)
    except RedisError as problem:
        log.warning("Screens were not told (%s): they will ask by themselves.", type(problem).__name__)


def connect(hub):
    """Let a new hub hear: at once in its own process, else by the coroutine returned, which is to run for ever."""
    if settings.REDIS_URL:
        return _listen(hub, settings.REDIS_URL)
    hub.hear()
    return None


async def _listen(hub, url):
    while True:
        # No socket_timeout: a subscriber waits, and with one it would lose its messages after that silence.
        client = redis.asyncio.Redis.from_url(url, socket_timeout=None, socket_connect_timeout=2, socket_keepalive=True)
        try:
            await _follow(client.pubsub(), hub)
        except (RedisError, OSError, TimeoutError) as problem:
            log.warning("Redis was lost (%s): streams wait for it.", type(problem).__name__)
        finally:
            hub.lose_hearing()
            await client.aclose()
        await asyncio.sleep(random.uniform(0.5, 1.5))  # noqa: S311  no secret


async def _follow(subscription, hub):
    await subscription.psubscribe(PREFIX + "*")
    asked = False
    while True:
        message = await subscription.get_message(timeout=ASK_AFTER)
        if message is None and asked:
            raise TimeoutError
        asked = message is None
        if asked:
            await subscription.ping()
        elif message["type"] == "psubscribe":
            hub.hear()
        elif message["type"] == "pmessage":
            _deliver(hub, message["channel"].decode(), message["data"])


def _deliver(hub, name, data):
    if name == REVOKE:
        person, at = data.decode().split()
        hub.revoke(person, float(at))
    elif name == CHANGE:
        for channel, number, block in _blocks_in(data):
            hub.publish(channel, number, block)


def _blocks_in(data):
    """What `publish` put into one message: (channel, number, block) of each."""
    end = data.index(b"\n")
    number = int(data[:end])
    while (begin := end + 1) < len(data):
        end = data.index(b"\n", begin)
        channel, length = data[begin:end].split()
        begin, end = end + 1, end + int(length)
        yield channel.decode(), number, data[begin : end + 1]
