"""What most browser tests of a live session begin with. A module that needs another room says so itself."""

import pytest

from reflection.tests.live.listening import forget_revocations
from reflection.tests.sessions import make_live


@pytest.fixture
def session(live_app, larkmere, framework, lead):
    """A session that the room is in, at its first question, where words go by their names."""
    forget_revocations()
    return make_live(larkmere, framework, lead, attribution="named")
