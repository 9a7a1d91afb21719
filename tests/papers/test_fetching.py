"""Carrying fetches out: each ends done, or failed with its reason; those for arXiv together."""

import datetime

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from common import due
from papers import fetching, looking_up, recording
from papers.models import Fetch, Work
from tests import stand_ins
from tests.factories import make_work
from tests.servers import Reply, serving
from tests.stand_ins import ARXIV_FAULTS, Paper

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def site(settings):
    """A site on loopback; `site.pages` says what it answers, by path."""

    def answer(asked):
        return running.pages.get(asked.path, Reply(status=404))

    with serving(answer) as running:
        running.pages = {}
        settings.AKIRA_FETCH_ALLOW = [running.host_port]
        yield running


@pytest.fixture
def arxiv(settings):
    """A stand-in of arXiv's interface that knows no papers yet."""
    with stand_ins.arxiv() as running:
        running.use(settings)
        yield running


def request(*urls):
    """Works behind these addresses, whose fetches are due."""
    works = [make_work(url) for url in urls]
    recording.request(works)
    return [work.fetch for work in works]


def carry_out(fetch):
    """What a worker does: the tick claims the fetch, and a task carries it out."""
    due.claim(Fetch, most=100)
    fetching.carry_out(fetch.pk)
    return Fetch.objects.select_related("work").get(pk=fetch.pk)


def test_a_page_becomes_a_record_of_its_work(site):
    site.pages["/post"] = Reply("<title>A post</title><meta name=description content='About things.'>")
    [fetch] = request(f"{site.base}/post")
    fetch = carry_out(fetch)
    assert fetch.work.title == "A post"
    assert fetch.record.description == "About things."
    assert (fetch.due_at, fetch.leased_until, fetch.holder, fetch.attempts) == (None, None, None, 0)
    assert (fetch.last_error, fetch.failed_at) == ("", None)
    assert fetch.fetched_at


def test_a_fetch_that_was_not_claimed_is_not_carried_out(site):
    [fetch] = request(f"{site.base}/post")
    fetching.carry_out(fetch.pk)
    fetching.carry_out(fetch.pk + 1000)
    assert site.requests == []


def test_a_fetch_is_carried_out_once_however_often_its_task_comes(site):
    site.pages["/post"] = Reply("<title>A post</title>")
    [fetch] = request(f"{site.base}/post")
    for _ in range(3):
        carry_out(fetch)
    assert site.targets.count("/post") == 1


def test_a_page_that_is_not_there_is_given_up_with_a_sentence(site):
    [fetch] = request(f"{site.base}/post")
    fetch = carry_out(fetch)
    assert (fetch.last_error, fetch.due_at, fetch.attempts) == ("not-found", None, 1)
    assert "404" in fetch.last_message
    assert list(Fetch.objects.given_up()) == [fetch]


def test_an_address_that_may_not_be_asked_is_given_up(site, settings):
    settings.AKIRA_FETCH_ALLOW = []
    [fetch] = request(f"{site.base}/post")
    assert carry_out(fetch).last_error == "refused"
    assert site.requests == []


def test_a_site_in_trouble_is_asked_again_later(site):
    site.pages["/post"] = Reply(status=503)
    [fetch] = request(f"{site.base}/post")
    fetch = carry_out(fetch)
    assert (fetch.last_error, fetch.attempts, fetch.holder) == ("server-error", 1, None)
    assert due.PAUSES[0] * 0.9 < fetch.due_at - timezone.now() <= due.PAUSES[0] * (1 + due.JITTER)


def test_a_site_that_wants_to_be_left_alone_is(site):
    site.pages["/one"] = Reply(status=429, headers={"Retry-After": "3600"})
    first, second = request(f"{site.base}/one", f"{site.base}/two")
    first = carry_out(first)
    assert (first.last_error, first.attempts) == ("blocked", 1)
    assert first.due_at > timezone.now() + 0.9 * HOUR
    second.refresh_from_db()
    assert second.due_at > timezone.now() + 0.9 * HOUR
    assert "/two" not in site.targets


# --- arXiv -----------------------------------------------------------------------------------------------------------


def test_thirty_papers_cost_one_request(arxiv):
    ids = [f"2103.{number:05}" for number in range(1, 31)]
    arxiv.know(*(Paper(key, title=f"Paper {key}") for key in ids))
    first, *_ = request(*(f"https://arxiv.org/abs/{key}" for key in ids))
    carry_out(first)
    assert [len(asked) for asked in arxiv.asked_for] == [30]
    assert not Fetch.objects.exclude(due_at=None, last_error="", holder=None, leased_until=None, attempts=0).exists()
    assert {work.title for work in Work.objects.all()} == {f"Paper {key}" for key in ids}


def test_a_paper_that_is_missing_fails_alone(arxiv):
    arxiv.know(Paper("2103.00001"), Paper("2103.00003"))
    fetches = request(*(f"https://arxiv.org/abs/2103.0000{number}" for number in (1, 2, 3)))
    carry_out(fetches[0])
    assert list(Fetch.objects.order_by("pk").values_list("last_error", flat=True)) == ["", "not-found", ""]
    assert Fetch.objects.exclude(due_at=None).count() == 0


def test_where_arxiv_is_in_trouble_all_papers_are_asked_for_again_later(arxiv):
    arxiv.faults.extend([ARXIV_FAULTS["unavailable"]] * 5)
    fetches = request("https://arxiv.org/abs/2103.00001", "https://arxiv.org/abs/2103.00002")
    carry_out(fetches[0])
    for fetch in Fetch.objects.all():
        assert (fetch.last_error, fetch.attempts, fetch.holder) == ("server-error", 1, None)
        assert fetch.due_at > timezone.now()


# --- What goes wrong with us -----------------------------------------------------------------------------------------


def test_a_fault_in_our_code_is_a_reason_and_the_log_has_it_with_the_number(site, monkeypatch, caplog):
    monkeypatch.setattr(looking_up, "look_up", lambda given: 1 / 0)
    [fetch] = request(f"{site.base}/post")
    fetch = carry_out(fetch)
    assert (fetch.last_error, fetch.due_at) == ("fault", None)
    assert str(fetch.pk) in fetch.last_message
    assert f"Fetch {fetch.pk}: a fault" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_fault_with_one_paper_leaves_the_others_alone(arxiv, monkeypatch):
    def fail_for_the_second(fetch, said, **options):
        if said.identity.endswith("2"):
            raise ValueError("no such thing")
        return record(fetch, said, **options)

    record = recording.record
    monkeypatch.setattr(recording, "record", fail_for_the_second)
    arxiv.know(*(Paper(f"2103.0000{number}") for number in (1, 2, 3)))
    fetches = request(*(f"https://arxiv.org/abs/2103.0000{number}" for number in (1, 2, 3)))
    carry_out(fetches[0])
    assert list(Fetch.objects.order_by("pk").values_list("last_error", flat=True)) == ["", "fault", ""]


def test_a_fault_with_all_papers_is_logged_once(arxiv, monkeypatch, caplog):
    monkeypatch.setattr(looking_up, "look_up_arxiv", lambda ids: 1 / 0)
    fetches = request("https://arxiv.org/abs/2103.00001", "https://arxiv.org/abs/2103.00002")
    carry_out(fetches[0])
    assert set(Fetch.objects.values_list("last_error", flat=True)) == {"fault"}
    assert caplog.text.count("ZeroDivisionError: ") == 1


def test_a_database_that_has_gone_is_no_fault_of_the_fetch(site, monkeypatch):
    def go(*args, **options):
        raise OperationalError("gone")

    monkeypatch.setattr(recording, "record", go)
    site.pages["/post"] = Reply("<title>A post</title>")
    [fetch] = request(f"{site.base}/post")
    with pytest.raises(OperationalError):
        carry_out(fetch)
    fetch.refresh_from_db()
    assert fetch.last_error == ""
    Fetch.objects.update(leased_until=Now() - HOUR)
    monkeypatch.undo()
    assert due.claim(Fetch, most=1) == [fetch.pk]


# --- What happens meanwhile ------------------------------------------------------------------------------------------


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something happen between the moment at which a page is read and that at which it is recorded."""

    def let(happen):
        def look_up_and_more(given):
            said = look_up(given)
            happen()
            return said

        look_up = looking_up.look_up
        monkeypatch.setattr(looking_up, "look_up", look_up_and_more)

    return let


def test_who_comes_back_after_another_took_over_writes_nothing(site, meanwhile, caplog):
    site.pages["/post"] = Reply("<title>Old news</title>")
    [fetch] = request(f"{site.base}/post")
    other = due.new_holder()
    meanwhile(lambda: Fetch.objects.update(holder=other))
    fetch = carry_out(fetch)
    assert fetch.work.title == ""
    assert (fetch.holder, fetch.fetched_at, fetch.said) == (other, None, {})
    assert "not ours any more" in caplog.text


def test_what_is_asked_for_again_meanwhile_is_fetched_again(site, meanwhile):
    site.pages["/post"] = Reply("<title>A post</title>")
    [fetch] = request(f"{site.base}/post")
    meanwhile(lambda: recording.request([fetch.work]))
    fetch = carry_out(fetch)
    assert fetch.work.title == "A post"
    assert list(Fetch.objects.due()) == [fetch]


def test_a_work_that_is_deleted_meanwhile_stays_deleted(site, meanwhile):
    site.pages["/post"] = Reply("<title>A post</title>")
    [fetch] = request(f"{site.base}/post")
    due.claim(Fetch, most=1)
    meanwhile(lambda: Work.objects.all().delete())
    fetching.carry_out(fetch.pk)
    assert not Work.objects.exists()
    assert not Fetch.objects.exists()
