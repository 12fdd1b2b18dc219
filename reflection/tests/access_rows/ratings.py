"""Rating: one's own numbers for those who were asked; what came of them for the group. Fay only reads, and records alone."""

from partnerships.tests.access_table import GROUP, GUESTS_TOO, Row
from reflection.domain.rounds_reveal import reveal_round
from reflection.domain.sessions import close_session
from reflection.tests.ratings import make_rating, rate


def open_round(house):
    return {"round_id": make_rating(house.larkmere, house.framework, house.of("amina")).pk}


def _shown(house):
    round = make_rating(house.larkmere, house.framework, house.of("amina"), attribution="named")
    rate(round, [3])
    return reveal_round(round=round, by=house.of("amina")).round


def shown(house):
    return {"round_id": _shown(house).pk}


def closed(house):
    return {"session_id": close_session(session=_shown(house).session, by=house.of("amina")).pk}


ROWS = [
    Row("reflection:round_rate", GUESTS_TOO, open_round, methods=("GET", "POST")),
    Row("reflection:rating_save", GUESTS_TOO, open_round, methods=("POST",), post=422),
    Row("reflection:rating_list", GROUP, shown),
    Row("reflection:record_ratings", {**GROUP, "fay": 404}, closed),
]
