"""What dev.py prints, what it remembers, and how it runs a command. Standard library only."""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("PARTNERING_VAR") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class Problem(Exception):
    """Something a person has to do first; the text says what."""


class Steps:
    """Prints `[n/m] what … ok 3.2 s` for each step, and `already done` when there was nothing to do."""

    def __init__(self, total):
        self.total = total
        self.done = 0

    @contextlib.contextmanager
    def step(self, what):
        self.done += 1
        print(f"[{self.done}/{self.total}] {what} … ", end="", flush=True)
        started = time.monotonic()
        note = Note()
        try:
            yield note
        except BaseException:
            print("stopped", flush=True)
            raise
        print(note.text or f"ok {time.monotonic() - started:.1f} s", flush=True)

    def title(self, what):
        """Announce a step that prints its own lines."""
        self.done += 1
        print(f"[{self.done}/{self.total}] {what}", flush=True)


class Note:
    """What a step says in place of its time."""

    text = ""

    def already(self, text="already done"):
        self.text = text


class Stamps:
    """Remembers in one file what was done with which inputs, so that a second start skips it."""

    def __init__(self, path):
        self.path = path

    def _read(self):
        try:
            return json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}

    def current(self, name, value):
        return self._read().get(name) == value

    def set(self, name, value):
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(self._read() | {name: value}, indent=1))
        draft.replace(self.path)


def fingerprint(*patterns, extra=""):
    """A hash over the names and bytes of every file that matches one of the patterns (relative to the repository)."""
    digest = hashlib.sha256(extra.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(command, *, env=None, advice=""):
    """Run a command silently; raise Problem with its output when it fails.

    Arguments: command, a list; env, variables on top of ours; advice, the line to type or read when it fails.
    """
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        said = (result.stdout + result.stderr).strip()
        raise Problem("\n".join(text for text in (f"This failed: {' '.join(map(str, command))}", said, advice) if text))
    return result.stdout


@contextlib.contextmanager
def only_one(path):
    """Hold a file lock, so that two commands started together do not install into one folder at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text=""):
    print(text, file=sys.stdout, flush=True)
