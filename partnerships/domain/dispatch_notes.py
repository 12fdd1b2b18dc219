"""The two statements that every mail costs, written by hand: it is tried, and it has gone.

Django would make the same text anew for each mail, which takes longer than the database takes to carry it out. Both
ask again whether the row is still ours, so of two senders one writes nothing.
"""

from functools import cache

from django.db import connection

from partnerships.enums import DispatchState
from partnerships.models.dispatch import Dispatch

OURS = "id = %s AND claim = %s AND state = %s"


def note_attempt(row):
    """Count an attempt at a row, just before its mail is handed over. Returns False when it is no longer ours."""
    return _write("attempts = attempts + 1", {}, row)


def note_sent(row, at):
    """The mail server took the mail of a row. Returns False when the row was settled by others meanwhile."""
    values = {"state": DispatchState.SENT.value, "sent_at": at, "error": "", "reason": ""}
    return _write(", ".join(f"{name} = %s" for name in values), values, row)


def _write(changes, values, row):
    ours = {"id": row.pk, "claim": row.claim, "state": DispatchState.SENDING.value}
    parameters = [*_as_kept(values), *_as_kept(ours)]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_table()} SET {changes} WHERE {OURS}", parameters)  # noqa: S608  words of ours
        return cursor.rowcount == 1


def _as_kept(values):
    return [Dispatch._meta.get_field(name).get_db_prep_value(value, connection) for name, value in values.items()]


@cache
def _table():
    return connection.ops.quote_name(Dispatch._meta.db_table)
