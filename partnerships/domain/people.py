"""People and their addresses. The account library's address row follows the person through this file alone."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships import signals
from partnerships.domain.bounces import lift_suppression
from partnerships.models.people import Person

OWN_FIELDS = {"full_name", "called", "pronouns", "time_zone", "theme"}


@transaction.atomic
def create_person(*, email, full_name, called="", pronouns="", time_zone="Europe/London", by=None, at=None):
    """Make an account that signs in by code. Call it only once the address is proven: it counts as verified.

    Raises ValidationError when the address is taken, or a value is not acceptable.
    """
    person = Person.objects.create_user(
        email.strip(),
        full_name=full_name.strip(),
        called=called.strip(),
        pronouns=pronouns.strip(),
        time_zone=time_zone,
        joined_at=at or timezone.now(),
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@transaction.atomic
def update_person(*, person, by, at=None, **changes):
    """Change what someone is called and how their pages look ("full_name", "called", "pronouns", "time_zone", "theme")."""
    unknown = changes.keys() - OWN_FIELDS
    if unknown:
        raise TypeError(f"A person has no {', '.join(sorted(unknown))} to change here.")
    for name, value in changes.items():
        setattr(person, name, value.strip())
    person.full_clean()
    person.save(update_fields=list(changes))
    return person


@transaction.atomic
def change_person_email(*, person, email, by, at=None):
    """Move an account to another, proven address; the old one stops working for signing in.

    Raises ValidationError when someone else has the address.
    """
    person.email = Person.objects.normalize_email(email.strip()).lower()
    try:
        person.full_clean()
    except ValidationError:
        person.refresh_from_db(fields=["email"])
        raise
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    lift_suppression(address=person.email)  # proven: mail reaches them there
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@transaction.atomic
def end_sign_in(*, person, by, at=None):
    """Close an account until somebody opens it again: its person signs in no more, and is signed out wherever they were.

    Sends `sign_in_ended`, so that what they have open ends too.
    """
    person.is_active = False
    person.save(update_fields=["is_active"])
    signals.sign_in_ended.send(sender=Person, person=person)
