"""Signing in with a code from the mail, for forty people in one room and for nobody else."""

import datetime
import re
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

ASK, CONFIRM = reverse("account_request_login_code"), reverse("account_confirm_login_code")


def make_person(name):
    person = get_user_model().objects.create_user(f"{name}@example.org", full_name=name.title())
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def code_for(address):
    message = next(message for message in reversed(mail.outbox) if message.to == [address])
    return re.search(r"\b\d{6}\b", message.body).group()


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def bea(db):
    return make_person("bea")


def test_forty_people_behind_one_address_sign_in_within_a_minute(db):
    people = [make_person(f"person{number}") for number in range(40)]
    clients = [Client(REMOTE_ADDR="192.0.2.7") for _ in people]
    asked = [
        client.post(ASK, {"email": person.email}).status_code for client, person in zip(clients, people, strict=True)
    ]
    assert asked == [302] * 40
    for client, person in zip(clients, people, strict=True):
        client.post(CONFIRM, {"code": code_for(person.email)})
    assert [client.session.get("_auth_user_id") for client in clients] == [str(person.pk) for person in people]


def test_one_address_is_asked_for_at_most_five_times_a_minute(bea):
    for _ in range(5):
        assert Client().post(ASK, {"email": bea.email}).status_code == 302
    before = len(mail.outbox)
    Client().post(ASK, {"email": bea.email})
    assert len(mail.outbox) == before == 5


def test_an_unknown_address_gets_the_same_answer(bea):
    def answer(address):
        client = Client()
        first = client.post(ASK, {"email": address})
        page = re.sub(r'value="[\w-]{20,}"', "", client.get(first.url).content.decode()).replace(address, "…")
        return first.status_code, first.url, sorted(first.headers), page

    assert answer(bea.email) == answer("nobody@example.org")
    assert [message.to for message in mail.outbox] == [[bea.email], ["nobody@example.org"]]
    assert re.search(r"\b\d{6}\b", mail.outbox[1].body) is None


def test_a_code_holds_ten_minutes(client, bea):
    client.post(ASK, {"email": bea.email})
    code = code_for(bea.email)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=10, seconds=5), tick=True):
        client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


def test_a_code_may_be_typed_with_a_space(client, bea):
    client.post(ASK, {"email": bea.email})
    code = code_for(bea.email)
    answer = client.post(CONFIRM, {"code": f" {code[:3]} {code[3:]} "})
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert is_signed_in(client)


def test_a_code_may_be_guessed_five_times(client, bea):
    client.post(ASK, {"email": bea.email})
    code = code_for(bea.email)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        client.post(CONFIRM, {"code": wrong})
    client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


def test_a_code_works_once(client, bea):
    client.post(ASK, {"email": bea.email})
    code = code_for(bea.email)
    client.post(CONFIRM, {"code": code})
    client.post(reverse("account_logout"))
    client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


def test_signing_in_changes_the_key_of_the_session(client, bea):
    """A session planted before signing in is worth nothing afterwards."""
    client.post(ASK, {"email": bea.email})
    planted = client.session.session_key
    client.post(CONFIRM, {"code": code_for(bea.email)})
    assert client.session.session_key != planted
    stranger = Client()
    stranger.cookies["session"] = planted
    assert not is_signed_in(stranger)


def test_nobody_signs_up_uninvited(client, db):
    client.post(reverse("account_signup"), {"email": "new@example.org"})
    assert get_user_model().objects.count() == 0


# Ways in which "go on to" could lead out of the house (S14): each must end at home.
ELSEWHERE = [
    "https://evil.example/", "http://evil.example/", "HTTPS://EVIL.EXAMPLE/", "//evil.example/", "///evil.example/", "////evil.example/",
    "/\\evil.example/", "\\\\evil.example/", "\\/evil.example/", "/\\/evil.example/", "\\evil.example", "http:evil.example",
    "https:evil.example", "http:/evil.example", "https:///evil.example", "http:\\\\evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    "file:///etc/passwd", "ftp://evil.example/", "blob:https://evil.example/x", "about:blank", "mailto:x@evil.example", "tel:+441",
    "\t//evil.example/", "\n//evil.example/", "\r\n//evil.example/", " //evil.example/", "/\t/evil.example/", "\x00//evil.example/",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "//testserver:80@evil.example/", "https://evil.example#testserver",
    "//[::1]/", "//0x7f.1/", "//evil%E3%80%82example/", "https://evil.example\\@testserver/",
]  # fmt: skip


def where_next_leads(client, target, address):
    """Where signing in with a code ends, for someone who came with `next`."""
    query = urlencode({"next": target})
    client.post(f"{ASK}?{query}", {"email": address, "next": target})
    return client.post(f"{CONFIRM}?{query}", {"code": code_for(address), "next": target})


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(client, bea, target):
    answer = where_next_leads(client, target, bea.email)
    assert (answer.status_code, answer.url) == (302, reverse("home"))


def test_there_are_forty_ways_elsewhere():
    assert len(set(ELSEWHERE)) >= 40


@pytest.mark.parametrize("target", ["/help/", "/invitations/abc/", "/help/?to=1#part"])
def test_a_page_of_ours_comes_back_after_signing_in(client, bea, target):
    assert where_next_leads(client, target, bea.email).url == target


def test_the_admin_is_entered_through_the_same_door(client, bea):
    """Its own sign-in page is gone: asking for it leads to the code, and the code leads back to it."""
    get_user_model().objects.filter(pk=bea.pk).update(is_staff=True)
    asked = client.get(reverse("admin:index"), follow=True)
    assert asked.request["PATH_INFO"] == ASK
    answer = where_next_leads(client, reverse("admin:index"), bea.email)
    assert answer.url == reverse("admin:index")
    assert client.get(answer.url).status_code == 200
    assert client.post(reverse("admin:login"), {"username": bea.email, "password": "x"}).status_code == 405


def test_a_wrong_code_says_what_to_do_and_keeps_the_page(client, bea):
    client.post(ASK, {"email": bea.email})
    wrong = "000000" if code_for(bea.email) != "000000" else "111111"
    answer = client.post(CONFIRM, {"code": wrong})
    assert "That code does not match. Look at the newest mail, or ask for a new code." in answer.content.decode()
    assert not is_signed_in(client)


def test_signing_out_ends_the_session(client, bea):
    client.force_login(bea)
    assert client.get(reverse("account_logout")).status_code == 200  # asks: a link must not sign anybody out
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80"])
def test_a_forged_host_is_refused_and_sends_nothing(client, bea, host):
    assert client.post(ASK, {"email": bea.email}, headers={"host": host}).status_code == 400
    assert mail.outbox == []


def test_a_forged_forwarded_address_does_not_lift_a_limit(bea):
    for number in range(6):
        Client().post(
            ASK,
            {"email": bea.email},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Forwarded-Host": "evil.example"},
        )
    assert len(mail.outbox) == 5
    assert not any("evil.example" in message.body for message in mail.outbox)
