from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.models.stakeholders import Stakeholder, StakeholderPosition

EDITABLE = {"name", "kind", "sector", "ring", "held_by", "accountable_for", "last_talked_on"}


@transaction.atomic
def add_stakeholder(*, partnership, by, at=None, **about):
    """Add a group around the partnership: any of EDITABLE; `held_by` is a current Membership of the same partnership.

    Raises ValidationError with words for the field.
    """
    stakeholder = Stakeholder(partnership=partnership, created_by=by)
    _set(stakeholder, about, at)
    stakeholder.full_clean()
    stakeholder.save(force_insert=True)
    return stakeholder


@transaction.atomic
def update_stakeholder(*, stakeholder, by, expected, at=None, **about):
    """Change what is written about a group. expected: the version (a count) the form was made from.

    Raises ValidationError, or StaleVersion when somebody saved in between.
    """
    _set(stakeholder, about, at)
    return stakeholder.save_versioned(expected=expected, fields=list(about))


@transaction.atomic
def record_position(*, stakeholder, by, agreement, trust, note="", on=None, at=None):
    """Write down where a group stands: agreement and trust, each 1 (not at all) to 5 (very much), on a date (None: today).

    A second look on the same day replaces the first. Raises ValidationError when a number or the date does not fit.
    """
    today = stakeholder.partnership.local_date(at or timezone.now())
    on = on or today
    if on > today:
        raise ValidationError({"on": "This day has not come yet. Choose today or an earlier day."})
    # Two people who look on the same day write one after the other.
    Stakeholder.objects.select_for_update(no_key=True).get(pk=stakeholder.pk)
    position = stakeholder.positions.filter(on=on).first() or StakeholderPosition(stakeholder=stakeholder, on=on)
    position.agreement, position.trust, position.note, position.by = agreement, trust, note.strip(), by
    position.full_clean()
    position.save()
    return position


def _set(stakeholder, about, at):
    unknown = about.keys() - EDITABLE
    if unknown:
        raise TypeError(f"A stakeholder has no {', '.join(sorted(unknown))}.")
    for name, value in about.items():
        setattr(stakeholder, name, value)
    stakeholder.name = " ".join(stakeholder.name.split())
    holder = about.get("held_by")
    if holder and (holder.partnership_id != stakeholder.partnership_id or not holder.is_current or holder.observes):
        raise ValidationError({"held_by": "Choose someone who is in the group today."})
    talked = about.get("last_talked_on")
    if talked and talked > stakeholder.partnership.local_date(at or timezone.now()):
        raise ValidationError({"last_talked_on": "This day has not come yet. Choose today or an earlier day."})
