"""What reaches the hubs, kept for the tests of this room."""

import pytest

from reflection.live import hub


class Kept:
    """Stands in a hub's place among those told, and keeps what reaches it."""

    def __init__(self):
        self.loop, self.blocks, self.revoked = self, [], []

    def call_soon_threadsafe(self, method, *arguments):
        method(*arguments)

    def publish(self, channel, number, block):
        self.blocks.append((channel, number, block))

    def revoke(self, person, at):
        self.revoked.append((person, at))


@pytest.fixture
def told(settings, monkeypatch):
    """What reaches the hubs of this process."""
    settings.REDIS_URL = ""
    kept = Kept()
    monkeypatch.setattr(hub, "_hubs", {kept: kept})
    return kept
