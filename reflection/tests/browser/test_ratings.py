"""Twelve rows of six answers on a phone: saved as they are chosen, without a script by a button, kept over a lost line."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.ratings import chosen_by, save_ratings
from reflection.enums import RoundKind
from reflection.models import LivePlace
from reflection.tests.live.listening import forget_revocations
from reflection.tests.ratings import make_live_round, make_rating

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round(live_app, larkmere, framework, lead):
    return make_rating(larkmere, framework, lead)


@pytest.fixture
def place(round, bea):
    return round.session.participations.get(membership__person=bea)


def words(page):
    return page.locator("[data-rate-saved] [data-words]")


def choose(page, key, value):
    page.locator(f'input[name="{key}"][value="{value}"]').check()


def test_numbers_are_saved_as_they_are_chosen(open_browser, bea, round, place):
    page = open_browser(bea, phone=True)
    page.goto(f"/rounds/{round.pk}/rate/")
    choose(page, "need", 4)
    expect(words(page)).to_have_text(re.compile("^Saved at"))
    choose(page, "aims", 0)
    choose(page, "need", 2)
    expect(page.locator("[data-rate-count]")).to_have_text("2")
    page.wait_for_load_state("networkidle")
    assert chosen_by(participation=place, round=round) == {"need": 2, "aims": 0}
    page.reload()
    expect(page.locator('input[name="need"][value="2"]')).to_be_checked()
    page.set_viewport_size({"width": 320, "height": 700})
    tops = (
        page.locator("fieldset")
        .first.locator("label")
        .evaluate_all("labels => labels.map(label => Math.round(label.getBoundingClientRect().top))")
    )
    assert (len(tops), len(set(tops))) == (6, 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_number_that_did_not_get_through_is_sent_again(open_browser, bea, round, place):
    page = open_browser(bea, phone=True)
    page.goto(f"/rounds/{round.pk}/rate/")
    page.context.set_offline(True)
    choose(page, "need", 5)
    expect(words(page)).to_have_text(re.compile("^Not saved yet"))
    assert chosen_by(participation=place, round=round) == {}
    page.context.set_offline(False)
    expect(words(page)).to_have_text(re.compile("^Saved at"), timeout=15_000)
    assert chosen_by(participation=place, round=round) == {"need": 5}


def test_who_leaves_is_asked_only_while_a_number_is_on_its_way(open_browser, bea, round, place):
    page = open_browser(bea, phone=True)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"/rounds/{round.pk}/rate/")
    choose(page, "need", 4)
    expect(words(page)).to_have_text(re.compile("^Saved at"))
    page.reload()
    assert asked == []
    page.route("**/rate/save/", lambda route: route.abort())
    choose(page, "need", 5)
    expect(words(page)).to_have_text(re.compile("^Not saved yet"))
    page.reload()
    assert asked == ["beforeunload"]


def test_without_a_script_a_button_saves_everything(open_browser, bea, round, place):
    page = open_browser(bea, phone=True, javascript=False)
    page.goto(f"/rounds/{round.pk}/rate/")
    choose(page, "need", 4)
    choose(page, "trust", 0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Only you can see your numbers")).to_be_visible()
    assert chosen_by(participation=place, round=round) == {"need": 4, "trust": 0}
    page.get_by_role("button", name="I’m finished").click()
    expect(page.get_by_text("2 numbers chosen")).to_be_visible()


def test_a_killed_tab_without_a_signal_keeps_the_numbers(open_browser, kill_tab, bea, round, place):
    page = open_browser(bea, phone=True)
    page.goto(f"/rounds/{round.pk}/rate/")
    choose(page, "aims", 3)
    expect(words(page)).to_have_text(re.compile("^Saved at"))
    page.context.set_offline(True)
    choose(page, "need", 5)
    choose(page, "aims", 1)
    expect(words(page)).to_have_text(re.compile("^Not saved yet"))
    context = page.context
    kill_tab(page)
    context.set_offline(False)
    assert chosen_by(participation=place, round=round) == {"aims": 3}
    again = context.new_page()
    again.goto(f"/rounds/{round.pk}/rate/")
    expect(words(again)).to_have_text(re.compile("^Saved at"))
    again.wait_for_load_state("networkidle")
    assert chosen_by(participation=place, round=round) == {"need": 5, "aims": 1}
    expect(again.locator('input[name="need"][value="5"]')).to_be_checked()
    assert again.evaluate("Object.keys(localStorage)") == []


def test_a_number_chosen_elsewhere_since_is_not_undone(open_browser, kill_tab, bea, round, place):
    page = open_browser(bea, phone=True)
    page.goto(f"/rounds/{round.pk}/rate/")
    page.context.set_offline(True)
    choose(page, "need", 5)
    expect(words(page)).to_have_text(re.compile("^Not saved yet"))
    context = page.context
    kill_tab(page)
    save_ratings(participation=place, round=round, values={"need": 2})
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/rounds/{round.pk}/rate/")
    expect(again.locator('input[name="need"][value="2"]')).to_be_checked()
    again.wait_for_load_state("networkidle")
    assert chosen_by(participation=place, round=round) == {"need": 2}
    assert again.evaluate("Object.keys(localStorage)") == []


def test_in_the_room_a_killed_tab_keeps_the_numbers(open_browser, kill_tab, bea, larkmere, framework, lead, live_app):
    forget_revocations()
    round = make_live_round(larkmere, framework, lead, RoundKind.RATING)
    place = round.session.participations.get(membership__person=bea)
    page = open_browser(bea, phone=True)
    page.goto(f"/sessions/{round.session_id}/live/follow/")
    page.context.set_offline(True)
    choose(page, "need", 5)
    expect(words(page)).to_have_text(re.compile("^Not saved yet"))
    context = page.context
    kill_tab(page)
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/sessions/{round.session_id}/live/follow/")
    expect(words(again)).to_have_text(re.compile("^Saved at"))
    assert chosen_by(participation=place, round=round) == {"need": 5}


def test_in_the_room_without_a_script_finishing_saves_the_numbers(
    open_browser, bea, larkmere, framework, lead, live_app
):
    round = make_live_round(larkmere, framework, lead, RoundKind.RATING)
    place = round.session.participations.get(membership__person=bea)
    page = open_browser(bea, phone=True, javascript=False)
    page.goto(f"/sessions/{round.session_id}/live/follow/")
    choose(page, "need", 4)
    page.get_by_role("button", name="I’m finished").click()
    expect(page.get_by_role("button", name="Finished")).to_have_attribute("aria-pressed", "true")
    assert chosen_by(participation=place, round=round) == {"need": 4}
    assert LivePlace.objects.get(participation=place).finished_round == round
