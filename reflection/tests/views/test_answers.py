"""Reading: one order for everybody, labels that give nobody away, and late words where names are shown."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from partnerships.tests.factories import make_member
from reflection.domain.drafts import BODY_LIMIT, save_draft
from reflection.domain.labels import LADDER, labels_in_words
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import add_late_words, reveal_round
from reflection.domain.sessions import close_session
from reflection.enums import Attribution
from reflection.models.answers import Answer, Signature
from reflection.models.drafts import Draft
from reflection.models.themes import Placement, Theme
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db


def address(round, name="answer_list"):
    return reverse(f"reflection:{name}", kwargs={"round_id": round.pk})


def cards(html):
    """The words on the page, in their order."""
    return re.findall(r'<li class="pn-answer[^"]*"><p class="pn-pre">(.*?)</p>', html, re.DOTALL)


@pytest.fixture
def sealed(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead)[1]


@pytest.fixture
def named(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)[1]


# --- Reading ---------------------------------------------------------------------------------------------------------
def test_answer_list_is_in_one_order_for_everybody_and_names_nobody(client, bea, ruth, sealed):
    orders = []
    for person in (bea, ruth):
        client.force_login(person)
        html = client.get(address(sealed)).text
        orders.append(cards(html))
        assert "12 answers from 12 people, in mixed order." in html
        assert "Yours" not in html
        assert not Signature.objects.exists()
    assert orders[0] == orders[1] == list(Answer.objects.order_by("pk").values_list("body", flat=True))


def test_answer_list_says_which_labels_are_shared_and_never_why_in_figures(client, bea, sealed):
    client.force_login(bea)
    html = client.get(address(sealed)).text
    assert "Community groups and residents share one label" in html
    assert html.count("Community and residents") == 6
    assert "Sector not shown" not in html


def test_answer_list_without_labels_shows_no_mark_for_not_shown(client, bea, larkmere, framework, lead):
    _, round = make_revealed(larkmere, framework, lead, writers=5)
    client.force_login(bea)
    html = client.get(address(round)).text
    assert len(cards(html)) == 5
    assert {answer.label for answer in round.answers.all()} == {""}
    assert "Sector not shown" not in html
    assert "Sectors are not shown here: that takes at least 3 people from each sector." in html


@pytest.mark.parametrize("rung", LADDER[:-1])
def test_every_label_fits_its_column(rung):
    longest = max(map(len, rung.values()))
    assert longest <= Answer._meta.get_field("label").max_length


def test_the_sentence_about_labels_comes_from_the_labels_alone():
    first, second, third, _ = (set(rung.values()) for rung in LADDER)
    assert labels_in_words(first) == ""
    assert (
        labels_in_words(second)
        == "Community groups and residents share one label, and so do council and others, because fewer than 3 people from a sector wrote."
    )
    assert (
        labels_in_words(third)
        == "Community groups and residents share one label, and so do public services and others, because fewer than 3 people from a sector wrote."
    )
    assert (
        labels_in_words({"Council and others", "NHS", ""})
        == "Council and others share one label, because fewer than 3 people from a sector wrote."
    )
    assert labels_in_words([]) == "Sectors are not shown here: that takes at least 3 people from each sector."


def test_answer_list_groups_by_theme_and_leaves_lone_answers_equal_room(client, bea, sealed):
    answers = list(sealed.answers.in_mixed_order())
    theme = Theme.objects.create(
        round=sealed,
        name="Unpaid and unseen",
        notice="It is work for some.",
        seen_differently=True,
        different_view="Not for us.",
    )
    for answer in answers[:3]:
        Placement.objects.create(answer=answer, theme=theme)
    client.force_login(bea)
    html = client.get(address(sealed)).text
    assert cards(html) == [answer.body for answer in answers]
    for words in (
        "Unpaid and unseen",
        "3 answers",
        "It is work for some.",
        "Someone sees this another way",
        "Not for us.",
        "On their own",
    ):
        assert words in html


def test_answer_list_is_for_members_who_were_not_asked_too(client, sealed, larkmere):
    newcomer = make_member(larkmere)
    client.force_login(newcomer.person)
    answer = client.get(address(sealed))
    assert answer.status_code == 200
    assert len(cards(answer.text)) == 12
    assert "A note to myself" not in answer.text  # they have no place in this session to keep one


def test_answer_list_before_the_reveal_shows_no_words_and_says_why(client, bea, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    first, second = session.rounds.all()
    write(session, round=first, words="Secret of {}")
    keep_round_closed(round=second, by=lead)
    client.force_login(bea)
    html = client.get(address(first)).text
    assert "The answers are not out yet" in html
    assert "Secret" not in html
    assert "This question stayed closed" in client.get(address(second)).text


def test_answer_list_costs_the_same_with_any_number_of_answers(
    client, bea, larkmere, framework, lead, django_assert_num_queries
):
    client.force_login(bea)
    for attribution, people in (
        (Attribution.SECTOR, 5),
        (Attribution.SECTOR, 12),
        (Attribution.NAMED, 1),
        (Attribution.NAMED, 12),
    ):
        _, round = make_revealed(larkmere, framework, lead, attribution=attribution, writers=people)
        theme = Theme.objects.create(round=round, name="One")
        Placement.objects.create(answer=round.answers.first(), theme=theme)
        client.get(address(round))
        with django_assert_num_queries(8):
            assert len(cards(client.get(address(round)).text)) == people


def test_answer_list_of_a_closed_session_leads_to_its_record(client, bea, sealed, lead):
    close_session(session=sealed.session, by=lead)
    client.force_login(bea)
    html = client.get(address(sealed)).text
    assert "This session is closed." in html
    assert "A note to myself" not in html


# --- With names --------------------------------------------------------------------------------------------------------
def test_answer_list_with_names_marks_my_own(client, bea, named):
    client.force_login(bea)
    html = client.get(address(named)).text
    assert html.count("<span>Yours</span>") == 1
    assert html.count("pn-answer--mine") == 1
    assert "Bea Nwosu" in html
    assert "shown with names, as the group chose" in html


def test_answer_add_shows_late_words_at_once_and_once(client, bea, named):
    client.force_login(bea)
    form = {"body": "The chairs were too low", "add": "1", "idempotency_key": uuid4()}
    for _ in range(2):
        assert client.post(address(named, "answer_add"), form).status_code == 302
    assert named.answers.filter(body="The chairs were too low").count() == 1
    named.refresh_from_db()
    assert named.answer_count == 13
    assert named.session.participations.get(membership__person=bea).took_part is True
    html = client.get(address(named)).text
    assert "13 answers from 12 people" in html
    assert "Added later" in html
    assert re.search(r"Added on \d+ \w+", html)
    again = client.post(address(named, "answer_add"), form | {"body": "Other words with the same key"})
    assert again.status_code == 422
    assert "Other words with the same key" in again.text


def test_answer_add_uses_up_the_unfinished_draft(client, bea, larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, attribution=Attribution.NAMED)
    round = session.rounds.get()
    place = session.participations.get(membership__person=bea)
    draft = save_draft(participation=place, round=round, body="Half a thou").draft
    write(session, 3, round=round)
    place.drafts.exclude(pk=draft.pk).delete()
    reveal_round(round=round, by=lead)
    client.force_login(bea)
    page = client.get(reverse("reflection:draft_write", kwargs={"round_id": round.pk})).text
    assert "You had an unfinished draft; it stayed with you." in page
    client.post(
        address(round, "answer_add"),
        {"body": "Half a thought", "draft_id": draft.pk, "version": draft.version, "add": "1"},
    )
    assert Answer.objects.get(body="Half a thought").signature.participation_id == place.pk
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_answer_add_to_a_sealed_round_is_refused_and_a_note_is_kept(client, bea, sealed):
    client.force_login(bea)
    refused = client.post(address(sealed, "answer_add"), {"body": "One more thing", "add": "1"})
    assert refused.status_code == 422
    assert "late one can’t be told apart" in refused.text
    assert "One more thing" in refused.text.split("<textarea")[1]
    assert sealed.answers.count() == 12
    client.post(address(sealed, "answer_add"), {"body": "One more thing", "note": "1"})
    note = Draft.objects.get()
    assert (note.body, note.note, note.participation.membership.person_id) == ("One more thing", True, bea.pk)
    assert sealed.answers.count() == 12


@pytest.mark.parametrize("body", ["", "  \n ", "x" * (BODY_LIMIT + 1)])
def test_answer_add_refuses_nothing_and_too_much(client, bea, named, body):
    client.force_login(bea)
    answer = client.post(address(named, "answer_add"), {"body": body, "add": "1"})
    assert answer.status_code == 422
    assert "Error:" in answer.text.split("</title>")[0]
    assert body.strip() in answer.text
    assert named.answers.count() == 12


def test_answer_add_gives_the_words_back_to_who_was_signed_out(client, named):
    answer = client.post(address(named, "answer_add"), {"body": "Typed for an hour", "add": "1"})
    assert answer.status_code == 401
    assert "Typed for an hour" in answer.text


def test_answer_take_back_takes_late_words_of_mine_and_keeps_them_as_a_note(client, bea, ruth, named):
    place = named.session.participations.get(membership__person=bea)
    late = add_late_words(participation=place, round=named, body="Said too soon")
    take_back = reverse("reflection:answer_take_back", kwargs={"answer_id": late.pk})
    client.force_login(ruth)
    client.post(take_back)
    assert Answer.objects.filter(pk=late.pk).exists()
    client.force_login(bea)
    first = named.answers.get(signature__participation=place, signature__added_at=None)
    client.post(reverse("reflection:answer_take_back", kwargs={"answer_id": first.pk}))
    assert Answer.objects.filter(pk=first.pk).exists()
    client.post(take_back)
    assert not Answer.objects.filter(pk=late.pk).exists()
    named.refresh_from_db()
    assert named.answer_count == 12
    assert (Draft.objects.get().body, Draft.objects.get().note) == ("Said too soon", True)


def test_answer_take_back_twice_is_an_absent_thing(client, bea, named):
    place = named.session.participations.get(membership__person=bea)
    late = add_late_words(participation=place, round=named, body="Said too soon")
    client.force_login(bea)
    take_back = reverse("reflection:answer_take_back", kwargs={"answer_id": late.pk})
    assert client.post(take_back).status_code == 302
    assert client.post(take_back).status_code == 404
