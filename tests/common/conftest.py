"""Real clusters to try things on; each is a copy of one that is made once."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from common import postgres
from tests.conftest import CHECKOUT


def ask(cluster, query, database="akira"):
    """The first value that a query returns, over a connection of its own."""
    connection = psycopg2.connect(**cluster.parameters(database))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def folders():
    """Makes short folders which every user may enter, as pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="akira-pg-") as parent:
        Path(parent).chmod(0o711)

        def make() -> Path:
            folder = Path(tempfile.mkdtemp(dir=parent))
            folder.chmod(0o711)
            return folder

        yield make


@pytest.fixture
def new_home(folders):
    """An AKIRA_HOME with nothing in it; what runs there is stopped in the end."""
    home = folders()
    yield home
    if (home / "postgres").exists():
        try:
            cluster = postgres.Cluster(home / "postgres")
            cluster.release(wait=20)
        except postgres.ClusterError:
            pass


@pytest.fixture(scope="session")
def template(folders):
    """A cluster at rest, with a row in it."""
    home = folders()
    cluster = postgres.Cluster(home / "postgres")
    cluster.attach()
    ask(cluster, "CREATE TABLE note AS SELECT 'kept' AS text")
    cluster.release(wait=20)
    return home


@pytest.fixture
def home(new_home, template):
    """An AKIRA_HOME with a cluster at rest."""
    subprocess.run(["cp", "-a", template / "postgres", new_home / "postgres"], check=True)
    return new_home


@pytest.fixture
def cluster(home):
    """A running cluster that this process uses."""
    cluster = postgres.Cluster(home / "postgres")
    cluster.attach()
    yield cluster
    cluster.release()


@pytest.fixture
def user_of():
    """Starts processes that use a cluster until their input ends, and says when they do."""
    children = []
    program = (
        "import sys, pathlib\n"
        "from common import postgres\n"
        "try:\n"
        "    postgres.cluster(pathlib.Path(sys.argv[1])).attach()\n"
        "except postgres.ClusterError as error:\n"
        "    print(error, flush=True); sys.exit(1)\n"
        "print('attached', flush=True)\n"
        "sys.stdin.read()\n"
    )

    def start(home, **options):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(home / "postgres")],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()


def is_root():
    return os.geteuid() == 0


needs_root = pytest.mark.skipif(not is_root(), reason="only root can become somebody else")
needs_system_postgres = pytest.mark.skipif(not shutil.which("initdb"), reason="no initdb on PATH")
