"""Making sense and agreeing together: cards move, moves can be taken back, and what is agreed is for who gets the record."""

import pytest
from django.core.exceptions import ValidationError

from reflection.domain.live import go_next, reveal_led
from reflection.domain.live_board import agreed_so_far, move_card, undo_move
from reflection.domain.outcomes import add_learning
from reflection.domain.themes import ALONE, UNPLACED, create_theme, delete_theme, merge_themes, move_answer, place_of
from reflection.enums import Audience
from reflection.models.live import LiveRun
from reflection.tests.sessions import make_live, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, questions=2, attribution="named")
    write(session, 3)
    reveal_led(session=session, by=lead, expected=1)
    go_next(session=session, by=lead, expected=2)
    return session


@pytest.fixture
def round(session):
    return session.rounds.first()


def places(round):
    return {str(answer.pk): str(place_of(answer)) for answer in round.answers.with_places()}


def test_a_card_moves_and_the_move_is_taken_back_once_by_any_facilitator(session, round, lead, larkmere, ruth):
    theme = create_theme(round=round, name="The reins", by=lead)
    answer = round.answers.first()
    move_card(session=session, by=lead, answer_id=str(answer.pk), to=ALONE)
    moved = move_card(session=session, by=lead, answer_id=str(answer.pk), to=str(theme.pk))
    assert (moved.words, places(round)[str(answer.pk)]) == ("The reins", str(theme.pk))
    undo_move(session=session, by=larkmere.memberships.get(person=ruth))
    assert places(round)[str(answer.pk)] == ALONE
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo_move(session=session, by=lead)


@pytest.mark.parametrize("to", ["nowhere", "7e1c1a3e-0a3d-4f0e-9d6b-3b1a2c4d5e6f", ""])
def test_a_card_goes_nowhere_that_is_not_on_the_table(session, round, lead, to):
    with pytest.raises(ValidationError, match="not on the table"):
        move_card(session=session, by=lead, answer_id=str(round.answers.first().pk), to=to)
    assert set(places(round).values()) == {UNPLACED}


@pytest.mark.parametrize("answer_id", ["x", "7e1c1a3e-0a3d-4f0e-9d6b-3b1a2c4d5e6f"])
def test_no_card_of_elsewhere_is_moved(session, lead, answer_id):
    with pytest.raises(ValidationError, match="not on the table"):
        move_card(session=session, by=lead, answer_id=answer_id, to=ALONE)


def test_a_move_from_a_theme_that_is_gone_is_not_taken_back(session, round, lead):
    theme = create_theme(round=round, name="The reins", by=lead, answer=round.answers.first())
    move_card(session=session, by=lead, answer_id=str(round.answers.first().pk), to=ALONE)
    delete_theme(theme=theme, by=lead, expected=theme.version)
    assert LiveRun.objects.get().last_moved is None
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo_move(session=session, by=lead)


def test_a_move_into_a_theme_that_was_merged_away_is_not_offered_back(session, round, lead):
    gone, kept = (create_theme(round=round, name=name, by=lead) for name in ("The reins", "The road"))
    answer = round.answers.first()
    move_card(session=session, by=lead, answer_id=str(answer.pk), to=str(gone.pk))
    merge_themes(theme=gone, into=kept, by=lead)
    assert LiveRun.objects.get().last_moved is None
    assert places(round)[str(answer.pk)] == str(kept.pk)


def test_a_theme_that_the_last_move_has_nothing_to_do_with_leaves_its_undo(session, round, lead):
    first, second = (create_theme(round=round, name=name, by=lead) for name in ("The reins", "The road"))
    answer = round.answers.first()
    move_card(session=session, by=lead, answer_id=str(answer.pk), to=str(first.pk))
    delete_theme(theme=second, by=lead, expected=second.version)
    undo_move(session=session, by=lead)
    assert places(round)[str(answer.pk)] == UNPLACED


def place_in_a_new_theme(answer, by):
    return create_theme(round=answer.round, name="The road", by=by, answer=answer)


def place_from_the_board_page(answer, by):
    move_answer(answer=answer, to=ALONE, by=by)
    return ALONE


@pytest.mark.parametrize("place", [place_in_a_new_theme, place_from_the_board_page])
def test_undo_never_takes_back_what_somebody_else_placed_in_another_way_since(
    session, round, lead, larkmere, ruth, place
):
    theme = create_theme(round=round, name="The reins", by=lead)
    answer = round.answers.first()
    move_card(session=session, by=lead, answer_id=str(answer.pk), to=str(theme.pk))
    there = place(answer, larkmere.memberships.get(person=ruth))
    with pytest.raises(ValidationError, match="nothing to take back"):
        undo_move(session=session, by=lead, expected=(answer.pk, UNPLACED))
    assert places(round)[str(answer.pk)] == str(getattr(there, "pk", there))


@pytest.mark.parametrize(
    ("audience", "lead_only"), [(audience, audience in ("facilitators", "took_part")) for audience in Audience]
)
def test_what_is_agreed_is_on_every_screen_only_when_everybody_gets_the_record(session, lead, audience, lead_only):
    session.audience = audience
    session.save(update_fields=["audience"])
    add_learning(session=session, by=lead, text="We talk first.")
    room = agreed_so_far(session, for_those_who_lead=False)
    assert ("outcomes" not in room) == lead_only
    [learning] = agreed_so_far(session, for_those_who_lead=True)["outcomes"].learnings
    assert learning.text == "We talk first."
