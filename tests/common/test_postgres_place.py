"""Where a cluster lies and as whom its server runs: root, others, folders that are closed, gone or copied."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from common import postgres, postgres_place
from tests.common.conftest import ask, is_root, needs_root
from tests.conftest import CHECKOUT

NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []}


@pytest.fixture
def nobodys(user_of):
    """Starts users of a cluster that run as nobody; they need a Python and a checkout which nobody may read."""
    if not is_root():
        pytest.skip("only root can become nobody")
    try:
        subprocess.run([sys.executable, "-c", "import common.postgres"], cwd=CHECKOUT, check=True, **NOBODY)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nobody may not run this Python or read this checkout")
    return lambda home: user_of(home, **NOBODY)


def test_the_server_does_not_run_as_root(cluster):
    owner = (cluster.server.data / "postmaster.pid").stat().st_uid
    assert owner == cluster.account.uid != 0


def test_an_unprivileged_user_gets_a_cluster_that_root_can_join(new_home, nobodys):
    shutil.chown(new_home, "nobody", "nogroup")
    user = nobodys(new_home)
    assert user.stdout.readline() == "attached\n"
    cluster = postgres.Cluster(new_home / "postgres")
    cluster.attach()
    user.kill()
    user.wait()
    assert ask(cluster, "SELECT 1") == 1
    assert cluster.account.uid == new_home.stat().st_uid
    cluster.release(wait=20)
    # Root started nothing that the owner could not use now.
    assert nobodys(new_home).stdout.readline() == "attached\n"


def test_a_cluster_of_somebody_else_is_refused_by_name(home, nobodys):
    said = nobodys(home).stdout.readline()
    assert "cannot be used: Permission denied" in said or "belongs to postgres" in said


def test_a_folder_that_cannot_be_written_is_refused_with_a_remedy(new_home, nobodys):
    said = nobodys(new_home).stdout.readline()
    assert str(new_home) in said
    assert "Permission denied" in said
    assert "set AKIRA_HOME" in said


@pytest.mark.skipif(is_root(), reason="nothing is closed to root")
def test_a_closed_folder_is_refused_with_a_remedy(new_home):
    (new_home / "postgres").mkdir(mode=0)
    with pytest.raises(postgres.ClusterError, match="Permission denied.*AKIRA_HOME"):
        postgres.Cluster(new_home / "postgres").attach()
    (new_home / "postgres").rmdir()


@pytest.fixture
def closed_home(folders, monkeypatch):
    """An AKIRA_HOME that root's server may not enter, and a place for its cluster that it may."""
    monkeypatch.setattr(postgres_place, "ROOTS_FOLDER", folders() / "lib")
    home = folders()
    home.chmod(0o700)
    return home


@needs_root
def test_root_keeps_the_cluster_elsewhere_where_its_server_may_not_enter(closed_home):
    cluster = postgres.Cluster(closed_home / "postgres")
    cluster.attach()
    assert cluster.folder.parent == postgres_place.ROOTS_FOLDER
    ask(cluster, "CREATE TABLE note AS SELECT 'kept' AS text")
    cluster.release(wait=20)
    again = postgres.Cluster(closed_home / "postgres")
    again.attach()
    assert ask(again, "SELECT text FROM note") == "kept"
    again.release(wait=20)


@pytest.fixture
def linked_home(closed_home):
    """Such an AKIRA_HOME after its first start; no server is needed to look at its link."""
    if not is_root():
        pytest.skip("only root keeps clusters elsewhere")
    postgres_place.settle(closed_home / "postgres")
    return closed_home


def test_a_link_to_a_cluster_that_is_gone_is_no_reason_for_an_empty_one(linked_home):
    shutil.rmtree((linked_home / "postgres").resolve())
    with pytest.raises(postgres.ClusterError, match="is gone. Put it back from a backup"):
        postgres.Cluster(linked_home / "postgres").attach()


def test_a_copied_home_does_not_share_the_database(linked_home, folders):
    copy = folders() / "copy"
    shutil.copytree(linked_home, copy, symlinks=True)
    with pytest.raises(postgres.ClusterError, match="is a copy of"):
        postgres_place.settle(copy / "postgres")


def test_a_moved_home_keeps_its_database(linked_home, folders):
    real = (linked_home / "postgres").resolve()
    moved = folders() / "moved"
    linked_home.rename(moved)
    assert postgres_place.settle(moved / "postgres")[0] == real
    assert (real / "home").read_text() == str(moved / "postgres")


def test_a_socket_folder_that_somebody_else_made_is_refused(monkeypatch, folders):
    monkeypatch.setattr(postgres_place, "SHORT_FOLDER", folders())
    account = postgres_place.Account(os.geteuid(), os.getegid())
    long = Path("/" + "x" * 90)
    folder = postgres_place.socket_folder(long, account)
    folder.chmod(0o777)
    with pytest.raises(postgres.ClusterError, match="not a private folder"):
        postgres_place.socket_folder(long, account)


@needs_root
def test_only_programs_of_the_wheel_are_copied_for_another_user(folders, monkeypatch):
    closed = folders()
    (closed / "postgres").touch()
    closed.chmod(0o700)
    account = postgres_place.account_for(folders())
    binaries = postgres_place.Binaries(closed, "15.1")
    with pytest.raises(postgres.ClusterError, match="may not run"):
        postgres_place.runnable(binaries, folders(), account)
