"""What our mails say, and that nobody can write into their headers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.dispatch import send_dispatches
from partnerships.domain.invitations import invite_founder, invite_people
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person
from partnerships.tests.factories import make_invitation

pytestmark = pytest.mark.django_db
HOSTILE = [
    "Larkmere\r\nBcc: victim@x.example", "Larkmere\nBcc: victim@x.example", "Larkmere\rBcc: victim@x.example", "\r\n\r\nSecond body",
    "a\x0bBcc: v@x.example", "a\x0cBcc: v@x.example", "a\x1cBcc: v@x.example", "a\x1dx", "a\x1ex", "a\x85Bcc: v@x.example",
    "a\u2028Bcc: v@x.example", "a\u2029Bcc: v@x.example", "a\x00b", "a\tb", "=?utf-8?q?x=0ABcc:_v@x.example?=", "\u202eelpmaxe", "Zoë 🌻",
    "“Quoted” <v@x.example>", "x" * 115, "a,b;c:d",
]  # fmt: skip


def sent(sink):
    counts = send_dispatches(at=timezone.now())
    assert set(counts) == {"sent"}
    return sink.messages


def parts(message):
    return [message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


def test_an_invitation_says_who_asks_and_leads_to_one_page(larkmere, amina, smtp_sink, settings):
    settings.SITE_URL = "https://partnering.example"
    invitation = make_invitation(
        larkmere, amina, "lou@eastfold.example", message="We met at the <harvest> meal.\n\nCome & eat."
    )
    [message] = sent(smtp_sink)
    url = "https://partnering.example" + reverse("partnerships:invitation_read", args=[invitation.token])
    plain, html = parts(message)
    assert message["Subject"] == "An invitation to Larkmere Vale Together"
    assert message["To"] == "lou@eastfold.example"
    assert message["Message-ID"].endswith("@partnering.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Amina asks if you would like to join Larkmere Vale Together." in plain
    assert "We met at the <harvest> meal.\n\nCome & eat." in plain
    assert "We met at the &lt;harvest&gt; meal." in html
    assert re.findall(r"https?://[^\s\"<]+", plain) == [url]
    assert set(re.findall(r"https?://[^\s\"<]+", html)) == {url}
    assert re.findall(r'href="([^"]*)"', html) == [url]
    assert "amina@" not in message.as_string()


def test_a_mail_fetches_nothing_and_carries_its_styles(larkmere, amina, smtp_sink):
    make_invitation(larkmere, amina)
    [message] = sent(smtp_sink)
    html = parts(message)[1]
    assert not re.search(r"<(img|script|link|iframe)\b|@import|url\(", html)
    # What is left in the head is for readers in the dark; everything else is written into the tags.
    [left] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert left.strip().startswith("@media (prefers-color-scheme: dark)")
    assert left.count("@media") == 1
    assert re.search(r'<a[^>]*style="[^"]*background: #5C2751', html)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("member", "Amina asks if you would like to join Larkmere Vale Together."),
        ("facilitator", "Amina asks if you would like to join Larkmere Vale Together, and to help lead its sessions."),
        ("observer", "Amina asks if you would like to read what Larkmere Vale Together shares."),
    ],
)
def test_an_invitation_says_what_it_asks(larkmere, amina, smtp_sink, role, words):
    make_invitation(larkmere, amina, role=role)
    [message] = sent(smtp_sink)
    assert parts(message)[0].startswith(words)


def test_a_founder_is_asked_with_the_programme_named(programme, ines, smtp_sink):
    invite_founder(
        email="iqra@northfold.example",
        full_name="Iqra Malik",
        programme=programme,
        by=ines,
        message="You know everyone.",
    )
    [message] = sent(smtp_sink)
    plain, html = parts(message)
    assert message["Subject"] == "An invitation to begin a partnership"
    assert "Ines Varga asks you to bring people to one table, as part of Good Neighbours Programme." in plain
    assert "You know everyone." in plain
    assert "You know everyone." in html


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_writes_into_a_header(larkmere, amina, smtp_sink, name):
    Partnership.objects.filter(pk=larkmere.pk).update(name=name.replace("\x00", "")[:120])
    Person.objects.filter(pk=amina.pk).update(
        called=name.replace("\x00", "")[:60], full_name=name.replace("\x00", "")[:120]
    )
    invite_people(partnership=larkmere, by=amina, emails="lou@eastfold.example")
    [message] = sent(smtp_sink)
    assert {name for name in message if not name.startswith("X-")} == {
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"
    }  # fmt: skip
    assert len(message.keys()) == len(set(message.keys()))
    assert smtp_sink.envelopes[0].rcpt_tos == ["lou@eastfold.example"]
    assert str(message["Subject"]).isprintable()


# --- Signing in ----------------------------------------------------------------------------------------------------
def ask_for_code(email):
    return Client().post(reverse("account_request_login_code"), {"email": email})


def test_known_and_unknown_addresses_get_the_same_answer(bea, smtp_sink):
    known, unknown = ask_for_code(bea.email), ask_for_code("nobody@nowhere.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    code_mail, other_mail = smtp_sink.messages
    assert (code_mail["To"], other_mail["To"]) == (bea.email, "nobody@nowhere.example")
    assert code_mail["Subject"] == "Your sign-in code for Partnering"
    assert other_mail["Subject"] == "Signing in to Partnering"


def test_the_code_comes_in_our_words_and_works(bea, smtp_sink):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": bea.email})
    [message] = smtp_sink.messages
    plain, html = parts(message)
    code = re.search(r"^\d{6}$", plain, re.MULTILINE).group()
    assert code in html
    assert "<style" not in html
    assert "testserver" not in message.as_string()
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).status_code == 302
    assert client.session["_auth_user_id"] == str(bea.pk)


def test_nobody_signs_up_uninvited(db):
    response = Client().post(reverse("account_signup"), {"email": "someone@x.example"})
    assert response.status_code == 200
    assert not Person.objects.exists()
