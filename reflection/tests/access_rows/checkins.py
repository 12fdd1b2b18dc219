"""Check-ins: everyone of the group; one's own place for those who were asked; one link for one form."""

from datetime import timedelta

from django.utils import timezone

from partnerships.domain.links import sign_link
from partnerships.tests.access_table import ANYONE, FACILITATORS, GROUP, Row
from reflection.domain.checkins import answer_checkin
from reflection.domain.rhythms import add_pause
from reflection.models.checkins import CheckIn
from reflection.tests.checkins import make_checkin, place_in

FORM = {"methods": ("GET", "POST"), "post": 422}
POST = {"methods": ("POST",)}


def here(house):
    return {"partnership_id": house.larkmere.pk}


def checkin(house):
    return {"checkin_id": make_checkin(house.larkmere, at=timezone.now()).pk}


def told(house):
    """Everybody's partner has told news of them."""
    made = make_checkin(house.larkmere, at=timezone.now(), asks_partner=True)
    for place in made.invitees.all():
        answer_checkin(invitee=place, news="They are well.")
    return {"checkin_id": made.pk}


def reply(house):
    place = place_in(make_checkin(house.larkmere, at=timezone.now()), house.bea)
    later = timezone.now() + timedelta(days=3)
    return {"token": sign_link("checkin_answer", subject=place.membership, obj=place, expires_at=later)}


def sent(house):
    link = reply(house)
    answer_checkin(invitee=place_in(CheckIn.objects.get(), house.bea), mood=3)
    return link


def pause(house):
    today = timezone.localdate()
    made = add_pause(partnership=house.larkmere, by=None, starts_on=today, ends_on=today + timedelta(days=7))
    return {"pause_id": made.pk}


ROWS = [
    Row("reflection:checkin_list", GROUP, here),
    Row("reflection:checkin_detail", GROUP, checkin),
    Row("reflection:checkin_answer", GROUP, checkin, **FORM),
    Row("reflection:checkin_decline", GROUP, checkin, **POST),
    Row("reflection:checkin_heard", GROUP, told, methods=("POST",), post=422),
    Row("reflection:checkin_lead", FACILITATORS, checkin),
    Row("reflection:checkin_reply", ANYONE, reply, **FORM, absent=False),
    Row("reflection:checkin_reply_sent", ANYONE, sent, absent=False),
    Row("reflection:rhythm_update", FACILITATORS, here, **FORM),
    Row("reflection:rhythm_mail", FACILITATORS, here),
    Row("reflection:rhythm_pause_delete", FACILITATORS, pause, **POST),
]
