"""Have tables of what is searched, which the triggers of the next migration keep."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0028_kept_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.SmallIntegerField()),
            ],
            options={
                "verbose_name_plural": "search rules",
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("entry", "Entry"), ("issue", "Issue"), ("work", "Work")], max_length=5),
                ),
                ("row", models.BigIntegerField(help_text="The key of the entry, issue or work.")),
                (
                    "issue",
                    models.BigIntegerField(help_text="The issue in which an entry stands; an issue itself.", null=True),
                ),
                ("language", models.CharField(blank=True, max_length=35)),
                (
                    "shelf",
                    models.CharField(
                        help_text="The kind by which readers narrow: of an entry its section's.", max_length=10
                    ),
                ),
                ("site", models.TextField(blank=True, help_text="The host that an entry or a work links to.")),
                ("bucket", models.IntegerField()),
                ("title", models.TextField(help_text="The title, folded.")),
                ("text", models.TextField(help_text="All of the text, folded.")),
                (
                    "head",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="Words and pairs of the titles and authors."
                    ),
                ),
                (
                    "lexemes",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="Words and pairs of all of the text, and what readers narrow by."
                    ),
                ),
                ("rules", models.SmallIntegerField(help_text="The rules by which it was made.")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["lexemes"], gin_pending_list_limit=512, name="search_text_found_by"
                    ),
                    models.Index(
                        django.db.models.expressions.CombinedExpression(models.F("bucket"), "*", models.Value(-1)),
                        include=("bucket",),
                        name="search_text_newest",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["entry", "issue", "work"])), name="search_text_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField()),
                ("dictionary", models.TextField()),
                ("stem", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word", "dictionary"], name="search_word"),
                    models.Index(fields=["stem", "dictionary"], name="search_word_of_stem"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("word"), "gin_trgm_ops"),
                        name="search_word_like",
                    ),
                ],
            },
        ),
    ]
