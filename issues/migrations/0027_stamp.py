"""Have a stamp by which it is known whether anything changed that readers see."""

from django.db import migrations, models

# A further table that public pages read needs a line in a migration of its own: SELECT issues_stamp_watch('issues_poem').
FORWARD = """
CREATE FUNCTION issues_stamp_pass() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
BEGIN
    -- Once in a transaction is enough: its changes become visible together with the mark. What is rolled back to a
    -- savepoint takes mark and setting with it.
    IF current_setting('akira.has_stamped', true) = 'yes' THEN RETURN NULL; END IF;
    -- Where rows may not be newer than the transaction, taking one that others write could fail.
    IF current_setting('transaction_isolation') = 'read committed' THEN
        SELECT id INTO place FROM issues_stamp ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF place IS NULL THEN
        INSERT INTO issues_stamp (mark) VALUES (gen_random_uuid());
    ELSE
        UPDATE issues_stamp SET mark = gen_random_uuid() WHERE id = place;
    END IF;
    PERFORM set_config('akira.has_stamped', 'yes', true);
    RETURN NULL;
END $$;

CREATE FUNCTION issues_stamp_watch(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
             FOR EACH STATEMENT EXECUTE FUNCTION issues_stamp_pass()', watched);
END $$;

CREATE FUNCTION issues_stamp_unwatch(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER stamp ON %s', watched);
END $$;
"""
BACKWARD = """
DROP FUNCTION issues_stamp_unwatch(regclass);
DROP FUNCTION issues_stamp_watch(regclass);
DROP FUNCTION issues_stamp_pass();
"""
WATCHED = [
    *("issues_publication", "issues_issue", "issues_highlight", "issues_section", "issues_entry", "issues_erratum"),
    *("issues_topic", "issues_taggedentry", "papers_work", "papers_alias"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0026_entry_moments"),
        ("papers", "0003_fetches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        *(
            migrations.RunSQL(f"SELECT issues_stamp_watch('{table}')", f"SELECT issues_stamp_unwatch('{table}')")
            for table in WATCHED
        ),
    ]
