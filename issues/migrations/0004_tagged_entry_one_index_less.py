"""The constraint of once per topic has an index that begins with the entry; one more is a cost and no use."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0003_tagged_entry_in_statements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="taggedentry",
            name="content_object",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="tagged", to="issues.entry"
            ),
        ),
    ]
