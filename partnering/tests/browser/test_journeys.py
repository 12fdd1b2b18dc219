"""The first whole loop as people do it: from a mail to the founder to a record in the hands of its readers."""

import io
import zipfile
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from partnering.tests.browser.people import (
    add,
    follow,
    link_in,
    move_card,
    newest_mail_to,
    post_arrives,
    press,
    say_yes,
    sign_in,
    tick,
    write_next,
)
from partnerships.models.members import Membership
from reflection.domain.sessions import close_session
from reflection.models import Session
from reflection.tests.sessions import make_open

pytestmark = pytest.mark.browser

FOUNDER = "rosa@hollin.example"
GROUP = {"ada": "Ada Fenn", "bo": "Bo Marsh", "cy": "Cy Okoro", "di": "Di Lark", "eve": "Eve Stone"}
WORDS = {
    "ada": "We keep the hall warm, and nobody counts the hours.",
    "bo": "The grant decides what we talk about.",
    "cy": "We trust each other on the phone, not in meetings.",
    "di": "Those who cook never sit at the table.",
    "eve": "The same three people carry it.",
}
UNPAID, POWER = "Work nobody counts", "Who sets the agenda"
LEARNING, DECISION = "Paid hours decide who comes.", "We meet after work, with a meal."
ACTION, PRIVATE = "Ask the cooks when they can come", "Only for the two of us"


def address(name):
    return f"{name}@hollin.example"


class Loop:
    """Everyone with a window of their own; the things of the loop by name."""

    def __init__(self, open_browser, *, javascript):
        self.open_browser, self.javascript, self.windows = open_browser, javascript, {}

    def window(self, name, **look):
        if name not in self.windows:
            self.windows[name] = self.open_browser(javascript=self.javascript, **look)
        return self.windows[name]

    @property
    def session(self):
        return Session.objects.select_related("partnership").get(title="Who are we to each other?")


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def message(page, text):
    expect(page.locator("main")).to_contain_text(text)


def found(loop):
    """A programme admin asks Rosa; she reads the mail, says yes and sets the table."""
    told = StringIO()
    call_command("invite_founder", FOUNDER, name="Rosa Quill", programme="Good Neighbours Programme", stdout=told)
    post_arrives()
    letter = newest_mail_to(FOUNDER)
    assert link_in(letter, "/invitations/") in told.getvalue()
    page = loop.window("rosa")
    say_yes(
        page,
        FOUNDER,
        title="Rosa, will you begin a partnership in Good Neighbours Programme?",
        button="Yes, I’ll begin",
    )
    heading(page, "Rosa, let’s set the table")
    page.get_by_label("The name you use among yourselves").fill("Hollin Street Table")
    page.locator("[name=place-0-name]").fill("Hollin Street")
    page.locator("[name=organisation-0-name]").fill("Hollin Kitchen")
    page.locator("[name=organisation-0-sector]").select_option("vcse")
    tick(page, page.locator("[name=organisation-0-own]"))
    press(page, "Set the table")
    heading(page, "The table is set. Who sits down?")
    message(page, "You are 1 so far: four to go.")


def gather(loop):
    """Five people are asked by mail, and each says yes from the link; so does somebody who will only read."""
    page = loop.window("rosa")
    follow(page, "Invite people")
    page.locator("[name=emails]").fill("\n".join(f"{full} <{address(name)}>" for name, full in GROUP.items()))
    page.locator("[name=message]").fill("You know this street better than any plan.")
    press(page, "Send the invitations")
    message(page, "5 invitations are on their way.")
    expect(page.get_by_role("button", name="Send again")).to_have_count(5)
    page.locator("[name=emails]").fill(f"Olu Finch <{address('olu')}>")
    tick(page, page.locator("[name=role][value=observer]"))
    press(page, "Send the invitations")
    post_arrives()
    for name, full in GROUP.items():
        guest = loop.open_browser(javascript=loop.javascript, phone=True)
        say_yes(guest, address(name), title=f"{full.partition(' ')[0]}, will you join Hollin Street Table?")
        message(guest, "Welcome to Hollin Street Table.")
        guest.context.close()
    reader = loop.window("olu")
    say_yes(
        reader, address("olu"), title="Olu, will you read what Hollin Street Table shares?", button="Yes, I’ll read"
    )
    message(reader, "Nothing has been shared with you yet.")
    page.reload()
    answered = page.get_by_role("region", name="Answered")
    for full in GROUP.values():
        expect(answered).to_contain_text(f"{full}: yes, on")
    assert Membership.objects.filter(partnership__name="Hollin Street Table", takes_part=True).count() == 6


def plan(loop):
    """The plan comes filled in; it is named, given a reason and one question, and opened."""
    page = loop.window("rosa")
    page.get_by_role("navigation").get_by_role("link", name="Sessions").first.click()
    follow(page, "Look over the first session")
    expect(page.get_by_label("What shall we call it?")).to_have_value("How are we doing?")
    boxes = page.locator("input[name=questions]")
    expect(page.locator("input[name=questions]:checked")).to_have_count(5)
    page.get_by_label("What shall we call it?").fill("Who are we to each other?")
    page.locator("[name=why_now]").fill("Six of us, and nobody ever asked.")
    for place in (1, 2, 3, 4):
        tick(page, boxes.nth(place))
    page.get_by_label("Who gets the record?").select_option(label="Members and observers")
    press(page, "Open on ")
    message(page, "The group can see it now. It opens by itself when its time comes.")
    follow(page, "Open it now")
    heading(page, "Open “Who are we to each other?” now?")
    message(page, "6 people will be asked, and each gets one mail.")
    press(page, "Open it now")
    heading(page, "1. Who are we to each other?")


def everyone_writes(loop):
    """A mail tells of it; each signs in by code on a phone and writes. Bo’s words keep themselves where scripts run."""
    post_arrives()
    for name, words in WORDS.items():
        letter = newest_mail_to(address(name))
        assert letter.body.startswith(f"{name.title()}, a session has opened in Hollin Street Table.")
        page = loop.window(name, phone=True)
        sign_in(page, address(name))
        page.goto(link_in(letter, "/sessions/"))
        heading(page, "Who are we to each other?")
        follow(page, "Begin")
        expect(page.locator("#promise")).to_contain_text("Only you can see")
        if name == "bo" and loop.javascript:
            page.locator("#id_body").fill(words)
            expect(page.locator("[data-saved] [data-words]")).to_contain_text("Saved at")
            page.reload()
            expect(page.locator("#id_body")).to_have_value(words)
        write_next(page, words)
        message(page, "One of one questions is ready.")
        press(page, "I’m finished")
        heading(page, "Thank you. You’re finished.")
    page.goto(f"/rounds/{loop.session.rounds.get().pk}/read/")
    message(page, "The answers are not out yet")
    assert all(words not in page.content() for words in WORDS.values() if words != WORDS["eve"])


def show(loop):
    """All five are shown at once; asked once before."""
    page = loop.window("rosa")
    page.reload()
    assert all(words not in page.content() for words in WORDS.values())
    follow(page, "Show the answers…")
    heading(page, "Show the answers now?")
    press(page, "Show the answers")
    message(page, "5 answers from 5 people")


def make_sense(loop):
    """Two themes; the cards are moved by their menus."""
    page = loop.window("rosa")
    follow(page, "Make sense of the answers")
    heading(page, "What are these answers telling us?")
    message(page, "5 answers, 0 themes")
    for name, words in ((UNPAID, WORDS["ada"]), (POWER, WORDS["bo"])):
        card = page.locator("[data-card]", has_text=words)
        card.locator("summary").click()
        card.get_by_role("link", name="A new theme…").click()
        page.locator("input[name=name]").fill(name)
        page.locator("main form button[type=submit]").last.click()
        message(page, f"Moved to “{name}”, a new theme.")
    for name, theme in (("cy", POWER), ("di", UNPAID), ("eve", UNPAID)):
        move_card(page, WORDS[name], theme)
        message(page, f"Moved to “{theme}”.")
    column = page.locator("section.pn-theme", has=page.get_by_role("heading", name=UNPAID, exact=True))
    expect(column.locator("[data-card]")).to_have_count(3)
    message(page, "5 answers, 2 themes")


def agree(loop):
    """What was learned, decided and will be done; Bo says yes on his own page; the session is closed."""
    page = loop.window("rosa")
    press(page, "Next: agree")
    heading(page, "What will we do differently?")
    add(page, "Add learning", "Add this learning", text=LEARNING)
    add(page, "Add a decision", "Add this decision", text=DECISION, how_agreed="Everyone wanted it")
    add(page, "Add an action", "Add this action", text=ACTION, owner="Bo Marsh")
    message(page, "Asked, and not said yes yet: Bo")
    bo = loop.window("bo")
    bo.goto("/")
    expect(bo.get_by_role("heading", name=f"Will you take this on? {ACTION}")).to_be_visible()
    press(bo, "Yes, I’ll do it")
    message(bo, "Thank you. It is yours now.")
    page.reload()
    expect(page.get_by_text("Asked, and not said yes yet")).to_have_count(0)
    follow(page, "Finish session")
    heading(page, "Close this session?")
    press(page, "Close the session")
    message(page, "It opened on")


def download(page, name):
    with page.expect_download() as waiting:
        follow(page, name)
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def keep_the_record(loop):
    """Rosa reads the record and keeps it in both forms."""
    page = loop.window("rosa")
    follow(page, "Read the record")
    for words in (*WORDS.values(), UNPAID, POWER, LEARNING, DECISION, ACTION, "Bo Marsh"):
        message(page, words)
    name, content = download(page, "Word file")
    text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert name == "partnering-record-session-1.docx"
    assert all(words in text for words in (WORDS["ada"], UNPAID, LEARNING, DECISION, ACTION))
    name, content = download(page, "Answers as a table")
    lines = content.decode("utf-8-sig").splitlines()
    assert (name, len(lines)) == ("partnering-record-session-1.csv", 6)
    assert lines[0] == '"Question","Label","Words"'
    assert sorted(line.rpartition(',"')[2] for line in lines[1:]) == sorted(f'{words}"' for words in WORDS.values())
    assert not any(full in content.decode() for full in GROUP.values())


def read_the_record(loop, stranger):
    """Ada reads it on her phone, Olu what was shared and no more, and Dan learns nothing."""
    post_arrives()
    ada = loop.window("ada")
    ada.goto(link_in(newest_mail_to(address("ada")), "/sessions/"))
    assert ada.url.endswith(f"/sessions/{loop.session.pk}/record/")
    heading(ada, "Who are we to each other?")
    message(ada, LEARNING)
    assert ada.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    rosa = Membership.objects.select_related("partnership", "person").get(person__email=FOUNDER)
    private = make_open(rosa.partnership, loop.session.framework, rosa, title=PRIVATE)
    close_session(session=private, by=rosa)
    olu = loop.window("olu")
    olu.goto("/")
    heading(olu, "What has been shared with you")
    expect(olu.locator(".pn-acts a.what")).to_have_text(["Who are we to each other?"])
    follow(olu, "Who are we to each other?")
    message(olu, DECISION)
    round = loop.session.rounds.get()
    behind = {
        f"/sessions/{private.pk}/record/": 404,
        f"/sessions/{loop.session.pk}/": 403,
        f"/rounds/{round.pk}/read/": 403,
    }
    assert {path: olu.goto(path).status for path in behind} == behind
    dan = loop.open_browser(stranger, javascript=loop.javascript)
    paths = [
        f"/partnerships/{rosa.partnership_id}/",
        *behind,
        f"/sessions/{loop.session.pk}/record/",
        f"/sessions/{loop.session.pk}/record/word/",
    ]
    assert {path: dan.goto(path).status for path in paths} == dict.fromkeys(paths, 404)
    heading(dan, "We can’t find that page")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_whole_loop(open_browser, programme, framework, dan, javascript):
    loop = Loop(open_browser, javascript=javascript)
    found(loop)
    gather(loop)
    plan(loop)
    everyone_writes(loop)
    show(loop)
    make_sense(loop)
    agree(loop)
    keep_the_record(loop)
    read_the_record(loop, dan)
