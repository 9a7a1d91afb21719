"""The PostgreSQL that Akira starts for itself where no other database is named.

Every process that uses a cluster holds a shared lock on it; the first one starts the server, and a guard
(postgres_guard.py) stops it when the last lock is gone. The server listens on a socket in a private folder, on no port.
"""

import fcntl
import logging
import secrets
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from common import postgres_binaries, postgres_guard, postgres_place
from common.postgres_place import Account, ClusterError
from common.postgres_server import ROLE, Server

logger = logging.getLogger(__name__)

DATABASE = "akira"
# The data folder that an upgrade writes, before it takes the place of the old one.
UPGRADED = "data-upgraded"

_clusters: dict[Path, "Cluster"] = {}


def cluster(folder: Path, **options) -> "Cluster":
    """The one object of this process for the cluster in `folder`; the options count for the first call."""
    return _clusters.setdefault(Path(folder), Cluster(Path(folder), **options))


class Cluster:
    """An embedded cluster as one process sees it."""

    folder: Path
    account: Account
    server: Server

    def __init__(self, folder: Path, *, server_options: dict[str, str] | None = None):
        self.link = folder
        self.server_options = server_options or {}
        self._users_lock = None
        self._mutex = threading.RLock()

    def attach(self) -> None:
        """Make sure that the server runs for as long as this process lives, creating the cluster the first time.

        Costs nothing once attached. Raises ClusterError.
        """
        with self._mutex:
            if self._users_lock:
                return
            self.settle()
            # Waits here while a guard is stopping the server.
            self._users_lock = self.lock("users.lock", fcntl.LOCK_SH)
            try:
                self.revive()
            except BaseException:
                self.release()
                raise

    def settle(self) -> None:
        """Find the cluster's folder and the account of its server, without starting anything. Raises ClusterError."""
        self.folder, self.account = postgres_place.settle(self.link)
        socket_folder = postgres_place.socket_folder(self.folder, self.account)
        self.server = Server(self.folder, self.account, socket_folder, options=self.server_options)

    def release(self, *, wait: float = 0) -> None:
        """Give up this process's claim; the server stops if it was the last one, within `wait` seconds or later."""
        with self._mutex:
            if self._users_lock:
                self._users_lock.close()
            self._users_lock = None
        if wait:
            self.settle()
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline and not self._is_unguarded():
            time.sleep(0.02)

    def revive(self) -> bool:
        """Start the server if it does not answer; return whether that was needed. Raises ClusterError."""
        with self._mutex, self._starting():
            alive = self.server.is_alive()
            if not alive and self.major is None:
                self._create_or_finish_upgrade()
            # Before the server, so that it never runs unguarded, whoever is killed meanwhile.
            self._post_guard()
            if not alive:
                self.server.start(self.programs())
            return not alive

    def parameters(self, database: str = DATABASE) -> dict:
        """What a driver needs to connect."""
        return self.server.parameters(database)

    @property
    def major(self) -> int | None:
        """The major version of PostgreSQL that made this cluster, or None while there is none."""
        return postgres_binaries.cluster_major(self.folder / "data")

    def programs(self) -> Path:
        """The folder of programs that fit this cluster, where its account may run them. Raises ClusterError."""
        major, data = self.major, self.folder / "data"
        if major is None and data.exists():
            raise ClusterError(f"{data} is there but holds no PostgreSQL cluster. Put it back, or move it away.")
        found = postgres_binaries.best(major)
        if found is None:
            raise ClusterError(self._what_is_missing())
        return postgres_place.runnable(found, self.folder, self.account)

    def create(self, programs: Path, *, name: str = "data", database: str | None = DATABASE) -> Path:
        """Make an empty cluster: complete under its name, or not at all. Raises ClusterError."""
        for leftover in self.folder.glob("new-data-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        draft = self.folder / f"new-data-{secrets.token_hex(4)}"
        command = [
            programs / "initdb",
            "-D",
            draft.name,
            "-U",
            ROLE,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--lc-messages=C",
        ]
        try:
            self.server.run(
                [*command, "--auth-local=trust", "--auth-host=reject", "--data-checksums"], "creating the database"
            )
            if database:
                # Without a server, so that a cluster without its database is never seen under its name.
                self.server.run(
                    [programs / "postgres", "--single", "-c", "exit_on_error=true", "-D", draft.name, "postgres"],
                    "creating the database",
                    input=f"CREATE DATABASE {database};\n",
                )
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        target = self.folder / name
        draft.rename(target)
        logger.info("Created a PostgreSQL cluster in %s", target)
        return target

    def _create_or_finish_upgrade(self) -> None:
        """Make the first cluster, but never an empty one in the place of one that was. Raises ClusterError."""
        programs = self.programs()
        kept = sorted(self.folder.glob("data-[0-9]*"))
        if not kept:
            self.create(programs)
        elif (self.folder / UPGRADED).is_dir():
            (self.folder / UPGRADED).rename(self.folder / "data")
        else:
            raise ClusterError(f"{self.folder}/data is gone, but {kept[-1]} is there. Rename that to go back to it.")

    def lock(self, name: str, operation: int):
        """An open file that holds a lock until it is closed, or None where a taken lock must not be waited for."""
        path = self.folder / name
        try:
            file = path.open("ab")
            self.account.give(path)
        except OSError as error:
            raise ClusterError(
                f"{path} cannot be written: {error.strerror}. Free some space, or give it back."
            ) from error
        try:
            fcntl.flock(file, operation)
        except BlockingIOError:
            file.close()
            return None
        return file

    def _what_is_missing(self) -> str:
        others = ", ".join(str(found.major) for found in postgres_binaries.installed()) or "none"
        if self.major is None:
            return (
                f"No PostgreSQL of version {postgres_binaries.OLDEST_MAJOR} or newer was found (found: {others}). "
                "Start with ./run, which brings one; or install PostgreSQL with contrib; or set DATABASE_URL."
            )
        return (
            f"The database in {self.folder}/data was made by PostgreSQL {self.major}, which is not installed "
            f"(found: {others}). Install PostgreSQL {self.major}; "
            "`python manage.py upgrade_cluster` then moves the database to the newest one."
        )

    def _is_unguarded(self) -> bool:
        """Whether no guard waits; its lock is the last thing that a guard gives up, when the server has stopped."""
        guard = self.lock("guard.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if guard:
            guard.close()
        return guard is not None

    def _post_guard(self) -> None:
        """Have a guard wait for the end of all users, unless one does."""
        if not self._is_unguarded():
            return
        ids = [str(self.account.uid), str(self.account.gid)] if self.account.options else ["", ""]
        guarding = [sys.executable, "-I", "-S", postgres_guard.__file__, self.folder, self.programs() / "pg_ctl", *ids]
        # The shell in between ends at once, so that the guard is nobody's child and leaves no corpse.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *(str(part) for part in guarding)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
        )

    @contextmanager
    def _starting(self):
        """One process at a time looks whether the server must be started."""
        with self.lock("start.lock", fcntl.LOCK_EX):
            yield
