"""A thousand people in one session, signed in: what the measurement of their answers starts from.

Run as a module it makes them in the database that the environment names, and prints them as JSON: that is how the trial's
own SQLite gets them.
"""

import json
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

WORDS = "We cook on the day, and nobody pays for the hour before. " * 4
HOUR = timedelta(hours=1)


def gather(count):
    """``count`` members of one partnership with a session open for writing: the path to send to, and (cookie, place) of each."""
    from benchmarks.house import ONCE, build_house, open_session_of
    from partnerships.models.members import Membership
    from partnerships.models.people import Person

    call_command("load_frameworks", verbosity=0)
    house = build_house(name="herd", **ONCE)
    people = Person.objects.bulk_create(
        Person(email=f"herd{number}@herd.example", full_name=f"Herd Number {number}", password="!")
        for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(
            partnership=house.partnership, person=person, organisation=house.lead.organisation, joined_on="2025-01-01"
        )
        for person in people
    )
    session = open_session_of(house.partnership, house.lead, timezone.now() - HOUR, show=False)
    places = dict(session.participations.values_list("membership__person", "pk"))
    round = session.rounds.first()
    cookies = [sign_in(person) for person in people]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as any database has done that did not come into being a second ago
    return {
        "round": str(round.pk),
        "people": [[cookie, str(places[person.pk])] for cookie, person in zip(cookies, people, strict=True)],
    }


def sign_in(person):
    """The key of a session that this person is signed in with."""
    from partnering.middleware import SEEN_ON

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    # They have the page open that saves, so this is not their first request of the day.
    store[SEEN_ON] = timezone.now().date().isoformat()
    store.create()
    return store.session_key


if __name__ == "__main__":
    import django

    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps(gather(1000)))
