"""A live session on several screens at once: everybody follows, and nothing that is typed is touched."""

import pytest
from playwright.sync_api import expect

from reflection.domain.live import go_next, reveal_led
from reflection.domain.themes import create_theme
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
    expect(phone.locator(".pn-stages [aria-current=step]")).to_contain_text("Write")
    console.get_by_role("button", name="Reveal all answers").click()
    for page in (console, phone, screen):
        expect(page.locator("[data-live-key]")).to_have_attribute("data-live-words", "Reveal")
    for page in (console, phone):
        expect(page.locator(".pn-answer p", has_text=f"Words of {bea.email}")).to_be_visible()
    console.get_by_role("button", name="Next").click()
    for page in (console, phone, screen):
        expect(page.locator("[data-live-key]")).to_have_attribute("data-live-words", "Group")


def test_the_console_works_without_a_script(open_browser, session, amina):
    write(session)
    page = open_browser(amina, javascript=False)
    page.goto(at(session, ""))
    page.get_by_text("Reveal all answers").click()
    page.get_by_role("button", name="Show now").click()
    expect(page.locator(".pn-stages [aria-current=step]")).to_contain_text("Reveal")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".pn-stages [aria-current=step]")).to_contain_text("Group")


@pytest.fixture
def at_the_table(session, lead):
    write(session, 3)
    reveal_led(session=session, by=lead, expected=1)
    go_next(session=session, by=lead, expected=2)
    return session


def test_a_card_dragged_by_mouse_moves_on_every_screen_and_back(open_browser, at_the_table, amina, bea):
    console, phone = open_browser(amina), open_browser(bea, phone=True)
    phone.goto(at(at_the_table, "follow/"))
    console.goto(at(at_the_table, ""))
    console.get_by_label("What shall we call it?").fill("Who holds the reins")
    console.get_by_role("button", name="Begin this theme").click()
    theme = console.get_by_role("region", name="Who holds the reins", exact=True)
    expect(theme).to_be_visible()
    console.locator("[data-card]").first.drag_to(theme)
    expect(theme.locator("[data-card]")).to_have_count(1)
    expect(console.get_by_label("What shall we call it?")).to_have_value("")
    console.get_by_role("button", name="Undo last move").click()
    expect(theme.locator("[data-card]")).to_have_count(0)


def test_who_leads_goes_on_without_a_bar_after_naming_a_theme(open_browser, at_the_table, amina):
    console = open_browser(amina)
    console.goto(at(at_the_table, ""))
    name = console.get_by_label("What shall we call it?")
    name.fill("Who holds the reins")
    name.press("Enter")
    expect(name).to_have_value("")
    card = console.locator("[data-card]").first
    card.get_by_text("Move to…").click()
    card.get_by_role("button", name="Who holds the reins").click()
    expect(console.get_by_role("region", name="Who holds the reins", exact=True).locator("[data-card]")).to_have_count(
        1
    )
    expect(console.locator("details.pn-menu[open]")).to_have_count(0)  # no menu stays open over the next card
    name.focus()
    console.locator("#c-next").evaluate("button => button.form.requestSubmit(button)")  # the focus stays in the box
    expect(console.get_by_text("Now: choose")).to_be_visible()
    console.locator("#c-next").click()
    expect(console.get_by_text("Add learning")).to_be_visible(timeout=10_000)
    expect(console.locator("[data-live-moved]")).to_be_hidden()


def test_a_half_typed_theme_waits_and_its_bar_goes_when_it_was_sent(open_browser, at_the_table, amina):
    console = open_browser(amina)
    console.goto(at(at_the_table, ""))
    console.get_by_label("What shall we call it?").fill("Half a na")
    console.locator("#c-next").click()
    moved = console.locator("[data-live-moved]")
    expect(moved).to_contain_text("The group has moved on", timeout=10_000)
    expect(console.get_by_label("What shall we call it?")).to_have_value("Half a na")
    console.get_by_role("button", name="Begin this theme").click()
    expect(console.get_by_role("region", name="Half a na", exact=True)).to_be_visible()
    expect(moved).to_be_hidden(timeout=10_000)


def test_a_card_is_dragged_by_finger_too(open_browser, at_the_table, amina, lead):
    create_theme(round=at_the_table.rounds.first(), name="Who holds the reins", by=lead)
    console = open_browser(amina, phone=True)
    console.goto(at(at_the_table, ""))
    theme = console.get_by_role("region", name="Who holds the reins", exact=True)
    grip = console.locator("[data-grip]").last
    console.set_viewport_size({"width": 390, "height": 2000})
    touch = console.context.new_cdp_session(console)
    begin, end = grip.bounding_box(), theme.locator("header").bounding_box()
    points = [(begin["x"] + 8, begin["y"] + 8), (end["x"] + 30, end["y"] + 20)]
    for kind, (x, y) in (("touchStart", points[0]), ("touchMove", points[1])):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(theme.locator("[data-card]")).to_have_count(1)


def test_what_is_agreed_appears_for_all_and_a_refused_form_keeps_its_words(
    open_browser, at_the_table, amina, bea, lead
):
    for step in (3, 4):
        go_next(session=at_the_table, by=lead, expected=step)
    console, phone = open_browser(amina), open_browser(bea, phone=True)
    phone.goto(at(at_the_table, "follow/"))
    console.goto(at(at_the_table, ""))
    console.get_by_text("Add learning").click()
    console.locator("#learning-text").fill("We talk first because the agenda is ours.")
    console.get_by_role("button", name="Add this learning").click()
    expect(phone.get_by_text("We talk first because the agenda is ours.")).to_be_visible()
    expect(console.locator("#live .pn-noted p", has_text="We talk first").first).to_be_visible()
    expect(console.get_by_text("What we learned is on every screen.")).to_be_visible()
    console.reload()
    expect(console.locator("#live .pn-noted p", has_text="We talk first").first).to_be_visible()
    expect(console.get_by_text("What we learned is written down.")).to_have_count(0)  # it was said already
    console.get_by_text("Add a decision").click()
    console.locator("#decision-authority").fill("The board")
    console.get_by_role("button", name="Add this decision").click()
    expect(console.locator(".pn-errors").first).to_be_visible()
    expect(console.locator("#decision-authority")).to_have_value("The board")
