"""Dots: the database itself keeps anyone from having more than five, whatever the code does (C3)."""

import pytest
from django.db import IntegrityError, transaction

from reflection.models import Vote
from reflection.models.votes import DOTS
from reflection.tests.sessions import make_revealed

pytestmark = pytest.mark.django_db


def test_the_database_has_room_for_five_dots_of_a_person(larkmere, framework, lead):
    session, round = make_revealed(larkmere, framework, lead)
    dot = {"participation": session.participations.first(), "round": round, "answer": round.answers.first()}
    for slot in range(1, DOTS + 1):
        Vote.objects.create(**dot, slot=slot)
    for slot in (0, 1, DOTS, DOTS + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vote.objects.create(**dot, slot=slot)
    assert Vote.objects.count() == DOTS
