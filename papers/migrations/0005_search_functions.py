"""How texts are made comparable and parted into what an index holds; the searches of every app stand on these.

A word of a script with blanks between words is found as a word, a run of one without by its characters and pairs of
them. Which words are forms of one is asked when somebody searches, so that a text is never stemmed when it is written.
"""

from django.db import migrations

# Thai, Lao, Burmese, Hangul, Khmer, kana, Chinese characters; `issues/search/query.py` has the same list.
PAIRED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b\u3041-\u3096"
    r"\u309d-\u309f\u30a1-\u30fa\u30fc-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    r"\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# Accents that no letter took in, vowel signs of Hebrew and Arabic, and what nobody sees.
MARKS = r"\u00ad\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff"

FOLD = """
DO $do$
DECLARE
    home text := (SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace space ON space.oid = extnamespace
                   WHERE extname = 'unaccent');
BEGIN
    -- `unaccent` is not immutable, since it looks its rules up by the search path; named with its schema, it is.
    EXECUTE format($sql$
CREATE FUNCTION papers_search_fold(given text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    -- So much of a text is searched; more lexemes than this can give, no index would take.
    folded text := left(given, 50000);
BEGIN
    IF octet_length(folded) = length(folded) THEN
        RETURN lower(folded);
    END IF;
    -- To ask is quicker than to do it, and most texts are so already.
    IF folded IS NOT NFKC NORMALIZED THEN
        folded := left(normalize(folded, NFKC), 50000);
    END IF;
    folded := %1$s.unaccent('%1$s.unaccent'::regdictionary, lower(folded));
    IF folded ~ '[MARKS]' THEN
        folded := regexp_replace(folded, '[MARKS]+', '', 'g');
    END IF;
    RETURN folded;
END $$;
$sql$, home);
END $do$;
""".replace("MARKS", MARKS)

LEXEMES = """
-- A folded text as its runs of letters and digits, with one blank between them: those written without blanks between
-- words apart from others. What is longer than an index takes is cut.
CREATE FUNCTION papers_search_runs(folded text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(folded) <> length(folded) AND folded ~ '[PAIRED]' THEN
        folded := regexp_replace(folded, '([PAIRED]+)', ' \\1 ', 'g');
        folded := btrim(regexp_replace(folded, '[^[:alnum:]PAIRED]+', ' ', 'g'));
    ELSE
        folded := btrim(regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g'));
    END IF;
    IF folded ~ '[^ PAIRED]{61}' THEN
        folded := regexp_replace(folded, '([^ PAIRED]{60})[^ PAIRED]+', '\\1', 'g');
    END IF;
    RETURN folded;
END $$;

-- What runs are found by: words, and of runs without blanks the characters and the pairs of neighbours. Some come twice.
CREATE FUNCTION papers_search_lexemes(runs text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    paired text;
    shifted text;
BEGIN
    IF octet_length(runs) = length(runs) OR runs !~ '[PAIRED]' THEN
        RETURN string_to_array(runs, ' ');
    END IF;
    paired := regexp_replace(runs, '[^PAIRED]+', ' ', 'g');
    -- One pair in two begins at the first character of its run, the others at the second.
    shifted := regexp_replace(paired, '(^|\\s)\\S', ' ', 'g');
    RETURN array_remove(array_remove(
        string_to_array(paired, NULL)
        || string_to_array(regexp_replace(paired || ' ' || shifted, '(\\S\\S)', '\\1 ', 'g'), ' ')
        || string_to_array(regexp_replace(runs, '[PAIRED]+', '', 'g'), ' '), ''), ' ');
END $$;
""".replace("PAIRED", PAIRED)

# A language of ours, and PostgreSQL's dictionary of stems for its words. Words of Latin letters in texts without blanks
# are English as a rule, and so are works. Stop words are stems like others: “attention is all you need” is a title.
STEMS = """
CREATE FUNCTION papers_search_dictionary(language text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE split_part(language, '-', 1)
        WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
        WHEN 'el' THEN 'greek' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque' WHEN 'fi' THEN 'finnish'
        WHEN 'fr' THEN 'french' WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi' WHEN 'hu' THEN 'hungarian'
        WHEN 'hy' THEN 'armenian' WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian' WHEN 'lt' THEN 'lithuanian'
        WHEN 'nb' THEN 'norwegian' WHEN 'ne' THEN 'nepali' WHEN 'nl' THEN 'dutch' WHEN 'nn' THEN 'norwegian'
        WHEN 'no' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian' WHEN 'ru' THEN 'russian'
        WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil' WHEN 'tr' THEN 'turkish'
        WHEN 'yi' THEN 'yiddish'
        WHEN 'en' THEN 'english' WHEN 'ja' THEN 'english' WHEN 'ko' THEN 'english' WHEN 'th' THEN 'english'
        WHEN 'zh' THEN 'english' WHEN '' THEN 'english'
        ELSE 'simple' END
$$;

-- What stands for all forms of a word in the texts of a language.
CREATE FUNCTION papers_search_stem(dictionary text, word text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE dictionary WHEN 'simple' THEN word ELSE
        coalesce((ts_lexize(('pg_catalog.' || dictionary || '_stem')::regdictionary, word))[1], word) END
$$;
"""

BACKWARD = """
DROP FUNCTION IF EXISTS papers_search_stem(text, text);
DROP FUNCTION IF EXISTS papers_search_dictionary(text);
DROP FUNCTION IF EXISTS papers_search_lexemes(text);
DROP FUNCTION IF EXISTS papers_search_runs(text);
DROP FUNCTION IF EXISTS papers_search_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_work_by_author")]

    operations = [migrations.RunSQL(FOLD + LEXEMES + STEMS, BACKWARD)]
