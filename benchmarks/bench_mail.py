"""What mail costs: planning 100,000, a task for each chunk, and mails a second against bytes that were built before."""

import logging
import smtplib
import socketserver
import threading
import time
from unittest.mock import patch

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks.bench_pages import row
from partnerships.domain.dispatch import claim_dispatches, kinds, plan_dispatches, send_claimed
from partnerships.domain.dispatch_mail import compose
from partnerships.domain.dispatch_planning import plan_dispatches_from
from partnerships.enums import MailSeries
from partnerships.models.dispatch import Dispatch
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person
from partnerships.tasks import task_send_dispatches

DUE = 100_000
MAILS = 300
ROUNDS = 3
KIND = "bench_news"


class Sink(socketserver.StreamRequestHandler):
    """As little of a mail server as a client needs: it says yes, and forgets."""

    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        in_data = False
        for line in self.rfile:
            if in_data:
                if line == b".\r\n":
                    in_data = False
                    self.wfile.write(b"250 OK\r\n")
            elif line[:4].upper() == b"DATA":
                in_data = True
                self.wfile.write(b"354 go on\r\n")
            elif line[:4].upper() == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 OK\r\n")


def run():
    if KIND not in kinds:
        # An everyday mail of ours, with its real words; nobody is asked whether it is still wanted.
        from partnerships.domain.dispatch import mail_kind

        def words(dispatch, person):
            return {"invitation": {"partnership": dispatch.partnership}, "url": settings.SITE_URL}

        words.__module__ = "partnerships.emails"
        wanted = {"essential": False, "series": MailSeries.SESSION_OPENS, "still_wanted": lambda dispatch, person: True}
        mail_kind(KIND, **wanted)(words)
    group = Partnership.objects.create(name="Larkmere Vale Together", started_on="2024-01-01")
    people = Person.objects.bulk_create(
        [Person(email=f"p{number}@x.example", full_name=f"Person {number}", password="!") for number in range(DUE)],
        batch_size=2000,
    )
    Membership.objects.bulk_create(
        [Membership(person=person, partnership=group, joined_on="2024-01-01") for person in people], batch_size=2000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with patch("partnerships.domain.dispatch_planning.wake_sender"), patch("partnerships.domain.dispatch.wake_sender"):
        rows = planning(group)
        with patch.object(type(kinds[KIND]), "template", "partnerships/emails/invitation"):
            rows += sending(group, people[:MAILS])
    return rows


def planning(group):
    """Rows for 100,000 people against one plain INSERT … SELECT into the same table, each on an empty ledger."""
    floor, value, again = [], [], []
    due = Membership.objects.current().filter(partnership=group)
    for number in range(ROUNDS):
        floor.append(timed(lambda n=number: plain_insert(group, n)))
        Dispatch.objects.all()._raw_delete("default")
        value.append(timed(lambda n=number: plan(due, group, n)))
        assert Dispatch.objects.count() == DUE
        again.append(timed(lambda n=number: plan(due, group, n)))
        found = plan(due, group, number)
        assert found == 0, found
        if number < ROUNDS - 1:
            Dispatch.objects.all()._raw_delete("default")
    Dispatch.objects.all()._raw_delete("default")
    best = min(floor)
    engine = connection.vendor
    return [
        row(
            f"plan 100,000 mails ({engine})", "s", round(best, 2), round(min(value), 2), round(min(value) / best, 2), 2
        ),
        row(f"plan them again ({engine})", "s", None, round(min(again), 2), None, None),
        row(f"rows that planning again makes ({engine})", "rows", None, found, None, 0),
    ]


def plan(due, group, number):
    return plan_dispatches_from(kind=KIND, queryset=due, occurrence=f"day {number}", partnership=group)


def plain_insert(group, number):
    """The least a database can do: the same columns, written by hand."""
    new_id = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    now = timezone.now() if connection.vendor == "postgresql" else timezone.now().isoformat(" ")
    key = group.pk if connection.vendor == "postgresql" else group.pk.hex
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partnerships_dispatch (id, kind, occurrence, recipient_key, partnership_id, state, planned_at, "
            f"not_before, attempts, error, reason, context) SELECT {new_id}, %s, %s, 'person:' || person_id, partnership_id, "
            "'planned', %s, %s, 0, '', '', '{}' FROM partnerships_membership WHERE partnership_id = %s AND left_on IS NULL",
            [KIND, f"floor {number}", now, now, key],
        )


def timed(work):
    with transaction.atomic():
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun


def sending(group, people):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logging.getLogger("partnerships").setLevel(logging.ERROR)
    port = server.server_address[1]
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
            EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="", EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, MAIL_MOST_A_WEEK=100,
        ):  # fmt: skip
            return measure_sending(group, people, port)
    finally:
        server.shutdown()
        server.server_close()


def measure_sending(group, people, port):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE partnerships_dispatch")  # no rows of the planning in the way
    mails = build(group, people)
    floor = min(send_bytes(mails, port) for _ in range(ROUNDS))
    built = min(timed_cpu(lambda: build(group, people))[0] for _ in range(ROUNDS))
    seconds, cpu = [], []
    for number in range(ROUNDS):
        plan_dispatches(kind=KIND, occurrence=f"send {number}", recipients=people, partnership=group)
        took = timed_cpu(send_everything)
        seconds.append(took[0])
        cpu.append(took[1])
        assert Dispatch.objects.filter(occurrence=f"send {number}", state="sent").count() == MAILS
    begun = time.process_time()
    for _ in range(200):
        task_send_dispatches.apply()  # all that Celery does around a task, and a look at a ledger with nothing due
    around = (time.process_time() - begun) / 200
    assert not Dispatch.objects.due().exists()
    a_mail = min(cpu) / MAILS
    rate, least = MAILS / min(seconds), MAILS / (floor + built)
    return [
        row("mails a second: bytes built before, one connection", "1/s", None, round(MAILS / floor), None, None),
        row("seconds for 300 mails against building and sending bytes", "s", round(floor + built, 2),
            round(min(seconds), 2), round(least / rate, 2), 2),
        row("mails a second of one worker", "1/s", None, round(rate), None, None),
        row("CPU of a mail", "ms", None, round(a_mail * 1000, 2), None, None),
        # A task for each chunk of 50: its share of what those 50 mails cost.
        row("task around a chunk against its mails: CPU", "%", None, round(100 * around / (a_mail * 50), 2), None, 5),
    ]  # fmt: skip


def build(group, people):
    kind = kinds[KIND]
    return [compose(kind, Dispatch(kind=KIND, partnership=group), person).message().as_bytes() for person in people]


def send_bytes(mails, port):
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for mail in mails:
            line.sendmail("a@x.example", ["b@x.example"], mail)
    return time.perf_counter() - begun


def send_everything():
    get_connection()  # what a first use imports is not counted
    while claim := claim_dispatches():
        send_claimed(claim=claim)


def timed_cpu(work):
    began, begun = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - begun
