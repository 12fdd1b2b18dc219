"""Coming in by the code: right and wrong ones, and a phone that goes from hand to hand."""

import pytest
from django.core.cache import cache
from django.test import Client

from reflection.domain.guests import admit_guest
from reflection.domain.sessions import close_session
from reflection.enums import OF_A_SESSION, Attribution
from reflection.models import Draft, Guest
from reflection.tests.guests import join, main
from reflection.tests.sessions import make_live
from reflection.tests.writing import box

pytestmark = pytest.mark.django_db
CODE_PAGE = "/join/"


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


@pytest.fixture
def session(larkmere, framework, lead):
    return make_live(larkmere, framework, lead)


@pytest.fixture
def phone():
    return Client()


# --- The code --------------------------------------------------------------------------------------------------------
def test_the_code_leads_to_the_question_who_you_are(phone, session):
    typed = f" {session.join_code.in_two.lower()} "
    response = phone.post(CODE_PAGE, {"code": typed})
    assert response.url == f"/join/{session.join_code.code}/"
    shown = main(phone.get(response.url))
    assert "Larkmere Vale Together" in shown and "When the session ends, your name goes" in shown


def test_opening_the_address_of_a_qr_code_changes_nothing(phone, session):
    before = session.screen_version
    response = phone.get(f"/join/{session.join_code.code}/")
    session.refresh_from_db()
    assert (response.status_code, Guest.objects.count(), session.screen_version) == (200, 0, before)


@pytest.mark.parametrize("attribution", OF_A_SESSION)
def test_what_is_promised_is_what_the_session_does(phone, larkmere, framework, lead, attribution):
    session = make_live(larkmere, framework, lead, attribution=attribution)
    promised = {
        Attribution.SECTOR: "like everyone else’s: with a sector where that is safe, never with your name",
        Attribution.ANONYMOUS: "like everyone else’s: with no sector and never with your name",
        Attribution.NAMED: "with your first name, as everyone’s is",
    }
    assert promised[attribution] in main(phone.get(f"/join/{session.join_code.code}/"))


def test_wrong_old_and_unknown_codes_get_one_answer(phone, session, lead):
    old = session.join_code.code
    close_session(session=session, by=lead)
    pages = set()
    for typed in (old, "BCDF23", "no"):
        response = phone.post(CODE_PAGE, {"code": typed})
        assert response.status_code == 422
        pages.add(main(response))
        response = phone.get(f"/join/{typed}/")
        assert response.status_code == 422
        pages.add(main(response))
    assert len(pages) == 1
    assert "That code is not open" in pages.pop()
    assert Guest.objects.count() == 0


def test_what_was_typed_stands_in_the_box_again(phone):
    assert 'value="FERM 42"' in phone.post(CODE_PAGE, {"code": "FERM 42"}).text


def guess(phone, times):
    return [phone.post(CODE_PAGE, {"code": f"BCDF{22 + number}"}).status_code for number in range(times)]


def test_ten_wrong_codes_of_one_person_keep_nobody_out_who_has_the_right_one(phone, session):
    assert guess(phone, 12) == [422] * 10 + [429] * 2
    assert "The right code still lets you in" in main(phone.post(CODE_PAGE, {"code": "BCDF23"}))
    neighbour = Client()
    assert neighbour.post(CODE_PAGE, {"code": session.join_code.code}).url == f"/join/{session.join_code.code}/"
    assert join(neighbour, session).url == "/join/waiting/"


def test_after_sixty_wrong_codes_not_even_the_right_one_is_looked_at(phone, session):
    assert set(guess(phone, 60)) == {422, 429}
    for again in (
        phone.post(CODE_PAGE, {"code": session.join_code.code}),
        phone.get(f"/join/{session.join_code.code}/"),
    ):
        assert again.status_code == 429
        assert "Try again in 5 minutes" in main(again)


def test_codes_in_addresses_are_counted_too(session):
    for _ in range(10):
        assert Client().get("/join/BCDF23/").status_code == 422
    assert Client().get("/join/BCDF23/").status_code == 429


def test_forty_people_behind_one_address_all_come_in(session):
    for number in range(40):
        phone = Client()
        assert phone.post(CODE_PAGE, {"code": session.join_code.code}).status_code == 302
        assert join(phone, session, f"Guest {number}").url == "/join/waiting/"
    assert Guest.objects.count() == 40


def test_forged_addresses_do_not_begin_the_count_anew(session):
    for number in range(10):
        Client(headers={"X-Forwarded-For": f"192.0.2.{number}"}).post(CODE_PAGE, {"code": "BCDF23"})
    last = Client(headers={"X-Forwarded-For": "198.51.100.1"}).post(CODE_PAGE, {"code": "BCDF23"})
    assert last.status_code == 429


# --- A phone that goes from hand to hand -----------------------------------------------------------------------------
@pytest.fixture
def marta_is_in(phone, session, lead):
    join(phone, session)
    place = admit_guest(guest=Guest.objects.get(), by=lead)
    Draft.objects.create(round=session.rounds.first(), participation=place, body="For Marta’s eyes")
    return place


def test_whoever_scans_the_code_on_a_phone_that_is_in_already_is_asked_who_they_are(phone, session, marta_is_in):
    follow = f"/sessions/{session.pk}/live/follow/"
    page = phone.get(f"/join/{session.join_code.code}/")
    assert page.status_code == 200
    assert "<title>Are you Marta? –" in page.text and "Marta’s eyes" not in page.text
    assert f'href="{follow}"' in page.text and 'action="/join/waiting/leave/"' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "Marta’s eyes" in phone.get(follow).text


def test_this_isnt_me_gives_the_next_person_a_place_of_their_own(phone, session, lead, marta_is_in):
    follow = f"/sessions/{session.pk}/live/follow/"
    shown = phone.get(follow)
    assert "You are here as Marta" in main(shown) and 'action="/join/waiting/leave/"' in shown.text
    left = phone.post("/join/waiting/leave/")
    assert (left.url, left.headers["Clear-Site-Data"]) == ("/join/", '"storage"')
    assert "Marta’s eyes" not in phone.get(follow, follow=True).text
    join(phone, session, "Ned")
    admit_guest(guest=Guest.objects.get(first_name="Ned"), by=lead)
    assert "You are here as Ned" in main(phone.get(follow))
    assert "Marta’s eyes" not in phone.get(follow).text
    assert Draft.objects.get().participation == marta_is_in


def test_leaving_the_door_takes_no_words_of_a_member_off_their_phone(session, bea):
    member = Client()
    member.force_login(bea)
    join(member, session)
    assert "Clear-Site-Data" not in member.post("/join/waiting/leave/").headers


# --- Somebody else’s hand ----------------------------------------------------------------------------------------------
def test_a_guest_may_ask_that_somebody_writes_for_them(phone, session, lead, marta_is_in, amina):
    follow, call = f"/sessions/{session.pk}/live/follow/", f"/sessions/{session.pk}/call/"
    assert "Could somebody write this for me?" in main(phone.get(follow))
    round = session.rounds.first()
    asked = phone.post(f"/rounds/{round.pk}/write/", box(marta_is_in, "Words so far", "call", live="1"))
    assert asked.url.partition("?")[0] == call
    page = main(phone.get(call))
    assert "can come to you" in page and "ring" not in page and "call" not in page
    assert "will come to you" in main(phone.post(call, follow=True))
    marta_is_in.refresh_from_db()
    assert marta_is_in.wants_call
    assert Draft.objects.filter(participation=marta_is_in, body="Words so far").exists()
    console = Client()
    console.force_login(amina)
    assert "Would rather talk Marta, a guest" in main(console.get(f"/sessions/{session.pk}/live/"))
    assert "Nobody will come" in main(phone.post(call, {"undo": "1"}, follow=True))
