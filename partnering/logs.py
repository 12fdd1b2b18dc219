"""Logs say when, what and where, never who: addresses and long tokens are masked before a line is written (A17, O5)."""

import logging
import re
import time

EMAIL_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"',;]+")
LONG_TOKEN = re.compile(r"(?<=/)[\w:=.-]{40,}(?=/|\s|$|\?)")


class NoPersonalData(logging.Filter):
    """Mask email addresses, and path segments long enough to be a signed token."""

    def filter(self, record):
        text = record.getMessage()
        masked = LONG_TOKEN.sub("[token]", EMAIL_ADDRESS.sub("[address]", text))
        if masked != text:
            record.msg, record.args = masked, ()
        return True


class UtcFormatter(logging.Formatter):
    """Times in UTC, with the offset spelled out."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d+00:00"
