"""Real workers and a real Redis for one run of tests, that can be stopped, killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import django.db
from celery import Celery

from partnering.dev.install import redis_server
from partnering.dev.services import answers, free_port, start

TICK = "partnerships.tasks.task_send_dispatches"


RING_AGAIN_AFTER = 1  # second


def wait_until(true, *, seconds=60, what="it", again=None):
    """Wait for something to become true; `again` is called every few seconds until it does, as a clock rings on."""
    begun = asked = time.monotonic()
    while not true():
        now = time.monotonic()
        if now > begun + seconds:
            raise AssertionError(f"{what} did not happen within {seconds} seconds.")
        if again and now > asked + RING_AGAIN_AFTER:
            again()
            asked = now
        time.sleep(0.02)


class Redis:
    """A server of our own, without a word kept on disk: stopping it loses what waits in it."""

    def __init__(self, folder):
        self.folder, self.port, self.child = folder, free_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = [redis_server(), "--port", self.port, "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.child = start(command, stdout=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port), what="Redis")

    def stop(self):
        self.child.kill()
        self.child.wait()


class Worker:
    """`celery worker` as it is run, with one process that works, on the test's database.

    later: the seconds by which its clock is ahead of the machine's.
    """

    def __init__(self, redis, mail_port, folder, later=0):
        self.log = Path(folder) / "worker.log"
        environment = {
            **os.environ,
            "DATABASE_URL": _database_url(),
            "REDIS_URL": redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "EMAIL_TIMEOUT": "1",
            "MAIL_MOST_A_WEEK": "100",
            "PGAPPNAME": "worker",  # by which a test finds its connection
            "PARTNERING_VAR": str(folder),
            "LOG_LEVEL": "INFO",
        }
        celery = ["partnering.tests.worker_later", str(later)]
        command = [sys.executable, "-m", *celery, "-A", "partnering", "worker", "-c", "1", "-l", "INFO",
                   "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
        with self.log.open("w") as log:
            self.main = start(command, env=environment, stdout=log, stderr=log)
        wait_until(lambda: "ready." in self.log.read_text(), seconds=40, what="The worker")

    def hands(self):
        """The processes that do the work, by their ids."""
        found = Path(f"/proc/{self.main.pid}/task/{self.main.pid}/children").read_text().split()
        return [int(pid) for pid in found]

    def kill_hands(self):
        for pid in self.hands():
            os.kill(pid, signal.SIGKILL)

    def kill(self):
        """The whole of it at once, as when a machine goes away."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.main.pid, signal.SIGKILL)
        self.main.wait()

    def stop(self):
        """As a deployment stops it: it may finish what it has in hand."""
        self.main.send_signal(signal.SIGTERM)
        return self.main.wait(20)


def clock(redis):
    """A function that rings for the sender, or another task, as beat does.

    expires: after so many seconds nobody needs to answer any more, so that a bell of one test is not heard in the next.
    """
    app = Celery("clock", broker=redis.url, set_as_current=False)
    app.conf.broker_connection_timeout = 1
    return lambda task=TICK, expires=None: app.send_task(task, retry=False, expires=expires)


def _database_url():
    now = django.db.connection.settings_dict
    return (
        f"postgres://{now['USER']}:{now['PASSWORD']}@{now['HOST'] or '127.0.0.1'}:{now['PORT'] or 5432}/{now['NAME']}"
    )
