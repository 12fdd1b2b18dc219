"""Builders of rounds that are rated, all through the domain functions."""

from reflection.domain.ratings import save_ratings, scales_of
from reflection.domain.rounds_planning import RoundChoice
from reflection.enums import RoundKind, SessionMode, Stage
from reflection.models.rounds import Round
from reflection.tests.sessions import make_live, make_open


def make_rating(partnership, framework, by, **fields):
    """An open session over some days with one round of the twelve signs; returns the round."""
    session = make_open(partnership, framework, by, choices=[RoundChoice(kind=RoundKind.RATING)], **fields)
    return round_of(session, RoundKind.RATING)


def make_live_round(partnership, framework, by, kind, **fields):
    """A live session that begins with a round of this kind, before a question; returns the round."""
    question = framework.questions.first()
    choices = [RoundChoice.together(kind), RoundChoice.together(RoundKind.QUESTION, question)]
    if kind == RoundKind.CLOSING:
        choices.reverse()
    session = make_live(partnership, framework, by, choices=choices, mode=SessionMode.LIVE, **fields)
    if kind == RoundKind.CLOSING:
        Round.objects.filter(session=session, kind=kind).update(stage=Stage.WRITING)
    return round_of(session, kind)


def round_of(session, kind):
    return Round.objects.select_related("session__partnership", "session__framework").get(session=session, kind=kind)


def rate(round, values, *, key=None):
    """The first people of the session choose these numbers, one each; returns their places."""
    key = key or scales_of(round)[0].key
    people = list(round.session.participations.order_by("membership__person__email"))[: len(values)]
    for participation, value in zip(people, values, strict=True):
        save_ratings(participation=participation, round=round, values={key: value})
    return people
