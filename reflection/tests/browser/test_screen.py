"""The shared screen in a browser: whatever the projector, nothing has to be scrolled to, and the foot stays free."""

import pytest
from playwright.sync_api import expect

from reflection.domain.actions import add_action
from reflection.domain.live import go_next, reveal_led
from reflection.domain.ratings import save_ratings, scales_of
from reflection.enums import RoundKind
from reflection.tests.live.listening import forget_revocations
from reflection.tests.ratings import make_live_round
from reflection.tests.sessions import make_live, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE_AND_LOW = [{"width": wide, "height": high} for wide, high in ((1280, 720), (1366, 620), (1920, 1080))]
FITS = "document.documentElement.scrollHeight <= innerHeight"


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    forget_revocations()
    return make_live(larkmere, framework, lead)


def open_screen(open_browser, session, person):
    screen = open_browser(person)
    screen.set_viewport_size(WIDE_AND_LOW[0])
    screen.goto(f"/sessions/{session.pk}/live/screen/")
    return screen


def stands_free(screen, one, other):
    """Whether two things on the screen do not cover each other."""
    a, b = (screen.locator(each).bounding_box() for each in (one, other))
    return a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"] or a["y"] + a["height"] <= b["y"]


def test_the_shared_screen_fits_and_turns_pages(open_browser, axe, session, amina, lead):
    screen = open_browser(amina)
    screen.goto(f"/sessions/{session.pk}/live/screen/")
    expect(screen.get_by_text(session.join_code.in_two)).to_be_visible()
    assert axe(screen) == []
    for width in (320, 390, 1280, 1920):
        screen.set_viewport_size({"width": width, "height": 1080})
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    for size in WIDE_AND_LOW:
        screen.set_viewport_size(size)
        assert screen.evaluate(FITS), size
        expect(screen.get_by_text("Or point your camera here")).to_be_in_viewport(ratio=1)
    screen.set_viewport_size({"width": 1280, "height": 800})
    write(session, words="A long answer, as people write them when they have the time to think about it. {}")
    assert reveal_led(session=session, by=lead, expected=1)
    words = screen.locator("[data-page-words]")
    expect(words).to_contain_text("Page 1 of")
    expect(screen.get_by_text(session.join_code.in_two)).to_have_count(0)
    first = screen.locator(".pn-answer:visible").all_inner_texts()
    screen.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Page 2 of")
    assert not set(first) & set(screen.locator(".pn-answer:visible").all_inner_texts())
    assert screen.evaluate(FITS)
    assert axe(screen) == []


def test_numbers_stand_six_to_a_page_large_enough_for_the_back_of_the_room(
    open_browser, live_app, larkmere, framework, lead, amina
):
    forget_revocations()
    round = make_live_round(larkmere, framework, lead, RoundKind.RATING, attribution="named")
    scales = scales_of(round)
    for place, value in zip(round.session.participations.all()[:6], (1, 1, 2, 4, 5, 5), strict=True):
        save_ratings(participation=place, round=round, values=dict.fromkeys([scale.key for scale in scales], value))
    assert reveal_led(session=round.session, by=lead, expected=1)
    screen = open_screen(open_browser, round.session, amina)
    expect(screen.locator("[data-page-words]")).to_have_text("Page 1 of 2")
    expect(screen.locator(".pn-theme:visible")).to_have_count(6)
    assert screen.evaluate(FITS)
    figure = screen.locator(".pn-spread text").first.bounding_box()
    assert figure["height"] >= 24
    assert stands_free(screen, "[data-pager]", ".pn-screen-clock")


def test_what_does_not_fit_alone_has_a_page_of_its_own(open_browser, session, lead, amina):
    write(session, 5)
    assert reveal_led(session=session, by=lead, expected=1)
    for expected in (2, 3, 4):
        go_next(session=session, by=lead, expected=expected)
    for number in range(14):
        add_action(session=session, text=f"Bring the kettle back, {number}", owners=[lead], by=lead)
    screen = open_screen(open_browser, session, amina)
    expect(screen.locator("[data-page-words]")).to_have_text("Page 1 of 2")
    expect(screen.get_by_role("heading", name="What we have decided")).to_be_in_viewport(ratio=1)
    expect(screen.get_by_role("heading", name="Who will do what")).to_be_hidden()
    assert screen.evaluate(FITS)
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_role("heading", name="Who will do what")).to_be_in_viewport(ratio=1)
    screen.get_by_text("Bring the kettle back, 13").scroll_into_view_if_needed()
    expect(screen.get_by_text("Bring the kettle back, 13")).to_be_in_viewport(ratio=1)
    screen.set_viewport_size({"width": 390, "height": 844})
    expect(screen.locator("[data-pager]")).to_be_hidden()
    expect(screen.get_by_role("heading", name="What we have learned")).to_be_visible()
