"""Trying out: only where it is switched on, only as made-up people, and nothing of a real person is ever deleted."""

import re

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from partnering import urls_trial
from partnering.demo.people import WORTH, address_of, is_demo
from partnering.mail import EmlBackend
from partnering.tests.house import trial_patterns
from partnering.urls import urlpatterns as real_urls
from partnering.views import bad_request as handler400  # noqa: F401  this module is a table of contents too, with the trial in it
from partnerships.domain.people import create_person
from partnerships.models import Partnership, Person
from partnerships.tests.access_table import fingerprint
from partnerships.tests.factories import make_invitation, make_member, make_partnership

urlpatterns = [*real_urls, *urls_trial.urlpatterns]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
HTML = '<html><head><style>p {color: red}</style></head><body><p>Hello</p><a href="/accounts/login/">Sign in</a></body></html>'


@pytest.fixture(autouse=True)
def _trying_out(settings, tmp_path):
    settings.TRIAL = True
    settings.MAIL_FOLDER = tmp_path / "mail"


def made_up(key, name):
    return create_person(email=address_of(key), full_name=name)


def keep(
    *, to="bea@demo.example", subject="A session has opened", body="Plain words: http://127.0.0.1/here/", page=HTML
):
    """A message kept as a file; returns the name of the file."""
    message = EmailMultiAlternatives(subject, body, "Partnering <partnering@localhost>", [to])
    if page:
        message.attach_alternative(page, "text/html")
    EmlBackend().send_messages([message])
    return max(path.name for path in site.MAIL_FOLDER.iterdir())


def is_signed_in(client):
    return "_auth_user_id" in client.session


# --- Only where it is switched on -----------------------------------------------------------------------------------
def test_every_trial_page_is_absent_without_the_switch_even_where_the_addresses_are_there(client, settings, bea):
    name = keep()
    settings.TRIAL = False
    for address, _, entry in trial_patterns():
        kwargs = {key: {"person_id": bea.pk, "name": name}[key] for key in entry.pattern.converters}
        answers = [
            client.get(reverse(address, kwargs=kwargs)).status_code,
            client.post(reverse(address, kwargs=kwargs)).status_code,
        ]
        assert (address, set(answers) <= {404, 405}, 404 in answers) == (address, True, True)
    assert not is_signed_in(client)


def test_no_trial_page_asks_to_sign_in_first(client):
    name = keep()
    addresses = [reverse(each) for each in ("trial_home", "trial_mail", "trial_reset")]
    addresses += [reverse(each, args=[name]) for each in ("trial_message", "trial_message_page")]
    assert {client.get(address).status_code for address in addresses} == {200}


# --- Being somebody ------------------------------------------------------------------------------------------------
def test_trial_home_offers_made_up_people_by_group(client, bea):
    amina, iqra, ines, owen = (
        made_up(*row) for row in (("amina", "Amina R"), ("iqra", "Iqra M"), ("ines", "Ines V"), ("owen", "Owen P"))
    )
    larkmere = make_partnership(by=amina, name="Larkmere")
    make_member(larkmere, owen, takes_part=False, observes=True)
    make_member(larkmere)
    make_partnership(by=iqra, name="Fold Street")
    groups = client.get(reverse("trial_home")).context["groups"]
    assert [
        (group.partnership and group.partnership.name, [row["person"] for row in group.rows]) for group in groups
    ] == [
        ("Larkmere", [amina]),
        ("Fold Street", [iqra]),
        (None, [ines, owen]),
    ]
    body = client.get(reverse("trial_home")).content.decode()
    assert ("2 people. Brand new." in body, "1 person. Brand new." in body, "Bea" in body.replace("be Bea", "")) == (
        True,
        True,
        False,
    )


def test_trial_home_says_so_when_nobody_is_here(client, house):
    body = client.get(reverse("trial_home")).content.decode()
    assert ("Nobody here yet" in body, "Sign in as" in body) == (True, False)


def test_trial_home_costs_the_same_however_many_there_are(client, django_assert_max_num_queries):
    costs = []
    for keys in (list(WORTH)[:2], list(WORTH)[2:]):
        for key in keys:
            make_partnership(by=made_up(key, key.title()))
        with django_assert_max_num_queries(5) as counted:
            client.get(reverse("trial_home"))
        costs.append(len(counted))
    assert len(set(costs)) == 1, costs


def test_trial_sign_in_begins_a_session_of_ones_own(client):
    amina, tom = made_up("amina", "Amina R"), made_up("tom", "Tom O")
    answers = [client.post(reverse("trial_sign_in", args=[person.pk])) for person in (amina, tom)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, reverse("home"))] * 2
    assert client.session["_auth_user_id"] == str(tom.pk)
    assert Session.objects.count() <= 1
    assert client.get(reverse("home")).status_code == 200


def test_only_made_up_people_can_be_signed_in(client, house):
    asleep = made_up("gwen", "Gwen F")
    Person.objects.filter(pk=asleep.pk).update(is_active=False)
    look_alike = create_person(email="eve@demo.example.org", full_name="Eve")
    for person in (house.bea, house.ines, house.superuser, asleep, look_alike):
        assert (person, client.post(reverse("trial_sign_in", args=[person.pk])).status_code) == (person, 404)
    assert client.post(reverse("trial_sign_in", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    assert client.get(reverse("trial_sign_in", args=[made_up("tom", "Tom O").pk])).status_code == 405
    assert not is_signed_in(client)


def test_signing_in_needs_the_token_of_the_page():
    from django.test import Client

    person = made_up("amina", "Amina R")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("trial_sign_in", args=[person.pk])).status_code == 403


# --- Time and mail -------------------------------------------------------------------------------------------------
def test_trial_tick_sends_what_is_due(client, larkmere, amina):
    make_invitation(larkmere, amina, "dirk@demo.example")
    pages = [client.post(reverse("trial_tick"), follow=True).content.decode() for _ in range(2)]
    assert ("One mail went out." in pages[0], "No mail was due." in pages[1]) == (True, True)
    assert [message.to for message in mail.outbox] == [["dirk@demo.example"]]
    assert client.get(reverse("trial_tick")).status_code == 405


def test_trial_mail_shows_the_newest_first_with_names(client):
    made_up("bea", "Bea Nwosu")
    first, second = keep(), keep(to="dirk@demo.example", subject="<b>An invitation</b>")
    body = client.get(reverse("trial_mail")).content.decode()
    assert body.index(second) < body.index(first)
    assert ("To Bea Nwosu" in body, "To dirk@demo.example" in body) == (True, True)
    assert ("<b>An" in body, "&lt;b&gt;An" in body) == (False, True)
    only = client.get(reverse("trial_mail"), {"to": "bea@demo.example"}).content.decode()
    assert (first in only, second in only) == (True, False)
    assert "No mail yet" in client.get(reverse("trial_mail"), {"to": "nobody@demo.example"}).content.decode()


def test_trial_message_reads_in_three_ways(client):
    address = reverse("trial_message", args=[keep()])
    looks, words, file, nonsense = (
        client.get(address, {"as": way}).content.decode() for way in ("look", "words", "file", "<nonsense>")
    )
    assert ("<iframe" in looks, "<iframe" in words, "<iframe" in file, "<iframe" in nonsense) == (
        True,
        False,
        False,
        True,
    )
    assert '<a href="http://127.0.0.1/here/"' in words
    assert "Content-Type: multipart/alternative" in file
    assert "<nonsense>" not in nonsense
    assert "Plain words" in client.get(reverse("trial_message", args=[keep(page="")])).content.decode()


def test_the_page_of_a_mail_runs_nothing_and_is_framed_by_us_alone(client):
    evil = '<html><head></head><body><script>alert(1)</script><img src="https://tracker.example/x.gif"></body></html>'
    answer = client.get(reverse("trial_message_page", args=[keep(page=evil)]))
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert {key: policy[key] for key in ("default-src", "style-src", "frame-ancestors", "sandbox")} == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-top-navigation-by-user-activation",
    }
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_top">' in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "secret-key",
        "20261122T152836.740898Z-400d5f0f.eml",
        "..%2Fsecret-key",
        ".20261122T152836.740898Z-400d5f0f.eml",
        "notes.eml",
    ],
)
def test_nothing_but_kept_mail_can_be_read(client, name):
    keep()
    (site.MAIL_FOLDER.parent / "secret-key").write_text("a secret")
    (site.MAIL_FOLDER / "notes.eml").write_text("a secret")
    (site.MAIL_FOLDER / ".20261122T152836.740898Z-400d5f0f.eml").write_text("a secret")
    for view in ("trial_message", "trial_message_page"):
        answer = client.get(reverse("trial_mail") + name + ("/" if view == "trial_message" else "/page/"))
        assert (answer.status_code == 200 and b"a secret" in answer.content, answer.status_code in (301, 404, 200)) == (
            False,
            True,
        )
    assert "notes.eml" not in client.get(reverse("trial_mail")).content.decode()


# --- Beginning again -----------------------------------------------------------------------------------------------
def test_trial_reset_asks_once_and_changes_nothing(client):
    made_up("amina", "Amina R")
    name, before = keep(), fingerprint()
    body = client.get(reverse("trial_reset")).content.decode()
    assert "Put everything back as it was?" in body
    assert fingerprint() == before
    assert (site.MAIL_FOLDER / name).exists()


def test_trial_reset_is_refused_where_a_real_person_is(client, house):
    made_up("amina", "Amina R")
    name, before = keep(), fingerprint()
    for answer, status in ((client.get(reverse("trial_reset")), 200), (client.post(reverse("trial_reset")), 409)):
        body = answer.content.decode()
        assert answer.status_code == status
        assert "Somebody here is not made up" in body
        assert re.search(r"Amina Rahman</b>, <b[^>]*>Bea Nwosu</b>, <b[^>]*>Dan Achterberg</b> and \d+ more", body)
        assert "<form" not in body.partition("<main")[2]
    assert fingerprint() == before
    assert (site.MAIL_FOLDER / name).exists()


def test_trial_reset_puts_the_demonstration_back(transactional_db, client):
    amina = made_up("amina", "Amina R")
    make_partnership(by=amina, name="Made while trying")
    kept = keep()
    other = site.MAIL_FOLDER / "notes.txt"
    other.write_text("not a mail")
    client.force_login(amina)
    answer = client.post(reverse("trial_reset"), follow=True)
    assert answer.redirect_chain == [(reverse("trial_home"), 302)]
    assert "Everything is back as it was." in answer.content.decode()
    assert sorted(Partnership.objects.values_list("name", flat=True)) == [
        "Fold Street Neighbours", "Larkmere Vale Together", "Moor Edge Winter Table",
    ]  # fmt: skip
    assert all(is_demo(person) for person in Person.objects.all())
    assert not is_signed_in(client)
    assert ((site.MAIL_FOLDER / kept).exists(), other.exists()) == (False, True)
    assert [row["person"].email for group in answer.context["groups"] for row in group.rows] != []
    # And the check-in of this week reaches its people, whatever mail the demonstration began with, and on any day.
    mail.outbox.clear()
    assert "asked. The mail is below." in client.post(reverse("trial_checkin"), follow=True).content.decode()
    asked = [message.to for message in mail.outbox if message.subject == "Larkmere Vale Together: how are things?"]
    assert [address_of("bea")] in asked


# --- In a browser --------------------------------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_in_a_mail_leads_on_and_its_frame_keeps_the_policy(live_app, open_browser, javascript):
    made_up("amina", "Amina R")
    name = keep()
    page = open_browser(javascript=javascript)
    page.goto(reverse("trial_home"))
    page.get_by_role("button", name="Sign in as Amina").click()
    page.wait_for_url(live_app + "/")
    page.goto(reverse("trial_message", args=[name]))
    page.frame_locator("iframe").get_by_role("link", name="Sign in").click()
    page.wait_for_url(lambda address: "/trial/mail/" not in address)
    assert page.locator("iframe").count() == 0
