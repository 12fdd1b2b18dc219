"""`dev.py run`: everything from a fresh clone to a page in the browser. Standard library only."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from partnering.dev import install, services
from partnering.dev.console import PYTHON, ROOT, VAR, Problem, Stamps, Steps, fingerprint, run, say


class Stopped(BaseException):
    """Ctrl-C, or a polite request to stop."""


def serve(port):
    site = os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}"
    os.environ.update({"PARTNERING_TRIAL": "1", "PARTNERING_VAR": str(VAR), "SITE_URL": site})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnering.settings")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    steps, children = Steps(8), []
    try:
        _port_is_free(port)
        install.check_python(steps)
        install.make_environment(steps)
        install.install_packages(steps, development=False)
        _prepare(steps)
        with steps.step("Pages and worker started"):
            children += [_pages(port), _worker()]
            _wait_until_live(port, children)
        say(f"\nPartnering is running:  {site}/\nSign in as someone:     {site}/trial/\nStop with Ctrl-C.")
        _watch(children)
    except Stopped:
        say("\nStopping …")
    finally:
        for child in children:
            services.stop(child)
    say("Stopped.")


def _prepare(steps):
    """Database, framework, demo people and static files, each only when its inputs have changed."""
    stamps, manage = Stamps(VAR / "stamps.json"), [PYTHON, "manage.py"]
    where = os.environ.get("DATABASE_URL", "sqlite")
    here = where == "sqlite" and (VAR / "partnering.sqlite3").exists()

    def once(what, name, value, *command, trust):
        with steps.step(what) as note:
            if trust and stamps.current(name, value):
                return note.already()
            run([*manage, *command])
            stamps.set(name, value)

    migrations = fingerprint("*/migrations/*.py", "requirements.txt", extra=where)
    once("Database", "migrations", migrations, "migrate", "--verbosity=0", "--noinput", trust=here)
    questions = fingerprint("reflection/frameworks/*", "reflection/management/commands/load_frameworks.py", extra=where)
    once("The five questions", "framework", questions, "load_frameworks", trust=here)
    demo = fingerprint("partnering/management/commands/*.py", "partnering/demo/**/*", extra=where)
    once("Demo people and partnerships", "demo", demo, "load_demo", trust=here)
    static = fingerprint("static/**/*", "partnering/staticfiles.py", "requirements.txt")
    collected = (VAR / "static" / "staticfiles.json").exists()
    once("Styles and scripts", "static", static, "collectstatic", "--noinput", "--verbosity=0", trust=collected)


def _pages(port):
    command = [PYTHON, "-m", "uvicorn", "partnering.asgi:application", "--host", "127.0.0.1", "--port", port]
    return services.start(
        [
            *command,
            "--log-level",
            "warning",
            "--no-access-log",
            "--no-server-header",
            "--timeout-graceful-shutdown",
            "2",
        ],
        cwd=ROOT,
    )


def _worker():
    quiet = ["-W", "ignore:You're running the worker"]  # as root, which in a container is the only one there is
    command = [
        PYTHON,
        *quiet,
        "-m",
        "celery",
        "-A",
        "partnering",
        "--quiet",
        "worker",
        "-B",
        "-P",
        "threads",
        "-c",
        "2",
    ]
    options = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return services.start([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL)


def _port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(
                f"Something else answers on port {port}. Try:  python3 dev.py run --port {port + 1}"
            ) from None


def _wait_until_live(port, children, *, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _all_alive(children)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Problem(f"The pages did not answer within {seconds} seconds.")


def _all_alive(children):
    for child in children:
        if child.poll() is not None:
            raise Problem(f"This stopped by itself ({child.returncode}): {' '.join(child.args)}")


def _watch(children):
    while True:
        _all_alive(children)
        time.sleep(0.5)


def _stop(number, frame):
    raise Stopped
