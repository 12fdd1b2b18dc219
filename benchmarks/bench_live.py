"""What telling a room costs: our streams against a bare socket server that writes the same bytes, in turns, in one run.

Each server is a process of its own; the listeners share one event loop here. One change is announced as the application
does it (draw the screen of a live session once for each kind of listener, publish by Redis): the screen is that of a
reveal, with the answers of a room of twelve. The floor is handed the finished bytes over a socket. The time is from the announcement to the last byte at each screen.
"""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from unittest.mock import patch

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from benchmarks.bench_pages import row
from benchmarks.herd import WORDS
from benchmarks.house import ONCE, build_house, plan_together
from partnering.dev import services
from reflection.domain.drafts import save_draft
from reflection.domain.live import begin_live, reveal_led
from reflection.live import announce, blocks
from reflection.live.bus import PREFIX
from reflection.live.screens import draw_screen, draw_screens
from reflection.live.stream import address_for
from reflection.live.tickets import Listeners, person_key
from reflection.models import Session

SCREENS = (100, 500, 1000)
CHANGES = 12  # at least so many are measured for each number of screens, after two that are not
APART = 0.15  # seconds between two changes: more than the pause the hub makes
PATIENCE = 30  # seconds
THREAD = ThreadPoolExecutor(1)
FLOOR = """
import asyncio, sys
writers = []
async def listener(reader, writer):
    if not await reader.readline():
        return writer.close()
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n: open\\n\\n")
    writers.append(writer)
async def teller(reader, writer):
    while head := await reader.read(4):
        block = await reader.readexactly(int.from_bytes(head))
        for one in writers:
            one.write(block)
async def main():
    await asyncio.start_server(listener, "127.0.0.1", int(sys.argv[1]), backlog=2048)
    await asyncio.start_server(teller, "127.0.0.1", int(sys.argv[2]))
    await asyncio.Event().wait()
asyncio.run(main())
"""


def run():
    sys.setswitchinterval(0.0002)  # who announces, and who listens here, are not to wait 5 ms for each other
    call_command("load_frameworks", verbosity=0)
    house = build_house(name="live", **ONCE)
    session = shown_live(house)
    rows = []
    for screens in SCREENS:
        with server_of_ours() as ours, bare_server() as floor:
            listeners = open_screens(ours, screens, session, house), open_screens(floor, screens, session, house)
            rows += asyncio.run(compare(screens, session, ours, floor, *listeners))
    return [*rows, *renders(session)]


def shown_live(house):
    """A live session whose answers have just been shown."""
    plan = plan_together(house.partnership, house.lead)
    begin_live(session=plan, by=house.lead)
    for number, place in enumerate(plan.participations.all()):
        save_draft(participation=place, round=plan.rounds.first(), body=f"{number}. {WORDS}", ready=True)
    assert reveal_led(session=plan, by=house.lead, expected=1)
    return Session.objects.get(pk=plan.pk)


# --- Servers ----------------------------------------------------------------------------------------------------------
class Running:
    """A server process, its port, and what it has used: CPU in ms, private memory in KiB."""

    def __init__(self, command, port, env):
        self.port = port
        self.child = services.start(command, env=env, stdout=subprocess.DEVNULL)

    def __enter__(self):
        until = time.monotonic() + PATIENCE
        while not services.answers(self.port):
            if time.monotonic() > until:
                raise TimeoutError(self.child.args)
            time.sleep(0.05)
        return self

    def __exit__(self, *error):
        services.stop(self.child, patience=3)

    def cpu(self):
        threads = Path(f"/proc/{self.child.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def memory(self):
        lines = Path(f"/proc/{self.child.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def server_of_ours():
    port = services.free_port()
    command = [sys.executable, "-m", "uvicorn", "partnering.asgi:application", "--port", port, "--log-level", "error"]
    keys = {"SECRET_KEY": settings.SECRET_KEY, "PARTNERING_VAR": str(settings.VAR)}
    options = ["--no-access-log", "--backlog", "2048", "--timeout-graceful-shutdown", "1"]
    return Running([*command, *options], port, os.environ | keys)


def bare_server():
    port, tell = services.free_port(), services.free_port()
    running = Running([sys.executable, "-c", FLOOR, port, tell], port, os.environ)
    running.tell = tell
    return running


# --- Screens ----------------------------------------------------------------------------------------------------------
def open_screens(server, count, session, house):
    """What each screen is to ask for: a ticket of its own, all of them those who take part."""
    member = house.partnership.memberships.current().exclude(pk=house.lead.pk).select_related("person").first()
    # One person stands for a room: the cap on streams of one person is not what is measured.
    people = (
        SimpleNamespace(facilitates=False, partnership_id=member.partnership_id, person_id=n) for n in range(count)
    )
    return [
        address_for(
            session=session,
            listeners=Listeners.PARTICIPANT,
            person=person_key(one.partnership_id, one.person_id),
        )
        for one in people
    ]


class Screen:
    """One open stream. `arrived`: when the last byte of what was waited for came."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.arrived = reader, writer, 0.0

    async def hear(self, words):
        """Read on until a block with these words in it has come whole."""
        text = b""
        while words not in text or not text.rstrip(b"\r\n").endswith(b'"}'):
            got = await self.reader.read(65536)
            if not got:
                raise ConnectionError("a stream ended")
            text += got
        self.arrived = time.perf_counter()


async def connect(port, paths):
    screens = []
    for path in paths:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        screens.append(Screen(reader, writer))
    for screen in screens:
        await asyncio.wait_for(screen.reader.readuntil(b"\n\n"), PATIENCE)
    return screens


# --- Comparing --------------------------------------------------------------------------------------------------------
async def compare(count, session, ours, floor, our_paths, floor_paths):
    before = ours.memory(), floor.memory()
    rooms = await connect(ours.port, our_paths), await connect(floor.port, floor_paths)
    memory = (ours.memory() - before[0]) / count, (floor.memory() - before[1]) / count
    _, teller = await asyncio.open_connection("127.0.0.1", floor.tell)
    html = await database(draw_screen, session, Listeners.PARTICIPANT)
    drawn = []  # what drawing took, in ms, once for each change

    async def tell_floor(version):
        block = blocks.screen(version, html)
        teller.write(len(block).to_bytes(4) + block)

    async def tell_ours(version):
        with patch.object(announce, "draw_screens", lambda session_id: timed(drawn, draw_screens, session_id)):
            await database(announce.announce_session, session.pk)

    times, cpu = {ours: [], floor: []}, {ours: 0.0, floor: 0.0}
    changes = max(CHANGES, 3000 // count)
    for change in range(changes + 2):
        version = await database(move_on, session)
        for server, room, tell in ((ours, rooms[0], tell_ours), (floor, rooms[1], tell_floor)):
            used = server.cpu()
            taken = await reach(room, tell, version)
            await asyncio.sleep(APART)
            if change >= 2:
                times[server].append(taken)
                cpu[server] += server.cpu() - used
    for screen in (*rooms[0], *rooms[1]):
        screen.writer.close()
    await database(connections.close_all)
    return figures(count, changes, times[ours], times[floor], cpu[ours], cpu[floor], memory, drawn[2:])


def database(work, *arguments):
    """Do this in the one thread that holds a database connection."""
    return asyncio.get_running_loop().run_in_executor(THREAD, work, *arguments)


async def reach(room, tell, version):
    """The time (ms) until 99 in 100 of a room have heard of a version."""
    waiting = [asyncio.ensure_future(screen.hear(b"id: %d\n" % version)) for screen in room]
    await asyncio.sleep(0)
    begun = time.perf_counter()
    await tell(version)
    await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)
    return sorted((screen.arrived - begun) * 1000 for screen in room)[int(len(room) * 0.99) - 1]


def move_on(session):
    """A new version, as a change makes it, without the telling, which is what is measured."""
    Session.objects.filter(pk=session.pk).update(screen_version=session.screen_version + 1)
    session.screen_version += 1
    return session.screen_version


def timed(taken, work, *arguments):
    """Do this; `taken` is handed how long it took, in ms."""
    begun = time.perf_counter()
    done = work(*arguments)
    taken.append((time.perf_counter() - begun) * 1000)
    return done


def figures(count, changes, ours, floor, our_cpu, floor_cpu, memory, drawn):
    ratio = median((mine - draw) / bare for mine, draw, bare in zip(ours, drawn, floor, strict=True))
    each = changes * count / 1000
    name = f"{count} screens"
    return [
        row(f"{name}: p99, less one render of {median(drawn):.1f} ms", "ms", round(median(floor), 1), round(median(ours), 1), round(ratio, 2), 1.5),
        row(f"{name}: server CPU for each", "µs", round(floor_cpu / each, 1), round(our_cpu / each, 1), round(our_cpu / floor_cpu, 2), 2),
        row(f"{name}: memory for each", "KiB", round(memory[1], 1), round(memory[0], 1), None, 32),
    ]  # fmt: skip


def renders(session):
    """How many screens are drawn for one change, and in how many messages: counted by a listener of Redis."""
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as listener:
        listener.psubscribe(PREFIX + "*")
        listener.get_message(timeout=2)
        announce.announce_session(session.pk)
        told = []
        while message := listener.get_message(timeout=0.5):
            told.append(message["data"])
    drawn = sum(message.count(b"\nevent: screen\n") for message in told)
    return [
        row("screens drawn for one change, whatever the number of screens", "screens", None, drawn, None, 3),
        row("messages to Redis for one change", "messages", None, len(told), None, 2),
    ]
