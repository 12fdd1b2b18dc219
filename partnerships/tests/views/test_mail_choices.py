"""My reminders, and stopping a kind of mail from the mail itself (E7)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.dispatch_mail import unsubscribe_url
from partnerships.domain.mail_choices import mail_choice_of
from partnerships.enums import MailSeries
from partnerships.models.mail_choices import FIELD_OF, UNTIL_THEY_SAY_SO, MailChoice
from partnerships.tests.access_table import client_of

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def page(house, name="mail_choice_update"):
    return reverse(f"partnerships:{name}", args=[house.of("bea").pk])


def link(house, series=MailSeries.CHECK_INS, **more):
    url = unsubscribe_url(person=house.bea, series=series, partnership=house.larkmere, **more)
    return "/" + url.split("/", 3)[3]


def choice(house):
    return mail_choice_of(house.of("bea"))


def test_every_pace_is_kept(house):
    sent = dict.fromkeys(FIELD_OF.values(), "weekly") | {"checkin_pace": "month"}
    answer = client_of(house, "bea").post(page(house), sent)
    assert answer.status_code == 302
    kept = choice(house)
    assert {getattr(kept, name) for name in FIELD_OF.values()} == {"weekly"}
    assert kept.checkin_pace == "month"
    body = client_of(house, "bea").get(page(house)).content.decode()
    assert body.count('value="weekly" checked') == len(FIELD_OF)


def test_a_pace_that_does_not_exist_changes_nothing(house):
    sent = dict.fromkeys(FIELD_OF.values(), "weekly") | {"checkin_pace": "hourly"}
    assert client_of(house, "bea").post(page(house), sent).status_code == 422
    assert not MailChoice.objects.exists()


def test_pausing_until_a_day_until_i_say_so_and_no_more(house):
    client, where = client_of(house, "bea"), page(house, "mail_pause")
    later = house.larkmere.local_date() + timedelta(days=20)
    assert client.post(where, {"until": later.isoformat()}).status_code == 302
    assert house.of("bea").paused_until == later
    assert "Paused until" in client.get(page(house)).content.decode()
    client.post(where, {"resume": "yes"})
    assert house.of("bea").paused_until is None
    client.post(where, {"open_end": "yes"})
    assert house.of("bea").paused_until == UNTIL_THEY_SAY_SO
    assert "Paused until you say so" in client.get(page(house)).content.decode()


@pytest.mark.parametrize("until", ["", "yesterday", date(2020, 1, 1).isoformat()])
def test_a_day_that_cannot_be_is_refused_in_words(house, until):
    answer = client_of(house, "bea").post(page(house, "mail_pause"), {"until": until})
    assert answer.status_code == 422
    assert house.of("bea").paused_until is None


# --- From the mail itself ------------------------------------------------------------------------------------------
def test_opening_the_link_changes_nothing_and_names_nobody(house):
    client = Client()
    for method in (client.get, client.head, client.options, client.get):
        method(link(house))
    assert not MailChoice.objects.exists()
    answer = client.get(link(house))
    body = answer.content.decode()
    assert "Stop this mail" in body
    assert "Larkmere Vale Together" in body
    assert not any(name in body for name in ("Bea", "Amina", "Nwosu"))
    assert client.cookies == {}
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_one_press_in_the_mail_program_stops_it(house):
    """No cookie, no page, no redirect, any number of times, up to a year old (RFC 8058)."""
    client = Client(enforce_csrf_checks=True)
    almost_a_year_ago = timezone.now() - timedelta(days=364)
    for _ in range(3):
        answer = client.post(link(house, at=almost_a_year_ago), ONE_CLICK)
        assert (answer.status_code, answer.content) == (200, b"Stopped.\n")
    assert (choice(house).check_ins, choice(house).records) == ("none", "once")
    assert Client().post(link(house, at=timezone.now() - timedelta(days=365)), ONE_CLICK).status_code == 410


def test_the_page_offers_all_reminders(house):
    client = Client(enforce_csrf_checks=True)
    assert "Stop all reminders" in client.get(link(house)).content.decode()
    answer = client.post(link(house), {"everything": "yes"})
    assert "No more reminders come to you" in answer.content.decode()
    assert {getattr(choice(house), name) for name in FIELD_OF.values()} == {"none"}


def test_a_link_of_someone_else_s_stops_only_theirs(house):
    Client().post(link(house), ONE_CLICK)
    assert not MailChoice.objects.exclude(membership=house.of("bea")).exists()


def test_a_link_cut_off_while_copying_says_what_to_do(house):
    answer = Client().get(link(house)[:-10] + "/")
    assert answer.status_code == 404
    assert "opens nothing any more" in answer.content.decode()
