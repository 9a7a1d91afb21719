"""Moves an embedded cluster to a newer PostgreSQL: dumped with the old, restored with the new, the old one kept."""

import dataclasses
import datetime
import fcntl
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql

from common import postgres_binaries, postgres_place
from common.postgres import UPGRADED, Cluster
from common.postgres_place import ClusterError
from common.postgres_server import PORT, ROLE, Server

# How long a server that is just stopping is waited for.
PATIENCE = 30.0


@dataclasses.dataclass(frozen=True)
class Upgraded:
    """What an upgrade did. `kept` is the old data folder; without an upgrade it is None."""

    old_major: int
    new_major: int
    kept: Path | None


def upgrade(cluster: Cluster) -> Upgraded:
    """Move the cluster to the best PostgreSQL on this machine; a failure leaves everything as it was.

    Raises ClusterError where the cluster is in use, or one of the two versions is not installed.
    """
    cluster.settle()
    old_major = cluster.major
    if old_major is None:
        raise ClusterError(f"There is no database in {cluster.folder}; ./run makes one.")
    newest = postgres_binaries.best()
    if newest is None or newest.major == old_major:
        return Upgraded(old_major, old_major, None)
    old_programs = cluster.programs()
    new_programs = postgres_place.runnable(newest, cluster.folder, cluster.account)
    with _alone(cluster, old_programs), _sockets(cluster) as (old_socket, new_socket):
        old = dataclasses.replace(cluster.server, socket_folder=old_socket)
        new = dataclasses.replace(cluster.server, socket_folder=new_socket, name=UPGRADED)
        shutil.rmtree(new.data, ignore_errors=True)
        cluster.create(new_programs, name=UPGRADED, database=None)
        dump = cluster.folder / "upgrade.sql"
        try:
            with _running(old, old_programs), _running(new, new_programs):
                _copy(old, new, old_programs, new_programs, dump)
        except BaseException:
            shutil.rmtree(new.data, ignore_errors=True)
            raise
        finally:
            dump.unlink(missing_ok=True)
        kept = old.data.with_name(f"data-{old_major}-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S}")
        # Killed between the two, the next start does the second.
        old.data.rename(kept)
        new.data.rename(old.data)
    return Upgraded(old_major, newest.major, kept)


@contextmanager
def _alone(cluster: Cluster, programs: Path):
    """Hold the users' lock for ourselves, with the server stopped. Raises ClusterError where others use the cluster."""
    deadline = time.monotonic() + PATIENCE
    while (alone := cluster.lock("users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)) is None:
        # A share can be had where others have shares, but not while the guard stops the server.
        share = cluster.lock("users.lock", fcntl.LOCK_SH | fcntl.LOCK_NB)
        if share:
            share.close()
        if share or time.monotonic() > deadline:
            raise ClusterError("The database is in use. Stop Akira and its other commands, then try again.")
        time.sleep(0.05)
    with alone:
        # Its last user may have gone a blink ago, and we were quicker than the guard.
        if cluster.server.is_alive():
            cluster.server.stop(programs)
        yield


@contextmanager
def _sockets(cluster: Cluster):
    """Two private folders for the sockets of the two servers; short, since the path of a socket must be."""
    with tempfile.TemporaryDirectory(prefix="akira-", dir=postgres_place.SHORT_FOLDER) as name:
        folders = [Path(name), Path(name) / "old", Path(name) / "new"]
        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)
            cluster.account.give(folder)
        yield folders[1:]


@contextmanager
def _running(server: Server, programs: Path):
    try:
        server.start(programs)
        yield
    finally:
        server.stop(programs)


def _copy(old: Server, new: Server, old_programs: Path, new_programs: Path, dump: Path) -> None:
    """Copy all databases, and compare the number of rows of every table. Raises ClusterError where one differs."""
    for database in _databases(old):
        connection = ["-h", old.socket_folder, "-p", PORT, "-U", ROLE]
        create = [] if database == "postgres" else ["--create"]
        old.run([old_programs / "pg_dump", *connection, *create, "-f", dump, database], f"dumping {database}")
        connection = ["-h", new.socket_folder, "-p", PORT, "-U", ROLE]
        quietly = ["-X", "-q", "-v", "ON_ERROR_STOP=1"]
        new.run([new_programs / "psql", *connection, *quietly, "-d", "postgres", "-f", dump], f"restoring {database}")
        if _rows(old, database) != _rows(new, database):
            raise ClusterError(f"The restored copy of the database {database} differs. Nothing was changed.")


def _ask(server: Server, database: str, question) -> list[tuple]:
    connection = psycopg2.connect(**server.parameters(database))
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()
    finally:
        connection.close()


def _databases(server: Server) -> list[str]:
    return [name for (name,) in _ask(server, "postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate")]


def _rows(server: Server, database: str) -> dict[tuple[str, str], int]:
    tables = _ask(
        server,
        database,
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    return {
        table: _ask(server, database, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table)))[0][0]
        for table in tables
    }
