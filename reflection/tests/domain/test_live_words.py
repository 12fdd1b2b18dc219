"""“Say that plainly”: a word without a person and without a time."""

import pytest
from django.core.exceptions import ValidationError

from reflection.domain.live_words import MOST, flag_word, flagged_words, settle_word
from reflection.domain.sessions import close_session
from reflection.models.live import FLAG_LIMIT, FlaggedWord
from reflection.tests.sessions import make_live

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


def words(session):
    return [flag.word for flag in flagged_words(session)]


def test_a_word_is_flagged_once_whoever_asks_and_however_it_is_written(session):
    flag_word(session=session, word="  Section   75 ")
    flag_word(session=session, word="section 75")
    assert words(session) == ["Section 75"]


def test_nothing_says_who_asked_or_when(session):
    assert {field.name for field in FlaggedWord._meta.get_fields()} == {"id", "session", "word"}


def test_words_stand_in_the_order_of_the_alphabet(session):
    for word in ("outcome", "Backfill", "mandate"):
        flag_word(session=session, word=word)
    assert words(session) == ["Backfill", "mandate", "outcome"]


@pytest.mark.parametrize(("word", "code"), [("   ", "empty"), ("x" * (FLAG_LIMIT + 1), "too_long")])
def test_what_is_no_word_is_refused(session, word, code):
    with pytest.raises(ValidationError) as refused:
        flag_word(session=session, word=word)
    assert refused.value.code == code
    assert words(session) == []


def test_the_list_does_not_grow_without_end(session):
    for number in range(MOST):
        flag_word(session=session, word=f"word {number}")
    with pytest.raises(ValidationError):
        flag_word(session=session, word="one more")
    assert len(words(session)) == MOST


def test_a_word_that_was_explained_goes_and_every_screen_hears_of_it(session):
    flag_word(session=session, word="mandate")
    session.refresh_from_db()
    before = session.screen_version
    settle_word(session=session, word_id=FlaggedWord.objects.get().pk)
    session.refresh_from_db()
    assert (words(session), session.screen_version) == ([], before + 1)


def test_the_list_is_gone_when_the_session_ends(session, lead):
    flag_word(session=session, word="mandate")
    close_session(session=session, by=lead)
    assert FlaggedWord.objects.count() == 0
    with pytest.raises(ValidationError):
        flag_word(session=session, word="again")
