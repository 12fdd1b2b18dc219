"""A guest on a phone: the code, the door, the box, the answers. And the same without a script."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.guests import admit_guest, refuse_guest
from reflection.domain.live import reveal_led
from reflection.domain.sessions import close_session
from reflection.models import Draft, Guest
from reflection.tests.guests import KEY, cookie_of, let_in
from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_live, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    return make_live(larkmere, framework, lead)


def join(page, session, name="Marta"):
    page.goto("/join/")
    page.get_by_label("The code").fill(session.join_code.in_two.lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your first name").fill(name)
    page.get_by_role("button", name="Ask to come in").click()


def test_a_guest_is_let_in_writes_and_reads(open_browser, axe, session, amina, lead):
    phone, console = open_browser(phone=True), open_browser(amina)
    console.goto(f"/sessions/{session.pk}/live/")
    phone.goto("/join/")
    assert axe(phone) == []
    phone.get_by_label("The code").fill("FERM 42")
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("alert")).to_contain_text("That code is not open")
    assert axe(phone) == []
    join(phone, session)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hello, Marta. Amina will let you in")
    expect(phone.get_by_text("It moves on by itself.")).to_be_visible()
    expect(phone.locator("[data-door-checked]")).to_contain_text("Checked")
    assert axe(phone) == []
    expect(console.get_by_role("heading", name="At the door")).to_be_visible()
    assert axe(console) == []
    console.get_by_role("button", name=re.compile("Not this time")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This session is for members only today")
    assert axe(phone) == []
    phone.get_by_role("button", name="Ask once more").click()
    console.get_by_role("button", name="Let in Marta").click()
    expect(phone).to_have_url(re.compile(f"/sessions/{session.pk}/live/follow/$"))
    place = session.participations.get(guest__isnull=False)
    phone.goto(f"/rounds/{session.rounds.get().pk}/write/")
    phone.locator("#id_body").fill("Seen from outside")
    phone.get_by_role("button", name="Next").first.click()
    expect(phone).to_have_url(re.compile(f"/sessions/{session.pk}/live/follow/$"))
    assert Draft.objects.get(participation=place).ready
    write(session, 4)
    assert reveal_led(session=session, by=lead, expected=1)
    expect(phone.locator(".pn-answer p", has_text="Seen from outside")).to_be_visible()
    close_session(session=session, by=lead)
    expect(phone.get_by_role("heading", name="Thank you. The session is over")).to_be_visible()
    expect(phone.get_by_text("Your name is gone from here.")).to_be_visible(timeout=15_000)
    assert axe(phone) == []


def test_a_guest_without_a_script_looks_again(open_browser, session, lead):
    phone = open_browser(phone=True, javascript=False)
    join(phone, session)
    expect(phone.get_by_text("look again in a moment")).to_be_visible()
    refuse_guest(guest=Guest.objects.get(), by=lead)
    phone.get_by_role("link", name="Look again").click()
    phone.get_by_role("button", name="Ask once more").click()
    admit_guest(guest=Guest.objects.get(), by=lead)
    phone.get_by_role("link", name="Look again").click()
    expect(phone.get_by_text("What is the purpose")).to_be_visible()


def test_a_guest_who_comes_back_after_a_killed_tab_has_their_words(open_browser, live_app, session, lead):
    place = let_in(session, lead)
    phone = open_browser(phone=True)
    phone.context.add_cookies([{"name": "guest", "value": cookie_of(session, KEY), "url": live_app}])
    address = f"/rounds/{session.rounds.get().pk}/write/"
    phone.goto(address)
    with phone.expect_response(lambda answer: answer.url.endswith("/save/") and answer.ok):
        phone.locator("#id_body").fill("Half a thought")
    phone.close()
    assert Draft.objects.get(participation=place).body == "Half a thought"
    back = open_browser(phone=True)
    back.context.add_cookies([{"name": "guest", "value": cookie_of(session, KEY), "url": live_app}])
    back.goto(address)
    expect(back.locator("#id_body")).to_have_value("Half a thought")
