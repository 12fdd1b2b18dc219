"""The mail of the made-up people."""

from datetime import timedelta

from django.db.models import F

from partnerships.models.dispatch import Dispatch

WEEK = timedelta(days=7)


def make_room_this_week(at):
    """What made-up people got lately counts as last week's, so that what is tried out next is not one mail too many."""
    Dispatch.objects.may_go(at - WEEK).update(claimed_at=F("claimed_at") - WEEK)
