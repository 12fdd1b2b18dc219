"""Learning, decisions and open matters: written while the session is open, looked back at afterwards."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from partnerships.models.base import StaleVersion
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import moment
from reflection.domain.outcomes import (
    add_decision,
    add_learning,
    add_matter,
    delete_decision,
    delete_learning,
    delete_matter,
    outcomes_of,
    review_learning,
    settle_matter,
    update_decision,
    update_learning,
)
from reflection.domain.sessions import close_session
from reflection.domain.themes import create_theme
from reflection.enums import Attribution, Audience, DidItHold, HowAgreed
from reflection.models import Decision, Learning, Matter, Session
from reflection.tests.sessions import make_open, make_revealed

pytestmark = pytest.mark.django_db

NOW = moment("2026-11-20 10:00")


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead, at=NOW)


def test_add_learning_keeps_words_dates_and_where_it_came_from(larkmere, framework, lead):
    session, round = make_revealed(larkmere, framework, lead)
    theme = create_theme(round=round, name="Unseen", by=lead)
    learning = add_learning(
        session=session,
        by=lead,
        text=" Time is\r\nnot equal. ",
        do_differently="Ask first.",
        review_on=date(2099, 1, 1),
        theme=theme,
    )
    kept = Learning.objects.get()
    assert (kept.text, kept.do_differently, kept.review_on) == ("Time is\nnot equal.", "Ask first.", date(2099, 1, 1))
    assert (kept.round, kept.theme, kept.added_by, kept.session, kept.version) == (round, theme, lead, session, 1)
    assert learning == kept


@pytest.mark.parametrize(
    ("field", "words", "fields"),
    [
        ("text", "Write down what you learned", {"text": "   "}),
        ("text", "Keep it under 600 characters. It has 601", {"text": "a" * 601}),
        ("review_on", "Pick a date in the future", {"text": "Yes.", "review_on": date(2026, 11, 20)}),
        ("do_differently", "600", {"text": "Yes.", "do_differently": "a" * 601}),
    ],
)
def test_add_learning_refuses_in_words_and_keeps_nothing(session, lead, field, words, fields):
    with pytest.raises(ValidationError, match=words) as refusal:
        add_learning(session=session, by=lead, at=NOW, **fields)
    assert list(refusal.value.error_dict) == [field]
    assert Learning.objects.count() == 0


def test_outcomes_refuse_a_round_or_theme_of_another_session(session, larkmere, quarry_end, framework, lead, dan):
    _, here = make_revealed(larkmere, framework, lead)
    _, there = make_revealed(quarry_end, framework, membership_of(dan, quarry_end), attribution=Attribution.NAMED)
    foreign = create_theme(round=there, name="Theirs", by=lead)
    for source in ({"round": here}, {"round": there}, {"theme": foreign}):
        with pytest.raises(ValidationError, match="of this session") as refusal:
            add_matter(session=session, by=lead, text="Who?", **source)
        assert list(refusal.value.error_dict) == ["about"]
    assert Matter.objects.count() == 0


def test_add_decision_keeps_how_it_was_agreed_and_who_would_rather_wait(session, lead):
    add_decision(
        session=session,
        by=lead,
        text="The chair moves round.",
        how_agreed=HowAgreed.CONSENT,
        authority="The board",
        rather_wait=" One person ",
    )
    kept = Decision.objects.get()
    assert (kept.how_agreed, kept.authority, kept.rather_wait) == ("consent", "The board", "One person")
    with pytest.raises(ValidationError) as refusal:
        add_decision(session=session, by=lead, text="By force.", how_agreed="by force")
    assert list(refusal.value.error_dict) == ["how_agreed"]


def test_nothing_is_written_down_before_the_opening_or_after_the_close(session, lead):
    learning = add_learning(session=session, by=lead, text="Ask first.")
    close_session(session=session, by=lead)
    for change in (
        lambda: add_learning(session=session, by=lead, text="Late."),
        lambda: add_matter(session=session, by=lead, text="Late."),
        lambda: update_learning(learning=learning, by=lead, expected=1, text="Late."),
        lambda: delete_learning(learning=learning, by=lead, expected=1),
    ):
        with pytest.raises(ValidationError, match="closed"):
            change()
    assert Learning.objects.get().text == "Ask first."


def test_update_refuses_a_stale_save(session, lead):
    decision = add_decision(session=session, by=lead, text="At ten.", how_agreed="all")
    first, second = (Decision.objects.select_related("session").get(pk=decision.pk) for _ in range(2))
    update_decision(decision=first, by=lead, expected=1, text="At eleven.", rather_wait="One person")
    with pytest.raises(StaleVersion) as stale:
        update_decision(decision=second, by=lead, expected=1, text="At noon.")
    kept = Decision.objects.get()
    assert (kept.text, kept.rather_wait, kept.version) == ("At eleven.", "One person", 2)
    assert stale.value.current.text == "At eleven."


def test_update_lets_a_day_stand_that_has_passed_since(session, lead):
    learning = add_learning(session=session, by=lead, text="Ask.", review_on=date(2026, 12, 1), at=NOW)
    later = NOW + timedelta(days=30)
    update_learning(learning=learning, by=lead, expected=1, text="Ask first.", review_on=date(2026, 12, 1), at=later)
    with pytest.raises(ValidationError, match="in the future"):
        update_learning(learning=learning, by=lead, expected=2, review_on=date(2026, 12, 2), at=later)


@pytest.mark.parametrize(
    ("add", "delete", "name"), [(add_learning, delete_learning, "learning"), (add_matter, delete_matter, "matter")]
)
def test_delete_takes_out_once_and_asks_again_when_it_changed(session, lead, add, delete, name):
    outcome = add(session=session, by=lead, text="Out with it.")
    with pytest.raises(StaleVersion):
        delete(**{name: outcome}, by=lead, expected=2)
    delete(**{name: outcome}, by=lead, expected=1)
    delete(**{name: outcome}, by=lead, expected=1)
    assert type(outcome).objects.count() == 0


def test_delete_decision_takes_it_out(session, lead):
    delete_decision(
        decision=add_decision(session=session, by=lead, text="At ten.", how_agreed="all"), by=lead, expected=1
    )
    assert Decision.objects.count() == 0


def test_settle_matter_once_and_for_good_also_in_a_closed_session(session, lead):
    matter = add_matter(session=session, by=lead, text="Who holds the grant?")
    close_session(session=session, by=lead)
    settle_matter(matter=matter, by=lead, at=NOW)
    settle_matter(matter=matter, by=lead, at=NOW + timedelta(days=1))
    assert Matter.objects.get().settled_at == NOW
    assert Matter.objects.still_open().count() == 0


def test_review_learning_follows_its_table(session, lead):
    learning = add_learning(session=session, by=lead, text="Ask first.", review_on=date(2026, 12, 1), at=NOW)
    later = moment("2026-12-02 09:00")
    due = [(learning.review_on, Learning.objects.due_for_review(date(2026, 12, 2)).count())]
    review_learning(
        learning=learning, by=lead, expected=1, held=DidItHold.NOT_YET, review_on=date(2027, 2, 1), at=later
    )
    due.append((learning.review_on, Learning.objects.due_for_review(date(2026, 12, 2)).count()))
    review_learning(learning=learning, by=lead, expected=2, held=DidItHold.PARTLY, changed_main_task=True, at=later)
    due.append((learning.review_on, Learning.objects.due_for_review(date(2027, 2, 2)).count()))
    assert due == [(date(2026, 12, 1), 1), (date(2027, 2, 1), 0), (date(2027, 2, 1), 0)]
    assert Learning.objects.values_list("held", "changed_main_task").get() == ("partly", True)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Choose one of the four", {"held": "perhaps"}),
        ("Choose a day to look at it again", {"held": "not_yet"}),
        ("in the future", {"held": "not_yet", "review_on": date(2026, 11, 20)}),
    ],
)
def test_review_learning_refuses_in_words(session, lead, words, fields):
    learning = add_learning(session=session, by=lead, text="Ask first.")
    with pytest.raises(ValidationError, match=words):
        review_learning(learning=learning, by=lead, expected=1, at=NOW, **fields)
    assert Learning.objects.get().held == ""


def test_outcomes_of_reads_all_three_kinds_in_one_query(larkmere, framework, lead, django_assert_num_queries):
    session, round = make_revealed(larkmere, framework, lead)
    theme = create_theme(round=round, name="Unseen", by=lead)
    add_learning(session=session, by=lead, text="L1", do_differently="D1", review_on=date(2099, 1, 1), theme=theme)
    add_decision(
        session=session,
        by=lead,
        text="D2",
        how_agreed="majority",
        authority="The board",
        rather_wait="One person",
        round=round,
    )
    add_matter(session=session, by=lead, text="M1")
    add_learning(session=session, by=lead, text="L2")
    with django_assert_num_queries(1):
        outcomes = outcomes_of(session)
    first, second = outcomes.learnings
    decision, matter = outcomes.decisions[0], outcomes.matters[0]
    assert (first.text, first.do_differently, first.review_on, first.theme, first.question) == (
        "L1",
        "D1",
        date(2099, 1, 1),
        "Unseen",
        1,
    )
    assert (second.text, second.review_on, second.theme, second.question) == ("L2", None, "", None)
    assert (decision.how_agreed_words, decision.authority, decision.rather_wait, decision.question) == (
        "Most wanted it",
        "The board",
        "One person",
        1,
    )
    assert (matter.text, matter.pk, matter.version) == ("M1", Matter.objects.get().pk, 1)


def test_unsettled_matters_come_back_in_the_next_session_and_only_there(larkmere, quarry_end, framework, lead, dan):
    first = make_open(larkmere, framework, lead)
    open_matter, settled = (add_matter(session=first, by=lead, text=text) for text in ("Grant?", "Settled?"))
    settle_matter(matter=settled, by=lead)
    secret = make_open(larkmere, framework, lead, audience=Audience.FACILITATORS)
    hidden = add_matter(session=secret, by=lead, text="Not for all")
    dan_there = membership_of(dan, quarry_end)
    add_matter(session=make_open(quarry_end, framework, dan_there), by=dan_there, text="Theirs")
    now = make_open(larkmere, framework, lead)
    bea = larkmere.memberships.get(person__email="bea@larkmere.example")

    def carried(session, reader):
        return {noted.pk for noted in outcomes_of(session, carried_from=Session.objects.shared_with(reader)).matters}

    assert carried(now, lead) == {open_matter.pk, hidden.pk}
    assert carried(now, bea) == {open_matter.pk}
    assert carried(first, lead) == {open_matter.pk, settled.pk}
    assert [noted.text for noted in outcomes_of(now).matters] == []
