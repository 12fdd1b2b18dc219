"""What mail survives: real workers, a real Redis and a real mail server, with each of them failing in the middle (trust E8).

Every fault meets every kind of mail. Whatever fails: a reminder arrives at most once, an invitation at most twice, and what did
not arrive stands in a state that says so. It is always a Monday morning here, for the tests and for their workers, so that mail
which waits for working hours need not wait.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from partnering.tests.due_mail import DUE, MAILS, MONDAY, PLANNERS, make_due
from partnering.tests.failing_mail_server import MailServer, fault
from partnering.tests.workers import Redis, Worker, clock, wait_until
from partnerships.domain.dispatch import RESEND_ONCE, kinds, send_dispatches
from partnerships.enums import DispatchState
from partnerships.models.dispatch import Dispatch

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]


# --- What runs --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module", autouse=True)
def seconds_ahead():
    """By how much the clock of this file is ahead of the machine's."""
    import time_machine

    with time_machine.travel(MONDAY, tick=True):
        yield time.time() - time_machine.escape_hatch.time.time()


@pytest.fixture(scope="module")
def mail(seconds_ahead):
    from aiosmtpd.controller import Controller

    from partnering.dev.services import free_port

    sink = MailServer()
    server = Controller(sink, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    server.start()
    sink.port = server.port
    yield sink
    server.stop()


@pytest.fixture(scope="module")
def fleet(django_db_setup, django_db_blocker, seconds_ahead, mail, tmp_path_factory):
    """Redis and one worker for the whole file; a test that ends the worker starts another."""
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()

    class Fleet:
        ring = staticmethod(clock(redis))

        def __init__(self):
            self.redis, self.worker = redis, None
            self.begin()

        def is_there(self):
            """Begin again if the worker has given up: losing Redis at a bad moment ends it, and whoever runs it starts it again."""
            if self.worker.main.poll() is not None:
                self.begin()

        def ring_on(self):
            """The next tick: one that was lost with a worker or with Redis is made good by it."""
            self.is_there()
            with contextlib.suppress(Exception):
                self.ring(expires=1)

        def begin(self):
            with django_db_blocker.unblock():
                self.worker = Worker(redis, mail.port, tmp_path_factory.mktemp("worker"), seconds_ahead)

    fleet = Fleet()
    yield fleet
    fleet.worker.kill()
    redis.stop()


@pytest.fixture(autouse=True)
def _our_mail_server(settings, mail, fleet):
    fleet.is_there()
    mail.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail.port, 1
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.MAIL_MOST_A_WEEK = 100


@pytest.fixture(params=list(DUE))
def rows(request, mail, larkmere, framework, amina):
    """Three mails of one kind that are due; of every kind, one kind after the other, for a test that asks for "all"."""
    kinds = list(DUE) if request.param == "all" else [request.param]
    rows = make_due(kinds, larkmere, framework, amina)
    mail.reset()
    assert set(rows.values_list("state", flat=True)) == {DispatchState.PLANNED}
    return rows


every_kind_at_once = pytest.mark.parametrize("rows", ["all"], indirect=True)


@pytest.fixture
def first_of_each(mail, rows):
    """The fault strikes the first mail of every kind."""
    mail.struck = set(range(1, len(rows) + 1, MAILS))


def at_most(rows):
    return kinds[rows[0].kind].policy


def states(rows):
    return Counter(rows.values_list("state", flat=True))


def settle(rows, mail):
    """Everybody is well again, and time passes: what the ledger makes of it, and that it keeps its promise."""
    mail.fault = None
    now = timezone.now()
    for minutes in (6, 16, 22, 40, 60):  # the last is still in working hours
        send_dispatches(at=now + timedelta(minutes=minutes))
    assert not set(states(rows)) & {DispatchState.PLANNED, DispatchState.SENDING}
    for row in rows.all():
        came = mail.arrived[str(row.pk)]
        assert came <= kinds[row.kind].policy, f"{row.kind} came {came} times"
        assert came or row.state in (DispatchState.UNKNOWN, DispatchState.FAILED)
        assert row.state != DispatchState.FAILED or not came
    return states(rows)


def settled(rows):
    return not set(states(rows)) & {DispatchState.PLANNED, DispatchState.SENDING}


# --- Workers that die ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["rcpt", "taken"])
def test_a_worker_killed_with_a_mail_in_its_hand(fleet, mail, rows, where):
    """kill −9 before the mail went, and after the server took it: nobody can know, so it is in doubt."""
    died = []

    @fault(where)
    async def kill(server):
        fleet.worker.kill_hands()
        died.append(True)

    mail.fault = kill
    fleet.ring()
    wait_until(lambda: died, what="The kill", again=fleet.ring_on)
    found = settle(rows, mail)
    assert found["sent"] == (MAILS if at_most(rows) == RESEND_ONCE else MAILS - 1)
    assert found["unknown"] == (0 if at_most(rows) == RESEND_ONCE else 1)
    assert mail.arrived[mail.first] <= at_most(rows)


def test_a_worker_killed_between_sending_and_noting_it(fleet, mail, rows):
    """The server has said yes; the row is held by somebody else, so the note waits, and the worker dies waiting."""
    died, holders = [], []

    @fault("taken")
    async def hold_and_kill(server):
        holder = await asyncio.to_thread(_hold_rows)
        holders.append(holder)

        def kill():
            fleet.worker.kill_hands()
            _end_the_workers_connection()  # else the database would still do what the dead worker asked it
            holder.rollback()
            holder.close()
            died.append(True)

        threading.Timer(0.2, kill).start()  # after the server has said yes
        return "250 OK"

    mail.fault = hold_and_kill
    fleet.ring()
    wait_until(lambda: died, what="The kill", again=fleet.ring_on)
    assert states(rows)["sending"] == MAILS
    found = settle(rows, mail)
    assert mail.arrived[mail.first] == at_most(rows)
    assert found["unknown"] == (0 if at_most(rows) == RESEND_ONCE else 1)


def _another_connection():
    """A connection to the test's database beside Django's own."""
    return connection.get_new_connection(connection.get_connection_params())


def _hold_rows():
    held = _another_connection()
    held.cursor().execute("SELECT id FROM partnerships_dispatch FOR UPDATE")
    return held


@pytest.mark.parametrize("rows", ["all", "invitation"], indirect=True)
def test_a_worker_that_sleeps_past_its_time_sends_nothing_more(fleet, mail, rows):
    """Paused in the middle for longer than anyone waits; meanwhile its rows are settled, and one of them was sent by another."""
    asleep = []

    @fault("rcpt")
    async def pause(server):
        asleep.extend(fleet.worker.hands())
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)

    mail.fault = pause
    fleet.ring()
    wait_until(lambda: asleep, what="The pause", again=fleet.ring_on)
    try:
        settle_once = timezone.now() + timedelta(minutes=16)
        send_dispatches(at=settle_once)
    finally:
        for pid in asleep:
            os.kill(pid, signal.SIGCONT)
    time.sleep(0.5)
    settle(rows, mail)


# --- A mail server that fails --------------------------------------------------------------------------------------------
def of_each_kind(rows, state):
    """How many mails of each kind are in a state."""
    return Counter(rows.filter(state=state).values_list("kind", flat=True))


@every_kind_at_once
@pytest.mark.parametrize(
    ("where", "answer", "refused"),
    [("data", "451 not now", 0), ("rcpt", "450 not now", 0), ("data", "554 no", 1), ("rcpt", "550 no", 1)],
)
def test_a_server_that_refuses(fleet, mail, rows, first_of_each, where, answer, refused):
    """Not now is tried again; never is a failure, and the others go all the same."""

    @fault(where)
    async def refuse(server):
        return answer

    mail.fault = refuse
    fleet.ring()
    wait_until(lambda: not rows.filter(attempts=0).exists() and not states(rows)["sending"], again=fleet.ring_on)
    settle(rows, mail)
    assert of_each_kind(rows, "failed") == Counter(dict.fromkeys(DUE, refused))
    assert of_each_kind(rows, "sent") == Counter(dict.fromkeys(DUE, MAILS - refused))
    assert set(mail.arrived.values()) == {1}


@every_kind_at_once
@pytest.mark.parametrize("how", ["falls silent", "drops the line"])
def test_a_server_that_takes_the_mail_and_cannot_say_so(fleet, mail, rows, first_of_each, how):
    @fault("taken")
    async def break_off(server):
        if how == "drops the line":
            server.transport.abort()
        else:
            await asyncio.sleep(1.5)
        return "250 OK"

    mail.fault = break_off
    fleet.ring()
    wait_until(lambda: not rows.filter(attempts=0).exists() and not states(rows)["sending"], again=fleet.ring_on)
    settle(rows, mail)
    for kind in DUE:
        again = kinds[kind].policy == RESEND_ONCE
        came = sorted(mail.arrived[str(row.pk)] for row in rows.filter(kind=kind))
        assert came == [1, 1, 2 if again else 1]
        assert of_each_kind(rows, "unknown")[kind] == (0 if again else 1)


# --- Redis and the database that fail -------------------------------------------------------------------------------------
@every_kind_at_once
def test_what_waits_in_redis_may_be_lost(fleet, mail, rows):
    """The queue is emptied, then Redis itself restarts: the next ring finds everything in the ledger."""
    fleet.ring()
    fleet.redis.stop()
    with contextlib.suppress(Exception):  # nobody is there to ring
        fleet.ring()
    fleet.redis.start()
    wait_until(lambda: _rings(fleet, rows), what="The sending")
    assert settle(rows, mail) == Counter({"sent": len(rows)})
    assert set(mail.arrived.values()) == {1}


def _rings(fleet, rows):
    fleet.is_there()
    if not settled(rows):
        with contextlib.suppress(Exception):
            fleet.ring()
        time.sleep(0.3)
    return settled(rows)


def test_a_database_that_hangs_up_in_the_middle(fleet, mail, rows):
    done = []

    @fault("taken")
    async def hang_up(server):
        await asyncio.to_thread(_end_the_workers_connection)
        done.append(True)

    mail.fault = hang_up
    fleet.ring()
    wait_until(lambda: done, what="The hanging up", again=fleet.ring_on)
    wait_until(lambda: states(rows)["sending"] > 0)
    time.sleep(0.3)
    found = settle(rows, mail)
    assert mail.arrived[mail.first] <= at_most(rows)
    assert sum(found.values()) == MAILS


def _end_the_workers_connection():
    ours = _another_connection()
    ours.autocommit = True
    ours.cursor().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'worker'"
    )
    ours.close()


# --- Everything at once ----------------------------------------------------------------------------------------------------
@every_kind_at_once
def test_three_clocks_ring_at_once(fleet, mail, rows):
    for _ in range(3):
        fleet.ring()
    assert send_dispatches(at=timezone.now() + timedelta(minutes=5))["sent"] <= len(
        rows
    )  # and one of them five minutes ahead
    wait_until(lambda: settled(rows), again=fleet.ring_on)
    assert settle(rows, mail) == Counter({"sent": len(rows)})
    assert set(mail.arrived.values()) == {1}


@pytest.mark.parametrize("rows", list(PLANNERS), indirect=True)
def test_what_the_clock_plans_is_planned_once(fleet, mail, rows):
    """Planned again by a worker, twice, and here, by a clock that is five minutes ahead."""
    for at in (None, timezone.now() + timedelta(minutes=5)):
        fleet.ring("reflection.tasks.task_plan_mail")
        PLANNERS[rows[0].kind](at)
    fleet.ring()
    wait_until(lambda: settled(rows), again=fleet.ring_on)
    assert settle(rows, mail) == Counter({"sent": len(rows)})
    assert Dispatch.objects.filter(kind=rows[0].kind).count() == MAILS


@every_kind_at_once
def test_a_deployment_in_the_middle_finishes_what_it_holds(fleet, mail, rows):
    stopped = []

    @fault("taken")
    async def deploy(server):
        fleet.worker.main.send_signal(signal.SIGTERM)
        stopped.append(True)

    mail.fault = deploy
    worker = fleet.worker
    fleet.ring()
    wait_until(lambda: stopped, what="The deployment", again=fleet.ring_on)
    assert worker.main.wait(20) == 0
    assert states(rows) == Counter({"sent": len(rows)})
    fleet.begin()
    mail.reset()


@every_kind_at_once
def test_a_machine_that_goes_away_is_made_good_by_the_next(fleet, mail, rows):
    gone = []

    @fault("rcpt")
    async def vanish(server):
        os.killpg(fleet.worker.main.pid, signal.SIGKILL)
        gone.append(True)

    mail.fault = vanish
    fleet.ring()
    wait_until(lambda: gone, what="The end", again=fleet.ring_on)
    fleet.worker.main.wait()
    fleet.begin()
    found = settle(rows, mail)
    assert found == Counter({"sent": len(rows) - 1, "unknown": 1})
