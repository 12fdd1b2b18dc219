"""What a script sends without leaving the page: done only when the answer says so, and a refusal is no success."""

import pytest
from django.urls import reverse

from reflection.models import Learning
from reflection.tests.sessions import make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead)


@pytest.fixture
def facilitator(client, amina):
    client.force_login(amina)
    return client


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


def test_a_form_sent_in_place_is_done_only_when_that_is_said(facilitator, client, shown, bea):
    session, _ = shown
    in_place = {"X-In-Place": "1"}
    sent = {"text": "Once.", "idempotency_key": "6f1c1dc4-38b1-4c0d-a1f0-00000000000b"}
    url = address("learning_create", session_id=session.pk)
    assert [facilitator.post(url, sent, headers=in_place).status_code for _ in range(2)] == [204, 204]
    assert Learning.objects.count() == 1
    theme = {"name": "Trust", "answer": ""}
    themes = address("theme_create", round_id=session.rounds.get().pk)
    assert facilitator.post(themes, theme, headers=in_place).status_code == 204
    assert facilitator.post(url, {"text": ""}, headers=in_place).status_code == 422
    page = facilitator.get(address("outcome_agree", session_id=session.pk)).content.decode()
    assert "is written down" not in page  # it was said where it was sent
    client.logout()
    assert client.post(url, {"text": "Signed out."}, headers=in_place).status_code == 302
    client.force_login(bea)
    assert client.post(url, {"text": "No lead."}, headers=in_place).status_code == 403
    assert Learning.objects.count() == 1
