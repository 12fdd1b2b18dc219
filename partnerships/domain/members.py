"""Who is in a partnership, from when until when. Every change adds a dated row; nothing is overwritten.

The locks are taken in one order, partnership before membership, so that two people who leave at the same moment
cannot each believe that the other stays.
"""

import logging
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships import signals
from partnerships.enums import ChangeKind, NamedWords, Ring, Role
from partnerships.models.members import Bring, Membership, MembershipChange
from partnerships.models.partnerships import Partnership

PROFILE_FIELDS = {
    "hopes", "hopes_seen_by", "limits", "limits_seen_by", "room_hours", "room_seen_by",
    "authority", "consult_whom", "consult_days", "paused_until",
}  # fmt: skip
RESIDENT = "resident, for no organisation"
LAST_FACILITATOR = (
    "Nobody else facilitates here. Ask someone to facilitate first, so that the group is not left without."
)
MOST_BRINGS = 30
FURTHEST_LAST_DAY = timedelta(days=366)

logger = logging.getLogger(__name__)


@transaction.atomic
def join_partnership(
    *,
    partnership,
    person,
    by,
    organisation=None,
    takes_part=True,
    facilitates=False,
    observes=False,
    ring=Ring.ACTIVE,
    reason="",
    at=None,
):
    """Open a membership. Someone who was here before gets a new one, marked as a return.

    organisation: an Organisation, or None for a resident. Raises ValidationError when the person is in the group already,
    would return before they left, or the partnership has ended.
    """
    at = at or timezone.now()
    partnership = Partnership.objects.lock().get(pk=partnership.pk)
    today = partnership.local_date(at)
    if partnership.ended_on and partnership.ended_on < today:
        raise ValidationError(
            f"{partnership.name} ended on {partnership.ended_on:%-d %B %Y}. Nobody can join it any more."
        )
    earlier = list(Membership.objects.filter(partnership=partnership, person=person).order_by("joined_on"))
    if any(membership.is_current for membership in earlier):
        raise ValidationError(f"{person.short_name} is in {partnership.name} already.")
    if earlier and max(membership.left_on for membership in earlier) > today:
        raise ValidationError(f"{person.short_name} was still here on that day. Choose a later one.")
    membership = Membership(
        partnership=partnership,
        person=person,
        joined_on=today,
        organisation=organisation,
        takes_part=takes_part and not observes,
        facilitates=facilitates,
        observes=observes,
        ring=ring,
    )
    membership.full_clean()
    membership.save(force_insert=True)
    if organisation:
        partnership.organisations.add(organisation)
    _note(
        membership,
        ChangeKind.RETURNED if earlier else ChangeKind.JOINED,
        "",
        membership.get_ring_display(),
        reason,
        by,
        at,
    )
    return membership


@transaction.atomic
def change_ring(*, membership, ring, by, reason="", at=None):
    """Move someone to another circle (a Ring value). The same circle again changes nothing."""
    _lock(membership)
    before = membership.get_ring_display()
    if membership.ring == ring:
        return membership
    membership.ring = ring
    return _save(membership, ["ring"], ChangeKind.RING, before, membership.get_ring_display(), reason, by, at)


@transaction.atomic
def change_role(*, membership, by, takes_part, facilitates, observes=False, reason="", at=None):
    """Change who takes part, facilitates or only reads. The same role again changes nothing.

    Someone who becomes a reader sends `membership_reads_only`, so that what hangs on their place goes back to them.

    Raises ValidationError when the group would be left without anyone who facilitates, or a reader would be more than a reader.
    """
    _lock(membership)
    if (membership.takes_part, membership.facilitates, membership.observes) == (takes_part, facilitates, observes):
        return membership
    if membership.facilitates and not facilitates:
        _refuse_to_leave_nobody(membership)
    before = role_words(membership)
    becomes_reader = observes and not membership.observes
    membership.takes_part, membership.facilitates, membership.observes = takes_part, facilitates, observes
    _save(
        membership,
        ["takes_part", "facilitates", "observes"],
        ChangeKind.ROLE,
        before,
        role_words(membership),
        reason,
        by,
        at,
    )
    if becomes_reader:
        signals.membership_reads_only.send(sender=Membership, membership=membership, by=by, at=at or timezone.now())
    signals.role_changed.send(sender=Membership, membership=membership)
    return membership


@transaction.atomic
def change_organisation(*, membership, organisation, by, reason="", at=None):
    """Change which Organisation someone speaks for; None for a resident. The same one again changes nothing."""
    _lock(membership)
    if membership.organisation_id == (organisation and organisation.pk):
        return membership
    before = membership.organisation.name if membership.organisation_id else RESIDENT
    membership.organisation = organisation
    if organisation:
        membership.partnership.organisations.add(organisation)
    return _save(
        membership,
        ["organisation"],
        ChangeKind.ORGANISATION,
        before,
        organisation.name if organisation else RESIDENT,
        reason,
        by,
        at,
    )


@transaction.atomic
def update_profile(*, membership, by, expected, brings=None, at=None, **changes):
    """Save one's own words about oneself: any of PROFILE_FIELDS, and with `brings` the whole list of (kind, text).

    expected: the version (a count) the form was made from. Raises PermissionDenied for anyone else's page, facilitators
    included; ValidationError; StaleVersion when it was saved elsewhere in between.
    """
    _only_oneself(membership, by)
    unknown = changes.keys() - PROFILE_FIELDS
    if unknown:
        raise TypeError(f"A profile has no {', '.join(sorted(unknown))}.")
    for name, value in changes.items():
        setattr(membership, name, value)
    membership.save_versioned(expected=expected, fields=list(changes))
    if brings is not None:
        set_brings(membership=membership, brings=brings, by=by, at=at)
    return membership


@transaction.atomic
def set_brings(*, membership, brings, by, at=None):
    """Replace what someone brings by `brings`: (kind, text) in their order; empty lines are left out.

    Raises ValidationError naming each line that needs a look; then nothing is changed. PermissionDenied for another's page.
    """
    _only_oneself(membership, by)
    rows = [
        (number, Bring(membership=membership, kind=kind, text=text.strip(), position=number))
        for number, (kind, text) in enumerate(brings, 1)
        if text.strip()
    ]
    if len(rows) > MOST_BRINGS:
        raise ValidationError(f"That is {len(rows)} lines. Keep the {MOST_BRINGS} that matter most.")
    wrong = []
    for number, row in rows:
        try:
            row.clean_fields(exclude={"membership"})
        except ValidationError as error:
            wrong += [f"Line {number}: {message}" for message in error.messages]
    if wrong:
        raise ValidationError({"brings": wrong})
    membership.brings.all().delete()
    return Bring.objects.bulk_create([row for _, row in rows])


@transaction.atomic
def leave_partnership(*, membership, by, on=None, reason="", named_words=None, at=None):
    """End a membership. Sends `membership_ended`, so that what hangs on it can find a new home.

    on: the last day (a date), or None for today; for a day to come there is `plan_leaving`. named_words: what becomes of
    shown words that carry their name (NamedWords), or None for what they wrote down beforehand, if anything: whoever else
    ends it does not choose for them. The name itself is not printed beside those words any more (trust U3).
    What made it hard for them is deleted at once.
    Raises ValidationError when they have left already, the date does not fit, or nobody else facilitates.
    """
    at = at or timezone.now()
    _lock(membership)
    today = membership.partnership.local_date(at)
    on = on or today
    if on > today:
        raise ValidationError({"on": "This day has not come yet. Choose today or an earlier day."})
    if on < membership.joined_on:
        raise ValidationError({"on": f"The last day can’t be before the first, {membership.joined_on:%-d %B %Y}."})
    if membership.facilitates:
        _refuse_to_leave_nobody(membership)
    membership.left_on = on
    membership.limits, membership.paused_until = "", None
    membership.leaves_on, membership.leaving_word = None, ""
    membership.named_words = named_words or membership.named_words
    _save(
        membership,
        ["left_on", "limits", "paused_until", "leaves_on", "leaving_word", "named_words"],
        ChangeKind.LEFT,
        membership.get_ring_display(),
        "",
        reason,
        by,
        at,
        on=on,
    )
    signals.membership_ended.send(sender=Membership, membership=membership, by=by, at=at)
    return membership


@transaction.atomic
def plan_leaving(*, membership, by, on, reason="", named_words=NamedWords.KEEP, at=None):
    """Write down a last day that is still to come. Until it is over nothing changes, and it can be changed or taken back.

    on: a date, a year ahead at most. Raises ValidationError when it does not fit or nobody else facilitates;
    PermissionDenied for anyone but the person.
    """
    _only_oneself(membership, by)
    _lock(membership)
    today = membership.partnership.local_date(at)
    if on <= today:
        raise ValidationError({"on": "Choose a day to come."})
    if on - today > FURTHEST_LAST_DAY:
        raise ValidationError({"on": "Choose a day within a year."})
    if membership.facilitates:
        _refuse_to_leave_nobody(membership)
    membership.leaves_on, membership.leaving_word, membership.named_words = on, reason.strip(), named_words
    return membership.save_versioned(expected=membership.version, fields=["leaves_on", "leaving_word", "named_words"])


@transaction.atomic
def stay_after_all(*, membership, by, at=None):
    """Take back a last day that is still to come. Without one nothing changes. PermissionDenied for anyone but the person."""
    _only_oneself(membership, by)
    _lock(membership)
    if membership.leaves_on is None:
        return membership
    membership.leaves_on, membership.leaving_word, membership.named_words = None, "", NamedWords.KEEP
    return membership.save_versioned(expected=membership.version, fields=["leaves_on", "leaving_word", "named_words"])


def end_due_memberships(*, at=None):
    """End the memberships whose named last day is over where the group lives. Returns how many. Safe to run twice."""
    at = at or timezone.now()
    ended = 0
    # A day ahead of every clock: each group's own date is asked below.
    due = Membership.objects.leaving_before(at.date() + timedelta(days=1)).select_related("partnership", "person")
    for membership in due:
        try:
            ended += _end_if_due(membership, at)
        except ValidationError as refusal:
            # Whoever else facilitated has left since, or another worker was first: nobody is put out of a group by a clock.
            logger.info("membership %s goes on: %s", membership.pk, refusal.messages[0])
    return ended


@transaction.atomic
def _end_if_due(membership, at):
    """End it, unless they chose another day or to stay since it was read: what holds is what is read under the lock."""
    _lock(membership)
    if membership.leaves_on is None or membership.leaves_on >= membership.partnership.local_date(at):
        return False
    leave_partnership(
        membership=membership, by=membership.person, on=membership.leaves_on, reason=membership.leaving_word, at=at
    )
    return True


def role_words(membership):
    """A role as people say it: what the history of a person prints."""
    if membership.role == Role.OBSERVER:
        return "reads what is shared"
    return " and ".join(
        word
        for word, holds in (("takes part", membership.takes_part), ("facilitates", membership.facilitates))
        if holds
    )


def _lock(membership):
    """Take the locks in their order and read the membership again as it is now."""
    partnership = Partnership.objects.lock().get(pk=membership.partnership_id)
    person = membership.person
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update(no_key=True))
    membership.partnership, membership.person = partnership, person
    if not membership.is_current:
        raise ValidationError(f"{person.short_name} left on {membership.left_on:%-d %B %Y}.")


def _refuse_to_leave_nobody(membership):
    others = (
        Membership.objects.current()
        .facilitating()
        .filter(partnership=membership.partnership_id)
        .exclude(pk=membership.pk)
    )
    if not others.exists():
        raise ValidationError(LAST_FACILITATOR)


def _only_oneself(membership, by):
    if by.pk != membership.person_id:
        raise PermissionDenied("Only the person themself writes here.")


def _save(membership, fields, kind, before, after, reason, by, at, on=None):
    membership.save_versioned(expected=membership.version, fields=fields)
    _note(membership, kind, before, after, reason, by, at, on=on)
    return membership


def _note(membership, kind, before, after, reason, by, at, on=None):
    at = at or timezone.now()
    change = MembershipChange(
        membership=membership,
        on=on or membership.partnership.local_date(at),
        recorded_at=at,
        kind=kind,
        before=before,
        after=after,
        reason=reason.strip(),
        by=by,
    )
    change.full_clean()
    change.save(force_insert=True)
