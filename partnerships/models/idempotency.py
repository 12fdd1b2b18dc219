from django.db import models
from django.utils import timezone

from partnerships.models.base import UUIDModel


class IdempotencyKey(UUIDModel):
    """What a form's key led to, so that sending the form again gives the same result instead of a second one."""

    actor_key = models.CharField(max_length=60)
    action = models.CharField(max_length=120)
    key = models.UUIDField()
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("actor_key", "action", "key", name="idempotency_key_once")]

    def __str__(self):
        return f"{self.action} {self.key}"
