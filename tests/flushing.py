"""Emptying the database after a test that committed: only tables that hold rows, and not those that every test needs.

Django truncates every table and makes permissions anew, which takes a quarter of a second and costs the groups that
migrations made. A table that holds a few rows is emptied in a fraction of a millisecond.
"""

import psycopg2.errors
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import TransactionTestCase

# What migrations make.
STANDING = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


def standing() -> tuple:
    """How the tables stand that are kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM django_content_type),
                   (SELECT count(*) FROM auth_permission),
                   (SELECT string_agg(name, ',' ORDER BY id) FROM auth_group),
                   (SELECT md5(string_agg(concat(group_id, ' ', permission_id), ',' ORDER BY id))
                    FROM auth_group_permissions)
            """
        )
        return cursor.fetchone()


def empty(kept: tuple) -> None:
    """Take out what a test left behind; where it changed what is kept, or we may not, in Django's own way."""
    if standing() != kept or not _is_emptied():
        from akira.roles import ensure_roles

        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        ensure_roles()


def _is_emptied() -> bool:
    """Whether we could empty the tables without asking constraints and triggers, as a superuser may."""
    tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in STANDING]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(filled)
            for (name,) in cursor.fetchall():
                cursor.execute(f'DELETE FROM "{name}"')
    except ProgrammingError as error:
        if isinstance(error.__cause__, psycopg2.errors.InsufficientPrivilege):
            return False
        raise
    return True


def take_over(patch, kept: tuple) -> None:
    """Have tests that commit end in this way."""
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty(kept))
