"""The machine we run on is the one we think, and production refuses to start unsafely."""

import os

from django.db import connection


def test_the_database_is_the_one_this_run_promised(db):
    assert connection.vendor == os.environ["EXPECTED_VENDOR"]
