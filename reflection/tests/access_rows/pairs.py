"""Alone, in a pair, in a four: one's own part of a round of pairs and fours."""

from partnerships.tests.access_table import GUESTS_TOO, Row
from reflection.tests.pairs import in_pairs, make_together

POST = {"methods": ("POST",)}


def sitting(house):
    lead = house.of("amina")
    round = make_together(house.larkmere, house.framework, lead)
    in_pairs(round, lead)
    return {"round_id": round.pk}


ROWS = [
    Row("reflection:pair_detail", GUESTS_TOO, sitting),
    Row("reflection:pair_alone", GUESTS_TOO, sitting, **POST, post=422),
    Row("reflection:pair_write", GUESTS_TOO, sitting, **POST, post=422),
    Row("reflection:pair_state", GUESTS_TOO, sitting),
    Row("reflection:pair_bring", GUESTS_TOO, sitting, **POST),
    Row("reflection:pair_join", GUESTS_TOO, sitting, **POST),
    Row("reflection:pair_pass", GUESTS_TOO, sitting, **POST),
]
