"""The machine we run on is the one we think, and production refuses to start unsafely (S17, S18)."""

import os
import re
import runpy
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from partnering.dev.checks import _production
from partnering.environment import generated_key, prepare_folder, refuse_weak_key
from partnering.tests.house import ROOT, files

STRONG = _production()["SECRET_KEY"]


def test_the_database_is_the_one_this_run_promised(db):
    assert connection.vendor == os.environ["EXPECTED_VENDOR"]


@pytest.fixture
def read_settings(tmp_path, monkeypatch):
    """A function that reads settings.py as a production server would, with complete settings, less or more what is given."""

    def read(**changes):
        for name in [*os.environ]:
            if name.startswith(("PARTNERING_", "DATABASE_", "REDIS_", "EMAIL_", "SECRET_", "ALLOWED_", "SITE_")):
                monkeypatch.delenv(name)
        for name, value in (_production() | {"PARTNERING_VAR": str(tmp_path)} | changes).items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        return SimpleNamespace(**runpy.run_path(str(ROOT / "partnering" / "settings.py")))

    return read


def test_production_starts_when_everything_is_set(read_settings):
    found = read_settings()
    assert (found.PRODUCTION, found.DEBUG, found.TRIAL) == (True, False, False)
    assert (found.SESSION_COOKIE_NAME, found.CSRF_COOKIE_NAME) == ("__Host-session", "__Host-csrftoken")
    assert found.SESSION_COOKIE_SECURE is found.CSRF_COOKIE_SECURE is found.SECURE_SSL_REDIRECT is True
    assert found.SECURE_HSTS_SECONDS == 31_536_000
    assert found.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    assert found.CELERY_BROKER_URL == found.CACHES["default"]["LOCATION"] == "redis://127.0.0.1:1/0"
    assert found.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


def test_a_bare_machine_needs_no_service(read_settings):
    bare = dict.fromkeys(_production())
    found = read_settings(**bare)
    assert found.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found.CELERY_BROKER_URL == "filesystem://localhost"
    assert (
        found.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]
        == found.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"]
    )
    assert (found.EMAIL_BACKEND, found.DEBUG, found.TRIAL) == ("partnering.mail.EmlBackend", False, False)
    assert found.ALLOWED_HOSTS == ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG must be off in production"),
        ({"PARTNERING_TRIAL": "1"}, "PARTNERING_TRIAL must be off in production"),
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "abab" * 20}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, "SECRET_KEY looks like a published example"),
        ({"SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY is too weak"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"SITE_URL": None}, "SITE_URL must be the address"),
        ({"SITE_URL": "http://partnering.test"}, "SITE_URL must be the address"),
    ],
)
def test_production_refuses_to_start_unsafely(read_settings, changes, words):
    with pytest.raises(ImproperlyConfigured, match=f"^{words}") as refused:
        read_settings(**changes)
    assert STRONG not in str(refused.value)


def test_a_refusal_is_the_last_thing_said(tmp_path):
    env = {"PATH": os.environ["PATH"], "PARTNERING_VAR": str(tmp_path)} | _production() | {"DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .endswith("DEBUG must be off in production: it shows the inside of the server to visitors.")
    )


def test_each_machine_makes_a_key_of_its_own(tmp_path):
    first, second = (generated_key(prepare_folder(tmp_path / name)) for name in ("one", "two"))
    assert first != second
    assert generated_key(tmp_path / "one") == first
    assert stat.S_IMODE((tmp_path / "one" / "secret-key").stat().st_mode) == 0o600
    assert refuse_weak_key(first) is None
    assert list((tmp_path / "one").glob(".secret-key*")) == []


def test_production_makes_no_key_by_itself(read_settings, tmp_path):
    with pytest.raises(ImproperlyConfigured):
        read_settings(SECRET_KEY=None)
    assert not (tmp_path / "secret-key").exists()


def test_no_part_of_the_code_is_a_key():
    """Nothing that looks like a secret is committed: long random strings outside lock files."""
    pattern = re.compile(r"(?i)(secret|password|token)[\w]*\s*=\s*[\"'][A-Za-z0-9+/_-]{32,}[\"']")
    found = [path.name for path in files(".py") if "tests" not in path.parts and pattern.search(path.read_text())]
    assert found == []


def test_every_variable_is_documented_and_every_documented_variable_is_read():
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "partnering" / "settings.py").read_text()))
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert listed - {"PORT", "TEST_DATABASE_URL", "TEST_REDIS_URL", "CHROMIUM"} == read - {"TEST_DATABASE_NAME"}


def test_one_cache_serves_every_process():
    """Rate limits in a cache of one process are no limits (S8)."""
    assert settings.CACHES["default"]["BACKEND"].split(".")[-1] in {"RedisCache", "FileBasedCache"}
