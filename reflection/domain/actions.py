"""Actions: who will do what by when."""

from datetime import datetime

from django.db import transaction

from reflection.models.actions import Action, ActionOwner


def hand_back_actions(*, membership, at: datetime | None = None) -> int:
    """Give the open actions of someone who left back to the group; returns how many.

    They are taken off the owners of every action that is not ended. An action whose only owner they
    were stays open with nobody, so that the group sees it at the next “did we do it?”. Ended actions
    keep them: that is what happened.
    """
    with transaction.atomic():
        mine = ActionOwner.objects.filter(membership=membership, action__in=Action.objects.still_open())
        return mine.delete()[0]
