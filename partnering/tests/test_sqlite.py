"""The trial's own database under several writers at once (C8). Without IMMEDIATE most of these writes fail."""

import os
import subprocess
import sys

from django.conf import settings


def test_sqlite_takes_eight_writers_of_25_words_without_a_refusal(tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "TEST_DATABASE_NAME"}
    }
    done = subprocess.run(
        [sys.executable, "-m", "partnering.tests.sqlite_writers"],
        cwd=settings.BASE_DIR,
        env=environment | {"PARTNERING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "partnering.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "sqlite 200 0"
