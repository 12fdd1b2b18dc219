from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.domain.members import join_partnership
from partnerships.enums import PlaceLevel, Ring
from partnerships.models.invitations import Invitation
from partnerships.models.partnerships import SMALLEST_GROUP_USUAL, Partnership, Place

EDITABLE = {"name", "started_on", "ended_on", "time_zone", "programme"}


def get_or_name_place(*, name, by, level=PlaceLevel.NEIGHBOURHOOD, at=None):
    """The place of this name and level; a new one if nobody named it yet. Raises ValidationError when it has no name."""
    name = " ".join(name.split())
    place = Place.objects.filter(name__iexact=name, level=level).first()
    if place:
        return place
    place = Place(name=name, level=level)
    place.clean_fields()
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError:
        return Place.objects.get(name=name, level=level)
    return place


@transaction.atomic
def found_partnership(
    *,
    name,
    by,
    programme=None,
    places=(),
    organisations=(),
    organisation=None,
    takes_part=True,
    minimum_group=SMALLEST_GROUP_USUAL,
    started_on=None,
    time_zone="Europe/London",
    invitation=None,
    at=None,
):
    """Begin a partnership; its founder becomes the first who facilitates.

    places: (Place). organisations: those around the table (Organisation). organisation: the one the founder speaks for, or None.
    minimum_group: people, at least 3; it can be raised later and never lowered. started_on: a date, or None for today.
    invitation: the accepted Invitation to begin one, used up by this; its programme counts where none is given.
    Raises ValidationError with words for the field.
    """
    at = at or timezone.now()
    if invitation is not None:
        # Locked, so that one invitation cannot begin two partnerships.
        invitation = (
            Invitation.objects.select_for_update(no_key=True, of=("self",))
            .letting_found(by)
            .filter(pk=invitation.pk)
            .first()
        )
        if invitation is None:
            raise ValidationError("This invitation has begun a partnership already. Open it from your home page.")
        programme = programme or invitation.programme
    partnership = Partnership(
        name=" ".join(name.split()),
        programme=programme,
        minimum_group=minimum_group,
        time_zone=time_zone,
        founded_at=at,
        founded_by=by,
    )
    partnership.clean_fields(exclude={"started_on"})
    partnership.started_on = started_on or partnership.local_date(at)
    if partnership.started_on > partnership.local_date(at):
        raise ValidationError({"started_on": "This day has not come yet. Give the day you began, or leave it out."})
    partnership.full_clean()
    partnership.save(force_insert=True)
    partnership.places.set(places)
    partnership.organisations.set(organisations)
    join_partnership(
        partnership=partnership,
        person=by,
        by=by,
        organisation=organisation,
        takes_part=takes_part,
        facilitates=True,
        ring=Ring.CORE,
        at=at,
    )
    if invitation is not None:
        invitation.partnership = partnership
        invitation.save(update_fields=["partnership"])
    return partnership


@transaction.atomic
def update_partnership(*, partnership, by, expected, places=None, organisations=None, at=None, **changes):
    """Change what a partnership says about itself ("name", "started_on", "ended_on", "time_zone", "programme", places, organisations).

    expected: the version (a count) the form was made from. Raises ValidationError, or StaleVersion when somebody saved in between.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"A partnership has no {', '.join(sorted(unknown))} to change here.")
    for name, value in changes.items():
        setattr(partnership, name, value)
    partnership.save_versioned(expected=expected, fields=list(changes))
    if places is not None:
        partnership.places.set(places)
    if organisations is not None:
        partnership.organisations.set(organisations)
    return partnership


@transaction.atomic
def raise_minimum_group(*, partnership, to, by, at=None):
    """Ask for more people before answers without names are shown. `to`: people; it never goes down (A12).

    Raises ValidationError when it is lower than what holds now.
    """
    locked = Partnership.objects.lock().get(pk=partnership.pk)
    locked.minimum_group = to
    locked.save_versioned(expected=locked.version, fields=["minimum_group"])
    partnership.minimum_group, partnership.version = locked.minimum_group, locked.version
    return partnership
