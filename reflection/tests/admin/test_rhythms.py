"""The pace that a programme sets. A group's own is not in the admin."""

import pytest
from django.urls import reverse

from reflection.models.rhythms import Rhythm
from reflection.tests.checkins import make_rhythm

pytestmark = pytest.mark.django_db
FORM = {"is_on": "on", "every_weeks": 4, "weekday": 2, "hour": 10, "starts_on": "2026-12-02", "asks_room": "on"}


def test_who_looks_after_a_programme_sets_its_pace(client, ines, programme):
    client.force_login(ines)
    answer = client.post(reverse("admin:reflection_rhythm_add"), FORM | {"programme": str(programme.pk)})
    assert answer.status_code == 302
    rhythm = Rhythm.objects.get()
    assert (rhythm.programme, rhythm.every_weeks, rhythm.asks_mood) == (programme, 4, False)


def test_a_groups_own_rhythm_is_not_here(client, ines, larkmere):
    rhythm = make_rhythm(larkmere)
    client.force_login(ines)
    assert str(rhythm.pk) not in client.get(reverse("admin:reflection_rhythm_changelist")).text
    assert client.get(reverse("admin:reflection_rhythm_change", args=[rhythm.pk])).status_code == 302
