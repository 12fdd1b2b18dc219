"""`dev.py test` and `dev.py bench`: real services, a real browser, and no silent skips. Standard library only."""

import os
import signal
import sys
import time
from pathlib import Path

from partnering.dev import install, services
from partnering.dev.console import PYTHON, ROOT, VENV, Problem, Steps, say

SELECTING = ("-k", "-m", "--lf", "--last-failed", "--ff", "--nf", "--sw", "--collect-only", "--co")
NO_TESTS_COLLECTED = 5


class Failures(list):
    """The names of what did not pass, in order."""


def test(arguments):
    """Run the suite on PostgreSQL with Redis and Chromium, then on SQLite, then the checks of style and settings.

    With a selection (a path, -k, -m …) only that selection runs, on PostgreSQL, in one process. Returns the exit code.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    whole = not _selects(arguments)
    # Long tests and short ones: a core that is done takes over what another has not begun.
    everywhere = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal", "--durations", "15"]
    steps, failures, started = Steps(13 if whole else 7), Failures(), time.monotonic()
    _install(steps)
    chromium = install.find_chromium(steps)
    with services.temporary_folder() as folder:
        with services.real_services(steps, folder) as found:
            steps.title("Tests on PostgreSQL")
            env = _clean_env(folder / "var", found, vendor="postgresql", CHROMIUM=chromium)
            _attempt(
                failures,
                "tests on PostgreSQL",
                [PYTHON, "-m", "pytest", *(everywhere if whole else ()), *arguments],
                env,
            )
        if whole:
            steps.title("Tests on SQLite, the database for trying out")
            env = _clean_env(
                folder / "var-sqlite", {}, vendor="sqlite", TEST_DATABASE_NAME=str(folder / "test.sqlite3")
            )
            chosen = ["-m", "not browser and not postgres_only", *map(str, _about_the_database())]
            _attempt(failures, "tests on SQLite", [PYTHON, "-m", "pytest", *everywhere, *arguments, *chosen], env)
            _style(steps, failures, folder)
    took = time.monotonic() - started
    say(
        f"\n{'Failed: ' + ', '.join(failures) if failures else 'All good'} after {took // 60:.0f} min {took % 60:.0f} s."
    )
    return 1 if failures else 0


def bench(arguments):
    """Measure on a real PostgreSQL and Redis; the table is printed and kept in benchmarks/latest.json."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    steps, failures = Steps(6), Failures()
    _install(steps)
    with services.temporary_folder() as folder, services.real_services(steps, folder) as found:
        steps.title("Measuring")
        env = _clean_env(folder / "var", found, vendor="postgresql")
        _attempt(failures, "measuring", [PYTHON, "-m", "benchmarks", *arguments], env)
    return 1 if failures else 0


def _about_the_database():
    """What is asked of SQLite: the project itself, models and domain. Views and pages ask nothing of their own of a database."""
    rooms = [ROOT / app / "tests" / layer for app in ("partnerships", "reflection") for layer in ("models", "domain")]
    return [ROOT / "partnering" / "tests", *rooms]


def _install(steps):
    install.check_python(steps)
    install.make_environment(steps)
    install.install_packages(steps, development=True)


def _selects(arguments):
    return any(
        argument.startswith(SELECTING) or (not argument.startswith("-") and Path(argument.split("::")[0]).exists())
        for argument in arguments
    )


def _clean_env(var, found, *, vendor, **more):
    """Our own environment without what a shell may have set for running the app: tests decide by themselves."""
    ours = (
        "PARTNERING_",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "SECRET_KEY",
        "DEBUG",
        "SITE_URL",
        "ALLOWED_HOSTS",
        "DJANGO_",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    name = f"partnering_test_{os.getpid()}"
    return (
        kept
        | {"PARTNERING_VAR": str(var), "EXPECTED_VENDOR": vendor, "TEST_DATABASE_NAME": name, "CONN_MAX_AGE": "0"}
        | found
        | more
    )


def _attempt(failures, name, command, env=None):
    """Run one command in full view; remember its name when it fails."""
    child = services.start(command, cwd=ROOT, env=env or os.environ)
    try:
        code = child.wait()
    except BaseException:
        services.stop(child, with_signal=signal.SIGINT)
        raise
    if code:
        failures.append(name)
    return code


def _style(steps, failures, folder):
    """Style, templates, migrations and the settings of a production server."""
    plain = _clean_env(folder / "var-checks", {}, vendor="sqlite")
    commands = {
        "ruff": [VENV / "bin" / "ruff", "check", "--quiet", "."],
        "formatting": [VENV / "bin" / "ruff", "format", "--check", "--quiet", "."],
        "templates": [VENV / "bin" / "djlint", "--lint", "--quiet", "templates"],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "production settings": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    }
    for name, command in commands.items():
        steps.title(f"Check: {name}")
        _attempt(failures, name, command, plain | (_production() if name == "production settings" else {}))


def _production():
    """The settings of a made-up but complete production server."""
    return {
        "PARTNERING_PRODUCTION": "1",
        "SECRET_KEY": "".join(chr(65 + (n * 7) % 58) for n in range(64)),
        "ALLOWED_HOSTS": "partnering.test",
        "SITE_URL": "https://partnering.test",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp+tls://post:box@127.0.0.1:1",
        "DEFAULT_FROM_EMAIL": "Partnering <post@partnering.test>",
        "OPERATOR_NAME": "A made-up host",
        "OPERATOR_SECTOR": "Community and voluntary",
        "CONTROLLER_NAME": "A made-up partnership",
        "CONTACT_EMAIL": "help@partnering.test",
    }


def manage(arguments):
    """Run manage.py with the environment's Python; what `dev.py run` would use."""
    if not PYTHON.exists():
        raise Problem("Start once with:  python3 dev.py run")
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments])
