"""Nothing typed is lost, nothing is shown too soon."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from reflection.domain.drafts import (
    BODY_LIMIT,
    TOO_LONG,
    WRITING_IS_OVER,
    ask_for_call,
    confirm_spoken_words,
    discard_draft,
    finish_writing,
    keep_as_note,
    note_called,
    save_draft,
    write_for,
)
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import cancel_session, close_session, end_writing
from reflection.models.answers import Answer
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.tests.sessions import make_open, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead, questions=5)


@pytest.fixture
def round(session):
    return session.rounds.first()


@pytest.fixture
def place(session, bea):
    return session.participations.get(membership__person=bea)


def bodies(place):
    return sorted(place.drafts.values_list("body", flat=True))


# --- Saving --------------------------------------------------------------------------------------------------------
def test_words_are_kept_under_the_id_that_the_page_made(place, round):
    made_by_page = uuid4()
    saved = save_draft(participation=place, round=round, body="Half a thought", draft_id=made_by_page)
    assert (saved.draft.pk, saved.draft.version, saved.draft.ready, saved.other) == (made_by_page, 1, False, None)
    again = save_draft(
        participation=place, round=round, body="Half a thought, and more", draft_id=made_by_page, expected=1
    )
    assert (again.draft.pk, again.draft.version) == (made_by_page, 2)
    assert bodies(place) == ["Half a thought, and more"]


def test_the_same_save_sent_twice_is_one_draft(place, round):
    page = {"participation": place, "round": round, "body": "Once", "draft_id": uuid4()}
    first, second = save_draft(**page), save_draft(**page)
    assert (second.draft.pk, second.draft.version, second.other) == (first.draft.pk, 1, None)
    assert place.drafts.count() == 1


def test_an_id_of_somebody_elses_draft_makes_a_new_one_and_touches_nothing(session, place, round):
    other = session.participations.exclude(pk=place.pk).first()
    theirs = save_draft(participation=other, round=round, body="Theirs").draft
    mine = save_draft(participation=place, round=round, body="Mine", draft_id=theirs.pk, expected=1)
    assert mine.draft.pk != theirs.pk
    assert mine.other is None
    theirs.refresh_from_db()
    assert (theirs.body, theirs.version, theirs.participation_id) == ("Theirs", 1, other.pk)


def test_a_clash_of_two_tabs_keeps_both_texts(place, round):
    draft = save_draft(participation=place, round=round, body="Base").draft
    save_draft(participation=place, round=round, body="Base, by the phone", draft_id=draft.pk, expected=1)
    clash = save_draft(participation=place, round=round, body="Base, by the laptop", draft_id=draft.pk, expected=1)
    assert clash.other.pk == draft.pk
    assert clash.other.body == "Base, by the phone"
    assert clash.draft.pk != draft.pk
    assert bodies(place) == ["Base, by the laptop", "Base, by the phone"]


def test_what_the_page_itself_sent_unheard_is_no_clash(place, round):
    page = uuid4()
    save_draft(participation=place, round=round, body="Sent, and the reply got lost", draft_id=page)
    saved = save_draft(
        participation=place,
        round=round,
        body="Typed on",
        draft_id=page,
        expected=0,
        unheard=["Sent, and the reply got lost", "Sent after it, and never arrived"],
    )
    assert (saved.draft.version, saved.other) == (2, None)
    assert bodies(place) == ["Typed on"]


def test_an_empty_box_of_an_older_page_takes_nothing_away(place, round):
    draft = save_draft(participation=place, round=round, body="One").draft
    save_draft(participation=place, round=round, body="Two", draft_id=draft.pk, expected=1)
    saved = save_draft(participation=place, round=round, body="  ", draft_id=draft.pk, expected=1)
    assert saved.other.body == "Two"
    assert bodies(place) == ["Two"]


def test_an_empty_box_that_was_never_saved_leaves_no_row(place, round):
    assert save_draft(participation=place, round=round, body=" \n ", draft_id=uuid4(), ready=True).draft is None
    assert place.drafts.count() == 0


def test_ready_words_stay_ready_while_they_are_mended(place, round):
    draft = save_draft(participation=place, round=round, body="Raedy", ready=True).draft
    mended = save_draft(participation=place, round=round, body="Ready", draft_id=draft.pk, expected=1).draft
    assert mended.ready is True
    emptied = save_draft(participation=place, round=round, body="", draft_id=draft.pk, expected=2).draft
    assert emptied.ready is False


def test_a_note_that_is_changed_stays_a_note(place, round):
    note = save_draft(participation=place, round=round, body="For me", note=True).draft
    changed = save_draft(participation=place, round=round, body="For me alone", draft_id=note.pk, expected=1).draft
    assert (changed.note, changed.ready) == (True, False)
    shared = save_draft(
        participation=place, round=round, body="For all", draft_id=note.pk, expected=2, ready=True, note=False
    ).draft
    assert (shared.note, shared.ready) == (False, True)


def test_typing_the_words_of_a_note_again_leaves_the_note_alone(place, round):
    note = save_draft(participation=place, round=round, body="The same words", note=True).draft
    answer = save_draft(participation=place, round=round, body="The same words", ready=True).draft
    note.refresh_from_db()
    assert note.note is True
    assert answer.pk != note.pk
    assert answer.ready is True


def test_over_long_text_is_refused_in_words_and_changes_nothing(place, round):
    draft = save_draft(participation=place, round=round, body="Short").draft
    assert (
        save_draft(participation=place, round=round, body="x" * BODY_LIMIT, draft_id=draft.pk, expected=1).draft.version
        == 2
    )
    with pytest.raises(ValidationError) as refusal:
        save_draft(participation=place, round=round, body="x" * (BODY_LIMIT + 1), draft_id=draft.pk, expected=2)
    assert refusal.value.messages == [TOO_LONG]
    draft.refresh_from_db()
    assert (draft.version, len(draft.body)) == (2, BODY_LIMIT)


@pytest.mark.parametrize("over", ["time is up", "writing ended", "shown", "kept closed", "called off"])
def test_after_writing_is_over_only_notes_are_taken(session, round, place, lead, over):
    at = timezone.now()
    if over == "time is up":
        at = session.closes_at + timedelta(seconds=1)
    elif over == "writing ended":
        end_writing(session=session, by=lead)
    elif over == "shown":
        write(session)
        assert reveal_round(round=round, by=lead).shown
    elif over == "kept closed":
        keep_round_closed(round=round, by=lead)
    else:
        cancel_session(session=session, by=lead, why="Too many of us are away.")
    before = place.drafts.count()
    with pytest.raises(ValidationError) as refusal:
        save_draft(participation=place, round=round, body="Too late", at=at)
    assert refusal.value.messages == [WRITING_IS_OVER]
    assert place.drafts.count() == before
    assert save_draft(participation=place, round=round, body="Too late", note=True, at=at).draft.note is True


# --- One draft at a time -------------------------------------------------------------------------------------------
def test_a_note_is_never_taken_by_the_reveal(session, round, place, lead):
    draft = save_draft(participation=place, round=round, body="Never to be shown", ready=True).draft
    assert keep_as_note(draft=draft).ready is False
    write(session, round=round)
    place.drafts.filter(note=False).delete()
    assert reveal_round(round=round, by=lead).shown
    assert "Never to be shown" not in set(Answer.objects.values_list("body", flat=True))
    assert bodies(place) == ["Never to be shown"]


def test_keeping_or_confirming_words_that_are_gone_says_so(round, place):
    draft = save_draft(participation=place, round=round, body="Here").draft
    discard_draft(draft=draft)
    assert place.drafts.count() == 0
    for change in (keep_as_note, confirm_spoken_words):
        with pytest.raises(ValidationError) as refusal:
            change(draft=draft)
        assert refusal.value.code == "gone"


def test_words_written_down_for_someone_count_once_they_say_so(round, place, lead):
    draft = write_for(participation=place, round=round, body="As she said it", by=lead, read_back=False)
    assert (draft.ready, draft.confirmed) == (False, False)
    finish_writing(participation=place)
    draft.refresh_from_db()
    assert draft.ready is False
    confirmed = confirm_spoken_words(draft=draft)
    assert (confirmed.ready, confirmed.confirmed) == (True, True)


def test_words_that_were_read_back_are_ready_at_once(round, place, lead):
    assert write_for(participation=place, round=round, body="Read back", by=lead, read_back=True).ready is True


def test_only_who_leads_writes_for_others(round, place, larkmere, bea):
    member = larkmere.memberships.get(person=bea)
    with pytest.raises(ValidationError):
        write_for(participation=place, round=round, body="Made up", by=member, read_back=True)
    assert Draft.objects.count() == 0


# --- Finished ------------------------------------------------------------------------------------------------------
def test_finishing_makes_what_was_begun_ready_and_leaves_notes_alone(session, place):
    first, second, third = session.rounds.all()[:3]
    save_draft(participation=place, round=first, body="Begun")
    save_draft(participation=place, round=second, body="Mine alone", note=True)
    blank = save_draft(participation=place, round=third, body="Something").draft
    save_draft(participation=place, round=third, body="\n ", draft_id=blank.pk, expected=1)
    finish_writing(participation=place)
    assert set(place.drafts.filter(ready=True).values_list("body", flat=True)) == {"Begun"}
    place.refresh_from_db()
    assert place.finished is True
    finish_writing(participation=place, finished=False)
    place.refresh_from_db()
    assert place.finished is False
    assert place.drafts.filter(ready=True).count() == 1


def test_finishing_does_not_outdate_an_open_page(place, round):
    draft = save_draft(participation=place, round=round, body="On two screens").draft
    finish_writing(participation=place)
    saved = save_draft(participation=place, round=round, body="On two screens, still", draft_id=draft.pk, expected=1)
    assert saved.other is None
    assert saved.draft.ready is True


def test_finishing_five_drafts_costs_what_one_costs(session, place, django_assert_num_queries):
    rounds = list(session.rounds.all())
    save_draft(participation=place, round=rounds[0], body="One")
    with django_assert_num_queries(6):  # savepoint, two locks, two updates, release
        finish_writing(participation=place)
    for round in rounds:
        save_draft(participation=place, round=round, body="Of five")
    with django_assert_num_queries(6):
        finish_writing(participation=place)
    assert place.drafts.filter(ready=False).count() == 0


def test_there_is_nothing_to_finish_once_writing_is_over(session, place, lead):
    end_writing(session=session, by=lead)
    with pytest.raises(ValidationError) as refusal:
        finish_writing(participation=place)
    assert refusal.value.code == "over"
    finish_writing(participation=place, finished=False)


# --- Rather talk ---------------------------------------------------------------------------------------------------
def test_asking_for_a_call_and_taking_it_back(place):
    ask_for_call(participation=place, note="After six")
    place.refresh_from_db()
    assert (place.wants_call, place.call_note) == (True, "After six")
    note_called(participation=place)
    place.refresh_from_db()
    assert (place.wants_call, place.call_note) == (False, "")


@pytest.mark.parametrize("end", [close_session, partial(cancel_session, why="The hall is flooded.")])
def test_when_and_where_to_ring_is_forgotten_when_the_session_ends(session, place, lead, end):
    ask_for_call(participation=place, note="07700 900123, after six")
    before_the_end = Participation.objects.select_related("session").get(pk=place.pk)
    end(session=session, by=lead)
    place.refresh_from_db()
    assert (place.wants_call, place.call_note) == (False, "")
    with pytest.raises(ValidationError, match="nobody would ring"):
        ask_for_call(participation=before_the_end, note="07700 900123, after six")
    place.refresh_from_db()
    assert (place.wants_call, place.call_note) == (False, "")


def test_a_call_is_refused_where_nobody_would_ring(session, place, lead):
    with pytest.raises(ValidationError):
        ask_for_call(participation=place, note="x" * 201)
    cancel_session(session=session, by=lead, why="Not now.")
    place.session.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        ask_for_call(participation=place)
    assert refusal.value.code == "over"
    place.refresh_from_db()
    assert place.wants_call is False
