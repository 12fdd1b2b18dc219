"""Six moments on a guest's phone, the cookie that is their key, and what it opens: one session and nothing else."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from reflection.domain.guests import admit_guest, refuse_guest
from reflection.domain.live import go_next, reveal_led, take_over
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.enums import Attribution, GuestState
from reflection.guest_doors import cookie_name
from reflection.models import Draft, Guest, JoinCode, LivePlace, Participation, Vote
from reflection.tests.guests import ask, browser_of, join, let_in, main
from reflection.tests.sessions import make_live, write

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


# --- At the door -----------------------------------------------------------------------------------------------------
def test_whose_place_was_ended_reads_so_and_may_ask_again(phone, session, lead, amina):
    join(phone, session)
    admit_guest(guest=Guest.objects.get(), by=lead)
    console = Client()
    console.force_login(amina)
    page = console.get(f"/sessions/{session.pk}/live/")
    assert "Marta’s page then says that it is over." in main(page)
    press = {"command": f"put-out:{Guest.objects.get().pk}"}
    said = console.post(f"/sessions/{session.pk}/live/command/", press, headers={"accept": "application/json"})
    assert said.json() == {"words": "Marta is no longer in this session."}
    follow = f"/sessions/{session.pk}/live/follow/"
    for address in (follow, f"{follow}state/", f"/sessions/{session.pk}/live/mine/"):
        assert phone.get(address).url == "/join/waiting/", address
    over = main(phone.get("/join/waiting/"))
    assert "thank you for coming" in over and "Your name and what was not shown are gone." in over
    assert phone.get("/join/waiting/state/").json() == {"state": "gone"}
    assert "Marta" not in main(console.get(f"/sessions/{session.pk}/live/"))
    join(phone, session)
    assert "Hello, Marta" in main(phone.get("/join/waiting/"))


def test_asking_waiting_and_coming_in(phone, session, lead):
    response = join(phone, session, sector="nhs")
    cookie = phone.cookies[cookie_name()]
    assert (response.url, cookie["httponly"], cookie["samesite"]) == ("/join/waiting/", True, "Lax")
    assert phone.get("/join/waiting/state/").json() == {"state": "asked"}
    waiting = phone.get("/join/waiting/")
    assert waiting.headers["Cache-Control"] == "no-store"
    assert "Hello, Marta . Amina will let you in" in main(waiting)
    assert "today’s question is “What is the purpose" in main(waiting)
    admit_guest(guest=Guest.objects.get(), by=lead)
    assert phone.get("/join/waiting/").url == f"/sessions/{session.pk}/live/follow/"
    assert phone.get(f"/sessions/{session.pk}/live/follow/").status_code == 200


def test_a_form_sent_twice_is_one_guest(phone, session):
    address = f"/join/{session.join_code.code}/"
    phone.get(address)
    kept = phone.cookies[cookie_name()].value
    for _ in range(2):
        phone.post(address, {"first_name": "Marta"})
        phone.cookies[cookie_name()] = kept
    assert Guest.objects.count() == 1


@pytest.mark.parametrize(("typed", "words"), [("", "Write your first name"), ("M" * 41, "Keep it under 40")])
def test_a_name_that_is_none_is_asked_for_again(phone, session, typed, words):
    response = join(phone, session, typed)
    assert (response.status_code, Guest.objects.count()) == (422, 0)
    assert words in main(response)


def test_a_hostile_name_is_words(phone, session, lead, amina, client):
    name = "<b>{{ x }}</b>'\""
    join(phone, session, name)
    client.force_login(amina)
    for page in (phone.get("/join/waiting/"), client.get(f"/sessions/{session.pk}/live/")):
        assert name not in page.text
        assert "&lt;b&gt;{{ x }}&lt;/b&gt;&#x27;&quot;" in page.text


def test_not_this_time_and_ask_once_more(phone, session, lead, ruth):
    join(phone, session)
    refuse_guest(guest=Guest.objects.get(), by=lead)
    refused = main(phone.get("/join/waiting/"))
    assert "This session is for members only today" in refused and "It is not about you." in refused
    assert "Amina did not let a guest in." in refused
    take_over(session=session, by=session.partnership.memberships.get(person=ruth))
    assert "Amina did not let a guest in." in main(phone.get("/join/waiting/"))
    assert phone.get(f"/sessions/{session.pk}/live/follow/").url == "/join/waiting/"
    phone.post("/join/waiting/again/")
    assert Guest.objects.get().state == GuestState.ASKED


def test_i_dont_want_to_join(phone, session):
    join(phone, session)
    assert phone.post("/join/waiting/leave/").url == CODE_PAGE
    assert not Guest.objects.exists()
    assert phone.get("/join/waiting/").url == CODE_PAGE


def test_the_session_is_over(phone, session, lead):
    join(phone, session)
    admit_guest(guest=Guest.objects.get(), by=lead)
    close_session(session=session, by=lead)
    assert phone.get(f"/sessions/{session.pk}/live/follow/").url == "/join/waiting/"
    over = main(phone.get("/join/waiting/"))
    assert "Thank you. The session is over" in over and "Your name is gone from here." in over
    assert "Marta" not in over
    assert phone.post("/join/waiting/again/").url == "/join/waiting/"
    assert phone.get("/join/waiting/state/").json() == {"state": "gone"}


# --- What the key opens ----------------------------------------------------------------------------------------------
@pytest.fixture
def gus(session, lead):
    return let_in(session, lead)


@pytest.fixture
def his_phone(session, gus):
    return browser_of(session)


def test_a_guest_writes_finishes_raises_a_hand_and_reads(his_phone, session, gus, lead):
    round = session.rounds.get()
    form = {"place": gus.pk, "draft_id": "0b5ae32c-4c2d-4c0f-9d6c-60a2f0f7a4b1", "version": 0, "body": "From outside"}
    saved = his_phone.post(f"/rounds/{round.pk}/write/save/", form)
    assert (saved.status_code, saved.headers["Cache-Control"]) == (200, "no-store")
    assert Draft.objects.get().participation == gus
    assert his_phone.get(f"/rounds/{round.pk}/write/").status_code == 200
    written = his_phone.post(f"/rounds/{round.pk}/write/", form | {"next": "1", "version": 1, "body": "From outside!"})
    assert written.url == f"/sessions/{session.pk}/live/follow/"
    his_phone.post(f"/sessions/{session.pk}/live/finish/")
    his_phone.post(f"/sessions/{session.pk}/live/hand/", {"up": "1"})
    place = LivePlace.objects.get()
    assert (place.participation, place.finished_round, bool(place.hand_up_at)) == (gus, round, True)
    write(session, 4)
    assert reveal_led(session=session, by=lead, expected=1)
    assert "From outside!" in his_phone.get(f"/sessions/{session.pk}/live/follow/").text


@pytest.mark.parametrize("address", ["/rounds/{round.pk}/write/", "/sessions/{round.session_id}/live/follow/"])
def test_no_page_of_a_guest_names_who_is_of_the_group(his_phone, client, bea, session, address):
    """The names by which a box of sealed words guesses that somebody is named are for members only."""
    page = address.format(round=session.rounds.get())
    html = his_phone.get(page).text
    assert 'id="write"' in html and "data-names" not in html
    assert "Nwosu" not in html
    client.force_login(bea)
    assert "Nwosu" in client.get(page).text


def test_a_guest_puts_dots(his_phone, session, gus, lead):
    write(session, 5)
    reveal_led(session=session, by=lead, expected=1)
    for step in (2, 3):
        go_next(session=session, by=lead, expected=step)
    answer = session.rounds.get().answers.first()
    response = his_phone.post(f"/answers/{answer.pk}/dots/add/")
    assert response.url == f"/sessions/{session.pk}/live/follow/#answer-{answer.pk}"
    assert Vote.objects.get().participation == gus


def test_a_guest_adds_late_words(client, bea, larkmere, framework, lead):
    session = make_live(larkmere, framework, lead, attribution=Attribution.NAMED)
    gus, round = let_in(session, lead), session.rounds.get()
    write(session, 1)
    reveal_round(round=round, by=lead)
    phone = browser_of(session)
    refused = phone.post(f"/rounds/{round.pk}/read/add/", {"body": ""})
    assert refused.status_code == 422
    response = phone.post(f"/rounds/{round.pk}/read/add/", {"body": "One more thing"})
    assert response.url == f"/sessions/{session.pk}/live/follow/"
    assert gus.signatures.get().answer.body == "One more thing"
    client.force_login(bea)
    assert "Gus, a guest" in main(client.get(f"/rounds/{round.pk}/read/"))


def test_the_key_opens_one_session_and_no_other(his_phone, larkmere, framework, lead):
    other = make_live(larkmere, framework, lead)
    round = other.rounds.get()
    for address in (
        f"/sessions/{other.pk}/live/follow/",
        f"/sessions/{other.pk}/live/mine/",
        f"/rounds/{round.pk}/write/",
    ):
        assert his_phone.get(address).status_code == 404
    assert his_phone.post(f"/sessions/{other.pk}/live/hand/", {"up": "1"}).status_code == 404


def test_another_guests_words_are_absent(his_phone, session, lead):
    other = let_in(session, lead, "Nadia")
    draft = Draft.objects.create(participation=other, round=session.rounds.get(), body="Hers")
    assert his_phone.post(f"/drafts/{draft.pk}/discard/").status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_a_guest_who_has_an_account_elsewhere_has_their_place(session, lead, dan):
    let_in(session, lead)
    phone = browser_of(session)
    phone.force_login(dan)
    assert phone.get(f"/sessions/{session.pk}/live/follow/").status_code == 200
    assert phone.get(f"/sessions/{session.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["Gus", "Quentin"])
def test_a_cookie_that_is_not_ours_or_not_let_in_opens_nothing(session, lead, name):
    phone = browser_of(session, key=f"the key of {name}")
    if name == "Quentin":
        refuse_guest(guest=ask(session, name), by=lead)
    assert phone.get(f"/sessions/{session.pk}/live/follow/").status_code == 302
    forged = Client()
    let_in(session, lead)
    forged.cookies[cookie_name()] = f"{session.pk}:the key of Gus:forged"
    assert forged.get(f"/sessions/{session.pk}/live/follow/").url.startswith("/accounts/")


def test_only_these_pages_welcome_guests():
    """The list in one place: everything else never looks at a guest's cookie. Adding to it is a decision about trust."""
    patterns = next(one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "reflection")
    welcome = {one.name for one in patterns.url_patterns if getattr(one.callback, "welcomes_guests", False)}
    assert welcome == {
        "answer_add", "draft_confirm", "draft_discard", "draft_keep", "draft_save", "draft_write",
        "live_arrive", "live_finish", "live_flag", "live_follow", "live_follow_state", "live_hand",
        "live_here", "live_mine", "live_pass", "pair_alone", "pair_bring", "pair_detail",
        "pair_join", "pair_pass", "pair_state", "pair_write", "participation_call", "rating_save", "round_rate",
        "vote_add", "vote_take",
    }  # fmt: skip


def test_no_page_of_a_guest_costs_more_than_eight_queries(session, gus, his_phone, django_assert_max_num_queries):
    for address in (
        f"/sessions/{session.pk}/live/follow/",
        f"/sessions/{session.pk}/live/mine/",
        f"/rounds/{session.rounds.get().pk}/write/",
    ):
        his_phone.get(address)
        with django_assert_max_num_queries(8):
            his_phone.get(address)


# --- The shared screen and the console -------------------------------------------------------------------------------
def test_the_code_stands_on_the_shared_screen_until_the_room_has_arrived(client, amina, session, lead):
    client.force_login(amina)
    address, code = f"/sessions/{session.pk}/live/screen/", session.join_code
    shown = client.get(address).text
    assert code.in_two in shown and "<svg" in shown and "127.0.0.1:8000/join</strong>" in shown
    write(session, 5)
    reveal_led(session=session, by=lead, expected=1)
    assert code.in_two not in client.get(address).text


def test_the_qr_code_holds_our_own_address_whatever_host_a_request_names(client, amina, session):
    client.force_login(amina)
    address = f"/sessions/{session.pk}/live/screen/"
    page = client.get(address, headers={"X-Forwarded-Host": "evil.example"}).text
    assert "evil.example" not in page
    assert session.join_code.address == f"http://127.0.0.1:8000/join/{session.join_code.code}/"
    drawing = page[page.index("pn-qr") :]
    assert "style=" not in drawing[: drawing.index("</svg>")]


def test_nothing_of_who_asks_stands_on_any_screen_but_the_console(client, amina, bea, session, lead):
    ask(session, "Zuleika")
    client.force_login(amina)
    assert "Zuleika" in client.get(f"/sessions/{session.pk}/live/").text
    assert "Zuleika" not in client.get(f"/sessions/{session.pk}/live/screen/").text
    client.force_login(bea)
    assert "Zuleika" not in client.get(f"/sessions/{session.pk}/live/follow/").text


def command(client, session, value):
    address = f"/sessions/{session.pk}/live/command/"
    return client.post(address, {"command": value}, headers={"Accept": "application/json"})


def test_letting_in_and_a_new_code_from_the_console(client, amina, session):
    client.force_login(amina)
    marta, nadia, old = ask(session, "Marta"), ask(session, "Nadia"), session.join_code.code
    assert command(client, session, f"admit:{marta.pk}").json() == {"words": "Marta is in."}
    words = "Nadia reads that it is not about them, and may ask once more."
    assert command(client, session, f"not-this-time:{nadia.pk}").json() == {"words": words}
    assert command(client, session, "new-code").json() == {
        "words": "There is a new code. The old one opens nothing now."
    }
    assert Participation.objects.of_guests().count() == 1
    assert JoinCode.objects.get().code != old


@pytest.mark.parametrize("about", ["", "nonsense", "0b5ae32c-4c2d-4c0f-9d6c-60a2f0f7a4b1"])
def test_a_press_about_nobody_changes_nothing(client, amina, session, about):
    client.force_login(amina)
    assert command(client, session, f"admit:{about}").status_code in (409, 422)
    assert not Participation.objects.of_guests().exists()


def test_a_guest_of_another_session_is_not_let_in_from_here(client, amina, session, larkmere, framework, lead):
    other = ask(make_live(larkmere, framework, lead))
    client.force_login(amina)
    assert command(client, session, f"admit:{other.pk}").status_code == 409
    other.refresh_from_db()
    assert other.state == GuestState.ASKED
