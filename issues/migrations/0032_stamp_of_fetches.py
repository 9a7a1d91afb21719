"""Pass the stamp with what a fetch said, which pages of works show, and not with who looks it up and when."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER stamp AFTER INSERT OR UPDATE OF said OR DELETE OR TRUNCATE ON papers_fetch
    FOR EACH STATEMENT EXECUTE FUNCTION issues_stamp_pass()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0031_search_windows"),
        ("papers", "0003_fetches"),
    ]

    operations = [migrations.RunSQL(FORWARD, "SELECT issues_stamp_unwatch('papers_fetch')")]
