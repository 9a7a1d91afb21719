"""Starting the server of an embedded cluster, also after a crash."""

import logging
import os
import shlex
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from common.postgres_place import SOCKET_NAME, Account, ClusterError

logger = logging.getLogger(__name__)

ROLE = "akira"
PORT = 5432
# Recovery after a crash may take minutes; a server that lives is waited for.
PATIENCE = 600.0
# After a crash the orphaned children of the old server need a moment to notice and go.
PATIENCE_WITH_ORPHANS = 30.0
SIGNS_OF_A_FULL_DISK = ("No space left on device", "Check free disk space", "wrote only", "Disk quota exceeded")
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Server:
    """The server of the cluster in `folder / name`, its socket in `socket_folder`, run as `account`."""

    folder: Path
    account: Account
    socket_folder: Path
    name: str = "data"
    options: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / self.name

    def parameters(self, database: str = "postgres") -> dict:
        """What a driver needs to connect."""
        return {"host": str(self.socket_folder), "port": PORT, "user": ROLE, "dbname": database}

    def is_alive(self) -> bool:
        """Whether a connection works; a process id in a file proves nothing."""
        try:
            psycopg2.connect(**self.parameters(), connect_timeout=5).close()
        except psycopg2.OperationalError as error:
            # Turned away for want of room, but by a living server.
            return "too many clients" in str(error) or "connection slots" in str(error)
        return True

    def start(self, programs: Path) -> None:
        """Start the server and wait until it answers. Raises ClusterError with what it said."""
        if self._finishes_starting():
            return
        self._remove_stale_files()
        log = self._fresh_log()
        deadline = time.monotonic() + PATIENCE_WITH_ORPHANS
        while True:
            position = log.stat().st_size
            status = self._launch(programs)
            if self.is_alive():
                return
            said = log.read_bytes()[position:].decode(errors="replace")
            if "still in use" not in said or time.monotonic() > deadline:
                reason = telling_line(said) or f"pg_ctl ended with status {status}"
                raise ClusterError(f"PostgreSQL did not start: {reason}. All that it said is in {log}.")
            time.sleep(0.2)

    def stop(self, programs: Path) -> None:
        """Stop the server in good order and wait until it is gone."""
        self._pg_ctl(programs, "stop", "-m", "fast", "-t", str(int(PATIENCE)))

    def run(self, command: list, doing: str, **options) -> None:
        """Run a program of PostgreSQL in the folder, as the account. Raises ClusterError with what it said."""
        result = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
            **self.account.options,
            **options,
        )
        if result.returncode:
            reason = telling_line(result.stderr) or f"{Path(command[0]).name} ended with status {result.returncode}"
            raise ClusterError(f"PostgreSQL failed while {doing} in {self.folder}: {reason}.")

    def _launch(self, programs: Path) -> int:
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.options,
        }
        arguments = " ".join(shlex.quote(f"--{key}={value}") for key, value in options.items())
        return self._pg_ctl(programs, "start", "-l", "log", "-t", str(int(PATIENCE)), "-o", arguments)

    def _pg_ctl(self, programs: Path, verb: str, *arguments: str) -> int:
        # A session of its own keeps the terminal's Ctrl-C away, and its output goes nowhere since the server
        # would inherit a pipe and keep it open.
        return subprocess.run(
            [str(programs / "pg_ctl"), verb, "-D", self.name, "-w", *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
            **self.account.options,
        ).returncode

    def _finishes_starting(self) -> bool:
        """Wait while a server of this cluster starts, recovers or stops; return whether one answers in the end."""
        deadline = time.monotonic() + PATIENCE
        while self._is_ours(recorded_pid(self.data / "postmaster.pid")):
            if self.is_alive():
                return True
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"PostgreSQL in {self.data} runs but does not answer; its words are in {self.folder}/log."
                )
            time.sleep(0.1)
        return False

    def _remove_stale_files(self) -> None:
        """After a crash the recorded process id may belong to another program, which PostgreSQL takes for a server.

        Files whose process is gone are left to PostgreSQL, which looks more closely than we do.
        """
        socket = self.socket_folder / SOCKET_NAME
        socket_lock = socket.with_name(f"{socket.name}.lock")
        for lock, companions in [(self.data / "postmaster.pid", []), (socket_lock, [socket])]:
            pid = recorded_pid(lock)
            if pid and _exists(pid) and not self._is_ours(pid):
                logger.warning("Removing %s, left over from a crash: process %s is not this database", lock, pid)
                for path in [lock, *companions]:
                    path.unlink(missing_ok=True)

    def _is_ours(self, pid: int | None) -> bool:
        """Whether the process is the server of this very cluster: it works inside the data folder."""
        if not pid or not _exists(pid):
            return False
        try:
            return Path(os.readlink(f"/proc/{pid}/cwd")) == self.data
        except FileNotFoundError:
            if Path("/proc/self").exists():
                # It died meanwhile, or is a corpse that nobody has buried.
                return False
            command = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
            return (
                str(self.socket_folder) in subprocess.run(command, capture_output=True, text=True, check=False).stdout
            )
        except PermissionError:
            # Somebody else's process, and ours is not somebody else's.
            return False

    def _fresh_log(self) -> Path:
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_name("log.1"))
        log.touch(mode=0o600)
        self.account.give(log)
        return log


def telling_line(said: str) -> str:
    """The sentence among a server's words that tells an operator what is wrong, or the empty string."""
    if any(sign in said for sign in SIGNS_OF_A_FULL_DISK):
        return "the disk is full; free some space"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line.lower()]
    return next(iter(telling or lines), "").rstrip(".")


def recorded_pid(path: Path) -> int | None:
    """The process id in the first line of a lock file of PostgreSQL."""
    try:
        # A negative number marks a server in single-user mode.
        return abs(int(path.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
