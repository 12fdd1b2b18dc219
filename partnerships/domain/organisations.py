from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.models.organisations import Organisation


def get_or_name_organisation(*, name, by, sector="", small=False, at=None):
    """The organisation of this name, whatever its capitals; a new one if nobody named it yet.

    `sector` (a Sector value) and `small` (few or no paid staff) count for a new one only: a shared row is not changed in passing.
    Raises ValidationError when a new one has no name or no sector.
    """
    name = " ".join(name.split())
    known = Organisation.objects.named(name).first()
    if known:
        return known
    organisation = Organisation(name=name, sector=sector, small=small)
    if not name:
        raise ValidationError({"name": "Give the organisation a name, or leave it out."})
    if not sector:
        raise ValidationError({"sector": f"Choose which sector {name} belongs to."})
    organisation.clean_fields()
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError:
        # Someone named it in the same moment: theirs is the row.
        return Organisation.objects.named(name).get()
    return organisation
