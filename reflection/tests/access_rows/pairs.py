"""Alone, in a pair, in a four: one's own part of a round of pairs and fours."""

from partnerships.tests.access_table import GROUP, Row
from reflection.tests.pairs import in_pairs, make_together

POST = {"methods": ("POST",)}


def sitting(house):
    lead = house.of("amina")
    round = make_together(house.larkmere, house.framework, lead)
    in_pairs(round, lead)
    return {"round_id": round.pk}


ROWS = [
    Row("reflection:pair_detail", GROUP, sitting),
    Row("reflection:pair_alone", GROUP, sitting, **POST, post=422),
    Row("reflection:pair_write", GROUP, sitting, **POST, post=422),
    Row("reflection:pair_state", GROUP, sitting),
    Row("reflection:pair_bring", GROUP, sitting, **POST),
    Row("reflection:pair_join", GROUP, sitting, **POST),
]
