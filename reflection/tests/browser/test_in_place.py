"""What is sent without leaving the page, by somebody whose way in has gone meanwhile: true sentences, and every word still there."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from partnerships.models import Membership
from reflection.domain.guests_leaving import put_guest_out
from reflection.domain.live import go_next, reveal_led
from reflection.domain.ratings import chosen_by
from reflection.models import LivePlace
from reflection.models.live import LiveRun
from reflection.models.outcomes import Learning
from reflection.tests.browser.test_drafts import box, cookie_of, kept
from reflection.tests.guests import KEY, let_in
from reflection.tests.guests import cookie_of as guest_cookie
from reflection.tests.ratings import make_rating
from reflection.tests.sessions import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGNED_OUT = "You have been signed out, so this was not sent. What you typed or chose stays here."


@pytest.fixture
def words(open_browser, session, amina, lead):
    """The box of a learning on the console, with something typed."""
    write(session)
    for step in range(4):
        (go_next if step else reveal_led)(session=session, by=lead, expected=LiveRun.objects.get().step)
    page = open_browser(amina)
    page.goto(f"/sessions/{session.pk}/live/")
    page.get_by_text("Add learning", exact=True).click()
    box = page.locator("#add-learning").get_by_role("textbox").first
    box.fill("An hour of thinking")
    return box


def answer_on(page):
    return page.locator("[data-live-answer]")


def sign_in_elsewhere(page, person):
    page.context.clear_cookies()  # a new sign-in brings a new token
    page.context.add_cookies([cookie_of(person, page.evaluate("location.origin"))])
    page.wait_for_timeout(1000)  # a second press within a second would be the same press


def test_words_of_whoever_was_signed_out_stay_in_their_form_until_they_are_sent(words, amina):
    page = words.page
    Session.objects.all().delete()
    send = page.get_by_role("button", name="Add this learning")
    send.click()
    expect(answer_on(page)).to_contain_text(SIGNED_OUT)
    expect(answer_on(page).get_by_role("link", name="Sign in, in a new tab")).to_be_visible()
    expect(words).to_have_value("An hour of thinking")
    assert not Learning.objects.exists()
    sign_in_elsewhere(page, amina)
    send.click()
    expect(answer_on(page)).to_contain_text("What we learned is on every screen.")
    assert Learning.objects.get().text == "An hour of thinking"


def test_a_press_of_whoever_was_signed_out_leaves_their_words_and_counts_once_they_are_back(words, amina):
    page = words.page
    before = LiveRun.objects.get().step
    Session.objects.all().delete()
    page.locator("#c-back").click()
    expect(answer_on(page)).to_contain_text(SIGNED_OUT)
    expect(words).to_have_value("An hour of thinking")
    sign_in_elsewhere(page, amina)
    page.locator("#c-back").click()
    expect(page.locator("#live [aria-current=step]").first).to_contain_text("Choose")
    assert LiveRun.objects.get().step == before + 1


def test_while_people_write_a_press_counts_again_after_a_new_sign_in(open_browser, session, amina):
    page = open_browser(amina)
    page.goto(f"/sessions/{session.pk}/live/")
    before = LiveRun.objects.get().ends_at
    Session.objects.all().delete()
    page.locator("#c-minute").click()
    expect(answer_on(page)).to_contain_text(SIGNED_OUT)
    sign_in_elsewhere(page, amina)
    with page.expect_response(lambda answer: answer.url.endswith("/live/command/") and answer.ok):
        page.locator("#c-minute").click()
    expect(answer_on(page)).to_have_text("")
    assert LiveRun.objects.get().ends_at > before


def test_words_are_not_sent_in_the_name_of_somebody_else_who_signed_in_since(words, ruth):
    page = words.page
    sign_in_elsewhere(page, ruth)
    page.get_by_role("button", name="Add this learning").click()
    expect(answer_on(page)).to_contain_text("Somebody else has signed in here since, so this was not sent.")
    expect(words).to_have_value("An hour of thinking")
    assert not Learning.objects.exists()


def test_words_of_whoever_leads_no_more_stay_in_their_form(words, amina):
    page = words.page
    Membership.objects.filter(person=amina).update(facilitates=False)
    page.get_by_role("button", name="Add this learning").click()
    expect(answer_on(page)).to_contain_text("This page is not open to you any more, so this was not sent.")
    expect(words).to_have_value("An hour of thinking")


def test_a_hand_of_whoever_was_signed_out_goes_up_once_they_are_back(open_browser, session, bea):
    phone = open_browser(bea, phone=True)
    phone.goto(f"/sessions/{session.pk}/live/follow/")
    Session.objects.all().delete()
    hand = phone.get_by_role("button", name="Raise my hand")
    hand.click()
    expect(answer_on(phone)).to_contain_text(SIGNED_OUT)
    sign_in_elsewhere(phone, bea)
    hand.click()
    expect(phone.get_by_role("button", name="Hand is up")).to_be_visible()
    assert LivePlace.objects.get(participation__membership__person=bea).hand_up_at


def test_a_guest_whose_part_was_ended_reads_that_and_is_not_asked_to_sign_in(open_browser, live_app, session, lead):
    place = let_in(session, lead)
    phone = open_browser(phone=True)
    phone.context.add_cookies([{"name": "guest", "value": guest_cookie(session, KEY), "url": live_app}])
    phone.goto(f"/sessions/{session.pk}/live/follow/")
    box(phone).press_sequentially("Seen from outside")
    put_guest_out(guest=place.guest, by=lead)
    notice = phone.locator("[data-notices]")
    expect(notice).to_contain_text("Your part in this session has ended, so this is not kept.", timeout=15_000)
    expect(notice).not_to_contain_text("Sign in")
    expect(box(phone)).to_have_value("Seen from outside")
    assert kept(phone) == []
    notice.get_by_role("link", name="Go on").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You have no place in this session now")


def test_a_number_chosen_when_signed_out_goes_once_the_person_is_back(
    open_browser, live_app, larkmere, framework, lead, bea
):
    round = make_rating(larkmere, framework, lead)
    place = round.session.participations.get(membership__person=bea)
    page = open_browser(bea, phone=True)
    page.goto(f"/rounds/{round.pk}/rate/")
    Session.objects.all().delete()
    page.locator('input[name="need"][value="4"]').check()
    said = page.locator("[data-rate-saved] [data-words]")
    expect(said).to_have_text(re.compile("^Not saved: you have been signed out"))
    sign_in_elsewhere(page, bea)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(said).to_have_text(re.compile("^Saved at"))
    assert chosen_by(participation=place, round=round) == {"need": 4}


def test_where_the_device_is_full_the_words_still_go_when_others_use_it_too(open_browser, session, bea):
    phone = open_browser(bea, phone=True)
    phone.goto(f"/sessions/{session.pk}/live/follow/")
    phone.context.set_offline(True)
    box(phone).press_sequentially("In the lift")
    assert len(kept(phone)) == 1
    phone.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); })")
    phone.get_by_text("Other ways").click()
    phone.locator("#shared-device").check()
    box(phone).press_sequentially(", still")
    assert kept(phone) == []
    expect(box(phone)).to_have_value("In the lift, still")
