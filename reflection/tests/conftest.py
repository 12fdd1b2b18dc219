import pytest

from partnerships.tests.cast import *  # noqa: F403
from reflection.tests.frameworks import load_built_in


@pytest.fixture
def framework(db):
    """The built-in framework, version 1, loaded from its file (about 20 ms)."""
    return load_built_in()


@pytest.fixture
def lead(larkmere, amina):
    """Amina's membership of Larkmere Vale Together: who facilitates."""
    return larkmere.memberships.get(person=amina)
