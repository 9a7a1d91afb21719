"""A cluster that another major version made: never replaced in silence, moved on demand, kept as it was."""

import pytest

from common import postgres, postgres_binaries, postgres_upgrade
from tests.common.conftest import ask


def pretend_major(home, major):
    (home / "postgres" / "data" / "PG_VERSION").write_text(f"{major}\n")


def test_a_cluster_of_a_missing_major_is_refused_with_the_command(home):
    pretend_major(home, 99)
    with pytest.raises(postgres.ClusterError) as caught:
        postgres.Cluster(home / "postgres").attach()
    assert "made by PostgreSQL 99, which is not installed" in str(caught.value)
    assert "manage.py upgrade_cluster" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in (home / "postgres").glob("*data*")] == ["data"]


def test_the_upgrade_too_says_that_the_old_version_is_missing(home):
    pretend_major(home, 99)
    with pytest.raises(postgres.ClusterError, match="99, which is not installed"):
        postgres_upgrade.upgrade(postgres.Cluster(home / "postgres"))


def test_there_is_nothing_to_upgrade_in_an_empty_home(new_home):
    with pytest.raises(postgres.ClusterError, match="no database"):
        postgres_upgrade.upgrade(postgres.Cluster(new_home / "postgres"))


def test_a_cluster_of_the_newest_version_stays_as_it_is(home):
    done = postgres_upgrade.upgrade(postgres.Cluster(home / "postgres"))
    assert done.kept is None


@pytest.fixture
def newer(monkeypatch):
    """Makes the newest PostgreSQL of this machine the first choice, over an older one that made the template."""
    found = sorted(postgres_binaries.installed(), key=lambda binaries: binaries.major, reverse=True)
    monkeypatch.setattr(postgres_binaries, "installed", lambda: found)
    return found[0]


@pytest.fixture
def older_home(home, newer):
    if postgres_binaries.cluster_major(home / "postgres" / "data") == newer.major:
        pytest.skip("there is only one major version of PostgreSQL on this machine")
    return home


def test_an_older_cluster_runs_on_its_own_binaries(older_home, newer):
    cluster = postgres.Cluster(older_home / "postgres")
    cluster.attach()
    assert int(ask(cluster, "SHOW server_version_num")) // 10000 == cluster.major < newer.major
    cluster.release()


@pytest.mark.wheel
def test_an_upgrade_brings_every_row_and_keeps_the_old_folder(older_home, newer):
    cluster = postgres.Cluster(older_home / "postgres")
    cluster.attach()
    old_major = cluster.major
    ask(cluster, "CREATE EXTENSION pg_trgm")
    ask(cluster, "CREATE TABLE many AS SELECT n, '日本語 \\ ''quoted''' AS text FROM generate_series(1, 1000) n")
    ask(cluster, "CREATE INDEX many_text ON many USING gin (text gin_trgm_ops)")
    cluster.release()
    done = postgres_upgrade.upgrade(cluster)
    assert (done.old_major, done.new_major) == (old_major, newer.major)
    assert postgres_binaries.cluster_major(done.kept) == old_major
    cluster = postgres.Cluster(older_home / "postgres")
    cluster.attach()
    assert int(ask(cluster, "SHOW server_version_num")) // 10000 == newer.major
    assert ask(cluster, "SELECT count(*) FROM many WHERE text LIKE '%本語%'") == 1000
    assert ask(cluster, "SELECT text FROM note") == "kept"
    cluster.release()
    assert {path.name for path in cluster.folder.glob("*data*")} == {"data", done.kept.name}
    assert not (cluster.folder / "upgrade.sql").exists()


@pytest.mark.wheel
def test_an_upgrade_is_refused_while_others_use_the_database(older_home, user_of):
    user = user_of(older_home)
    assert user.stdout.readline() == "attached\n"
    with pytest.raises(postgres.ClusterError, match="in use"):
        postgres_upgrade.upgrade(postgres.Cluster(older_home / "postgres"))


@pytest.mark.wheel
def test_an_upgrade_that_fails_changes_nothing(older_home, monkeypatch):
    monkeypatch.setattr(postgres_upgrade, "_rows", lambda server, database: server.name)
    cluster = postgres.Cluster(older_home / "postgres")
    with pytest.raises(postgres.ClusterError, match="differs"):
        postgres_upgrade.upgrade(cluster)
    assert [path.name for path in cluster.folder.glob("*data*")] == ["data"]
    cluster.attach()
    assert ask(cluster, "SELECT text FROM note") == "kept"
    cluster.release()


def test_an_upgrade_that_was_killed_at_the_last_step_is_finished(home):
    folder = home / "postgres"
    (folder / "data").rename(folder / postgres.UPGRADED)
    (folder / "data-14-20260101T000000").mkdir()
    cluster = postgres.Cluster(folder)
    cluster.attach()
    assert ask(cluster, "SELECT text FROM note") == "kept"
    cluster.release()


def test_no_empty_cluster_takes_the_place_of_one_that_was_moved_away(home):
    folder = home / "postgres"
    (folder / "data").rename(folder / "data-15-20260101T000000")
    with pytest.raises(postgres.ClusterError, match="is gone, but .*data-15-20260101T000000 is there"):
        postgres.Cluster(folder).attach()
