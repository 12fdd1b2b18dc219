"""Guests: the code, the nod, being counted like everybody else, and being forgotten at the end."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.models.dispatch import Dispatch
from reflection.domain.drafts import save_draft, write_for
from reflection.domain.guests import (
    CODE,
    LETTERS,
    MOST_WAITING,
    NUMBERS,
    admit_guest,
    ask_once_more,
    ask_to_join,
    find_guest,
    find_session_by_code,
    go_away,
    hash_key,
    read_code,
    refuse_guest,
    renew_code,
)
from reflection.domain.records import build_record
from reflection.domain.rounds_reveal import add_late_words, reveal_round
from reflection.domain.sessions import cancel_session, close_session
from reflection.enums import Attribution, GuestState
from reflection.models import Answer, Draft, Guest, JoinCode, Participation, Session, Signature
from reflection.tests.guests import ask, let_in
from reflection.tests.sessions import make_live, make_open, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


def refusal(call, **arguments):
    with pytest.raises(ValidationError) as refused:
        call(**arguments)
    return refused.value.messages[0]


# --- The code --------------------------------------------------------------------------------------------------------
def test_a_code_has_four_letters_and_two_numbers_that_nobody_mistakes(session):
    assert CODE.fullmatch(session.join_code.code)
    assert not set("OILQAEU01") & set(LETTERS + NUMBERS)
    assert session.join_code.in_two == f"{session.join_code.code[:4]} {session.join_code.code[4:]}"


@pytest.mark.parametrize("typed", ["bcdf 23", " BCDF23 ", "B-C-D-F 2.3", "bcdf\t23", "Bcdf_23"])
def test_a_code_may_be_typed_in_any_way(typed):
    assert read_code(typed) == "BCDF23"


@pytest.mark.parametrize("typed", ["", "BCDF", "23BCDF", "BCDF234", "BCDO23", "BCDF20", "ВCDF23", "x" * 9_999, "\0"])
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) == ""


def test_a_code_opens_its_session_until_the_end_or_for_twelve_hours(session, lead):
    code, made = session.join_code.code, session.join_code.made_at
    assert find_session_by_code(code) == session
    assert find_session_by_code(code, at=made + timedelta(hours=11, minutes=59)) == session
    assert find_session_by_code(code, at=made + timedelta(hours=12)) is None
    close_session(session=session, by=lead)
    assert find_session_by_code(code) is None
    assert not JoinCode.objects.exists()


def test_a_session_over_time_has_no_code(larkmere, framework, lead):
    over_time = make_open(larkmere, framework, lead)
    assert not JoinCode.objects.filter(session=over_time).exists()
    assert refusal(renew_code, session=over_time, by=lead) == "This session is over."


def test_a_new_code_ends_the_old_one_and_leaves_who_is_in(session, lead):
    place, old = let_in(session, lead), session.join_code.code
    new = renew_code(session=session, by=lead).code
    assert (find_session_by_code(old), find_session_by_code(new)) == (None, session)
    assert Participation.objects.get(pk=place.pk).is_current


@pytest.mark.parametrize("attempts", [1, 3])
def test_wrong_old_and_unknown_codes_cost_the_same_query(session, django_assert_num_queries, attempts):
    old = session.join_code.code
    JoinCode.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    for typed in (old, "BBBB22", "no code at all"):
        with django_assert_num_queries(1):
            assert find_session_by_code(typed) is None


# --- Asking and the nod ----------------------------------------------------------------------------------------------
def test_asking_tells_the_screens_and_counts_nobody(session):
    version, asked = session.screen_version, session.asked_count
    guest = ask(session, "  Marta   Maria ", sector="vcse")
    session.refresh_from_db()
    assert (guest.first_name, guest.sector, guest.state) == ("Marta Maria", "vcse", GuestState.ASKED)
    assert (session.screen_version, session.asked_count) == (version + 1, asked)
    assert not Participation.objects.of_guests().exists()


def test_only_a_hash_of_the_key_is_kept(session):
    ask(session, key="open sesame")
    assert Guest.objects.get().key == hash_key("open sesame") != "open sesame"
    assert find_guest(session_id=session.pk, key="open sesame") == Guest.objects.get()
    assert find_guest(session_id=session.pk, key=Guest.objects.get().key) is None


def test_asking_twice_with_one_key_is_asking_once(session):
    assert ask(session, "Marta") == ask(session, "Marta")
    assert Guest.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first_name": "   "}, "Write your first name, so that people know who is there."),
        ({"first_name": "M" * 41}, "Keep it under 40 characters."),
        ({"sector": "bank"}, "Choose one of these, or none."),
        ({"typed": "BBBB22"}, "That code is not open."),
    ],
)
def test_what_cannot_be_asked_changes_nothing(session, fields, words):
    asked = {"typed": session.join_code.code, "first_name": "Marta", "key": "k"} | fields
    assert refusal(ask_to_join, **asked) == words
    assert not Guest.objects.exists()


def test_no_more_than_forty_wait_at_once(session, lead):
    Guest.objects.bulk_create(Guest(session=session, first_name="N", key=str(number)) for number in range(MOST_WAITING))
    words = "Many people are waiting at the moment. Have a word with whoever leads, and try again."
    assert refusal(ask, session=session, first_name="Marta") == words
    admit_guest(guest=Guest.objects.first(), by=lead)
    assert ask(session, "Marta").state == GuestState.ASKED


def test_who_is_let_in_is_counted_like_everybody_else(session, lead):
    asked = session.asked_count
    place = let_in(session, lead, "Marta", "nhs")
    session.refresh_from_db()
    assert (place.sector, place.name, place.short_name, place.is_current) == ("nhs", "Marta, a guest", "Marta", True)
    assert (session.asked_count, session.participations.count()) == (asked + 1, asked + 1)


def test_letting_in_twice_is_letting_in_once(session, lead):
    guest = ask(session)
    assert admit_guest(guest=guest, by=lead) == admit_guest(guest=guest, by=lead)
    session.refresh_from_db()
    assert session.asked_count == session.participations.count()
    assert refusal(refuse_guest, guest=guest, by=lead) == "They are in already."


def test_not_this_time_and_once_more(session, lead):
    guest = refuse_guest(guest=ask(session), by=lead)
    assert (guest.state, list(session.guests.asking())) == (GuestState.REFUSED, [])
    assert ask_once_more(guest=guest).state == GuestState.ASKED
    assert admit_guest(guest=guest, by=lead).guest == guest


def test_only_who_leads_here_lets_in(session, house):
    guest = ask(session)
    for nobody in (house.of("bea"), house.of("piotr", house.quarry_end)):
        words = "Only someone who leads sessions here can do this."
        assert refusal(admit_guest, guest=guest, by=nobody) == words
        assert refusal(refuse_guest, guest=guest, by=nobody) == words


def test_nothing_is_kept_of_who_goes_again(session, lead):
    guest = ask(session)
    go_away(guest=guest)
    assert not Guest.objects.exists()
    assert refusal(admit_guest, guest=guest, by=lead) == "Their session is over, or they have gone again."


def test_who_was_let_in_stays_counted(session, lead):
    place = let_in(session, lead)
    go_away(guest=place.guest)
    assert Participation.objects.filter(pk=place.pk).exists()


# --- Taking part -----------------------------------------------------------------------------------------------------
def test_a_place_is_a_members_or_a_guests_never_both_or_neither(session, lead):
    guest = ask(session)
    for wrong in ({}, {"guest": guest, "membership": lead}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participation.objects.create(session=session, sector="nhs", **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        session.participations.filter(membership__isnull=False).update(sector="")


def test_a_guests_words_are_shown_like_everybody_elses(session, lead):
    place, round = let_in(session, lead, "Marta"), session.rounds.get()
    write(session, 4)
    save_draft(participation=place, round=round, body="From outside", ready=True)
    revealed = reveal_round(round=round, by=lead)
    assert (revealed.shown, revealed.people) == (True, 5)
    assert Answer.objects.filter(body="From outside", label="").count() == 1
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("sector", "labels"), [("nhs", {"NHS", "Local council", "Community and voluntary"}), ("", {""})]
)
def test_a_sector_that_was_not_told_is_never_labelled_and_hides_the_rest_where_it_would_tell(
    session, lead, sector, labels
):
    round = session.rounds.get()
    people = list(session.participations.exclude(sector="resident"))
    place = let_in(session, lead, "Marta", sector)
    for number, one in enumerate([*people, place]):
        save_draft(participation=one, round=round, body=f"Words {number}", ready=True)
    reveal_round(round=round, by=lead)
    assert set(Answer.objects.values_list("label", flat=True)) == labels


def test_a_guest_may_be_written_for(session, lead):
    place = let_in(session, lead)
    draft = write_for(participation=place, round=session.rounds.get(), body="Said", by=lead, read_back=True)
    assert draft.ready


def test_names_stand_beside_words_with_names_until_the_end(larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, attribution=Attribution.NAMED)
    place, round = let_in(session, lead, "Marta"), session.rounds.get()
    save_draft(participation=place, round=round, body="From outside", ready=True)
    reveal_round(round=round, by=lead)
    add_late_words(participation=place, round=round, body="And this")
    assert {one.participation.name_on_words for one in Signature.objects.all()} == {"Marta, a guest"}
    close_session(session=session, by=lead)
    assert {one.participation.name_on_words for one in Signature.objects.all()} == {"a guest"}
    words = [
        words for part in build_record(Session.objects.get()).parts for group in part.groups for words in group.words
    ]
    assert sorted((one.text, one.name) for one in words) == [("And this", "a guest"), ("From outside", "a guest")]


# --- The end ---------------------------------------------------------------------------------------------------------
def everything_kept():
    """Every value of every row that is in the database."""
    models = [model for app in ("partnerships", "reflection") for model in apps.get_app_config(app).get_models()]
    return repr([list(model.objects.values_list()) for model in models])


@pytest.mark.parametrize("end", [close_session, cancel_session])
def test_nothing_is_left_of_a_guest_when_the_session_ends(session, lead, end):
    place = let_in(session, lead, "Zuleika", "nhs")
    ask(session, "Quentin")
    refuse_guest(guest=ask(session, "Rosalba"), by=lead)
    save_draft(participation=place, round=session.rounds.get(), body="Unshown words of hers")
    end(session=session, by=lead, **({"why": "Snow"} if end is cancel_session else {}))
    kept = everything_kept()
    for trace in ("Zuleika", "Quentin", "Rosalba", "Unshown", hash_key("the key of Zuleika")):
        assert trace not in kept, trace
    guest = Guest.objects.get()
    assert (guest.state, guest.sector, guest.key) == (GuestState.GONE, "", None)
    place.refresh_from_db()
    assert (place.sector, place.is_current) == ("", False)
    assert not Draft.objects.exists()


def test_who_took_part_as_a_guest_stays_counted(session, lead):
    place, round = let_in(session, lead), session.rounds.get()
    write(session, 4)
    save_draft(participation=place, round=round, body="From outside", ready=True)
    reveal_round(round=round, by=lead)
    closed = close_session(session=session, by=lead)
    assert (closed.took_part_count, closed.asked_count) == (5, 13)


def test_no_mail_ever_goes_to_a_guest(session, lead):
    place = let_in(session, lead)
    close_session(session=session, by=lead)
    keys = set(Dispatch.objects.values_list("recipient_key", flat=True))
    assert keys and not any(str(place.guest_id) in key or str(place.pk) in key for key in keys)


def test_after_the_end_nobody_comes_in(session, lead):
    guest, code = ask(session), session.join_code.code
    close_session(session=session, by=lead)
    assert refusal(ask_to_join, typed=code, first_name="Late", key="k") == "That code is not open."
    assert refusal(admit_guest, guest=guest, by=lead) == "This session is over."
    assert refusal(ask_once_more, guest=guest) == "This session is over."
