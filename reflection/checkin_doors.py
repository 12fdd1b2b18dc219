"""The doors to check-ins and to the rhythm they come in."""

from django.core.exceptions import PermissionDenied

from partnerships.access import Access, admit, door
from partnerships.enums import Role
from reflection.access import find_or_404
from reflection.models.checkins import CheckIn, CheckInInvitee
from reflection.models.rhythms import RhythmPause

NOT_ASKED_NOW = "You were not among those asked in this check-in."


def checkin_access(role):
    """For `<uuid:checkin_id>`: a check-in with how many were asked and have answered. What was said is for the page to decide."""

    def load(request, checkin_id):
        checkin = find_or_404(CheckIn.objects.filter(pk=checkin_id).with_counts())
        checkin.partnership = admit(request, checkin.partnership_id, role).partnership
        return checkin

    return door(Access("checkin", role), "checkin_id", load)


def checkin_place_access(view):
    """For `<uuid:checkin_id>`: one's own place in a check-in, for those who were asked."""

    def load(request, checkin_id):
        checkin = find_or_404(CheckIn.objects.filter(pk=checkin_id))
        membership = admit(request, checkin.partnership_id, Role.MEMBER)
        place = (
            CheckInInvitee.objects.filter(checkin=checkin, membership=membership)
            .select_related("answer", "speaks_for__membership__person")
            .first()
        )
        if place is None:
            raise PermissionDenied(NOT_ASKED_NOW)
        checkin.partnership, place.membership, place.checkin = membership.partnership, membership, checkin
        return place

    return door(Access("checkin_place", Role.MEMBER, own=True), "checkin_id", load)(view)


def rhythm_pause_access(role):
    """For `<uuid:pause_id>`: days on which a group checks in with nobody."""

    def load(request, pause_id):
        pause = find_or_404(RhythmPause.objects.filter(pk=pause_id))
        pause.partnership = admit(request, pause.partnership_id, role).partnership
        return pause

    return door(Access("rhythm_pause", role), "pause_id", load)
