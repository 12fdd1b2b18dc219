"""What mail people want: paces for each series, a pause, a stop with one press. Nobody else is told."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from partnerships.domain.dispatch import kinds
from partnerships.domain.dispatch_mail import UNSUBSCRIBE
from partnerships.domain.links import link_purpose, sign_link
from partnerships.enums import CheckInPace, CheckInPress, DispatchState, MailPace, MailSeries, NotSentBecause
from partnerships.models.dispatch import Dispatch
from partnerships.models.mail_choices import FIELD_OF, UNTIL_THEY_SAY_SO, MailChoice
from partnerships.models.members import Membership
from partnerships.models.partnerships import Partnership
from partnerships.models.people import Person

#: The purpose of a link under which someone is asked less often, without a sign-in.
FEWER = "checkin_fewer"
SHORT_PAUSE = timedelta(weeks=4)


@link_purpose(UNSUBSCRIBE)
def load_mail_to_stop(link):
    """(person, partnership or None, series) of an unsubscribe link; None when the person or the group is gone."""
    person = Person.objects.filter(pk=link.subject, is_active=True).first()
    partnership = Partnership.objects.filter(pk=link.obj).first() if link.obj else None
    if person is None or (link.obj and partnership is None) or link.note not in MailSeries:
        return None
    return person, partnership, MailSeries(link.note)


@link_purpose(FEWER)
def load_whom_to_ask_less(link):
    """The membership behind a link under a check-in; None once they have left the group or only read."""
    return (
        Membership.objects.current()
        .of_the_group()
        .filter(pk=link.subject, partnership=link.obj, person__is_active=True)
        .select_related("person", "partnership")
        .first()
    )


def fewer_token(*, membership, expires_at):
    """The token under which one person is asked less often, in one group, without a sign-in."""
    return sign_link(FEWER, subject=membership, obj=membership.partnership_id, expires_at=expires_at)


def mail_choice_of(membership):
    """The MailChoice of a membership; one that is not saved yet when they never chose."""
    return MailChoice.objects.filter(membership=membership).first() or MailChoice(membership=membership)


@transaction.atomic
def update_mail_choice(*, membership, by, at=None, **changes):
    """Save one's own paces: fields of MailChoice. Raises ValidationError; PermissionDenied for anyone else's page."""
    _only_oneself(membership, by)
    before = mail_choice_of(membership)
    choice = _save(membership, changes)
    _give_back(membership, before, choice)
    return choice


@transaction.atomic
def pause_mail(*, membership, by, until=None, at=None):
    """Let no mail that can wait come up to and including a day; without one, until they say so.

    until: a date by the partnership's clock. Raises ValidationError for a day that has passed; PermissionDenied.
    """
    _only_oneself(membership, by)
    if until is not None and until < membership.partnership.local_date(at):
        raise ValidationError({"until": "This day has passed. Choose today or a later day."})
    return _pause(membership, until or UNTIL_THEY_SAY_SO)


@transaction.atomic
def press_fewer(*, membership, by, press, at=None):
    """What one press under a check-in does (a CheckInPress). Pressing again changes nothing; nobody is told.

    A pause is of everything that can wait, for four weeks; it never shortens a longer one, nor does a change of mind
    end one that no press made. Raises PermissionDenied.
    """
    _only_oneself(membership, by)
    if press == CheckInPress.PAUSE:
        until = membership.partnership.local_date(at) + SHORT_PAUSE
        if not membership.is_paused(until):
            _pause(membership, until)
        return
    paces = {CheckInPress.MONTHLY: CheckInPace.MONTHLY, CheckInPress.STOP: CheckInPace.NEVER}
    _save(membership, {"checkin_pace": paces.get(press, CheckInPace.GROUP)})
    longest = membership.partnership.local_date(at) + SHORT_PAUSE
    if press == CheckInPress.BACK and membership.paused_until and membership.paused_until <= longest:
        _pause(membership, None)


@transaction.atomic
def resume_mail(*, membership, by, at=None):
    """End a pause. What would have come in the meantime does not come any more."""
    _only_oneself(membership, by)
    return _pause(membership, None)


@transaction.atomic
def stop_mail(*, person, series=None, partnership=None, at=None):
    """Stop a MailSeries (None: every one) about one partnership (None: all of theirs). Stopping again changes nothing.

    The weekly mail stops when nothing is gathered in it any more: what was weekly becomes none. Returns the memberships.
    """
    memberships = Membership.objects.current().filter(person=person).order_by("pk")
    if partnership is not None:
        memberships = memberships.filter(partnership=partnership)
    memberships = list(memberships)
    for membership in memberships:
        choice = mail_choice_of(membership)
        if series == MailSeries.DIGEST:
            names = [name for name in FIELD_OF.values() if getattr(choice, name) == MailPace.WEEKLY]
        else:
            names = FIELD_OF.values() if series is None else [FIELD_OF[series]]
        _save(membership, dict.fromkeys(names, MailPace.NONE))
    return memberships


def _give_back(membership, before, after):
    """What was kept for a weekly mail and now comes at once is planned again, unless that mail has told of it already."""
    changed = [
        series
        for series, name in FIELD_OF.items()
        if (getattr(before, name), getattr(after, name)) == (MailPace.WEEKLY, MailPace.AT_ONCE)
    ]
    if not changed:
        return
    mine = Dispatch.objects.to(membership.person)
    weekly = [kind.name for kind in kinds.values() if kind.series == MailSeries.DIGEST]
    told = mine.filter(kind__in=weekly, state=DispatchState.SENT).order_by("-planned_at").first()
    kept = mine.filter(
        kind__in=[kind.name for kind in kinds.values() if kind.series in changed],
        partnership=membership.partnership_id,
        state=DispatchState.SUPPRESSED,
        reason=NotSentBecause.WEEKLY,
    )
    if told:
        kept = kept.filter(planned_at__gt=told.planned_at)
    kept.update(state=DispatchState.PLANNED, reason="", claim=None, claimed_at=None)


def _save(membership, changes):
    # Validated before it is written; created or changed in one statement each, so that two presses at once are one row.
    draft = mail_choice_of(membership)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.full_clean(validate_unique=False, validate_constraints=False)
    choice, _ = MailChoice.objects.update_or_create(membership=membership, defaults=changes)
    return choice


def _pause(membership, until):
    # Beside the version of their page: a pause takes nothing away from what they may be writing there.
    Membership.objects.filter(pk=membership.pk).update(paused_until=until)
    membership.paused_until = until
    return membership


def _only_oneself(membership, by):
    if by.pk != membership.person_id:
        raise PermissionDenied("Only the person themself.")
