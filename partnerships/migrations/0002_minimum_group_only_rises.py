"""The smallest group of a partnership can be raised and never lowered: not by a form, not by the admin, not by SQL.

On SQLite a later migration that rebuilds the partnership table drops this trigger and must install it again;
`test_minimum_group_cannot_be_lowered_in_the_database` fails when it is missing.
"""

from django.db import migrations

MESSAGE = "the smallest group can only be raised"

POSTGRESQL = f"""
CREATE FUNCTION partnerships_minimum_group_only_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER partnership_minimum_group_only_rises
    BEFORE UPDATE OF minimum_group ON partnerships_partnership
    FOR EACH ROW WHEN (NEW.minimum_group < OLD.minimum_group)
    EXECUTE FUNCTION partnerships_minimum_group_only_rises();
"""

SQLITE = f"""
CREATE TRIGGER partnership_minimum_group_only_rises
    BEFORE UPDATE OF minimum_group ON partnerships_partnership
    FOR EACH ROW WHEN NEW.minimum_group < OLD.minimum_group
BEGIN
    SELECT RAISE(ABORT, '{MESSAGE}');
END
"""


def install(apps, schema_editor):
    statement = {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER partnership_minimum_group_only_rises ON partnerships_partnership")
        schema_editor.execute("DROP FUNCTION partnerships_minimum_group_only_rises()")
    else:
        schema_editor.execute("DROP TRIGGER partnership_minimum_group_only_rises")


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
