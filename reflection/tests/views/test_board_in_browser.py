"""The board and the page of agreeing as people use them: keyboard alone, no script, a mouse, a narrow phone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reflection.domain.actions import add_action, review_action
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.domain.rounds import move_round
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.domain.themes import ALONE, create_theme, move_answer, place_of
from reflection.models import Answer, Learning
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shown(larkmere, framework, lead):
    _, round = make_revealed(larkmere, framework, lead)
    create_theme(round=round, name="Who holds the reins", by=lead)
    return round


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


def placed(answer):
    return place_of(Answer.objects.with_places().get(pk=answer.pk))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_card_moves_by_keyboard_and_keeps_the_focus(open_browser, shown, amina, javascript):
    answer, theme = shown.answers.order_by("pk").first(), shown.themes.get()
    page = open_browser(amina, javascript=javascript)
    page.goto(address("theme_board", round_id=shown.pk))
    page.locator(f"#answer-{answer.pk} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#answer-{answer.pk}")
    assert page.get_by_role("status").inner_text().strip() == "Moved to “Who holds the reins”."
    assert page.locator(f"#answer-{answer.pk}").evaluate("card => card === document.activeElement")
    assert placed(answer) == theme.pk
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not in a theme yet, now.")).to_be_visible()
    assert placed(answer) == "unplaced"


def test_a_card_can_be_dragged_and_escape_closes_its_menu(open_browser, shown, amina):
    answer, theme = shown.answers.order_by("pk").first(), shown.themes.get()
    page = open_browser(amina)
    page.goto(address("theme_board", round_id=shown.pk))
    assert page.get_by_text("Drag a card").is_visible()
    summary = page.locator(f"#answer-{answer.pk} summary")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert summary.evaluate("summary => summary === document.activeElement && !summary.parentElement.open")
    page.set_viewport_size({"width": 1280, "height": 3000})  # both in view: nothing scrolls while the mouse is down
    page.locator(f"#answer-{answer.pk} > p").drag_to(page.locator(f"#theme-{theme.pk} h2"))
    page.wait_for_url(f"**#answer-{answer.pk}")
    assert placed(answer) == theme.pk


@pytest.mark.parametrize("javascript", [True, False])
def test_learning_is_written_down_and_a_mistake_keeps_the_words(open_browser, shown, amina, javascript):
    page = open_browser(amina, javascript=javascript, phone=True)
    page.goto(address("outcome_agree", session_id=shown.session_id) + f"?round={shown.pk}")
    page.get_by_text("Add learning").click()
    page.get_by_label("What will we do differently?").fill("Ask the smallest group first.")
    page.get_by_role("button", name="Add this learning").click()
    problem = page.get_by_role("alert")
    assert "Write down what you learned" in problem.inner_text()
    page.get_by_label("What did we learn?").fill("Midday shuts people out.")
    page.get_by_role("button", name="Add this learning").click()
    page.wait_for_url("**#learning-**")
    assert Learning.objects.values_list("text", "do_differently", "round").get() == (
        "Midday shuts people out.",
        "Ask the smallest group first.",
        shown.pk,
    )


@pytest.fixture
def agreed(larkmere, framework, lead, shown):
    """A session with something of everything, and a closed one after it with a record."""
    session = shown.session
    add_learning(session=session, by=lead, text="Ask first.", round=shown)
    add_decision(session=session, by=lead, text="At ten.", how_agreed="consent", rather_wait="One person")
    add_matter(session=session, by=lead, text="Who holds the grant?")
    action = add_action(session=session, by=lead, text="Ask the Tuesday cooks which evening suits them", owners=[lead])
    later, _ = make_revealed(larkmere, framework, lead)
    review_action(action=action, session=later, by=lead, answer="partly", note="Two came back.")
    close_session(session=later, by=lead)
    choosing = make_revealed(larkmere, framework, lead)[1]
    move_round(round=choosing, event="choose", by=lead)
    theme = shown.themes.get()
    create_theme(round=shown, name="Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlung", by=lead)
    return [
        address("theme_board", round_id=shown.pk),
        address("theme_create", round_id=shown.pk),
        address("theme_update", theme_id=theme.pk),
        address("theme_differ", theme_id=theme.pk),
        address("theme_merge", theme_id=theme.pk),
        address("theme_delete", theme_id=theme.pk),
        address("vote_choose", round_id=choosing.pk),
        address("outcome_agree", session_id=session.pk),
        address("learning_update", learning_id=session.learnings.get().pk),
        address("learning_delete", learning_id=session.learnings.get().pk),
        address("learning_review", learning_id=session.learnings.get().pk),
        address("decision_update", decision_id=session.decisions.get().pk),
        address("action_update", action_id=action.pk),
        address("learning_list", partnership_id=larkmere.pk),
        address("action_list", partnership_id=larkmere.pk),
        address("record_detail", session_id=later.pk),
        address("record_list", partnership_id=larkmere.pk),
    ]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True), (320, False)])
def test_pages_pass_axe_and_never_scroll_sideways(open_browser, axe, agreed, amina, width, dark):
    page = open_browser(amina, width=width, dark=dark)
    for url in agreed:
        page.goto(url)
        assert (url, page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")) == (url, True)
        page.evaluate("for (const more of document.querySelectorAll('.pn-add, .pn-more')) more.open = true")
        assert (url, axe(page)) == (url, [])


def test_a_record_of_five_questions_prints_on_two_sheets(
    open_browser, browser, larkmere, framework, lead, amina, house
):
    """Eight people, five questions, four groups each, and all that was agreed."""
    session = make_open(larkmere, framework, lead, questions=5)
    for round in session.rounds.all():
        write(session, 8, round=round, words="What we cover for each other goes unseen, and it takes an evening of {}.")
        shown = reveal_round(round=round, by=lead).round
        themes = [
            create_theme(round=shown, name=f"Theme number {number}", by=lead, notice="Time costs people differently.")
            for number in range(3)
        ]
        for number, answer in enumerate(shown.answers.all()):
            move_answer(answer=answer, to=[*themes, ALONE][number % 4], by=lead)
    for number in range(3):
        add_action(
            session=session,
            by=lead,
            text=f"Bring a fair offer for small groups’ time, part {number}",
            owners=[house.of("tom")],
        )
    add_learning(
        session=session,
        by=lead,
        text="A two-hour meeting costs the kitchen a day of cooking, and costs the council nothing extra.",
    )
    add_decision(
        session=session,
        by=lead,
        text="From January, the chair moves round.",
        how_agreed="consent",
        rather_wait="One person",
    )
    close_session(session=session, by=lead)
    page = open_browser(amina)
    page.goto(address("record_detail", session_id=session.pk))
    sheets = re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 2
