"""What the smaller rounds show on everybody's live screens: how we arrive, last time's actions, numbers and the closing."""

from django.db.models import Q

from reflection.domain.action_lines import with_people
from reflection.domain.actions import CARRIED, is_earlier
from reflection.domain.live_board import FOR_THE_ROOM
from reflection.domain.live_pages import Screen, finished_in_words
from reflection.domain.promises import promise_for, promise_for_numbers
from reflection.domain.rating_results import results_of
from reflection.domain.rounds_reveal import minimum_people
from reflection.enums import Attribution, DidWeDoIt
from reflection.models.actions import Action
from reflection.models.sessions import Session


def arrive_part(screen: Screen) -> dict:
    """The words people arrive with, in one mixed order, once they are shown; before that a count."""
    round = screen.round
    if not round.is_shown:
        # A word to arrive with never bears a sector.
        shown_as = Attribution.ANONYMOUS if round.is_sealed else Attribution.NAMED
        promise = promise_for(attribution=shown_as, minimum=minimum_people(round))
        return {"promise": promise, "finished": finished_in_words(screen)}
    answers = round.answers.in_mixed_order()
    return {"answers": list(answers if round.is_sealed else answers.with_writers())}


def rated_part(screen: Screen) -> dict:
    """How far apart people are, once it is shown; before that a count."""
    round = screen.round
    if not round.is_shown:
        promise = promise_for_numbers(round, minimum=minimum_people(round))
        return {"promise": promise, "finished": finished_in_words(screen)}
    return {"results": results_of([round])[0]}


def last_actions_part(screen: Screen, *, for_those_who_lead: bool) -> dict:
    """What earlier sessions agreed and is still open, or was answered for today.

    On everybody's screens only what everybody in the room may read: of sessions whose record is for all members. Those who
    lead see all of it, with the four answers.
    """
    session = screen.session
    ours = Session.objects.filter(partnership=session.partnership_id)
    if not for_those_who_lead:
        ours = ours.filter(audience__in=FOR_THE_ROOM)
    actions = Action.objects.of_sessions(ours).looked_back_at(session)
    relevant = actions.filter(Q(answered__isnull=False) | Q(state__in=CARRIED)).select_related("session", "theme")
    lines = [line for line in with_people(relevant) if is_earlier(line.action.session, session)]
    return {"lines": lines, "answers": DidWeDoIt.choices}
