"""Builders: a live session with one round of pairs and fours, and people in the room."""

from random import Random

from reflection.domain.live_rooms import come_in
from reflection.domain.pairs import make_fours, make_pairs
from reflection.domain.rounds_planning import RoundChoice
from reflection.enums import RoundKind
from reflection.models.pairs import SmallGroup
from reflection.tests.sessions import make_live


def make_together(partnership, framework, by, *, here=None, **fields):
    """A round of pairs and fours, everybody alone still; the first `here` people are in the room (all without)."""
    about = framework.questions.all()[1]
    session = make_live(partnership, framework, by, choices=[RoundChoice.together(RoundKind.ACTIVITY, about)], **fields)
    for participation in session.participations.order_by("membership__person__email")[:here]:
        come_in(participation=participation)
    return session.rounds.get()


def in_pairs(round, by):
    return make_pairs(round=round, by=by, chance=Random(1))


def in_fours(round, by):
    make_pairs(round=round, by=by, chance=Random(1))
    return make_fours(round=round, by=by, chance=Random(1))


def groups_of(round, step):
    return list(SmallGroup.objects.of(round, step).with_people())


def writer_of(group):
    return group.seats.order_by("pk").first().participation
