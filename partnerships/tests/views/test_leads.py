import uuid
from datetime import date

import pytest
from django.urls import reverse

from partnerships.domain.leads import begin_lead_term
from partnerships.models.leads import LeadTerm
from partnerships.tests.access_table import assert_refused, client_of
from partnerships.tests.factories import make_organisation

pytestmark = pytest.mark.django_db
LONG = "word " * 2000


def create_url(house):
    return reverse("partnerships:lead_create", args=[house.larkmere.pk])


def lead(house, **changes):
    organisation = house.of("amina").organisation
    return {
        "organisation": str(organisation.pk),
        "starts_on": "2026-04-01",
        "ends_on": "",
        "covers": "Holds the money.",
        "agreed": "together",
    } | changes


def test_lead_create_notes_a_lead_once_and_the_portrait_tells_it(house):
    client, sent = client_of(house, "amina"), lead(house, idempotency_key=str(uuid.uuid4()))
    assert [client.post(create_url(house), sent).status_code for _ in range(2)] == [302, 302]
    assert list(LeadTerm.objects.values_list("organisation__name", "starts_on", "ends_on", "covers", "agreed")) == [
        ("Voluntary Action Larkmere", date(2026, 4, 1), None, "Holds the money.", "together")
    ]
    body = (
        client_of(house, "bea")
        .get(reverse("partnerships:partnership_detail", args=[house.larkmere.pk]))
        .content.decode()
    )
    assert ("Since 1 April 2026" in body, "Agreed together" in body, "Holds the money." in body) == (True, True, True)


def test_lead_create_names_an_organisation_that_is_new_and_puts_it_around_the_table(house):
    sent = lead(house, organisation="another", another_name="Vale Trust", another_sector="other")
    assert client_of(house, "amina").post(create_url(house), sent).status_code == 302
    assert house.larkmere.organisations.get(name="Vale Trust").sector == "other"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2026-03-31"}, "The end is before the beginning. Change one of the two dates."),
        ({"starts_on": ""}, "Write the first day."),
        ({"starts_on": "spring"}, "Write a date like 2026-11-30."),
        ({"organisation": ""}, "Choose an organisation."),
        ({"organisation": str(uuid.uuid4())}, "Choose one from the list."),
        ({"organisation": "another"}, "Write the name of the other organisation."),
        ({"organisation": "another", "another_name": "Vale Trust"}, "Choose which sector Vale Trust belongs to."),
        ({"covers": LONG}, "at most 1000 characters fit"),
        ({"agreed": "by lot"}, "Choose one from the list."),
    ],
)
def test_lead_create_refuses_in_words_and_keeps_what_was_typed(house, changes, words):
    body = assert_refused(client_of(house, "amina"), create_url(house), lead(house, **changes)).content.decode()
    assert words in body
    assert "covers" in changes or "Holds the money." in body


def test_lead_create_refuses_an_organisation_of_another_table(house):
    foreign = make_organisation("Quarry End Seeds")
    house.quarry_end.organisations.add(foreign)
    body = assert_refused(
        client_of(house, "amina"), create_url(house), lead(house, organisation=str(foreign.pk))
    ).content.decode()
    assert "Quarry End Seeds" not in body


def test_lead_create_refuses_two_terms_at_once(house):
    assert client_of(house, "amina").post(create_url(house), lead(house)).status_code == 302
    body = assert_refused(
        client_of(house, "amina"), create_url(house), lead(house, starts_on="2026-05-01")
    ).content.decode()
    assert "leads" in body
    assert "already" in body


@pytest.fixture
def term(house):
    return begin_lead_term(
        partnership=house.larkmere,
        organisation=house.of("amina").organisation,
        by=house.amina,
        starts_on=date(2026, 4, 1),
    )


def test_lead_end_closes_a_term_and_keeps_it_on_the_page(house, term):
    address = reverse("partnerships:lead_end", args=[term.pk])
    assert client_of(house, "amina").post(address, {"ends_on": "2026-10-31"}).status_code == 302
    term.refresh_from_db()
    assert term.ends_on == date(2026, 10, 31)
    body = (
        client_of(house, "bea")
        .get(reverse("partnerships:partnership_detail", args=[house.larkmere.pk]))
        .content.decode()
    )
    assert "1 April 2026 to 31 October 2026" in body
    assert "Nobody is written down yet." in body


@pytest.mark.parametrize(
    ("ends_on", "words"),
    [
        ("2026-03-31", "The end is before the beginning."),
        ("", "Write the last day."),
        ("soon", "Write a date like 2026-11-30."),
    ],
)
def test_lead_end_refuses_in_words(house, term, ends_on, words):
    address = reverse("partnerships:lead_end", args=[term.pk])
    assert words in assert_refused(client_of(house, "amina"), address, {"ends_on": ends_on}).content.decode()
