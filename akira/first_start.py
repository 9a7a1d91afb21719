"""Brings an installation to the state in which it can serve: schema, samples, an account, static files."""

import contextlib
import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connection

EDITOR = "editor"
# Any number will do, as long as every Akira uses the same.
SETUP_LOCK = 0x616B697261
# A table that is there while the first start is under way. The mark is in the database that it speaks of.
UNFINISHED = "akira_first_start"


@contextlib.contextmanager
def one_at_a_time():
    """Hold off every other set-up on the same database, on whatever machine it runs."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        yield
    finally:
        holder.close()


def prepare_database(*, samples: bool) -> str | None:
    """Bring the schema up to date; a database that is new gets samples, if wanted, and an editor.

    Return the new editor's password, or None. A first start that was killed is finished by the next one.
    """
    BaseCommand().check(databases=["default"])
    tables = connection.introspection.table_names()
    is_new = "django_migrations" not in tables or UNFINISHED in tables
    with connection.cursor() as cursor:
        if is_new:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {UNFINISHED} ()")
        call_command("migrate", interactive=False, verbosity=0)
        if is_new and samples:
            call_command("load_samples")
        password = create_editor()
        cursor.execute(f"DROP TABLE IF EXISTS {UNFINISHED}")
    return password


def create_editor() -> str | None:
    """Make the first account and return its password; None where there are accounts already."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser(EDITOR, password=password)
    return password


def collect_static() -> None:
    """Hash and compress the static files, again only when one of them changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)


def _static_state() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return digest.hexdigest()
