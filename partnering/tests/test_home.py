"""The home page: a welcome for strangers, what needs you for everyone else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnering.views_home import greeting
from partnerships.domain.members import join_partnership
from partnerships.domain.people import create_person
from reflection.domain.checkins import answer_checkin
from reflection.domain.outcomes import add_learning
from reflection.tests.checkins import make_checkin, place_in
from reflection.tests.ratings import make_rating
from reflection.tests.sessions import make_open, make_plan, make_revealed

pytestmark = pytest.mark.django_db


def test_home_welcomes_a_stranger_and_names_nobody(client, larkmere):
    response = client.get(reverse("home"))
    assert response.status_code == 200
    assert "Larkmere" not in response.text
    assert reverse("account_request_login_code") in response.text


def test_home_leads_to_numbers_where_only_numbers_are_asked_for(client, larkmere, framework, lead, bea):
    round = make_rating(larkmere, framework, lead)
    client.force_login(bea)
    page = client.get(reverse("home")).text
    assert reverse("reflection:round_rate", args=[round.pk]) in page
    assert "How does it look to you?" in page and "You’re up to date" not in page


def test_home_tells_a_member_what_needs_them(client, larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, questions=5)
    client.force_login(bea)
    page = client.get(reverse("home")).text
    assert "Bea. One thing needs you" in page
    assert reverse("reflection:draft_write", args=[session.rounds.first().pk]) in page
    assert "Only you can see this until" in page
    assert "Your partnerships" not in page


def test_home_says_so_when_nothing_needs_you(client, larkmere, framework, lead, bea):
    make_plan(larkmere, framework, lead, title="A plan nobody was told of")
    client.force_login(bea)
    page = client.get(reverse("home")).text
    assert "You’re up to date" in page
    assert "A plan nobody" not in page


def test_home_shows_nothing_of_another_partnership(client, larkmere, framework, lead, dan):
    make_open(larkmere, framework, lead)
    client.force_login(dan)
    assert "Larkmere" not in client.get(reverse("home")).text


def test_home_names_the_partnership_on_each_card_for_someone_in_two(
    client, larkmere, quarry_end, framework, lead, piotr
):
    make_open(larkmere, framework, lead)
    client.force_login(piotr)
    page = client.get(reverse("home")).text
    assert "Your partnerships" in page
    assert page.count(larkmere.name) >= 2


def test_home_of_a_reader_is_the_records(client, larkmere, fay):
    client.force_login(fay)
    assert client.get(reverse("home")).url == reverse("reflection:record_list", args=[larkmere.pk])


def test_home_of_a_programme_admin_leads_to_the_admin(client, ines):
    client.force_login(ines)
    assert reverse("admin:index") in client.get(reverse("home")).text


def test_home_of_someone_in_no_partnership_is_kind(client, lena):
    client.force_login(lena)
    page = client.get(reverse("home")).text
    assert "not in a partnership at the moment" in page
    assert reverse("admin:index") not in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_home_costs_at_most_eight_queries(
    client, larkmere, framework, lead, amina, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_open(larkmere, framework, lead, questions=2)
    client.force_login(amina)
    client.get(reverse("home"))  # the first visit keeps the list of partnerships
    with django_assert_max_num_queries(8):
        client.get(reverse("home"))


def test_home_of_several_partnerships_costs_no_more(client, larkmere, framework, lead, django_assert_max_num_queries):
    person = create_person(email="many@larkmere.example", full_name="Many Tables")
    join_partnership(partnership=larkmere, person=person, by=person)
    make_open(larkmere, framework, lead)
    client.force_login(person)
    client.get(reverse("home"))
    with django_assert_max_num_queries(8):
        client.get(reverse("home"))


@pytest.mark.parametrize(
    ("hour", "words"), [(3, "Good evening"), (4, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_greeting_goes_by_the_hour(hour, words):
    assert greeting(datetime(2026, 11, 22, hour, tzinfo=UTC)) == words


def test_home_asks_for_a_minute_until_it_is_given(client, larkmere, bea):
    checkin = make_checkin(larkmere, at=timezone.now())
    client.force_login(bea)
    address = reverse("reflection:checkin_answer", kwargs={"checkin_id": checkin.pk})
    assert address in client.get("/").content.decode()
    answer_checkin(invitee=place_in(checkin, bea), mood=3)
    assert address not in client.get("/").content.decode()


@pytest.mark.parametrize(("who", "shown"), [("amina", True), ("bea", False)])
def test_home_tells_those_who_lead_of_what_was_learned_to_look_at_again(
    client, larkmere, framework, lead, amina, bea, who, shown
):
    session, _ = make_revealed(larkmere, framework, lead)
    today = timezone.localdate()
    for days in (-2, 0, 1):
        add_learning(
            session=session,
            by=lead,
            text="Words",
            review_on=today + timedelta(days=days),
            at=timezone.now() - timedelta(days=9),
        )
    client.force_login({"amina": amina, "bea": bea}[who])
    assert ("Did it hold? Two things we learned" in client.get("/").text) is shown
