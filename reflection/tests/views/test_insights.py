import pytest
from django.urls import reverse
from django.utils import timezone

from reflection.domain.rounds_reveal import reveal_session
from reflection.domain.sessions import close_session
from reflection.enums import Attribution
from reflection.tests.sessions import make_open, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(larkmere):
    return reverse("reflection:insight_overview", args=[larkmere.pk])


def hold(partnership, framework, lead, *, writers=10, **fields):
    session = make_open(partnership, framework, lead, **fields)
    write(session, writers)
    reveal_session(session=session, by=lead)
    session.refresh_from_db()
    return close_session(session=session, by=lead, at=timezone.now())


def test_overview_before_the_first_session_says_what_will_stand_here(client, address, framework, bea, amina):
    client.force_login(bea)
    assert "Nothing to look back on yet" in client.get(address).text
    client.force_login(amina)
    assert "Plan the first session" in client.get(address).text


def test_overview_shows_names_of_the_quiet_to_facilitators_only(client, address, larkmere, framework, lead, amina, bea):
    hold(larkmere, framework, lead, attribution=Attribution.NAMED)
    client.force_login(amina)
    page = client.get(address).text
    assert "Who haven’t we heard from?" in page
    assert "No words in the last session" in page
    client.force_login(bea)
    page = client.get(address).text
    assert "Who haven’t we heard from?" not in page
    assert "10 of 12" in page


def test_overview_hides_a_small_figure_everywhere_on_the_page(client, address, larkmere, framework, lead, bea):
    hold(larkmere, framework, lead, writers=4)
    client.force_login(bea)
    page = client.get(address).text
    assert page.count("Fewer than 5 of 12") >= 3  # the tile, the sentence, the picture's words and the table
    assert "4 of 12" not in page and "4/12" not in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_overview_costs_at_most_eight_queries(
    client, address, larkmere, framework, lead, amina, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_open(larkmere, framework, lead, questions=2)
    hold(larkmere, framework, lead, attribution=Attribution.NAMED)
    client.force_login(amina)
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)
