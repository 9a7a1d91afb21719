"""Keep moment and work of each entry, and how many entries each topic has in each month, by triggers."""

import django.db.models.deletion
from django.db import migrations, models

MOMENTS = """
CREATE FUNCTION issues_entrymoment_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Dynamic, so that it is planned for the tables as they are, not as the first issue of an import found them.
    EXECUTE '
        INSERT INTO issues_entrymoment (entry_id, work_id, language, published_at)
        SELECT written.id, written.work_id, issue.language,
               CASE WHEN issue.status = ''published'' THEN issue.published_at END
          FROM written
          JOIN issues_section section ON section.id = written.section_id
          JOIN issues_issue issue ON issue.id = section.issue_id';
    RETURN NULL;
END $$;

CREATE FUNCTION issues_entrymoment_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'DELETE FROM issues_entrymoment kept USING gone WHERE kept.entry_id = gone.id';
    RETURN NULL;
END $$;

-- Of the entries of the row that changed: its argument names the column that holds the row's key.
CREATE FUNCTION issues_entrymoment_correct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('
        UPDATE issues_entrymoment kept
           SET work_id = entry.work_id, language = issue.language,
               published_at = CASE WHEN issue.status = ''published'' THEN issue.published_at END
          FROM issues_entry entry
          JOIN issues_section section ON section.id = entry.section_id
          JOIN issues_issue issue ON issue.id = section.issue_id
         WHERE %s = $1 AND kept.entry_id = entry.id', TG_ARGV[0]) USING NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER entrymoment_added AFTER INSERT ON issues_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION issues_entrymoment_added();

CREATE TRIGGER entrymoment_removed AFTER DELETE ON issues_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION issues_entrymoment_removed();

CREATE TRIGGER entrymoment_of_entry AFTER UPDATE ON issues_entry
    FOR EACH ROW WHEN (OLD.section_id IS DISTINCT FROM NEW.section_id OR OLD.work_id IS DISTINCT FROM NEW.work_id)
    EXECUTE FUNCTION issues_entrymoment_correct('entry.id');

CREATE TRIGGER entrymoment_of_section AFTER UPDATE ON issues_section
    FOR EACH ROW WHEN (OLD.issue_id IS DISTINCT FROM NEW.issue_id)
    EXECUTE FUNCTION issues_entrymoment_correct('section.id');

CREATE TRIGGER entrymoment_of_issue AFTER UPDATE ON issues_issue
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.language IS DISTINCT FROM NEW.language
                       OR OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION issues_entrymoment_correct('issue.id');
"""

COUNTS = """
-- The numbers by which counts change, in each month and in all of them; the argument is the topic as SQL.
CREATE FUNCTION issues_entrycount_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    topics bigint[];
    languages text[];
    months integer[];
    changes integer[];
    slots bigint[];
BEGIN
    EXECUTE format('
        WITH moved AS (
            SELECT topic, language, change,
                   (extract(year FROM utc) * 12 + extract(month FROM utc) - 1)::integer AS month
              FROM (SELECT topic, language, change, published_at AT TIME ZONE ''UTC'' AS utc
                      FROM (%s) AS given WHERE published_at IS NOT NULL) AS told),
        changed AS (
            SELECT topic, language, coalesce(month, 0) AS month, sum(change)::integer AS change
              FROM moved GROUP BY GROUPING SETS ((topic, language, month), (topic, language))
            HAVING sum(change) <> 0)
        SELECT array_agg(changed.topic), array_agg(changed.language), array_agg(changed.month),
               array_agg(changed.change), array_agg(free.id)
          FROM changed LEFT JOIN LATERAL (
              -- One that another transaction holds is passed over: nobody waits for a number.
              SELECT kept.id FROM issues_entrycount kept
               WHERE kept.topic = changed.topic AND kept.language = changed.language AND kept.month = changed.month
               LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS free ON true',
        concat_ws(' UNION ALL ',
            CASE WHEN TG_OP <> 'DELETE'
                 THEN format('SELECT %s AS topic, language, published_at, 1 AS change FROM after_rows', TG_ARGV[0]) END,
            CASE WHEN TG_OP <> 'INSERT'
                 THEN format('SELECT %s AS topic, language, published_at, -1 AS change FROM before_rows', TG_ARGV[0])
            END))
        INTO topics, languages, months, changes, slots;
    IF topics IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE '
        UPDATE issues_entrycount kept SET count = kept.count + given.change
          FROM unnest($1, $2) AS given(slot, change) WHERE kept.id = given.slot' USING slots, changes;
    EXECUTE '
        INSERT INTO issues_entrycount (topic, language, month, count)
        SELECT topic, language, month, change
          FROM unnest($1, $2, $3, $4, $5) AS given(slot, topic, language, month, change)
         WHERE slot IS NULL' USING slots, topics, languages, months, changes;
    RETURN NULL;
END $$;
"""

COUNTED = {"issues_taggedentry": "tag_id", "issues_entrymoment": "0"}
TABLES = {
    "INSERT": "NEW TABLE AS after_rows",
    "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
    "DELETE": "OLD TABLE AS before_rows",
}
COUNTING = "".join(
    f"""
CREATE TRIGGER entrycount_{way.lower()} AFTER {way} ON {table} REFERENCING {rows}
    FOR EACH STATEMENT EXECUTE FUNCTION issues_entrycount_keep('{topic}');
"""
    for table, topic in COUNTED.items()
    for way, rows in TABLES.items()
)

# The moments are counted as they are written, the topics' uses are there already.
FILL = """
INSERT INTO issues_entrymoment (entry_id, work_id, language, published_at)
SELECT entry.id, entry.work_id, issue.language, CASE WHEN issue.status = 'published' THEN issue.published_at END
  FROM issues_entry entry
  JOIN issues_section section ON section.id = entry.section_id
  JOIN issues_issue issue ON issue.id = section.issue_id;

INSERT INTO issues_entrycount (topic, language, month, count)
SELECT tag_id, language, coalesce(month, 0), count(*)
  FROM (SELECT tag_id, language, (extract(year FROM utc) * 12 + extract(month FROM utc) - 1)::integer AS month
          FROM (SELECT tag_id, language, published_at AT TIME ZONE 'UTC' AS utc
                  FROM issues_taggedentry WHERE published_at IS NOT NULL) AS told) AS used
 GROUP BY GROUPING SETS ((tag_id, language, month), (tag_id, language));
"""

BACKWARD = (
    """
DROP TRIGGER entrymoment_added ON issues_entry;
DROP TRIGGER entrymoment_removed ON issues_entry;
DROP TRIGGER entrymoment_of_entry ON issues_entry;
DROP TRIGGER entrymoment_of_section ON issues_section;
DROP TRIGGER entrymoment_of_issue ON issues_issue;
DROP FUNCTION issues_entrymoment_added();
DROP FUNCTION issues_entrymoment_removed();
DROP FUNCTION issues_entrymoment_correct();
"""
    + "".join(f"DROP TRIGGER entrycount_{way.lower()} ON {table};\n" for table in COUNTED for way in TABLES)
    + "DROP FUNCTION issues_entrycount_keep();\n"
)


class Migration(migrations.Migration):
    dependencies = [("issues", "0025_issues_of_a_kind"), ("papers", "0003_fetches")]

    operations = [
        migrations.CreateModel(
            name="EntryCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.BigIntegerField()),
                ("language", models.CharField(max_length=35)),
                (
                    "month",
                    models.IntegerField(
                        help_text="Months since the year 0, in UTC: twelve times the year, and 0 for January."
                    ),
                ),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["topic", "language", "month"], name="entry_count_of_topic")],
            },
        ),
        migrations.CreateModel(
            name="EntryMoment",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="moment",
                        serialize=False,
                        to="issues.entry",
                    ),
                ),
                ("language", models.CharField(max_length=35)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "work",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="moments",
                        to="papers.work",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("work"),
                        models.F("language"),
                        models.F("published_at"),
                        models.F("entry"),
                        condition=models.Q(("published_at__isnull", False), ("work__isnull", False)),
                        name="entry_moment_of_work",
                    )
                ],
            },
        ),
        migrations.RunSQL(MOMENTS + COUNTS + COUNTING, BACKWARD),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
