"""When a request goes wrong: kind words, the right number, and nothing of the inside."""

import pytest
from django.test import Client
from django.urls import reverse

from partnerships.tests.cast import membership_of

SIGN_IN = reverse("account_request_login_code")


def words(answer):
    return answer.content.decode()


def test_a_form_over_one_megabyte_is_refused_with_a_page(client, db):
    answer = client.post(SIGN_IN, {"email": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert answer.templates[0].name == "413.html"


def test_a_form_under_one_megabyte_is_read(client, db):
    assert client.post(SIGN_IN, {"email": "x" * (1024 * 1024 - 100)}).status_code == 200


def test_a_form_with_too_many_fields_is_refused(client, db):
    answer = client.post(SIGN_IN, {f"field{number}": "x" for number in range(501)})
    assert answer.status_code == 400
    assert answer.templates[0].name == "400.html"


def test_a_form_without_its_token_says_what_to_do(db):
    answer = Client(enforce_csrf_checks=True).post(SIGN_IN, {"email": "bea@example.org"})
    assert answer.status_code == 403
    assert "CSRF" not in words(answer)


@pytest.mark.parametrize(
    ("who", "address", "said", "not_said"),
    [
        ("bea", "invitation_create", "That needs someone who leads sessions", "not for you to open"),
        ("bea", "amina_profile", "Only the person it is about can do this", "leads sessions"),
        ("amina", "bea_profile", "Only the person it is about can do this", "leads sessions"),
        ("fay", "membership_list", "You read the records that they share", "leads sessions"),
    ],
)
def test_who_may_not_is_told_why_and_never_sent_to_someone_who_may_not_either(
    client, request, larkmere, who, address, said, not_said
):
    person = request.getfixturevalue(who)
    client.force_login(person)
    if address.endswith("_profile"):
        theirs = membership_of(request.getfixturevalue(address.removesuffix("_profile")), larkmere)
        path = reverse("partnerships:membership_profile", args=[theirs.pk])
    else:
        path = reverse(f"partnerships:{address}", args=[larkmere.pk])
    answer = client.get(path)
    main = words(answer).split("<main")[1].split("</main>")[0]
    assert answer.status_code == 403
    assert said in main
    assert not_said not in main


@pytest.mark.parametrize("path", ["/no-such-page/", "/sessions/", "/.git/config", "/partnerships/1/"])
def test_what_is_not_there_is_a_page_of_ours(client, db, path):
    answer = client.get(path)
    assert answer.status_code in {302, 404}
    assert "Traceback" not in words(answer)
    assert "urlpatterns" not in words(answer)


def test_a_fault_of_ours_shows_nothing_of_the_inside(client, db, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("partnering.views.JsonResponse", broken)
    client.raise_request_exception = False
    answer = client.get(reverse("health_live"))
    assert answer.status_code == 500
    assert "secret inside" not in words(answer)
    assert "<h1" in words(answer)
    assert answer.headers["Content-Security-Policy"].count("'none'") == 4


def test_trace_is_refused(client, db):
    assert client.generic("TRACE", reverse("health_live")).status_code == 405
