"""Note of the issues whose moment has come that they have appeared."""

from django.db import migrations

FORWARD = """
UPDATE issues_issue SET appeared_at = published_at
 WHERE status IN ('published', 'withdrawn') AND published_at <= now() AND appeared_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0016_issue_appeared_at")]

    # The column goes with the migration before, so there is nothing to undo.
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
