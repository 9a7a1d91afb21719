"""Keep by triggers what is searched, so that `update()`, bulk, SQL and cascades can't leave it stale.

A change of the rules replaces `issues_search_row` in a migration of its own, with a higher number in it and in
`issues/search/rules.py`; `rebuild_search` then brings the rows up to date.
"""

from django.db import migrations

PARTS = r"""
-- A text as readers see it: without the addresses of its links and its stars.
CREATE FUNCTION issues_search_plain(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(CASE WHEN given LIKE '%](%' THEN regexp_replace(given, '\[([^][]*)\]\([^()]*\)', '\1', 'g')
                        ELSE given END, '*', '')
$$;

CREATE FUNCTION issues_search_site(url text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(lower(left(substring(url FROM '^[a-z]+://(?:www[.])?([^/:?#]+)'), 255)), '')
$$;

-- The days by which a search goes back in time; what stands in no published issue is as new as it is.
CREATE FUNCTION issues_search_bucket(published_at timestamptz, created_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest((coalesce(published_at, created_at) AT TIME ZONE 'UTC')::date - date '0001-01-01', 0)
$$;

-- The row of a title, further texts, and filters.
CREATE FUNCTION issues_search_row(
    kind text, of_row bigint, issue bigint, language text, shelf text, site text, bucket integer, title text, body text,
    authors text[] DEFAULT '{}'
) RETURNS issues_searchtext LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found issues_searchtext;
    head text[];
    joined text[];
BEGIN
    found.kind := kind;
    found."row" := of_row;
    found.issue := issue;
    found.language := language;
    found.shelf := shelf;
    found.site := site;
    found.bucket := bucket;
    found.rules := 1;
    title := papers_search_fold(title);
    body := papers_search_fold(body);
    -- Spider-Man is looked for as spiderman, and GPT-3 as gpt3.
    IF strpos(title, '-') > 0 OR strpos(body, '-') > 0 THEN
        joined := ARRAY(SELECT left(replace(parts[1], '-', ''), 60)
                          FROM regexp_matches(title || ' ' || body, '([a-z][a-z0-9]*(?:-[a-z0-9]+)+)', 'g') parts);
    END IF;
    -- A blank at either end of each line, so that a word has one before and behind it wherever it stands.
    found.title := (SELECT string_agg(' ' || papers_search_runs(line) || ' ', E'\n')
                      FROM unnest(string_to_array(title, E'\n')) line);
    body := papers_search_runs(body);
    found.text := found.title || E'\n ' || body || ' ';
    head := papers_search_lexemes(translate(btrim(found.title), E'\n', ' '));
    found.head := array_to_tsvector(array_remove(head, ''));
    found.lexemes := array_to_tsvector(
        array_remove(head, '') || papers_search_lexemes(body) || joined || authors
        || ARRAY['kind:' || shelf, 'lang:' || language, 'site:' || site, 'day:' || bucket,
                 'days:' || (bucket + 2000000000) / 30]);
    RETURN found;
END $$;

-- What the index is to hold of these entries, issues or works. Whatever the tables hold when a connection asks first,
-- it goes by their keys: a plan is kept, and an import begins with empty tables.
CREATE FUNCTION issues_search_fresh(of_kind text, rows bigint[]) RETURNS SETOF issues_searchtext
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF of_kind = 'entry' THEN
        RETURN QUERY SELECT made.* FROM issues_entry entry
            JOIN issues_section section ON section.id = entry.section_id
            JOIN issues_issue issue ON issue.id = section.issue_id
           CROSS JOIN LATERAL issues_search_row(
                'entry', entry.id, issue.id, issue.language, section.kind, issues_search_site(entry.url),
                issues_search_bucket(issue.published_at, issue.created_at), entry.title || E'\n' || entry.source_title,
                concat_ws(E'\n', issues_search_plain(entry.summary), entry.card_title, entry.card_description)) made
           WHERE entry.id = ANY (rows);
    ELSIF of_kind = 'issue' THEN
        RETURN QUERY SELECT made.* FROM issues_issue issue
           CROSS JOIN LATERAL issues_search_row(
                'issue', issue.id, issue.id, issue.language, 'issue', '',
                issues_search_bucket(issue.published_at, issue.created_at),
                concat_ws(E'\n', issue.title, issue.number, issue.slug), issues_search_plain(issue.intro)) made
           WHERE issue.id = ANY (rows);
    ELSE
        -- A work of which nothing but its address is known is found by that alone, and needs no row.
        RETURN QUERY SELECT made.* FROM papers_work work
           CROSS JOIN LATERAL (
                SELECT array_agg(left(name, 200)) AS authors FROM jsonb_array_elements_text(
                    CASE jsonb_typeof(work.authors) WHEN 'array' THEN work.authors ELSE '[]' END) name) known
           CROSS JOIN LATERAL issues_search_row(
                'work', work.id, NULL, '', 'work', issues_search_site(work.url), (work.id / 256)::integer - 2000000000,
                concat_ws(E'\n', work.title, array_to_string(known.authors, E'\n')),
                concat_ws(E'\n', work.venue, work.abstract),
                ARRAY(SELECT 'author:' || papers_search_runs(papers_search_fold(name)) FROM unnest(known.authors) name)) made
           WHERE work.id = ANY (rows) AND work.merged_into_id IS NULL
             AND (work.title <> '' OR work.abstract <> '' OR work.authors <> '[]');
    END IF;
END $$;

-- Write anew what is searched of these entries, issues or works, and the words that are new with them.
CREATE FUNCTION issues_search_keep(of_kind text, rows bigint[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF cardinality(rows) = 0 THEN RETURN; END IF;
    WITH made AS (
        INSERT INTO issues_searchtext AS kept
        SELECT * FROM issues_search_fresh(of_kind, rows) fresh ORDER BY fresh.row
            ON CONFLICT (kind, row) DO UPDATE SET
               issue = EXCLUDED.issue, language = EXCLUDED.language, shelf = EXCLUDED.shelf, site = EXCLUDED.site,
               bucket = EXCLUDED.bucket, title = EXCLUDED.title, text = EXCLUDED.text, head = EXCLUDED.head,
               lexemes = EXCLUDED.lexemes, rules = EXCLUDED.rules
         WHERE (kept.issue, kept.bucket, kept.title, kept.text, kept.lexemes, kept.rules) IS DISTINCT FROM
               (EXCLUDED.issue, EXCLUDED.bucket, EXCLUDED.title, EXCLUDED.text, EXCLUDED.lexemes, EXCLUDED.rules)
        RETURNING kept.language, kept.lexemes),
    -- Pairs and single characters are shorter, numbers come before letters, and filters have a colon.
    said AS (
        SELECT word, made.language FROM made CROSS JOIN LATERAL unnest(tsvector_to_array(made.lexemes)) word
         WHERE word COLLATE "C" >= 'a' AND length(word) > 2 AND strpos(word, ':') = 0
         GROUP BY made.language, word)
    INSERT INTO issues_searchword (word, dictionary, stem)
    SELECT word, dictionary, papers_search_stem(dictionary, word)
      FROM (SELECT word, papers_search_dictionary(said.language) AS dictionary FROM said OFFSET 0) told
     WHERE NOT EXISTS (
           SELECT FROM issues_searchword known WHERE known.word = told.word AND known.dictionary = told.dictionary);
END $$;

-- The same of rows that changed: what is not to be found any more is taken out.
CREATE FUNCTION issues_search_refresh(of_kind text, rows bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(rows) = 0 THEN RETURN; END IF;
    PERFORM issues_search_keep(of_kind, rows);
    IF of_kind = 'work' THEN
        DELETE FROM issues_searchtext kept
         WHERE kept.kind = 'work' AND kept.row = ANY (rows)
           AND NOT EXISTS (SELECT FROM papers_work work
                            WHERE work.id = kept.row AND work.merged_into_id IS NULL
                              AND (work.title <> '' OR work.abstract <> '' OR work.authors <> '[]'));
    END IF;
END $$;
"""

TRIGGERS = r"""
CREATE FUNCTION issues_search_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_keep(TG_ARGV[0], ARRAY(SELECT id FROM written));
    RETURN NULL;
END $$;

-- Most works come without anything to be found by, and an import brings many.
CREATE FUNCTION issues_search_works_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_keep('work', ARRAY(
        SELECT id FROM written WHERE title <> '' OR abstract <> '' OR authors <> '[]'));
    RETURN NULL;
END $$;

CREATE FUNCTION issues_search_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'DELETE FROM issues_searchtext kept USING gone WHERE kept.kind = $1 AND kept.row = gone.id' USING TG_ARGV[0];
    RETURN NULL;
END $$;

CREATE FUNCTION issues_search_entries_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_refresh('entry', ARRAY(
        SELECT is_now.id FROM before_rows was JOIN after_rows is_now USING (id)
         WHERE (was.title, was.source_title, was.summary, was.card_title, was.card_description, was.url, was.section_id)
               IS DISTINCT FROM (is_now.title, is_now.source_title, is_now.summary, is_now.card_title,
                                 is_now.card_description, is_now.url, is_now.section_id)));
    RETURN NULL;
END $$;

CREATE FUNCTION issues_search_works_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_refresh('work', ARRAY(
        SELECT is_now.id FROM before_rows was JOIN after_rows is_now USING (id)
         WHERE (was.title, was.authors, was.abstract, was.venue, was.url, was.merged_into_id) IS DISTINCT FROM
               (is_now.title, is_now.authors, is_now.abstract, is_now.venue, is_now.url, is_now.merged_into_id)));
    RETURN NULL;
END $$;

CREATE FUNCTION issues_search_issues_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_refresh('issue', ARRAY(
        SELECT is_now.id FROM before_rows was JOIN after_rows is_now USING (id)
         WHERE (was.title, was.number, was.slug, was.intro, was.language, was.published_at, was.created_at)
               IS DISTINCT FROM (is_now.title, is_now.number, is_now.slug, is_now.intro, is_now.language,
                                 is_now.published_at, is_now.created_at)));
    PERFORM issues_search_refresh('entry', ARRAY(
        SELECT entry.id FROM before_rows was JOIN after_rows is_now USING (id)
          JOIN issues_section section ON section.issue_id = is_now.id
          JOIN issues_entry entry ON entry.section_id = section.id
         WHERE (was.language, issues_search_bucket(was.published_at, was.created_at)) IS DISTINCT FROM
               (is_now.language, issues_search_bucket(is_now.published_at, is_now.created_at))));
    RETURN NULL;
END $$;

CREATE FUNCTION issues_search_sections_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM issues_search_refresh('entry', ARRAY(
        SELECT entry.id FROM before_rows was JOIN after_rows is_now USING (id)
          JOIN issues_entry entry ON entry.section_id = is_now.id
         WHERE (was.issue_id, was.kind) IS DISTINCT FROM (is_now.issue_id, is_now.kind)));
    RETURN NULL;
END $$;

CREATE TRIGGER search_added AFTER INSERT ON issues_entry REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_added('entry');
CREATE TRIGGER search_added AFTER INSERT ON issues_issue REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_added('issue');
CREATE TRIGGER search_added AFTER INSERT ON papers_work REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_works_added();
CREATE TRIGGER search_changed AFTER UPDATE ON issues_entry REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_entries_changed();
CREATE TRIGGER search_changed AFTER UPDATE ON papers_work REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_works_changed();
CREATE TRIGGER search_changed AFTER UPDATE ON issues_issue REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_issues_changed();
CREATE TRIGGER search_changed AFTER UPDATE ON issues_section REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_sections_changed();
CREATE TRIGGER search_removed AFTER DELETE ON issues_entry REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_removed('entry');
CREATE TRIGGER search_removed AFTER DELETE ON issues_issue REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_removed('issue');
CREATE TRIGGER search_removed AFTER DELETE ON papers_work REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION issues_search_removed('work');

-- What is moved out of long rows is read as it is.
ALTER TABLE issues_searchtext ALTER COLUMN text SET STORAGE EXTERNAL, ALTER COLUMN lexemes SET STORAGE EXTERNAL;
"""

FILL = """
SELECT issues_search_keep('issue', ARRAY(SELECT id FROM issues_issue));
SELECT issues_search_keep('entry', ARRAY(SELECT id FROM issues_entry));
SELECT issues_search_keep('work', ARRAY(SELECT id FROM papers_work));
INSERT INTO issues_searchrules (version) VALUES (1);
"""

BACKWARD = """
DROP TRIGGER search_added ON issues_entry;
DROP TRIGGER search_added ON issues_issue;
DROP TRIGGER search_added ON papers_work;
DROP TRIGGER search_changed ON issues_entry;
DROP TRIGGER search_changed ON issues_issue;
DROP TRIGGER search_changed ON issues_section;
DROP TRIGGER search_changed ON papers_work;
DROP TRIGGER search_removed ON issues_entry;
DROP TRIGGER search_removed ON issues_issue;
DROP TRIGGER search_removed ON papers_work;
DROP FUNCTION IF EXISTS issues_search_added();
DROP FUNCTION IF EXISTS issues_search_works_added();
DROP FUNCTION IF EXISTS issues_search_removed();
DROP FUNCTION IF EXISTS issues_search_entries_changed();
DROP FUNCTION IF EXISTS issues_search_works_changed();
DROP FUNCTION IF EXISTS issues_search_issues_changed();
DROP FUNCTION IF EXISTS issues_search_sections_changed();
DROP FUNCTION IF EXISTS issues_search_refresh(text, bigint[]);
DROP FUNCTION IF EXISTS issues_search_keep(text, bigint[]);
DROP FUNCTION IF EXISTS issues_search_fresh(text, bigint[]);
DROP FUNCTION IF EXISTS issues_search_row(text, bigint, bigint, text, text, text, integer, text, text, text[]);
DROP FUNCTION IF EXISTS issues_search_bucket(timestamptz, timestamptz);
DROP FUNCTION IF EXISTS issues_search_site(text);
DROP FUNCTION IF EXISTS issues_search_plain(text);
TRUNCATE issues_searchtext, issues_searchword, issues_searchrules;
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0029_search"), ("papers", "0005_search_functions")]

    operations = [
        migrations.RunSQL(PARTS + TRIGGERS, BACKWARD),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
