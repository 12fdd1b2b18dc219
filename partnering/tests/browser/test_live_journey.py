"""A whole live session as people do it: one who leads, three members and a guest on phones, and the shared screen, all at once."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.actions import add_action, answer_action
from reflection.domain.rounds_planning import RoundChoice
from reflection.domain.sessions import close_session
from reflection.enums import Attribution, RoundKind, SessionMode
from reflection.models import Session
from reflection.models.guests import Guest
from reflection.models.live import LivePlace
from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_open, make_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEMBERS = ("bea", "tom", "joyce")
WORDS = {
    "bea": "We cook on the day, and nobody counts the hours.",
    "tom": "We talk first because the agenda is ours.",
    "joyce": "I nod when I hear pathway.",
    "gus": "You know each other; I am new here.",
}


class Room:
    """Everybody's window by name, and what each kind of screen must hold at every stage."""

    def __init__(self, open_browser, axe, people, session):
        self.axe, self.session = axe, session
        self.console = open_browser(people["amina"])
        self.screen = open_browser(people["amina"])
        self.phones = {name: open_browser(people[name], phone=True) for name in MEMBERS}
        self.phones["gus"] = open_browser(phone=True)

    def address(self, name):
        return f"/sessions/{self.session.pk}/live/{name}"

    @property
    def pages(self):
        return {"console": self.console, "screen": self.screen, **self.phones}

    def stage(self, words):
        """Every screen is where the room is, and none breaks a rule there."""
        expect(self.console.locator(".pn-stages [aria-current=step]")).to_contain_text(words)
        for name in self.phones:
            expect(self.phones[name].locator(".pn-stages [aria-current=step]")).to_contain_text(words)
        wrong = {name: self.axe(page) for name, page in self.pages.items()}
        assert {name: found for name, found in wrong.items() if found} == {}, words

    def next(self):
        self.console.locator("#c-next").click()

    def show(self):
        """Everybody has finished, so the console shows at one press, without asking."""
        self.console.locator("button#c-reveal").click()
        expect(self.console.locator("#c-reveal")).to_have_count(0)


@pytest.fixture
def session(live_app, larkmere, framework, lead, bea):
    """Planned for now: arrive, what was promised last time, one of the five questions, the signs, and a closing."""
    forget_revocations()
    before = make_open(larkmere, framework, lead, title="Last time")
    promised = add_action(
        session=before, by=lead, text="Ask the cooks what an hour costs", owners=[larkmere.memberships.get(person=bea)]
    )
    answer_action(owner=promised.owners.get(), yes=True)
    close_session(session=before, by=lead)
    question = framework.questions.all()[3]
    kinds = [
        RoundChoice.together(RoundKind.ARRIVE),
        RoundChoice.together(RoundKind.LAST_ACTIONS),
        RoundChoice.together(RoundKind.QUESTION, question, question.prompts.all()[:3]),
        RoundChoice.together(RoundKind.RATING),
        RoundChoice.together(RoundKind.CLOSING),
    ]
    return make_plan(
        larkmere,
        framework,
        lead,
        title="How is work shared?",
        mode=SessionMode.LIVE,
        attribution=Attribution.NAMED,
        choices=kinds,
    )


@pytest.fixture
def room(open_browser, axe, amina, bea, tom, joyce, session):
    return Room(open_browser, axe, {"amina": amina, "bea": bea, "tom": tom, "joyce": joyce}, session)


def everybody_comes(room):
    room.console.goto(room.address("begin/"))
    room.console.get_by_role("button", name="Open the room").click()
    room.screen.goto(room.address("screen/"))
    for name in MEMBERS:
        room.phones[name].goto(room.address("follow/"))
    code = Session.objects.get(pk=room.session.pk).join_code.code
    expect(room.screen.get_by_text(f"{code[:4]} {code[4:]}").first).to_be_visible()
    guest = room.phones["gus"]
    guest.goto("/join/")
    guest.get_by_label("The code").fill(code.lower())
    guest.get_by_role("button", name="Go on").click()
    guest.get_by_label("Your first name").fill("Gus")
    guest.get_by_role("button", name="Ask to come in").click()
    room.console.get_by_role("button", name="Let in Gus").click()
    expect(guest).to_have_url(re.compile(r"/live/follow/$"), timeout=20_000)
    expect(
        room.console.get_by_text("4 of 14 here").or_(room.console.get_by_text(re.compile(r"\b4 of \d+ here")))
    ).to_be_visible()


def arrive(room):
    room.stage("Arrive")
    for name, word in zip(room.phones, ("tired", "curious", "steady", "new"), strict=True):
        phone = room.phones[name]
        phone.get_by_label("Your word").fill(word)
        phone.get_by_role("button", name="That’s my word").click()
    room.show()
    for page in room.pages.values():
        expect(page.get_by_text("curious").first).to_be_visible()
    room.stage("Arrive")
    room.next()


def last_time(room):
    for page in (room.console, room.screen, room.phones["bea"], room.phones["gus"]):
        expect(page.get_by_text("Ask the cooks what an hour costs").first).to_be_visible()
    room.stage("Arrive")
    room.next()


def write(room):
    room.stage("Write")
    for name, phone in room.phones.items():
        phone.get_by_label("Your thoughts").fill(WORDS[name])
        expect(phone.locator("[data-saved] [data-words]")).to_contain_text("Saved at")
    for page in (room.console, room.screen):
        for words in WORDS.values():
            expect(page.get_by_text(words)).to_have_count(0)
    for phone in room.phones.values():
        phone.get_by_role("button", name="I’m finished").click()
    room.show()
    room.stage("Reveal")
    for page in room.pages.values():
        expect(page.locator(".pn-answer", has_text=WORDS["tom"]).first).to_be_visible()


def make_sense(room):
    room.next()
    room.stage("Group")
    room.console.get_by_label("What shall we call it?").fill("Who holds the reins")
    room.console.get_by_role("button", name="Begin this theme").click()
    theme = room.console.get_by_role("region", name="Who holds the reins", exact=True)
    card = room.console.locator("[data-card]", has_text=WORDS["tom"])
    card.get_by_text("Move to…").click()
    card.get_by_role("button", name="Who holds the reins").click()
    expect(theme.locator("[data-card]")).to_have_count(1)
    for page in (room.screen, room.phones["joyce"], room.phones["gus"]):
        expect(page.get_by_text("Who holds the reins").first).to_be_visible()
    room.next()
    room.stage("Choose")
    for name in ("bea", "gus"):
        phone = room.phones[name]
        mine = phone.locator("#mine .pn-answer", has_text=WORDS["tom"])
        for left in (4, 3):
            mine.locator("[data-add]").click()
            expect(phone.locator("[data-left]").first).to_contain_text(f"{left} of 5 left")
    room.next()


def agree(room):
    room.stage("Agree")
    for page in (room.screen, room.phones["bea"]):
        expect(page.get_by_text("4 dots").first).to_be_visible()
    room.console.get_by_text("Add learning").click()
    room.console.locator("#learning-text").fill("Who sets the agenda talks first.")
    room.console.get_by_role("button", name="Add this learning").click()
    for page in room.pages.values():
        expect(page.get_by_text("Who sets the agenda talks first.").first).to_be_visible()
    room.next()


def rate(room):
    room.stage("Write")
    for phone in room.phones.values():
        sign = phone.locator("#mine fieldset").first
        sign.locator("label").nth(3).click()
        phone.get_by_role("button", name="I’m finished").click()
    room.show()
    room.stage("Reveal")
    room.next()


def close(room):
    for phone in room.phones.values():
        phone.locator("#mine fieldset").first.locator("label").nth(4).click()
        phone.get_by_role("button", name="I’m finished").click()
    room.stage("Write")
    room.console.locator("#c-reveal").click()  # told in steps, so that it asks
    room.console.locator("#c-reveal-now").click()
    room.console.get_by_role("button", name=re.compile("closed")).first.click()  # four of the five it takes
    room.console.get_by_role("link", name="Close the session").click()
    room.console.get_by_role("button", name=re.compile("Close|Finish")).first.click()
    for phone in room.phones.values():
        expect(phone.get_by_text(re.compile("session is over")).first).to_be_visible(timeout=20_000)


def test_a_whole_live_session(room):
    everybody_comes(room)
    arrive(room)
    last_time(room)
    write(room)
    make_sense(room)
    agree(room)
    rate(room)
    close(room)
    session = Session.objects.get(pk=room.session.pk)
    assert (session.state, session.took_part_count) == ("closed", 4)
    assert not LivePlace.objects.exists()
    assert list(Guest.objects.values_list("first_name", "key")) == [("", None)]
    assert session.rounds.get(kind=RoundKind.QUESTION).answers.count() == 4
    room.console.goto(f"/sessions/{session.pk}/record/")
    expect(room.console.get_by_text("Who sets the agenda talks first.").first).to_be_visible()
    expect(room.console.get_by_text("Gus")).to_have_count(0)
