"""Logs never say who."""

import logging

import pytest

from partnering.logs import NoPersonalData, UtcFormatter


@pytest.mark.parametrize(
    ("said", "arguments", "kept"),
    [
        ("mail to %s failed", ("bea.nwosu@example.org",), "mail to [address] failed"),
        ("From: Bea <bea@example.org>, again", (), "From: Bea <[address]>, again"),
        ("Not Found: /invitations/%s/", ("a" * 60,), "Not Found: /invitations/[token]/"),
        (
            "Not Found: /sessions/7d9f7b1e-5d0f-4b6e-9a39-0b7a4e1c2d3f/",
            (),
            "Not Found: /sessions/7d9f7b1e-5d0f-4b6e-9a39-0b7a4e1c2d3f/",
        ),
        ("nothing to hide", (), "nothing to hide"),
    ],
)
def test_addresses_and_tokens_are_masked(said, arguments, kept):
    record = logging.LogRecord("partnering", logging.INFO, "", 0, said, arguments, None)
    assert NoPersonalData().filter(record) is True
    assert record.getMessage() == kept


def test_times_are_utc_and_say_so():
    record = logging.LogRecord("partnering", logging.INFO, "", 0, "x", (), None)
    record.created, record.msecs = 0.0, 0.0
    assert UtcFormatter("%(asctime)s").format(record) == "1970-01-01T00:00:00.000+00:00"
