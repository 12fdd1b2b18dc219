"""What goes down a stream: finished bytes, made once for everybody who gets them.

A block says that something is out, or holds a live screen for all who look at the same one. What one person may see is
never in it: whoever listens fetches that through a door.
"""

import json
import random

# Seen by the script, which counts on it (a comment of the protocol would not be). Without an id, so that it moves no one on.
BEAT = b"event: beat\ndata: 1\n\n"
# Says: it cannot be told what you missed, so ask.
REFETCH = b"event: refetch\ndata: 1\n\n"


def moved(version):
    """The block that says: version so-and-so of this session's screens is out. Its id is the version."""
    return f"id: {version}\nevent: moved\ndata: {json.dumps({'version': version})}\n\n".encode()


def screen(version, html):
    """The block that holds a whole live screen: everybody of one kind of listener gets these bytes."""
    return f"id: {version}\nevent: screen\ndata: {json.dumps({'version': version, 'html': html})}\n\n".encode()


def chunk_of(block):
    """A block as one chunk of HTTP/1.1."""
    return b"%x\r\n%b\r\n" % (len(block), block)


def greeting():
    """What a stream begins with: when to come back if it breaks, and a sign of life.

    When (ms) is left to chance, so that a room does not return as one.
    """
    return b"retry: %d\n" % random.randint(1000, 8000) + BEAT  # noqa: S311  no secret
