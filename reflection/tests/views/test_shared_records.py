"""What a partnership shares with its programme, and that nothing else of it can be read there (T10)."""

import pytest
from django.urls import reverse

from partnerships.models import Programme
from reflection.domain.sessions import close_session, share_with_programme
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(larkmere, framework, lead):
    session, _ = make_revealed(larkmere, framework, lead, title="How work is shared")
    return close_session(session=session, by=lead)


def list_of(larkmere):
    return reverse("reflection:record_shared_list", args=[larkmere.programme_id])


def page_of(session):
    return reverse("reflection:record_shared", args=[session.pk])


def test_record_shared_is_absent_until_the_partnership_shares_it(client, larkmere, ines, lead, closed):
    client.force_login(ines)
    assert client.get(page_of(closed)).status_code == 404
    assert "How work is shared" not in client.get(list_of(larkmere)).text
    share_with_programme(session=closed, by=lead)
    assert "How work is shared" in client.get(list_of(larkmere)).text
    assert "Words of bea@larkmere.example" in client.get(page_of(closed)).text


def test_record_shared_is_absent_for_who_looks_after_another_programme(client, larkmere, ines, lead, closed):
    share_with_programme(session=closed, by=lead)
    larkmere.programme.administrators.clear()
    Programme.objects.create(name="Another one").administrators.add(ines)
    client.force_login(ines)
    assert client.get(page_of(closed)).status_code == 404
    assert client.get(list_of(larkmere)).status_code == 404


def test_record_shared_list_never_tells_what_was_not_shared(client, larkmere, framework, ines, lead, closed):
    share_with_programme(session=closed, by=lead)
    before = client_page(client, ines, list_of(larkmere))
    another, _ = make_revealed(larkmere, framework, lead, title="Not for others")
    close_session(session=another, by=lead)
    make_open(larkmere, framework, lead, title="Still open")
    assert client_page(client, ines, list_of(larkmere)) == before


def client_page(client, person, address):
    client.force_login(person)
    return client.get(address).text.partition("<main")[2].partition("</main>")[0]


def test_home_of_a_programme_admin_leads_to_the_shared_records(client, larkmere, ines):
    client.force_login(ines)
    assert list_of(larkmere) in client.get(reverse("home")).text
