"""Have the index of issues tell by itself which of them are public."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0022_publishers_see_the_trail"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="issue",
            name="issue_newest_first",
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(
                models.F("publication"),
                models.F("language"),
                models.OrderBy(models.F("published_at"), descending=True),
                models.OrderBy(django.db.models.functions.comparison.Coalesce("number", 0), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status", "published")),
                include=("appeared_at",),
                name="issue_newest_first",
            ),
        ),
    ]
