"""The worker and the clock: what beat rings for exists, and a task sent from here runs there."""

import time

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings

from partnering.celery import app


@pytest.fixture
def tasks():
    app.loader.import_default_modules()
    return app.tasks


def test_everything_the_clock_rings_for_exists(tasks):
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted <= set(tasks)


def test_every_task_of_ours_is_rung_for(tasks):
    ours = {name for name in tasks if name.split(".")[0] in {"partnering", "partnerships", "reflection"}}
    assert ours == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_tasks_travel_as_json_in_utc_and_leave_no_results():
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])
    assert (app.conf.timezone, app.conf.task_ignore_result, app.conf.task_acks_late) == ("UTC", True, False)


def test_a_task_sent_here_runs_in_a_worker(tmp_path):
    """Through the real broker of this run: Redis, or the folder of files."""
    done = tmp_path / "done"

    @app.task(name="partnering.tests.leave_a_mark")
    def leave_a_mark(words):
        done.write_text(words)

    try:
        with start_worker(
            app, perform_ping_check=False, pool="solo", concurrency=1, loglevel="ERROR", shutdown_timeout=20
        ):
            leave_a_mark.delay("it ran")
            for _ in range(100):
                if done.exists():
                    break
                time.sleep(0.1)
    finally:
        app.tasks.pop(leave_a_mark.name)
    assert done.read_text() == "it ran"
