"""Two at once: a check-in that is answered twice from one link, and one that is answered while it closes."""

import threading
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from reflection.domain.checkins import answer_checkin, close_checkin
from reflection.emails.checkins import reply_url
from reflection.models.checkins import CheckIn, CheckInAnswer, CheckInFigure
from reflection.tests.checkins import TUESDAY, make_checkin, place_in

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
TIMES = 6


def at_once(*acts):
    """Do all of it at the same moment, each over a connection of its own; what each gave back."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            start.wait()
            results[number] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


@pytest.mark.parametrize("keys", [("", ""), ("one-page", "one-page"), ("one-page", "another")])
def test_two_answers_at_once_from_one_link_are_one_answer(house, settings, keys):
    for number in range(TIMES):
        checkin = make_checkin(house.larkmere, at=TUESDAY + number * timedelta(days=1))
        link = reply_url(place_in(checkin, house.bea)).removeprefix(settings.SITE_URL)

        def send(key, link=link, number=number):
            sent = {"mood": 3, "words": "Samir.", "words_to": "group", "know_to": "facilitators"}
            sent |= {"idempotency_key": str(uuid5(NAMESPACE_OID, f"{key} {number}"))} if key else {}
            return Client().post(link, sent).status_code

        statuses = at_once(*[lambda key=key: send(key) for key in keys])
        # The same page sent twice at the same moment: the second may be asked to wait for the first (L2).
        assert set(statuses) <= ({302} if len(set(keys)) > 1 or not keys[0] else {302, 409})
        assert 302 in statuses
        answer = CheckInAnswer.objects.get(invitee__checkin=checkin)
        assert (answer.mood, answer.words) == (3, "Samir.")


def test_an_answer_at_the_moment_of_closing_is_counted_or_late_and_never_half(house):
    for number in range(TIMES):
        checkin = make_checkin(house.larkmere, at=TUESDAY + number * timedelta(days=1))
        for place in checkin.invitees.exclude(membership__person=house.bea):
            answer_checkin(invitee=place, mood=4, room=2)
        others = CheckInAnswer.objects.filter(invitee__checkin=checkin).count()
        bea = Client()
        bea.force_login(house.bea)
        page = reverse("reflection:checkin_answer", args=[checkin.pk])
        sent = {"mood": 1, "words_to": "group", "know_to": "facilitators"}
        status, closed = at_once(
            lambda bea=bea, page=page, sent=sent: bea.post(page, sent).status_code,
            lambda checkin=checkin: close_checkin(checkin=checkin),
        )
        assert (status, closed) == (302, True)
        checkin = CheckIn.objects.get(pk=checkin.pk)
        figures = CheckInFigure.objects.filter(checkin=checkin, measure="mood")
        drawn = {figure.value: figure.count for figure in figures}
        assert sum(drawn.values()) == checkin.answered_at_close == others + drawn[1]
        assert CheckInAnswer.objects.filter(invitee__checkin=checkin).count() == others + 1
