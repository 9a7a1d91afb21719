"""Have room for texts as they were rendered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0027_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptText",
            fields=[
                (
                    "key",
                    models.BinaryField(
                        help_text="SHA-256 of the renderer, the form and the text.", primary_key=True, serialize=False
                    ),
                ),
                ("html", models.TextField(help_text="As a page shows it, links to entries still being `entry:ID`.")),
                ("away", models.TextField(help_text="As feeds and mails show it, where that differs.", null=True)),
                ("words", models.PositiveIntegerField()),
                (
                    "characters",
                    models.PositiveIntegerField(
                        help_text="Chinese characters and kana, which are no part of the words."
                    ),
                ),
                ("renderer", models.CharField(max_length=16)),
            ],
        ),
    ]
