"""Numbers are private, then counted or named, and nothing else is left of them (trust A1, A3–A5, A8, A11–A13, A16)."""

from collections import Counter
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from partnerships.enums import Sector
from partnerships.tests.together import at_once
from reflection.domain.drafts import save_draft
from reflection.domain.labels import SMALLEST_LABEL
from reflection.domain.participations import forget_words_of, give_words_back_to
from reflection.domain.ratings import chosen_by, save_ratings, scales_of
from reflection.domain.rounds_reveal import minimum_people, reveal_round
from reflection.domain.sessions import close_session
from reflection.domain.spreads import count_sealed
from reflection.enums import OF_A_SESSION, Attribution, RoundKind, Stage
from reflection.models import Answer, Participation, Rating, RatingCount, RatingDraft, Round
from reflection.tests.ratings import make_live_round, make_rating, rate

pytestmark = pytest.mark.django_db
SEALED = [Attribution.SECTOR, Attribution.ANONYMOUS]


def test_the_signs_of_the_framework_are_rated_and_two_things_at_the_end(larkmere, framework, lead):
    rating = make_rating(larkmere, framework, lead)
    assert rating.stage == Stage.WRITING
    assert [scale.key for scale in scales_of(rating)] == list(framework.characteristics.values_list("key", flat=True))
    assert len(scales_of(rating)) == 12
    closing = make_live_round(larkmere, framework, lead, RoundKind.CLOSING)
    assert [scale.key for scale in scales_of(closing)] == ["kept_for_reflection", "heard"]


def test_numbers_are_kept_changed_and_taken_back(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    me, other = round.session.participations.all()[:2]
    save_ratings(participation=me, round=round, values={"need": 4, "aims": 0})
    save_ratings(participation=me, round=round, values={"need": 2})
    assert chosen_by(participation=me, round=round) == {"need": 2, "aims": 0}
    assert chosen_by(participation=other, round=round) == {}
    save_ratings(participation=me, round=round, values={"aims": None})
    assert chosen_by(participation=me, round=round) == {"need": 2}


@pytest.mark.parametrize("values", [{"need": 6}, {"need": -1}, {"nonsense": 3}, {"need": 3, "heard": 3}])
def test_numbers_that_were_not_asked_for_keep_nothing(larkmere, framework, lead, values):
    round = make_rating(larkmere, framework, lead)
    with pytest.raises(ValidationError):
        save_ratings(participation=round.session.participations.first(), round=round, values=values)
    assert RatingDraft.objects.count() == 0


def test_rating_moves_no_screen_and_no_place(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    before = round.session.screen_version
    places = list(Participation.objects.order_by("pk").values())
    rate(round, [3, 4])
    round.session.refresh_from_db()
    assert round.session.screen_version == before
    assert list(Participation.objects.order_by("pk").values()) == places


def test_words_are_refused_where_people_rate_and_numbers_where_they_write(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    me = round.session.participations.first()
    with pytest.raises(ValidationError, match="nothing to write"):
        save_draft(participation=me, round=round, body="Words")
    assert save_draft(participation=me, round=round, body="Mine", note=True).draft.note
    arrive = make_live_round(larkmere, framework, lead, RoundKind.ARRIVE)
    with pytest.raises(ValidationError, match="nothing to rate"):
        save_ratings(participation=arrive.session.participations.first(), round=arrive, values={"need": 3})


def test_a_word_to_arrive_with_is_short(larkmere, framework, lead):
    round = make_live_round(larkmere, framework, lead, RoundKind.ARRIVE)
    me = round.session.participations.first()
    with pytest.raises(ValidationError, match="40 characters"):
        save_draft(participation=me, round=round, body="x" * 41)
    assert save_draft(participation=me, round=round, body="x" * 40).draft.body == "x" * 40


def test_words_to_arrive_with_are_shown_without_a_sector(larkmere, framework, lead):
    round = make_live_round(larkmere, framework, lead, RoundKind.ARRIVE, attribution=Attribution.SECTOR)
    for place in round.session.participations.all():
        save_draft(participation=place, round=round, body="Hopeful", ready=True)
    assert reveal_round(round=round, by=lead).people == 12
    assert set(Answer.objects.values_list("body", "label")) == {("Hopeful", "")}


@pytest.mark.parametrize("attribution", SEALED)
@pytest.mark.parametrize("raters", range(7))
def test_sealed_numbers_need_the_smallest_group(larkmere, framework, lead, attribution, raters):
    round = make_rating(larkmere, framework, lead, attribution=attribution)
    rate(round, [1, 5, 5, 0, 2, 3][:raters])
    assert reveal_round(round=round, by=lead).shown is (raters >= 5)
    assert RatingDraft.objects.count() == (0 if raters >= 5 else raters)
    assert sum(RatingCount.objects.values_list("people", flat=True)) == (raters if raters >= 5 else 0)
    assert Rating.objects.count() == 0
    round.refresh_from_db()
    assert (round.people_count, round.too_few) == ((raters, False) if raters >= 5 else (None, True))


def test_a_sign_that_too_few_rated_is_not_told_beside_one_that_enough_did(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    rate(round, [1, 2, 3, 4, 5, 5], key="need")
    rate(round, [1, 2, 3, 4], key="aims")
    assert reveal_round(round=round, by=lead).shown
    told = Counter(dict(RatingCount.objects.values_list("value", "people")))
    assert set(RatingCount.objects.values_list("key", flat=True)) == {"need"}
    assert told == {1: 1, 2: 1, 3: 1, 4: 1, 5: 2}
    assert RatingDraft.objects.count() == 0


def test_named_numbers_keep_their_names_and_no_counters(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead, attribution=Attribution.NAMED)
    people = rate(round, [4, 0])
    assert reveal_round(round=round, by=lead).people == 2
    assert set(Rating.objects.values_list("participation", "key", "value")) == {
        (people[0].pk, "need", 4),
        (people[1].pk, "need", 0),
    }
    assert (RatingCount.objects.count(), RatingDraft.objects.count()) == (0, 0)


@pytest.mark.parametrize("attribution", OF_A_SESSION)
@pytest.mark.parametrize("raters", [4, 5, 12])
def test_a_closing_is_told_from_five_on_as_totals_whatever_the_group_chose(
    larkmere, framework, lead, attribution, raters
):
    type(larkmere).objects.filter(pk=larkmere.pk).update(minimum_group=5)
    round = make_live_round(larkmere, framework, lead, RoundKind.CLOSING, attribution=attribution)
    rate(round, [5] * raters, key="heard")
    assert reveal_round(round=round, by=lead).shown is (raters >= 5)
    assert Rating.objects.count() == 0
    told = list(RatingCount.objects.values_list("key", "label", "value", "people"))
    assert told == ([("heard", "", 5, raters)] if raters >= 5 else [])


def test_a_closing_needs_five_where_the_group_shows_the_rest_from_three_on(larkmere, framework, lead):
    round = make_live_round(larkmere, framework, lead, RoundKind.CLOSING)
    round.session.minimum_group = round.session.partnership.minimum_group = 3
    assert minimum_people(round) == 5
    round.session.minimum_group = 8
    assert minimum_people(round) == 8


def test_who_rated_took_part_and_has_begun(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    people = rate(round, [3] * 6)
    begun = round.session.participations.begun_by_themselves()
    assert set(begun) == set(people)
    reveal_round(round=round, by=lead)
    assert set(round.session.participations.filter(took_part=True)) == set(people)


def test_a_number_after_the_reveal_is_refused(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    people = rate(round, [3] * 6)
    reveal_round(round=round, by=lead)
    with pytest.raises(ValidationError, match="ended"):
        save_ratings(participation=people[0], round=round, values={"need": 5})
    assert RatingDraft.objects.count() == 0


def test_a_session_that_closes_keeps_numbers_that_nobody_was_shown_with_their_authors(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    rate(round, [3, 4])
    close_session(session=round.session, by=lead)
    round.refresh_from_db()
    assert (round.stage, round.kept_closed, RatingCount.objects.count()) == (Stage.DONE, True, 0)
    assert RatingDraft.objects.count() == 2


@pytest.mark.parametrize("gone", [forget_words_of, give_words_back_to])
def test_numbers_of_who_left_or_only_reads_now_are_deleted(larkmere, framework, lead, gone):
    round = make_rating(larkmere, framework, lead)
    people = rate(round, [3, 4])
    gone(membership=people[0].membership)
    assert list(RatingDraft.objects.values_list("participation", flat=True)) == [people[1].pk]


# --- Refused by the database itself --------------------------------------------------------------------------------
def test_how_numbers_are_shown_is_fixed_once_somebody_rated(larkmere, framework, lead):
    round = make_rating(larkmere, framework, lead)
    rate(round, [3])
    with pytest.raises(DatabaseError), transaction.atomic():
        Round.objects.filter(pk=round.pk).update(attribution=Attribution.NAMED)


@pytest.mark.parametrize("attribution", OF_A_SESSION)
@pytest.mark.parametrize("kind", [RoundKind.RATING, RoundKind.CLOSING])
def test_a_number_with_a_name_stands_in_rounds_with_names_only_and_in_no_closing(
    larkmere, framework, lead, kind, attribution
):
    round = make_live_round(larkmere, framework, lead, kind, attribution=attribution)
    row = Rating(participation=round.session.participations.first(), round=round, key="heard", value=3)
    if attribution == Attribution.NAMED and kind == RoundKind.RATING:
        row.save()
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()


@pytest.mark.parametrize("value", [-1, 6])
def test_no_number_outside_0_to_5_is_kept(larkmere, framework, lead, value):
    round = make_rating(larkmere, framework, lead)
    place = round.session.participations.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingDraft.objects.create(participation=place, round=round, key="need", value=value)


def test_counters_lead_to_nobody():
    """The columns of what is kept of sealed numbers are an allow-list (A1)."""
    assert {field.attname for field in RatingCount._meta.concrete_fields} == {
        "id",
        "round_id",
        "key",
        "label",
        "value",
        "people",
    }
    assert {field.attname for field in RatingDraft._meta.concrete_fields} == {
        "id",
        "participation_id",
        "round_id",
        "key",
        "value",
    }


# --- No small group follows from what is told ------------------------------------------------------------------------
def test_every_pattern_of_a_few_people_in_a_few_sectors_hides_small_groups():
    """Every way in which up to 12 people of three sectors and none can rate: behind a label 3 or more, and so without one."""
    sectors = [Sector.NHS, Sector.VCSE, Sector.RESIDENT, ""]
    for sizes in product(range(5), repeat=4):
        people = [(sector, n % 6) for sector, size in zip(sectors, sizes, strict=True) for n in range(size)]
        told = count_sealed(people, minimum=5, labelled=True)
        assert sum(told.values()) == (len(people) if len(people) >= 5 else 0)
        behind = Counter()
        for (label, _), count in told.items():
            behind[label] += count
        if set(behind) - {""}:
            assert min(behind.values()) >= SMALLEST_LABEL
        assert (
            Counter(value for _, value in people)
            == sum((Counter({value: count}) for (_, value), count in told.items()), Counter())
            or len(people) < 5
        )


# --- The database's own columns ------------------------------------------------------------------------------------
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_the_database_s_own_mark_tells_nobody_s_number(larkmere, framework, lead):
    """Counters share one transaction, every place bears its mark alike, and no draft is left (A4)."""
    round = make_rating(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
    rate(round, [1, 2, 3, 4, 5, 5])  # six of twelve
    reveal_round(round=round, by=lead)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM reflection_ratingcount")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM reflection_participation")
        assert cursor.fetchone() == (1, 12)
        cursor.execute("SELECT count(*) FROM reflection_ratingdraft")
        assert cursor.fetchone() == (0,)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_number_and_the_reveal_never_pass_each_other(larkmere, framework, lead):
    """Whoever rates while the answers are shown is counted, or told that it is over: never kept and left behind (C2)."""
    for _ in range(10):
        round = make_rating(larkmere, framework, lead, attribution=Attribution.ANONYMOUS)
        rate(round, [3] * 6)
        late = list(round.session.participations.order_by("membership__person__email")[6:10])
        outcomes = at_once(
            lambda round=round: reveal_round(round=round, by=lead),
            *(
                lambda place=place, round=round: save_ratings(participation=place, round=round, values={"need": 5})
                for place in late
            ),
        )
        kept = sum(not isinstance(outcome, Exception) for outcome in outcomes[1:])
        told = sum(RatingCount.objects.filter(round=round).values_list("people", flat=True))
        assert told == 6 + kept
        assert not RatingDraft.objects.filter(round=round).exists()
