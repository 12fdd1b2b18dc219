"""The whole way through a real browser: pages, policy, sign-in."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import mail

pytestmark = pytest.mark.browser


@pytest.fixture
def person(live_app):
    made = get_user_model().objects.create_user("pat@example.org", full_name="Pat Reed")
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def test_a_person_signs_in_with_the_code_from_the_mail(open_browser, person):
    page = open_browser(phone=True)
    page.goto("/accounts/login/code/?next=/")
    page.get_by_label(re.compile("email", re.IGNORECASE)).fill(person.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm/**")
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()
    page.get_by_role("textbox", name="Your code").fill(f"{code[:3]} {code[3:]}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.context.cookies()[-1]["name"] in {"session", "csrftoken"}
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("javascript", [True, False])
def test_the_sign_in_page_needs_no_script(open_browser, person, javascript):
    page = open_browser(javascript=javascript)
    page.goto("/accounts/login/code/")
    assert page.locator("input[type=email]").count() == 1


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_public_pages_pass_axe_and_never_scroll_sideways(open_browser, axe, width, dark):
    page = open_browser(width=width, dark=dark)
    for address in ("/accounts/login/code/", "/accounts/login/", "/no-such-page/"):
        page.goto(address)
        assert (address, axe(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_a_breach_of_the_content_policy_fails_a_test(browser, live_app):
    """The listener that every browser test relies on sees a breach when there is one."""
    page = browser.new_page(base_url=live_app)
    seen = []
    page.on("console", lambda said: seen.append(said.text))
    page.goto("/accounts/login/code/")
    page.evaluate(
        "document.body.setAttribute('style', 'color: red'); document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    page.wait_for_timeout(200)
    page.close()
    assert any("Content Security Policy" in text for text in seen)
