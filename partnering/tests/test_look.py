"""The look in a real browser: every part at every width and theme, keyboard, paper, large text, published files."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from partnering.staticfiles import STYLESHEET, join_stylesheet
from partnering.tests.house import ROOT

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


@pytest.fixture
def gallery(settings, open_browser, bea, larkmere):
    """A function that opens the page with every part: `page = gallery(width=390, dark=True)`."""
    settings.ROOT_URLCONF = "partnering.tests.gallery"

    def open_gallery(path="/gallery/", **window):
        page = open_browser(bea, **window)
        page.goto(path)
        return page

    return open_gallery


def violations(page):
    """What axe finds; it is told not to load the parts of the stylesheet again, which it would look for beside the page."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_part_is_accessible_and_fits(gallery, width, dark):
    page = gallery(width=width, dark=dark)
    assert page.locator("html").get_attribute("data-bs-theme") == ("dark" if dark else "light")
    assert (violations(page), overflow(page)) == ([], 0)


def test_errors_are_accessible_and_lead_to_their_fields(gallery):
    page = gallery(width=390)
    page.get_by_role("button", name="Add this action").click()
    expect(page).to_have_title("Error: Gallery – Partnering")
    expect(page.locator(".pn-errors")).to_be_focused()
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="Choose who will lead this").click()
    assert page.evaluate("document.activeElement.id") == "id_who"
    page.get_by_role("link", name="Choose: What are you asking them to be").click()
    assert page.evaluate("document.activeElement.id") == "id_role_0"


def test_without_scripts_the_page_is_light_and_its_links_lead_to_the_fields(gallery):
    page = gallery(javascript=False, dark=True)
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    page.get_by_role("button", name="Add this action").click()
    page.get_by_role("link", name="Choose who will lead this").click()
    assert page.url.endswith("#id_who")


@pytest.mark.parametrize(("theme", "expected"), [("light", "light"), ("dark", "dark"), ("device", "dark")])
def test_the_theme_is_the_persons_choice(gallery, bea, theme, expected):
    bea.theme = theme
    bea.save(update_fields=["theme"])
    assert gallery(dark=True).locator("html").get_attribute("data-bs-theme") == expected


def test_text_at_twice_the_size_still_fits(gallery):
    page = gallery(width=640)
    page.evaluate("document.documentElement.style.setProperty('font-size', '32px')")
    assert overflow(page) == 0


def test_everything_to_press_on_a_phone_is_large_enough(gallery):
    page = gallery(width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, .pn-nav a, .btn, .form-control, .form-select, .pn-choice, .form-check, .pn-foot a')]
        .filter(each => each.getClientRects().length)
        .map(each => [each.textContent.trim().slice(0, 30), Math.round(each.getBoundingClientRect().height)])
        .filter(([, height]) => height < 44)"""
    )
    assert small == []


def test_the_first_tab_stop_skips_to_the_content(gallery):
    page = gallery()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_menu_closes_with_escape_and_keeps_the_focus(gallery):
    page = gallery()
    menu = page.locator("main details.pn-menu").first
    menu.locator("summary").click()
    menu.locator("button").first.focus()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_second_press_within_a_second_is_the_same_press(gallery):
    page = gallery()
    sent = []
    # "No content" leaves the page standing, as a connection that drops does.
    page.route("**/gallery/", lambda route: (sent.append(1), route.fulfill(status=204))[1])
    page.evaluate(
        "() => { const button = document.querySelector('main .pn-form button'); button.click(); button.click(); }"
    )
    page.wait_for_timeout(300)
    assert sent == [1]
    page.wait_for_timeout(1000)
    page.locator("main .pn-form button").first.click()
    page.wait_for_timeout(300)
    assert sent == [1, 1]


def test_on_paper_the_numbers_are_open_and_the_controls_are_gone(gallery):
    page = gallery(dark=True)
    page.emulate_media(media="print")
    assert page.locator(".pn-data table").is_visible()
    assert (
        not page.locator(".pn-top").is_visible() and not page.get_by_role("button", name="Add this action").is_visible()
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_where_the_system_chooses_the_colours_the_page_still_works(gallery):
    page = gallery()
    page.emulate_media(forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.pn-nav [aria-current]')).outlineStyle") == "solid"
    assert page.evaluate("getComputedStyle(document.querySelector('.pn-card')).borderStyle") == "solid"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/gone/", "This link has done its work"),
        ("/nowhere/", "We can’t find that page"),
        ("/broken/", "Something broke on our side"),
    ],
)
def test_pages_for_when_things_go_wrong_are_accessible(gallery, path, title):
    page = gallery(path, width=390, dark=True)
    assert page.title() == f"{title} – Partnering"
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Atkinson Hyperlegible Next"')
    assert (violations(page), overflow(page)) == ([], 0)


@pytest.mark.parametrize("path", ["login/code/", "login/", "signup/", "inactive/", "password/reset/"])
def test_account_pages_are_accessible(open_browser, path):
    page = open_browser(phone=True)
    page.goto(f"/accounts/{path}")
    assert (violations(page), overflow(page)) == ([], 0)


# --- The published stylesheet --------------------------------------------------------------------------------------
def read(name):
    found = finders.find(name)
    assert found, f"{name} is imported and not there"
    return Path(found).read_text()


def test_the_stylesheet_joins_into_one_piece():
    joined = join_stylesheet(STYLESHEET, read)
    parts = read(STYLESHEET).count("@import")
    assert "@import" not in joined and "sourceMappingURL" not in joined and "@charset" not in joined
    assert len(re.findall(r"^@layer \w+ \{$", joined, re.MULTILINE)) == parts
    assert 'url("../fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2")' in joined


def test_every_part_closes_what_it_opens():
    """A brace too many in one part would swallow the part after it, in the joined file alone."""
    wrong = []
    for part in (ROOT / "static" / "css").rglob("*.css"):
        bare = re.sub(r'/\*.*?\*/|"[^"]*"', "", part.read_text(), flags=re.DOTALL)
        depth = [0]
        for brace in re.findall(r"[{}]", bare):
            depth.append(depth[-1] + (1 if brace == "{" else -1))
        if depth[-1] != 0 or min(depth) < 0:
            wrong.append(part.name)
    assert wrong == []


def test_links_in_a_joined_part_are_moved_with_it():
    files = {
        "css/partnering.css": '@import url("pages/a.css") layer(pages);',
        "css/pages/a.css": "a { background: url(../../img/mark.svg) }",
    }
    assert 'url("../img/mark.svg")' in join_stylesheet(STYLESHEET, files.__getitem__)
