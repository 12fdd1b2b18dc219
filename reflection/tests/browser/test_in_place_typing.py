"""What is typed while an answer is on its way: it is nobody's but the next press's, and stays in its field."""

import pytest
from playwright.sync_api import expect

from reflection.models.live import FlaggedWord
from reflection.models.outcomes import Learning
from reflection.models.themes import Theme
from reflection.tests.browser.holding import Held
from reflection.tests.browser.test_console import open_console
from reflection.tests.browser.test_phone import follow, on
from reflection.tests.sessions import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agreeing(open_browser, session, amina, lead):
    """The console of a room that agrees."""
    write(session)
    on(session, lead, "agree")
    return open_console(open_browser, session, amina)


def test_the_next_name_of_a_theme_stays_when_the_one_before_is_done(open_browser, session, amina, lead):
    write(session)
    on(session, lead, "group")
    page = open_console(open_browser, session, amina)
    held = Held(page, "**/rounds/*/themes/new/")
    name = page.locator("#mine [name=name]")
    name.fill("Trust")
    name.press("Enter")
    name.fill("Mon")
    held.let_go()
    expect(page.locator("[data-live-answer]")).to_contain_text("“New theme” is on every screen.")
    expect(name).to_have_value("Mon")
    name.press_sequentially("ey")
    page.wait_for_timeout(1000)  # a second press within a second is the same press
    name.press("Enter")
    expect(name).to_have_value("")
    assert set(Theme.objects.values_list("name", flat=True)) == {"Trust", "Money"}


def test_a_form_that_was_typed_on_in_stays_open_with_it(agreeing):
    page = agreeing
    held = Held(page, "**/sessions/*/learnings/")
    page.get_by_text("Add learning", exact=True).click()
    learned, differently = (page.locator(f"#add-learning [name={name}]") for name in ("text", "do_differently"))
    learned.fill("An hour of thinking")
    page.get_by_role("button", name="Add this learning").click()
    differently.fill("Begin with it")
    held.let_go()
    expect(page.locator("[data-live-answer]")).to_contain_text("What we learned is on every screen.")
    expect(learned).to_have_value("")
    expect(differently).to_have_value("Begin with it")
    expect(differently).to_be_focused()
    assert Learning.objects.get().do_differently == ""


def test_a_choice_made_for_the_next_one_stays(agreeing):
    page = agreeing
    held = Held(page, "**/sessions/*/actions/")
    page.get_by_text("Add an action", exact=True).click()
    form = page.locator("#add-action form")
    owner = form.locator("[name=owner]")
    form.locator("[name=text]").fill("Bring the kettle back")
    owner.select_option(index=1)
    form.get_by_role("button", name="Add this action").click()
    owner.select_option(index=2)
    chosen = owner.input_value()
    held.let_go()
    expect(page.locator("[data-live-answer]")).to_contain_text("The action is on every screen.")
    expect(form.locator("[name=text]")).to_have_value("")
    expect(owner).to_have_value(chosen)
    expect(owner).to_be_visible()


def test_the_next_word_to_say_plainly_stays_when_the_one_before_is_sent(open_browser, session, bea):
    phone = follow(open_browser(bea, phone=True), session)
    phone.get_by_text("A word I don’t know").click()
    held = Held(phone, "**/live/flag/")
    word = phone.get_by_label("Which word?")
    word.fill("Co-production")
    word.press("Enter")
    word.fill("Scru")
    held.let_go()
    expect(phone.locator("[data-live-answer]")).not_to_have_text("")
    expect(word).to_have_value("Scru")
    assert FlaggedWord.objects.get().word == "Co-production"
