"""Every URL of this app × everybody of the cast × every method. Each room keeps its rows in `access_rows/`."""

import pkgutil
from importlib import import_module

import pytest

from partnerships.tests.access_table import (
    check_other_methods,
    check_row,
    check_stranger_and_absent_look_the_same,
    missing_rows,
)
from reflection.guest_doors import cookie_name
from reflection.models.sessions import Session
from reflection.tests import access_rows
from reflection.tests.guests import cookie_of, seat

pytestmark = pytest.mark.django_db
ROWS = [
    row
    for room in pkgutil.iter_modules(access_rows.__path__)
    for row in import_module(f"{access_rows.__name__}.{room.name}").ROWS
]


@pytest.fixture
def house(house, framework):
    """The cast with the framework that its sessions are planned with, as `house.framework`."""
    house.framework = framework
    house.guest_cookies = _cookies_of_gus
    return house


def _cookies_of_gus():
    """Those of a guest in the session that the row has just opened."""
    session = Session.objects.open().order_by("-opened_at").first()
    if session is None:
        return {}
    seat(session)
    return {cookie_name(): cookie_of(session)}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_row_says(row, house):
    check_row(row, house)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_other_methods_do_nothing(row, house):
    check_other_methods(row, house)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_stranger_and_an_absent_thing_look_the_same(row, house):
    check_stranger_and_absent_look_the_same(row, house)


def test_every_url_has_a_row():
    assert missing_rows(ROWS, "reflection") == set()
