"""The database is killed while an issue is published: it is wholly public or wholly a draft, and the site recovers.

`KILLS=20 ./test tests/akira/test_publishing_killed.py` kills it as often; the usual run makes do with fewer.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
import pytest

from common import postgres
from common.postgres_server import recorded_pid
from tests.akira.conftest import Running, children_of, environment, is_running
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", 4))
ENTRIES = 8
# A draft for each round, with a topic and papers of its own, and somebody who is logged in.
SET_UP = """
import sys, django
django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic

make_publication(languages=["en"])
for number in range(1, int(sys.argv[1]) + 1):
    section = make_section(make_issue(published=False, number=9000 + number))
    topic = make_topic(f"topic-{number}")
    for place in range(1, int(sys.argv[2]) + 1):
        address = f"https://arxiv.org/abs/2101.{number:02}{place:03}"
        make_entry(section, public_id=f"e{number}-{place}", url=address, topics=[topic])
client = Client()
client.force_login(get_user_model().objects.create_superuser("boss", "boss@example.org", "a long password"))
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
# Each step of a publication takes a while, the commit included, so that a kill meets it in the midst.
SLOW = """
CREATE FUNCTION take_a_while() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(TG_ARGV[0]::float); RETURN NULL; END $$;
CREATE TRIGGER slow_entry AFTER UPDATE ON issues_entry FOR EACH ROW EXECUTE FUNCTION take_a_while(0.04);
CREATE TRIGGER slow_issue AFTER UPDATE ON issues_issue FOR EACH ROW EXECUTE FUNCTION take_a_while(0.04);
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON issues_auditrecord DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION take_a_while(0.4);
"""
STATEMENTS_TAKE, COMMIT_TAKES = 0.04 * (ENTRIES + 1), 0.4
AT_WORK = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
COMMITS = f"{AT_WORK} AND query = 'COMMIT' UNION SELECT 1 FROM issues_issue WHERE number = %s AND status = 'published'"


def make_home(prepared):
    """An AKIRA_HOME of our own, as it is after the first start."""
    folder = Path(tempfile.mkdtemp(prefix="akira-kill-"))
    folder.chmod(0o711)
    source = Path(os.environ["AKIRA_TEST_HOME"]) / "prepared"
    subprocess.run(["cp", "-a", source, folder / "home"], check=True)
    return folder / "home"


@pytest.fixture
def home(prepared):
    home = make_home(prepared)
    yield home
    postgres.cluster(home / "postgres").release(wait=30)
    shutil.rmtree(home.parent)


@pytest.fixture
def cluster(home):
    """The database of that home, which this process keeps from being stopped."""
    cluster = postgres.cluster(home / "postgres")
    cluster.attach()
    yield cluster
    cluster.release()


@pytest.fixture
def run(home):
    """Starts the site on that home, as in `run(DATABASE_URL=…)`."""
    started = []

    def start(**changes):
        nobody = {"AKIRA_ARXIV_URL": "http://127.0.0.1:9/", "AKIRA_CROSSREF_URL": "http://127.0.0.1:9"}
        started.append(Running(home, "--no-samples", **nobody | changes))
        return started[-1].wait_until_up()

    yield start
    for running in started:
        if running.process.poll() is None:
            running.end()


def ask(cluster, query, *values):
    connection = psycopg2.connect(**cluster.parameters())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def kill(cluster):
    """Kill the server and everything it started, at once, and wait until none of it is left."""
    server = recorded_pid(cluster.server.data / "postmaster.pid")
    victims = [server, *children_of(server)]
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_running, victims)))


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# --- Publishing ------------------------------------------------------------------------------------------------------


class Editor:
    """Somebody at the desk, who clicks on Publish."""

    def __init__(self, running, session):
        self.running = running
        self._cookie = f"akira_{running.port}_session={session}"

    def opens(self, number):
        """What the page of an issue would send back."""
        [[key]] = ask(self.running.cluster, "SELECT id FROM issues_issue WHERE number = %s", 9000 + number)
        self._address = f"/admin/issues/issue/{key}/publish/"
        page = self.running.get(self._address, Cookie=self._cookie)
        assert page.status == 200, page.body
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="([^"]*)"', page.body.decode()))
        self._sent = urlencode({**fields, "seen": fields["seen"].replace("&quot;", '"'), "when": "now"})
        self._token = page.getheader("Set-Cookie").split(";")[0]

    def clicks(self):
        headers = {"Cookie": f"{self._cookie}; {self._token}", "Content-Type": "application/x-www-form-urlencoded"}
        self.answer = self.running.ask("POST", self._address, self._sent, **headers)


def is_calm(answer):
    """Whether it is an answer that a reader may get while the database is away."""
    if answer.status == 503:
        return answer.getheader("Retry-After") and answer.getheader("Cache-Control") == "no-store"
    return answer.status in (200, 302, 404)


def where_it_shows(running, number):
    """For each page that would show the issue, whether it does."""
    slug = f"/issues/{9000 + number}/"
    papers = [f"/papers/2101.{number:02}{place:03}/" for place in range(1, ENTRIES + 1)]
    own = [slug, f"/topics/topic-{number}/", *(f"/entries/e{number}-{place}/" for place in range(1, ENTRIES + 1))]
    found = {page: running.get(page).status == 200 for page in [*own, *papers]}
    now = time.gmtime()
    month = f"/sitemaps/{now.tm_year}-{now.tm_mon}.xml"
    lists = {"/": slug, "/issues/": slug, "/feed/": slug, month: slug, "/topics/": f"/topics/topic-{number}/"}
    return found | {page: word in running.get(page).body.decode() for page, word in lists.items()}


def kept_of(cluster, number):
    """State, whether it has a moment, how many entries have labels, how many records there are of it."""
    query = """
        SELECT status, published_at IS NOT NULL, appeared_at IS NOT NULL,
               (SELECT count(*) FROM issues_entry JOIN issues_section ON section_id = issues_section.id
                 WHERE issue_id = issues_issue.id AND label <> ''),
               (SELECT count(*) FROM issues_auditrecord
                 WHERE deed = 'issue.published' AND row_pk = issues_issue.id::text)
          FROM issues_issue WHERE number = %s
    """
    [row] = ask(cluster, query, 9000 + number)
    return row


def wait_for_the_moment(cluster, number):
    """Wait until the kill is due: in odd rounds sooner or later among the statements, in even ones around the commit.

    What the last round publishes is to stay.
    """
    share = (number - 1) / max(KILLS - 1, 1)
    if number % 2 and number < KILLS:
        wait_until(lambda: ask(cluster, AT_WORK))
        time.sleep(STATEMENTS_TAKE * share)
    else:
        wait_until(lambda: ask(cluster, COMMITS, 9000 + number))
        time.sleep(2 * COMMIT_TAKES * share if number < KILLS else 4 * COMMIT_TAKES)


def test_a_publication_that_the_database_does_not_survive_is_whole_or_not_at_all(home, cluster, run):
    command = [sys.executable, "-c", SET_UP, str(KILLS), str(ENTRIES)]
    settings = environment(AKIRA_HOME=home, DJANGO_SETTINGS_MODULE="akira.settings")
    made = subprocess.run(command, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    ask(cluster, SLOW)
    running = run()
    running.cluster = cluster
    editor = Editor(running, made.stdout.strip())
    became = []
    for number in range(1, KILLS + 1):
        editor.opens(number)
        click = threading.Thread(target=editor.clicks)
        click.start()
        wait_for_the_moment(cluster, number)
        kill(cluster)
        meanwhile = [running.get(page) for page in ("/", "/feed/", "/healthz", "/admin/login/", "/sitemap.xml")]
        click.join()
        assert all(map(is_calm, [*meanwhile, editor.answer])), [answer.status for answer in meanwhile]
        wait_until(lambda: running.get("/healthz").status == 200)
        # While it could not be told whether pages have changed, readers got those that are kept; a second later it can.
        time.sleep(1.1)
        shows, kept = where_it_shows(running, number), kept_of(cluster, number)
        is_public = kept[0] == "published"
        assert set(shows.values()) == {is_public}, (number, kept, shows)
        assert kept == (("published", True, True, ENTRIES, 1) if is_public else ("draft", False, False, 0, 0))
        became.append(is_public)
    print(f"{sum(became)} of {KILLS} publications were there in the end.")
    assert running.process.poll() is None, running.said
    assert became[0] is False
    assert became[-1] is True
    assert "Internal Server Error" not in running.said


# --- While the database is away --------------------------------------------------------------------------------------

PAGES = ["/", "/issues/", "/feed/", "/sitemap.xml", "/topics/", "/ja/", "/admin/login/", "/admin/", "/healthz"]


def test_while_the_database_is_away_every_page_says_so_and_comes_back_by_itself(home, cluster, run):
    # Named by its address it is somebody else's, whom nobody of ours starts again.
    socket = quote(str(cluster.server.socket_folder))
    running = run(DATABASE_URL=f"postgres://akira@/akira?host={socket}")
    assert running.get("/healthz").status == 200
    kept = running.get("/").body
    kill(cluster)
    for page in PAGES:
        answer = running.get(page, Cookie=f"akira_{running.port}_session=abcdefghijklmnopqrstuvwxyz012345")
        if answer.status == 200:
            # Nothing of the one needs the database; the other was asked for before, and is kept.
            assert page in ("/admin/login/", "/")
            assert page == "/admin/login/" or answer.body == kept
            continue
        assert (page, answer.status) == (page, 503)
        assert int(answer.getheader("Retry-After")) > 0
        assert "no-store" in answer.getheader("Cache-Control")
        assert answer.getheader("ETag") is None
    body = running.get("/issues/", **{"Accept-Language": "ja"}).body.decode()
    assert 'lang="ja"' in body
    assert "データベースが応答しません" in body
    assert "Django" not in body
    assert running.get("/static/nothing.css").status == 404
    cluster.revive()
    assert {running.get(page).status for page in ("/", "/feed/", "/healthz", "/admin/login/")} == {200}
    assert "Traceback" not in running.said
    assert running.said.count("akira.middleware: The database is out of reach") in (1, 2)
    assert running.said.count("It can't be told whether pages have changed; readers get those that are kept") in (1, 2)
