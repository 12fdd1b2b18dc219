"""Actions as pages: a yes by its owner, a look back by the group, "2 days late" on this one list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.tests.access_table import assert_refused
from partnerships.tests.cast import membership_of
from reflection.access import NOT_FOR_YOU
from reflection.domain.actions import add_action, answer_action, complete_action
from reflection.domain.sessions import close_session
from reflection.enums import Audience
from reflection.models import Action, ActionOwner, ActionReview
from reflection.tests.costs import cost
from reflection.tests.sessions import make_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead)


@pytest.fixture
def facilitator(client, amina):
    client.force_login(amina)
    return client


def address(name, **kwargs):
    return reverse(f"reflection:{name}", kwargs=kwargs)


def test_action_create_asks_one_person_and_those_who_help(facilitator, session, house):
    bea, tom = house.of("bea"), house.of("tom")
    sent = {"text": "Ask the cooks", "owner": bea.pk, "others": [tom.pk, bea.pk], "due_on": "2099-01-01"}
    response = facilitator.post(address("action_create", session_id=session.pk), sent)
    action = Action.objects.get()
    assert response.url.endswith(f"#action-{action.pk}")
    assert set(action.owners.values_list("membership", "reply")) == {(bea.pk, "asked"), (tom.pk, "asked")}


def test_action_create_twice_with_one_form_is_one_action(facilitator, session):
    sent = {"text": "Say hello", "owner": "all", "idempotency_key": "6f1c1dc4-38b1-4c0d-a1f0-00000000000b"}
    urls = {facilitator.post(address("action_create", session_id=session.pk), sent).url for _ in range(2)}
    assert (len(urls), Action.objects.count()) == (1, 1)


def test_foreign_people_and_sessions_in_forms_change_nothing(
    facilitator, session, larkmere, quarry_end, framework, lead, dan
):
    there = membership_of(dan, quarry_end)
    foreign = make_open(quarry_end, framework, there)
    create = address("action_create", session_id=session.pk)
    assert_refused(facilitator, create, {"text": "Do", "owner": there.pk})
    assert_refused(facilitator, create, {"text": "Do", "owner": lead.pk, "others": [there.pk]})
    action = add_action(session=session, by=lead, text="Ours", everyone=True)
    sent_away = facilitator.post(
        address("action_review", action_id=action.pk), {"session": foreign.pk, "answer": "yes"}
    )
    assert sent_away.url == address("action_list", partnership_id=larkmere.pk)
    assert_refused(
        facilitator, address("action_update", action_id=action.pk), {"version": 1, "text": "Ours", "owner": there.pk}
    )
    assert (ActionReview.objects.count(), ActionOwner.objects.count()) == (0, 0)


def test_accept_and_decline_are_answers_of_whoever_was_asked(client, session, lead, bea, tom, house):
    action = add_action(session=session, by=lead, text="Ask the cooks", owners=[house.of("bea")])
    client.force_login(bea)
    listed = client.get(address("action_list", partnership_id=session.partnership_id)).content.decode()
    assert "Is this yours?" in listed
    for name, reply in (("action_accept", "yes"), ("action_decline", "no"), ("action_accept", "yes")):
        client.post(address(name, action_id=action.pk))
        assert action.owners.get().reply == reply
    client.force_login(tom)
    assert client.post(address("action_accept", action_id=action.pk)).status_code == 404


def test_action_list_puts_mine_first_and_says_how_late(client, session, lead, bea, house):
    today = session.partnership.local_date()
    mine = add_action(session=session, by=lead, text="Mine", owners=[house.of("bea")])
    answer_action(owner=mine.owners.get(), yes=True)
    add_action(session=session, by=lead, text="Of Tom", owners=[house.of("tom")])
    add_action(session=session, by=lead, text="Asked of me", owners=[house.of("bea")])
    done = add_action(session=session, by=lead, text="Done long", everyone=True)
    complete_action(action=done, by=lead, what_happened="It works.")
    Action.objects.filter(text="Of Tom").update(due_on=today - timedelta(days=2))
    client.force_login(bea)
    text = client.get(address("action_list", partnership_id=session.partnership_id)).content.decode()
    order = [
        text.index(words)
        for words in ("Asked of me", "Yours", "Mine", "The group’s", "Of Tom", "2 days late", "Done long", "It works.")
    ]
    assert order == sorted(order)
    assert text.count("days late") == 1


@pytest.mark.parametrize("audience", [Audience.FACILITATORS, Audience.TOOK_PART])
def test_action_complete_follows_the_audience_of_its_session(client, larkmere, framework, lead, bea, house, audience):
    """What is not for a member is not read, nor ended, by its address; what they were asked to do is theirs to end."""
    session = make_open(larkmere, framework, lead, audience=audience)
    secret = add_action(session=session, by=lead, text="Ask the board about the grant", everyone=True)
    mine = add_action(session=session, by=lead, text="Ring the hall", owners=[house.of("bea")])
    answer_action(owner=mine.owners.get(), yes=True)
    client.force_login(bea)
    response = client.post(address("action_complete", action_id=secret.pk))
    assert response.status_code == 403
    assert NOT_FOR_YOU in response.text and secret.text not in response.text
    assert client.post(address("action_complete", action_id=mine.pk)).status_code == 302
    states = dict(Action.objects.values_list("pk", "state"))
    assert states == {secret.pk: "open", mine.pk: "done"}


def test_action_complete_is_refused_to_others_and_counts_once(client, session, lead, bea, tom, house):
    action = add_action(session=session, by=lead, text="Ask the cooks", owners=[house.of("bea")])
    url = address("action_complete", action_id=action.pk)
    client.force_login(tom)
    assert client.post(url).status_code == 403
    answer_action(owner=action.owners.get(), yes=True)
    client.force_login(bea)
    client.post(url, {"what_happened": "a" * 301})
    assert Action.objects.get().state == "open"
    for words in ("They like Tuesdays.", "Again"):
        client.post(url, {"what_happened": words})
    assert Action.objects.values_list("state", "what_happened").get() == ("done", "They like Tuesdays.")


def test_action_review_is_answered_on_the_page_of_the_session_that_looks_back(
    facilitator, larkmere, framework, lead, session
):
    action = add_action(session=session, by=lead, text="Move meetings", everyone=True)
    close_session(session=session, by=lead)
    now = make_open(larkmere, framework, lead)
    url = address("action_review", action_id=action.pk)
    response = facilitator.post(url, {"session": now.pk, "answer": "partly", "note": "Two came back."})
    assert response.url == f"{address('outcome_agree', session_id=now.pk)}#action-{action.pk}"
    page = facilitator.get(address("outcome_agree", session_id=now.pk)).content.decode()
    assert "Two came back." in page
    assert 'value="partly" checked' in page
    facilitator.post(url, {"session": now.pk, "answer": ""})
    assert ActionReview.objects.get().answer == "partly"


def test_action_update_shows_both_after_a_stale_save_people_too(facilitator, session, lead, house):
    action = add_action(session=session, by=lead, text="Count", owners=[house.of("bea")])
    url = address("action_update", action_id=action.pk)
    sent = {"text": "Count", "owner": house.of("tom").pk}
    facilitator.post(url, sent | {"version": 1})
    page = facilitator.post(url, {"version": 1, "text": "Count minutes", "owner": house.of("bea").pk})
    text = page.content.decode()
    clash = text[text.index("clash-title") : text.index("</section>", text.index("clash-title"))]
    assert page.status_code == 409
    assert all(words in clash for words in ("Count minutes", "Tom Oyelaran", "Bea Nwosu"))
    assert [owner.membership_id for owner in action.owners.all()] == [house.of("tom").pk]


def test_action_update_after_the_close_changes_who_and_when_and_never_the_words(facilitator, session, lead, house):
    action = add_action(session=session, by=lead, text="Count", owners=[house.of("bea")])
    close_session(session=session, by=lead)
    facilitator.post(
        address("action_update", action_id=action.pk),
        {"version": 1, "text": "Other words", "owner": "all", "due_on": "2099-01-01"},
    )
    action.refresh_from_db()
    assert (action.text, action.everyone, action.due_on.year) == ("Count", True, 2099)


def test_action_list_costs_the_same_for_thirty_actions(client, session, lead, bea, house):
    client.force_login(bea)
    costs = []
    for size in (1, 3, 30):
        while Action.objects.count() < size:
            add_action(
                session=session,
                by=lead,
                text="Do",
                owners=[house.of("bea"), house.of("tom")],
                due_on=timezone.localdate(),
            )
        costs.append(cost(client, address("action_list", partnership_id=session.partnership_id)))
    assert costs == [4, 4, 4]
