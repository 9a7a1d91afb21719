"""The worker with Redis for its queue, and that for its cache: emptied, away, back, with a password that stays ours."""

import json
import subprocess
import sys
import time
import zlib

import pytest

from akira.cache import RedisCache
from tests.akira.conftest import environment
from tests.akira.sites import assert_all_pages_were_read, done, wait_until
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.redis

LEASE = 2


@pytest.fixture
def start(start_worker, redis_server):
    """Starts a worker whose queue is the Redis of the test."""

    def start_one(pages, *arguments, **changes):
        changes = {"AKIRA_QUEUE_URL": redis_server.url, "AKIRA_LEASE": LEASE} | changes
        return start_worker(*arguments, AKIRA_FETCH_ALLOW=pages.allow, **changes)

    return start_one


@pytest.mark.slow
def test_several_workers_share_what_is_in_redis(start, sites, redis_server):
    pages = sites(10, seconds=0.05)
    pages.make_fetches(60)
    workers = [start(pages) for _ in range(2)]
    wait_until(lambda: done() == 60, *workers)
    assert_all_pages_were_read()
    assert pages.asked_for.total() == 60
    assert pages.twice_at_once == []
    for worker in workers:
        assert "Fetch" in worker.said
        assert worker.end() == 0
    # Nothing piles up.
    assert not [key for key in redis_server.client.keys("rq:*") if b":job:" in key or b":results:" in key]


@pytest.mark.slow
def test_a_redis_that_is_emptied_in_the_midst_loses_nothing(start, sites, redis_server):
    pages = sites(10, seconds=0.05)
    pages.make_fetches(60)
    worker = start(pages, AKIRA_WORKER_THREADS=2)
    for share in (5, 20):
        wait_until(lambda share=share: done() >= share, worker)
        redis_server.client.flushall()
    wait_until(lambda: done() == 60, worker)
    assert_all_pages_were_read()
    assert pages.twice_at_once == []
    assert worker.end() == 0
    assert "Traceback" not in worker.said


@pytest.mark.slow
def test_a_redis_that_is_away_is_waited_for(start, sites, redis_server):
    pages = sites(10, seconds=0.05)
    pages.make_fetches(40)
    worker = start(pages, AKIRA_WORKER_THREADS=2)
    wait_until(lambda: done() >= 5, worker)
    redis_server.stop()
    wait_until(lambda: "waits for its database or queue" in worker.said, worker)
    before = done()
    time.sleep(1)
    # What was handed on is finished, and nothing else is begun.
    assert done() <= before + 4
    redis_server.start()
    wait_until(lambda: done() == 40, worker)
    assert_all_pages_were_read()
    assert worker.end() == 0
    assert "Background work goes on." in worker.said
    assert worker.said.count("waits for its database or queue") <= 2
    assert redis_server.PASSWORD not in worker.said


@pytest.mark.slow
def test_once_drains_redis_too(start, sites):
    pages = sites(3, seconds=0)
    pages.make_fetches(9)
    worker = start(pages, "--once")
    assert worker.process.wait(timeout=30) == 0
    assert_all_pages_were_read()


@pytest.mark.slow
def test_a_wrong_password_is_said_without_saying_it(start, sites, redis_server):
    pages = sites(1, seconds=0)
    url = redis_server.url.replace(redis_server.PASSWORD, "wrong-but-secret")
    worker = start(pages, "--once", AKIRA_QUEUE_URL=url, AKIRA_LEASE=150)
    assert worker.process.wait(timeout=30) == 1
    assert "AuthenticationError" in worker.said
    # The chores before, and one line that says it.
    assert len([line for line in worker.said.splitlines() if " akira.worker: Chore " not in line]) == 1
    assert "wrong-but-secret" not in worker.said


def test_what_waits_in_redis_is_a_key_and_no_pickle(tmp_path, redis_server):
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    program = "from akira.background.kinds import KINDS; KINDS[0].enqueue(5)"
    settings = environment(AKIRA_HOME=tmp_path, AKIRA_QUEUE_URL=redis_server.url, DATABASE_URL="postgres://x/x")
    subprocess.run([*command, program], cwd=CHECKOUT, env=settings, check=True)
    [job] = redis_server.client.keys("rq:job:*")
    waiting = json.loads(zlib.decompress(redis_server.client.hget(job, "data")))
    assert waiting == ["papers.tasks.carry_out_fetch", None, [5], {}]


# --- Settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["AKIRA_QUEUE_URL", "CACHE_URL"])
@pytest.mark.parametrize(
    "url",
    ["redis://:sec/ret@127.0.0.1:6379/0", "redis://:sec#ret@127.0.0.1", "redis://:secret@:6379", "redis://:secret@h:x"],
    ids=["slash", "hash", "no-host", "no-port"],
)
def test_an_address_of_redis_that_makes_no_sense_is_refused_without_repeating_it(tmp_path, name, url):
    command = [sys.executable, "manage.py", "worker", "--once"]
    settings = environment(AKIRA_HOME=tmp_path, **{name: url})
    result = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f"{name} must be such as redis://" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "sec" not in result.stderr.replace("%XX", "")


# --- The cache -------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(redis_server):
    return RedisCache(redis_server.url, {"OPTIONS": {"retry": None, "socket_connect_timeout": 1}})


def test_a_cache_in_redis_keeps_what_it_is_given(cache):
    cache.set("robots", "Disallow: /")
    assert cache.get("robots") == "Disallow: /"
    assert cache.add("robots", "other") is False
    assert cache.get_many(["robots", "other"]) == {"robots": "Disallow: /"}
    assert cache.delete("robots") is True
    assert cache.get("robots", "nothing") == "nothing"


def test_without_redis_a_cache_knows_nothing_and_says_so_once(cache, redis_server, caplog):
    cache.set("robots", "Disallow: /")
    redis_server.stop()
    cache.set("more", 1)
    assert cache.get("robots") is None
    assert cache.get("robots", "nothing") == "nothing"
    assert "robots" not in cache
    assert cache.get_many(["robots"]) == {}
    assert cache.set_many({"robots": 1}) == ["robots"]
    assert cache.get_or_set("robots", lambda: "asked anew") == "asked anew"
    assert (cache.add("robots", 1), cache.touch("robots"), cache.delete("robots")) == (False, False, False)
    cache.delete_many(["robots"])
    assert caplog.text.count("The cache is out of reach") == 1
    assert redis_server.PASSWORD not in caplog.text
    redis_server.start()
    assert cache.get("robots") is None
    cache.set("robots", "again")
    assert cache.get("robots") == "again"
    assert caplog.text.count("The cache is back.") == 1
