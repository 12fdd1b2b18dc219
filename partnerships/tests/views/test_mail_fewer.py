"""Once a month, a pause, or no check-ins: one press under a check-in, without a sign-in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.domain.mail_choices import fewer_token, mail_choice_of, press_fewer
from partnerships.enums import CheckInPace, CheckInPress
from partnerships.models.mail_choices import UNTIL_THEY_SAY_SO, MailChoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(house):
    later = timezone.now() + timedelta(days=1)
    return reverse("partnerships:mail_fewer", args=[fewer_token(membership=house.of("bea"), expires_at=later)])


@pytest.mark.parametrize(
    ("press", "pace", "says"),
    [
        ("month", CheckInPace.MONTHLY, "Once a month, then"),
        ("stop", CheckInPace.NEVER, "No more check-ins"),
        ("back", CheckInPace.GROUP, "As the others, then"),
    ],
)
def test_one_press_changes_the_pace_of_one_person_in_one_group(house, client, page, press, pace, says):
    for _ in range(2):
        answer = client.post(page, {"press": press})
        assert answer.status_code == 200
        assert says in answer.content.decode()
    [kept] = MailChoice.objects.all()
    assert (kept.membership, kept.checkin_pace) == (house.of("bea"), pace)
    assert "_auth_user_id" not in client.session


def test_a_pause_is_four_weeks_and_taken_back_by_the_next_press(house, client, page):
    four_weeks = house.larkmere.local_date() + timedelta(weeks=4)
    assert "Paused until" in client.post(page, {"press": "pause"}).content.decode()
    assert house.of("bea").paused_until == four_weeks
    client.post(page, {"press": "back"})
    assert house.of("bea").paused_until is None


def test_a_longer_pause_stays(house, client, page):
    house.larkmere.memberships.filter(person=house.bea).update(paused_until=UNTIL_THEY_SAY_SO)
    for press in ("pause", "back"):
        client.post(page, {"press": press})
        assert house.of("bea").paused_until == UNTIL_THEY_SAY_SO


def test_opening_it_changes_nothing_and_tells_nothing(house, client, page):
    before = client.get(page)
    press_fewer(membership=house.of("bea"), by=house.bea, press=CheckInPress.STOP)
    assert client.head(page).status_code == 200
    again = client.get(page)
    assert mail_choice_of(house.of("bea")).checkin_pace == CheckInPace.NEVER
    assert len(again.content) == len(before.content)
    assert "Bea" not in again.content.decode()


@pytest.mark.parametrize("sent", [{}, {"press": "hourly"}])
def test_no_press_at_all_says_so_and_changes_nothing(client, page, sent):
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "Choose one." in answer.content.decode()
    assert not MailChoice.objects.exists()


def test_a_forged_press_from_elsewhere_is_refused(page):
    assert Client(enforce_csrf_checks=True).post(page, {"press": "stop"}).status_code == 403
    assert not MailChoice.objects.exists()


def test_only_oneself(house):
    with pytest.raises(PermissionDenied):
        press_fewer(membership=house.of("bea"), by=house.amina, press=CheckInPress.STOP)


def test_who_left_or_only_reads_has_no_link(house, client, page):
    place = house.larkmere.memberships.filter(person=house.bea)
    place.update(observes=True, takes_part=False, facilitates=False)
    assert client.get(page).status_code == 404
    place.update(observes=False, takes_part=True, left_on=house.larkmere.local_date())
    assert client.post(page, {"press": "stop"}).status_code == 404
