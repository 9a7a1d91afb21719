"""Write changes of accounts and rights into the audit trail by triggers, so that commands and SQL leave one, too."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION issues_audit_note(
    what text, about_model text, about_key text, about_name text, told jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    acting jsonb := akira_acting();
BEGIN
    INSERT INTO issues_auditrecord (deed, happened_at, person_id, person_name, via, row_model, row_pk, row_name, detail)
    VALUES (what, statement_timestamp(), (SELECT id FROM auth_user WHERE id = (acting ->> 'person')::bigint),
            coalesce(acting ->> 'name', ''),
            left(coalesce(acting ->> 'via', current_setting('application_name')), 100),
            about_model, about_key, about_name, told);
END $$;

CREATE FUNCTION issues_audit_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM issues_audit_note('account.added', 'auth.user', id::text, username, jsonb_build_object(
                    'is_superuser', is_superuser, 'is_staff', is_staff, 'is_active', is_active))
           FROM after_rows ORDER BY id;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM issues_audit_note('account.removed', 'auth.user', id::text, username, '{}') FROM before_rows ORDER BY id;
    ELSE
        PERFORM issues_audit_note('account.renamed', 'auth.user', r.id::text, r.username,
                                  jsonb_build_object('was', b.username))
           FROM before_rows b JOIN after_rows r ON r.id = b.id WHERE b.username <> r.username;
        -- At the desk its own pages say so, and a login may hash an old password anew.
        PERFORM issues_audit_note('account.password_set', 'auth.user', r.id::text, r.username, '{}')
           FROM before_rows b JOIN after_rows r ON r.id = b.id
          WHERE b.password <> r.password AND akira_acting() ->> 'via' IS DISTINCT FROM 'desk';
        PERFORM issues_audit_note('rights.changed', 'auth.user', id::text, username, told) FROM (
            SELECT r.id, r.username,
                   jsonb_object_agg(now_is.key, jsonb_build_array(to_jsonb(b) -> now_is.key, now_is.value)) AS told
              FROM before_rows b JOIN after_rows r ON r.id = b.id
             CROSS JOIN LATERAL jsonb_each(jsonb_build_object(
                       'is_superuser', r.is_superuser, 'is_staff', r.is_staff, 'is_active', r.is_active)) now_is
             WHERE to_jsonb(b) -> now_is.key <> now_is.value
             GROUP BY r.id, r.username) changed;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_added AFTER INSERT ON auth_user
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_accounts();
CREATE TRIGGER audit_changed AFTER UPDATE ON auth_user
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_accounts();
CREATE TRIGGER audit_removed AFTER DELETE ON auth_user
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_accounts();

CREATE FUNCTION issues_audit_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM issues_audit_note('rights.group_added', 'auth.group', id::text, name, '{}') FROM after_rows ORDER BY id;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM issues_audit_note('rights.group_removed', 'auth.group', id::text, name, '{}') FROM before_rows ORDER BY id;
    ELSE
        PERFORM issues_audit_note('rights.group_renamed', 'auth.group', r.id::text, r.name,
                                  jsonb_build_object('was', b.name))
           FROM before_rows b JOIN after_rows r ON r.id = b.id WHERE b.name <> r.name;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_added AFTER INSERT ON auth_group
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_groups();
CREATE TRIGGER audit_changed AFTER UPDATE ON auth_group
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_groups();
CREATE TRIGGER audit_removed AFTER DELETE ON auth_group
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_groups();

-- Who or what holds something: arguments are the table and column of the holder, how it is called, what it holds.
CREATE FUNCTION issues_audit_holding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text := CASE TG_ARGV[3]
        WHEN 'groups' THEN 'SELECT name FROM auth_group WHERE id = moved.group_id'
        ELSE 'SELECT kind.app_label || ''.'' || permission.codename FROM auth_permission permission
                JOIN django_content_type kind ON kind.id = permission.content_type_id
               WHERE permission.id = moved.permission_id' END;
    told text := 'SELECT issues_audit_note(%1$L, %2$L, holder.id::text, holder.%3$I,
                                           jsonb_build_object(%4$L, jsonb_agg((%5$s) ORDER BY (%5$s))))
                    FROM %6$I moved JOIN %7$I holder ON holder.id = moved.%8$I GROUP BY holder.id, holder.%3$I';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format(told, 'rights.taken', TG_ARGV[0], TG_ARGV[2], TG_ARGV[3], held, 'before_rows',
                       replace(TG_ARGV[0], '.', '_'), TG_ARGV[1]);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format(told, 'rights.given', TG_ARGV[0], TG_ARGV[2], TG_ARGV[3], held, 'after_rows',
                       replace(TG_ARGV[0], '.', '_'), TG_ARGV[1]);
    END IF;
    RETURN NULL;
END $$;
"""

HOLDINGS = {
    "auth_user_groups": "'auth.user', 'user_id', 'username', 'groups'",
    "auth_user_user_permissions": "'auth.user', 'user_id', 'username', 'permissions'",
    "auth_group_permissions": "'auth.group', 'group_id', 'name', 'permissions'",
}
EVENTS = {
    "added": ("INSERT", "NEW TABLE AS after_rows"),
    "changed": ("UPDATE", "OLD TABLE AS before_rows NEW TABLE AS after_rows"),
    "removed": ("DELETE", "OLD TABLE AS before_rows"),
}
TABLES = ["auth_user", "auth_group", *HOLDINGS]


def _triggers():
    for table, arguments in HOLDINGS.items():
        for name, (event, tables) in EVENTS.items():
            yield (
                f"CREATE TRIGGER audit_{name} AFTER {event} ON {table} REFERENCING {tables} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION issues_audit_holding({arguments});"
            )


BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER audit_{name} ON {table};" for table in TABLES for name in EVENTS),
        "DROP FUNCTION issues_audit_holding();",
        "DROP FUNCTION issues_audit_groups();",
        "DROP FUNCTION issues_audit_accounts();",
        "DROP FUNCTION issues_audit_note(text, text, text, text, jsonb);",
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0020_history_words"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunSQL("\n".join([FORWARD, *_triggers()]), BACKWARD)]
