"""What was published stays as it was, whoever leaves or changes afterwards (A15)."""

import pytest

from partnerships.domain.members import change_organisation, leave_partnership
from reflection.domain.sessions import close_session
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


@pytest.mark.parametrize("attribution", ["sector", "anonymous", "named"])
def test_published_figures_and_answers_outlive_a_leaver_and_a_change_of_sector(
    larkmere, framework, lead, bea, tom, attribution
):
    session, round = make_revealed(larkmere, framework, lead, attribution=attribution)
    close_session(session=session, by=lead)
    before = figures(session, round)
    change_organisation(membership=larkmere.memberships.get(person=tom), organisation=None, by=lead.person)
    leave_partnership(membership=larkmere.memberships.get(person=bea), by=bea)
    assert figures(session, round) == before
