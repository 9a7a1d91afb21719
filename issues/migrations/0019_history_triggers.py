"""Write the history by triggers, so that `update()`, bulk and SQL leave it too.

A further model is tracked by a line `SELECT issues_history_track(…)` in a migration of its own; a further column by
nothing at all.
"""

from django.db import migrations

WHO_ACTS = """
-- What `common.acting` said in this transaction.
CREATE FUNCTION akira_acting() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('akira.acting', true), ''), '{}')::jsonb
$$;

-- What stands in a row when it is first imported needs no history: the row itself tells it until it changes.
CREATE FUNCTION akira_is_first_state() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT akira_acting() ? 'first'
$$;
"""

NOTE = """
CREATE FUNCTION issues_history_note(
    about_model text, about_row bigint, in_issue bigint, about_field text, deed_done text, was jsonb, is_now jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    acting jsonb := akira_acting();
    who bigint := (acting ->> 'person')::bigint;
    way text := left(coalesce(acting ->> 'via', current_setting('application_name')), 100);
    -- Bringing back stands for itself, or what it replaces would be no more than a step on the way.
    deed_told text := CASE WHEN deed_done = 'removed' THEN deed_done ELSE coalesce(acting ->> 'deed', deed_done) END;
    moment timestamptz := clock_timestamp();
    latest issues_change;
BEGIN
    IF deed_told = 'changed' AND who IS NOT NULL THEN
        SELECT * INTO latest FROM issues_change
         WHERE model = about_model AND row = about_row AND field = about_field ORDER BY id DESC LIMIT 1;
        -- What takes out more than half of a text stands for itself too: it may be a slip of the hand.
        IF latest.deed = 'changed' AND latest.person = who AND latest.via = way
           AND latest.began_at > moment - interval '10 minutes' AND latest.new IS NOT DISTINCT FROM was
           AND length(is_now #>> '{}') * 2 >= length(was #>> '{}') THEN
            INSERT INTO issues_step (change_id, saved_at, value) VALUES (latest.id, latest.changed_at, latest.new);
            UPDATE issues_change SET new = is_now, changed_at = moment, saves = saves + 1 WHERE id = latest.id;
            RETURN;
        END IF;
    END IF;
    INSERT INTO issues_change (model, row, issue, field, deed, old, new, began_at, changed_at, transaction_at, saves,
                               person, person_name, via)
    VALUES (about_model, about_row, in_issue, about_field, deed_told, was, is_now, moment, moment, now(), 1,
            who, coalesce(acting ->> 'name', ''), way);
END $$;
"""

# The statements are put together when they run: so they are planned for the tables as they are by then, and one
# function serves all tables. Arguments: model, issue of a row `r` as SQL, columns that are left out.
ROWS = """
CREATE FUNCTION issues_history_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF akira_is_first_state() THEN RETURN NULL; END IF;
    EXECUTE format(
        'SELECT issues_history_note(%1$L, r.id, (%2$s), '''', ''added'', NULL, NULL) FROM (SELECT * FROM after_rows ORDER BY id) r',
        TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;

CREATE FUNCTION issues_history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF akira_is_first_state() THEN RETURN NULL; END IF;
    EXECUTE format(
        'SELECT issues_history_note(%1$L, r.id, (%2$s), now_is.key, ''changed'', b.columns -> now_is.key, now_is.value)
           FROM (SELECT id, to_jsonb(before_rows) AS columns FROM before_rows) b
           JOIN after_rows r ON r.id = b.id
          CROSS JOIN LATERAL jsonb_each(to_jsonb(r)) now_is
          WHERE b.columns -> now_is.key IS DISTINCT FROM now_is.value AND now_is.key <> ALL (%3$L::text[])
          ORDER BY r.id',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
    RETURN NULL;
END $$;

CREATE FUNCTION issues_history_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'SELECT issues_history_note(%1$L, r.id, (%2$s), '''', ''removed'', to_jsonb(r), NULL)
           FROM (SELECT * FROM before_rows ORDER BY id) r',
        TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;
"""

# The order in which rows stand is told of what they stand in, once, and not of each row that made room.
# Arguments: model in which they stand, the column that says so, how the list is called, issue of `parent` as SQL.
ORDER = """
CREATE FUNCTION issues_history_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF akira_is_first_state() THEN RETURN NULL; END IF;
    EXECUTE format(
        'WITH touched AS (
             SELECT DISTINCT b.%2$I AS parent FROM before_rows b JOIN after_rows r ON r.id = b.id
              WHERE b.%2$I = r.%2$I AND b.position <> r.position
         ), lists AS (
             SELECT parent,
                    (SELECT jsonb_agg(row.id ORDER BY coalesce(b.position, row.position), row.id)
                       FROM %5$I row LEFT JOIN before_rows b ON b.id = row.id
                      WHERE row.%2$I = parent AND (b.id IS NULL OR b.%2$I = parent)) AS was,
                    (SELECT jsonb_agg(row.id ORDER BY row.position, row.id)
                       FROM %5$I row LEFT JOIN before_rows b ON b.id = row.id
                      WHERE row.%2$I = parent AND (b.id IS NULL OR b.%2$I = parent)) AS is_now
               FROM touched
         )
         SELECT issues_history_note(%1$L, parent, (%4$s), %3$L, ''changed'', was, is_now)
           FROM lists WHERE was IS DISTINCT FROM is_now',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_ARGV[3], TG_TABLE_NAME);
    RETURN NULL;
END $$;
"""

# Topics are told of their entry, as the list of their slugs.
TOPICS = """
CREATE FUNCTION issues_history_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nothing text := 'SELECT NULL::bigint AS entry, NULL::bigint AS tag WHERE false';
    gone text := nothing;
    come text := nothing;
BEGIN
    IF akira_is_first_state() THEN RETURN NULL; END IF;
    IF TG_OP <> 'INSERT' THEN gone := 'SELECT content_object_id AS entry, tag_id AS tag FROM before_rows'; END IF;
    IF TG_OP <> 'DELETE' THEN come := 'SELECT content_object_id AS entry, tag_id AS tag FROM after_rows'; END IF;
    EXECUTE format(
        'WITH gone AS (%1$s), come AS (%2$s),
         moved AS ((SELECT * FROM gone EXCEPT SELECT * FROM come) UNION (SELECT * FROM come EXCEPT SELECT * FROM gone)),
         touched AS (SELECT DISTINCT entry FROM moved),
         is_now AS (
             SELECT touched.entry, tagged.tag_id AS tag
               FROM touched JOIN issues_taggedentry tagged ON tagged.content_object_id = touched.entry
         ),
         was AS ((SELECT * FROM is_now EXCEPT SELECT * FROM come) UNION SELECT * FROM gone),
         old AS (SELECT entry, jsonb_agg(topic.slug ORDER BY topic.slug) AS slugs
                   FROM was JOIN issues_topic topic ON topic.id = was.tag GROUP BY entry),
         new AS (SELECT entry, jsonb_agg(topic.slug ORDER BY topic.slug) AS slugs
                   FROM is_now JOIN issues_topic topic ON topic.id = is_now.tag GROUP BY entry)
         SELECT issues_history_note(
                    ''entry'', entry,
                    (SELECT section.issue_id FROM issues_entry own JOIN issues_section section ON section.id = own.section_id
                      WHERE own.id = entry),
                    ''topics'', ''changed'', coalesce(old.slugs, ''[]''), coalesce(new.slugs, ''[]''))
           FROM touched LEFT JOIN old USING (entry) LEFT JOIN new USING (entry)',
        gone, come);
    RETURN NULL;
END $$;

CREATE TRIGGER history_added AFTER INSERT ON issues_taggedentry
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_history_tagged();
CREATE TRIGGER history_changed AFTER UPDATE ON issues_taggedentry
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_history_tagged();
CREATE TRIGGER history_removed AFTER DELETE ON issues_taggedentry
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_history_tagged();
"""

TRACK = """
CREATE FUNCTION issues_history_track(
    tracked regclass, model text, issue_as_sql text, left_out text[] DEFAULT '{}', tells_additions boolean DEFAULT true
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF tells_additions THEN
        EXECUTE format(
            'CREATE TRIGGER history_added AFTER INSERT ON %s REFERENCING NEW TABLE AS after_rows
             FOR EACH STATEMENT EXECUTE FUNCTION issues_history_added(%L, %L)', tracked, model, issue_as_sql);
    END IF;
    EXECUTE format(
        'CREATE TRIGGER history_changed AFTER UPDATE ON %s
         REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
         FOR EACH STATEMENT EXECUTE FUNCTION issues_history_changed(%L, %L, %L)',
        tracked, model, issue_as_sql, left_out::text);
    EXECUTE format(
        'CREATE TRIGGER history_removed AFTER DELETE ON %s REFERENCING OLD TABLE AS before_rows
         FOR EACH STATEMENT EXECUTE FUNCTION issues_history_removed(%L, %L)', tracked, model, issue_as_sql);
END $$;

CREATE FUNCTION issues_history_track_order(
    tracked regclass, parent_model text, parent_column text, list text, issue_as_sql text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER history_ordered AFTER UPDATE ON %s REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
         FOR EACH STATEMENT EXECUTE FUNCTION issues_history_ordered(%L, %L, %L, %L)',
        tracked, parent_model, parent_column, list, issue_as_sql);
END $$;

CREATE FUNCTION issues_history_untrack(tracked regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['history_added', 'history_changed', 'history_removed', 'history_ordered'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', name, tracked);
    END LOOP;
END $$;

SELECT issues_history_track('issues_publication', 'publication', 'NULL::bigint', '{singleton}'),
       issues_history_track('papers_work', 'work', 'NULL::bigint', '{created_at}', false),
       issues_history_track('issues_topic', 'topic', 'NULL::bigint', '{}', false),
       issues_history_track('issues_issue', 'issue', 'r.id',
                            '{created_at,updated_at,appeared_at,imported_document,imported_digest}'),
       issues_history_track('issues_section', 'section', 'r.issue_id', '{position,imported_document,imported_digest}'),
       issues_history_track('issues_highlight', 'highlight', 'r.issue_id',
                            '{position,imported_document,imported_digest}'),
       issues_history_track('issues_entry', 'entry',
                            'SELECT section.issue_id FROM issues_section section WHERE section.id = r.section_id',
                            '{position,imported_document,imported_digest,awaits_record,
                              figure_sha256,figure_width,figure_height,figure_widths}'),
       issues_history_track('issues_erratum', 'erratum', 'r.issue_id'),
       issues_history_track('issues_comment', 'comment', 'r.issue_id', '{submission}'),
       issues_history_track('issues_waiver', 'waiver', 'r.issue_id'),
       issues_history_track_order('issues_section', 'issue', 'issue_id', 'sections', 'parent'),
       issues_history_track_order('issues_highlight', 'issue', 'issue_id', 'highlights', 'parent'),
       issues_history_track_order('issues_entry', 'section', 'section_id', 'entries',
                                  'SELECT issue_id FROM issues_section WHERE id = parent');
"""

BACKWARD = """
SELECT issues_history_untrack('issues_publication'), issues_history_untrack('papers_work'),
       issues_history_untrack('issues_topic'), issues_history_untrack('issues_issue'),
       issues_history_untrack('issues_section'), issues_history_untrack('issues_highlight'),
       issues_history_untrack('issues_entry'), issues_history_untrack('issues_erratum'),
       issues_history_untrack('issues_comment'), issues_history_untrack('issues_waiver'),
       issues_history_untrack('issues_taggedentry');
DROP FUNCTION issues_history_untrack(regclass);
DROP FUNCTION issues_history_track_order(regclass, text, text, text, text);
DROP FUNCTION issues_history_track(regclass, text, text, text[], boolean);
DROP FUNCTION issues_history_tagged();
DROP FUNCTION issues_history_ordered();
DROP FUNCTION issues_history_removed();
DROP FUNCTION issues_history_changed();
DROP FUNCTION issues_history_added();
DROP FUNCTION issues_history_note(text, bigint, bigint, text, text, jsonb, jsonb);
DROP FUNCTION akira_is_first_state();
DROP FUNCTION akira_acting();
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0018_history"), ("papers", "0003_fetches")]

    operations = [migrations.RunSQL(WHO_ACTS + NOTE + ROWS + ORDER + TOPICS + TRACK, BACKWARD)]
