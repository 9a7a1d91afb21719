"""Find the other works of an author by an index."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("papers", "0003_fetches")]

    operations = [
        migrations.AddIndex(
            model_name="work",
            index=django.contrib.postgres.indexes.GinIndex(fields=["authors"], name="work_by_author"),
        ),
    ]
