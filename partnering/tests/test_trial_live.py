"""Trying a live session out: three screens side by side, each opened with one press."""

import pytest
from django.urls import reverse

from partnering import urls_trial
from partnering.demo.people import address_of
from partnering.urls import urlpatterns as real_urls
from partnering.views import bad_request as handler400  # noqa: F401  this module is a table of contents too, with the trial in it
from partnerships.domain.people import create_person
from partnerships.tests.factories import make_member, make_partnership
from reflection.domain.live import begin_live
from reflection.domain.sessions import close_session
from reflection.enums import SessionMode
from reflection.tests.frameworks import load_built_in
from reflection.tests.sessions import make_open

urlpatterns = [*real_urls, *urls_trial.urlpatterns]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _trying_out(settings, tmp_path):
    settings.TRIAL = True
    settings.MAIL_FOLDER = tmp_path / "mail"


@pytest.fixture
def cast():
    amina, bea, petra = (
        create_person(email=address_of(key), full_name=name)
        for key, name in (("amina", "Amina R"), ("bea", "Bea N"), ("petra", "Petra M"))
    )
    larkmere = make_partnership(by=amina, name="Larkmere")
    make_member(larkmere, bea)
    make_partnership(by=petra, name="Moor Edge")
    lead = larkmere.memberships.get(person=amina)
    return amina, bea, petra, make_open(larkmere, load_built_in(), lead, mode=SessionMode.LIVE), lead


def way_of(client, person, to="live"):
    return client.post(reverse("trial_sign_in", args=[person.pk]), {"to": to}).url


def test_each_of_the_screens_is_one_press_away(client, cast):
    amina, bea, petra, session, lead = cast
    page = client.get(reverse("trial_home")).text
    assert [
        words for words in ("Lead as Amina", "Shared screen", "Follow as Bea", session.title) if words not in page
    ] == []

    def here(name):
        return reverse(f"reflection:{name}", args=[session.pk])

    assert (way_of(client, amina), way_of(client, bea)) == (here("live_begin"), here("session_detail"))
    begin_live(session=session, by=lead)
    assert (way_of(client, amina), way_of(client, bea)) == (here("live_console"), here("live_follow"))
    assert client.get(here("live_follow")).status_code == 200
    # Somebody from elsewhere, and somebody who asks for nothing special, begin at home.
    assert (way_of(client, petra), way_of(client, amina, to="")) == (reverse("home"), reverse("home"))


def test_a_session_that_is_over_is_not_offered(client, cast):
    *_, session, lead = cast
    close_session(session=session, by=lead)
    page = client.get(reverse("trial_home")).text
    assert ("Follow as Bea" in page, "Begin again” makes a new one ready" in page) == (False, True)
