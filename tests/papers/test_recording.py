"""Asking for what the outside says of works, and writing it down: filled, never overwritten, never lost."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from common import due
from common.failures import FetchFailed, Reason
from common.storing import Stored
from papers import fetching, recording
from papers.catalogue import find_or_create_works, merge
from papers.models import Alias, Fetch, Origin, Work
from papers.recording import card_image, lane_of, record, request, request_new
from papers.records import PageImage, Record
from tests.common.pictures import picture
from tests.factories import make_work
from tests.servers import Reply, serving

pytestmark = pytest.mark.django_db

POST = "https://lab.example/posts/sleep"
PAPER = "https://arxiv.org/abs/2103.03230"
SAID = Record(
    identity="url:lab.example/posts/sleep",
    url=POST,
    kind="article",
    title="Why networks sleep",
    authors=("Aiko Example", "眠子"),
    published_on=datetime.date(2021, 3, 4),
    description="What the lab says.",
    site_name="The Lab",
)
PAPER_SAID = Record(
    identity="arxiv:2103.03230",
    url=PAPER,
    kind="paper",
    title="Sleeping Networks",
    authors=("Aiko Example",),
    abstract="They sleep.",
    published_on=datetime.date(2021, 3, 5),
    versions=("v1", "v2"),
)
FIELDS = ("title", "authors", "abstract", "doi", "venue", "published_on", "versions", "withdrawn", "kind")


def fetch_of(url=POST, **values):
    work = make_work(url, **values)
    request([work])
    return Fetch.objects.get(work=work)


def stored(row):
    row.refresh_from_db()
    return row


def held(fetch):
    """The fetch as its worker holds it."""
    Fetch.objects.filter(pk=fetch.pk).update(
        holder=due.new_holder(), leased_until=Now() + datetime.timedelta(minutes=2)
    )
    return stored(fetch)


# --- Asking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        (PAPER, "arxiv"),
        ("https://doi.org/10.5555/sleep", "crossref"),
        (POST, "lab.example"),
        ("http://127.0.0.1:8123/x", "127.0.0.1:8123"),
        ("https://例え.テスト/x", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_the_lane_is_the_interface_or_the_host(url, lane):
    assert lane_of(make_work(url)) == lane


def test_what_is_requested_is_due_now():
    works = [make_work(PAPER), make_work(POST)]
    assert request(works) == 2
    assert set(Fetch.objects.due().values_list("work", "lane", "attempts")) == {
        (works[0].pk, "arxiv", 0),
        (works[1].pk, "lab.example", 0),
    }


def test_requesting_again_makes_no_second_row_and_forgets_the_failure():
    fetch = fetch_of()
    Fetch.objects.update(due_at=None, attempts=6, last_error="dns", last_message="No.", failed_at=timezone.now())
    request([fetch.work, fetch.work])
    fetch = stored(fetch)
    assert (Fetch.objects.count(), fetch.attempts, fetch.last_error, fetch.failed_at) == (1, 0, "", None)
    assert Fetch.objects.due().get() == fetch


def test_what_was_read_stays_when_it_is_requested_again():
    fetch = fetch_of()
    record(fetch, SAID)
    request([fetch.work])
    assert stored(fetch).record == SAID


def test_what_is_in_work_is_done_once_more_afterwards():
    fetch = held(fetch_of())
    request([fetch.work])
    assert stored(fetch).holder
    assert due.finish(Fetch(pk=fetch.pk, holder=fetch.holder, due_at=timezone.now() - datetime.timedelta(hours=1)))
    assert Fetch.objects.due().get() == fetch


def test_a_merged_work_is_requested_as_what_it_became():
    loser, winner = make_work(POST), make_work(PAPER)
    merge(loser, winner)
    assert request([loser, winner]) == 1
    assert Fetch.objects.get().work == winner


def test_a_work_that_readers_are_sent_elsewhere_for_changes_its_lane():
    fetch = fetch_of()
    Work.objects.update(url="https://other.example/sleep")
    request(Work.objects.all())
    assert stored(fetch).lane == "other.example"


def test_requesting_nothing_does_nothing():
    assert request([]) == request(Work.objects.none()) == request_new([]) == 0


def test_only_what_was_never_asked_for_and_is_no_sample_is_new():
    known, sample, new = fetch_of().work, make_work(origin=Origin.SAMPLE), make_work(PAPER, origin=Origin.IMPORT)
    Fetch.objects.update(due_at=None)
    assert request_new([known, sample, new]) == 1
    assert [fetch.work for fetch in Fetch.objects.due()] == [new]


@pytest.mark.parametrize("size", [1, 500])
def test_the_number_of_queries_does_not_grow(size, django_assert_max_num_queries):
    works = list(find_or_create_works([f"https://lab.example/{number}" for number in range(size)]).values())
    for _ in range(2):
        # Two of them are the beginning and the end of a savepoint.
        with django_assert_max_num_queries(9):
            request(works)
    assert Fetch.objects.count() == size


# --- Filling -------------------------------------------------------------------------------------------------------


def test_an_empty_work_is_filled():
    work = record(fetch_of(), SAID)
    assert (work.title, work.authors, work.venue) == ("Why networks sleep", ["Aiko Example", "眠子"], "The Lab")
    assert (work.published_on, work.kind, work.url) == (datetime.date(2021, 3, 4), "article", POST)
    fetch = Fetch.objects.get()
    assert fetch.record == SAID
    assert fetch.fetched_at


def test_recording_again_changes_nothing():
    fetch = fetch_of(PAPER)
    record(fetch, PAPER_SAID)
    before = Work.objects.values().get(), Fetch.objects.values("said", "written").get()
    record(fetch, PAPER_SAID)
    assert (Work.objects.values().get(), Fetch.objects.values("said", "written").get()) == before


def test_what_an_editor_or_an_import_wrote_stays():
    own = {
        "title": "眠るネット",
        "authors": ["Somebody"],
        "abstract": "By hand.",
        "doi": "10.5555/own",
        "venue": "ICML 2021",
        "published_on": datetime.date(2020, 1, 1),
        "kind": "video",
    }
    fetch = fetch_of(PAPER, **own)
    said = replace(PAPER_SAID, doi="10.5555/other", venue="Elsewhere")
    for _ in range(2):
        work = record(fetch, said)
    assert {name: getattr(work, name) for name in own} == own


def test_what_a_fetch_wrote_is_corrected_by_the_next():
    fetch = fetch_of()
    record(fetch, SAID)
    work = record(fetch, replace(SAID, title="Why networks dream", published_on=datetime.date(2021, 3, 9)))
    assert (work.title, work.published_on) == ("Why networks dream", datetime.date(2021, 3, 9))


def test_what_an_editor_changed_after_a_fetch_stays():
    fetch = fetch_of()
    record(fetch, SAID)
    Work.objects.update(title="My title")
    assert record(fetch, replace(SAID, title="Why networks dream")).title == "My title"
    assert stored(fetch).record.title == "Why networks dream"


def test_nothing_is_ever_replaced_by_what_is_empty():
    fetch = fetch_of(PAPER)
    full = replace(
        PAPER_SAID, doi="10.5555/x", venue="ICML", comment="8 pages", image=PageImage("https://a.example/b.png")
    )
    record(fetch, full)
    before = Work.objects.values(*FIELDS).get()
    record(fetch, Record(identity="arxiv:2103.03230", url=PAPER))
    assert Work.objects.values(*FIELDS).get() == before
    assert stored(fetch).record == full


def test_a_value_too_long_for_its_place_is_passed_over():
    work = record(fetch_of(), replace(SAID, doi="10.5555/" + "x" * 300))
    assert work.doi == ""
    assert work.title == SAID.title


def test_a_site_is_not_the_venue_of_a_paper():
    assert record(fetch_of(PAPER), replace(PAPER_SAID, site_name="The Lab")).venue == ""


@pytest.mark.parametrize(
    ("url", "before", "said", "after"),
    [
        (POST, "article", "paper", "paper"),
        (POST, "other", "video", "video"),
        (POST, "video", "paper", "video"),
        (POST, "article", "", "article"),
        (POST, "article", "nonsense", "article"),
        (PAPER, "paper", "other", "other"),
        (PAPER, "video", "paper", "video"),
    ],
)
def test_the_kind_is_corrected_while_nobody_chose_it(url, before, said, after):
    fetch = fetch_of(url, kind=before)
    assert record(fetch, replace(SAID, identity=fetch.work.identity, kind=said)).kind == after


# --- Versions and withdrawals --------------------------------------------------------------------------------------


def test_versions_become_more_and_never_fewer():
    fetch = fetch_of(PAPER, versions=["v1", "v3"])
    assert record(fetch, PAPER_SAID).versions == ["v1", "v2", "v3"]
    ten = tuple(f"v{number}" for number in range(1, 11))
    assert record(fetch, replace(PAPER_SAID, versions=ten)).versions == list(ten)
    assert record(fetch, replace(PAPER_SAID, versions=())).versions == list(ten)


def test_a_withdrawal_is_noted_and_silence_takes_nothing_back():
    fetch = fetch_of(PAPER)
    record(fetch, replace(PAPER_SAID, withdrawn=True))
    assert record(fetch, PAPER_SAID).withdrawn
    assert stored(fetch).record.withdrawn


def test_a_newer_version_that_is_not_withdrawn_takes_it_back():
    fetch = fetch_of(PAPER)
    record(fetch, replace(PAPER_SAID, withdrawn=True))
    assert not record(fetch, replace(PAPER_SAID, versions=("v1", "v2", "v3"))).withdrawn
    assert not stored(fetch).record.withdrawn


def test_a_withdrawal_that_an_editor_or_an_import_noted_stays():
    fetch = fetch_of(PAPER, withdrawn=True)
    assert record(fetch, replace(PAPER_SAID, versions=("v1", "v2", "v3"))).withdrawn


def test_a_withdrawal_that_an_editor_took_away_does_not_come_back():
    fetch = fetch_of(PAPER)
    record(fetch, replace(PAPER_SAID, withdrawn=True))
    Work.objects.update(withdrawn=False)
    assert not record(fetch, replace(PAPER_SAID, withdrawn=True)).withdrawn


# --- Another identity ----------------------------------------------------------------------------------------------


def test_an_address_that_moved_is_learnt():
    work = record(fetch_of(), replace(SAID, identity="url:new.example/sleep", url="https://new.example/sleep"))
    assert (work.identity, work.url) == ("url:lab.example/posts/sleep", POST)
    assert find_or_create_works(["https://new.example/sleep"])["https://new.example/sleep"] == work


def test_a_page_that_is_a_paper_becomes_the_paper():
    fetch = fetch_of()
    work = record(fetch, PAPER_SAID)
    assert (work.identity, work.arxiv_id, work.kind, work.url) == ("arxiv:2103.03230", "2103.03230", "paper", POST)
    assert find_or_create_works([POST, PAPER]) == {POST: work, PAPER: work}


def test_a_page_that_is_a_known_paper_is_merged_with_it_and_its_fetch_follows():
    fetch, paper = fetch_of(title="A page"), make_work(PAPER)
    work = record(fetch, replace(PAPER_SAID, description="Of the page"))
    assert (work, stored(fetch).work) == (paper, paper)
    assert Work.objects.get(identity="url:lab.example/posts/sleep").merged_into == paper
    # Merging hands an editor's title on, and that stays.
    assert (work.title, work.abstract, fetch.lane) == ("A page", "They sleep.", "arxiv")
    assert fetch.record.description == "Of the page"


def test_the_fetch_of_a_known_paper_takes_over():
    page, paper = fetch_of(), fetch_of(PAPER)
    record(paper, PAPER_SAID)
    work = record(page, replace(PAPER_SAID, description="Of the page", title="Sleeping Networks, revised"))
    assert (work, stored(page).work.merged_into) == (paper.work, paper.work)
    assert work.title == "Sleeping Networks, revised"
    assert stored(paper).record.description == "Of the page"
    assert page.said == {}


def test_what_was_merged_meanwhile_is_recorded_for_what_it_became():
    fetch, paper = fetch_of(), make_work(PAPER)
    merge(fetch.work, paper)
    assert record(fetch, SAID) == paper
    assert (stored(fetch).work, stored(paper).title) == (paper, SAID.title)


def test_further_names_that_a_register_has_are_learnt_if_they_are_free():
    taken = make_work("https://doi.org/10.5555/taken")
    said = replace(PAPER_SAID, identity="doi:10.5555/sleep", names=("doi:10.5555/alias", "doi:10.5555/taken"))
    work = record(fetch_of("https://doi.org/10.5555/sleep"), said)
    assert list(work.aliases.values_list("identity", flat=True)) == ["doi:10.5555/alias"]
    assert stored(taken).merged_into is None


def test_a_paper_that_could_not_be_asked_for_is_asked_for_again_once():
    fetch = held(fetch_of())
    said = replace(SAID, names=("arxiv:2103.03230",))
    record(fetch, said)
    assert due.finish(fetch)
    assert stored(fetch).due_at > timezone.now() + recording.ASKED_AGAIN_AFTER / 2
    assert not Alias.objects.exists()
    Fetch.objects.update(due_at=Now())
    fetch = held(fetch)
    record(fetch, said)
    assert due.finish(fetch)
    assert stored(fetch).due_at is None


@pytest.mark.parametrize(
    ("landed", "words"), [("https://lab.example/", "its front page"), ("https://lab.example/login", "a page to log in")]
)
def test_what_stands_in_the_way_of_a_page_is_not_recorded(landed, words):
    fetch = fetch_of()
    with pytest.raises(FetchFailed, match=words) as failure:
        record(fetch, replace(SAID, url=landed, title="Welcome"))
    assert failure.value.reason == Reason.REDIRECT
    assert not failure.value.is_passing
    assert (stored(fetch.work).title, stored(fetch).said) == ("", {})


def test_a_work_that_was_deleted_meanwhile_is_left_alone():
    fetch = fetch_of()
    Work.objects.all().delete()
    with pytest.raises(Fetch.DoesNotExist):
        record(fetch, SAID)


# --- The picture ---------------------------------------------------------------------------------------------------


@pytest.fixture
def pictures(settings, tmp_path):
    """A server of pictures, with the store of uploads in a folder of the test."""
    settings.MEDIA_ROOT = str(tmp_path)
    answers = {
        "/a.png": Reply(picture(size=(40, 20)), media_type="image/png"),
        "/text.png": Reply("no picture", media_type="image/png"),
    }
    with serving(lambda asked: answers.get(asked.path, Reply(status=404))) as server:
        settings.AKIRA_FETCH_ALLOW = [server.host_port]
        yield server


def test_the_picture_of_a_card_is_fetched_once_and_stored(pictures, tmp_path):
    fetch = fetch_of()
    said = replace(SAID, image=PageImage(f"{pictures.base}/a.png", "A red field"))
    for _ in range(2):
        record(fetch, said, image=card_image(fetch, said))
        fetch = stored(fetch)
    assert pictures.targets.count("/a.png") == 1
    assert (fetch.image_width, fetch.image_height) == (40, 20)
    assert (tmp_path / fetch.image.name).is_file()
    assert fetch.image.name.startswith("cards/")


@pytest.mark.parametrize("path", ["/text.png", "/missing.png"])
def test_a_picture_that_cannot_be_had_spoils_nothing(pictures, path):
    fetch = fetch_of()
    said = replace(SAID, image=PageImage(f"{pictures.base}{path}"))
    assert card_image(fetch, said) is None
    record(fetch, said)
    assert (stored(fetch).image, fetch.record.title) == ("", SAID.title)


def test_a_picture_is_kept_while_its_successor_cannot_be_had(pictures):
    fetch = fetch_of()
    first = replace(SAID, image=PageImage(f"{pictures.base}/a.png"))
    record(fetch, first, image=card_image(fetch, first))
    fetch = stored(fetch)
    name = fetch.image.name
    second = replace(SAID, image=PageImage(f"{pictures.base}/missing.png"))
    record(fetch, second, image=card_image(fetch, second))
    assert stored(fetch).image.name == name
    # It is tried again the next time.
    assert card_image(fetch, second) is None
    assert pictures.targets.count("/missing.png") >= 2


def test_a_page_without_a_picture_costs_no_request(pictures):
    assert card_image(fetch_of(), SAID) is None
    assert pictures.requests == []


# --- Several at once -----------------------------------------------------------------------------------------------


def at_once(*deeds):
    """Do all of it at the same moment, each on a connection of its own; what they return or raise."""
    start = threading.Barrier(len(deeds))

    def do(deed):
        start.wait()
        try:
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def errors(results):
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.django_db(transaction=True)
def test_several_recorders_of_pages_of_one_paper_end_with_one_work():
    fetches = [fetch_of(f"https://lab.example/{number}") for number in range(6)]
    results = at_once(*(lambda fetch=fetch: record(fetch, PAPER_SAID) for fetch in fetches))
    assert errors(results) == []
    [work] = Work.objects.current()
    assert (work.identity, work.title, work.merged.count()) == ("arxiv:2103.03230", "Sleeping Networks", 5)
    assert set(find_or_create_works([fetch.work.url for fetch in fetches]).values()) == {work}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(3))
def test_two_works_that_each_lead_to_the_other_become_one(_):
    one, other = fetch_of("https://a.example/sleep-well"), fetch_of("https://b.example/sleep-well")
    results = at_once(
        lambda: record(one, replace(SAID, identity=other.work.identity)),
        lambda: record(other, replace(SAID, identity=one.work.identity)),
    )
    assert errors(results) == []
    assert Work.objects.current().get().title == SAID.title


@pytest.mark.django_db(transaction=True)
def test_recording_merging_requesting_and_linking_at_once_lose_nothing():
    works = list(find_or_create_works([f"https://lab.example/{number}" for number in range(8)]).values())
    request(works)
    fetches = list(Fetch.objects.select_related("work").order_by("-pk"))
    paper = make_work(PAPER)
    results = at_once(
        *(lambda fetch=fetch: record(fetch, PAPER_SAID) for fetch in fetches[:4]),
        *(lambda work=work: merge(work, paper) for work in works[2:6]),
        *(lambda order=order: request(works[::order]) for order in (1, -1)),
        lambda: find_or_create_works([PAPER, *(work.url for work in works)]),
    )
    assert errors(results) == []
    assert Work.objects.current().count() == 3
    assert stored(paper).title == "Sleeping Networks"


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_a_paper_and_who_merges_a_page_into_it_do_not_wait_in_a_circle():
    fetch, paper = fetch_of(), make_work(PAPER)
    is_asked_for, is_merged = threading.Event(), threading.Event()

    @transaction.atomic
    def ask():
        request([paper])
        is_asked_for.set()
        assert is_merged.wait(10)

    @transaction.atomic
    def merge_and_record():
        assert is_asked_for.wait(10)
        merge(fetch.work, paper)
        is_merged.set()
        return record(fetch, PAPER_SAID)

    assert errors(at_once(ask, merge_and_record)) == []
    assert stored(paper).title == "Sleeping Networks"
    assert Fetch.objects.filter(work=paper).count() == 1


def is_waiting_for_a_lock():
    with connection.cursor() as cursor:
        # Within a transaction the same answer would come again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        cursor.execute(f"SELECT EXISTS ({waiting})")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_who_asks_does_not_wait_for_a_row_that_is_being_led_to_another_work():
    fetch, paper, other = fetch_of(), make_work(PAPER), make_work("https://lab.example/other")
    request([paper])
    is_led_away, is_asked = threading.Event(), threading.Event()

    @transaction.atomic
    def lead_to_the_paper():
        rows = Fetch.objects.filter(pk=fetch.pk)
        rows.update(work=other)
        is_led_away.set()
        while not (is_asked.is_set() or is_waiting_for_a_lock()):
            is_asked.wait(0.01)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(work=paper)

    def ask():
        assert is_led_away.wait(10)
        try:
            request([fetch.work, paper])
        finally:
            is_asked.set()

    assert errors(at_once(lead_to_the_paper, ask)) == []
    assert Fetch.objects.filter(work__in=[paper, other]).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_work_that_is_deleted_at_this_moment_leaves_no_fault():
    for _ in range(5):
        fetch = held(fetch_of())
        results = at_once(lambda fetch=fetch: fetching._record(fetch, SAID), fetch.work.delete)
        assert errors(results) == []
        assert not Fetch.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(3))
def test_an_editor_who_saves_at_this_moment_keeps_the_text(_):
    def edit():
        return Work.objects.filter(title="").update(title="By hand")

    fetch = fetch_of()
    [said, edited] = at_once(lambda: record(fetch, SAID), edit)
    assert said.title == ("By hand" if edited else SAID.title)
    assert record(fetch, SAID).title == stored(fetch.work).title == said.title


def test_a_stored_picture_is_named_by_its_row():
    fetch = fetch_of()
    said = replace(SAID, image=PageImage("https://lab.example/a.png"))
    record(fetch, said, image=Stored("cards/abc.png", 40, 20, "abc"))
    assert stored(fetch).image.url == "/uploads/cards/abc.png"
