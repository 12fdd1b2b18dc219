"""Actions: seen by the group, answered by whoever was asked, looked back at by those who facilitate."""

from partnerships.tests.access_table import FACILITATORS, GROUP, Row, only
from reflection.domain.actions import add_action
from reflection.tests.sessions import make_open, make_revealed

FORM = {"methods": ("GET", "POST"), "post": 422}
BOTH = {"methods": ("GET", "POST")}
POST = {"methods": ("POST",)}


def _session(house):
    session, _ = make_revealed(house.larkmere, house.framework, house.of("amina"))
    return session


def session(house):
    return {"session_id": _session(house).pk}


def _action(house, **fields):
    fields = {"owners": [house.of("bea")]} | fields
    return add_action(session=_session(house), by=house.of("amina"), text="Ask the cooks", **fields)


def asked(house):
    return {"action_id": _action(house).pk}


def of_all(house):
    return {"action_id": _action(house, owners=[], everyone=True).pk}


def earlier(house):
    action = _action(house)
    house.later = make_open(house.larkmere, house.framework, house.of("amina"))
    return {"action_id": action.pk}


def here(house):
    return {"partnership_id": house.larkmere.pk}


ROWS = [
    Row("reflection:action_list", GROUP, here),
    Row(
        "reflection:action_create",
        FACILITATORS,
        session,
        **POST,
        data=lambda house: {"text": "Ask the cooks", "owner": "all"},
    ),
    Row("reflection:action_update", FACILITATORS, asked, **FORM),
    Row("reflection:action_delete", FACILITATORS, asked, **BOTH, data=lambda house: {"version": 1}),
    Row("reflection:action_accept", only("bea"), asked, **POST),
    Row("reflection:action_decline", only("bea"), asked, **POST),
    Row(
        "reflection:action_review",
        FACILITATORS,
        earlier,
        **POST,
        data=lambda house: {"session": house.later.pk, "answer": "yes"},
    ),
    Row("reflection:action_complete", GROUP, of_all, **POST),
]
