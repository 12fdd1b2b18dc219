"""Where a member stands: which question is next, what is ready, and what they may be told of last time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reflection.access import may_read_record
from reflection.domain.drafts import save_draft, write_for
from reflection.domain.drafts_overview import Standing, next_place, places_of, standing_of
from reflection.domain.rounds import keep_round_closed
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import cancel_session, close_session, end_writing
from reflection.enums import Attribution, Audience
from reflection.models.sessions import Session
from reflection.tests.sessions import make_open, make_plan, make_revealed, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead, questions=5)


def rounds_of(session):
    rounds = list(session.rounds.select_related("question"))
    for round in rounds:
        round.session = Session.objects.get(pk=session.pk)
    return rounds


def test_a_round_stands_as_its_session_and_stage_say(session, larkmere, framework, lead):
    first, second, third = rounds_of(session)[:3]
    assert standing_of(first) == Standing.WRITING
    assert standing_of(first, session.closes_at + timedelta(seconds=1)) == Standing.ENDED
    assert standing_of(rounds_of(make_plan(larkmere, framework, lead))[0]) == Standing.WAITING
    write(session, round=first)
    reveal_round(round=first, by=lead)
    keep_round_closed(round=second, by=lead)
    reveal_round(round=third, by=lead)
    end_writing(session=session, by=lead)
    assert [standing_of(round) for round in rounds_of(session)] == ["shown", "kept_closed", "too_few", "ended", "ended"]
    cancel_session(session=session, by=lead, why="Not now.")
    assert [standing_of(round) for round in rounds_of(session)] == [
        "shown",
        "cancelled",
        "cancelled",
        "cancelled",
        "cancelled",
    ]


def test_places_tell_ready_from_begun_and_leave_notes_apart(session, bea, lead, django_assert_num_queries):
    place, rounds = session.participations.get(membership__person=bea), rounds_of(session)
    save_draft(participation=place, round=rounds[0], body="Ready", ready=True)
    save_draft(participation=place, round=rounds[1], body="Ready", ready=True)
    save_draft(participation=place, round=rounds[1], body="And begun")
    save_draft(participation=place, round=rounds[2], body="For me", note=True)
    write_for(participation=place, round=rounds[3], body="Spoken", by=lead, read_back=False)
    with django_assert_num_queries(1):
        places = places_of(participation=place, rounds=rounds)
    assert [(each.is_ready, each.is_begun) for each in places] == [
        (True, True),
        (False, True),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert [draft.body for draft in places[2].notes] == ["For me"]
    assert [draft.body for draft in places[3].to_confirm] == ["Spoken"]
    assert places[3].latest is None


def test_next_is_the_next_question_that_may_still_be_written_to(session, bea, lead):
    place = session.participations.get(membership__person=bea)
    keep_round_closed(round=session.rounds.all()[1], by=lead)
    rounds = rounds_of(session)
    places = places_of(participation=place, rounds=rounds)
    assert next_place(places, rounds[0]).round == rounds[2]
    assert next_place(places, rounds[4]) is None


@pytest.mark.parametrize("audience", Audience.values)
def test_last_time_and_the_record_are_for_the_same_people(house, framework, audience):
    """The query and the door must not part: whoever may not open a record must not read a line of it elsewhere."""
    larkmere, lead = house.larkmere, house.of("amina")
    session, _ = make_revealed(larkmere, framework, lead, writers=5, attribution=Attribution.NAMED, audience=audience)
    close_session(session=session, by=lead, at=timezone.now())
    session.refresh_from_db()
    members = list(larkmere.memberships.current().select_related("person"))
    assert len(members) == 13
    readers = {
        member.pk for member in members if Session.objects.with_record_for(member).filter(pk=session.pk).exists()
    }
    assert readers == {member.pk for member in members if may_read_record(session=session, membership=member)}
    assert not Session.objects.with_record_for(house.of("dan", house.quarry_end)).exists()
