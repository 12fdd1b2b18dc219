"""Sessions and their rounds: read by the group, led by those who facilitate."""

from datetime import timedelta

from django.utils import timezone

from partnerships.tests.access_table import FACILITATORS, GROUP, Row
from reflection.domain.rounds import move_round
from reflection.domain.sessions import close_session, schedule_session
from reflection.tests.sessions import make_open, make_plan, make_revealed

FORM = {"methods": ("GET", "POST"), "post": 422}  # nothing was filled in, and the page says so
ASKS = {"methods": ("GET", "POST")}  # a question with a button
POST = {"methods": ("POST",)}
# A plan that nobody was told of is absent for whoever does not facilitate.
HIDDEN = {**FACILITATORS, "bea": 404, "piotr": 404, "fay": 404}


def _lead(house):
    return house.of("amina")


def here(house):
    return {"partnership_id": house.larkmere.pk}


def _announced(house):
    later = timezone.now() + timedelta(days=1)
    plan = make_plan(house.larkmere, house.framework, _lead(house), opens_at=later, closes_at=later + timedelta(days=9))
    return schedule_session(session=plan, by=_lead(house))


def announced(house):
    return {"session_id": _announced(house).pk}


def draft(house):
    return {"session_id": make_plan(house.larkmere, house.framework, _lead(house)).pk}


def open_session(house):
    return {"session_id": make_open(house.larkmere, house.framework, _lead(house)).pk}


def closed(house):
    session, _ = make_revealed(house.larkmere, house.framework, _lead(house))
    return {"session_id": close_session(session=session, by=_lead(house)).pk}


def round(house):
    return {"round_id": make_open(house.larkmere, house.framework, _lead(house)).rounds.get().pk}


def shown(house):
    _, round = make_revealed(house.larkmere, house.framework, _lead(house))
    return {"round_id": move_round(round=round, event="group", by=_lead(house)).pk}


def asked(house):
    session = make_open(house.larkmere, house.framework, _lead(house))
    return {"participation_id": session.participations.get(membership__person=house.gwen).pk}


ROWS = [
    Row("reflection:session_list", GROUP, here),
    Row("reflection:session_plan", FACILITATORS, here, **FORM),
    Row("reflection:session_detail", GROUP, announced),
    Row("reflection:session_edit", FACILITATORS, announced, **FORM),
    Row("reflection:session_preview", HIDDEN, draft),
    Row("reflection:session_schedule", FACILITATORS, announced, **POST),
    Row("reflection:session_unschedule", FACILITATORS, announced, **POST),
    Row("reflection:session_open", FACILITATORS, announced, **ASKS),
    Row("reflection:session_run", FACILITATORS, open_session),
    Row("reflection:session_more_time", FACILITATORS, open_session, **FORM),
    Row("reflection:session_end_writing", FACILITATORS, open_session, **ASKS),
    Row("reflection:session_remind", FACILITATORS, open_session, **POST),
    Row("reflection:session_reveal", FACILITATORS, open_session, **ASKS),
    Row("reflection:draft_write_for", FACILITATORS, open_session, **FORM),
    Row("reflection:participation_called", FACILITATORS, asked, **POST),
    Row("reflection:session_cancel", FACILITATORS, open_session, **FORM),
    Row("reflection:session_close", FACILITATORS, open_session, **ASKS),
    Row("reflection:session_share", FACILITATORS, closed, **ASKS),
    Row("reflection:round_reveal", FACILITATORS, round, **ASKS),
    Row("reflection:round_keep_closed", FACILITATORS, round, **POST),
    Row("reflection:round_move", FACILITATORS, shown, **POST, data=lambda house: {"event": "choose"}),
]
