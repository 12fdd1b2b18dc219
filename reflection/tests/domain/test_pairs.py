"""Alone, in pairs, in fours: who sits where, what they write, and what of it is shown to whom."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from partnerships.models.base import StaleVersion
from reflection.domain.drafts import finish_writing, save_draft
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live_pairs import seat_person
from reflection.domain.live_rooms import come_in, finish_round
from reflection.domain.pairs import (
    forget_seats_of,
    go_alone,
    leave_seat,
    make_fours,
    make_pairs,
    mix_pairs,
    move_seat,
    take_a_seat,
)
from reflection.domain.pairs_words import bring_words, carry_on, table_of, write_together
from reflection.domain.rounds_reveal import add_late_words, reveal_round
from reflection.enums import Attribution, SmallStep
from reflection.models.answers import Answer, Signature
from reflection.models.drafts import Draft
from reflection.models.pairs import Seat, SmallGroup
from reflection.tests.guests import let_in
from reflection.tests.pairs import groups_of, in_fours, in_pairs, make_together, writer_of

pytestmark = pytest.mark.django_db
PAIRS, FOURS = SmallStep.PAIRS, SmallStep.FOURS


@pytest.fixture
def round(larkmere, framework, lead):
    return make_together(larkmere, framework, lead)


def seats(round, step):
    return {frozenset(one.pk for one in group.people) for group in groups_of(round, step)}


def everybody(round):
    return set(round.session.participations.values_list("pk", flat=True))


def say(group, text, *, ready=True):
    group.refresh_from_db()
    return write_together(
        participation=writer_of(group), round=group.round, text=text, expected=group.version, ready=ready
    )


def test_a_round_of_pairs_and_fours_is_shown_together_whatever_the_session_chose(round):
    assert (round.attribution, round.session.attribution) == (Attribution.TOGETHER, Attribution.SECTOR)


def test_everybody_who_is_here_sits_in_one_pair_and_nobody_with_their_own(round, lead):
    in_pairs(round, lead)
    sat = [one for group in seats(round, PAIRS) for one in group]
    assert sorted(sat) == sorted(everybody(round))
    for group in groups_of(round, PAIRS):
        organisations = [one.membership.organisation_id for one in group.people if one.membership.organisation_id]
        assert len(organisations) == len(set(organisations))


def test_who_is_not_here_is_not_paired_and_one_alone_is_too_few(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=1)
    with pytest.raises(ValidationError, match="Two people or more"):
        make_pairs(round=round, by=lead)
    assert not SmallGroup.objects.exists()


@pytest.mark.parametrize("here", [2, 3, 5, 7])
def test_small_and_odd_numbers(larkmere, framework, lead, here):
    round = make_together(larkmere, framework, lead, here=here)
    fours = in_fours(round, lead)
    sizes = sorted(len(group.people) for group in groups_of(round, PAIRS))
    assert sizes == {2: [2], 3: [3], 5: [2, 3], 7: [2, 2, 3]}[here]
    assert sum(four.seats.count() for four in fours) == here


def test_back_and_forth_keeps_pairs_and_words(round, lead):
    pair = in_pairs(round, lead)[0]
    before = seats(round, PAIRS)
    say(pair, "We know each other")
    go_alone(round=round, by=lead)
    make_pairs(round=round, by=lead)
    assert seats(round, PAIRS) == before
    pair.refresh_from_db()
    assert pair.text == "We know each other"


def test_mixing_again_is_only_for_pairs_that_have_not_written(round, lead):
    in_pairs(round, lead)
    mix_pairs(round=round, by=lead)
    say(groups_of(round, PAIRS)[0], "Ours", ready=False)
    with pytest.raises(ValidationError, match="have written already"):
        mix_pairs(round=round, by=lead)


def test_who_comes_late_joins_the_smallest_and_twice_is_once(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    late = round.session.participations.order_by("membership__person__email")[4]
    with pytest.raises(ValidationError, match="Nobody sits together yet"):
        take_a_seat(participation=late, round=round)
    in_pairs(round, lead)
    first = take_a_seat(participation=late, round=round)
    assert take_a_seat(participation=late, round=round) == first
    assert sorted(len(group) for group in seats(round, PAIRS)) == [2, 3]
    make_fours(round=round, by=lead)
    assert seats(round, FOURS) == {frozenset(one for group in seats(round, PAIRS) for one in group)}


def test_who_comes_when_fours_sit_joins_a_four(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    in_fours(round, lead)
    late = round.session.participations.order_by("membership__person__email")[4]
    assert take_a_seat(participation=late, round=round).step == FOURS


def test_who_moves_leaves_the_words_and_the_last_one_takes_them_along_as_a_note(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    one, other = in_pairs(round, lead)
    first, second = groups_of(round, PAIRS)[0].people
    say(one, "Ours")
    move_seat(participation=first, to=other, by=lead)
    assert not Draft.objects.exists()
    move_seat(participation=second, to=other, by=lead)
    note = Draft.objects.get()
    assert (note.body, note.participation, note.note, note.ready) == ("Ours", second, True, False)
    assert not SmallGroup.objects.filter(pk=one.pk).exists()


def test_who_goes_leaves_the_words_to_the_others(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    pair = in_pairs(round, lead)[0]
    first, second = groups_of(round, PAIRS)[0].people
    say(pair, "Ours")
    leave_seat(participation=first, round=round)
    assert table_of(participation=second, round=round).group.text == "Ours"
    assert table_of(participation=first, round=round).group is None


def test_who_leaves_the_partnership_leaves_no_seat(round, lead):
    pair = in_pairs(round, lead)[0]
    people = groups_of(round, PAIRS)[0].people
    say(pair, "Ours")
    for one in people:
        forget_seats_of(places=[one])
    assert not Seat.objects.filter(participation__in=people).exists()
    assert not SmallGroup.objects.filter(pk=pair.pk).exists()


# --- Words ---------------------------------------------------------------------------------------------------------
def test_a_pair_changes_one_text_and_a_clash_changes_nothing(round, lead):
    pair = in_pairs(round, lead)[0]
    one, other = groups_of(round, PAIRS)[0].people[:2]
    write_together(participation=one, round=round, text="From one", expected=1)
    with pytest.raises(StaleVersion) as clash:
        write_together(participation=other, round=round, text="From the other", expected=1)
    assert (clash.value.current.text, clash.value.current.version) == ("From one", 2)
    pair.refresh_from_db()
    assert pair.text == "From one"
    write_together(
        participation=one, round=round, text="From one, again", expected=1, unheard=["From one", "Never arrived"]
    )
    write_together(participation=one, round=round, text="From one, again", expected=1)
    pair.refresh_from_db()
    assert (pair.text, pair.version) == ("From one, again", 3)


def test_nobody_reads_or_writes_where_they_do_not_sit(round, lead):
    one, other = in_pairs(round, lead)[:2]
    say(one, "Ours")
    for stranger in groups_of(round, PAIRS)[1].people:
        table = table_of(participation=stranger, round=round)
        assert (table.group, table.brought, table.pair) == (other, [], other)
    make_fours(round=round, by=lead)
    one.refresh_from_db()
    elsewhere = [someone for four in groups_of(round, FOURS) if four.pk != one.four_id for someone in four.people]
    for stranger in elsewhere:
        assert table_of(participation=stranger, round=round).brought == []
        with pytest.raises(ValidationError, match="not there to be carried on"):
            carry_on(participation=stranger, round=round, pair_id=one.pk)


def test_own_words_come_into_the_pair_once_and_nobody_brings_those_of_others(round, lead):
    pair = in_pairs(round, lead)[0]
    one, other = groups_of(round, PAIRS)[0].people[:2]
    draft = save_draft(participation=one, round=round, body="We feed people").draft
    for _ in range(2):
        bring_words(participation=one, round=round, draft_id=draft.pk)
    pair.refresh_from_db()
    assert pair.text == "We feed people"
    for key in (draft.pk, "no id"):
        with pytest.raises(ValidationError, match="not there"):
            bring_words(participation=other, round=round, draft_id=key)


def test_a_four_reads_what_its_pairs_said_is_ready_and_only_their_own_people_bring_the_rest(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    one, other = in_pairs(round, lead)
    say(one, "Ready words")
    say(other, "Still talking", ready=False)
    make_fours(round=round, by=lead)
    theirs, others = writer_of(one), writer_of(other)
    assert [pair.text for pair in table_of(participation=others, round=round).brought] == ["Ready words"]
    assert table_of(participation=others, round=round).kept == other
    assert table_of(participation=theirs, round=round).kept is None
    with pytest.raises(ValidationError, match="not there"):
        carry_on(participation=theirs, round=round, pair_id=other.pk)
    carry_on(participation=theirs, round=round, pair_id=one.pk)
    four = carry_on(participation=others, round=round, pair_id=other.pk)
    assert four.text == "Ready words\nStill talking"
    assert table_of(participation=theirs, round=round).carried == {one.pk, other.pk}


def test_nothing_empty_is_ready(round, lead):
    pair = in_pairs(round, lead)[0]
    with pytest.raises(ValidationError, match="Write down what"):
        say(pair, "   ")
    say(pair, "Words")
    pair.refresh_from_db()
    write_together(participation=writer_of(pair), round=round, text="", expected=pair.version)
    pair.refresh_from_db()
    assert (pair.text, pair.ready) == ("", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        SmallGroup.objects.filter(pk=pair.pk).update(ready=True)


# --- The reveal ----------------------------------------------------------------------------------------------------
def test_only_what_fours_said_is_ready_is_shown_with_neither_names_nor_sectors(round, lead):
    one, other = in_fours(round, lead)[:2]
    people = one.seats.count()
    say(one, "Carried on")
    say(other, "Not yet", ready=False)
    alone = save_draft(participation=writer_of(one), round=round, body="For myself", ready=True).draft
    finish_round(participation=alone.participation, round=round)
    finish_writing_refused(alone.participation)
    assert Draft.objects.get().ready is False
    revealed = reveal_round(round=round, by=lead)
    assert (revealed.shown, revealed.answers, revealed.people) == (True, 1, people)
    answer = Answer.objects.get()
    assert (answer.body, answer.label) == ("Carried on", "From a four")
    assert not Signature.objects.exists()
    assert Draft.objects.get() == alone
    assert SmallGroup.objects.get(pk=other.pk).text == "Not yet"


def finish_writing_refused(participation):
    with pytest.raises(ValidationError):
        finish_writing(participation=participation)


def test_pairs_can_be_shown_without_fours_and_one_is_enough(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=2)
    pair = in_pairs(round, lead)[0]
    assert reveal_round(round=round, by=lead).shown is False
    say(pair, "Both of us")
    assert reveal_round(round=round, by=lead).shown
    assert Answer.objects.get().label == "From a pair"


def test_after_the_reveal_nothing_is_written_carried_or_added(round, lead):
    pair = in_pairs(round, lead)[0]
    say(pair, "Shown")
    reveal_round(round=round, by=lead)
    one = writer_of(pair)
    with pytest.raises(ValidationError, match="over here"):
        write_together(participation=one, round=round, text="Later", expected=9)
    with pytest.raises(ValidationError, match="not open for pairs"):
        make_fours(round=round, by=lead)
    with pytest.raises(ValidationError):
        add_late_words(participation=one, round=round, body="Later")
    assert table_of(participation=one, round=round).pair.text == "Shown"


def test_the_database_refuses_a_signature_and_another_way_of_showing(round, lead):
    pair = in_pairs(round, lead)[0]
    for attribution in (Attribution.NAMED, Attribution.SECTOR):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(round).objects.filter(pk=round.pk).update(attribution=attribution)
    say(pair, "Shown")
    reveal_round(round=round, by=lead)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(answer=Answer.objects.get(), participation=writer_of(pair))


def test_a_question_is_never_shown_together(larkmere, framework, lead):
    from reflection.tests.sessions import make_open

    session = make_open(larkmere, framework, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        session.rounds.update(attribution=Attribution.TOGETHER)


def test_who_came_in_meanwhile_gets_a_place_by_the_next_press(larkmere, framework, lead):
    round = make_together(larkmere, framework, lead, here=4)
    in_pairs(round, lead)
    come_in(participation=round.session.participations.order_by("membership__person__email")[4])
    make_fours(round=round, by=lead)
    assert sorted(len(group) for group in seats(round, FOURS)) == [5]


@pytest.mark.parametrize("step", [PAIRS, FOURS])
def test_nobody_is_seated_whose_part_has_ended(step, round, lead):
    guest = let_in(round.session, lead)
    in_pairs(round, lead) if step == PAIRS else in_fours(round, lead)
    put_guest_out(guest=guest.guest, by=lead)
    guest.refresh_from_db()
    for seat in (
        partial(take_a_seat, participation=guest, round=round),
        partial(move_seat, participation=guest, to=groups_of(round, step)[0], by=lead),
    ):
        with pytest.raises(ValidationError, match="not there any more"):
            seat()
    assert not Seat.objects.filter(participation=guest).exists()
    with pytest.raises(ValidationError, match="not there any more"):
        seat_person(session=round.session, by=lead, place_id=guest.pk)
