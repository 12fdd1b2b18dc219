"""Alone, in pairs, all together, in the browser: one who leads and two phones that sit together, with axe at each step."""

import re

import pytest
from playwright.sync_api import expect

from reflection.domain.live import keep_led_closed
from reflection.domain.live_rooms import come_in
from reflection.models.drafts import Draft
from reflection.models.pairs import SmallGroup
from reflection.tests.browser.test_drafts import kept, wait_for
from reflection.tests.live.listening import forget_revocations
from reflection.tests.pairs import make_together

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round(live_app, larkmere, framework, lead, bea, tom):
    forget_revocations()
    round = make_together(larkmere, framework, lead, here=0)
    for person in (bea, tom):
        come_in(participation=round.session.participations.get(membership__person=person))
    return round


@pytest.fixture
def windows(open_browser, amina, bea, tom, round):
    pages = {
        "console": open_browser(amina),
        "bea": open_browser(bea, phone=True),
        "tom": open_browser(tom, phone=True),
    }
    pages["console"].goto(f"/sessions/{round.session_id}/live/")
    for name in ("bea", "tom"):
        pages[name].goto(f"/sessions/{round.session_id}/live/follow/")
    return pages


def no_rule_broken(windows, axe):
    wrong = {name: axe(page) for name, page in windows.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    for name in ("bea", "tom"):
        page, before = windows[name], windows[name].viewport_size
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.set_viewport_size(before)


def box(page):
    return page.get_by_label("What do we both want to carry on?")


def test_alone_then_a_pair_then_all(windows, axe, round):
    console, bea, tom = windows.values()
    bea.get_by_label("Your thoughts").fill("We feed people without asking for a form.")
    expect(bea.locator("[data-saved] [data-words]")).to_contain_text("Saved at")
    no_rule_broken(windows, axe)
    console.locator("#c-next").click()
    bea.get_by_role("button", name="Go there").click()  # what is being typed in is never taken away
    expect(bea.locator("#h-with + .pn-row")).to_contain_text("Tom", timeout=20_000)
    expect(tom.locator("#h-with + .pn-row")).to_contain_text("Bea")
    expect(tom.get_by_text("We feed people without")).to_have_count(0)
    no_rule_broken(windows, axe)

    bea.get_by_role("button", name=re.compile("Bring this to our pair")).click()
    expect(box(bea)).to_have_value("We feed people without asking for a form.")
    expect(box(tom)).to_have_value("We feed people without asking for a form.", timeout=10_000)
    box(tom).fill("We feed people, and nobody fills in a form.")
    expect(box(bea)).to_have_value("We feed people, and nobody fills in a form.", timeout=15_000)
    expect(console.get_by_text("nobody fills in a form")).to_have_count(0)

    bea.get_by_role("button", name="We’re ready").click()
    expect(bea.get_by_text("You said that you are ready")).to_be_visible()
    expect(console.get_by_role("heading", name=re.compile("1 pair, 1 ready"))).to_be_visible()
    console.locator("#c-reveal").click()  # every pair is ready: nothing is asked again
    tom.get_by_role("button", name="Go there").click()
    for page in windows.values():
        expect(page.get_by_text("We feed people, and nobody fills in a form.").first).to_be_visible()
        expect(page.get_by_text("From a pair", exact=False).first).to_be_visible()
    no_rule_broken(windows, axe)


def test_two_who_type_at_once_keep_both_texts(windows, round):
    console, bea, tom = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    expect(box(tom)).to_be_visible()
    bea.context.set_offline(True)
    box(bea).fill("What Bea says")
    box(tom).fill("What Tom says")
    expect(tom.locator("[data-pair-saved]")).to_contain_text("Saved")
    bea.context.set_offline(False)
    expect(bea.locator("[data-pair-notice]")).to_contain_text("What Tom says", timeout=15_000)
    expect(box(bea)).to_have_value("What Bea says")
    bea.get_by_role("button", name="Put theirs above mine").click()
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Saved")
    assert SmallGroup.objects.get(round=round).text == "What Tom says\nWhat Bea says"


def test_words_that_are_not_saved_are_not_said_to_be(windows, round):
    console, bea, tom = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    expect(box(tom)).to_be_visible()
    line = bea.locator("[data-pair-saved]")
    box(bea).fill("First")
    expect(line).to_contain_text("Saved")
    expect(box(tom)).to_have_value("First", timeout=10_000)
    box(bea).press_sequentially(" and")
    assert line.inner_text() == "Not saved yet…"
    expect(line).to_contain_text("Saved")
    expect(box(tom)).to_have_value("First and", timeout=10_000)
    bea.context.set_offline(True)
    box(bea).fill("What Bea says")
    box(tom).fill("What Tom says")
    expect(tom.locator("[data-pair-saved]")).to_contain_text("Saved")
    bea.context.set_offline(False)
    above = bea.get_by_role("button", name="Put theirs above mine")
    above.focus(timeout=15_000)
    for _ in range(2):
        with bea.expect_response("**/together/state/"):
            pass
    expect(above).to_be_focused()
    expect(line).to_have_text("Not saved yet…")
    expect(bea.get_by_role("status").filter(has_text="Someone of you changed this meanwhile.")).to_be_visible()
    box(bea).fill("First and")  # back to what the server had, and has no more
    assert line.inner_text() == "Not saved yet…"
    box(bea).fill("What Bea says")
    above.press("Enter")
    expect(box(bea)).to_be_focused()
    expect(line).to_contain_text("Saved")


def test_what_was_typed_to_a_pair_and_wiped_again_does_not_come_back(windows, round):
    console, bea, _ = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    box(bea).press("x")
    expect(bea.locator("[data-pair-saved]")).to_have_text("Not saved yet…")
    box(bea).press("Backspace")
    expect(bea.locator("[data-pair-saved]")).to_have_text("")
    box(bea).fill("What we carry on")
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Saved")
    box(bea).press_sequentially("x")
    box(bea).press("Backspace")
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Saved")
    assert kept(bea) == []


def test_words_from_an_earlier_seat_stand_until_they_are_put_away(windows, round):
    console, bea, tom = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    person = bea.locator("form[data-pair-box]").get_attribute("data-person")
    words = "{body: 'Said to Gwen', version: 1, at: Date.now()}"
    bea.evaluate(f"localStorage.setItem('partnering.draft.{person}.pair.elsewhere', JSON.stringify({words}))")
    bea.reload()
    expect(bea.get_by_text("Said to Gwen")).to_be_visible()
    box(tom).fill("Said to Bea")
    expect(box(bea)).to_have_value("Said to Bea", timeout=10_000)
    expect(bea.get_by_text("Said to Gwen")).to_be_visible()
    bea.get_by_role("button", name="Forget them").click()
    expect(bea.get_by_text("Said to Gwen")).to_have_count(0)
    assert kept(bea) == []


def test_of_several_texts_without_an_answer_one_that_arrived_is_nobody_elses(windows, round):
    console, bea, _ = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    bea.route("**/together/state/", lambda route: route.abort())
    sent = []

    def lose(route):
        sent.append(route.request.post_data)
        if len(sent) == 1:
            route.fetch()
        route.abort()

    bea.route("**/together/write/", lose)
    box(bea).fill("Arrived")
    wait_for(lambda: bea.wait_for_timeout(50) or len(sent) == 1)
    box(bea).fill("Never arrived")
    wait_for(lambda: bea.wait_for_timeout(50) or len(sent) >= 2)
    bea.unroute("**/together/write/")
    box(bea).fill("Arrived at last")
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Saved", timeout=10_000)
    expect(bea.get_by_role("button", name="Put theirs above mine")).to_have_count(0)
    assert SmallGroup.objects.get(round=round).text == "Arrived at last"


def test_words_of_a_pair_outlive_a_lost_signal_and_a_closed_tab(windows, kill_tab, round):
    console, bea, _ = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    bea.context.set_offline(True)
    box(bea).fill("Typed in the lift")
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Not saved yet", timeout=10_000)
    tab = bea.context.new_page()
    kill_tab(bea)
    tab.context.set_offline(False)
    tab.goto(f"/sessions/{round.session_id}/live/follow/")
    expect(box(tab)).to_have_value("Typed in the lift")
    expect(tab.locator("[data-pair-saved]")).to_contain_text("Saved", timeout=15_000)
    assert SmallGroup.objects.get(round=round).text == "Typed in the lift"


def test_who_passes_may_sit_down_again(windows, round):
    console, bea, _ = windows.values()
    console.locator("#c-next").click()
    bea.get_by_role("button", name="I’ll pass this one").click()
    expect(bea.get_by_role("button", name="Sit down with others")).to_be_visible()
    expect(console.get_by_text("On their own: move them to others")).to_be_visible()
    bea.get_by_role("button", name="Sit down with others").click()
    expect(box(bea)).to_be_visible()


def test_who_reads_the_text_is_said_anew_while_somebody_types_it(windows, round):
    console, bea, tom = windows.values()
    console.locator("#c-next").click()
    with_whom, promise = tom.locator("#h-with + .pn-row strong"), tom.locator("#pair-promise")
    expect(with_whom).to_have_text("Bea")
    expect(promise).to_contain_text("You, Bea and whoever joins you see and change this together.")
    box(tom).press_sequentially("Half a")
    expect(tom.locator("[data-pair-saved]")).to_contain_text("Saved")
    bea.get_by_role("button", name="I’ll pass this one").click()
    expect(with_whom).to_have_text("nobody yet", timeout=10_000)
    expect(promise).to_contain_text("You and whoever joins you see and change this together.")
    expect(tom.locator("[data-pair-saved]")).to_have_text("Now with you: nobody yet.")
    bea.get_by_role("button", name="Sit down with others").click()
    expect(with_whom).to_have_text("Bea", timeout=10_000)
    expect(promise).to_contain_text("You, Bea and whoever joins you see")
    tom.keyboard.type(" thought")  # where the fingers were
    expect(box(tom)).to_have_value("Half a thought")


def test_going_on_saves_the_last_words_of_the_pair_first(windows, round):
    console, bea, _ = windows.values()
    console.locator("#c-next").click()
    expect(box(bea)).to_be_visible()
    bea.evaluate("localStorage.setItem('partnering.shared', '1')")  # nothing helps from the device
    box(bea).fill("Typed first")
    expect(bea.locator("[data-pair-saved]")).to_contain_text("Saved", timeout=10_000)
    bea.route("**/together/write/", lambda route: route.abort())
    box(bea).fill("Typed last")
    SmallGroup.objects.filter(round=round).update(ready=True)
    console.locator("#c-reveal").click()
    console.locator("#c-reveal-now").click()
    go = bea.get_by_role("button", name="Go there")
    expect(go).to_be_visible(timeout=20_000)
    go.click()
    expect(bea.locator("[data-live-moved]")).to_contain_text("Your last words are not saved yet")
    expect(box(bea)).to_have_value("Typed last")


def test_who_writes_alone_while_it_is_kept_closed_goes_on_and_keeps_the_words(windows, round, lead, bea):
    phone = windows["bea"]
    phone.route("**/write/save/", lambda route: route.abort())
    phone.get_by_label("Your thoughts").press_sequentially("Half a thought")
    keep_led_closed(session=round.session, by=lead, expected=1)
    go = phone.get_by_role("button", name="Go there")
    expect(go).to_be_visible(timeout=20_000)
    phone.unroute("**/write/save/")
    go.click()
    expect(phone.get_by_label("Your thoughts")).to_have_count(0, timeout=15_000)
    assert Draft.objects.of(bea).get().body == "Half a thought"
