import zoneinfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from partnerships.enums import Theme
from partnerships.models.base import UUIDModel


def validate_time_zone(value):
    """Refuse a name that this computer's time zone data does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            "We do not know the time zone “%(value)s”. Try one such as Europe/London.", params={"value": value}
        )


class PersonManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        if not email:
            raise ValueError("A person needs an email address.")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        if password:
            person.set_password(password)
        else:
            person.set_unusable_password()
        person.full_clean()
        person.save(using=self._db)
        return person

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """One account, in any number of partnerships. What someone is in a partnership hangs on Membership."""

    email = models.EmailField(
        "email address", unique=True, error_messages={"unique": "Someone already has this address."}
    )
    full_name = models.CharField("full name", max_length=120)
    called = models.CharField("what should people call you?", max_length=60, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.DEVICE)
    is_active = models.BooleanField("can sign in", default=True)
    is_staff = models.BooleanField("can open the admin pages", default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name", "id"]
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_any_case",
                violation_error_message="Someone already has this address.",
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def short_name(self):
        """The name they like to be called; without one, the first word of their full name."""
        return self.called or (self.full_name.split() or [self.email])[0]

    @property
    def initials(self):
        words = self.full_name.split() or [self.email]
        return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.short_name
