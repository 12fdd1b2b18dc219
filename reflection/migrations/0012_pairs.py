"""Pairs and fours, and what must never be false about them, refused by the database itself.

- Words of a pair or a four never have a signature.
- How they are shown is fixed once people sit together.

The table of rounds is rebuilt here on SQLite, which would drop its triggers: all are put aside first, and back at the end.
"""

from importlib import import_module

import django.db.models.deletion
import uuid
from django.db import migrations, models

guards = import_module("reflection.migrations.0002_guards")

POSTGRESQL = [
    """
    CREATE FUNCTION reflection_together_round_guard() RETURNS trigger AS $$
    BEGIN
        IF NEW.attribution <> OLD.attribution AND EXISTS (SELECT 1 FROM reflection_smallgroup WHERE round_id = OLD.id) THEN
            RAISE EXCEPTION 'attribution is fixed once people sit together';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_together_round_guard BEFORE UPDATE ON reflection_round
    FOR EACH ROW EXECUTE FUNCTION reflection_together_round_guard()
    """,
    """
    CREATE FUNCTION reflection_together_signature_guard() RETURNS trigger AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM reflection_answer a JOIN reflection_round r ON r.id = a.round_id
            WHERE a.id = NEW.answer_id AND r.attribution = 'together'
        ) THEN
            RAISE EXCEPTION 'words of a pair or a four have no signature';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_together_signature_guard BEFORE INSERT OR UPDATE ON reflection_signature
    FOR EACH ROW EXECUTE FUNCTION reflection_together_signature_guard()
    """,
]
SQLITE = [
    """
    CREATE TRIGGER reflection_together_round_guard BEFORE UPDATE OF attribution ON reflection_round
    WHEN NEW.attribution <> OLD.attribution AND EXISTS (SELECT 1 FROM reflection_smallgroup WHERE round_id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'attribution is fixed once people sit together'); END
    """,
    *(
        f"""
        CREATE TRIGGER reflection_together_signature_guard_{event.lower()} BEFORE {event} ON reflection_signature
        WHEN EXISTS (
            SELECT 1 FROM reflection_answer a JOIN reflection_round r ON r.id = a.round_id
            WHERE a.id = NEW.answer_id AND r.attribution = 'together'
        )
        BEGIN SELECT RAISE(ABORT, 'words of a pair or a four have no signature'); END
        """
        for event in ("INSERT", "UPDATE")
    ),
]
POSTGRESQL_BACK = [
    f"DROP FUNCTION reflection_together_{name}_guard() CASCADE" for name in ("round", "signature")
]
SQLITE_BACK = [
    f"DROP TRIGGER reflection_together_{name}" for name in ("round_guard", "signature_guard_insert", "signature_guard_update")
]
NOTHING = migrations.RunPython.noop
aside = []


def put_aside(apps, schema_editor):
    """On SQLite a table is rebuilt under another name, and renaming looks into every trigger: none may be there meanwhile."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        aside[:] = cursor.fetchall()
    for name, _ in aside:
        schema_editor.execute(f"DROP TRIGGER {schema_editor.quote_name(name)}", params=None)


def put_back(apps, schema_editor):
    for _, statement in aside:
        schema_editor.execute(statement, params=None)
    aside.clear()


put_on = guards.run({"postgresql": POSTGRESQL, "sqlite": SQLITE})
take_off = guards.run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def activities_are_together(apps, schema_editor):
    apps.get_model("reflection", "Round").objects.filter(kind="activity").update(attribution="together")


class Migration(migrations.Migration):

    dependencies = [
        ('reflection', '0011_ratings'),
    ]

    operations = [
        migrations.RunPython(put_aside, put_back),
        migrations.CreateModel(
            name='Carried',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('alone', 'Alone'), ('pairs', 'Pairs'), ('fours', 'Fours')], max_length=8)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SmallGroup',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('step', models.CharField(choices=[('alone', 'Alone'), ('pairs', 'Pairs'), ('fours', 'Fours')], max_length=8)),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True, max_length=5000)),
                ('ready', models.BooleanField(default=False, help_text='“We’re ready”: those it goes to next may see it.')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Together',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('alone', 'Alone'), ('pairs', 'Pairs'), ('fours', 'Fours')], default='alone', max_length=8)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='round',
            name='round_attribution_known',
        ),
        migrations.AlterField(
            model_name='round',
            name='attribution',
            field=models.CharField(choices=[('sector', 'With sector, never with names'), ('anonymous', 'No name and no sector'), ('named', 'With names'), ('together', 'From a pair or a four')], max_length=12),
        ),
        migrations.RunPython(activities_are_together, NOTHING),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('attribution__in', ['sector', 'anonymous', 'named', 'together'])), name='round_attribution_known'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attribution', 'together'), ('kind', 'activity')), models.Q(models.Q(('kind', 'activity'), _negated=True), models.Q(('attribution', 'together'), _negated=True)), _connector='OR'), name='round_of_pairs_and_fours_is_together'),
        ),
        migrations.AddField(
            model_name="carried",
            name="draft",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='participation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='reflection.participation'),
        ),
        migrations.AddField(
            model_name='seat',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reflection.round'),
        ),
        migrations.AddField(
            model_name='smallgroup',
            name='four',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pairs', to='reflection.smallgroup'),
        ),
        migrations.AddField(
            model_name='smallgroup',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='small_groups', to='reflection.round'),
        ),
        migrations.AddField(
            model_name='seat',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='reflection.smallgroup'),
        ),
        migrations.AddField(
            model_name='carried',
            name='into',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='reflection.smallgroup'),
        ),
        migrations.AddField(
            model_name='carried',
            name='pair',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reflection.smallgroup'),
        ),
        migrations.AddField(
            model_name='together',
            name='round',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='together', to='reflection.round'),
        ),
        migrations.AddConstraint(
            model_name='smallgroup',
            constraint=models.UniqueConstraint(fields=('round', 'step', 'number'), name='small_group_number_once'),
        ),
        migrations.AddConstraint(
            model_name='smallgroup',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['pairs', 'fours'])), name='small_group_is_a_pair_or_a_four'),
        ),
        migrations.AddConstraint(
            model_name='smallgroup',
            constraint=models.CheckConstraint(condition=models.Q(('ready', True), ('text', ''), _negated=True), name='small_group_without_words_is_never_ready'),
        ),
        migrations.AddConstraint(
            model_name='smallgroup',
            constraint=models.CheckConstraint(condition=models.Q(('four__isnull', True), ('step', 'pairs'), _connector='OR'), name='only_pairs_join'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('participation', 'round', 'step'), name='seat_once_in_each_step'),
        ),
        migrations.AddConstraint(
            model_name='carried',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('draft__isnull', False), ('pair__isnull', True)), models.Q(('draft__isnull', True), ('pair__isnull', False)), _connector='OR'), name='carried_from_one_place'),
        ),
        migrations.AddConstraint(
            model_name='carried',
            constraint=models.CheckConstraint(condition=models.Q(('pair', models.F('into')), _negated=True), name='carried_from_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='carried',
            constraint=models.UniqueConstraint(fields=('into', 'draft'), name='carried_draft_once'),
        ),
        migrations.AddConstraint(
            model_name='carried',
            constraint=models.UniqueConstraint(fields=('into', 'pair'), name='carried_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='together',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ['alone', 'pairs', 'fours'])), name='together_step_known'),
        ),
        migrations.RunPython(put_back, put_aside),
        migrations.RunPython(put_on, take_off),
    ]
