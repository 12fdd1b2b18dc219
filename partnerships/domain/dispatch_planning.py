"""Planning mail for very many at once: one statement, on both databases.

A row for each reader is written by the database itself, from the query that says who they are; none of them travels
through Python. Planning the same again writes nothing, however many planners run beside each other.
"""

from django.db import connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from partnerships.domain.dispatch import kinds, wake_sender
from partnerships.enums import DispatchState
from partnerships.models.dispatch import Dispatch


class RandomId(models.Func):
    """A new random UUID (version 4) for each row, as the database makes it."""

    arity = 0
    output_field = models.UUIDField()
    template = "gen_random_uuid()"

    def as_sqlite(self, compiler, connection, **context):
        bits = (
            "lower(hex(randomblob(6))) || '4' || substr(lower(hex(randomblob(2))), 2) || "
            "substr('89ab', 1 + (random() & 3), 1) || substr(lower(hex(randomblob(8))), 2)"
        )
        return f"({bits})", []


class Typed(Cast):
    """A constant with the type of its column: PostgreSQL wants to be told."""

    def as_sqlite(self, compiler, connection, **context):
        # There, a cast would write a moment with milliseconds, which is neither equal to nor sorted with the others.
        return compiler.compile(self.source_expressions[0])


class KeyOf(models.Func):
    """A UUID as the words `<model>:<uuid>`, the key of a recipient or a part of an occurrence."""

    output_field = models.CharField()

    def __init__(self, expression, *, word, **extra):
        super().__init__(expression, **extra)
        self.word = word

    def as_sql(self, compiler, connection, **context):
        inner, params = compiler.compile(self.source_expressions[0])
        return f"(%s || CAST({inner} AS text))", [f"{self.word}:", *params]

    def as_sqlite(self, compiler, connection, **context):
        # SQLite keeps the 32 digits without their hyphens.
        inner, params = compiler.compile(self.source_expressions[0])
        parts = " || '-' || ".join(
            f"substr({inner}, {start}, {count})" for start, count in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        )
        return f"(%s || {parts})", [f"{self.word}:", *params * 5]


def plan_dispatches_from(
    *,
    kind,
    queryset,
    occurrence,
    person="person_id",
    partnership=None,
    not_before=None,
    expires_at=None,
    context=None,
    at=None,
):
    """Write down one mail for each row of `queryset`, in one INSERT … SELECT. Returns how many are new.

    Arguments:
        kind: a registered kind of mail, to people.
        queryset: any rows that lead to people; the same person may come more than once.
        occurrence: what this is about (text), or an expression over the queryset that makes it, such as
            `KeyOf("session_id", word="session")`.
        person: the name of the column (or an expression) with the person's id.
        partnership: a Partnership, or an expression with its id.
        not_before, expires_at: moments, or expressions; not_before is `at` when left out.
        context: ids only.

    Join it to the transaction of what it tells about. Raises LookupError for an unknown kind.
    """
    if kind not in kinds:
        raise LookupError(f"No kind of mail is called “{kind}”.")
    at = at or timezone.now()
    values = {
        "id": RandomId(),
        "kind": _constant("kind", kind),
        "occurrence": _constant("occurrence", occurrence),
        "recipient_key": KeyOf(models.F(person) if isinstance(person, str) else person, word="person"),
        "partnership": _constant("partnership", getattr(partnership, "pk", partnership)),
        "state": _constant("state", DispatchState.PLANNED.value),
        "planned_at": _constant("planned_at", at),
        "not_before": _constant("not_before", not_before or at),
        "expires_at": _constant("expires_at", expires_at),
        "attempts": _constant("attempts", 0),
        "error": _constant("error", ""),
        "reason": _constant("reason", ""),
        "context": _constant("context", context or {}),
    }
    rows = queryset.order_by().annotate(**{f"new_{name}": value for name, value in values.items()})
    chosen, params = rows.values_list(*[f"new_{name}" for name in values]).query.sql_with_params()
    quote = connection.ops.quote_name
    columns = ", ".join(quote(Dispatch._meta.get_field(name).column) for name in values)
    # "WHERE true": without it, SQLite reads the ON of ON CONFLICT as a join.
    statement = (
        f"INSERT INTO {quote(Dispatch._meta.db_table)} ({columns}) "  # noqa: S608  names of ours; every value is a parameter
        f"SELECT * FROM ({chosen}) AS due WHERE true ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        planned = cursor.rowcount
    if planned:
        transaction.on_commit(wake_sender, robust=True)
    return planned


def _constant(name, value):
    """A value for every row, typed as its column; an expression stays what it is."""
    if hasattr(value, "resolve_expression"):
        return value
    field = Dispatch._meta.get_field(name)
    field = models.UUIDField(null=True) if field.is_relation else field
    return Typed(models.Value(value, output_field=field), output_field=field)
