"""The clock: what is due opens and ends by itself, on the real clock of the worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reflection.domain.sessions import schedule_session
from reflection.enums import SessionState
from reflection.models import Session
from reflection.tasks import task_keep_time
from reflection.tests.sessions import make_open, make_plan

pytestmark = pytest.mark.django_db


def test_task_keep_time_opens_what_is_due_and_ends_what_is_over(larkmere, framework, lead):
    now = timezone.now()
    due = make_plan(
        larkmere,
        framework,
        lead,
        at=now - timedelta(hours=3),
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
    )
    schedule_session(session=due, by=lead, at=now - timedelta(hours=2))
    over = make_open(larkmere, framework, lead, at=now - timedelta(days=11))
    task_keep_time()
    task_keep_time()
    due, over = Session.objects.get(pk=due.pk), Session.objects.get(pk=over.pk)
    assert (due.state, due.opened_at >= now) == (SessionState.OPEN, True)
    assert (over.state, over.writing_ended_at >= now) == (SessionState.OPEN, True)
