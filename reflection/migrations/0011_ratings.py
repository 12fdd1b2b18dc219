"""Ratings, and what must never be false about them, refused by the database itself whoever asks (as in 0002_guards).

- A number counts as words do: how answers are shown is fixed once somebody rated (trust A16).
- A row that joins a number and a person exists in rounds with names only, and in no closing (trust A5).
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

SEALED = "('sector', 'anonymous')"
WRITTEN_IN = """
    EXISTS (SELECT 1 FROM reflection_draft WHERE round_id = OLD.id)
    OR EXISTS (SELECT 1 FROM reflection_ratingdraft WHERE round_id = OLD.id)
"""
COUNTED = f"""EXISTS (
    SELECT 1 FROM reflection_round r
    WHERE r.id = NEW.round_id AND (r.attribution IN {SEALED} OR r.kind = 'closing')
)"""

POSTGRESQL = [
    f"""
    CREATE OR REPLACE FUNCTION reflection_round_guard() RETURNS trigger AS $$
    BEGIN
        IF NEW.attribution <> OLD.attribution AND (
            OLD.revealed_at IS NOT NULL OR OLD.stage NOT IN ('waiting', 'writing') OR {WRITTEN_IN}
        ) THEN
            RAISE EXCEPTION 'attribution is fixed once someone wrote';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    f"""
    CREATE FUNCTION reflection_rating_guard() RETURNS trigger AS $$
    BEGIN
        IF {COUNTED} THEN
            RAISE EXCEPTION 'a number that is counted has no name';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER reflection_rating_guard BEFORE INSERT OR UPDATE ON reflection_rating
    FOR EACH ROW EXECUTE FUNCTION reflection_rating_guard()
    """,
]
SQLITE = [
    "DROP TRIGGER IF EXISTS reflection_round_guard",
    f"""
    CREATE TRIGGER reflection_round_guard BEFORE UPDATE OF attribution ON reflection_round
    WHEN NEW.attribution <> OLD.attribution AND (
        OLD.revealed_at IS NOT NULL OR OLD.stage NOT IN ('waiting', 'writing') OR {WRITTEN_IN}
    )
    BEGIN SELECT RAISE(ABORT, 'attribution is fixed once someone wrote'); END
    """,
    *(
        f"""
        CREATE TRIGGER reflection_rating_guard_{event.lower()} BEFORE {event} ON reflection_rating
        WHEN {COUNTED}
        BEGIN SELECT RAISE(ABORT, 'a number that is counted has no name'); END
        """
        for event in ("INSERT", "UPDATE")
    ),
]
# Going back: the tables go, and with them their triggers; the round's guard is made anew without the numbers.
POSTGRESQL_BACK = [
    POSTGRESQL[0].replace(WRITTEN_IN, "EXISTS (SELECT 1 FROM reflection_draft WHERE round_id = OLD.id)"),
    "DROP FUNCTION reflection_rating_guard() CASCADE",
]
SQLITE_BACK = [
    SQLITE[0],
    SQLITE[1].replace(WRITTEN_IN, "EXISTS (SELECT 1 FROM reflection_draft WHERE round_id = OLD.id)"),
    "DROP TRIGGER reflection_rating_guard_insert",
    "DROP TRIGGER reflection_rating_guard_update",
]


def run(statements_by_vendor):
    def execute(apps, schema_editor):
        for statement in statements_by_vendor[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):

    dependencies = [
        ('reflection', '0010_voices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=40)),
                ('value', models.PositiveSmallIntegerField()),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='reflection.participation')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='reflection.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('participation', 'round', 'key'), name='rating_once'), models.CheckConstraint(condition=models.Q(('value__gte', 0), ('value__lte', 5)), name='rating_0_to_5')],
            },
        ),
        migrations.CreateModel(
            name='RatingCount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=40)),
                ('label', models.CharField(blank=True, max_length=40)),
                ('value', models.PositiveSmallIntegerField()),
                ('people', models.PositiveSmallIntegerField()),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rating_counts', to='reflection.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'key', 'label', 'value'), name='rating_count_once'), models.CheckConstraint(condition=models.Q(('value__gte', 0), ('value__lte', 5), ('people__gte', 1)), name='rating_count_0_to_5_of_somebody')],
            },
        ),
        migrations.CreateModel(
            name='RatingDraft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=40)),
                ('value', models.PositiveSmallIntegerField()),
                ('participation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rating_drafts', to='reflection.participation')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rating_drafts', to='reflection.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('participation', 'round', 'key'), name='rating_draft_once'), models.CheckConstraint(condition=models.Q(('value__gte', 0), ('value__lte', 5)), name='rating_draft_0_to_5')],
            },
        ),
        migrations.RunPython(
            run({"postgresql": POSTGRESQL, "sqlite": SQLITE}),
            run({"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK}),
        ),
    ]
