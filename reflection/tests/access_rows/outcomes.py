"""What came of a session: read by those who will get its record, written by those who facilitate."""

from datetime import date

from partnerships.tests.access_table import FACILITATORS, GROUP, Row
from reflection.domain.outcomes import add_decision, add_learning, add_matter
from reflection.enums import HowAgreed
from reflection.tests.sessions import make_revealed

FORM = {"methods": ("GET", "POST"), "post": 422}
BOTH = {"methods": ("GET", "POST")}
POST = {"methods": ("POST",)}
VERSION = {"data": lambda house: {"version": 1}}


def _session(house):
    session, _ = make_revealed(house.larkmere, house.framework, house.of("amina"))
    return session


def session(house):
    return {"session_id": _session(house).pk}


def learning(house):
    return {
        "learning_id": add_learning(
            session=_session(house), by=house.of("amina"), text="Ask first.", review_on=date(2099, 1, 1)
        ).pk
    }


def decision(house):
    made = add_decision(
        session=_session(house), by=house.of("amina"), text="We meet at ten.", how_agreed=HowAgreed.CONSENT
    )
    return {"decision_id": made.pk}


def matter(house):
    return {"matter_id": add_matter(session=_session(house), by=house.of("amina"), text="Who holds the grant?").pk}


def here(house):
    return {"partnership_id": house.larkmere.pk}


ROWS = [
    Row("reflection:outcome_agree", GROUP, session),
    Row("reflection:learning_create", FACILITATORS, session, **POST, data=lambda house: {"text": "Ask first."}),
    Row(
        "reflection:decision_create",
        FACILITATORS,
        session,
        **POST,
        data=lambda house: {"text": "At ten.", "how_agreed": "all"},
    ),
    Row("reflection:matter_create", FACILITATORS, session, **POST, data=lambda house: {"text": "Who is missing?"}),
    Row("reflection:learning_update", FACILITATORS, learning, **FORM),
    Row("reflection:learning_delete", FACILITATORS, learning, **BOTH, **VERSION),
    Row("reflection:learning_review", FACILITATORS, learning, **FORM),
    Row("reflection:decision_update", FACILITATORS, decision, **FORM),
    Row("reflection:decision_delete", FACILITATORS, decision, **BOTH, **VERSION),
    Row("reflection:matter_settle", FACILITATORS, matter, **POST),
    Row("reflection:matter_delete", FACILITATORS, matter, **BOTH, **VERSION),
    Row("reflection:learning_list", GROUP, here),
]
