"""Sources are polled: what is new comes in, what fails is noted and tried later."""

import datetime
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from akira.background.database_queue import DatabaseQueue
from akira.background.ticking import tick
from common import due
from inbox import polling, sources
from inbox.feeds import MOST_ITEMS, Feed, Item
from inbox.models import Candidate, Source
from inbox.polling import MOST_A_POLL, MOST_AT_FIRST, pick
from inbox.queries import search_query
from papers.models import Fetch
from tests import stand_ins
from tests.inbox.factories import make_candidate, make_source
from tests.servers import Asked, Reply, serving
from tests.stand_ins import ARXIV_FAULTS, ATOM, Paper, entry

pytestmark = pytest.mark.django_db

RSS = "application/rss+xml"


def rss(*numbers, title="Notes"):
    items = "".join(
        f"<item><title>Number {n}</title><link>https://example.org/{n}</link><guid>{n}</guid></item>" for n in numbers
    )
    return Reply(f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>', media_type=RSS)


@pytest.fixture
def feed_server(settings):
    """Serves feeds: `feed_server(answer)` is a server whose pages are what the function says, or always one reply."""

    @contextmanager
    def serve(answer):
        with serving(answer if callable(answer) else lambda asked: answer) as server:
            settings.AKIRA_FETCH_ALLOW = [server.host_port]
            yield server

    return serve


def poll(source):
    """Have the source polled as the worker does, and return it as it is then."""
    Source.objects.filter(pk=source.pk).update(due_at=Now())
    assert due.claim(Source, most=1) == [source.pk]
    polling.carry_out(source.pk)
    source.refresh_from_db()
    return source


def titles():
    return list(Candidate.objects.order_by("pk").values_list("title", flat=True))


def wait_of(source):
    return source.due_at - timezone.now()


def test_the_first_poll_brings_the_newest_few_and_the_name(feed_server):
    with feed_server(rss(*range(20, 0, -1))) as server:
        source = poll(make_source(address=f"{server.base}/feed", name="", language="ja", every_hours=3))
    assert titles() == [f"Number {n}" for n in range(16, 21)]
    assert (source.name, source.brought, len(source.seen)) == ("Notes", MOST_AT_FIRST, 20)
    assert {candidate.language for candidate in Candidate.objects.all()} == {"ja"}
    assert {arrival.source for candidate in Candidate.objects.all() for arrival in candidate.arrivals.all()} == {source}
    assert Fetch.objects.due().count() == MOST_AT_FIRST
    assert datetime.timedelta(hours=2.9) < wait_of(source) <= datetime.timedelta(hours=3)
    assert (source.holder, source.attempts, source.last_error) == (None, 0, "")


def test_later_polls_bring_what_is_new_and_nothing_twice(feed_server):
    numbers = [2, 1]
    with feed_server(lambda asked: rss(*numbers)) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
        numbers[:0] = [4, 3]
        poll(source)
        poll(source)
    assert titles() == ["Number 1", "Number 2", "Number 3", "Number 4"]
    assert (source.brought, source.name) == (4, "A feed")


def test_what_is_more_than_a_poll_may_bring_waits_for_the_next(feed_server):
    numbers = [1]
    with feed_server(lambda asked: rss(*numbers)) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
        numbers[:0] = range(MOST_A_POLL + 11, 1, -1)
        poll(source)
        assert Candidate.objects.count() == 1 + MOST_A_POLL
        assert source.etag == ""
        poll(source)
    assert titles() == [f"Number {n}" for n in range(1, MOST_A_POLL + 12)]


def test_an_unchanged_feed_is_not_sent_again(feed_server):
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"one"' and asked.headers.get("if-modified-since") == "yesterday":
            return Reply(status=304)
        reply = rss(1)
        return Reply(reply.body, media_type=RSS, headers={"ETag": '"one"', "Last-Modified": "yesterday"})

    with feed_server(answer) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
        assert (source.etag, source.last_modified) == ('"one"', "yesterday")
        first = source.polled_at
        poll(source)
        assert len(server.requests) == 2
    assert (source.etag, source.last_error, Candidate.objects.count()) == ('"one"', "", 1)
    assert source.polled_at > first


def test_what_an_editor_decided_about_is_not_brought_up_again(feed_server):
    make_candidate("https://example.org/1", state="dropped")
    with feed_server(rss(2, 1)) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "new"]
    assert source.brought == 1


def test_a_page_leads_to_its_feed_which_is_asked_from_then_on(feed_server):
    page = Reply('<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>')
    with feed_server(lambda asked: rss(1) if asked.path == "/feed.xml" else page) as server:
        source = poll(make_source(address=f"{server.base}/blog"))
        assert source.address == f"{server.base}/feed.xml"
        poll(source)
        assert server.targets == ["/blog", "/feed.xml", "/feed.xml"]
    assert titles() == ["Number 1"]


def test_two_pages_that_name_each_other_are_no_feed(feed_server):
    def answer(asked):
        other = "/b" if asked.path == "/a" else "/a"
        return Reply(f'<html><head><link rel="alternate" type="application/rss+xml" href="{other}"></head>')

    with feed_server(answer) as server:
        source = poll(make_source(address=f"{server.base}/a"))
        assert server.targets == ["/a", "/b"]
    assert (source.last_error, source.address) == ("parse", f"{server.base}/a")


@pytest.mark.parametrize(("status", "moves"), [(301, True), (308, True), (302, False), (307, False)])
def test_a_feed_that_moved_for_good_is_asked_at_its_new_place(status, moves, feed_server):
    def answer(asked):
        return rss(1) if asked.path == "/new" else Reply(status=status, headers={"Location": "/new"})

    with feed_server(answer) as server:
        source = poll(make_source(address=f"{server.base}/old"))
    assert source.address == f"{server.base}/{'new' if moves else 'old'}"
    assert titles() == ["Number 1"]


def test_a_feed_that_moved_to_where_another_source_is_stays(feed_server):
    def answer(asked):
        return rss(1) if asked.path == "/new" else Reply(status=301, headers={"Location": "/new"})

    with feed_server(answer) as server:
        make_source(address=f"{server.base}/new")
        source = poll(make_source(address=f"{server.base}/old"))
    assert (source.address, source.last_error) == (f"{server.base}/old", "")


@pytest.mark.parametrize(
    ("reply", "reason", "least", "most"),
    [
        (Reply(status=503), "server-error", 0.9, 2),
        (Reply(status=429, headers={"Retry-After": "7200"}), "blocked", 120, 160),
        (Reply(status=404), "not-found", 11.9 * 60, 12.1 * 60),
        (Reply("Hello", media_type="text/plain"), "parse", 11.9 * 60, 12.1 * 60),
        (Reply(b"\x89PNG", media_type="image/png"), "type", 11.9 * 60, 12.1 * 60),
    ],
    ids=["503", "429", "404", "no feed", "picture"],
)
def test_what_fails_is_noted_and_tried_again_later(reply, reason, least, most, feed_server):
    with feed_server(reply) as server:
        source = poll(make_source(address=f"{server.base}/feed", every_hours=6, seen=["a"]))
    assert source.last_error == reason
    assert source.last_message.endswith(".")
    assert least <= wait_of(source).total_seconds() / 60 <= most
    assert (source.seen, source.polled_at, source.holder) == (["a"], None, None)


def test_pauses_grow_and_end_with_the_first_success(feed_server):
    replies = [Reply(status=404)] * 6 + [rss(1)]
    with feed_server(lambda asked: replies.pop(0)) as server:
        source, hours = make_source(address=f"{server.base}/feed", every_hours=6), []
        for _ in range(6):
            poll(source)
            hours.append(round(wait_of(source).total_seconds() / 3600))
        assert hours == [12, 24, 48, 96, 168, 168]
        poll(source)
    assert (source.last_error, source.attempts, round(wait_of(source).total_seconds() / 3600)) == ("", 0, 6)


@pytest.mark.parametrize(("reply", "reason"), [(Reply(status=410), "gone")])
def test_a_feed_that_is_gone_is_given_up(reply, reason, feed_server):
    with feed_server(reply) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
    assert (source.last_error, source.due_at, source.is_given_up) == (reason, None, True)


def test_a_private_address_is_refused_and_given_up(settings):
    settings.AKIRA_FETCH_ALLOW = []
    source = poll(make_source(address="http://127.0.0.1:9/feed"))
    assert (source.last_error, source.is_given_up) == ("refused", True)


def _take(source):
    """The source as its holder has it, while it is polled."""
    Source.objects.filter(pk=source.pk).update(due_at=Now())
    due.claim(Source, most=1)
    return due.take(Source.objects.select_related("publication"), source.pk)


@pytest.mark.parametrize("reply", [rss(1), Reply(status=404), Reply(status=503)], ids=["well", "404", "503"])
def test_a_source_that_is_paused_while_it_is_read_stays_so(reply, feed_server):
    with feed_server(reply) as server:
        taken = _take(make_source(address=f"{server.base}/feed"))
        sources.pause(taken)
        with polling._outcome_of(taken):
            polling._record(taken, polling._read(taken))
    taken.refresh_from_db()
    assert (taken.due_at, bool(taken.paused_at)) == (None, True)


def test_a_source_asked_for_while_it_is_read_is_read_once_more(feed_server):
    with feed_server(rss(1)) as server:
        taken = _take(make_source(address=f"{server.base}/feed"))
        Source.objects.update(due_at=timezone.now())
        polling._record(taken, polling._read(taken))
    assert list(Source.objects.due()) == [taken]


def test_who_comes_back_after_the_lease_has_run_out_writes_nothing(feed_server):
    with feed_server(rss(1)) as server:
        taken = _take(make_source(address=f"{server.base}/feed"))
        Source.objects.update(holder=due.new_holder())
        polling._record(taken, polling._read(taken))
    assert not Candidate.objects.exists()


def test_a_task_that_comes_twice_polls_once(feed_server):
    with feed_server(rss(1)) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
        polling.carry_out(source.pk)
        polling.carry_out(0)
        assert len(server.requests) == 1


def test_the_worker_polls_what_is_due(feed_server):
    queue = DatabaseQueue()
    with feed_server(rss(1)) as server:
        source = make_source(address=f"{server.base}/feed", due_at=timezone.now())
        assert tick(queue) == 1
        queue.run_one()
        # What it brought is fetched next.
        assert tick(queue) == 1
    source.refresh_from_db()
    assert (titles(), source.brought) == (["Number 1"], 1)


def test_a_database_that_has_gone_is_no_fault_of_the_source(monkeypatch):
    def gone(source):
        raise OperationalError("no answer")

    monkeypatch.setattr(polling, "_read", gone)
    source = make_source(due_at=timezone.now())
    due.claim(Source, most=1)
    with pytest.raises(OperationalError):
        polling.carry_out(source.pk)
    source.refresh_from_db()
    assert (source.last_error, bool(source.holder)) == ("", True)


def test_a_fault_of_ours_is_noted_and_tried_no_more(monkeypatch):
    def fault(source):
        raise ZeroDivisionError

    monkeypatch.setattr(polling, "_read", fault)
    source = poll(make_source())
    assert (source.last_error, source.due_at) == (due.FAULT, None)


def test_a_hostile_feed_brings_texts_and_no_more(feed_server):
    items = (
        "<item><title>&lt;script&gt;x&lt;/script&gt;\u202e</title><link>https://example.org/1</link></item>"
        "<item><title>y</title><link>javascript:alert(1)</link></item>"
        "<item><title>z</title><link>https://me:secret@example.org/</link></item>"
    )
    reply = Reply(f'<rss version="2.0"><channel>{items}</channel></rss>', media_type=RSS)
    with feed_server(reply) as server:
        source = poll(make_source(address=f"{server.base}/feed"))
    assert titles() == ["<script>x</script>"]
    # What can't be read is remembered, too, or it would be met at each poll.
    assert len(source.seen) == 2


@pytest.mark.parametrize(
    ("held", "seen", "taken", "remembered"),
    [
        ("cba", "", "abc", "cba"),
        ("dcba", "cba", "d", "dcba"),
        ("cba", "cba", "", "cba"),
        ("", "cba", "", "cba"),
        ("fe", "cba", "ef", "fecba"),
    ],
)
def test_what_is_picked_of_a_feed(held, seen, taken, remembered):
    feed = Feed("", tuple(Item(mark, f"https://example.org/{mark}") for mark in held))
    picked = pick(feed, list(seen), is_first=False)
    assert "".join(item.mark for item in picked.items) == taken
    assert "".join(picked.seen) == remembered
    assert picked.is_all


def test_what_is_remembered_is_bounded():
    feed = Feed("", tuple(Item(str(number), "https://example.org/") for number in range(MOST_ITEMS)))
    picked = pick(feed, [f"old {number}" for number in range(5000)], is_first=True)
    assert len(picked.seen) == polling.MOST_SEEN
    assert picked.seen[:MOST_ITEMS] == [item.mark for item in feed.items]


@pytest.mark.parametrize(
    ("category", "terms", "expected"),
    [
        ("cs.CL", "", "cat:cs.CL"),
        ("", "zero-shot", 'all:"zero-shot"'),
        ("cs.CL", "instruction  tuning, zero-shot", 'cat:cs.CL AND (all:"instruction tuning" OR all:"zero-shot")'),
        ("", 'a" OR cat:x, 、深層学習，', 'all:"a OR cat:x" OR all:"深層学習"'),
    ],
)
def test_the_query_that_arxiv_is_asked(category, terms, expected):
    assert search_query(category, terms) == expected


# --- arXiv -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_arxiv(settings):
    settings.AKIRA_FETCH_ALLOW = []
    with stand_ins.arxiv() as stand_in:
        stand_in.use(settings)
        yield stand_in
    stand_ins.forget_turns()


def listing(*papers):
    return Reply(stand_ins.feed(*map(entry, papers)), media_type=ATOM)


def test_an_arxiv_query_brings_new_papers(at_arxiv):
    old = Paper("2103.99001", title="Old")
    new = Paper("2103.99002", title="New", published="2021-03-06T00:00:00Z")
    at_arxiv.faults.extend([listing(old), listing(new, old)])
    source = poll(make_source(kind="arxiv", category="cs.LG", terms="patience", every_hours=24))
    assert at_arxiv.requests[0].query == {
        "search_query": ['cat:cs.LG AND (all:"patience")'],
        "start": ["0"],
        "max_results": ["100"],
        "sortBy": ["submittedDate"],
        "sortOrder": ["descending"],
    }
    poll(source)
    assert titles() == ["Old", "New"]
    assert [candidate.work.identity for candidate in Candidate.objects.order_by("pk")] == [
        *("arxiv:2103.99001", "arxiv:2103.99002"),
    ]
    assert round(wait_of(source).total_seconds() / 3600) == 24


def test_a_new_version_of_a_paper_is_no_new_paper(at_arxiv):
    at_arxiv.faults.extend([listing(Paper("2103.99001")), listing(Paper("2103.99001", version=2))])
    poll(poll(make_source(kind="arxiv", category="cs.LG")))
    assert Candidate.objects.count() == 1
    assert Candidate.objects.get().arrivals.get().times == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("unavailable", "server-error"),
        ("busy", "blocked"),
        ("nothing", "parse"),
        ("malformed", "parse"),
        ("entity-bomb", "parse"),
        ("page", "parse"),
    ],
)
def test_what_is_wrong_with_arxiv_is_noted_and_nothing_comes_in(fault, reason, at_arxiv):
    at_arxiv.faults.append(ARXIV_FAULTS[fault])
    source = poll(make_source(kind="arxiv", category="cs.LG", seen=["a"], polled_at=timezone.now()))
    assert (source.last_error, source.seen) == (reason, ["a"])
    assert source.due_at is not None
    assert not Candidate.objects.exists()


def test_polls_of_arxiv_keep_their_distance_like_all_who_ask_it(at_arxiv, settings):
    settings.AKIRA_ARXIV_SPACING = 0.3
    at_arxiv.faults.extend([listing(), listing(), listing()])
    for category in ("cs.LG", "cs.CL", "stat.ML"):
        poll(make_source(kind="arxiv", category=category))
    assert len(at_arxiv.spacings) == 2
    assert min(at_arxiv.spacings) >= 0.3
