"""How I arrive, in a word: an ordinary draft, ready at once. Passing leaves none."""

from datetime import datetime

from django.db import transaction

from reflection.domain.drafts import discard_draft, save_draft
from reflection.domain.live_rooms import finish_round
from reflection.models.drafts import Draft
from reflection.models.participations import Participation
from reflection.models.rounds import Round


def words_of(*, participation: Participation, round: Round) -> list[Draft]:
    """One's own word, and another one if somebody wrote it down as well. For one's own eyes."""
    mine = Draft.objects.answers_to_be().with_words().filter(participation=participation, round=round, confirmed=True)
    return list(mine)


def say_word(*, participation: Participation, round: Round, word: str, at: datetime | None = None) -> None:
    """Keep the one word somebody arrives with, in place of an earlier one; an empty one is passing.

    Raises ValidationError when it is longer than 40 characters, or the words are out already.
    """
    with transaction.atomic():
        finish_round(participation=participation, round=round, at=at)
        mine, *others = words_of(participation=participation, round=round) or [None]
        for other in others:
            discard_draft(draft=other)
        word = " ".join(word.replace("\0", " ").split())
        if word:
            kept = {"draft_id": mine.pk, "expected": mine.version} if mine else {}
            save_draft(participation=participation, round=round, body=word, ready=True, at=at, **kept)
        elif mine:
            discard_draft(draft=mine)
