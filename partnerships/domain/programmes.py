from django.db import transaction

from partnerships.models.programmes import Programme


@transaction.atomic
def create_programme(*, name, by, funder="", starts_on=None, ends_on=None, summary="", administrators=(), at=None):
    """Begin a programme. Whoever begins it looks after it, with the `administrators` (Person) named beside them.

    Raises ValidationError when it would end before it begins.
    """
    programme = Programme(
        name=name.strip(), funder=funder.strip(), starts_on=starts_on, ends_on=ends_on, summary=summary.strip()
    )
    programme.full_clean()
    programme.save()
    programme.administrators.add(by, *administrators)
    return programme
