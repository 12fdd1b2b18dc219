"""What was published stays as it was, whoever leaves or changes afterwards (A15)."""

import pytest

from partnerships.domain.members import change_organisation, leave_partnership
from reflection.domain.insights import overview_of
from reflection.domain.records import build_record
from reflection.domain.sessions import close_session
from reflection.models import Session
from reflection.tests.sessions import make_revealed

pytestmark = pytest.mark.django_db


def figures(session, round):
    session.refresh_from_db()
    round.refresh_from_db()
    return (
        session.asked_count,
        session.took_part_count,
        round.people_count,
        round.answer_count,
        sorted(round.answers.values_list("pk", "body", "label")),
    )


def printed(session, lead):
    """The same figures as the record and the overview print them."""
    found = Session.objects.with_leads().select_related("partnership").get(pk=session.pk)
    record, overview = build_record(found), overview_of(reader=lead)
    return (
        dict(record.facts)["Took part"],
        [(part.intro, sorted((words.text, words.label) for words in part.answers)) for part in record.parts],
        [(turnout.session_id, turnout.took_part) for turnout in overview.turnouts],
    )


@pytest.mark.parametrize("attribution", ["sector", "anonymous", "named"])
def test_published_figures_and_answers_outlive_a_leaver_and_a_change_of_sector(
    larkmere, framework, lead, bea, tom, attribution
):
    session, round = make_revealed(larkmere, framework, lead, attribution=attribution)
    close_session(session=session, by=lead)
    before = figures(session, round), printed(session, lead)
    change_organisation(membership=larkmere.memberships.get(person=tom), organisation=None, by=lead.person)
    leave_partnership(membership=larkmere.memberships.get(person=bea), by=bea)
    assert (figures(session, round), printed(session, lead)) == before
