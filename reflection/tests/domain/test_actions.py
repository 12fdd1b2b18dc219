"""Actions: asked, answered, looked back at, and never forced on anyone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.members import leave_partnership
from partnerships.models.base import StaleVersion
from partnerships.tests.cast import membership_of
from partnerships.tests.factories import moment
from reflection.domain.action_lines import (
    actions_for,
    load_by_sector,
    load_question,
    people_by_load,
    with_people,
    work_of,
)
from reflection.domain.actions import (
    STATE_AFTER,
    add_action,
    answer_action,
    complete_action,
    delete_action,
    may_complete,
    review_action,
    update_action,
)
from reflection.domain.sessions import close_session
from reflection.enums import ActionState, Audience, DidWeDoIt, OwnerReply
from reflection.models import Action, ActionOwner, ActionReview, Participation
from reflection.tests.sessions import make_open

pytestmark = pytest.mark.django_db

NOW = moment("2026-11-20 10:00")
NAMES = ("amina", "bea", "fay", "helen", "joyce", "lena", "nia", "piotr", "ruth", "tom")


@pytest.fixture
def of(house):
    return {name: house.of(name) for name in NAMES}


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead, at=NOW)


def replies(action):
    return {
        owner.membership.person.short_name: owner.reply for owner in action.owners.select_related("membership__person")
    }


def test_add_action_asks_its_owners_and_takes_the_writer_at_their_word(session, lead, of):
    action = add_action(
        session=session, by=lead, text=" Count the hours ", owners=[of["bea"], lead], due_on=date(2026, 12, 18), at=NOW
    )
    assert (action.text, action.due_on, action.state, action.everyone) == (
        "Count the hours",
        date(2026, 12, 18),
        "open",
        False,
    )
    assert replies(action) == {"Bea": OwnerReply.ASKED, "Amina": OwnerReply.YES}


@pytest.mark.parametrize(
    ("field", "words", "fields"),
    [
        ("owner", "Choose who will do this", {}),
        ("owner", "not both", {"owners": ["bea"], "everyone": True}),
        ("owner", "in this group today", {"owners": ["lena"]}),
        ("owner", "in this group today", {"owners": ["fay"]}),
        ("owner", "in this group today", {"owners": ["dan"]}),
        ("due_on", "in the future", {"owners": ["bea"], "due_on": date(2026, 11, 19)}),
        ("text", "Write down what will be done", {"owners": ["bea"], "text": " "}),
    ],
)
def test_add_action_refuses_in_words_and_keeps_nothing(session, lead, of, dan, quarry_end, field, words, fields):
    of["dan"] = membership_of(dan, quarry_end)
    fields = {"text": "Do it"} | fields | {"owners": [of[name] for name in fields.get("owners", [])]}
    with pytest.raises(ValidationError, match=words) as refusal:
        add_action(session=session, by=lead, at=NOW, **fields)
    assert list(refusal.value.error_dict) == [field]
    assert (Action.objects.count(), ActionOwner.objects.count()) == (0, 0)


def test_an_action_may_be_due_today(session, lead):
    assert add_action(
        session=session, by=lead, text="Ring", everyone=True, due_on=date(2026, 11, 20), at=NOW
    ).due_on == date(2026, 11, 20)


def test_answer_action_lets_people_say_yes_no_and_change_their_mind(session, lead, of):
    action = add_action(session=session, by=lead, text="Ask the cooks", owners=[of["bea"]], at=NOW)
    owner = action.owners.get()
    said = [
        answer_action(owner=owner, yes=yes, at=NOW + timedelta(hours=hour))
        for hour, yes in enumerate((True, True, False, True))
    ]
    assert [(reply.reply, reply.replied_at.hour) for reply in said] == [
        ("yes", 10),
        ("yes", 10),
        ("no", 12),
        ("yes", 13),
    ]


def test_answer_action_refuses_once_it_is_settled(session, lead, of):
    action = add_action(session=session, by=lead, text="Ask the cooks", owners=[of["bea"]])
    complete_action(action=action, by=lead)
    with pytest.raises(ValidationError, match="settled"):
        answer_action(owner=action.owners.get(), yes=True)


def test_update_action_asks_again_only_where_what_was_agreed_changed(session, lead, of):
    action = add_action(
        session=session, by=lead, text="Count", owners=[of["bea"], of["tom"]], due_on=date(2026, 12, 1), at=NOW
    )
    for owner in action.owners.all():
        answer_action(owner=owner, yes=True)
    same = {"text": "Count", "due_on": date(2026, 12, 1), "by": lead, "at": NOW}
    update_action(action=action, expected=1, owners=[of["bea"], of["ruth"]], **same)
    assert replies(action) == {"Bea": "yes", "Ruth": "asked"}
    update_action(action=action, expected=2, owners=[of["bea"], of["ruth"]], **(same | {"due_on": date(2026, 12, 8)}))
    assert replies(action) == {"Bea": "asked", "Ruth": "asked"}
    update_action(action=action, expected=3, everyone=True, **(same | {"due_on": None}))
    action.refresh_from_db()
    assert (replies(action), action.everyone, action.due_on, action.version) == ({}, True, None, 4)


def test_update_action_asks_someone_anew_who_had_said_no(session, lead, of):
    action = add_action(session=session, by=lead, text="Count", owners=[of["bea"]], at=NOW)
    answer_action(owner=action.owners.get(), yes=False)
    update_action(action=action, by=lead, expected=1, text="Count", owners=[of["bea"]], at=NOW)
    assert replies(action) == {"Bea": "asked"}


def test_update_action_refuses_a_stale_save_and_other_words_once_the_record_is_out(session, lead, of):
    action = add_action(session=session, by=lead, text="Count", owners=[of["bea"]])
    update_action(action=action, by=lead, expected=1, text="Count hours", owners=[of["bea"]])
    with pytest.raises(StaleVersion):
        update_action(action=action, by=lead, expected=1, text="Count minutes", owners=[of["tom"]])
    assert (Action.objects.get().text, replies(action)) == ("Count hours", {"Bea": "asked"})
    close_session(session=session, by=lead)
    with pytest.raises(ValidationError, match="record is out"):
        update_action(action=action, by=lead, expected=2, text="Count days", owners=[of["bea"]])
    update_action(action=action, by=lead, expected=2, text="Count hours", owners=[of["tom"]])
    assert replies(action) == {"Tom": "asked"}


def test_delete_action_only_while_its_session_is_open(session, lead):
    action, other = (add_action(session=session, by=lead, text=text, everyone=True) for text in ("One", "Two"))
    with pytest.raises(StaleVersion):
        delete_action(action=action, by=lead, expected=9)
    delete_action(action=action, by=lead, expected=1)
    close_session(session=session, by=lead)
    with pytest.raises(ValidationError, match="closed"):
        delete_action(action=other, by=lead, expected=1)
    assert Action.objects.get() == other


# --- Looking back --------------------------------------------------------------------------------------------------
@pytest.fixture
def earlier(session, lead, of):
    """An open action of a session that is closed now."""
    action = add_action(session=session, by=lead, text="Move meetings", owners=[of["bea"]], at=NOW)
    answer_action(owner=action.owners.get(), yes=True)
    close_session(session=session, by=lead, at=NOW)
    return action


@pytest.mark.parametrize("answer", DidWeDoIt.values)
def test_review_action_makes_its_state_follow(larkmere, framework, lead, earlier, answer):
    now = make_open(larkmere, framework, lead, at=NOW)
    review_action(action=earlier, session=now, by=lead, answer=answer, note=" Two came back. ", at=NOW)
    earlier.refresh_from_db()
    ended = answer in ("yes", "let_go")
    assert (earlier.state, earlier.what_happened, earlier.ended_at) == (
        STATE_AFTER[DidWeDoIt(answer)],
        "Two came back.",
        NOW if ended else None,
    )
    assert Action.objects.still_open().filter(pk=earlier.pk).exists() is not ended


def test_an_answer_without_a_note_of_its_own_leaves_the_note_that_is_there(larkmere, framework, lead, earlier):
    now = make_open(larkmere, framework, lead, at=NOW)
    review_action(action=earlier, session=now, by=lead, answer="not_yet", note=None)
    assert ActionReview.objects.get().note == ""
    review_action(action=earlier, session=now, by=lead, answer="not_yet", note="Nobody had the key.")
    review_action(action=earlier, session=now, by=lead, answer="partly", note=None)
    earlier.refresh_from_db()
    assert (ActionReview.objects.get().answer, ActionReview.objects.get().note, earlier.what_happened) == (
        "partly",
        "Nobody had the key.",
        "Nobody had the key.",
    )


def test_review_action_answers_once_a_session_and_can_be_corrected(larkmere, framework, lead, earlier):
    now = make_open(larkmere, framework, lead, at=NOW)
    for answer in ("yes", "partly", "partly"):
        review_action(action=earlier, session=now, by=lead, answer=answer)
    assert ActionReview.objects.values_list("session", "answer").get() == (now.pk, "partly")
    later = make_open(larkmere, framework, lead, at=NOW)
    review_action(action=earlier, session=later, by=lead, answer="yes")
    assert ActionReview.objects.count() == 2
    with pytest.raises(ValidationError, match="settled already"):
        review_action(action=earlier, session=make_open(larkmere, framework, lead, at=NOW), by=lead, answer="let_go")


def test_review_action_refuses_what_is_not_earlier_not_ours_or_not_open(
    larkmere, quarry_end, framework, lead, dan, earlier, session
):
    dan_there = membership_of(dan, quarry_end)
    theirs = add_action(session=make_open(quarry_end, framework, dan_there), by=dan_there, text="Theirs", everyone=True)
    now = make_open(larkmere, framework, lead)
    own = add_action(session=now, by=lead, text="Of today", everyone=True)
    for action, where, words in (
        (theirs, now, "earlier session"),
        (own, now, "earlier session"),
        (earlier, session, "closed"),
    ):
        with pytest.raises(ValidationError, match=words):
            review_action(action=action, session=where, by=lead, answer="yes")
    with pytest.raises(ValidationError, match="Choose one of the four"):
        review_action(action=earlier, session=now, by=lead, answer="perhaps")
    with pytest.raises(ValidationError, match="under 300"):
        review_action(action=earlier, session=now, by=lead, answer="yes", note="a" * 301)
    assert ActionReview.objects.count() == 0


def test_complete_action_is_for_its_owners_and_those_who_facilitate(earlier, lead, of):
    asked = ActionOwner.objects.create(action=earlier, membership=of["tom"])
    allowed = {
        name: may_complete(action=earlier, membership=of[name]) for name in ("amina", "ruth", "bea", "tom", "helen")
    }
    assert allowed == {"amina": True, "ruth": True, "bea": True, "tom": False, "helen": False}
    with pytest.raises(ValidationError, match="Those who said yes"):
        complete_action(action=earlier, by=of["tom"])
    answer_action(owner=asked, yes=True)
    complete_action(action=earlier, by=of["tom"], what_happened=" It works. ", at=NOW)
    complete_action(action=earlier, by=of["bea"], what_happened="Again", at=NOW + timedelta(days=1))
    earlier.refresh_from_db()
    assert (earlier.state, earlier.what_happened, earlier.ended_at) == (ActionState.DONE, "It works.", NOW)


@pytest.mark.parametrize("audience", Audience.values)
def test_complete_action_of_everyone_is_for_those_it_was_for(larkmere, framework, lead, of, audience):
    session = make_open(larkmere, framework, lead, audience=audience)
    Participation.objects.filter(session=session, membership=of["bea"]).update(took_part=True)
    action = add_action(session=session, by=lead, text="Say hello", everyone=True)
    may = {name for name in ("amina", "ruth", "bea", "helen") if may_complete(action=action, membership=of[name])}
    assert (
        may
        == {
            Audience.FACILITATORS: {"amina", "ruth"},
            Audience.TOOK_PART: {"amina", "ruth", "bea"},
            Audience.MEMBERS: {"amina", "ruth", "bea", "helen"},
            Audience.MEMBERS_AND_OBSERVERS: {"amina", "ruth", "bea", "helen"},
        }[audience]
    )


def test_complete_action_of_everyone_is_for_anyone_and_never_for_what_was_let_go(
    larkmere, framework, session, lead, of
):
    action = add_action(session=session, by=lead, text="Say hello", everyone=True)
    assert may_complete(action=action, membership=of["helen"])
    now = make_open(larkmere, framework, lead)
    review_action(action=action, session=now, by=lead, answer="let_go")
    with pytest.raises(ValidationError, match="let this go"):
        complete_action(action=action, by=of["helen"])


def test_someone_who_leaves_hands_back_what_is_open_and_keeps_what_was_done(session, lead, of):
    alone = add_action(session=session, by=lead, text="Alone", owners=[of["bea"]])
    shared = add_action(session=session, by=lead, text="Shared", owners=[of["bea"], of["tom"]])
    done = add_action(session=session, by=lead, text="Done", owners=[of["bea"]])
    complete_action(action=done, by=lead)
    leave_partnership(membership=of["bea"], by=of["bea"].person, reason="Moving away.")
    assert (replies(alone), replies(shared), replies(done)) == ({}, {"Tom": "asked"}, {"Bea": "asked"})
    assert [line.who for line in with_people(Action.objects.filter(pk=alone.pk))] == ["Nobody yet"]


# --- Reading -------------------------------------------------------------------------------------------------------
def test_with_people_reads_every_owner_in_one_query(session, lead, of, django_assert_num_queries):
    add_action(session=session, by=lead, text="B", owners=[of["tom"], of["bea"], lead], due_on=date(2027, 1, 1), at=NOW)
    add_action(session=session, by=lead, text="A", everyone=True, at=NOW)
    refused = add_action(session=session, by=lead, text="C", owners=[of["helen"]], due_on=date(2026, 12, 1), at=NOW)
    answer_action(owner=refused.owners.get(), yes=False)
    with django_assert_num_queries(1):
        lines = with_people(Action.objects.all())
    assert [(line.action.text, line.who, line.waiting_for) for line in lines] == [
        ("C", "Nobody yet", []),
        ("B", "Amina Rahman, Bea Nwosu and Tom Oyelaran", ["Bea Nwosu", "Tom Oyelaran"]),
        ("A", "All of us", []),
    ]


def test_work_of_carries_what_is_open_or_answered_for_here(larkmere, framework, lead, of, earlier, session):
    first = make_open(larkmere, framework, lead, at=NOW)
    agreed = add_action(session=first, by=lead, text="Of today", owners=[of["tom"]])
    review_action(action=earlier, session=first, by=lead, answer="yes")
    work = work_of(session=first, reader=lead)
    assert [(line.action, line.answered) for line in work.carried] == [(earlier, "yes")]
    assert ([line.action for line in work.agreed], [line.action for line in work.open]) == ([agreed], [agreed])
    close_session(session=first, by=lead)
    second = make_open(larkmere, framework, lead, at=NOW)
    assert [(line.action, line.answered) for line in work_of(session=second, reader=lead).carried] == [(agreed, "")]


def test_work_of_keeps_actions_of_a_record_for_facilitators_from_members(larkmere, framework, lead, of):
    secret = make_open(larkmere, framework, lead, audience=Audience.FACILITATORS)
    add_action(session=secret, by=lead, text="Between us", owners=[of["tom"]])
    now = make_open(larkmere, framework, lead)
    seen = {name: len(work_of(session=now, reader=of[name]).carried) for name in ("amina", "ruth", "bea")}
    listed = {
        name: [line.action.text for line in actions_for(of[name], ended_since=NOW)] for name in ("amina", "tom", "bea")
    }
    assert seen == {"amina": 1, "ruth": 1, "bea": 0}
    assert listed == {"amina": ["Between us"], "tom": ["Between us"], "bea": []}


def test_load_by_sector_counts_each_action_once_a_sector_and_asks_without_judging(session, lead, of):
    for owners in (["bea"], ["bea", "joyce"], ["tom", "bea"]):
        add_action(session=session, by=lead, text="Do", owners=[of[name] for name in owners])
    add_action(session=session, by=lead, text="All", everyone=True)
    lines = with_people(Action.objects.all())
    assert load_by_sector(lines) == [("vcse", 3), ("council", 1)]
    assert load_question(lines) == "Community groups hold 3 of 3. Is that fair?"
    assert load_question(lines[:2]) == ""


def test_people_by_load_puts_those_with_the_fewest_first(session, lead, of, larkmere):
    done = add_action(session=session, by=lead, text="Done", owners=[of["helen"]])
    complete_action(action=done, by=lead)
    for _ in range(2):
        add_action(session=session, by=lead, text="Do", owners=[of["bea"]])
    add_action(session=session, by=lead, text="Do", owners=[of["tom"]])
    people = [(member.person.short_name, member.open_actions) for member in people_by_load(larkmere)]
    assert len(people) == 13 - 1
    assert people[-2:] == [("Tom", 1), ("Bea", 2)]
    assert {count for _, count in people[:-2]} == {0}
    assert {"Fay", "Lena"}.isdisjoint(name for name, _ in people)


@pytest.mark.parametrize(("day", "late"), [(date(2026, 12, 1), 0), (date(2026, 12, 2), 0), (date(2026, 12, 4), 2)])
def test_days_late_counts_whole_days_of_what_is_open(session, lead, day, late):
    add_action(session=session, by=lead, text="Do", everyone=True, due_on=date(2026, 12, 2), at=NOW)
    (line,) = with_people(Action.objects.all())
    assert line.days_late(day) == late
