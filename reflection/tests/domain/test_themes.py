"""Making sense: answers move, and are never touched by it; nothing written about them gets lost."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from partnerships.models.base import StaleVersion
from partnerships.tests.cast import membership_of
from reflection.domain.outcomes import add_learning
from reflection.domain.rounds import move_round
from reflection.domain.sessions import close_session
from reflection.domain.themes import (
    ALONE,
    UNPLACED,
    arrange,
    create_theme,
    delete_theme,
    differ_on_theme,
    merge_themes,
    move_answer,
    place_of,
    update_theme,
)
from reflection.enums import Attribution, Stage
from reflection.models import Answer, Placement, Theme
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead)[1]


@pytest.fixture
def elsewhere(quarry_end, framework, dan):
    """A round of another partnership, with names so that two people are enough."""
    dan_there = membership_of(dan, quarry_end)
    return make_revealed(quarry_end, framework, dan_there, attribution=Attribution.NAMED)[1]


def placed(answer):
    return place_of(Answer.objects.with_places().get(pk=answer.pk))


def test_create_theme_gives_it_a_tidy_name_and_the_next_place(shown, lead):
    first = create_theme(round=shown, name="  Unpaid   and unseen ", by=lead)
    second = create_theme(round=shown, name="Who holds the reins", by=lead, notice=" Money. ")
    assert [(theme.name, theme.position, theme.notice) for theme in (first, second)] == [
        ("Unpaid and unseen", 1, ""),
        ("Who holds the reins", 2, "Money."),
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("   ", "Give the theme a name"), ("unpaid AND unseen", "a theme with this name already")]
)
def test_create_theme_refuses_names_that_say_nothing_or_are_taken(shown, lead, name, words):
    create_theme(round=shown, name="Unpaid and unseen", by=lead)
    with pytest.raises(ValidationError, match=words):
        create_theme(round=shown, name=name, by=lead)
    assert shown.themes.count() == 1


def test_the_first_theme_or_move_begins_the_grouping_and_a_later_stage_stays(shown, larkmere, framework, lead):
    create_theme(round=shown, name="Unseen", by=lead)
    shown.refresh_from_db()
    assert shown.stage == Stage.GROUPING
    other = make_revealed(larkmere, framework, lead)[1]
    move_answer(answer=other.answers.first(), to=ALONE, by=lead)
    other.refresh_from_db()
    assert other.stage == Stage.GROUPING
    move_round(round=other, event="agree", by=lead)
    move_answer(answer=other.answers.last(), to=ALONE, by=lead)
    other.refresh_from_db()
    assert other.stage == Stage.AGREEING


def test_create_theme_takes_its_first_answer_along(shown, lead):
    answer = shown.answers.first()
    theme = create_theme(round=shown, name="Unseen", by=lead, answer=answer)
    assert placed(answer) == theme.pk


def test_create_theme_refuses_an_answer_of_another_partnership(shown, elsewhere, lead):
    with pytest.raises(ValidationError, match="another question"):
        create_theme(round=shown, name="Unseen", by=lead, answer=elsewhere.answers.first())
    assert (Theme.objects.count(), Placement.objects.count()) == (0, 0)


def test_move_answer_says_where_it_was_and_where_it_is(shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    answer = shown.answers.first()
    moves = [move_answer(answer=answer, to=to, by=lead) for to in (theme, ALONE, UNPLACED, theme)]
    assert [(move.before, move.after) for move in moves] == [
        (UNPLACED, theme),
        (theme, ALONE),
        (ALONE, UNPLACED),
        (UNPLACED, theme),
    ]
    assert [move.words for move in moves] == ["Unseen", "On its own", "Not in a theme yet", "Unseen"]
    assert Placement.objects.count() == 1


def test_move_answer_refuses_themes_of_other_rounds_and_themes_that_are_gone(shown, elsewhere, lead, dan):
    foreign = create_theme(round=elsewhere, name="Theirs", by=lead)
    gone = create_theme(round=shown, name="Gone", by=lead)
    delete_theme(theme=gone, by=lead, expected=1)
    for theme in (foreign, gone):
        with pytest.raises(ValidationError, match="not among those of this question"):
            move_answer(answer=shown.answers.first(), to=theme, by=lead)
    assert Placement.objects.count() == 0


@pytest.mark.postgres_only
def test_making_sense_never_writes_an_answer(shown, lead):
    """Not even the database's own bookkeeping of an answer changes (its xmin), whatever is moved."""
    before = versions_of_answers()
    first, second = (create_theme(round=shown, name=name, by=lead) for name in ("One", "Two"))
    for number, answer in enumerate(shown.answers.all()):
        move_answer(answer=answer, to=(first, second, ALONE)[number % 3], by=lead)
        move_answer(answer=answer, to=(second, UNPLACED, first)[number % 3], by=lead)
    merge_themes(theme=first, into=second, by=lead)
    delete_theme(theme=second, by=lead, expected=2)
    assert len(before) == 12
    assert versions_of_answers() == before


def versions_of_answers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin, ctid, body, label FROM reflection_answer ORDER BY id")
        return cursor.fetchall()


def test_update_theme_refuses_a_stale_save_and_keeps_the_newer_words(shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    seen_by_both = [Theme.objects.get(pk=theme.pk) for _ in range(2)]
    update_theme(theme=seen_by_both[0], by=lead, expected=1, name="Unpaid", notice="First.")
    with pytest.raises(StaleVersion) as stale:
        update_theme(theme=seen_by_both[1], by=lead, expected=1, name="Overlooked", notice="Second.")
    assert (stale.value.current.name, stale.value.current.notice) == ("Unpaid", "First.")
    assert Theme.objects.get(pk=theme.pk).name == "Unpaid"


def test_differ_on_theme_marks_and_unmarks_and_keeps_nobody_with_it(shown, lead):
    theme = create_theme(round=shown, name="Reins", by=lead)
    differ_on_theme(theme=theme, by=lead, expected=1, seen_differently=True, different_view=" A burden. ")
    assert (theme.seen_differently, theme.different_view) == (True, "A burden.")
    assert not [
        field.name
        for field in Theme._meta.get_fields()
        if field.related_model and field.related_model.__name__ in ("Membership", "Person")
    ]
    differ_on_theme(theme=theme, by=lead, expected=2, seen_differently=False, different_view="A burden.")
    assert (theme.seen_differently, theme.different_view) == (False, "")


def test_merge_themes_moves_answers_notes_and_what_was_agreed(shown, lead):
    gone = create_theme(round=shown, name="Unpaid", by=lead, notice="Time costs.", answer=shown.answers.first())
    kept = create_theme(round=shown, name="Unseen", by=lead, notice="Nobody counts.")
    differ_on_theme(theme=gone, by=lead, expected=1, seen_differently=True, different_view="It is paid.")
    learning = add_learning(session=shown.session, by=lead, text="Count it.", theme=gone)
    merge_themes(theme=gone, into=kept, by=lead)
    kept.refresh_from_db()
    learning.refresh_from_db()
    assert (kept.notice, kept.seen_differently, kept.different_view) == (
        "Nobody counts.\nTime costs.",
        True,
        "It is paid.",
    )
    assert [placed(answer) for answer in shown.answers.filter(placement__isnull=False)] == [kept.pk]
    assert learning.theme_id == kept.pk
    assert list(shown.themes.all()) == [kept]


def test_merge_themes_refuses_itself_another_round_and_notes_that_do_not_fit(shown, elsewhere, lead):
    theme = create_theme(round=shown, name="Unpaid", by=lead, notice="a" * 300)
    long = create_theme(round=shown, name="Unseen", by=lead, notice="b" * 300)
    foreign = create_theme(round=elsewhere, name="Theirs", by=lead)
    for into, words in ((theme, "another theme"), (foreign, "another theme"), (long, "longer than 500")):
        with pytest.raises(ValidationError, match=words):
            merge_themes(theme=theme, into=into, by=lead)
    assert Theme.objects.count() == 3


def test_delete_theme_leaves_its_answers_without_a_theme(shown, lead):
    answer = shown.answers.first()
    theme = create_theme(round=shown, name="Unseen", by=lead, answer=answer)
    delete_theme(theme=theme, by=lead, expected=1)
    delete_theme(theme=theme, by=lead, expected=1)
    assert (placed(answer), shown.answers.count()) == (UNPLACED, 12)


def test_delete_theme_asks_again_when_it_changed_meanwhile(shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    update_theme(theme=Theme.objects.get(), by=lead, expected=1, name="Unseen", notice="Newer words.")
    with pytest.raises(StaleVersion):
        delete_theme(theme=theme, by=lead, expected=1)
    assert Theme.objects.count() == 1


def test_nothing_moves_before_the_reveal_or_after_the_close(larkmere, framework, lead, shown):
    unseen = make_open(larkmere, framework, lead).rounds.get()
    with pytest.raises(ValidationError, match="not been shown"):
        create_theme(round=unseen, name="Unseen", by=lead)
    theme, answer = create_theme(round=shown, name="Unseen", by=lead), shown.answers.first()
    close_session(session=shown.session, by=lead)
    for change in (
        lambda: create_theme(round=shown, name="Late", by=lead),
        lambda: move_answer(answer=answer, to=theme, by=lead),
        lambda: update_theme(theme=theme, by=lead, expected=1, name="Late", notice=""),
        lambda: delete_theme(theme=theme, by=lead, expected=1),
        lambda: differ_on_theme(theme=theme, by=lead, expected=1, seen_differently=True),
    ):
        with pytest.raises(ValidationError, match="not open"):
            change()


def test_arrange_keeps_the_mixed_order_within_every_column(shown, lead):
    theme = create_theme(round=shown, name="Unseen", by=lead)
    answers = list(shown.answers.in_mixed_order())
    for answer in reversed(answers[::2]):
        move_answer(answer=answer, to=theme, by=lead)
    move_answer(answer=answers[1], to=ALONE, by=lead)
    board = arrange(themes=shown.themes.all(), answers=shown.answers.in_mixed_order().with_places())
    assert board.columns[0].answers == answers[::2]
    assert (board.alone, board.unplaced) == ([answers[1]], answers[3::2])


def test_worth_a_talk_flags_spread_and_difference_not_size(shown, lead):
    both, one, differs = (create_theme(round=shown, name=name, by=lead) for name in ("Both", "One", "Differs"))
    by_label = {answer.label: answer for answer in shown.answers.all()}
    assert len(by_label) > 1
    for answer in by_label.values():
        move_answer(answer=answer, to=both, by=lead)
    label = next(iter(by_label))
    for answer in shown.answers.filter(label=label).exclude(pk=by_label[label].pk):
        move_answer(answer=answer, to=one, by=lead)
    differ_on_theme(theme=differs, by=lead, expected=1, seen_differently=True)
    board = arrange(themes=shown.themes.all(), answers=shown.answers.in_mixed_order().with_places())
    assert [column.theme.name for column in board.worth_a_talk] == ["Both", "Differs"]
