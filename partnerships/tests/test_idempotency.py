"""A form counts once, however often it is sent."""

import hashlib
import json
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.idempotency import forget_idempotency_keys
from partnerships.models.idempotency import IdempotencyKey
from partnerships.models.organisations import Organisation
from partnerships.tests.access_table import client_of
from partnerships.tests.factories import make_person
from partnerships.tests.together import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.urls("partnerships.tests.door_urls")]
CREATE, JSON = "/doors/organisation/", "/doors/json/"


@pytest.fixture
def client(db):
    client = Client()
    client.force_login(make_person())
    return client


def form(name="Vale Buses", key=None, **more):
    return {"name": name, "sector": "other", "idempotency_key": str(key or uuid.uuid4()), **more}


def test_a_repeat_gets_the_first_answer(client):
    sent = form()
    first, second = client.post(CREATE, sent), client.post(CREATE, sent)
    assert (
        (second.status_code, second.url)
        == (first.status_code, first.url)
        == (302, f"/made/{Organisation.objects.get().pk}/")
    )


def test_the_form_token_of_the_page_does_not_count_as_words(client):
    key = uuid.uuid4()
    first = client.post(CREATE, form(key=key, csrfmiddlewaretoken="a"))
    second = client.post(CREATE, form(key=key, csrfmiddlewaretoken="b"))
    assert second.url == first.url


def test_the_same_key_with_other_words_keeps_them_on_a_page(client):
    key = uuid.uuid4()
    client.post(CREATE, form(key=key))
    response = client.post(CREATE, form("Moss Lane <Youth> Club", key=key))
    assert response.status_code == 422
    assert response.context["typed"] == [("name", "Moss Lane <Youth> Club"), ("sector", "other")]
    assert "Moss Lane &lt;Youth&gt; Club" in response.content.decode()
    assert Organisation.objects.get().name == "Vale Buses"


def test_a_form_without_a_key_counts_each_time(client):
    for name in ("One", "Two"):
        assert client.post(CREATE, {"name": name, "sector": "other"}).status_code == 302
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize("key", ["1", "not-a-key", "0" * 33])
def test_a_key_that_is_not_one_is_refused(client, key):
    assert client.post(CREATE, form(key=key)).status_code == 400
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("status", [200, 400, 403, 409, 422, 500])
def test_a_form_with_mistakes_leaves_nothing_behind_and_may_be_sent_again(client, status):
    key = uuid.uuid4()
    response = client.post(CREATE, form("", key=key, status=status))
    assert (response.status_code, response.content) == (status, b"Look again")
    assert not Organisation.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert client.post(CREATE, form("Better", key=key)).status_code == 302


def test_an_error_leaves_nothing_behind(house):
    client = client_of(house, "amina")
    client.raise_request_exception = False
    before = Organisation.objects.count()
    assert client.post(reverse("doors:partnership_break", args=[house.larkmere.pk]), form()).status_code == 500
    assert (Organisation.objects.count(), IdempotencyKey.objects.count()) == (before, 0)


def test_a_stranger_leaves_no_key_behind(house):
    assert (
        client_of(house, "dan").post(reverse("doors:partnership_break", args=[house.larkmere.pk]), form()).status_code
        == 404
    )
    assert not IdempotencyKey.objects.exists()


def test_the_key_of_one_person_is_nothing_to_another(client):
    sent, other = form("Mine"), Client()
    other.force_login(make_person())
    client.post(CREATE, sent)
    assert other.post(CREATE, sent | {"name": "Theirs"}).status_code == 302
    assert Organisation.objects.count() == 2


def test_a_kept_json_answer_comes_again(client):
    headers = {"Idempotency-Key": str(uuid.uuid4()), "X-Name": "Once", "X-Keep": "1"}
    answers = [client.post(JSON, {}, content_type="application/json", headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json() == {"id": str(Organisation.objects.get().pk)}
    assert all("X-Idempotent-Store" not in answer for answer in answers)


def test_a_json_answer_that_is_not_kept_did_not_count(client):
    client.post(JSON, {}, content_type="application/json", headers={"X-Name": "Never"})
    assert not Organisation.objects.exists()


def test_old_keys_are_forgotten(client):
    client.post(CREATE, form("Old"))
    client.post(CREATE, form("New"))
    IdempotencyKey.objects.filter(location__contains=str(Organisation.objects.get(name="Old").pk)).update(
        created_at=timezone.now() - timedelta(days=8)
    )
    assert forget_idempotency_keys() == 1
    assert IdempotencyKey.objects.count() == 1


def test_eight_presses_at_once_make_one(transactional_db):
    person = make_person()
    clients = [Client() for _ in range(8)]
    for each in clients:
        each.force_login(person)
    sent = form()
    answers = at_once(*(lambda each=each: each.post(CREATE, sent) for each in clients))
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, f"/made/{Organisation.objects.get().pk}/")
    }


def test_a_repeat_waits_for_the_first_and_takes_its_place_when_it_fails(transactional_db, monkeypatch):
    """The second press arrives while the first is at work. The first fails; the second must not be told of a success."""
    person, arrived = make_person(), threading.Event()
    clients = [Client(), Client()]
    for each in clients:
        each.force_login(person)
        each.raise_request_exception = False  # a client hears of an error in any thread
    sent, save = form(), Organisation.save
    failed = []

    def slow(self, *args, **kwargs):
        if not failed:
            failed.append(True)
            arrived.set()
            time.sleep(0.5)
            raise RuntimeError("on purpose")
        return save(self, *args, **kwargs)

    monkeypatch.setattr(Organisation, "save", slow)

    def second():
        arrived.wait(5)
        return clients[1].post(CREATE, sent)

    answers = at_once(lambda: clients[0].post(CREATE, sent), second)
    assert [answer.status_code for answer in answers] == [500, 302]
    assert Organisation.objects.count() == 1


def test_what_was_typed_cannot_be_tried_out_against_what_is_kept(client):
    """Beside who sent it, a bare hash of somebody's words would say whose an answer without a name is (trust A1)."""
    sent = form()
    client.post(CREATE, sent)
    kept = IdempotencyKey.objects.get()
    typed = sorted((name, [value]) for name, value in sent.items() if name != "idempotency_key")
    assert kept.body_hash != hashlib.sha256(json.dumps([CREATE, typed]).encode()).hexdigest()
    # The one thing that could unlock it is with the page that made it, and nowhere here.
    assert sent["idempotency_key"] not in {str(kept.key), str(kept.pk)}
