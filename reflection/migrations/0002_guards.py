"""What must never be false about answers, refused by the database itself whoever asks.

- How answers are shown is fixed once somebody wrote, or the round was shown (trust A16).
- A sealed round never has a signature (trust A1).
- A sealed answer is never changed after the reveal.

On SQLite a later migration that rebuilds one of these tables drops its triggers: it must run SQLITE again.
"""

from django.db import migrations

SEALED = "('sector', 'anonymous')"

POSTGRESQL = [
    f"""
    CREATE FUNCTION reflection_round_guard() RETURNS trigger AS $$
    BEGIN
        IF NEW.attribution <> OLD.attribution AND (
            OLD.revealed_at IS NOT NULL OR OLD.stage NOT IN ('waiting', 'writing')
            OR EXISTS (SELECT 1 FROM reflection_draft WHERE round_id = OLD.id)
        ) THEN
            RAISE EXCEPTION 'attribution is fixed once someone wrote';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_round_guard BEFORE UPDATE ON reflection_round
    FOR EACH ROW EXECUTE FUNCTION reflection_round_guard()
    """,
    f"""
    CREATE FUNCTION reflection_signature_guard() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM reflection_answer a JOIN reflection_round r ON r.id = a.round_id
            WHERE a.id = NEW.answer_id AND r.attribution IN {SEALED}
        ) THEN
            RAISE EXCEPTION 'a sealed answer has no signature';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_signature_guard BEFORE INSERT OR UPDATE ON reflection_signature
    FOR EACH ROW EXECUTE FUNCTION reflection_signature_guard()
    """,
    f"""
    CREATE FUNCTION reflection_answer_guard() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM reflection_round r
            WHERE r.id IN (OLD.round_id, NEW.round_id) AND r.attribution IN {SEALED}
        ) AND (NEW.body, NEW.label, NEW.round_id) IS DISTINCT FROM (OLD.body, OLD.label, OLD.round_id)
        THEN
            RAISE EXCEPTION 'a sealed answer is never changed';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_answer_guard BEFORE UPDATE ON reflection_answer
    FOR EACH ROW EXECUTE FUNCTION reflection_answer_guard()
    """,
]

SQLITE = [
    """
    CREATE TRIGGER reflection_round_guard BEFORE UPDATE OF attribution ON reflection_round
    WHEN NEW.attribution <> OLD.attribution AND (
        OLD.revealed_at IS NOT NULL OR OLD.stage NOT IN ('waiting', 'writing')
        OR EXISTS (SELECT 1 FROM reflection_draft WHERE round_id = OLD.id)
    )
    BEGIN SELECT RAISE(ABORT, 'attribution is fixed once someone wrote'); END
    """,
    *(
        f"""
        CREATE TRIGGER reflection_signature_guard_{event.lower()} BEFORE {event} ON reflection_signature
        WHEN EXISTS (
            SELECT 1 FROM reflection_answer a JOIN reflection_round r ON r.id = a.round_id
            WHERE a.id = NEW.answer_id AND r.attribution IN {SEALED}
        )
        BEGIN SELECT RAISE(ABORT, 'a sealed answer has no signature'); END
        """
        for event in ("INSERT", "UPDATE")
    ),
    f"""
    CREATE TRIGGER reflection_answer_guard BEFORE UPDATE OF body, label, round_id ON reflection_answer
    WHEN EXISTS (
        SELECT 1 FROM reflection_round r
        WHERE r.id IN (OLD.round_id, NEW.round_id) AND r.attribution IN {SEALED}
    )
    BEGIN SELECT RAISE(ABORT, 'a sealed answer is never changed'); END
    """,
]

POSTGRESQL_BACK = [
    f"DROP FUNCTION reflection_{name}_guard() CASCADE" for name in ("round", "signature", "answer")
]
SQLITE_BACK = [
    f"DROP TRIGGER reflection_{name}_guard"
    for name in ("round", "signature_insert", "signature_update", "answer")
]


def run(statements_by_vendor):
    def forward(apps, schema_editor):
        for statement in statements_by_vendor[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return forward


class Migration(migrations.Migration):
    dependencies = [("reflection", "0001_initial")]

    operations = [
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": SQLITE}),
            run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK}),
        )
    ]
