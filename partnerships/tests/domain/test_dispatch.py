"""The ledger of mail: what is planned once is sent once, and every doubt ends in a state that says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from partnerships.domain import dispatch
from partnerships.domain.dispatch import (
    AT_MOST_ONCE,
    RESEND_ONCE,
    claim_dispatches,
    expire_dispatches,
    kinds,
    mail_kind,
    plan_dispatch,
    plan_dispatches,
    reap_dispatches,
    send_claimed,
    send_dispatches,
)
from partnerships.domain.invitations import withdraw_invitation
from partnerships.domain.people import change_person_email
from partnerships.enums import DispatchState
from partnerships.models.dispatch import Dispatch, DispatchQuerySet
from partnerships.tasks import task_send_dispatches
from partnerships.tests.factories import make_invitation, make_partnership, make_person
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=[AT_MOST_ONCE, RESEND_ONCE], ids=["at most once", "once more"])
def policy(request, monkeypatch):
    """Every fault is tried with both kinds of promise."""
    monkeypatch.setitem(kinds, "invitation", replace(kinds["invitation"], policy=request.param))
    return request.param


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def planned(larkmere, amina):
    """The row of one invitation that waits to be sent."""
    invitation = make_invitation(larkmere, amina, "lou@eastfold.example")
    return Dispatch.objects.get(occurrence=f"{invitation.pk}:1")


def state_of(row):
    row.refresh_from_db()
    return row.state


def arrived(sink):
    return [message["Message-ID"] for message in sink.messages]


# --- Planning ------------------------------------------------------------------------------------------------------
def test_planning_the_same_again_is_the_same_row(larkmere, amina, bea):
    for _ in range(2):
        plan_dispatches(kind="invitation", occurrence="x", recipients=[amina, bea], partnership=larkmere)
    assert sorted(Dispatch.objects.values_list("recipient_key", flat=True)) == sorted(
        f"person:{person.pk}" for person in (amina, bea)
    )


def test_a_kind_nobody_registered_is_refused(amina):
    with pytest.raises(LookupError):
        plan_dispatch(kind="nothing", occurrence="x", recipient=amina)
    with pytest.raises(ValueError, match="already"):
        mail_kind("invitation", essential=True, still_wanted=bool)(len)


def test_what_is_rolled_back_plans_no_mail(larkmere, amina):
    with transaction.atomic():
        make_invitation(larkmere, amina)
        transaction.set_rollback(True)
    assert not Dispatch.objects.exists()


def test_twenty_planners_at_once_plan_one(transactional_db):
    person = make_person()
    at_once(*[lambda: plan_dispatch(kind="invitation", occurrence="2026-11-30", recipient=person)] * 20)
    assert Dispatch.objects.count() == 1


# --- Sending -------------------------------------------------------------------------------------------------------
def test_what_is_due_is_sent_once(planned, smtp_sink, now):
    assert send_dispatches(at=now + MINUTE) == {"sent": 1}
    assert send_dispatches(at=now + MINUTE) == {}
    assert arrived(smtp_sink) == [f"<{planned.pk}@127.0.0.1>"]
    assert smtp_sink.envelopes[0].rcpt_tos == ["lou@eastfold.example"]
    assert state_of(planned) == DispatchState.SENT
    assert (planned.sent_at, planned.attempts, planned.error) == (now + MINUTE, 1, "")


def test_the_clock_sends_too(planned, smtp_sink):
    task_send_dispatches()
    assert state_of(planned) == DispatchState.SENT


def test_nothing_is_sent_before_its_time_or_after_it(planned, smtp_sink, now):
    Dispatch.objects.update(not_before=now + timedelta(hours=1), expires_at=now + timedelta(hours=2))
    assert send_dispatches(at=now) == {}
    assert state_of(planned) == DispatchState.PLANNED
    assert send_dispatches(at=now + timedelta(hours=2)) == {}
    assert state_of(planned) == DispatchState.EXPIRED
    assert smtp_sink.messages == []
    assert expire_dispatches(at=now + timedelta(hours=2)) == 0


def test_what_is_no_longer_wanted_is_not_sent(planned, smtp_sink, now):
    make = Dispatch.objects.get().recipient_key.partition(":")[2]
    withdraw_invitation(invitation=planned.partnership.invitations.get(pk=make), by=None)
    assert send_dispatches(at=now + MINUTE) == {"suppressed": 1}
    assert smtp_sink.messages == []


def test_the_address_is_read_when_the_mail_is_sent(bea, smtp_sink, now, monkeypatch):
    monkeypatch.setitem(
        kinds, "invitation", replace(kinds["invitation"], still_wanted=lambda row, reader: True, context=_no_context)
    )
    plan_dispatch(kind="invitation", occurrence="x", recipient=bea, at=now)
    change_person_email(person=bea, email="bea@new.example", by=bea)
    assert send_dispatches(at=now) == {"sent": 1}
    assert smtp_sink.envelopes[0].rcpt_tos == ["bea@new.example"]


def test_someone_who_can_no_longer_sign_in_gets_no_mail(bea, smtp_sink, now):
    plan_dispatch(kind="invitation", occurrence="x", recipient=bea, at=now)
    type(bea).objects.filter(pk=bea.pk).update(is_active=False)
    assert send_dispatches(at=now) == {"suppressed": 1}
    assert smtp_sink.messages == []


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(planned, larkmere, amina, bea, smtp_sink, now):
    plan_dispatch(kind="invitation", occurrence="broken", recipient=bea, at=now - MINUTE)  # a person is no invitation
    assert send_dispatches(at=now + MINUTE) == {"failed": 1, "sent": 1}
    assert Dispatch.objects.get(occurrence="broken").error == "AttributeError"


def test_a_chunk_goes_over_one_connection(larkmere, amina, smtp_sink, now):
    for _ in range(5):
        make_invitation(larkmere, amina)
    assert send_dispatches(at=now + MINUTE) == {"sent": 5}
    assert len({id(envelope) for envelope in smtp_sink.envelopes}) == 5
    assert len(set(smtp_sink.peers)) == 1


@pytest.fixture(autouse=True)
def _remember_connections(request):
    """Note from which connection each mail came."""
    if "smtp_sink" not in request.fixturenames:
        return
    sink = request.getfixturevalue("smtp_sink")
    sink.peers, keep = [], sink.handle_DATA

    async def handle(server, session, envelope):
        sink.peers.append(session.peer)
        return await keep(server, session, envelope)

    sink.handle_DATA = handle


# --- Faults --------------------------------------------------------------------------------------------------------
def test_a_flat_refusal_is_a_failure_without_the_servers_words(planned, policy, smtp_sink, now):
    smtp_sink.handle_RCPT = _refusing("550 no mailbox for lou@eastfold.example here")
    assert send_dispatches(at=now + MINUTE) == {"failed": 1}
    assert send_dispatches(at=now + timedelta(hours=1)) == {}
    assert state_of(planned) == DispatchState.FAILED
    assert planned.error == "SMTPRecipientsRefused 550"


def test_not_now_is_tried_later_and_then_no_more(planned, policy, smtp_sink, now):
    smtp_sink.handle_RCPT = _refusing("450 try later")
    found = [send_dispatches(at=now + (1 + 6 * number) * MINUTE) for number in range(6)]
    assert found == [{"planned": 1}] * 4 + [{"failed": 1}, {}]
    assert smtp_sink.messages == []


def test_not_now_and_then_yes_arrives_once(planned, policy, smtp_sink, now):
    smtp_sink.handle_RCPT = _refusing("450 try later")
    assert send_dispatches(at=now + MINUTE) == {"planned": 1}
    assert send_dispatches(at=now + 2 * MINUTE) == {}
    del smtp_sink.handle_RCPT
    assert send_dispatches(at=now + 7 * MINUTE) == {"sent": 1}
    assert len(smtp_sink.messages) == 1


def test_a_server_that_is_away_loses_and_doubles_nothing(larkmere, amina, policy, smtp_sink, now, settings):
    for _ in range(3):
        make_invitation(larkmere, amina)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_dispatches(at=now + MINUTE) == {}
    assert set(Dispatch.objects.values_list("state", "attempts", "claim")) == {("planned", 0, None)}
    settings.EMAIL_PORT = port
    assert send_dispatches(at=now + 2 * MINUTE) == {}
    assert send_dispatches(at=now + 7 * MINUTE) == {"sent": 3}
    assert len(set(arrived(smtp_sink))) == len(smtp_sink.messages) == 3


def test_a_line_that_breaks_after_the_words_went(planned, policy, smtp_sink, now):
    """The server has the mail and could not say so. A reminder is left in doubt; an invitation goes once more, marked."""
    smtp_sink.handle_DATA = _dropping(smtp_sink)
    found = [send_dispatches(at=now + (1 + 6 * number) * MINUTE) for number in range(4)]
    assert (
        found
        == {AT_MOST_ONCE: [{"unknown": 1}, {}, {}, {}], RESEND_ONCE: [{"planned": 1}, {"unknown": 1}, {}, {}]}[policy]
    )
    assert arrived(smtp_sink) == [f"<{planned.pk}@127.0.0.1>"] * policy
    assert (state_of(planned), planned.attempts) == (DispatchState.UNKNOWN, policy)


def test_the_others_go_over_a_new_line_when_one_breaks(larkmere, amina, policy, smtp_sink, now):
    make_invitation(larkmere, amina, "first@x.example", at=now - MINUTE)
    make_invitation(larkmere, amina, "second@x.example", at=now)
    keep = smtp_sink.handle_DATA
    drop = _dropping(smtp_sink)

    async def handle(server, session, envelope):
        return await (drop if envelope.rcpt_tos == ["first@x.example"] else keep)(server, session, envelope)

    smtp_sink.handle_DATA = handle
    assert send_dispatches(at=now + MINUTE)["sent"] == 1
    assert [envelope.rcpt_tos[0] for envelope in smtp_sink.envelopes] == ["first@x.example", "second@x.example"]


def test_a_sender_that_dies_before_handing_over_is_made_good(planned, policy, smtp_sink, now):
    assert claim_dispatches(at=now + MINUTE)
    assert send_dispatches(at=now + 15 * MINUTE) == {}
    assert send_dispatches(at=now + 16 * MINUTE) == {"sent": 1}
    assert len(smtp_sink.messages) == 1


def test_a_sender_that_dies_before_marking(planned, policy, smtp_sink, now, monkeypatch):
    mark = dispatch._mark
    monkeypatch.setattr(dispatch, "_mark", _die)
    with pytest.raises(SystemExit):
        send_dispatches(at=now)
    monkeypatch.setattr(dispatch, "_mark", mark)
    assert (state_of(planned), len(smtp_sink.messages)) == (DispatchState.SENDING, 1)
    assert reap_dispatches(at=planned.claimed_at + 14 * MINUTE) == 0
    later = planned.claimed_at + 15 * MINUTE
    assert reap_dispatches(at=later) == 1
    assert send_dispatches(at=later) == {AT_MOST_ONCE: {}, RESEND_ONCE: {"sent": 1}}[policy]
    assert len(smtp_sink.messages) == policy
    assert state_of(planned) == {AT_MOST_ONCE: DispatchState.UNKNOWN, RESEND_ONCE: DispatchState.SENT}[policy]


def test_a_sender_that_slept_too_long_sends_nothing(planned, policy, smtp_sink, now):
    claim = claim_dispatches(at=now - 16 * MINUTE) or claim_dispatches(at=now)
    Dispatch.objects.update(claimed_at=now - 16 * MINUTE)
    assert send_claimed(claim=claim) == {}
    assert smtp_sink.messages == []


def test_a_row_that_others_settle_while_its_mail_is_written_is_not_sent(planned, policy, smtp_sink, now, monkeypatch):
    def settle(row, reader):
        return Dispatch.objects.update(state=DispatchState.UNKNOWN) == 1

    monkeypatch.setitem(kinds, "invitation", replace(kinds["invitation"], still_wanted=settle))
    assert send_dispatches(at=now) == {}
    assert (state_of(planned), planned.attempts, smtp_sink.messages) == (DispatchState.UNKNOWN, 0, [])


def test_a_claim_is_taken_once(planned, now):
    assert claim_dispatches(at=now + MINUTE) is not None
    assert claim_dispatches(at=now + MINUTE) is None


def test_a_row_that_another_sender_took_in_between_is_left_alone(planned, now, monkeypatch):
    """Both saw it waiting; the second finds, when it takes it, that it is taken."""
    mine = claim_dispatches(at=now + MINUTE)
    monkeypatch.setattr(DispatchQuerySet, "due", lambda rows, at: rows.all())
    assert claim_dispatches(at=now + MINUTE) is None
    planned.refresh_from_db()
    assert planned.claim == mine


def test_three_senders_at_once_send_each_mail_once(transactional_db, smtp_sink):
    founder = make_person()
    partnership = make_partnership(founder)
    for number in range(40):
        make_invitation(partnership, founder, f"guest{number}@x.example")
    found = at_once(*[lambda: send_dispatches(chunk=7)] * 3)
    assert sum(counts["sent"] for counts in found) == 40
    assert len(smtp_sink.messages) == 40
    assert {envelope.rcpt_tos[0] for envelope in smtp_sink.envelopes} == {
        f"guest{number}@x.example" for number in range(40)
    }
    assert set(Dispatch.objects.values_list("state", "attempts")) == {("sent", 1)}


def _refusing(answer):
    async def handle(server, session, envelope, address, options):
        return answer

    return handle


def _dropping(sink):
    """Take the mail, then cut the line before saying so."""
    keep = sink.handle_DATA

    async def handle(server, session, envelope):
        await keep(server, session, envelope)
        server.transport.abort()
        return "250 never heard"

    return handle


def _die(*args):
    raise SystemExit


def _no_context(row, reader):
    return {"invitation": {"partnership": row.partnership}, "url": ""}
