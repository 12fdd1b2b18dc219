"""A thousand answers in ten seconds: none refused, none lost, on SQLite as the trial runs and on PostgreSQL as production does.

Each answer is one POST of the page's own saving, on a connection of its own, from a person of its own. The floor is the
median time of such a POST when nobody else is there.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection

from benchmarks.bench_live import Running
from benchmarks.bench_pages import row
from benchmarks.herd import WORDS, gather
from partnering.dev import services
from reflection.models import Draft

PEOPLE, WAKING, ALONE, SECONDS = 1000, 200, 100, 10
PATIENCE = 60  # seconds for one answer
CSRF = "c" * 32
# Measurements open a database connection for each request, servers keep theirs.
AS_SERVED = {"SECRET_KEY": settings.SECRET_KEY, "CONN_MAX_AGE": "60"}


def run():
    return [*on_sqlite(), *on_postgresql()]


def on_sqlite():
    """The trial: one uvicorn process over a SQLite of its own."""
    with tempfile.TemporaryDirectory(prefix="partnering-herd-") as folder:
        env = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
        }
        env |= {"PARTNERING_VAR": folder} | AS_SERVED
        made = subprocess.run(
            [sys.executable, "-m", "benchmarks.herd"], env=env, check=True, capture_output=True, text=True
        )
        herd = json.loads(made.stdout.splitlines()[-1])
        port = services.free_port()
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "partnering.asgi:application",
            "--port",
            port,
            "--log-level",
            "error",
        ]
        with Running([*command, "--no-access-log", "--backlog", "2048"], port, env):
            sent = asyncio.run(send_all(port, herd))
        [file] = Path(folder).glob("*.sqlite3")
        with sqlite3.connect(file) as database:
            [(kept,)] = database.execute("SELECT count(*) FROM reflection_draft WHERE body LIKE 'We cook%'").fetchall()
    return rows("SQLite, trial", *sent, kept)


def on_postgresql():
    """Production: granian, one blocking thread a worker, over PostgreSQL."""
    herd = gather(PEOPLE)
    here = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"])
    env = os.environ | {"DATABASE_URL": urlunsplit(here)} | AS_SERVED
    port = services.free_port()
    command = [
        "granian",
        "--interface",
        "wsgi",
        "--port",
        port,
        "--workers",
        "2",
        "--blocking-threads",
        "1",
        "--no-access-log",
    ]
    command = [
        sys.executable,
        "-m",
        *command,
        "--log-level",
        "error",
        "--backlog",
        "2048",
        "partnering.wsgi:application",
    ]
    with Running(command, port, env):
        sent = asyncio.run(send_all(port, herd))
    return rows("PostgreSQL, production", *sent, Draft.objects.filter(body__startswith="We cook").count())


# --- Sending ----------------------------------------------------------------------------------------------------------
async def send_all(port, herd):
    """(times alone, times of the herd, both in ms, how many were not answered with 200)."""
    first, second = (
        [request_of(herd["round"], cookie, place, port, words) for cookie, place in herd["people"]]
        for words in (WORDS, WORDS * 2)
    )
    # Servers wake up first: every worker imports, connects and reads its templates with the first it is asked.
    woken = await send_evenly(port, first[:WAKING])
    alone = [await send(port, request) for request in first[WAKING:][:ALONE]]
    herd = await send_evenly(port, second)
    return (
        [taken for taken, _ in alone],
        [taken for taken, _ in herd],
        sum(status != 200 for _, status in [*woken, *alone, *herd]),
    )


def request_of(round, cookie, place, port, words):
    body = urlencode(
        {"csrfmiddlewaretoken": CSRF, "place": place, "draft_id": uuid4(), "version": 0, "body": words + place}
    ).encode()
    head = (
        f"POST /rounds/{round}/write/save/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send_evenly(port, requests):
    """Send them at the pace of the herd. What became of each, in their order."""
    began = asyncio.get_running_loop().time() + 0.5  # a thousand tasks are not made in no time
    apart = SECONDS / PEOPLE
    return await asyncio.gather(
        *(send_at(began + apart * number, port, request) for number, request in enumerate(requests))
    )


async def send_at(moment, port, request):
    await asyncio.sleep(max(0, moment - asyncio.get_running_loop().time()))
    return await send(port, request)


async def send(port, request):
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
    except (TimeoutError, ConnectionError):
        answer = b""
    writer.close()
    return (time.perf_counter() - begun) * 1000, int(answer.split(maxsplit=2)[1]) if answer else 0


def rows(name, alone, herd, refused, kept):
    p99 = sorted(herd)[int(len(herd) * 0.99) - 1]
    floor = median(alone)
    return [
        row(f"{name}: {PEOPLE} answers in {SECONDS} s, p99 against one alone", "ms", round(floor, 1), round(p99, 1), round(p99 / floor, 2), 3),
        row(f"{name}: answers refused", "answers", None, refused, None, 0),
        row(f"{name}: answers lost", "answers", None, PEOPLE + WAKING + ALONE - kept, None, 0),
    ]  # fmt: skip
