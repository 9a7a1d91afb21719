"""Many processes that ask arXiv at once: one connection, the spacing kept, also where one of them is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings
from django.db import connection

from papers.models import Answer
from tests import stand_ins
from tests.stand_ins import ARXIV_FAULTS, Paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SPACING = 0.2
TITLE = "On the Patience of Small Models"

# What each process runs: it says that it is ready, waits for a word, and asks for one paper after the other.
CODE = """
import json, sys
import django
import tests.settings as settings
given = json.loads(sys.argv[1])
settings.DATABASES["default"]["NAME"] = given["database"]
for name, value in given["settings"].items():
    setattr(settings, name, value)
django.setup()
from papers.asking import ask_arxiv
print("ready", flush=True)
sys.stdin.readline()
for paper in given["papers"]:
    found = ask_arxiv([paper])[paper]
    print(getattr(found, "title", None) or found.message, flush=True)
"""


@pytest.fixture
def at_arxiv():
    with stand_ins.arxiv(*(Paper(f"2103.99{number:03}") for number in range(1, 21))) as stand_in:
        yield stand_in


@contextmanager
def asking(at_arxiv, papers):
    """A process that is ready to ask for these papers."""
    given = {
        "database": connection.settings_dict["NAME"],
        "settings": at_arxiv.settings() | {"AKIRA_ARXIV_SPACING": SPACING, "AKIRA_FETCH_ALLOW": [at_arxiv.host_port]},
        "papers": papers,
    }
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", CODE, json.dumps(given)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def start(*processes):
    """Let them all begin, as nearly at once as can be."""
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def papers(first, count):
    return [f"2103.99{number:03}" for number in range(first, first + count)]


def test_four_processes_ask_one_at_a_time_and_keep_the_spacing(at_arxiv):
    with ExitStack() as stack:
        processes = [stack.enter_context(asking(at_arxiv, papers(first, 4))) for first in (1, 5, 9, 13)]
        start(*processes)
        said = [process.stdout.read().splitlines() for process in processes]
    assert said == [[TITLE] * 4] * 4
    assert sorted(sum(at_arxiv.asked_for, [])) == papers(1, 16)
    assert at_arxiv.most_at_once == 1
    assert min(at_arxiv.spacings) >= SPACING
    assert Answer.objects.count() == 16


def test_process_that_is_killed_in_mid_request_gives_its_turn_back(at_arxiv):
    killed = threading.Event()
    at_arxiv.faults.append(stand_ins.slow(killed, then=ARXIV_FAULTS["unavailable"]))
    with ExitStack() as stack:
        victim = stack.enter_context(asking(at_arxiv, papers(1, 1)))
        others = [stack.enter_context(asking(at_arxiv, papers(first, 2))) for first in (5, 9)]
        start(victim)
        wait_until(lambda: at_arxiv.requests)
        start(*others)
        # They wait for the turn that the victim has.
        time.sleep(2 * SPACING)
        assert len(at_arxiv.requests) == 1
        # The server has done with it before anybody else may ask, however busy the machine is.
        victim.send_signal(signal.SIGSTOP)
        killed.set()
        wait_until(lambda: at_arxiv.server.under_way == 0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        said = [process.stdout.read().splitlines() for process in others]
    assert said == [[TITLE] * 2] * 2
    assert len(at_arxiv.requests) == 5
    assert at_arxiv.most_at_once == 1
    assert min(at_arxiv.spacings) >= SPACING


def test_process_that_is_killed_at_once_has_its_request_counted(at_arxiv):
    killed = threading.Event()
    at_arxiv.faults.append(stand_ins.slow(killed, then=ARXIV_FAULTS["unavailable"]))
    with asking(at_arxiv, papers(1, 1)) as victim, asking(at_arxiv, papers(5, 1)) as other:
        start(victim)
        wait_until(lambda: at_arxiv.requests)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        killed.set()
        start(other)
        assert other.stdout.read() == f"{TITLE}\n"
    assert min(at_arxiv.spacings) >= SPACING
