"""Workers in processes of their own, killed and ended in the midst of their work: nothing is lost or done twice."""

import random
import time

import pytest
from django.db import connection

from tests.akira.sites import assert_all_pages_were_read, done, wait_until

HOSTS, PAGES, KILLS, LEASE = 20, 200, 10, 3


@pytest.mark.slow
def test_workers_killed_ten_times_in_two_hundred_fetches_lose_nothing_and_do_nothing_twice_at_once(start_worker, sites):
    pages = sites(HOSTS, seconds=0.05)
    settings = {"AKIRA_FETCH_ALLOW": pages.allow, "AKIRA_LEASE": LEASE}
    pages.make_fetches(PAGES)
    workers = [start_worker(**settings) for _ in range(2)]
    for kill in range(KILLS):
        # In the midst of its work, each at another point of the way.
        wait_until(lambda at=kill + 1: done() >= at * PAGES * 0.08 and pages.under_way, *workers)
        victim = workers.pop(random.randrange(2))
        victim.kill()
        workers.append(start_worker(**settings))
    wait_until(lambda: done() == PAGES, *workers)
    assert_all_pages_were_read()
    assert set(pages.asked_for) == {f"/{number}" for number in range(PAGES)}
    assert pages.twice_at_once == []
    # What was under way when its worker was killed was asked for again, and nothing else.
    assert pages.asked_for.total() <= PAGES + KILLS * 4
    for worker in workers:
        assert worker.end() == 0
        assert "Traceback" not in worker.said


@pytest.mark.slow
def test_a_worker_that_is_asked_to_end_finishes_what_it_holds(start_worker, sites):
    pages = sites(2, seconds=0.8)
    pages.make_fetches(4)
    worker = start_worker(AKIRA_FETCH_ALLOW=pages.allow, AKIRA_WORKER_THREADS=2)
    wait_until(lambda: pages.under_way == 2, worker)
    assert worker.end() == 0
    assert done() == 2
    assert pages.asked_for.total() == 2
    # The next worker finds what was handed on and not begun.
    assert start_worker("--once", AKIRA_FETCH_ALLOW=pages.allow).process.wait(timeout=30) == 0
    assert_all_pages_were_read()
    assert set(pages.asked_for.values()) == {1}


@pytest.mark.slow
def test_a_worker_whose_connections_are_cut_goes_on(start_worker, sites):
    pages = sites(5, seconds=0.2)
    pages.make_fetches(20)
    worker = start_worker(AKIRA_FETCH_ALLOW=pages.allow, AKIRA_LEASE=LEASE)
    for _ in range(2):
        wait_until(lambda: pages.under_way, worker)
        with connection.cursor() as cursor:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
            cursor.execute(query, [worker.name])
        time.sleep(0.3)
    wait_until(lambda: done() == 20, worker)
    assert worker.process.poll() is None
    assert_all_pages_were_read()
    assert worker.end() == 0
    assert worker.said.count("waits for its database or queue") <= 2
    assert "fault" not in worker.said.lower()
