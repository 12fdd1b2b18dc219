"""The longest draft is 5,000 characters. The forms and the domain hold it; no column changes, so no table is rebuilt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reflection", "0003_step_told")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("draft", "body", models.TextField(blank=True, max_length=5000)),
            ]
        ),
    ]
