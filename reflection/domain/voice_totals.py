"""What stays of who spoke: turns by sector, and only of sectors with enough people in the room."""

from collections import Counter
from collections.abc import Iterable

from reflection.domain.labels import SMALLEST_LABEL
from reflection.models.live import LivePlace
from reflection.models.live_voices import TalkingOrder, VoiceTotal
from reflection.models.sessions import Session


def totals_to_keep(places: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sector → turns, of the sectors with at least `SMALLEST_LABEL` people in the room. No total of all is kept beside
    them, nor how many people there were, so nothing is left to subtract from.

    Arguments:
        places: (sector, turns) of everybody who was there; no sector: a guest who did not say.
    """
    people, turns = Counter(), Counter()
    for sector, spoken in places:
        people[sector] += 1
        turns[sector] += spoken
    return {sector: turns[sector] for sector in sorted(people) if sector and people[sector] >= SMALLEST_LABEL}


def keep_voice_totals(*, session: Session) -> None:
    """Write down how often each sector spoke, if anybody's turns were marked. In the transaction that closes the session."""
    places = list(LivePlace.objects.in_session(session).values_list("participation__sector", "turns"))
    if not any(turns for _, turns in places):
        return
    totals = totals_to_keep(places)
    VoiceTotal.objects.bulk_create(
        VoiceTotal(session=session, sector=sector, turns=turns) for sector, turns in totals.items()
    )


def forget_voices(*, session: Session) -> None:
    """Forget by name who was there, who spoke and who passed."""
    TalkingOrder.objects.in_session(session).delete()
    LivePlace.objects.in_session(session).delete()
