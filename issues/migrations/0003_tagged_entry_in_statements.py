"""Fill in language and moment of a topic's entries once a statement, which takes half the time of once a row."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION issues_taggedentry_correct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An update that changes nothing is enough: the trigger before updates fills in what holds now. Dynamic, so that
    -- it is planned for the tables as they are: an import into an empty database would else go on with the plan of
    -- its first statement.
    EXECUTE '
        UPDATE issues_taggedentry tagged SET language = tagged.language
          FROM written
          JOIN issues_entry entry ON entry.id = written.content_object_id
          JOIN issues_section section ON section.id = entry.section_id
          JOIN issues_issue issue ON issue.id = section.issue_id
         WHERE tagged.id = written.id
           AND (written.language, written.published_at) IS DISTINCT FROM
               (issue.language, CASE WHEN issue.status = ''published'' THEN issue.published_at END)';
    RETURN NULL;
END $$;

DROP TRIGGER taggedentry_fill ON issues_taggedentry;

CREATE TRIGGER taggedentry_fill BEFORE UPDATE ON issues_taggedentry
    FOR EACH ROW EXECUTE FUNCTION issues_taggedentry_fill();

CREATE TRIGGER taggedentry_correct AFTER INSERT ON issues_taggedentry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION issues_taggedentry_correct();
"""

BACKWARD = """
DROP TRIGGER taggedentry_correct ON issues_taggedentry;
DROP FUNCTION issues_taggedentry_correct();
DROP TRIGGER taggedentry_fill ON issues_taggedentry;

CREATE TRIGGER taggedentry_fill BEFORE INSERT OR UPDATE ON issues_taggedentry
    FOR EACH ROW EXECUTE FUNCTION issues_taggedentry_fill();
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0002_tagged_entry_moments")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
