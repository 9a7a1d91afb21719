"""Find what a query matches by windows of time, the newest first, so that a search reads no more than it can rank."""

from django.db import migrations

# Plans are kept, and go by the index of lexemes whatever the tables hold when a connection asks first.
PLANNED = (
    "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off "
    "SET enable_mergejoin = off SET jit = off"
)

TYPES = """
-- A row that was found, and how well it fits: 5 the title itself, 4 the words as they stand in the title, 3 all words in
-- the title, 2 as they stand in the text, 1 all words. Where `kind` is null, `bucket` tells how far down a search went.
CREATE TYPE issues_searchfound AS (
    kind text, "row" bigint, bucket integer, moment timestamptz, language text, shelf text, site text, score integer);

-- What has to hold beside the lexemes, and what makes a row fit well.
CREATE TYPE issues_searchlimits AS (
    publication bigint, languages text[], drafts boolean, at timestamptz, parts text[], excluded text[],
    since timestamptz, until timestamptz, language text, topic bigint, whole text, titled tsquery);

-- Whether a text holds one of each list. It is quicker than LIKE, which takes a text letter by letter.
CREATE FUNCTION issues_search_holds(body text, lists text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    given text[];
    one text;
    holds boolean;
BEGIN
    FOREACH given SLICE 1 IN ARRAY lists LOOP
        holds := false;
        FOREACH one IN ARRAY given LOOP
            holds := strpos(body, one) > 0;
            EXIT WHEN holds;
        END LOOP;
        IF NOT holds THEN RETURN false; END IF;
    END LOOP;
    RETURN true;
END $$;

CREATE FUNCTION issues_search_score(title text, body text, head tsvector, whole text, titled tsquery) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN titled IS NULL THEN 1
                WHEN head @@ titled THEN
                     CASE WHEN ' ' || whole || ' ' = ANY (string_to_array(title, E'\\n')) THEN 5
                          WHEN strpos(title, whole) > 0 THEN 4 ELSE 3 END
                WHEN strpos(whole, ' ') > 0 AND strpos(body, whole) > 0 THEN 2
                ELSE 1 END
$$;
"""

FOUND = """
    RETURN QUERY
    SELECT kept.kind::text, kept.row, kept.bucket, coalesce(issue.published_at, issue.created_at), kept.language::text,
           kept.shelf::text, kept.site,
           issues_search_score(kept.title, kept.text, kept.head, limits.whole, limits.titled)
      FROM issues_searchtext kept JOIN issues_issue issue ON issue.id = kept.issue
     WHERE kept.bucket BETWEEN low AND high AND issue.publication_id = limits.publication
       AND (limits.drafts OR issue.status = 'published' AND issue.language = ANY (limits.languages)
                             AND (issue.published_at <= limits.at OR issue.appeared_at IS NOT NULL))
       AND (limits.since IS NULL OR issue.published_at >= limits.since)
       AND (limits.until IS NULL OR issue.published_at < limits.until)
       AND (limits.parts IS NULL OR issues_search_holds(kept.text, limits.parts))
       AND (limits.excluded IS NULL OR NOT issues_search_holds(kept.text, ARRAY[limits.excluded]))
"""

IN_ISSUES = """
-- Entries and issues with these lexemes, of buckets from `low` to `high`; no more than `most`, in no order.
CREATE FUNCTION issues_search_in_issues(
    sought tsquery, low integer, high integer, limits issues_searchlimits, most bigint
) RETURNS SETOF issues_searchfound LANGUAGE plpgsql STABLE PLANNED AS $$
BEGIN
FOUND
       AND kept.lexemes @@ sought
       AND (limits.topic IS NULL OR EXISTS (
            SELECT FROM issues_taggedentry used
             WHERE kept.kind = 'entry' AND used.content_object_id = kept.row AND used.tag_id = limits.topic))
     LIMIT most;
END $$;

-- Of these entries those that match, likewise.
CREATE FUNCTION issues_search_of_entries(
    sought tsquery, low integer, high integer, limits issues_searchlimits, entries bigint[]
) RETURNS SETOF issues_searchfound LANGUAGE plpgsql STABLE PLANNED AS $$
BEGIN
FOUND
       AND kept.kind = 'entry' AND kept.row = ANY (entries) AND (sought IS NULL OR kept.lexemes @@ sought);
END $$;
""".replace("FOUND", FOUND).replace("PLANNED", PLANNED)

# A work is public with the first entry about it, or about one that was merged into it.
IN_WORKS = """
CREATE FUNCTION issues_search_in_works(
    sought tsquery, low integer, high integer, limits issues_searchlimits, most bigint
) RETURNS SETOF issues_searchfound LANGUAGE plpgsql STABLE PLANNED AS $$
BEGIN
    RETURN QUERY
    SELECT kept.kind::text, kept.row, kept.bucket, ran.moment, kept.language::text, kept.shelf::text, kept.site,
           issues_search_score(kept.title, kept.text, kept.head, limits.whole, limits.titled)
      FROM issues_searchtext kept
      LEFT JOIN LATERAL (
           SELECT max(issue.published_at) AS moment
             FROM (SELECT kept.row AS id UNION ALL
                   SELECT work.id FROM papers_work work WHERE work.merged_into_id = kept.row) family
             JOIN issues_entry entry ON entry.work_id = family.id
             JOIN issues_section section ON section.id = entry.section_id
             JOIN issues_issue issue ON issue.id = section.issue_id
            WHERE issue.publication_id = limits.publication AND issue.status = 'published'
              AND issue.language = ANY (limits.languages)
              AND (issue.published_at <= limits.at OR issue.appeared_at IS NOT NULL)
              AND (limits.since IS NULL OR issue.published_at >= limits.since)
              AND (limits.until IS NULL OR issue.published_at < limits.until)
              AND (limits.language IS NULL OR issue.language = limits.language)) ran ON true
     WHERE kept.lexemes @@ sought AND kept.bucket BETWEEN low AND high AND kept.kind = 'work'
       AND (ran.moment IS NOT NULL
            OR limits.drafts AND limits.since IS NULL AND limits.until IS NULL AND limits.language IS NULL)
       AND (limits.parts IS NULL OR issues_search_holds(kept.text, limits.parts))
       AND (limits.excluded IS NULL OR NOT issues_search_holds(kept.text, ARRAY[limits.excluded]))
     LIMIT most;
END $$;
""".replace("PLANNED", PLANNED)

WINDOW = """
CREATE FUNCTION issues_search_matching(
    of_works boolean, sought tsquery, low integer, high integer, limits issues_searchlimits, most bigint DEFAULT NULL
) RETURNS SETOF issues_searchfound LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF of_works THEN
        RETURN QUERY SELECT * FROM issues_search_in_works(sought, low, high, limits, most);
    ELSE
        RETURN QUERY SELECT * FROM issues_search_in_issues(sought, low, high, limits, most);
    END IF;
END $$;

-- What matches among the newest rows, from the bucket `top` down: of so many rows, and of more where few match. So what
-- is read is bounded: for a word that is common the newest, for one that is rare all.
CREATE FUNCTION issues_search_window(
    of_works boolean, sought tsquery, top integer, bottom integer, limits issues_searchlimits
) RETURNS SETOF issues_searchfound LANGUAGE plpgsql STABLE PLANNED AS $$
DECLARE
    near CONSTANT integer := 2000;
    far CONSTANT integer := 20000;
    enough CONSTANT integer := 100;
    few CONSTANT integer := 40;
    a_few CONSTANT integer := 12;
    too_many CONSTANT integer := 1000;
    -- Works have buckets below zero; spans of thirty are counted from here.
    deepest CONSTANT integer := -2000000000;
    lowest integer := greatest(bottom, CASE WHEN of_works THEN deepest ELSE 0 END);
    high integer := least(top, CASE WHEN of_works THEN -1 ELSE 2000000 END);
    low integer;
    days integer[];
    read bigint;
    per_day float;
    wanted bigint;
    span integer;
    first_days integer;
    last_days integer;
    times tsquery;
    found bigint;
    further bigint;
    entries bigint[];
BEGIN
    SELECT array_agg(DISTINCT bucket), count(*) INTO days, read
      FROM (SELECT bucket FROM issues_searchtext WHERE bucket * -1 BETWEEN high * -1 AND lowest * -1
             ORDER BY bucket * -1 LIMIT near) newest;
    IF read = 0 THEN
        RETURN NEXT ROW(NULL, NULL, lowest, NULL, NULL, NULL, NULL, NULL)::issues_searchfound;
        RETURN;
    END IF;
    low := CASE WHEN read < near THEN lowest ELSE days[1] END;
    -- A day is a lexeme, and so are thirty of them: the fewer are asked for, the better.
    times := CASE WHEN cardinality(days) <= a_few THEN issues_search_times('day', days, sought)
                  ELSE issues_search_times('days', ARRAY(SELECT DISTINCT (day - deepest) / 30 FROM unnest(days) day), sought)
             END;
    RETURN QUERY SELECT * FROM issues_search_matching(of_works, times, low, high, limits);
    GET DIAGNOSTICS found = ROW_COUNT;
    per_day := read::float / (days[cardinality(days)] - days[1] + 1);
    IF low > lowest AND found * (CASE WHEN limits.parts IS NULL THEN 50 ELSE 400 END) < read THEN
        -- What hardly comes up in so many rows may be rare; then it is read as a whole. To count words that stand apart
        -- as often as not would cost more than to go on.
        IF limits.topic IS NOT NULL AND NOT of_works THEN
            entries := ARRAY(SELECT content_object_id FROM issues_taggedentry
                              WHERE tag_id = limits.topic LIMIT too_many + 1);
        END IF;
        IF cardinality(entries) <= too_many THEN
            RETURN QUERY SELECT * FROM issues_search_of_entries(sought, lowest, low - 1, limits, entries);
            low := lowest;
        ELSIF sought IS NOT NULL AND too_many >= (
            SELECT count(*) FROM (SELECT FROM issues_searchtext WHERE lexemes @@ sought LIMIT too_many + 1) matching) THEN
            RETURN QUERY SELECT * FROM issues_search_matching(of_works, sought, lowest, low - 1, limits);
            low := lowest;
        END IF;
    END IF;
    WHILE low > lowest AND (found < enough AND read < far OR found < few) LOOP
        high := low - 1;
        -- So many rows as will do, if what is sought is as common in them as it was so far.
        wanted := CASE WHEN found = 0 THEN far ELSE least(far, greatest(near, 1.5 * (enough - found) * read / found)) END;
        read := read + wanted;
        span := greatest(least(wanted / per_day, 1000000000)::integer, 1);
        IF span <= a_few THEN
            low := greatest(high - span + 1, lowest);
            times := issues_search_times('day', ARRAY(SELECT generate_series(low, high)), sought);
        ELSE
            last_days := (high - deepest) / 30;
            first_days := greatest(last_days - least(span / 30, 200), (lowest - deepest) / 30);
            low := greatest(first_days * 30 + deepest, lowest);
            times := issues_search_times('days', ARRAY(SELECT generate_series(first_days, last_days)), sought);
        END IF;
        RETURN QUERY SELECT * FROM issues_search_matching(of_works, times, low, high, limits);
        GET DIAGNOSTICS further = ROW_COUNT;
        found := found + further;
    END LOOP;
    RETURN NEXT ROW(NULL, NULL, low, NULL, NULL, NULL, NULL, NULL)::issues_searchfound;
END $$;

-- What is sought, of these days.
CREATE FUNCTION issues_search_times(name text, given integer[], sought tsquery) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    times tsquery := (SELECT string_agg(quote_literal(name || ':' || place), '|') FROM unnest(given) place)::tsquery;
BEGIN
    RETURN CASE WHEN sought IS NULL THEN times ELSE times && sought END;
END $$;
""".replace("PLANNED", PLANNED)

WORDS = """
-- The words of each term, folded, and the words of the archive by which each is found: forms of it; where there are
-- none, words of which it is a part; where there are none either, words that are nearly it.
CREATE FUNCTION issues_search_words(terms text[], dictionaries text[])
RETURNS TABLE (term bigint, runs text, word text, lexeme text, way text)
LANGUAGE plpgsql STABLE PLANNED SET pg_trgm.similarity_threshold = 0.2 AS $$
DECLARE
    given record;
BEGIN
    FOR given IN SELECT of_term.place, made.runs, asked.word
                   FROM unnest(terms) WITH ORDINALITY of_term (term, place)
                  CROSS JOIN LATERAL (SELECT papers_search_runs(papers_search_fold(of_term.term)) AS runs) made
                   LEFT JOIN LATERAL unnest(string_to_array(made.runs, ' ')) asked (word) ON true
    LOOP
        term := given.place;
        runs := given.runs;
        word := given.word;
        way := 'form';
        lexeme := NULL;
        RETURN NEXT;
        -- Of short words, numbers, and what is found by pairs no list is kept: they are found as they are.
        CONTINUE WHEN word IS NULL OR length(word) < 3 OR word COLLATE "C" < 'a'
                      OR cardinality(papers_search_lexemes(word)) > 1;
        way := 'form';
        FOR lexeme IN SELECT DISTINCT known.word FROM unnest(dictionaries) spoken (name)
                       JOIN issues_searchword known ON known.dictionary = spoken.name
                        AND known.stem = papers_search_stem(spoken.name, given.word) LIMIT 40
        LOOP
            RETURN NEXT;
        END LOOP;
        CONTINUE WHEN FOUND;
        way := 'part';
        FOR lexeme IN SELECT known.word FROM issues_searchword known WHERE known.word LIKE '%' || given.word || '%'
                      GROUP BY known.word ORDER BY length(known.word), known.word LIMIT 40
        LOOP
            RETURN NEXT;
        END LOOP;
        CONTINUE WHEN FOUND;
        way := 'near';
        FOR lexeme IN SELECT known.word FROM issues_searchword known WHERE known.word % given.word
                        AND length(known.word) BETWEEN length(given.word) - 2 AND length(given.word) + 2
                      GROUP BY known.word ORDER BY similarity(known.word, given.word) DESC, known.word LIMIT 30
        LOOP
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;
""".replace("PLANNED", PLANNED)

PAGE = """
-- A page of what was found, the best first and of those the newest; how far each stream went, and what it can be narrowed
-- by. Of what fits alike, what is in the first of the languages comes before the rest, and works, of which nobody of ours
-- wrote, come last. `place` says after which row the page begins: fit, moment, whether it is an issue or a work, and its
-- key.
CREATE FUNCTION issues_search_page(
    streams boolean[], sought tsquery[], tops integer[], bottom integer, limits issues_searchlimits, zone text,
    place bigint[], size integer, with_facets boolean
) RETURNS TABLE (what text, name text, number bigint, count bigint, score integer, moment bigint)
LANGUAGE plpgsql STABLE PLANNED AS $$
DECLARE
    -- The first stream is that of entries and issues, the second that of works.
    kinds CONSTANT text[] := ARRAY['entry', 'issue', 'work'];
    found issues_searchfound[] := '{}';
BEGIN
    FOR stream IN 1..2 LOOP
        IF streams[stream] THEN
            found := found || ARRAY(SELECT one FROM issues_search_window(
                stream = 2, sought[stream], tops[stream], CASE stream WHEN 1 THEN bottom ELSE -2000000000 END, limits) one);
            RETURN QUERY SELECT 'low', NULL::text, stream::bigint, one.bucket::bigint, NULL::integer, NULL::bigint
                           FROM unnest(found) one WHERE one.kind IS NULL AND (one.bucket < 0) = (stream = 2) LIMIT 1;
        END IF;
    END LOOP;
    RETURN QUERY SELECT 'all', NULL::text, NULL::bigint, count(*), NULL::integer, NULL::bigint
                   FROM unnest(found) one WHERE one.kind IS NOT NULL;
    RETURN QUERY SELECT 'hit', one.kind, one.row, NULL::bigint, told.fit, told.at
                   FROM unnest(found) one
                  CROSS JOIN LATERAL (
                       SELECT 2 * one.score + CASE WHEN one.kind = 'work' THEN -1
                                                   WHEN one.language = limits.languages[1] THEN 1 ELSE 0 END AS fit,
                              coalesce(extract(epoch FROM one.moment) * 1000000, 0)::bigint AS at,
                              array_position(kinds, one.kind)::bigint AS kind) told
                  WHERE one.kind IS NOT NULL
                    AND (place IS NULL OR (-told.fit::bigint, -told.at, told.kind, one.row)
                                        > (-place[1], -place[2], place[3], place[4]))
                  ORDER BY -told.fit, -told.at, told.kind, one.row LIMIT size;
    IF with_facets THEN
        RETURN QUERY SELECT CASE WHEN grouping(one.shelf) = 0 THEN 'kind' WHEN grouping(one.language) = 0 THEN 'language'
                                 WHEN grouping(one.site) = 0 THEN 'site' ELSE 'year' END,
                            coalesce(one.shelf, one.language, one.site, one.year::text), NULL::bigint, count(*),
                            NULL::integer, NULL::bigint
                       FROM (SELECT given.shelf, given.language, given.site,
                                    extract(year FROM given.moment AT TIME ZONE zone)::integer AS year
                               FROM unnest(found) given WHERE given.kind IS NOT NULL) one
                      GROUP BY GROUPING SETS ((one.shelf), (one.language), (one.site), (one.year))
                      ORDER BY 4 DESC, 2;
        RETURN QUERY SELECT 'topic', topic.slug::text, NULL::bigint, most.uses, NULL::integer, NULL::bigint
                       FROM (SELECT used.tag_id, count(*) AS uses FROM unnest(found) one
                               JOIN issues_taggedentry used ON used.content_object_id = one.row
                              WHERE one.kind = 'entry' GROUP BY used.tag_id ORDER BY 2 DESC, 1 LIMIT 20) most
                       JOIN issues_topic topic ON topic.id = most.tag_id ORDER BY 4 DESC, 2;
        RETURN QUERY SELECT 'author', author, NULL::bigint, count(*), NULL::integer, NULL::bigint
                       FROM unnest(found) one JOIN papers_work work ON work.id = one.row
                      CROSS JOIN LATERAL jsonb_array_elements_text(
                            CASE jsonb_typeof(work.authors) WHEN 'array' THEN work.authors ELSE '[]' END) author
                      WHERE one.kind = 'work' GROUP BY author ORDER BY 4 DESC, 2 LIMIT 20;
    END IF;
END $$;
""".replace("PLANNED", PLANNED)

BACKWARD = """
DROP FUNCTION IF EXISTS issues_search_page(
    boolean[], tsquery[], integer[], integer, issues_searchlimits, text, bigint[], integer, boolean);
DROP FUNCTION IF EXISTS issues_search_words(text[], text[]);
DROP FUNCTION IF EXISTS issues_search_window(boolean, tsquery, integer, integer, issues_searchlimits);
DROP FUNCTION IF EXISTS issues_search_times(text, integer[], tsquery);
DROP FUNCTION IF EXISTS issues_search_matching(boolean, tsquery, integer, integer, issues_searchlimits, bigint);
DROP FUNCTION IF EXISTS issues_search_in_works(tsquery, integer, integer, issues_searchlimits, bigint);
DROP FUNCTION IF EXISTS issues_search_of_entries(tsquery, integer, integer, issues_searchlimits, bigint[]);
DROP FUNCTION IF EXISTS issues_search_in_issues(tsquery, integer, integer, issues_searchlimits, bigint);
DROP FUNCTION IF EXISTS issues_search_holds(text, text[]);
DROP FUNCTION IF EXISTS issues_search_score(text, text, tsvector, text, tsquery);
DROP TYPE issues_searchlimits;
DROP TYPE issues_searchfound;
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0030_search_triggers")]

    operations = [migrations.RunSQL(TYPES + IN_ISSUES + IN_WORKS + WINDOW + WORDS + PAGE, BACKWARD)]
