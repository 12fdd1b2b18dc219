"""What waits on a device, and what was sent without an answer: neither brings back words that somebody wiped, nor parts them."""

import pytest
from playwright.sync_api import expect

from reflection.models.drafts import Draft
from reflection.tests.browser.test_drafts import bodies, box, kept, line, wait_for
from reflection.tests.pairs import make_together
from reflection.tests.sessions import make_open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_app, larkmere, framework, lead):
    return f"/rounds/{make_open(larkmere, framework, lead).rounds.get().pk}/write/"


def test_what_was_typed_and_wiped_again_leaves_nothing_on_the_device(open_browser, bea, address):
    page = open_browser(bea, phone=True)
    page.goto(address)
    box(page).fill("abc")
    expect(line(page)).to_contain_text("Saved")
    said = line(page).text_content()
    box(page).press("End")
    box(page).press("d")
    expect(line(page)).to_have_text("Saving…")
    assert len(kept(page)) == 1
    box(page).press("Backspace")
    expect(line(page)).to_have_text(said)
    assert kept(page) == []
    assert bodies() == {"abc"}


def test_of_several_texts_without_an_answer_the_one_that_arrived_is_no_other_tabs(open_browser, bea, address):
    page = open_browser(bea, phone=True)
    page.goto(address)
    answers = iter(["lost", "never sent"])

    def fail(route):
        if next(answers) == "lost":
            route.fetch()
        route.abort()

    page.route("**/write/save/", fail, times=2)
    box(page).fill("First half")
    wait_for(lambda: page.wait_for_timeout(50) or bodies() == {"First half"})
    box(page).fill("First half, second half")
    expect(line(page)).to_contain_text("not saved yet")
    page.wait_for_timeout(1500)
    box(page).fill("First half, second half, third")
    expect(line(page)).to_contain_text("Saved", timeout=12000)
    assert Draft.objects.get().body == "First half, second half, third"
    expect(page.locator("[data-notices]")).to_be_empty()


def test_without_an_answer_nobody_is_told_that_they_were_signed_out(open_browser, bea, address):
    page = open_browser(bea, phone=True)
    page.goto(address)
    page.route("**/write/save/", lambda route: route.fulfill(status=403), times=1)
    page.route("**/write/", lambda route: route.abort())
    box(page).fill("On the bus")
    expect(line(page)).to_contain_text("not saved yet")
    page.wait_for_timeout(500)
    assert not page.get_by_text("You have been signed out").count()
    expect(line(page)).to_contain_text("Saved", timeout=12000)


def test_who_writes_alone_goes_on_after_signing_in_elsewhere(live_app, larkmere, framework, lead, open_browser, bea):
    round = make_together(larkmere, framework, lead)
    page = open_browser(bea, phone=True)
    page.goto(f"/sessions/{round.session_id}/live/follow/")
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((field) => (field.value = 'x'.repeat(64)))"
    )
    box(page).fill("For myself first")  # as after a sign-in in another tab: the page's token is an old one
    wait_for(lambda: page.wait_for_timeout(50) or bodies() == {"For myself first"})
    expect(page.get_by_text("You have been signed out")).to_have_count(0)
