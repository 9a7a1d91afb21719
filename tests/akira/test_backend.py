"""Django's way to the embedded cluster, and the commands around it."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from akira.management.commands import upgrade_cluster
from tests.akira.conftest import environment
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.skipif(not hasattr(connection, "cluster"), reason="DATABASE_URL names another database")


@pytest.fixture(scope="module")
def home(tmp_path_factory, prepared):
    return prepared[0]


def manage(home, program):
    """Run a program in a process of its own, with Django set up on an AKIRA_HOME."""
    prelude = "import django; django.setup(); from django.db import connection; cluster = connection.cluster\n"
    settings = environment(AKIRA_HOME=home, DJANGO_SETTINGS_MODULE="akira.settings")
    command = [sys.executable, "-c", prelude + program]
    return subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)


def test_a_command_starts_the_database_by_itself(home):
    result = manage(home, "cursor = connection.cursor(); cursor.execute('SELECT 1'); print(cursor.fetchone()[0])")
    assert result.stdout == "1\n", result.stderr


def test_a_connection_finds_the_server_again_after_a_crash(home):
    program = (
        "import os, signal, time\n"
        "from common.postgres_server import recorded_pid\n"
        "cursor = connection.cursor(); cursor.execute('SELECT 1'); connection.close()\n"
        "os.kill(recorded_pid(cluster.folder / 'data' / 'postmaster.pid'), signal.SIGKILL)\n"
        "while cluster.server.is_alive(): time.sleep(0.05)\n"
        "cursor = connection.cursor(); cursor.execute('SELECT 2'); print(cursor.fetchone()[0])\n"
    )
    result = manage(home, program)
    assert result.stdout == "2\n", result.stderr


def test_an_error_of_a_living_server_is_passed_on(home):
    program = (
        "from django.db import OperationalError\n"
        "connection.settings_dict['NAME'] = 'nowhere'\n"
        "try: connection.cursor()\n"
        "except OperationalError as error: print(error)\n"
    )
    assert 'database "nowhere" does not exist' in manage(home, program).stdout


def test_dbshell_reaches_the_embedded_database(home):
    settings = environment(AKIRA_HOME=home)
    command = [sys.executable, "manage.py", "dbshell", "--", "-Atc", "SELECT current_database()"]
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.stdout == "akira\n", result.stderr


def test_trouble_with_the_cluster_is_said_in_one_line(tmp_path):
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "postgres" / "data" / "precious").touch()
    settings = environment(AKIRA_HOME=tmp_path)
    command = [sys.executable, "manage.py", "showmigrations"]
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("akira: ")
    assert "holds no PostgreSQL cluster" in result.stderr
    assert result.stderr.count("\n") == 1


def test_upgrade_cluster_says_when_there_is_nothing_to_do(home):
    settings = environment(AKIRA_HOME=home)
    command = [sys.executable, "manage.py", "upgrade_cluster"]
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "Nothing to do." in result.stdout


def test_upgrade_cluster_leaves_a_named_database_alone(monkeypatch):
    monkeypatch.setattr(upgrade_cluster, "connection", object())
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("upgrade_cluster")
