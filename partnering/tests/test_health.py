"""The two health addresses: alive, and ready."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse


def test_health_live_asks_nothing_of_anyone(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get(reverse("health_live"))
    assert answer.json() == {"live": True}


def test_health_ready_when_everything_is_there(client, db):
    answer = client.get(reverse("health_ready"))
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "database": True, "migrations": True, "degraded": False},
    )


def test_health_ready_says_no_when_a_migration_is_missing(client, db):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("partnerships", recorder.migration_qs.filter(app="partnerships").latest("id").name)
    answer = client.get(reverse("health_ready"))
    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "database": True, "migrations": False, "degraded": False},
    )


@pytest.mark.django_db
def test_health_ready_without_redis_is_degraded_and_still_ready(client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    answer = client.get(reverse("health_ready"))
    assert (answer.status_code, answer.json()["degraded"]) == (200, True)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
