"""Bea, who writes: a session of five questions that is open, its first round, and her place in it."""

import pytest

from reflection.tests.sessions import make_open


@pytest.fixture
def session(larkmere, framework, lead):
    return make_open(larkmere, framework, lead, questions=5)


@pytest.fixture
def round(session):
    return session.rounds.first()


@pytest.fixture
def place(session, bea):
    return session.participations.get(membership__person=bea)


@pytest.fixture
def bea_client(client, bea):
    client.force_login(bea)
    return client
