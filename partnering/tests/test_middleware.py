"""Headers, sign-in that lasts, and parts that ask again."""

import datetime

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from partnering.middleware import SEEN_ON, local_time


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("pat@example.org", full_name="Pat Reed", time_zone="Pacific/Auckland")


@pytest.fixture
def staff(db):
    return get_user_model().objects.create_superuser("ines@example.org", full_name="Ines Varga")


def test_every_answer_carries_the_strict_policy(client, db):
    policy = client.get(reverse("health_live")).headers["Content-Security-Policy"]
    assert sorted(part.strip() for part in policy.split(";")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]


@pytest.mark.parametrize("path", ["/health/live/", "/no-such-page/", "/accounts/login/code/"])
def test_every_kind_of_answer_carries_the_other_headers(client, db, path):
    headers = client.get(path).headers
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": settings.PERMISSIONS_POLICY,
    }
    assert {name: headers.get(name) for name in expected} == expected


def test_what_a_signed_in_person_sees_is_kept_nowhere(client, person):
    client.force_login(person)
    assert client.get(reverse("account_email")).headers["Cache-Control"] == "no-store"
    assert client.get("/no-such-page/").headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept_by_a_signed_in_person(client, person):
    client.force_login(person)
    answer = client.get("/static/css/tokens.css")
    answer.close()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] != "no-store"


def test_the_idle_month_starts_again_once_a_day(client, person, time_machine_travel):
    client.force_login(person)
    client.get(reverse("account_email"))
    first = client.session.get_expiry_date()
    assert "session" not in client.get(reverse("account_email")).cookies
    time_machine_travel(datetime.timedelta(days=29))
    answer = client.get(reverse("account_email"))
    assert answer.cookies["session"]["max-age"] == settings.SESSION_COOKIE_AGE == 30 * 86400
    assert client.session.get_expiry_date() > first
    time_machine_travel(datetime.timedelta(days=29))
    assert client.get(reverse("account_email")).status_code == 200
    assert client.session[SEEN_ON] == timezone.now().date().isoformat()


def test_a_month_away_ends_the_sign_in(client, person, time_machine_travel):
    client.force_login(person)
    client.get(reverse("account_email"))
    time_machine_travel(datetime.timedelta(days=31))
    assert client.get(reverse("account_email")).status_code == 302


def test_the_admin_asks_again_after_twelve_hours(client, staff, time_machine_travel):
    client.force_login(staff)
    index = reverse("admin:index")
    time_machine_travel(datetime.timedelta(hours=11, minutes=59))
    assert client.get(index).status_code == 200
    time_machine_travel(datetime.timedelta(minutes=2))
    answer = client.get(index)
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_request_login_code')}?next={index}")
    assert "_auth_user_id" not in client.session
    client.force_login(staff)
    assert client.get(index).status_code == 200


@pytest.fixture
def time_machine_travel():
    """Move the clock on by a timedelta, as often as wanted."""
    import time_machine

    travellers, clock = [], [timezone.now()]

    def move(by):
        clock[0] += by
        traveller = time_machine.travel(clock[0], tick=True)
        traveller.start()
        travellers.append(traveller)

    yield move
    for traveller in reversed(travellers):
        traveller.stop()


def test_times_are_shown_on_the_persons_own_clock(person, client):
    client.force_login(person)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, person
    seen = []
    local_time(lambda request: seen.append(timezone.get_current_timezone_name()) or HttpResponse())(request)
    assert seen == ["Pacific/Auckland"]
    assert timezone.get_current_timezone_name() == "Europe/London"
