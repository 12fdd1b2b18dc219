"""When we meet, for those who lead to say; one's own calendar, for its owner and for whoever holds its address."""

from django.utils import timezone

from partnerships.tests.access_table import ANYONE, FACILITATORS, SIGNED_IN, Row
from reflection.domain.calendars import feed_url, renew_feed
from reflection.tests.sessions import make_open

POST = {"methods": ("POST",)}


def session(house):
    return {"session_id": make_open(house.larkmere, house.framework, house.of("amina"), at=timezone.now()).pk}


def address(house):
    return {"token": feed_url(renew_feed(person=house.bea)).split("/")[-2]}


ROWS = [
    Row("reflection:meeting_update", FACILITATORS, session, methods=("GET", "POST"), post=422),
    Row("reflection:meeting_call_off", FACILITATORS, session, **POST),
    Row("reflection:calendar_detail", SIGNED_IN, absent=False),
    Row("reflection:calendar_renew", SIGNED_IN, absent=False, **POST),
    Row("reflection:calendar_end", SIGNED_IN, absent=False, **POST),
    Row("reflection:calendar_feed", ANYONE, address, absent=False),
]
