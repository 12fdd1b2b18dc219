"""The keyboard alone: what takes the focus, in which order, and what is said."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from reflection.domain.rounds import move_round
from reflection.domain.themes import create_theme
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement"
# What a screen reader says of the element that has the focus: its name, and what describes it.
SAYS = """() => { const at = document.activeElement;
  const label = at.labels?.length ? at.labels[0] : at;
  const described = (at.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean).map((id) => document.getElementById(id).textContent);
  return [label.textContent, ...described].map((text) => text.replace(/\\s+/g, " ").trim()); }"""


def tab_to(page, name, *, most=60):
    """Press Tab until something so named has the focus; returns the names on the way."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        said = (
            page.evaluate(SAYS)[0]
            or page.evaluate(f"{FOCUSED}.getAttribute('aria-label')")
            or page.evaluate(f"{FOCUSED}.value")
            or ""
        )
        if said.startswith(name):
            return passed
        passed.append(said)
    raise AssertionError(f"no “{name}” within {most} stops: {passed}")


def is_focused(page, selector):
    return page.evaluate("selector => document.activeElement.matches(selector)", selector)


def test_signing_in(open_browser, bea):
    page = open_browser()
    page.goto("/accounts/login/code/")
    tab_to(page, "Your email address")
    page.keyboard.type(bea.email)
    tab_to(page, "Send me a code")
    page.keyboard.press("Space")
    page.wait_for_url("**/confirm/**")
    tab_to(page, "Your code")
    page.keyboard.type(re.search(r"\b\d{6}\b", mail.outbox[-1].body).group())
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bea")


def test_answering_a_question(open_browser, larkmere, framework, lead, bea):
    session = make_open(larkmere, framework, lead, questions=2)
    first, second = session.rounds.all()
    page = open_browser(bea)
    page.goto(f"/rounds/{first.pk}/write/")
    tab_to(page, "Skip to main content", most=1)
    page.keyboard.press("Enter")
    assert is_focused(page, "main")
    on_the_way = tab_to(page, "Your thoughts")
    assert not any(name.startswith(("Next", "Sign out")) for name in on_the_way)
    name, promise, hint = page.evaluate(SAYS)
    assert (name, hint) == ("Your thoughts", "Half-finished is fine. Notes, a list, one word: all good.")
    assert promise.startswith("Only you can see this until ")
    page.keyboard.type("We cook on the day")
    assert tab_to(page, "Next: ") == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/rounds/{second.pk}/write/")
    draft = session.participations.get(membership__person=bea).drafts.get()
    assert (draft.body, draft.ready) == ("We cook on the day", True)


def test_moving_an_answer_into_a_theme(open_browser, larkmere, framework, lead, amina):
    _, round = make_revealed(larkmere, framework, lead)
    move_round(round=round, event="group", by=lead)
    theme = create_theme(round=round, name="Unpaid and unseen", by=lead)
    answer = round.answers.in_mixed_order()[2]
    page = open_browser(amina)
    page.goto(f"/rounds/{round.pk}/sense/")
    tab_to(page, f"Move to… {' '.join(answer.body.split()[:8])}", most=90)
    page.keyboard.press("Enter")
    assert tab_to(page, "Unpaid and unseen") == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#answer-{answer.pk}")
    assert is_focused(page, f"#answer-{answer.pk}")
    said = page.locator("[role=status], [role=alert]").filter(has_text="Moved to “Unpaid and unseen”.")
    expect(said).to_be_visible()
    assert answer.placement.theme == theme
    tab_to(page, "Undo", most=3)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status], [role=alert]").filter(has_text="not in a theme")).to_be_visible()


def test_errors_in_a_plan_lead_to_their_fields(open_browser, larkmere, framework, amina):
    page = open_browser(amina)
    page.goto(f"/partnerships/{larkmere.pk}/sessions/plan/")
    tab_to(page, "What shall we call it?")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    tab_to(page, "Open on", most=120)
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title() == "Error: Plan a session – Partnering"
    links = page.locator("[data-error-summary] a")
    expect(links).to_have_text(["Give it a name", "Say why now, in a line or two"])
    for words, field in (("Give it a name", "id_title"), ("Say why now, in a line or two", "id_why_now")):
        page.locator("[data-error-summary]").focus()
        tab_to(page, words, most=3)
        page.keyboard.press("Enter")
        assert is_focused(page, f"#{field}")
        assert page.evaluate(f"{FOCUSED}.getAttribute('aria-invalid')") == "true"
        assert any(words in described for described in page.evaluate(SAYS)[1:])


def test_menus_close_with_escape_and_give_the_focus_back(open_browser, larkmere, framework, lead, amina):
    _, round = make_revealed(larkmere, framework, lead)
    create_theme(round=round, name="Unpaid and unseen", by=lead)
    page = open_browser(amina)
    page.goto(f"/rounds/{round.pk}/sense/")
    for name, inside in (("Change Unpaid and unseen", "Rename it"), ("Move to…", "Unpaid and unseen")):
        tab_to(page, name, most=90)
        page.keyboard.press("Enter")
        menu = page.locator("details.pn-menu[open]")
        expect(menu).to_have_count(1)
        assert tab_to(page, inside) == []
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
        assert page.evaluate(SAYS)[0].startswith(name)
