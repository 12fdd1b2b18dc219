"""What goes down a stream: finished bytes, made once for everybody who gets them.

A block says that something is out, never what one person may see of it: whoever listens fetches that through a door.
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


def chunk_of(block):
    """A block as one chunk of HTTP/1.1."""
    return b"%x\r\n%b\r\n" % (len(block), block)


def greeting():
    """What a stream begins with: when to come back if it breaks, and a sign of life.

    When (ms) is left to chance, so that a room does not return as one.
    """
    return b"retry: %d\n" % random.randint(1000, 5000) + BEAT  # noqa: S311  no secret
