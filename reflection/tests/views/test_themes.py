"""The board as pages: it works by keyboard and without a script, keeps what was typed, and costs the same for forty answers."""

import re

import pytest
from django.urls import reverse

from partnerships.tests.access_table import assert_refused
from partnerships.tests.cast import membership_of
from reflection.domain.drafts import save_draft
from reflection.domain.rounds import move_round
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.domain.themes import ALONE, UNPLACED, create_theme, move_answer, place_of, update_theme
from reflection.enums import Attribution
from reflection.models import Answer, Placement, Theme
from reflection.tests.costs import cost
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead)[1]


@pytest.fixture
def facilitator(client, amina):
    client.force_login(amina)
    return client


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


def board(round):
    return address("theme_board", round_id=round.pk)


def card(page, answer):
    """The markup of one card on a page."""
    text = page.content.decode()
    start = text.index(f'id="answer-{answer.pk}"')
    return text[start : text.find("pn-answer", start)]


def key_in(markup):
    return re.search(r'name="idempotency_key" value="([^"]+)"', markup)[1]


def test_theme_board_shows_every_answer_once_in_the_one_mixed_order(facilitator, shown):
    text = facilitator.get(board(shown)).content.decode()
    places = [text.index(f'id="answer-{answer.pk}"') for answer in shown.answers.order_by("pk")]
    assert places == sorted(places)
    assert text.count('id="answer-') == 12


def test_theme_board_offers_moves_to_facilitators_only(facilitator, client, shown, lead, bea):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    answer = shown.answers.first()
    markup = card(facilitator.get(board(shown)), answer)
    assert re.findall(r'name="to" value="([^"]+)"', markup) == [str(theme.pk), ALONE]
    client.force_login(bea)
    assert "Move to" not in client.get(board(shown)).content.decode()


def test_answer_move_comes_back_to_the_card_says_so_and_can_be_undone(facilitator, shown, lead):
    theme = create_theme(round=shown, name="Who holds the reins", by=lead)
    answer = shown.answers.first()
    moved = facilitator.post(address("answer_move", answer_id=answer.pk), {"to": theme.pk})
    assert moved.url == f"{board(shown)}#answer-{answer.pk}"
    page = facilitator.get(board(shown))
    assert "Moved to “Who holds the reins”." in page.content.decode()
    undo = re.search(r'name="to" value="([^"]+)"[^>]*><button class="btn btn-text"', card(page, answer))[1]
    facilitator.post(address("answer_move", answer_id=answer.pk), {"to": undo})
    assert place_of(Answer.objects.with_places().get(pk=answer.pk)) == UNPLACED


def test_answer_move_twice_with_one_form_is_one_move(facilitator, shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    answer = shown.answers.first()
    key = key_in(card(facilitator.get(board(shown)), answer))
    sent = {"to": str(theme.pk), "idempotency_key": key}
    first = facilitator.post(address("answer_move", answer_id=answer.pk), sent)
    move_answer(answer=answer, to=ALONE, by=lead)
    again = facilitator.post(address("answer_move", answer_id=answer.pk), sent)
    assert (first.url, again.url) == (again.url, first.url)
    assert place_of(Answer.objects.with_places().get(pk=answer.pk)) == ALONE


@pytest.mark.parametrize("to", ["", "nowhere", "00000000-0000-4000-8000-000000000000"])
def test_answer_move_to_nowhere_says_so_and_moves_nothing(facilitator, shown, to):
    answer = shown.answers.first()
    page = facilitator.post(address("answer_move", answer_id=answer.pk), {"to": to}, follow=True)
    assert re.search("Choose where it goes|not among those of this question", page.content.decode())
    assert Placement.objects.count() == 0


def test_foreign_ids_in_forms_of_the_board_change_nothing(facilitator, shown, quarry_end, framework, dan, lead):
    there = membership_of(dan, quarry_end)
    _, foreign = make_revealed(quarry_end, framework, there, attribution=Attribution.NAMED)
    their_theme = create_theme(round=foreign, name="Theirs", by=there)
    theme = create_theme(round=shown, name="Ours", by=lead)
    their_answer = foreign.answers.first()
    assert_refused(facilitator, address("theme_create", round_id=shown.pk), {"name": "New", "answer": their_answer.pk})
    assert_refused(facilitator, address("theme_merge", theme_id=theme.pk), {"into": their_theme.pk})
    assert_refused(facilitator, address("answer_move", answer_id=their_answer.pk), {"to": theme.pk})
    facilitator.post(address("answer_move", answer_id=shown.answers.first().pk), {"to": their_theme.pk})
    assert Placement.objects.count() == 0


def test_theme_create_from_a_card_takes_the_answer_along(facilitator, shown):
    answer = shown.answers.first()
    url = address("theme_create", round_id=shown.pk)
    page = facilitator.get(f"{url}?answer={answer.pk}")
    assert answer.body in page.content.decode()
    made = facilitator.post(url, {"name": "Unseen", "answer": answer.pk})
    assert made.url == f"{board(shown)}#answer-{answer.pk}"
    assert place_of(Answer.objects.with_places().get(pk=answer.pk)) == Theme.objects.get().pk


def test_theme_create_keeps_what_was_typed_and_says_what_to_do(facilitator, shown):
    page = facilitator.post(address("theme_create", round_id=shown.pk), {"name": "a" * 81, "notice": "Time costs."})
    text = page.content.decode()
    assert (page.status_code, Theme.objects.count()) == (422, 0)
    assert "a" * 81 in text
    assert "Time costs." in text
    assert "at most 80 characters fit, and this has 81" in text


def test_theme_update_shows_both_texts_after_a_stale_save(facilitator, shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead, notice="First.")
    update_theme(theme=Theme.objects.get(), by=lead, expected=1, name="Unseen", notice="Newer words of Ruth.")
    url = address("theme_update", theme_id=theme.pk)
    page = facilitator.post(url, {"version": 1, "name": "Unseen", "notice": "Words of Amina."})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Newer words of Ruth." in text
    assert "Words of Amina." in text
    assert 'name="version" value="2"' in text
    facilitator.post(url, {"version": 2, "name": "Unseen", "notice": "Words of both."})
    assert Theme.objects.get().notice == "Words of both."


def test_theme_differ_marks_a_theme_for_everyone(facilitator, client, shown, lead, bea):
    theme = create_theme(round=shown, name="Reins", by=lead)
    facilitator.post(
        address("theme_differ", theme_id=theme.pk),
        {"version": 1, "seen_differently": "on", "different_view": "It is a burden."},
    )
    client.force_login(bea)
    text = client.get(board(shown)).content.decode()
    assert "It is a burden." in text
    assert "we see “Reins” differently" in text


def test_theme_delete_asks_first_and_asks_again_when_it_changed(facilitator, shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead, answer=shown.answers.first())
    url = address("theme_delete", theme_id=theme.pk)
    assert "Its 1 answer stays" in facilitator.get(url).content.decode()
    update_theme(theme=Theme.objects.get(), by=lead, expected=1, name="Unseen", notice="New.")
    assert facilitator.post(url, {"version": 1}).status_code == 409
    facilitator.post(url, {"version": 2})
    assert (Theme.objects.count(), shown.answers.count()) == (0, 12)


def test_theme_board_sends_away_from_answers_that_are_not_shown(facilitator, larkmere, framework, lead):
    round = make_open(larkmere, framework, lead).rounds.get()
    page = facilitator.get(board(round))
    assert page.url == address("session_detail", session_id=round.session_id)


def test_theme_board_can_be_read_and_not_changed_after_the_close(facilitator, shown, lead):
    create_theme(round=shown, name="Unseen", by=lead)
    close_session(session=shown.session, by=lead)
    text = facilitator.get(board(shown)).content.decode()
    assert "Unseen" in text
    assert "Move to" not in text


def test_dots_are_shown_when_choosing_is_over_and_not_before(facilitator, shown, lead, larkmere):
    session = shown.session
    move_round(round=shown, event="choose", by=lead)
    participation = session.participations.get(membership=lead)
    url = address("vote_add", answer_id=shown.answers.first().pk)
    facilitator.post(url)
    assert participation.votes.count() == 1
    assert "1 dot" not in facilitator.get(board(shown)).content.decode()
    move_round(round=shown, event="agree", by=lead)
    assert "1 dot" in facilitator.get(board(shown)).content.decode()


@pytest.mark.parametrize("attribution", ["sector", "named"])
def test_theme_board_costs_the_same_for_forty_answers(client, larkmere, framework, lead, amina, attribution):
    client.force_login(amina)
    costs = []
    for size in (1, 3, 30):
        session = make_open(larkmere, framework, lead, attribution=attribution)
        round = session.rounds.get()
        people = list(session.participations.all())
        for number in range(max(size, 12 if attribution == "sector" else 1)):
            save_draft(participation=people[number % 12], round=round, body=f"Thought {number}", ready=True)
        round = reveal_round(round=round, by=lead).round
        for number in range(size):
            create_theme(
                round=round, name=f"Theme {number}", by=lead, answer=round.answers.all()[number % round.answers.count()]
            )
        costs.append(cost(client, board(round)))
    assert costs == [6, 6, 6]
