"""The access table: one row for each URL, walked as everybody of the cast with every method.

A row says who may come in, with which methods, and how to make the things its address names. An app's
`tests/test_access.py` lists its rows and calls the four checks here:

    ROWS = [
        Row("partnerships:membership_list", GROUP, lambda house: {"partnership_id": house.larkmere.pk}),
        Row("partnerships:membership_leave", own("bea"), ids, methods=("GET", "POST"), post=302, data=lambda house: {…}),
    ]
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

IN = "in"  # answered as the row says for each method
SIGN_IN = "sign in"
# Gus is a guest of the newest session, without an account. Where a row says nothing of him he is a visitor like any other.
GUEST = "gus"
PERSONS = ("visitor", "dan", "lena", "fay", "bea", "ruth", "amina", "piotr", "ines", "superuser")

# Who gets what, by name: IN, or the exact status. Strangers of every kind get the 404 of an absent thing.
_STRANGERS = {"visitor": SIGN_IN, "dan": 404, "lena": 404, "ines": 404, "superuser": 404}
READERS = {**_STRANGERS, "fay": IN, "bea": IN, "piotr": IN, "ruth": IN, "amina": IN}
GROUP = {**READERS, "fay": 403}
GUESTS_TOO = {**GROUP, GUEST: IN}
FACILITATORS = {**GROUP, "bea": 403, "piotr": 403}
PROGRAMME = {**dict.fromkeys(PERSONS, 404), "visitor": SIGN_IN, "ines": IN, "superuser": IN}
SIGNED_IN = {**dict.fromkeys(PERSONS, IN), "visitor": SIGN_IN}
ANYONE = dict.fromkeys(PERSONS, IN)
# The link of an invitation to somebody else: whoever is signed in with another address is told so.
NOBODY_ELSE = {**dict.fromkeys(PERSONS, 403), "visitor": IN}


def own(name, audience=GROUP):
    """Only this person, of those who would otherwise be let in."""
    return {person: (403 if answer == IN and person != name else answer) for person, answer in audience.items()}


def only(*names, others=404):
    """These people alone; to everyone else it is absent."""
    return {**dict.fromkeys(PERSONS, others), "visitor": SIGN_IN, **dict.fromkeys(names, IN)}


def no_ids(house):
    return {}


def nothing_filled_in(house):
    """A form sent with nothing of use in it: what a page that refuses it well answers with 422."""
    return {"filled": "in with nothing"}


@dataclass(frozen=True)
class Row:
    """One URL. `kwargs(house)` makes what its address names and returns the ids; `data(house)` is what a POST sends.

    `get` and `post` are the statuses for those who are let in. `absent`: an id of nothing gets the same page as a
    stranger; False where the address names nothing of a partnership.
    """

    name: str
    audience: dict
    kwargs: Callable = no_ids
    methods: tuple = ("GET",)
    get: int = 200
    post: int = 302
    differs: dict = field(default_factory=dict)  # {(person, method): status} where those let in do not all get the same
    data: Callable = nothing_filled_in
    absent: bool = True

    def __str__(self):
        return self.name

    def expected(self, person, method):
        if (person, method) in self.differs:
            return self.differs[person, method]
        answer = self.audience.get(person, self.audience["visitor"])
        if answer == SIGN_IN:
            return SIGN_IN  # asked before the method is looked at
        if method not in self.methods:
            return 405
        if answer == IN:
            return self.get if method == "GET" else self.post
        return answer


def client_of(house, person):
    """A browser in which this person of the cast has signed in; "visitor" has not, and a guest has a cookie of their own."""
    client = Client()
    if person == GUEST:
        for name, value in getattr(house, "guest_cookies", dict)().items():
            client.cookies[name] = value
    elif person != "visitor":
        client.force_login(getattr(house, person))
    return client


def check_row(row, house):
    """Everyone gets exactly what the row says, with GET and POST; nothing one of them does reaches the next."""
    kwargs, data = row.kwargs(house), row.data(house)
    address = reverse(row.name, kwargs=kwargs)
    found, wanted = {}, {}
    for person in (*PERSONS, GUEST):
        for method in ("GET", "POST"):
            found[person, method] = _status(house, person, method, address, data)
            wanted[person, method] = row.expected(person, method)
    assert found == wanted


def check_other_methods(row, house):
    """PUT, PATCH and DELETE do nothing for anyone."""
    address = reverse(row.name, kwargs=row.kwargs(house))
    found = {method: _status(house, "dan", method, address, {}) for method in ("PUT", "PATCH", "DELETE")}
    assert found == dict.fromkeys(("PUT", "PATCH", "DELETE"), 405)


def check_stranger_and_absent_look_the_same(row, house):
    """Dan cannot tell another partnership's thing from a thing that is not there: same status, same bytes, same headers (T3)."""
    if not row.absent or row.audience["dan"] != 404:
        return
    kwargs = row.kwargs(house)
    nothing = {name: uuid.uuid4() if isinstance(value, uuid.UUID) else value for name, value in kwargs.items()}
    assert kwargs != nothing, "the row names nothing that could be absent"
    for method in row.methods:
        client = client_of(house, "dan")
        there, not_there = (
            _send(client, method, reverse(row.name, kwargs=ids), row.data(house)) for ids in (kwargs, nothing)
        )
        assert (there.status_code, *_seen(there)) == (404, *_seen(not_there))


def missing_rows(rows, namespace):
    """Names of URLs without a row, and rows without a URL, for the app of this namespace."""
    for entry in get_resolver().url_patterns:
        if getattr(entry, "app_name", None) == namespace:
            names = {f"{namespace}:{pattern.name}" for pattern in entry.url_patterns}
            return names ^ {row.name for row in rows}
    raise LookupError(namespace)


# --- Foreign ids in what is sent (T4) -------------------------------------------------------------------------------
def fingerprint(*models):
    """A hash of every row of these models; of everything we keep when none is named."""
    models = models or [
        model
        for app in ("partnerships", "reflection")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ != "IdempotencyKey"
    ]
    digest = hashlib.sha256()
    for model in sorted(models, key=lambda model: model._meta.label):
        digest.update(repr((model._meta.label, sorted(map(repr, model.objects.values_list())))).encode())
    return digest.hexdigest()


def assert_refused(client, address, data):
    """A POST with something that is not its sender's changes nothing and is not a success: 200 with an error, 400, 403, 404 or 422."""
    before = fingerprint()
    response = client.post(address, data)
    assert response.status_code in (200, 400, 403, 404, 422), response.status_code
    assert fingerprint() == before
    return response


def _status(house, person, method, address, data):
    """The status of one request, rolled back. A visitor who is sent anywhere but to the sign-in page shows as where to."""
    with transaction.atomic():
        response = _send(client_of(house, person), method, address, data)
        transaction.set_rollback(True)
    if (
        person in ("visitor", GUEST)
        and response.status_code == 302
        and response.url.startswith(reverse(settings.LOGIN_URL))
    ):
        return "sign in"
    return response.status_code


def _send(client, method, address, data):
    return client.post(address, data) if method == "POST" else client.generic(method, address)


def _seen(response):
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    headers = {name: value for name, value in response.headers.items() if name not in ("Content-Length", "Set-Cookie")}
    return body, headers
