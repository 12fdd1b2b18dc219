"""Making sense and dots: everyone looks, those who facilitate move; dots are one's own."""

from partnerships.tests.access_table import FACILITATORS, GROUP, GUESTS_TOO, Row
from reflection.domain.rounds import move_round
from reflection.domain.themes import create_theme
from reflection.tests.sessions import make_revealed

FORM = {"methods": ("GET", "POST"), "post": 422}
POST = {"methods": ("POST",)}


def _round(house, event=""):
    lead = house.of("amina")
    _, round = make_revealed(house.larkmere, house.framework, lead)
    return move_round(round=round, event=event, by=lead) if event else round


def round(house):
    return {"round_id": _round(house).pk}


def choosing(house):
    return {"round_id": _round(house, "choose").pk}


def answer(house):
    return {"answer_id": _round(house).answers.first().pk}


def dotted(house):
    return {"answer_id": _round(house, "choose").answers.first().pk}


def theme(house):
    round = _round(house)
    create_theme(round=round, name="Another", by=house.of("amina"))
    return {"theme_id": create_theme(round=round, name="Unpaid and unseen", by=house.of("amina")).pk}


ROWS = [
    Row("reflection:theme_board", GROUP, round),
    Row("reflection:theme_create", FACILITATORS, round, **FORM),
    Row("reflection:answer_move", FACILITATORS, answer, **POST, data=lambda house: {"to": "alone"}),
    Row("reflection:theme_update", FACILITATORS, theme, **FORM),
    Row("reflection:theme_differ", FACILITATORS, theme, methods=("GET", "POST"), data=lambda house: {"version": 1}),
    Row("reflection:theme_merge", FACILITATORS, theme, **FORM),
    Row("reflection:theme_delete", FACILITATORS, theme, methods=("GET", "POST"), data=lambda house: {"version": 1}),
    Row("reflection:vote_choose", GROUP, choosing),
    Row("reflection:vote_add", GUESTS_TOO, dotted, **POST),
    Row("reflection:vote_take", GUESTS_TOO, dotted, **POST),
]
