"""Read each changed row once and not once a column, and look at the order only where a place changed."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION issues_history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF akira_is_first_state() THEN RETURN NULL; END IF;
    -- Without OFFSET 0, PostgreSQL would write the row before as JSON again for each of its columns.
    EXECUTE format(
        'SELECT issues_history_note(%1$L, both_rows.id, both_rows.in_issue, now_is.key, ''changed'',
                                    both_rows.was -> now_is.key, now_is.value)
           FROM (SELECT r.id, (%2$s) AS in_issue, to_jsonb(b) AS was, to_jsonb(r) AS is_now
                   FROM before_rows b JOIN after_rows r ON r.id = b.id OFFSET 0) both_rows
          CROSS JOIN LATERAL jsonb_each(both_rows.is_now) now_is
          WHERE both_rows.was <> both_rows.is_now AND both_rows.was -> now_is.key IS DISTINCT FROM now_is.value
            AND now_is.key <> ALL (%3$L::text[])
          ORDER BY both_rows.id',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION issues_history_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF akira_is_first_state()
       OR NOT EXISTS (SELECT FROM before_rows b JOIN after_rows r ON r.id = b.id WHERE b.position <> r.position) THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'WITH touched AS (
             SELECT DISTINCT b.%2$I AS parent FROM before_rows b JOIN after_rows r ON r.id = b.id
              WHERE b.%2$I = r.%2$I AND b.position <> r.position
         ), places AS (
             SELECT row.%2$I AS parent, row.id, coalesce(b.position, row.position) AS was, row.position AS is_now
               FROM touched JOIN %5$I row ON row.%2$I = touched.parent LEFT JOIN before_rows b ON b.id = row.id
              WHERE b.id IS NULL OR b.%2$I = touched.parent
         ), lists AS (
             SELECT parent, jsonb_agg(id ORDER BY was, id) AS was, jsonb_agg(id ORDER BY is_now, id) AS is_now
               FROM places GROUP BY parent
         )
         SELECT issues_history_note(%1$L, parent, (%4$s), %3$L, ''changed'', was, is_now)
           FROM lists WHERE was <> is_now',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_ARGV[3], TG_TABLE_NAME);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0023_issue_newest_first_covers_appearance")]

    # What was there before tells the same, so that there is nothing to undo.
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
