"""The embedded cluster with real servers: its first start, many users at once, crashes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from common import postgres, postgres_server
from common.postgres_server import recorded_pid, telling_line
from tests.common.conftest import ask, wait_until


def server_pid(cluster):
    return recorded_pid(cluster.server.data / "postmaster.pid")


def is_gone(pid):
    """Whether a process has ended, buried or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def crash(cluster):
    pid = server_pid(cluster)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid))


def test_first_start_makes_a_database_that_knows_every_script(new_home):
    cluster = postgres.Cluster(new_home / "postgres")
    cluster.attach()
    try:
        ask(cluster, "CREATE EXTENSION pg_trgm")
        assert len(ask(cluster, "SELECT show_trgm('日本語')")) == 4
        assert ask(cluster, "SHOW server_encoding") == "UTF8"
        assert ask(cluster, "SHOW fsync") == "on"
        assert ask(cluster, "SHOW data_checksums") == "on"
        assert ask(cluster, "SELECT count(*) FROM pg_extension WHERE extname = 'unaccent'") == 0
        ask(cluster, "CREATE EXTENSION unaccent")
    finally:
        cluster.release()


def test_the_server_listens_on_a_private_socket_alone(cluster):
    assert ask(cluster, "SHOW listen_addresses") == ""
    assert ask(cluster, "SHOW unix_socket_permissions") == "0700"
    assert cluster.folder.stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_share_one_new_cluster(new_home, user_of):
    users = [user_of(new_home) for _ in range(4)]
    assert [user.stdout.readline() for user in users] == ["attached\n"] * 4
    assert [path.name for path in (new_home / "postgres").glob("*data*")] == ["data"]


def test_a_second_process_joins_the_running_server(cluster, home, user_of):
    pid = server_pid(cluster)
    assert user_of(home).stdout.readline() == "attached\n"
    assert server_pid(cluster) == pid


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_the_last_user_out_stops_the_server_however_it_ends(home, user_of, end):
    first, last = user_of(home), user_of(home)
    assert first.stdout.readline() == last.stdout.readline() == "attached\n"
    cluster = postgres.Cluster(home / "postgres")
    cluster.settle()
    pid = server_pid(cluster)
    getattr(first, end)()
    first.wait()
    assert cluster.server.is_alive()
    getattr(last, end)()
    last.wait()
    wait_until(lambda: is_gone(pid))
    assert not (cluster.server.data / "postmaster.pid").exists(), "it was stopped in good order"


def test_a_forked_child_keeps_the_server_running(home):
    program = (
        "import os, sys, pathlib\n"
        "from common import postgres\n"
        "cluster = postgres.cluster(pathlib.Path(sys.argv[1])); cluster.attach()\n"
        "parent = os.getpid()\n"
        "if os.fork(): os._exit(0)\n"
        "sys.stdin.read()\n"
        "print(cluster.server.is_alive(), flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(home / "postgres")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        child.wait()
        output, _ = child.communicate("")
    assert output == "True\n"


def test_a_guard_that_was_killed_is_replaced_by_the_next_user(cluster, home, user_of):
    found = subprocess.run(["pgrep", "-f", f"postgres_guard.py {cluster.folder} "], capture_output=True, text=True)
    [guard] = map(int, found.stdout.split())
    os.kill(guard, signal.SIGKILL)
    user = user_of(home)
    assert user.stdout.readline() == "attached\n"
    pid = server_pid(cluster)
    cluster.release()
    user.kill()
    wait_until(lambda: is_gone(pid))


def test_a_crash_loses_no_committed_row(cluster):
    ask(cluster, "INSERT INTO note VALUES ('committed')")
    crash(cluster)
    assert cluster.revive()
    assert ask(cluster, "SELECT array_agg(text) FROM note") == ["kept", "committed"]


def test_a_crash_under_load_is_survived(cluster):
    connection = psycopg2.connect(**cluster.parameters())
    connection.cursor().execute("INSERT INTO note SELECT 'open' FROM generate_series(1, 100000)")
    crash(cluster)
    assert cluster.revive()
    assert ask(cluster, "SELECT count(*) FROM note") == 1
    connection.close()


def test_after_a_crash_the_next_process_just_starts(home, user_of):
    user = user_of(home)
    assert user.stdout.readline() == "attached\n"
    cluster = postgres.Cluster(home / "postgres")
    cluster.settle()
    crash(cluster)
    user.kill()
    user.wait()
    cluster.attach()
    assert ask(cluster, "SELECT text FROM note") == "kept"
    cluster.release()


def test_a_recycled_process_id_does_not_hold_up_the_start(home):
    cluster = postgres.Cluster(home / "postgres")
    cluster.attach()
    pid_file = cluster.server.data / "postmaster.pid"
    socket_lock = cluster.server.socket_folder / ".s.PGSQL.5432.lock"
    files = {path: path.read_text() for path in (pid_file, socket_lock)}
    cluster.release(wait=20)
    # The same user, or PostgreSQL would see by itself that the process cannot be its own.
    with subprocess.Popen(["sleep", "60"], **cluster.account.options) as stranger:
        for path, text in files.items():
            path.write_text(text.replace(text.split("\n")[0], str(stranger.pid), 1))
            cluster.account.give(path)
        cluster.attach()
        assert ask(cluster, "SELECT text FROM note") == "kept"
        assert stranger.poll() is None
        stranger.kill()
    cluster.release()


def test_a_server_that_is_still_starting_is_waited_for(home, user_of):
    cluster = postgres.Cluster(home / "postgres")
    cluster.attach()
    os.kill(server_pid(cluster), signal.SIGSTOP)
    pid = server_pid(cluster)
    continued = subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {pid}"])
    assert user_of(home).stdout.readline() == "attached\n"
    assert server_pid(cluster) == pid
    continued.wait()
    cluster.release()


def test_a_long_path_gets_a_short_socket(new_home, template):
    deep = new_home / ("deep" * 20)
    deep.mkdir()
    subprocess.run(["cp", "-a", template / "postgres", deep / "postgres"], check=True)
    cluster = postgres.Cluster(deep / "postgres")
    cluster.attach()
    assert ask(cluster, "SELECT text FROM note") == "kept"
    assert len(str(cluster.server.socket_folder)) < 60
    assert cluster.server.socket_folder.stat().st_mode & 0o777 == 0o700
    cluster.release(wait=20)
    cluster.server.socket_folder.rmdir()


def test_a_path_with_odd_characters_works(new_home):
    odd = new_home / 'it\'s $HOME; "日本"'
    odd.mkdir()
    odd.chmod(0o711)
    cluster = postgres.Cluster(odd / "postgres")
    cluster.attach()
    assert ask(cluster, "SELECT 1") == 1
    cluster.release(wait=20)
    if cluster.server.socket_folder != cluster.folder:
        cluster.server.socket_folder.rmdir()


def test_data_of_something_else_is_not_touched(new_home):
    (new_home / "postgres" / "data").mkdir(parents=True)
    (new_home / "postgres" / "data" / "precious").touch()
    with pytest.raises(postgres.ClusterError, match="holds no PostgreSQL cluster"):
        postgres.Cluster(new_home / "postgres").attach()
    assert (new_home / "postgres" / "data" / "precious").exists()


def test_a_server_that_cannot_start_says_why_in_one_line(home):
    cluster = postgres.Cluster(home / "postgres", server_options={"shared_buffers": "nonsense"})
    with pytest.raises(postgres.ClusterError, match="shared_buffers") as caught:
        cluster.attach()
    assert "\n" not in str(caught.value)
    assert "log" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a LOG:  x\nb FATAL:  could not write: No space left on device\n", "the disk is full; free some space"),
        ("FATAL:  could not write block 0: wrote only 4096 of 8192 bytes\n", "the disk is full; free some space"),
        ("LOG:  starting\nFATAL:  lock file exists\nHINT:  look\n", "FATAL:  lock file exists"),
        ("initdb: error: could not look up user.\n", "initdb: error: could not look up user"),
        ("something else\n", "something else"),
        ("", ""),
    ],
    ids=["full-disk", "half-written", "fatal", "error", "other", "silence"],
)
def test_the_telling_line_is_found(said, expected):
    assert telling_line(said) == expected


def test_a_lock_file_with_nonsense_has_no_process(tmp_path):
    (tmp_path / "postmaster.pid").write_text("not a number\n")
    assert postgres_server.recorded_pid(tmp_path / "postmaster.pid") is None
