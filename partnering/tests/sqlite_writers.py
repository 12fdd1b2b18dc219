"""Run by test_sqlite.py in a process of its own, on a SQLite file with the settings of a trial: prints what went wrong."""

import sys
import threading

import django

django.setup()

from django.core.management import call_command  # noqa: E402  the apps must be loaded first
from django.db import connection, connections  # noqa: E402

from partnerships.models import Partnership  # noqa: E402
from partnerships.tests.cast import build_cast  # noqa: E402
from reflection.domain.drafts import save_draft  # noqa: E402
from reflection.models import Draft, Framework  # noqa: E402
from reflection.tests.sessions import make_open  # noqa: E402

WRITERS, WORDS = 8, 25


def main():
    call_command("migrate", verbosity=0)
    call_command("load_frameworks", verbosity=0)
    build_cast()
    larkmere = Partnership.objects.get(name="Larkmere Vale Together")
    lead = larkmere.memberships.get(person__full_name="Amina Rahman")
    session = make_open(larkmere, Framework.objects.built_in().current().get(), lead)
    round_, places = session.rounds.get(), list(session.participations.all()[:WRITERS])
    failures, begin = [], threading.Barrier(WRITERS)

    def write(place):
        begin.wait()
        for number in range(WORDS):
            try:
                save_draft(participation=place, round=round_, body=f"Thought {number}")
            except Exception as error:  # noqa: BLE001  whatever it is, it is counted and printed
                failures.append(repr(error))
        connections.close_all()

    threads = [threading.Thread(target=write, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(connection.vendor, Draft.objects.count(), len(failures), *failures[:3])


if __name__ == "__main__":
    sys.exit(main())
