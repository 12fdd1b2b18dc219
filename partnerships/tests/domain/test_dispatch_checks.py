"""What is asked just before a mail goes: a pause, a stop, a full week, working hours, many planned at once."""

import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.domain.dispatch import (
    AT_MOST_ONCE,
    MailKind,
    claim_dispatches,
    kinds,
    mail_kind,
    plan_dispatch,
    plan_dispatches,
    send_claimed,
    send_dispatches,
)
from partnerships.domain.dispatch_planning import KeyOf, plan_dispatches_from
from partnerships.domain.mail_choices import pause_mail, resume_mail, stop_mail, update_mail_choice
from partnerships.domain.members import leave_partnership
from partnerships.enums import DispatchState, MailPace, MailSeries, NotSentBecause
from partnerships.models.bounces import AddressSuppression
from partnerships.models.dispatch import Dispatch, DispatchQuerySet
from partnerships.models.members import Membership
from partnerships.models.people import Person
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import make_member, make_partnership, make_person, moment
from partnerships.tests.together import at_once

pytestmark = pytest.mark.django_db
WEDNESDAY = moment("2026-11-25 10:00")


def _words(row, reader):
    return {"invitation": {"partnership": row.partnership}, "url": ""}


@pytest.fixture(autouse=True)
def news(monkeypatch, settings):
    """A kind of mail that people can switch off, in the words of an invitation."""
    kind = MailKind(
        name="news", app="partnerships", context=_words, still_wanted=lambda row, reader: True, essential=False,
        policy=AT_MOST_ONCE, counts=True, working_time=False, series=MailSeries.CHECK_INS, hidden=False,
    )  # fmt: skip
    monkeypatch.setattr(MailKind, "template", "partnerships/emails/invitation")
    monkeypatch.setitem(kinds, "news", kind)
    return kind


def plan(person, partnership, occurrence="1", at=WEDNESDAY, **more):
    plan_dispatch(kind="news", occurrence=occurrence, recipient=person, partnership=partnership, at=at, **more)


def found():
    return sorted(Dispatch.objects.values_list("state", "reason"))


def test_what_can_be_switched_off_has_a_series():
    with pytest.raises(ValueError, match="series"):
        mail_kind("nothing", essential=False, still_wanted=bool)


def test_whoever_chose_nothing_gets_it(larkmere, bea, smtp_sink):
    plan(bea, larkmere)
    assert send_dispatches(at=WEDNESDAY) == {"sent": 1}
    assert found() == [("sent", "")]


def _leave(membership, by):
    leave_partnership(membership=membership, by=by)


def _pause(membership, by):
    pause_mail(membership=membership, by=by, until=date(2026, 11, 25), at=WEDNESDAY)


def _pause_open(membership, by):
    pause_mail(membership=membership, by=by)


def _none(membership, by):
    update_mail_choice(membership=membership, by=by, check_ins=MailPace.NONE)


def _weekly(membership, by):
    update_mail_choice(membership=membership, by=by, check_ins=MailPace.WEEKLY)


def _bounced(membership, by):
    AddressSuppression.objects.create(address=by.email, kind="hard")


def _closed(membership, by):
    Person.objects.filter(pk=by.pk).update(is_active=False)


REASONS = [
    (_leave, NotSentBecause.LEFT), (_pause, NotSentBecause.PAUSED), (_pause_open, NotSentBecause.PAUSED),
    (_none, NotSentBecause.STOPPED), (_weekly, NotSentBecause.WEEKLY), (_bounced, NotSentBecause.UNREACHABLE),
    (_closed, NotSentBecause.GONE),
]  # fmt: skip


@pytest.mark.parametrize(("act", "reason"), REASONS, ids=[str(reason) + act.__name__ for act, reason in REASONS])
def test_why_a_mail_does_not_go(larkmere, bea, tom, smtp_sink, act, reason):
    """Asked when it is sent, not when it was planned; and the next one in the chunk goes."""
    plan(bea, larkmere)
    plan(tom, larkmere)
    act(membership_of(bea, larkmere), bea)
    assert send_dispatches(at=WEDNESDAY) == {"suppressed": 1, "sent": 1}
    assert found() == [("sent", ""), ("suppressed", reason)]
    assert len(smtp_sink.messages) == 1


def test_a_mail_that_cannot_be_switched_off_comes_all_the_same(larkmere, bea, smtp_sink, monkeypatch, news):
    monkeypatch.setitem(kinds, "news", replace(news, essential=True, counts=False))
    _pause_open(membership_of(bea, larkmere), bea)
    _none(membership_of(bea, larkmere), bea)
    for number in range(5):
        plan(bea, larkmere, str(number))
    assert send_dispatches(at=WEDNESDAY) == {"sent": 5}


def test_a_pause_ends_by_itself_and_by_hand(larkmere, bea, smtp_sink):
    membership = membership_of(bea, larkmere)
    _pause(membership, bea)
    plan(bea, larkmere, not_before=WEDNESDAY + timedelta(days=1))
    assert send_dispatches(at=WEDNESDAY + timedelta(days=1)) == {"sent": 1}
    _pause_open(membership, bea)
    resume_mail(membership=membership, by=bea)
    plan(bea, larkmere, "2")
    assert send_dispatches(at=WEDNESDAY + timedelta(days=1)) == {"sent": 1}


# --- The week (E12) ------------------------------------------------------------------------------------------------
def test_a_member_of_five_gets_two_a_week_over_all_of_them(bea, smtp_sink):
    groups = [make_partnership() for _ in range(5)]
    for group in groups:
        make_member(group, bea)
        plan(bea, group, str(group.pk))
    assert send_dispatches(at=WEDNESDAY) == {"sent": 2, "suppressed": 3}
    assert found() == [("sent", "")] * 2 + [("suppressed", "too_many")] * 3
    almost = WEDNESDAY + timedelta(days=7) - timedelta(seconds=1)
    plan(bea, groups[0], "almost", at=almost)
    assert send_dispatches(at=almost) == {"suppressed": 1}
    plan(bea, groups[0], "a week", at=WEDNESDAY + timedelta(days=7))
    assert send_dispatches(at=WEDNESDAY + timedelta(days=7)) == {"sent": 1}
    assert len(smtp_sink.messages) == 3


def test_one_in_doubt_counts_as_one_that_came(larkmere, bea, smtp_sink, settings):
    settings.MAIL_MOST_A_WEEK = 1
    plan(bea, larkmere)
    Dispatch.objects.update(state=DispatchState.UNKNOWN, claimed_at=WEDNESDAY, attempts=1)
    plan(bea, larkmere, "2")
    assert send_dispatches(at=WEDNESDAY) == {"suppressed": 1}


@pytest.mark.postgres_only
def test_two_senders_share_one_week(transactional_db, smtp_sink):
    person = make_person()
    groups = [make_partnership(person) for _ in range(6)]
    now = timezone.now()
    for group in groups:
        plan(person, group, str(group.pk), at=now)
    results = at_once(*[lambda: send_dispatches(chunk=1)] * 3)
    assert sum(counts["sent"] for counts in results) == 2
    assert len(smtp_sink.messages) == 2


@pytest.mark.parametrize(("held_is_wanted", "ours"), [(True, "suppressed"), (False, "sent")])
def test_room_that_another_sender_may_need_is_waited_for(
    larkmere, bea, smtp_sink, settings, monkeypatch, news, held_is_wanted, ours
):
    """A mail in somebody else's hands may go or not; whoever waits for it loses nothing."""
    wanted = replace(news, still_wanted=lambda row, reader: held_is_wanted or row.occurrence != "held")
    monkeypatch.setitem(kinds, "news", wanted)
    settings.MAIL_MOST_A_WEEK = 1
    plan(bea, larkmere, "held")
    held = claim_dispatches(at=WEDNESDAY)
    plan(bea, larkmere, "ours")
    assert send_dispatches(at=WEDNESDAY) == {"planned": 1}
    row = Dispatch.objects.get(occurrence="ours")
    assert (row.not_before, row.attempts, row.claim) == (WEDNESDAY + timedelta(minutes=5), 0, None)
    assert send_claimed(claim=held, at=WEDNESDAY) == {"sent" if held_is_wanted else "suppressed": 1}
    assert send_dispatches(at=WEDNESDAY + timedelta(minutes=5)) == {ours: 1}
    assert len(smtp_sink.messages) == 1


@pytest.mark.postgres_only
def test_two_senders_do_not_wait_for_each_other(transactional_db, smtp_sink, settings, monkeypatch):
    """Each holds a mail for the same full week and takes its time to look: one gives way, the other goes."""
    settings.MAIL_MOST_A_WEEK = 1
    look = DispatchQuerySet.how_many_for_each_reader

    def look_slowly(rows):
        found = list(look(rows))
        time.sleep(0.5)
        return found

    monkeypatch.setattr(DispatchQuerySet, "how_many_for_each_reader", look_slowly)
    person = make_person()
    group, now = make_partnership(person), timezone.now()
    claims = []
    for occurrence in ("one", "other"):
        plan(person, group, occurrence, at=now)
        claims.append(claim_dispatches(at=now))
    results = at_once(*[lambda claim=claim: send_claimed(claim=claim) for claim in claims])
    assert sum(results, Counter()) == {"sent": 1, "planned": 1}


def test_a_chunk_asks_once_and_a_mail_writes_twice(larkmere, smtp_sink):
    """Taken up and gone; everything else is asked for a whole chunk."""
    members = list(larkmere.memberships.current().select_related("person")[:11])

    def queries(people, occurrence):
        for person in people:
            plan(person, larkmere, occurrence)
        with CaptureQueriesContext(connection) as found:
            assert send_dispatches(at=WEDNESDAY) == {"sent": len(people)}
        return len(found)

    people = [member.person for member in members]
    assert queries(people, "many") - queries(people[:1], "one") == 2 * 10


# --- Working hours -------------------------------------------------------------------------------------------------
def test_what_can_wait_waits_for_the_reader_s_own_morning(larkmere, bea, smtp_sink, monkeypatch, news):
    monkeypatch.setitem(kinds, "news", replace(news, working_time=True))
    Person.objects.filter(pk=bea.pk).update(time_zone="Asia/Tokyo")
    plan(bea, larkmere, expires_at=WEDNESDAY + timedelta(days=2))
    assert send_dispatches(at=WEDNESDAY) == {"planned": 1}  # seven in the evening there
    row = Dispatch.objects.get()
    assert (row.not_before, row.attempts, row.claim) == (moment("2026-11-25 23:00"), 0, None)
    assert send_dispatches(at=moment("2026-11-25 22:59")) == {}
    assert send_dispatches(at=moment("2026-11-25 23:00")) == {"sent": 1}


def test_what_waits_past_its_window_expires(larkmere, bea, smtp_sink, monkeypatch, news):
    monkeypatch.setitem(kinds, "news", replace(news, working_time=True))
    friday = moment("2026-11-27 19:00")
    plan(bea, larkmere, at=friday, expires_at=friday + timedelta(days=1))
    assert send_dispatches(at=friday) == {"planned": 1}
    assert send_dispatches(at=moment("2026-11-30 08:00")) == {}
    assert found() == [("expired", "")]


# --- Many at once --------------------------------------------------------------------------------------------------
def _plan_group(group, **more):
    return plan_dispatches_from(
        kind="news",
        queryset=Membership.objects.current().filter(partnership=group),
        occurrence="2026-11-25",
        partnership=group,
        at=WEDNESDAY,
        **more,
    )


def test_many_are_planned_in_one_statement_as_one_by_one(larkmere, bea):
    with CaptureQueriesContext(connection) as queries:
        planned = _plan_group(larkmere, expires_at=WEDNESDAY + timedelta(days=1), context={"session": "x"})
    assert len(queries) == 1
    everyone = [membership.person for membership in larkmere.memberships.current().select_related("person")]
    assert planned == len(everyone)
    fields = ["kind", "occurrence", "recipient_key", "partnership", "state", "planned_at", "not_before", "expires_at",
              "attempts", "error", "reason", "context", "claim", "claimed_at", "sent_at"]  # fmt: skip
    at_once_rows = sorted(Dispatch.objects.values_list(*fields), key=str)
    assert {row.pk.version for row in Dispatch.objects.all()} == {4}
    Dispatch.objects.all().delete()
    plan_dispatches(kind="news", occurrence="2026-11-25", recipients=everyone, partnership=larkmere, at=WEDNESDAY,
                    expires_at=WEDNESDAY + timedelta(days=1), context={"session": "x"})  # fmt: skip
    assert sorted(Dispatch.objects.values_list(*fields), key=str) == at_once_rows


def test_planning_again_plans_nothing(larkmere):
    assert _plan_group(larkmere) > 0
    assert _plan_group(larkmere) == 0


def test_occurrence_and_partnership_may_come_from_the_rows(larkmere, bea):
    from django.db.models import F

    planned = plan_dispatches_from(
        kind="news",
        queryset=Membership.objects.filter(person=bea),
        occurrence=KeyOf("partnership_id", word="group"),
        partnership=F("partnership_id"),
        at=WEDNESDAY,
    )
    groups = set(bea.memberships.values_list("partnership_id", flat=True))
    assert planned == len(groups)
    rows = set(Dispatch.objects.values_list("occurrence", "partnership_id", "recipient_key"))
    assert rows == {(f"group:{group}", group, f"person:{bea.pk}") for group in groups}


def test_a_kind_nobody_registered_plans_nothing(larkmere):
    with pytest.raises(LookupError):
        plan_dispatches_from(kind="nothing", queryset=Membership.objects.all(), occurrence="x")


# --- Stopping ------------------------------------------------------------------------------------------------------
def test_stopping_one_series_leaves_the_others(larkmere, bea):
    for _ in range(2):
        stop_mail(person=bea, series=MailSeries.CHECK_INS, partnership=larkmere)
    choice = membership_of(bea, larkmere).mail_choice
    assert [choice.pace_of(series) for series in (MailSeries.CHECK_INS, MailSeries.RECORDS)] == ["none", "once"]


def test_stopping_the_weekly_mail_stops_what_it_gathers(larkmere, bea):
    membership = membership_of(bea, larkmere)
    update_mail_choice(membership=membership, by=bea, actions=MailPace.WEEKLY)
    stop_mail(person=bea, series=MailSeries.DIGEST)
    choice = membership_of(bea, larkmere).mail_choice
    assert (choice.actions, choice.records, choice.pace_of(MailSeries.DIGEST)) == ("none", "once", "none")


def test_wanting_mail_leaves_out_who_paused_or_stopped(larkmere, bea, tom):
    today = larkmere.local_date(WEDNESDAY)
    before = Membership.objects.wanting_mail(MailSeries.CHECK_INS, today).count()
    _pause(membership_of(bea, larkmere), bea)
    _none(membership_of(tom, larkmere), tom)
    left = Membership.objects.wanting_mail(MailSeries.CHECK_INS, today)
    assert left.count() == before - 2
    assert not left.filter(person__in=[bea, tom], partnership=larkmere).exists()
