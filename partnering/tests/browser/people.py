"""What people do in their browsers, step by step, as they would tell it: sign in by code, say yes, plan, write, show, agree."""

import re

from django.core import mail
from playwright.sync_api import expect

from partnerships.domain.dispatch import send_dispatches


def post_arrives():
    """The clock rings: what is due goes out."""
    send_dispatches()


def newest_mail_to(address):
    return next(message for message in reversed(mail.outbox) if message.to == [address])


def link_in(message, beginning):
    """The first address in a mail that leads to a page of ours beginning so; without the host."""
    return re.search(rf"https?://[^/\s]+({re.escape(beginning)}\S*)", message.body).group(1)


def sign_in(page, address):
    """By the code from the mail."""
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"\b\d{6}\b", newest_mail_to(address).body).group()
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good ")


def say_yes(page, address, *, title, button="Yes, I’ll join"):
    """Open the link from the mail, read what it asks, say yes."""
    page.goto(link_in(newest_mail_to(address), "/invitations/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name=button).click()


def press(page, name, **more):
    page.get_by_role("button", name=name, **more).click()


def tick(page, box):
    """Press the words of a choice: they lie over its box."""
    page.locator(f"label[for='{box.get_attribute('id')}']").first.click()


def follow(page, name, **more):
    page.get_by_role("link", name=name, **more).click()


def write_next(page, words):
    """Type into the box and press Next; the words are ready."""
    page.locator("#id_body").fill(words)
    page.locator("#buttons button[name=next]").click()


def move_card(page, words, to):
    """Put the card with these words somewhere by its own menu."""
    card = page.locator("[data-card]", has_text=words)
    card.locator("summary").click()
    card.get_by_role("button", name=to, exact=True).click()
    return page.locator("[data-card]", has_text=words)


def add(page, summary, button, **fields):
    """One of the small forms of the page where the group agrees: labels with `_` for spaces are looked up as they begin."""
    details = page.locator("details.pn-add", has_text=summary)
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()
    for name, value in fields.items():
        box = details.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)
    details.get_by_role("button", name=button).click()
