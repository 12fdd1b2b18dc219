"""The record: one reading for page, Word and table; only what may be shown; frozen figures."""

from datetime import date

import pytest

from partnerships.domain.members import leave_partnership
from reflection.access import may_read_record
from reflection.domain.actions import add_action, review_action
from reflection.domain.drafts import save_draft
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.domain.records import ON_THEIR_OWN, build_record
from reflection.domain.rounds_reveal import add_late_words, reveal_round
from reflection.domain.sessions import close_session, share_with_programme
from reflection.domain.themes import ALONE, create_theme, differ_on_theme, move_answer
from reflection.enums import Attribution, Audience
from reflection.models import Answer, Participation, Session
from reflection.tests.sessions import make_open, make_revealed, write

pytestmark = pytest.mark.django_db


def closed(session, lead):
    """The session as the door hands it over."""
    close_session(session=session, by=lead)
    found = Session.objects.with_leads().get(pk=session.pk)
    found.partnership = session.partnership
    return found


def test_build_record_reads_everything_that_was_said_and_agreed(
    larkmere, framework, lead, house, django_assert_num_queries
):
    before, _ = make_revealed(larkmere, framework, lead)
    action = add_action(session=before, by=lead, text="Move meetings", owners=[house.of("bea")])
    close_session(session=before, by=lead)
    session, round = make_revealed(
        larkmere, framework, lead, title="How work is shared", where="Eastfold Library", chaired_by=lead, agenda_by=lead
    )
    theme = create_theme(round=round, name="Unseen", by=lead, notice="Time costs.", answer=round.answers.first())
    differ_on_theme(theme=theme, by=lead, expected=1, seen_differently=True, different_view="A burden.")
    move_answer(answer=round.answers.last(), to=ALONE, by=lead)
    review_action(action=action, session=session, by=lead, answer="not_yet")
    add_learning(session=session, by=lead, text="Not equal.", do_differently="Ask first.", review_on=date(2099, 2, 1))
    add_decision(
        session=session,
        by=lead,
        text="The chair moves.",
        how_agreed="consent",
        rather_wait="One person",
        authority="The board",
    )
    add_action(session=session, by=lead, text="Count hours", owners=[house.of("tom")], due_on=date(2098, 1, 2))
    add_matter(session=session, by=lead, text="Who holds the grant?")
    session = closed(session, lead)
    with django_assert_num_queries(4):
        record = build_record(session)
    assert (record.partnership, record.number, record.title) == ("Larkmere Vale Together", 2, "How work is shared")
    facts = dict(record.facts)
    assert list(facts) == ["Why now", "When and where", "Took part", "Led by", "Who gets this"]
    assert facts["When and where"].endswith(". Eastfold Library")
    assert (facts["Took part"], facts["Led by"]) == ("12 of 12 people", "Amina Rahman (chair, agenda)")
    assert [(row.text, row.who, row.third, row.note) for row in record.changed] == [
        ("Move meetings", "Bea Nwosu", "Not yet", "Carried over")
    ]
    (part,) = record.parts
    assert (part.number, part.intro) == (1, "12 answers from 12 people.")
    assert record.how_shown.startswith("Shown with sector, never with names. The order is mixed.")
    assert [(group.name, len(group.words), group.notice, group.different_view) for group in part.groups] == [
        ("Unseen", 1, "Time costs.", "A burden."),
        (ON_THEIR_OWN, 11, "", ""),
    ]
    assert [(point.text, point.more) for point in record.learned] == [
        ("Not equal.", ("What we will do differently: Ask first.", "We look at it again on 1 February 2099."))
    ]
    assert record.decided[0].more == (
        "Everyone could live with it.",
        "Who has the authority: The board.",
        "Who would rather wait: One person.",
    )
    assert [(row.text, row.who, row.third) for row in record.agreed] == [
        ("Count hours", "Tom Oyelaran", "2 January 2098")
    ]
    assert record.still_open == ("Who holds the grant?",)


@pytest.mark.parametrize(("attribution", "names", "labels"), [("named", 12, 0), ("sector", 0, 12), ("anonymous", 0, 0)])
def test_a_record_says_beside_words_only_what_was_promised(larkmere, framework, lead, attribution, names, labels):
    session, _ = make_revealed(larkmere, framework, lead, attribution=attribution)
    (part,) = build_record(closed(session, lead)).parts
    assert len(part.answers) == 12
    assert (sum(bool(words.name) for words in part.answers), sum(bool(words.label) for words in part.answers)) == (
        names,
        labels,
    )
    assert [words.order for words in part.groups[0].words] == sorted(words.order for words in part.groups[0].words)


def test_words_without_a_label_say_nothing_instead_of_sector_not_shown(larkmere, framework, lead):
    """A small group has no label at all, and no card says that something is hidden."""
    session = make_open(larkmere, framework, lead)
    for name in ("amina", "bea", "joyce", "tom", "helen"):
        participation = session.participations.get(membership__person__email=f"{name}@larkmere.example")
        save_draft(participation=participation, round=session.rounds.get(), body=f"Words of {name}", ready=True)
    assert reveal_round(round=session.rounds.get(), by=lead).shown
    record = build_record(closed(session, lead))
    assert {words.beside for words in record.parts[0].answers} == {""}
    assert "not shown" not in repr(record)
    assert record.how_shown.endswith("There are no labels, because fewer than 3 people from a sector wrote.")


def test_late_words_of_a_named_round_carry_the_day_they_came(larkmere, framework, lead):
    session, round = make_revealed(larkmere, framework, lead, attribution=Attribution.NAMED)
    add_late_words(participation=session.participations.first(), round=round, body="Late thought")
    record = build_record(closed(session, lead))
    late = [words for words in record.parts[0].answers if words.text == "Late thought"]
    assert [bool(words.added_on and words.name) for words in late] == [True]
    assert ", added on " in late[0].beside


def test_a_question_that_stayed_closed_is_named_without_a_word_of_it(larkmere, framework, lead):
    session = make_open(larkmere, framework, lead, questions=2)
    first, second = session.rounds.all()
    write(session, 12, round=first)
    write(session, 2, round=second, words="Secret of {}")
    reveal_round(round=first, by=lead)
    record = build_record(closed(session, lead))
    assert [len(part.answers) for part in record.parts] == [12, 0]
    assert record.parts[1].intro == "These answers were not shown. The words stayed with those who wrote them."
    assert "Secret" not in repr(record)


def test_figures_of_a_record_stay_when_someone_leaves(larkmere, framework, lead, house):
    session, _ = make_revealed(larkmere, framework, lead, writers=8)
    session = closed(session, lead)
    before = build_record(session)
    leave_partnership(membership=house.of("bea"), by=house.bea, reason="Moving away.")
    assert build_record(Session.objects.with_leads().get(pk=session.pk)) == before
    assert dict(before.facts)["Took part"] == "8 of 12 people"


def test_sharing_with_the_programme_is_said_in_the_record(larkmere, framework, lead):
    session, _ = make_revealed(larkmere, framework, lead)
    session = closed(session, lead)
    assert "programme" not in dict(build_record(session).facts)["Who gets this"]
    share_with_programme(session=session, by=lead)
    session.refresh_from_db()
    assert "Shared with the programme on" in dict(build_record(session).facts)["Who gets this"]


# --- Who may read it -------------------------------------------------------------------------------------------------
MAY_READ = {
    Audience.FACILITATORS: {"amina", "ruth"},
    Audience.TOOK_PART: {"amina", "ruth", "bea"},
    Audience.MEMBERS: {"amina", "ruth", "bea", "helen", "samir"},
    Audience.MEMBERS_AND_OBSERVERS: {"amina", "ruth", "bea", "helen", "samir", "fay"},
}


@pytest.mark.parametrize("audience", Audience.values)
def test_every_audience_gets_its_record_and_no_one_else(larkmere, quarry_end, framework, lead, house, audience):
    """By the door's rule for one record, and by the query for the list: the same people."""
    session, _ = make_revealed(larkmere, framework, lead, audience=audience)
    Participation.objects.filter(session=session).update(took_part=False)
    Participation.objects.filter(session=session, membership=house.of("bea")).update(took_part=True)
    session = closed(session, lead)
    everybody = {name: house.of(name) for name in ("amina", "ruth", "bea", "helen", "samir", "fay")}
    everybody |= {"dan": house.of("dan", quarry_end), "piotr there": house.of("piotr", quarry_end)}
    by_door = {name for name, member in everybody.items() if may_read_record(session=session, membership=member)}
    by_list = {name for name, member in everybody.items() if session in Session.objects.with_record_for(member)}
    assert by_door == by_list == MAY_READ[audience]


# --- What it may quote -----------------------------------------------------------------------------------------------
QUOTED = {
    # audience of the earlier session: audiences of records that may quote it
    Audience.FACILITATORS: {Audience.FACILITATORS},
    Audience.TOOK_PART: {Audience.FACILITATORS},
    Audience.MEMBERS: {Audience.FACILITATORS, Audience.TOOK_PART, Audience.MEMBERS},
    Audience.MEMBERS_AND_OBSERVERS: set(Audience),
}


@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize("before", Audience.values)
def test_a_record_quotes_only_what_all_its_readers_may_read(larkmere, framework, lead, before, audience):
    """“What changed since last time” repeats the words of an earlier session, to the audience of this one."""
    earlier = make_open(larkmere, framework, lead, audience=before)
    action = add_action(session=earlier, by=lead, text="Ask the board about the grant", everyone=True)
    session = make_open(larkmere, framework, lead, audience=audience)
    own = add_action(session=session, by=lead, text="Say hello", everyone=True)
    review_action(action=action, session=session, by=lead, answer="yes")
    record = build_record(closed(session, lead))
    assert [row.text for row in record.changed] == ([action.text] if audience in QUOTED[before] else [])
    assert [row.text for row in record.agreed] == [own.text]


def test_a_record_quotes_by_the_rule_of_each_reader(larkmere, framework, lead, house):
    """The same rule as `shared_with`, asked reader by reader: nobody reads in a record what they may not read itself."""
    closed_ones = {one: closed(make_open(larkmere, framework, lead, audience=one), lead) for one in Audience}
    readers = [house.of(name) for name in ("amina", "ruth", "bea", "helen", "samir", "fay")]
    for session in closed_ones.values():
        quotable = Session.objects.for_all_readers_of(session)
        for reader in readers:
            if may_read_record(session=session, membership=reader):
                assert not quotable.exclude(pk__in=Session.objects.shared_with(reader)).exists()


def test_an_open_session_has_no_record_for_anyone(larkmere, framework, lead, house):
    session, _ = make_revealed(larkmere, framework, lead, audience=Audience.MEMBERS_AND_OBSERVERS)
    people = [house.of(name) for name in ("amina", "bea", "fay")]
    assert not any(may_read_record(session=session, membership=member) for member in people)
    assert not any(Session.objects.with_record_for(member).exists() for member in people)
    assert Answer.objects.count() == 12
