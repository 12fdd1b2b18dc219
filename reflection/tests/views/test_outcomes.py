"""The page of agreeing and the page of learning: small forms that keep what was typed, for their audience alone."""

import re
from datetime import date

import pytest
from django.urls import reverse

from partnerships.tests.access_table import assert_refused
from partnerships.tests.cast import membership_of
from reflection.domain.actions import add_action, review_action
from reflection.domain.outcomes import add_decision, add_learning, add_matter, update_learning
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme, differ_on_theme
from reflection.enums import Attribution, Audience
from reflection.models import Decision, Learning, Matter
from reflection.tests.costs import cost
from reflection.tests.sessions import make_open, make_plan, make_revealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(larkmere, framework, lead):
    return make_revealed(larkmere, framework, lead)


@pytest.fixture
def facilitator(client, amina):
    client.force_login(amina)
    return client


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


def test_outcome_agree_puts_last_sessions_actions_first(facilitator, larkmere, framework, lead, shown):
    earlier, _ = shown
    add_action(session=earlier, by=lead, text="Move meetings", everyone=True)
    add_matter(session=earlier, by=lead, text="Who holds the grant?")
    close_session(session=earlier, by=lead)
    now = make_open(larkmere, framework, lead)
    text = facilitator.get(address("outcome_agree", session_id=now.pk)).content.decode()
    order = [
        text.index(words)
        for words in (
            "First: did we do it?",
            "Move meetings",
            "What we have learned",
            "Who will do what",
            "Who holds the grant?",
        )
    ]
    assert order == sorted(order)


def test_outcome_agree_asks_about_a_few_actions_at_once_and_the_others_by_a_link(
    facilitator, client, larkmere, framework, lead, shown, bea
):
    """Ninety forms are a page that nobody reads, and dear: each further one is a link away, without a script."""
    earlier, _ = shown
    actions = [add_action(session=earlier, by=lead, text=f"Carried {number}", everyone=True) for number in range(9)]
    close_session(session=earlier, by=lead)
    now = make_open(larkmere, framework, lead)
    page = address("outcome_agree", session_id=now.pk)

    def asked(**query):
        text = facilitator.get(page, query).text
        return [n for n, one in enumerate(actions) if address("action_review", action_id=one.pk) in text], text

    first, text = asked()
    assert first == list(range(6))
    assert [n for n, one in enumerate(actions) if f"action={one.pk}#action-{one.pk}" in text] == [6, 7, 8]
    assert asked(action=actions[8].pk)[0] == [*range(6), 8]
    review_action(action=actions[2], session=now, by=lead, answer="partly", note="Half of it")
    then, text = asked()
    assert then == [0, 1, 3, 4, 5, 6]
    assert "Half of it" in text and "Change the answer" in text
    assert asked(action=actions[2].pk)[0] == list(range(7))
    assert asked(action="nothing")[0] == then
    client.force_login(bea)
    assert 'action="' + address("action_review", action_id=actions[0].pk) not in client.get(page).text


def test_outcome_agree_lets_members_read_along_and_write_nothing(facilitator, client, shown, lead, bea):
    session, _ = shown
    add_learning(session=session, by=lead, text="Time is not equal.")
    url = address("outcome_agree", session_id=session.pk)
    assert facilitator.get(url).content.decode().count("<form") > 4
    client.force_login(bea)
    text = client.get(url).content.decode()
    assert "Time is not equal." in text
    main = text[text.index("<main") : text.index("</main>")]
    assert "<form" not in main


@pytest.mark.parametrize(
    ("audience", "status"), [(Audience.FACILITATORS, 403), (Audience.TOOK_PART, 403), (Audience.MEMBERS, 200)]
)
def test_outcome_agree_is_for_those_who_will_get_the_record(client, larkmere, framework, lead, bea, audience, status):
    session = make_open(larkmere, framework, lead, audience=audience)
    client.force_login(bea)
    assert client.get(address("outcome_agree", session_id=session.pk)).status_code == status


def test_outcome_agree_sends_on_when_the_session_is_not_open(facilitator, larkmere, framework, lead, shown):
    plan = make_plan(larkmere, framework, lead)
    session, _ = shown
    close_session(session=session, by=lead)
    assert facilitator.get(address("outcome_agree", session_id=plan.pk)).url == address(
        "session_detail", session_id=plan.pk
    )
    assert facilitator.get(address("outcome_agree", session_id=session.pk)).url == address(
        "record_detail", session_id=session.pk
    )


def test_outcome_agree_takes_over_the_question_it_was_opened_from(facilitator, shown, quarry_end, framework, dan):
    session, round = shown
    _, foreign = make_revealed(quarry_end, framework, membership_of(dan, quarry_end), attribution=Attribution.NAMED)
    url = address("outcome_agree", session_id=session.pk)
    assert f'value="round:{round.pk}" selected' in facilitator.get(f"{url}?round={round.pk}").content.decode()
    for other in (foreign.pk, "nonsense"):
        text = facilitator.get(f"{url}?round={other}").content.decode()
        assert str(other) not in text[text.index("<main") : text.index("</main>")]


def test_learning_create_keeps_it_and_leads_to_it(facilitator, shown, lead):
    session, round = shown
    theme = create_theme(round=round, name="Unseen", by=lead)
    sent = {"text": "Not equal.", "do_differently": "Ask.", "review_on": "2099-01-01", "about": f"theme:{theme.pk}"}
    response = facilitator.post(address("learning_create", session_id=session.pk), sent)
    learning = Learning.objects.get()
    assert response.url == f"{address('outcome_agree', session_id=session.pk)}#learning-{learning.pk}"
    assert (learning.text, learning.do_differently, learning.review_on, learning.theme) == (
        "Not equal.",
        "Ask.",
        date(2099, 1, 1),
        theme,
    )


@pytest.mark.parametrize(
    ("name", "sent", "words", "kept"),
    [
        ("learning_create", {"text": "", "do_differently": "Keep me"}, "Write down what you learned", "Keep me"),
        ("learning_create", {"text": "a" * 10_000}, "this has 10000", "a" * 10_000),
        ("learning_create", {"text": "Keep me", "review_on": "2001-01-01"}, "Pick a date in the future", "Keep me"),
        ("learning_create", {"text": "Keep me", "review_on": "soon"}, "Write a date", "Keep me"),
        ("decision_create", {"text": "Keep me", "how_agreed": "by force"}, "Choose one of the four", "Keep me"),
        (
            "matter_create",
            {"text": "Keep me", "about": "theme:00000000-0000-4000-8000-000000000000"},
            "of this session",
            "Keep me",
        ),
        ("action_create", {"text": "Keep me"}, "Choose who will do this", "Keep me"),
        (
            "action_create",
            {"text": "Keep me", "owner": "all", "due_on": "2001-01-01"},
            "Pick a date in the future",
            "Keep me",
        ),
        (
            "action_create",
            {"text": "Keep me", "owner": "00000000-0000-4000-8000-000000000000"},
            "in this group today",
            "Keep me",
        ),
    ],
)
def test_small_forms_say_what_to_put_right_and_keep_what_was_typed(facilitator, shown, name, sent, words, kept):
    session, _ = shown
    page = assert_refused(facilitator, address(name, session_id=session.pk), sent)
    text = page.content.decode()
    assert page.status_code == 422
    assert words in text
    assert kept in text
    assert "<title>Error: " in text
    assert re.search(r"<details class=\"pn-add\" open>(?:(?!</details>).)*data-error-summary", text, re.DOTALL)


def test_every_mistake_of_a_form_is_said_at_once(facilitator, shown):
    session, _ = shown
    text = facilitator.post(
        address("action_create", session_id=session.pk), {"text": "Do", "due_on": "2001-01-01"}
    ).content.decode()
    summary = text[text.index("data-error-summary") :]
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary[: summary.index("</div>")]) == [
        ("action-owner", "Choose who will do this."),
        ("action-due_on", "Pick a date in the future."),
    ]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"


def test_words_of_people_are_never_markup(facilitator, larkmere, framework, lead, house):
    """Every text field of this part, on every page that prints it (trust S10)."""
    earlier, _ = make_revealed(larkmere, framework, lead)
    action = add_action(session=earlier, by=lead, text=HOSTILE, owners=[lead])
    close_session(session=earlier, by=lead)
    session, round = make_revealed(larkmere, framework, lead, title=HOSTILE, where=HOSTILE, why_now=HOSTILE)
    theme = create_theme(round=round, name=HOSTILE[:80], by=lead, notice=HOSTILE, answer=round.answers.first())
    differ_on_theme(theme=theme, by=lead, expected=1, seen_differently=True, different_view=HOSTILE)
    review_action(action=action, session=session, by=lead, answer="partly", note=HOSTILE)
    learning = add_learning(session=session, by=lead, text=HOSTILE, do_differently=HOSTILE, theme=theme)
    decision = add_decision(
        session=session, by=lead, text=HOSTILE, how_agreed="all", authority=HOSTILE, rather_wait=HOSTILE
    )
    matter = add_matter(session=session, by=lead, text=HOSTILE)
    add_action(session=session, by=lead, text=HOSTILE, owners=[house.of("bea")])
    pages = [
        address("theme_board", round_id=round.pk),
        address("theme_update", theme_id=theme.pk),
        address("theme_differ", theme_id=theme.pk),
        address("theme_delete", theme_id=theme.pk),
        address("outcome_agree", session_id=session.pk),
        address("learning_update", learning_id=learning.pk),
        address("learning_review", learning_id=learning.pk),
        address("decision_delete", decision_id=decision.pk),
        address("matter_delete", matter_id=matter.pk),
        address("learning_list", partnership_id=larkmere.pk),
        address("action_list", partnership_id=larkmere.pk),
    ]
    texts = [facilitator.get(url).content.decode() for url in pages]
    close_session(session=session, by=lead)
    texts += [facilitator.get(address(name, **ids)).content.decode() for name, ids in (
        ("record_detail", {"session_id": session.pk}),
        ("record_list", {"partnership_id": larkmere.pk}),
    )]  # fmt: skip
    for text in texts:
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_form_sent_twice_writes_one_thing_down(facilitator, shown):
    session, _ = shown
    key = "6f1c1dc4-38b1-4c0d-a1f0-00000000000a"
    for name, sent in (
        ("learning_create", {"text": "Once."}),
        ("decision_create", {"text": "Once.", "how_agreed": "all"}),
        ("matter_create", {"text": "Once."}),
    ):
        urls = {
            facilitator.post(address(name, session_id=session.pk), sent | {"idempotency_key": key}).url
            for _ in range(2)
        }
        assert len(urls) == 1
    assert [model.objects.count() for model in (Learning, Decision, Matter)] == [1, 1, 1]


def test_learning_update_shows_both_texts_after_a_stale_save(facilitator, shown, lead):
    session, _ = shown
    learning = add_learning(session=session, by=lead, text="First.")
    update_learning(learning=Learning.objects.get(), by=lead, expected=1, text="Words of Ruth.")
    url = address("learning_update", learning_id=learning.pk)
    page = facilitator.post(url, {"version": 1, "text": "Words of Amina."})
    text = page.content.decode()
    assert (page.status_code, Learning.objects.get().text) == (409, "Words of Ruth.")
    assert "Words of Ruth." in text
    assert "Words of Amina." in text
    facilitator.post(url, {"version": 2, "text": "Words of both."})
    assert Learning.objects.get().text == "Words of both."


def test_decision_update_and_deletes_work_without_a_script(facilitator, shown, lead):
    session, _ = shown
    decision = add_decision(session=session, by=lead, text="At ten.", how_agreed="all")
    facilitator.post(
        address("decision_update", decision_id=decision.pk),
        {"version": 1, "text": "At eleven.", "how_agreed": "consent"},
    )
    assert Decision.objects.values_list("text", "how_agreed").get() == ("At eleven.", "consent")
    url = address("decision_delete", decision_id=decision.pk)
    assert "At eleven." in facilitator.get(url).content.decode()
    assert facilitator.post(url, {"version": 1}).status_code == 409
    facilitator.post(url, {"version": 2})
    matter = add_matter(session=session, by=lead, text="Grant?")
    facilitator.post(address("matter_delete", matter_id=matter.pk), {"version": 1})
    assert (Decision.objects.count(), Matter.objects.count()) == (0, 0)


def test_what_is_written_after_the_close_is_refused_in_words(facilitator, shown, lead):
    session, _ = shown
    learning = add_learning(session=session, by=lead, text="Kept.")
    close_session(session=session, by=lead)
    page = facilitator.post(address("learning_update", learning_id=learning.pk), {"version": 1, "text": "Changed."})
    assert page.status_code == 422
    assert "words of its record stay" in page.content.decode()
    assert Learning.objects.get().text == "Kept."


def test_learning_list_groups_by_question_and_leaves_out_what_is_not_for_this_reader(
    facilitator, client, larkmere, framework, lead, bea, shown
):
    session, round = shown
    add_learning(session=session, by=lead, text="For everyone.", round=round)
    add_learning(session=session, by=lead, text="From no question.")
    secret = make_open(larkmere, framework, lead, audience=Audience.FACILITATORS)
    add_learning(session=secret, by=lead, text="Between us.")
    add_matter(session=secret, by=lead, text="Also between us.")
    url = address("learning_list", partnership_id=larkmere.pk)
    text = facilitator.get(url).content.decode()
    assert all(
        words in text
        for words in ("For everyone.", "From no question.", "Between us.", "Also between us.", round.question.title)
    )
    assert text.index(round.question.title) < text.index("From whole sessions")
    client.force_login(bea)
    text = client.get(url).content.decode()
    assert "For everyone." in text
    assert "etween us." not in text


def test_the_list_of_sessions_shows_what_was_learned_to_its_audience_alone(
    facilitator, client, larkmere, framework, lead, bea
):
    secret = make_open(larkmere, framework, lead, audience=Audience.FACILITATORS)
    add_learning(session=secret, by=lead, text="Between us.")
    close_session(session=secret, by=lead)
    url = address("session_list", partnership_id=larkmere.pk)
    assert "Between us." in facilitator.get(url).content.decode()
    client.force_login(bea)
    assert "Between us." not in client.get(url).content.decode()


def test_learning_review_is_offered_when_due_and_follows_the_form(facilitator, shown, lead, larkmere):
    session, _ = shown
    learning = add_learning(session=session, by=lead, text="Ask first.", review_on=date(2099, 1, 1))
    Learning.objects.update(review_on=date(2026, 1, 1))
    close_session(session=session, by=lead)
    listed = facilitator.get(address("learning_list", partnership_id=larkmere.pk)).content.decode()
    assert "We said we would look at this again." in listed
    url = address("learning_review", learning_id=learning.pk)
    page = facilitator.post(url, {"version": 1, "held": "not_yet"})
    assert page.status_code == 422
    assert "Choose a day to look at it again" in page.content.decode()
    facilitator.post(url, {"version": 1, "held": "yes", "changed_main_task": "no"})
    assert Learning.objects.values_list("held", "changed_main_task", "version").get() == ("yes", False, 2)


def test_matter_settle_goes_back_to_where_the_button_stood(facilitator, shown, lead, larkmere):
    session, _ = shown
    matters = [add_matter(session=session, by=lead, text=text) for text in ("One?", "Two?")]
    here = address("outcome_agree", session_id=session.pk)
    back = [
        facilitator.post(address("matter_settle", matter_id=matters[0].pk), {"next": there}).url
        for there in (here, "//evil.example/", "https://evil.example")
    ]
    learning = address("learning_list", partnership_id=larkmere.pk)
    assert back == [here, learning, learning]
    assert Matter.objects.still_open().get() == matters[1]


def fill(session, round, lead, owners, number):
    theme = create_theme(round=round, name=f"Theme {number}", by=lead)
    add_learning(session=session, by=lead, text="L", theme=theme)
    add_decision(session=session, by=lead, text="D", how_agreed="all", round=round)
    add_matter(session=session, by=lead, text="M")
    add_action(session=session, by=lead, text="A", owners=owners, theme=theme)


def test_agreeing_and_learning_cost_the_same_whatever_was_written_down(
    facilitator, larkmere, framework, lead, house, client, bea
):
    earlier, _ = make_revealed(larkmere, framework, lead)
    add_action(session=earlier, by=lead, text="Carried", owners=[house.of("bea")])
    session, round = make_revealed(larkmere, framework, lead, questions=2)
    agree, learning = (
        address("outcome_agree", session_id=session.pk),
        address("learning_list", partnership_id=larkmere.pk),
    )
    costs, number = [], 0
    for size in (1, 3, 30):
        while number < size:
            number += 1
            fill(session, round, lead, [house.of("bea"), house.of("tom")], number)
            add_action(session=earlier, by=lead, text="Carried", owners=[house.of("helen")])
        costs.append((cost(facilitator, agree), cost(facilitator, learning)))
    client.force_login(bea)
    costs.append((cost(client, agree), cost(client, learning)))
    assert costs == [(8, 6)] * 4
