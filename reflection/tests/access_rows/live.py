"""A live session: led by those who facilitate, followed by those who were asked."""

from partnerships.tests.access_table import FACILITATORS, GUESTS_TOO, Row
from reflection.enums import SessionMode
from reflection.tests.sessions import make_live, make_open

POST = {"methods": ("POST",)}


def _lead(house):
    return house.of("amina")


def begun(house):
    return {"session_id": make_live(house.larkmere, house.framework, _lead(house)).pk}


def about_to_begin(house):
    return {"session_id": make_open(house.larkmere, house.framework, _lead(house), mode=SessionMode.LIVE).pk}


ROWS = [
    Row("reflection:live_begin", FACILITATORS, about_to_begin, methods=("GET", "POST")),
    Row("reflection:live_console", FACILITATORS, begun),
    Row("reflection:live_console_state", FACILITATORS, begun),
    Row("reflection:live_lead", FACILITATORS, begun),
    Row("reflection:live_command", FACILITATORS, begun, **POST, data=lambda house: {"command": "minute:1"}),
    Row("reflection:live_screen", FACILITATORS, begun),
    Row("reflection:live_screen_state", FACILITATORS, begun),
    Row("reflection:live_follow", GUESTS_TOO, begun),
    Row("reflection:live_follow_state", GUESTS_TOO, begun),
    Row("reflection:live_mine", GUESTS_TOO, begun),
    Row("reflection:live_here", GUESTS_TOO, begun, **POST, post=200),
    Row("reflection:live_finish", GUESTS_TOO, begun, **POST),
    Row("reflection:live_arrive", GUESTS_TOO, begun, **POST, data=lambda house: {"pass": "1"}),
    Row("reflection:live_hand", GUESTS_TOO, begun, **POST, data=lambda house: {"up": "1"}),
    Row("reflection:live_pass", GUESTS_TOO, begun, **POST),
    Row("reflection:live_flag", GUESTS_TOO, begun, **POST, data=lambda house: {"word": "co-production"}),
]
