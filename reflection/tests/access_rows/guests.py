"""Joining with a code, and the door: open to everybody, told apart by a cookie of their own."""

from partnerships.tests.access_table import ANYONE, GUEST, Row
from reflection.models.guests import JoinCode
from reflection.tests.access_rows.live import begun

POST = {"methods": ("POST",)}
# Who has no cookie is led to the page that asks for the code; Gus is in already, and is led on.
AT_THE_DOOR = {"absent": False, "get": 302}


def code(house):
    return {"code": JoinCode.objects.get(session=begun(house)["session_id"]).code}


ROWS = [
    # The right code: after sixty wrong ones from one address none is looked at.
    Row("reflection:guest_code", ANYONE, methods=("GET", "POST"), data=code, absent=False),
    Row(
        "reflection:guest_join",
        ANYONE,
        code,
        methods=("GET", "POST"),
        post=422,
        absent=False,
        differs={(GUEST, "POST"): 302},
    ),
    Row("reflection:guest_wait", ANYONE, **AT_THE_DOOR),
    Row("reflection:guest_state", ANYONE, **AT_THE_DOOR),
    Row("reflection:guest_ask_again", ANYONE, **POST, absent=False),
    Row("reflection:guest_leave", ANYONE, **POST, absent=False),
]
