"""Addresses that mail does not reach: hard at once, soft after three in a week, complaints at once; told once, signed, never in the server's words."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.bounces import count_unreached, forget_bounces, record_bounces, sign_report
from partnerships.domain.invitations import list_waiting
from partnerships.domain.people import change_person_email
from partnerships.models.bounces import AddressSuppression, BounceEvent
from partnerships.tests.access_table import client_of
from partnerships.tests.factories import make_invitation, moment

pytestmark = pytest.mark.django_db
START = moment("2026-11-02 09:00")
SECRET = "a secret that the mail service knows"


def report(kind="hard", address="lou@eastfold.example", event_id="1"):
    return {"id": event_id, "address": address, "kind": kind}


def suppressed():
    return list(AddressSuppression.objects.values_list("address", "kind"))


@pytest.mark.parametrize("kind", ["hard", "complaint"])
def test_a_missing_mailbox_and_a_complaint_count_at_once(kind):
    assert record_bounces(events=[report(kind, "Lou@Eastfold.example")]) == 1
    assert suppressed() == [("lou@eastfold.example", kind)]


@pytest.mark.parametrize(
    ("days", "found"),
    [([0, 3, 7], 1), ([0, 3, 6], 0), ([0, 7], 0), ([0, 1, 2, 7], 1), ([0, 0, 0, 0, 0], 0), ([0, 95, 98], 0)],
)
def test_soft_counts_after_three_over_a_week(days, found):
    for number, day in enumerate(days):
        record_bounces(events=[report("soft", event_id=str(number))], at=START + timedelta(days=day))
    assert len(suppressed()) == found


def test_the_same_report_again_changes_nothing():
    for day in (0, 4, 8):
        assert record_bounces(events=[report("soft")], at=START + timedelta(days=day)) == (day == 0)
    assert suppressed() == []


@pytest.mark.parametrize(
    "bad",
    [{}, [], "x", None, report("odd"), report(address="nobody"), report(address=7), report(event_id=""),
     report(event_id=7), report(event_id="x" * 201), report(event_id="a\nb")],
)  # fmt: skip
def test_one_bad_report_refuses_all(bad):
    with pytest.raises(ValidationError):
        record_bounces(events=[report(), bad])
    assert not BounceEvent.objects.exists()


def test_a_new_address_is_reached_again(larkmere, bea):
    record_bounces(events=[report(address=bea.email), report(address="bea@new.example", event_id="2")])
    assert count_unreached(partnership=larkmere).members == 1
    change_person_email(person=bea, email="bea@new.example", by=bea)
    assert count_unreached(partnership=larkmere).total == 0


def test_reports_are_forgotten_and_whom_we_cannot_reach_is_not():
    record_bounces(events=[report()], at=START)
    assert forget_bounces(at=START + timedelta(days=90)) == 0
    assert forget_bounces(at=START + timedelta(days=91)) == 1
    assert len(suppressed()) == 1


# --- What those who facilitate are told ----------------------------------------------------------------------------
def test_facilitators_learn_how_many_and_nobody_learns_who(house):
    page = reverse("partnerships:membership_list", args=[house.larkmere.pk])
    make_invitation(house.larkmere, house.amina, "lou@eastfold.example")
    assert "cannot reach" not in client_of(house, "amina").get(page).content.decode()
    record_bounces(events=[report(), report(address=house.tom.email.upper(), event_id="2")])
    body = client_of(house, "amina").get(page).content.decode()
    assert "We cannot reach 2 people" in body
    assert house.tom.email not in body
    assert "cannot reach" not in client_of(house, "bea").get(page).content.decode()
    assert [row.delivery for row in list_waiting(partnership=house.larkmere)] == ["not_delivered"]


# --- The endpoint --------------------------------------------------------------------------------------------------
def post(body, *, signature=None, at=None, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = sign_report(body, moment=at or timezone.now()) if signature is None else signature
    return Client().post(
        reverse("partnerships:bounce_record"), body, content_type="application/json",
        headers={"X-Partnering-Signature": signature, **headers},
    )  # fmt: skip


def test_without_a_secret_there_is_no_endpoint(settings):
    settings.BOUNCE_SECRET = ""
    assert post({"events": [report()]}).status_code == 404
    assert suppressed() == []


def test_a_signed_report_counts_once(settings):
    settings.BOUNCE_SECRET = SECRET
    answers = [post({"events": [report()]}) for _ in range(2)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"new": 1}), (200, {"new": 0})]
    assert suppressed() == [("lou@eastfold.example", "hard")]


def test_forged_stale_and_changed_reports_are_refused(settings):
    settings.BOUNCE_SECRET = "another secret"
    body = json.dumps({"events": [report()]}).encode()
    forged = sign_report(body, moment=timezone.now())
    settings.BOUNCE_SECRET = SECRET
    now = timezone.now()
    other = sign_report(b"{}", moment=now)
    for signature in ("", "x", "t=,v1=", "t=1", "t=999999999999999999,v1=0", "v1=0", forged, other, "t=é,v1=é",
                      sign_report(body, moment=now - timedelta(minutes=6)),
                      sign_report(body, moment=now + timedelta(minutes=6))):  # fmt: skip
        assert post(body, signature=signature).status_code == 403
    assert not BounceEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"events": 1}', b'{"events": [1]}', b"\xff", b"[" * 5000])
def test_a_signed_body_that_is_no_report_is_refused(settings, body):
    settings.BOUNCE_SECRET = SECRET
    assert post(body).status_code == 400
    assert not BounceEvent.objects.exists()


# --- The command ---------------------------------------------------------------------------------------------------
def run(text, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    said = io.StringIO()
    call_command("record_bounces", stdout=said)
    return said.getvalue().strip()


def test_the_command_reads_lines_and_json(monkeypatch):
    text = 'hard Lou@eastfold.example\n\nsoft tom@x.example 17\n{"id": "9", "address": "a@x.example", "kind": "complaint"}\n'
    assert run(text, monkeypatch) == "3 new, 0 known already."
    assert run(text, monkeypatch) == "0 new, 3 known already."
    assert sorted(suppressed()) == [("a@x.example", "complaint"), ("lou@eastfold.example", "hard")]


@pytest.mark.parametrize("text", ["hard", "{", "odd a@x.example", "hard nobody"])
def test_the_command_says_which_line_needs_a_look(monkeypatch, text):
    with pytest.raises(CommandError):
        run(text, monkeypatch)
    assert not BounceEvent.objects.exists()
