"""What is typed survives: a reload, a lost connection, a second tab, a sign-in that ran out, a server that restarts."""

import re
import time

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from reflection.domain.drafts import save_draft
from reflection.domain.rounds_reveal import reveal_round
from reflection.models.drafts import Draft
from reflection.tests.sessions import make_open, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Saved at .+\. Only you can see it\.$")
KEPT = "Kept on this device, not saved yet. Trying again."


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    return make_open(larkmere, framework, lead, questions=2)


@pytest.fixture
def round(session):
    return session.rounds.first()


@pytest.fixture
def place(session, bea):
    return session.participations.get(membership__person=bea)


@pytest.fixture
def address(round):
    return f"/rounds/{round.pk}/write/"


def cookie_of(person, url):
    """What signs a person in."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def box(page):
    return page.locator("#id_body")


def line(page):
    return page.locator("[data-saved] [data-words]")


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('partnering.draft.'))")


def bodies():
    return set(Draft.objects.values_list("body", flat=True))


def wait_for(condition):
    for _ in range(100):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come true in ten seconds")


def test_words_typed_before_the_script_has_come_are_saved_too(open_browser, bea, address):
    page = open_browser(bea, phone=True)
    held = {}
    page.route("**/autosave*.js", lambda route: held.update(script=route))
    page.goto(address, wait_until="commit")
    box(page).fill("Typed on a slow line")
    while not held:
        page.wait_for_timeout(50)
    held["script"].continue_()
    expect(line(page)).to_have_text(SAVED)
    assert bodies() == {"Typed on a slow line"}


def test_words_are_saved_after_a_pause_and_survive_a_reload(open_browser, bea, address, place):
    page = open_browser(bea, phone=True)
    page.goto(address)
    box(page).fill("We cook on the day")
    expect(line(page)).to_have_text(SAVED)
    assert bodies() == {"We cook on the day"}
    assert kept(page) == []
    page.reload()
    expect(box(page)).to_have_value("We cook on the day")
    box(page).press_sequentially(" and sit in the meeting")
    expect(line(page)).to_have_text("Saving…")
    expect(line(page)).to_have_text(SAVED)
    assert place.drafts.get().version >= 2


def test_saved_is_never_said_before_the_server_said_so(open_browser, bea, address, round):
    page = open_browser(bea)
    page.goto(address)
    held = {}
    page.route("**/write/save/", lambda route: held.update(script=route))
    box(page).fill("Not yet")
    wait_for(lambda: page.wait_for_timeout(50) or held)
    assert line(page).inner_text() == "Saving…"
    assert bodies() == set()
    held["script"].continue_()
    expect(line(page)).to_have_text(SAVED)
    assert bodies() == {"Not yet"}


def test_leaving_at_once_saves_what_was_just_typed(open_browser, bea, address, session):
    page = open_browser(bea)
    page.goto(address)
    box(page).fill("Typed and gone")
    page.goto(f"/sessions/{session.pk}/your-words/")
    wait_for(lambda: bodies() == {"Typed and gone"})


def test_offline_the_words_stay_on_this_device_and_are_saved_later(open_browser, bea, address):
    page = open_browser(bea, phone=True)
    page.goto(address)
    page.context.set_offline(True)
    box(page).fill("On the bus")
    expect(line(page)).to_have_text(KEPT)
    assert len(kept(page)) == 1
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED, timeout=12000)
    assert kept(page) == []
    assert bodies() == {"On the bus"}


def test_words_that_never_arrived_come_back_on_the_next_visit(open_browser, kill_tab, bea, address):
    page = open_browser(bea, phone=True)
    page.goto(address)
    page.context.set_offline(True)
    box(page).fill("Before the battery went")
    expect(line(page)).to_have_text(KEPT)
    kill_tab(page)
    assert bodies() == set()
    context = page.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(box(again)).to_have_value("Before the battery went")
    expect(again.locator("[data-notices]")).to_contain_text(
        "These words were kept on this device and had not been saved yet."
    )
    expect(line(again)).to_have_text(SAVED)
    assert bodies() == {"Before the battery went"}


def test_a_shared_device_keeps_nothing(open_browser, bea, address):
    page = open_browser(bea)
    page.goto(address)
    page.get_by_label("Other people use this device: keep nothing on it").check()
    page.context.set_offline(True)
    box(page).fill("In the library")
    expect(line(page)).to_have_text("Not saved yet. Trying again.")
    assert kept(page) == []
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED, timeout=12000)


def test_signing_out_takes_what_was_kept_off_the_device(open_browser, bea, address, session):
    page = open_browser(bea)
    page.goto(address)
    page.evaluate(
        "localStorage.setItem('partnering.draft.someone.round.draft', JSON.stringify({body: 'x', at: Date.now()}))"
    )
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("accounts"))
    assert page.evaluate("localStorage.length") == 0


def test_two_tabs_lose_neither_text(open_browser, bea, address, round, place):
    draft = save_draft(participation=place, round=round, body="Base").draft
    page = open_browser(bea)
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    box(page).fill("Base, by the phone")
    expect(line(page)).to_have_text(SAVED)
    wait_for(lambda: "Base, by the phone" in bodies())
    box(other).fill("Base, by the laptop")
    notices = other.locator("[data-notices]")
    expect(notices).to_contain_text("Both are kept.")
    expect(notices).to_contain_text("Base, by the phone")
    expect(box(other)).to_have_value("Base, by the laptop")
    assert bodies() == {"Base, by the phone", "Base, by the laptop"}
    assert other.locator('#write [name="draft_id"]').input_value() != str(draft.pk)
    box(other).fill("Base, by the laptop, more")
    expect(line(other)).to_have_text(SAVED)
    wait_for(lambda: bodies() == {"Base, by the phone", "Base, by the laptop, more"})


def test_whoever_is_signed_out_goes_on_after_signing_in_elsewhere(open_browser, bea, address, live_app):
    page = open_browser(bea)
    page.goto(address)
    page.context.clear_cookies()
    box(page).fill("An hour of thinking")
    notice = page.locator("[data-notices]")
    expect(notice).to_contain_text("You have been signed out. Your words stay in this box.")
    expect(notice.get_by_role("link", name="Sign in, in a new tab")).to_have_attribute("target", "_blank")
    assert bodies() == set()
    page.context.add_cookies([cookie_of(bea, live_app)])
    expect(line(page)).to_have_text(SAVED, timeout=15000)
    expect(notice).to_be_empty()
    assert bodies() == {"An hour of thinking"}


def test_somebody_else_signing_in_here_never_gets_the_words(open_browser, bea, ruth, address, live_app):
    page = open_browser(bea)
    page.goto(address)
    page.context.clear_cookies()
    page.context.add_cookies([cookie_of(ruth, live_app)])
    box(page).fill("Bea’s words")
    expect(page.locator("[data-notices]")).to_contain_text("signed")
    page.wait_for_timeout(6000)
    assert bodies() == set()
    expect(box(page)).to_have_value("Bea’s words")


def test_answers_that_come_out_meanwhile_leave_the_box_alone(open_browser, bea, address, session, round, lead):
    page = open_browser(bea)
    page.goto(address)
    write(session, round=round)
    reveal_round(round=round, by=lead)
    box(page).fill("Half a thou")
    expect(page.locator("[data-standing]")).to_contain_text("The answers are out")
    expect(page.get_by_role("button", name="Next: role")).to_have_count(0)
    expect(box(page)).to_have_value("Half a thou")
    page.get_by_role("button", name="Keep it as a note to myself").click()
    wait_for(lambda: Draft.objects.filter(body="Half a thou", note=True).exists())


def test_the_page_says_quietly_that_the_answers_are_out(open_browser, bea, address, session, round, lead):
    page = open_browser(bea)
    page.clock.install()
    page.goto(address)
    box(page).focus()
    write(session, round=round)
    reveal_round(round=round, by=lead)
    page.clock.run_for(13000)
    expect(page.locator("[data-poll-line]")).to_contain_text("The answers are out. Look")
    assert page.evaluate("document.activeElement.id") == "id_body"


def test_next_takes_the_newest_words_along(open_browser, bea, address, session, place):
    page = open_browser(bea, phone=True)
    page.goto(address)
    box(page).fill("Typed and pressed at once")
    page.get_by_role("button", name="Next: role").click()
    page.wait_for_url(re.compile(str(session.rounds.last().pk)))
    draft = place.drafts.get()
    assert (draft.body, draft.ready) == ("Typed and pressed at once", True)
    assert kept(page) == []


def test_without_script_the_same_buttons_work(open_browser, bea, address, session, place):
    page = open_browser(bea, phone=True, javascript=False, width=320)
    page.goto(address)
    box(page).fill("No script here")
    page.get_by_role("button", name="Next: role").click()
    page.wait_for_url(re.compile(str(session.rounds.last().pk)))
    assert place.drafts.get().ready is True


def test_a_name_in_sealed_words_is_noticed_by_the_browser_alone(open_browser, bea, address):
    page = open_browser(bea)
    page.goto(address)
    notice = page.locator("[data-guess]")
    box(page).fill("I will bring soup")
    expect(notice).to_be_hidden()
    box(page).fill("Amina always brings the cake")
    expect(notice).to_contain_text("Could someone guess it is you? Your words hold the name “Amina”.")
    box(page).fill("I, as the cook, am never asked")
    expect(notice).to_contain_text("“I, as the cook")


def test_words_typed_while_the_server_restarts_arrive(stoppable_app, open_browser, bea, address):
    url, stop, start = stoppable_app
    page = open_browser()
    page.context.add_cookies([cookie_of(bea, url)])
    page.goto(url + address)
    stop()
    box(page).fill("While the server was away")
    expect(line(page)).to_have_text(KEPT)
    assert bodies() == set()
    start()
    expect(line(page)).to_have_text(SAVED, timeout=15000)
    assert bodies() == {"While the server was away"}
