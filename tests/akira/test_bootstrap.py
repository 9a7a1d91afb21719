"""The shell half of ./run and ./test, with a Python that only pretends: what is installed when, and what is said."""

import os
import shutil
import subprocess

import pytest

from tests.conftest import CHECKOUT

TOOLS = ["sh", "awk", "cat", "chmod", "cmp", "cp", "df", "dirname", "id", "mkdir", "rm", "sed", "sleep", "touch"]

# Makes a .venv whose python notes what it is asked, instead of doing it.
FAKE = """#!/bin/sh
case "$*" in
*print*version_info*) echo 3.11 ;;
*sys.exit*) exit {version} ;;
*'import ensurepip'*) exit {venv} ;;
*'-m venv'*) echo venv >>calls; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
*'-m pip install'*) echo "pip $*" | sed 's/.*-r /pip /' >>calls; exit "${{PIP_FAILS:-0}}" ;;
*postgres_binaries*) [ -e .venv/installed-requirements-postgres.txt ] || [ -z "${{NO_POSTGRES:-}}" ] ;;
*--version*) echo Python "${{FAKE_VERSION:-3.11.9}}" ;;
*manage.py*|*pytest*) echo "$@" >>calls ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    """A checkout with the shell scripts, the pins and nothing else, and a PATH with one Python and the usual tools."""
    (tmp_path / "common").mkdir()
    for name in ("run", "test", "common/bootstrap.sh"):
        shutil.copy(CHECKOUT / name, tmp_path / name)
    for name in ("requirements", "requirements-test", "requirements-postgres"):
        (tmp_path / f"{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tmp_path


@pytest.fixture
def python(checkout):
    """Puts a pretended Python on PATH; exit statuses say whether it is of a good version and has its venv module."""

    def put(name="python3", *, version=0, venv=0):
        (checkout / "bin" / name).write_text(FAKE.format(version=version, venv=venv))
        (checkout / "bin" / name).chmod(0o755)

    return put


@pytest.fixture
def typed(checkout):
    """Types a command in the checkout and returns what came of it, with what Python was asked meanwhile."""

    def run(command="./run", *arguments, cwd=checkout, **changes):
        (checkout / "calls").write_text("")
        environment = {"PATH": str(checkout / "bin"), **changes}
        result = subprocess.run(
            [command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        result.calls = (checkout / "calls").read_text().splitlines()
        return result

    return run


def test_the_first_start_installs_and_the_second_does_not(python, typed):
    python()
    first = typed("./run", "--port", "81")
    assert first.calls == ["venv", "pip requirements.txt", "manage.py serve --port 81"], first.stderr
    assert "Installing the packages of requirements.txt" in first.stdout
    second = typed("./run", "--port", "81")
    assert second.calls == ["manage.py serve --port 81"]
    assert second.stdout == second.stderr == ""


def test_the_tests_need_their_packages_too(python, typed):
    python()
    typed("./run")
    result = typed("./test", "-k", "word")
    assert result.calls == ["pip requirements-test.txt", "-m pytest -k word"]
    assert typed("./test").calls == ["-m pytest -n auto --dist worksteal"]


def test_a_postgres_is_brought_where_there_is_none(python, typed):
    python()
    assert typed(NO_POSTGRES="1").calls[1:3] == ["pip requirements.txt", "pip requirements-postgres.txt"]
    assert typed(NO_POSTGRES="1").calls == ["manage.py serve"]


def test_none_is_brought_where_a_database_is_named(python, typed):
    python()
    result = typed(NO_POSTGRES="1", DATABASE_URL="postgres://somewhere/akira")
    assert result.calls == ["venv", "pip requirements.txt", "manage.py serve"]


@pytest.mark.parametrize("change", ["pins", "python"])
def test_what_changed_is_installed_anew(python, typed, checkout, change):
    python()
    typed()
    if change == "pins":
        (checkout / "requirements.txt").write_text("requirements==2\n")
    changes = {"FAKE_VERSION": "3.12.1"} if change == "python" else {}
    assert typed(**changes).calls == ["pip requirements.txt", "manage.py serve"]
    assert typed(**changes).calls == ["manage.py serve"]


def test_a_set_up_that_failed_is_begun_again(python, typed):
    python()
    failed = typed(PIP_FAILS="1")
    assert failed.returncode == 1
    assert "The first start needs the network" in failed.stderr
    assert "manage.py" not in "".join(failed.calls)
    assert typed().calls == ["venv", "pip requirements.txt", "manage.py serve"]


def test_the_lock_of_a_set_up_that_was_killed_is_broken(python, typed, checkout):
    python()
    (checkout / ".venv.lock").mkdir()
    (checkout / ".venv.lock" / "pid").write_text("999999999\n")
    assert typed().calls[-1] == "manage.py serve"
    assert not (checkout / ".venv.lock").exists()


def test_a_second_set_up_waits_for_the_first(python, typed, checkout):
    python()
    (checkout / ".venv.lock").mkdir()
    with subprocess.Popen(["sleep", "2"]) as holder:
        (checkout / ".venv.lock" / "pid").write_text(f"{holder.pid}\n")
        releasing = subprocess.Popen(["sh", "-c", "sleep 1; rm -r .venv.lock"], cwd=checkout)
        result = typed()
        releasing.wait()
    assert f"Waiting for another set-up of this checkout (process {holder.pid})" in result.stdout
    assert result.calls[-1] == "manage.py serve"


def test_without_python_it_says_which_are_good(typed):
    result = typed()
    assert result.returncode == 1
    assert result.stderr == (
        "akira: Akira needs Python 3.11, 3.12 or 3.13, and found none of them on PATH. Install one and start again.\n"
    )


def test_a_python_of_another_version_is_passed_over(python, typed):
    python("python3", version=1)
    assert "needs Python 3.11, 3.12 or 3.13" in typed().stderr


def test_without_venv_it_says_what_to_install(python, typed):
    python("python3", venv=1)
    result = typed()
    assert result.returncode == 1
    assert "Python 3.11 is here without its venv module" in result.stderr
    assert "apt install python3.11-venv" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_python_with_venv_is_preferred_to_a_newer_one_without(python, typed):
    python("python3.13", venv=1)
    python("python3.11")
    assert typed().calls[0] == "venv"


def test_a_home_that_cannot_be_used_is_refused_before_anything_is_installed(python, typed):
    python()
    result = typed(AKIRA_HOME="/dev/null/home")
    assert result.returncode == 1
    assert "AKIRA_HOME (/dev/null/home) cannot be read and written" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.calls == []


def test_a_relative_home_is_meant_from_where_the_command_was_typed(python, typed, checkout):
    python()
    (checkout / "elsewhere").mkdir()
    result = typed("../run", cwd=checkout / "elsewhere", AKIRA_HOME="home")
    assert result.returncode == 0, result.stderr
    assert (checkout / "elsewhere" / "home").is_dir()


def test_the_scripts_are_posix_shell():
    shell = shutil.which("dash") or shutil.which("sh")
    for name in ("run", "test", "common/bootstrap.sh"):
        subprocess.run([shell, "-n", CHECKOUT / name], check=True)
    for name in ("run", "test", ".ci/run"):
        assert os.access(CHECKOUT / name, os.X_OK), name
