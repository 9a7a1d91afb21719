"""Find candidates by an index on the words of their title, note and address."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Newer servers make and check an index by a path on which nothing of ours stands; the function brings its own.
FORWARD = """
CREATE FUNCTION inbox_candidate_lexemes(title text, note text, url text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT array_to_tsvector(array_remove(papers_search_lexemes(papers_search_runs(papers_search_fold(
        title || E'\\n' || note || E'\\n' || url))), ''))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_roles"), ("papers", "0005_search_functions")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION inbox_candidate_lexemes(text, text, text)"),
        migrations.AddIndex(
            model_name="candidate",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("title"), models.F("note"), models.F("url"), function="inbox_candidate_lexemes"),
                name="candidate_found_by",
            ),
        ),
    ]
