"""Links come in: one candidate for each work, and nothing said twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.collecting import MOST_AT_ONCE, MOST_SUGGESTIONS, Outcome, Sender, collect
from inbox.models import Arrival, Candidate, Way
from papers.addresses import Given
from papers.catalogue import merge
from papers.models import Alias, Fetch, Work
from tests.factories import make_publication, make_work
from tests.inbox.factories import make_candidate, make_source

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.00020"
POST = "https://example.org/post"


def paste(*addresses, by=None, **options):
    given = [Given(one) if isinstance(one, str) else one for one in addresses]
    return collect(given, Sender(Way.PASTE, by=by), publication=make_publication(), **options)


def brought(*addresses, source):
    return collect([Given(one) for one in addresses], Sender(Way.SOURCE, source=source), publication=make_publication())


def suggest(address, name="", words=""):
    return collect([Given(address)], Sender(Way.SUGGESTION, name=name, words=words), publication=make_publication())


def outcomes(collected):
    return [str(one.outcome) for one in collected]


def test_an_address_becomes_a_candidate_with_its_work_and_asks_what_the_outside_says(editor):
    (told,) = paste(Given(f"{POST}?utm_source=mail", "A\npost"), by=editor, note="Read  it", language="en")
    candidate = Candidate.objects.get()
    assert (told.outcome, told.candidate) == (Outcome.ADDED, candidate)
    assert (candidate.url, candidate.url_given) == (POST, f"{POST}?utm_source=mail")
    assert (candidate.title, candidate.note, candidate.language) == ("A post", "Read it", "en")
    assert (candidate.state, candidate.work.identity) == ("new", "url:example.org/post")
    arrival = candidate.arrivals.get()
    assert (arrival.way, arrival.by, arrival.times) == ("paste", editor, 1)
    assert Fetch.objects.get().work == candidate.work
    assert Fetch.objects.due().exists()


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("2103.00020", PAPER),
        ("arXiv:2103.00020v2", PAPER),
        ("https://arxiv.org/pdf/2103.00020v2.pdf", "https://arxiv.org/pdf/2103.00020v2.pdf"),
        ("10.1109/5.771073", "https://doi.org/10.1109/5.771073"),
        ("example.org/post", POST),
    ],
)
def test_an_id_leads_to_the_works_own_page_and_an_address_stays(given, url):
    paste(given)
    assert Candidate.objects.get().url == url


def test_another_spelling_of_a_work_is_an_arrival_not_a_candidate(editor):
    paste(PAPER, by=editor)
    assert outcomes(paste("2103.00020", by=editor)) == ["known"]
    assert Candidate.objects.get().arrivals.get().times == 2


def test_the_same_work_twice_in_one_text_is_one_candidate(editor):
    assert outcomes(paste(PAPER, POST, "2103.00020", by=editor)) == ["added", "added", "known"]
    assert Candidate.objects.count() == 2
    assert {arrival.times for arrival in Arrival.objects.all()} == {1}


def test_what_can_not_be_read_is_told_and_keeps_nothing_else_from_coming_in():
    told = paste("https://", POST, "not an address", "https://me:secret@example.org/", f"{POST}/{'x' * 5000}", "\x00")
    assert outcomes(told) == ["unreadable", "added", *["unreadable"] * 4]
    assert all(one.message for one in told if one.outcome == "unreadable")
    assert Candidate.objects.get().url == POST


def test_nothing_is_nothing():
    assert paste() == []


def test_more_than_can_be_meant_is_left_out_and_told():
    told = paste(*(f"{POST}/{number}" for number in range(MOST_AT_ONCE + 2)))
    assert outcomes(told).count("added") == MOST_AT_ONCE
    assert [one.message for one in told[-2:]] == [f"Only {MOST_AT_ONCE} at once. Send this one again."] * 2


def test_a_further_arrival_fills_in_what_is_missing_and_adds_its_note():
    paste(POST, note="First")
    paste(Given(POST, "A title"), note="Second")
    paste(Given(POST, "Another title"), note="First")
    candidate = Candidate.objects.get()
    assert (candidate.title, candidate.note) == ("A title", "First\n\nSecond")


def test_everybody_who_sends_it_is_remembered(editor, stranger):
    paste(POST, by=editor)
    paste(POST, by=stranger)
    collect([Given(POST)], Sender(Way.API, by=editor), publication=make_publication())
    source = make_source()
    brought(POST, source=source)
    brought(POST, source=source)
    suggest(POST, "Ken", "See page 3")
    arrivals = Candidate.objects.get().arrivals.values_list("way", "by__username", "source__name", "name", "times")
    assert list(arrivals) == [
        ("paste", "mika", None, "", 1),
        ("paste", "stranger", None, "", 1),
        ("api", "mika", None, "", 1),
        ("source", None, "A feed", "", 2),
        ("suggestion", None, None, "Ken", 1),
    ]


def test_readers_are_remembered_each_with_their_words_and_not_without_end():
    for words in ("One", "One", "Two"):
        suggest(POST, "Ken", words)
    assert list(Arrival.objects.values_list("words", "times")) == [("One", 2), ("Two", 1)]
    for number in range(MOST_SUGGESTIONS + 5):
        suggest(POST, "", f"Words {number}")
    assert Arrival.objects.count() == MOST_SUGGESTIONS
    assert sum(Arrival.objects.values_list("times", flat=True)) == MOST_SUGGESTIONS + 8


def test_a_person_opens_anew_what_was_decided_about_and_a_source_does_not():
    dropped = make_candidate(POST, state="dropped")
    assert outcomes(brought(POST, source=make_source())) == ["known"]
    assert dropped.arrivals.count() == 2
    assert outcomes(suggest(POST)) == ["added"]
    assert list(Candidate.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "new"]


def test_a_kept_candidate_stays_kept():
    candidate = make_candidate(POST, state="kept")
    assert outcomes(paste(POST)) == ["known"]
    candidate.refresh_from_db()
    assert candidate.state == "kept"


def test_an_alias_leads_to_the_candidate_of_its_work():
    candidate = make_candidate(PAPER)
    Alias.objects.create(work=candidate.work, identity="url:example.org/post")
    (told,) = paste(POST)
    assert (told.outcome, told.candidate) == ("known", candidate)


def test_what_became_one_by_merging_is_joined_when_it_comes_again(editor, stranger):
    first = make_candidate(POST, by=editor, note="On the page")
    second = make_candidate(PAPER, by=editor, title="A paper", note="On the paper", starred=True, state="kept")
    Arrival.objects.create(candidate=first, way="paste", by=stranger)
    merge(first.work, second.work)
    (told,) = paste(POST, by=editor)
    candidate = Candidate.objects.get()
    assert (told.candidate, candidate.pk, candidate.state) == (second, second.pk, "kept")
    assert (candidate.note, candidate.starred) == ("On the paper\n\nOn the page", True)
    assert set(candidate.arrivals.values_list("by__username", "times")) == {("mika", 3), ("stranger", 1)}


def test_a_merged_work_is_known_though_its_candidate_points_to_the_loser():
    candidate = make_candidate(POST)
    winner = make_work(PAPER)
    merge(candidate.work, winner)
    assert outcomes(paste(PAPER, POST)) == ["known", "known"]
    assert Candidate.objects.get() == candidate


def _queries(count):
    with CaptureQueriesContext(connection) as captured:
        paste(*(f"{POST}/{connection.queries_log.maxlen}/{count}/{number}" for number in range(count)))
    return len(captured)


def test_many_addresses_cost_as_many_queries_as_one():
    make_publication()
    assert _queries(1) == _queries(100)


def _at_once(*deeds):
    barrier = threading.Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_who_sends_the_same_at_once_makes_no_double():
    publication = make_publication()

    def send(number):
        given = [Given(PAPER), Given(POST)][:: 1 if number % 2 else -1]
        return collect(given, Sender(Way.SUGGESTION, words=str(number)), publication=publication)

    told = [one for each in _at_once(*(lambda number=number: send(number) for number in range(6))) for one in each]
    assert outcomes(told).count("added") == 2
    assert (Candidate.objects.count(), Work.objects.count(), Arrival.objects.count()) == (2, 2, 12)


@pytest.mark.django_db(transaction=True)
def test_who_merges_the_works_at_the_same_moment_is_not_waited_for_in_a_circle():
    publication = make_publication()
    addresses = [f"{POST}/{number}" for number in range(20)]
    works = [make_work(address) for address in addresses]

    def send(order):
        given = [Given(address) for address in addresses[::order]]
        return collect(given, Sender(Way.SUGGESTION, words=str(order)), publication=publication)

    def merge_all(order):
        pairs = zip(works[:10], works[10:], strict=True)
        return [merge(*pair) for pair in list(pairs)[::order]]

    _at_once(*(lambda order=order: send(order) for order in (1, -1)), lambda: merge_all(1), lambda: merge_all(-1))
    # What came before a merge and after it is one in the end.
    send(1)
    assert Candidate.objects.open().count() == 10
