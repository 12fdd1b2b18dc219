"""A live session on several screens at once: everybody follows, and nothing that is typed is touched."""

import pytest
from playwright.sync_api import expect

from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_live, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    return make_live(larkmere, framework, lead, questions=2, attribution="named")


def at(session, page):
    return f"/sessions/{session.pk}/live/{page}"


def test_every_screen_follows_the_console(open_browser, session, amina, bea):
    console, phone, screen = open_browser(amina), open_browser(bea, phone=True), open_browser(amina)
    write(session)
    phone.goto(at(session, "follow/"))
    screen.goto(at(session, "screen/"))
    console.goto(at(session, ""))
    expect(phone.locator("[aria-current=step]")).to_contain_text("Write")
    console.get_by_role("button", name="Reveal all answers").click()
    for page in (console, phone, screen):
        expect(page.locator("[aria-current=step]")).to_contain_text("Reveal")
        expect(page.get_by_text(f"Words of {bea.email}")).to_be_visible()
    console.get_by_role("button", name="Next").click()
    for page in (console, phone, screen):
        expect(page.locator("[aria-current=step]")).to_contain_text("Group")


def test_the_console_works_without_a_script(open_browser, session, amina):
    write(session)
    page = open_browser(amina, javascript=False)
    page.goto(at(session, ""))
    page.get_by_role("button", name="Reveal all answers").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Reveal")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Group")
