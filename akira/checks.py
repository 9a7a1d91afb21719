"""System checks of the installation as a whole."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from issues.models import SearchRules
from issues.search import rebuilding
from papers import fetching


class _Undo(Exception):
    pass


@register()
def lease_outlasts_work(app_configs, **kwargs):
    """Warn of a lease that may run out while its holder is still at work: another would begin the same."""
    if settings.AKIRA_LEASE >= fetching.LONGEST:
        return []
    return [
        Warning(
            f"AKIRA_LEASE is {settings.AKIRA_LEASE} seconds, but a fetch may take {fetching.LONGEST:g}: it could be "
            "begun a second time while it is still under way.",
            hint=f"Set AKIRA_LEASE to {fetching.LONGEST:g} or more, or leave it out.",
            id="akira.W001",
        )
    ]


@register(Tags.database)
def database_can_search_every_script(app_configs, databases, **kwargs):
    """Refuse a database in whose locale Japanese and Chinese are no letters: search would find nothing in them."""
    return [
        Error(
            f"The locale of the database {connections[alias].settings_dict['NAME']!r} knows no letters but ASCII: "
            "search would not find Japanese or Chinese.",
            hint="Create it anew with: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0",
            id="akira.E001",
        )
        for alias in databases or []
        if not _trigrams_of_japanese(connections[alias])
    ]


def _trigrams_of_japanese(connection) -> list:
    """Ask pg_trgm itself. Where it is not installed yet, it is for the length of the question."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
            is_installed = cursor.fetchone()[0]
            if not is_installed:
                cursor.execute("CREATE EXTENSION pg_trgm")
            cursor.execute("SELECT show_trgm('日本語')")
            trigrams = cursor.fetchone()[0]
            if not is_installed:
                raise _Undo
    except _Undo:
        pass
    return trigrams


@register(Tags.database)
def search_follows_its_rules(app_configs, databases, **kwargs):
    """Warn of an index of search that older rules made: what was not written since may not be found."""
    if DEFAULT_DB_ALIAS not in (databases or []) or not _has_search() or not rebuilding.is_due():
        return []
    return [
        Warning(
            "The rules of search have changed since its index was made.",
            hint="Run manage.py rebuild_search; the site may go on meanwhile.",
            id="akira.W002",
        )
    ]


def _has_search() -> bool:
    """Whether the tables of search are there: before the first `migrate` they are not."""
    return SearchRules._meta.db_table in connections[DEFAULT_DB_ALIAS].introspection.table_names()
