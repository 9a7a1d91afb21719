"""Keep language and moment of a topic's entries by triggers, so that `update()`, bulk and SQL can't leave them stale."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION issues_taggedentry_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT issue.language, CASE WHEN issue.status = 'published' THEN issue.published_at END
      INTO NEW.language, NEW.published_at
      FROM issues_entry entry
      JOIN issues_section section ON section.id = entry.section_id
      JOIN issues_issue issue ON issue.id = section.issue_id
     WHERE entry.id = NEW.content_object_id;
    RETURN NEW;
END $$;

CREATE TRIGGER taggedentry_fill BEFORE INSERT OR UPDATE ON issues_taggedentry
    FOR EACH ROW EXECUTE FUNCTION issues_taggedentry_fill();

-- An update that changes nothing is enough: the trigger above fills in what holds now.
CREATE FUNCTION issues_issue_touch_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE issues_taggedentry tagged SET language = NEW.language
      FROM issues_entry entry JOIN issues_section section ON section.id = entry.section_id
     WHERE section.issue_id = NEW.id AND tagged.content_object_id = entry.id;
    RETURN NULL;
END $$;

CREATE TRIGGER issue_touch_tagged AFTER UPDATE ON issues_issue
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.language IS DISTINCT FROM NEW.language
                       OR OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION issues_issue_touch_tagged();

CREATE FUNCTION issues_section_touch_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE issues_taggedentry tagged SET language = tagged.language
      FROM issues_entry entry
     WHERE entry.section_id = NEW.id AND tagged.content_object_id = entry.id;
    RETURN NULL;
END $$;

CREATE TRIGGER section_touch_tagged AFTER UPDATE ON issues_section
    FOR EACH ROW WHEN (OLD.issue_id IS DISTINCT FROM NEW.issue_id)
    EXECUTE FUNCTION issues_section_touch_tagged();

CREATE FUNCTION issues_entry_touch_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE issues_taggedentry tagged SET language = tagged.language WHERE tagged.content_object_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER entry_touch_tagged AFTER UPDATE ON issues_entry
    FOR EACH ROW WHEN (OLD.section_id IS DISTINCT FROM NEW.section_id)
    EXECUTE FUNCTION issues_entry_touch_tagged();
"""

BACKWARD = """
DROP TRIGGER entry_touch_tagged ON issues_entry;
DROP TRIGGER section_touch_tagged ON issues_section;
DROP TRIGGER issue_touch_tagged ON issues_issue;
DROP TRIGGER taggedentry_fill ON issues_taggedentry;
DROP FUNCTION issues_entry_touch_tagged();
DROP FUNCTION issues_section_touch_tagged();
DROP FUNCTION issues_issue_touch_tagged();
DROP FUNCTION issues_taggedentry_fill();
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
