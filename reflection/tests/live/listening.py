"""A listener for tests: one stream over a plain socket, read as it comes."""

import contextlib
import socket
import time
from urllib.parse import urlsplit

from reflection.live import hub as hubs


class Listener:
    """An open stream. `status`, `head` (text), and `until(words)`, which returns all that came up to there."""

    def __init__(self, base, path, *, last=None, method="GET", seconds=10):
        host, port = urlsplit(base).hostname, urlsplit(base).port
        self.socket = socket.create_connection((host, port), timeout=seconds)
        more = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{more}\r\n".encode())
        self.text = ""
        self.head = self.until("\r\n\r\n")
        self.status = int(self.head.split()[1])
        self.text = self.text.partition("\r\n\r\n")[2]

    def until(self, words, *, seconds=10):
        """Read on until these words have come; fails with what did come."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                got = self.socket.recv(65536)
            except TimeoutError:
                got = b""
            assert got, f"no {words!r} in {self.text!r}"
            self.text += got.decode()
        return self.text

    def after(self, seconds):
        """All that has come when so many seconds have passed."""
        self.socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            while got := self.socket.recv(65536):
                self.text += got.decode()
        return self.text

    def ended(self, *, seconds):
        """Whether the stream ends within so many seconds: its last, empty piece has come, or the line is closed."""
        with contextlib.suppress(AssertionError):
            self.until("0\r\n\r\n", seconds=seconds)
        return self.text.endswith("0\r\n\r\n")

    def close(self):
        self.socket.close()


def forget_revocations():
    """The people of one test are those of the next: who was removed in the last may listen again."""
    for hub in hubs._hubs.values():
        hub.revoked.clear()


def wait_for(true, *, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
