"""The page to rate on, what is saved from it, and what the group reads afterwards."""

import csv
import io

import pytest
from django.urls import reverse

from reflection.domain.ratings import chosen_by
from reflection.domain.records import build_record
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session, share_with_programme
from reflection.enums import Attribution, RoundKind
from reflection.models import RatingDraft
from reflection.tests.ratings import make_live_round, make_rating, rate

pytestmark = pytest.mark.django_db


def place_of(client, round, index=0):
    place = round.session.participations.order_by("membership__person__email")[index]
    client.force_login(place.membership.person)
    return place


def rate_url(round):
    return reverse("reflection:round_rate", args=[round.pk])


def test_round_rate_asks_for_twelve_signs_and_keeps_what_was_chosen(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    me = place_of(client, round)
    page = client.get(rate_url(round)).text
    assert page.count("<fieldset") == 12
    assert page.count('type="radio"') == 72
    assert "only if 5 or more people answer" in page
    response = client.post(rate_url(round), {"need": "4", "aims": "0", "save": "1"})
    assert response.url == rate_url(round)
    assert chosen_by(participation=me, round=round) == {"need": 4, "aims": 0}
    page = client.get(rate_url(round)).text
    assert page.count(" checked>") == 2
    assert "<span data-rate-count>2</span> of 12" in page


def test_round_rate_finishes_and_clears(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    me = place_of(client, round)
    response = client.post(rate_url(round), {"need": "4", "finished": "1"})
    assert response.url == reverse("reflection:participation_finish", args=[round.session_id])
    page = client.get(response.url).text
    assert "1 number chosen" in page
    client.post(rate_url(round), {"clear": "1"})
    assert chosen_by(participation=me, round=round) == {}
    client.post(response.url, {"finished": "1"})
    me.refresh_from_db()
    assert me.finished


def test_round_rate_refuses_what_was_not_asked_and_keeps_what_was_typed(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    place_of(client, round)
    response = client.post(rate_url(round), {"need": "9", "aims": "3"})
    assert response.status_code == 422
    assert "Choose a number from 1 to 5" in response.text
    assert '<input type="radio" name="aims" value="3" checked>' in response.text
    assert RatingDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("key", "value", "status"), [("need", "3", 200), ("need", "0", 200), ("need", "7", 422), ("other", "3", 422)]
)
def test_rating_save_keeps_one_number(client, larkmere, framework, lead, key, value, status):
    round = make_rating(larkmere, framework, lead)
    place_of(client, round)
    response = client.post(reverse("reflection:rating_save", args=[round.pk]), {"key": key, "value": value})
    assert response.status_code == status
    assert RatingDraft.objects.count() == (1 if status == 200 else 0)
    assert ("Saved" in response.json()["words"]) is (status == 200)


def test_rating_save_says_that_the_part_is_over(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    rate(round, [3] * 5)
    reveal_round(round=round, by=lead)
    place_of(client, round)
    response = client.post(reverse("reflection:rating_save", args=[round.pk]), {"key": "need", "value": "3"})
    assert (response.status_code, RatingDraft.objects.count()) == (409, 0)
    assert "The numbers are out" in client.get(rate_url(round)).text


def test_nobody_finds_anybody_s_numbers_before_they_are_shown(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    rate(round, [4, 4, 4, 4, 4, 4])
    client.force_login(lead.person)
    for url in (rate_url(round), reverse("reflection:rating_list", args=[round.pk])):
        page = client.get(url).text
        assert "people at 4" not in page
        assert " checked>" not in page or lead.participations.get().rating_drafts.exists()


def test_rating_list_tells_differences_first_and_no_score(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    rate(round, [3, 3, 3, 4, 4], key="need")
    rate(round, [1, 2, 5, 5, 5, 0], key="aims")
    reveal_round(round=round, by=lead)
    place_of(client, round)
    page = client.get(reverse("reflection:rating_list", args=[round.pk])).text
    assert page.index("2. Our aims") < page.index("1. We need each other")
    assert page.count("Worth a talk") == 1
    assert "1 person at 1, 1 person at 2, 3 people at 5; 1 person can’t say" in page
    assert "Too few people said anything about this" in page


def test_rating_list_names_people_only_where_the_group_chose_names(client, larkmere, framework, lead):
    named = make_rating(larkmere, framework, lead, attribution=Attribution.NAMED)
    sealed = make_rating(larkmere, framework, lead, attribution=Attribution.SECTOR)
    for round in (named, sealed):
        people = rate(round, [3] * 12)
        reveal_round(round=round, by=lead)
    name = people[5].membership.person.full_name
    place_of(client, named)
    pages = [client.get(reverse("reflection:rating_list", args=[round.pk])).text for round in (named, sealed)]
    assert [name in page for page in pages] == [True, False]


def test_pages_cost_few_queries_with_many_numbers(client, larkmere, framework, lead, django_assert_max_num_queries):
    round = make_rating(larkmere, framework, lead)
    for key in ("need", "aims", "trust", "power"):
        rate(round, [3, 1, 5, 2, 4, 3, 3, 5], key=key)
    place_of(client, round)

    def costs_little(url):
        client.get(url)  # the first page keeps the browser's clock, and a step that rose, once
        with django_assert_max_num_queries(8):
            client.get(url)

    costs_little(rate_url(round))
    costs_little(reverse("reflection:participation_finish", args=[round.session_id]))
    reveal_round(round=round, by=lead)
    costs_little(reverse("reflection:rating_list", args=[round.pk]))
    costs_little(reverse("reflection:session_detail", args=[round.session_id]))


def test_pages_of_words_lead_to_the_page_of_numbers(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    place_of(client, round)
    write = client.get(reverse("reflection:draft_write", args=[round.pk]))
    assert write.url == rate_url(round)
    read = client.get(reverse("reflection:answer_list", args=[round.pk]))
    assert read.url == reverse("reflection:rating_list", args=[round.pk])
    assert rate_url(round) in client.get(reverse("reflection:session_detail", args=[round.session_id])).text


@pytest.mark.parametrize("kind", [RoundKind.RATING, RoundKind.CLOSING])
def test_the_record_holds_numbers_for_the_group_and_never_for_the_programme(client, larkmere, framework, lead, kind):
    round = make_live_round(larkmere, framework, lead, kind)
    if kind == RoundKind.RATING:
        rate(round, [1, 2, 5, 5, 5], key="need")
    else:
        rate(round, [1, 2, 5, 5, 5], key="heard")
    assert reveal_round(round=round, by=lead).shown
    session = close_session(session=round.session, by=lead)
    place_of(client, round)
    told = "1 person at 1, 1 person at 2, 3 people at 5"
    assert told in client.get(reverse("reflection:record_detail", args=[session.pk])).text
    table = client.get(reverse("reflection:record_ratings", args=[session.pk])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[0] == ["Part", "Sign", "Whose", "1", "2", "3", "4", "5", "Can’t say", "People"]
    everyone = [row for row in rows if row[2] == "Everyone"]
    assert [row[3:] for row in everyone] == [["1", "1", "0", "0", "3", "0", "5"]]
    share_with_programme(session=session, by=lead)
    assert build_record(session, with_ratings=False).ratings == ()


def test_the_pages_of_those_who_lead_know_rounds_without_a_question(client, larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    rate(round, [3] * 5)
    client.force_login(lead.person)
    for name in ("session_run", "session_reveal", "session_detail", "session_close"):
        assert client.get(reverse(f"reflection:{name}", args=[round.session_id])).status_code == 200
    client.post(reverse("reflection:session_reveal", args=[round.session_id]))
    page = client.get(reverse("reflection:session_run", args=[round.session_id])).text
    assert "5 people rated" in page
    assert reverse("reflection:rating_list", args=[round.pk]) in page
