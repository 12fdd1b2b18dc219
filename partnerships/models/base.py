import uuid

from django.db import models, transaction


class StaleVersion(Exception):
    """Someone else saved first. `current` is what the database holds now, so a page can show both texts."""

    def __init__(self, current):
        self.current = current
        super().__init__(f"{type(current).__name__} {current.pk} is at version {current.version}")


class UUIDModel(models.Model):
    # Random, never counted: an id in a link says nothing about how many there are or which came first.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """An object that two people may edit at the same time."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_versioned(self, *, expected, fields):
        """Save `fields` only if the row is still at version `expected` (a count, as the form carried it).

        Raises ValidationError when the values are not acceptable, StaleVersion when somebody saved in between.
        """
        model = type(self)
        self.full_clean()
        with transaction.atomic():
            # The compare-and-set takes the row's lock; the save that follows writes the fields and the change history.
            moved = model._base_manager.filter(pk=self.pk, version=expected).update(version=expected + 1)
            if not moved:
                raise StaleVersion(model._base_manager.get(pk=self.pk))
            self.version = expected + 1
            self.save(update_fields=[*fields, "version"])
        return self
