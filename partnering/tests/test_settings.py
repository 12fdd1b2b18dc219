"""The machine we run on is the one we think, and production refuses to start unsafely (S17, S18)."""

import os
import re
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from partnering.dev.checks import _production
from partnering.environment import generated_key, prepare_folder, refuse_weak_key
from partnering.tests.house import ROOT

STRONG = _production()["SECRET_KEY"]


def test_the_database_is_the_one_this_run_promised(db):
    assert connection.vendor == os.environ["EXPECTED_VENDOR"]


def start(tmp_path, **changes):
    """Start a production server's Django with complete settings, less or more what is given; return how it ended."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    env = kept | _production() | {"PARTNERING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "partnering.settings"} | changes
    code = "import django; django.setup()"
    env = {name: value for name, value in env.items() if value is not None}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_starts_when_everything_is_set(tmp_path):
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG must be off in production"),
        ({"PARTNERING_TRIAL": "1"}, "PARTNERING_TRIAL must be off in production"),
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, "SECRET_KEY looks like a published example"),
        ({"SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY is too weak"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"SITE_URL": None}, "SITE_URL must be the address"),
        ({"SITE_URL": "http://partnering.test"}, "SITE_URL must be the address"),
    ],
)
def test_production_refuses_to_start_unsafely(tmp_path, changes, words):
    done = start(tmp_path, **changes)
    last_line = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert words in last_line
    assert STRONG not in done.stderr


def test_each_machine_makes_a_key_of_its_own(tmp_path):
    first, second = (generated_key(prepare_folder(tmp_path / name)) for name in ("one", "two"))
    assert first != second
    assert generated_key(tmp_path / "one") == first
    assert stat.S_IMODE((tmp_path / "one" / "secret-key").stat().st_mode) == 0o600
    assert refuse_weak_key(first) is None
    assert list((tmp_path / "one").glob(".secret-key*")) == []


def test_production_makes_no_key_by_itself(tmp_path):
    start(tmp_path, SECRET_KEY=None)
    assert not (tmp_path / "secret-key").exists()


def test_a_repetitive_key_is_refused():
    with pytest.raises(ImproperlyConfigured, match="too weak"):
        refuse_weak_key("abab" * 20)


def test_production_cookies_belong_to_this_host_alone(tmp_path):
    code = "import django; django.setup(); from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    env = {"PATH": os.environ["PATH"], "PARTNERING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "partnering.settings"} | _production()
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["__Host-session", "__Host-csrftoken", "True", "True", "31536000"]


def test_no_part_of_the_code_is_a_key():
    """Nothing that looks like a secret is committed: long random strings outside lock files."""
    pattern = re.compile(r"(?i)(secret|password|token)[\w]*\s*=\s*[\"'][A-Za-z0-9+/_-]{32,}[\"']")
    found = [path.name for path in ROOT.glob("part*/**/*.py") if pattern.search(path.read_text())]
    assert found == []


def test_every_variable_is_documented_and_every_documented_variable_is_read():
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "partnering" / "settings.py").read_text()))
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert listed - {"PORT", "TEST_DATABASE_URL", "TEST_REDIS_URL", "CHROMIUM"} == read - {"TEST_DATABASE_NAME"}


def test_one_cache_serves_every_process():
    """Rate limits in a cache of one process are no limits (S8)."""
    assert settings.CACHES["default"]["BACKEND"].split(".")[-1] in {"RedisCache", "FileBasedCache"}
