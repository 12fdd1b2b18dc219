"""The mail of a check-in: one form behind each choice, no name but the reader's, nothing in the subject."""

from datetime import timedelta

import pytest
from django.core import mail

from partnerships.domain.dispatch import send_dispatches
from partnerships.enums import DispatchState, NotSentBecause, SeenBy
from partnerships.models.dispatch import Dispatch
from partnerships.tests.factories import moment
from reflection.domain.checkins import answer_checkin, close_checkin, decline_checkin
from reflection.models.checkins import CheckInInvitee
from reflection.tests.checkins import TUESDAY, make_checkin, place_in

pytestmark = pytest.mark.django_db
SOON = TUESDAY + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def test_the_mail_has_a_link_for_each_choice_and_names_nobody_else(larkmere, bea):
    checkin = make_checkin(larkmere)
    for place in CheckInInvitee.objects.filter(checkin=checkin).exclude(membership__person=bea):
        answer_checkin(invitee=place, words="Canary.", words_to=SeenBy.GROUP)
    send_dispatches(at=SOON)
    (sent,) = mail.outbox
    assert sent.to == [bea.email]
    assert sent.subject == "Larkmere Vale Together: how are things?"
    both = sent.body + sent.alternatives[0][0]
    assert [f"?room={value}" in sent.body for value in range(1, 6)] == [True] * 5
    assert checkin.question not in both
    assert "Canary" not in both
    for membership in larkmere.memberships.exclude(person=bea).select_related("person"):
        assert membership.person.full_name not in both


def test_who_has_answered_or_said_not_this_time_gets_no_mail(larkmere, bea, tom):
    checkin = make_checkin(larkmere)
    answer_checkin(invitee=place_in(checkin, bea), mood=3)
    decline_checkin(invitee=place_in(checkin, tom))
    send_dispatches(at=SOON)
    assert {bea.email, tom.email} & {to for sent in mail.outbox for to in sent.to} == set()
    assert Dispatch.objects.filter(kind="checkin", state=DispatchState.SUPPRESSED).count() == 2


def test_a_checkin_that_closed_before_its_mail_went_asks_nobody(larkmere):
    close_checkin(checkin=make_checkin(larkmere), at=TUESDAY)
    send_dispatches(at=SOON)
    assert mail.outbox == []
    found = set(Dispatch.objects.filter(kind="checkin").values_list("state", "reason"))
    assert found == {(DispatchState.SUPPRESSED, NotSentBecause.NOT_NEEDED)}


def test_a_checkin_sent_by_hand_on_a_friday_evening_comes_on_monday(larkmere, bea):
    friday = moment("2026-12-04 18:30")
    make_checkin(larkmere, at=friday)
    send_dispatches(at=friday)
    assert mail.outbox == []
    send_dispatches(at=moment("2026-12-07 08:00"))
    assert [bea.email] in [sent.to for sent in mail.outbox]


def test_the_mail_waits_for_nobody_after_its_day(larkmere):
    make_checkin(larkmere)
    send_dispatches(at=TUESDAY + timedelta(days=3))
    assert mail.outbox == []
    assert set(Dispatch.objects.filter(kind="checkin").values_list("state", flat=True)) == {DispatchState.EXPIRED}
