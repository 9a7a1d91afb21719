"""Works are found or created by any spelling, and two that are one are merged."""

import threading

import pytest
from django.db import connection

from papers.catalogue import CannotMerge, find_or_create_works, known_works, merge
from papers.identifiers import MalformedURL, home_url, identity
from papers.models import Alias, Origin, Work
from tests.factories import make_entry, make_work

SPELLINGS = [
    "https://arxiv.org/abs/2103.03230v2",
    "http://arxiv.org/pdf/2103.03230.pdf?utm_source=x",
    "arXiv:2103.03230",
]


@pytest.mark.django_db
def test_spellings_of_one_work_make_one_row():
    works = find_or_create_works([*SPELLINGS, "https://example.org/post"])
    assert list(works) == [*SPELLINGS, "https://example.org/post"]
    assert len({work.pk for work in works.values()}) == 2
    work = works[SPELLINGS[0]]
    assert (work.identity, work.kind, work.url) == ("arxiv:2103.03230", "paper", "https://arxiv.org/abs/2103.03230")
    assert works["https://example.org/post"].url == "https://example.org/post"


@pytest.mark.django_db
def test_asking_again_creates_nothing():
    first = find_or_create_works(SPELLINGS, origin=Origin.IMPORT)
    again = find_or_create_works(SPELLINGS)
    assert {work.pk for work in again.values()} == {work.pk for work in first.values()}
    assert Work.objects.get().origin == Origin.IMPORT


@pytest.mark.django_db
def test_what_is_no_address_is_refused_before_anything_is_created():
    with pytest.raises(MalformedURL):
        find_or_create_works(["https://example.org/", "javascript:alert(1)"])
    assert not Work.objects.exists()


@pytest.mark.django_db
def test_nothing_in_nothing_out():
    assert find_or_create_works([]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("size", [5, 500])
def test_the_number_of_queries_does_not_grow(size, django_assert_num_queries):
    addresses = [f"https://example.org/{number}" for number in range(size)]
    find_or_create_works(addresses[: size // 2])
    # Works, aliases; the insert; works and aliases again.
    with django_assert_num_queries(5):
        find_or_create_works(addresses)
    with django_assert_num_queries(2):
        find_or_create_works(addresses)


@pytest.mark.django_db
def test_aliases_and_merged_works_are_followed():
    preprint, paper = make_work("https://arxiv.org/abs/2103.03230"), make_work("https://doi.org/10.1109/5.771073")
    Alias.objects.create(work=paper, identity="openreview:abcde")
    merge(preprint, paper)
    spellings = ["arXiv:2103.03230", "doi:10.1109/5.771073", "https://openreview.net/forum?id=abcde"]
    assert set(find_or_create_works(spellings).values()) == {paper}
    assert Work.objects.count() == 2
    assert known_works(["openreview:abcde", "url:example.org"]) == {"openreview:abcde": paper}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_the_same_works():
    addresses = [f"https://example.org/{number}" for number in range(300)]
    barrier, found = threading.Barrier(4), []

    def ask(order):
        try:
            barrier.wait(timeout=10)
            found.append(find_or_create_works(sorted(addresses, reverse=order)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert Work.objects.count() == 300
    assert len({frozenset((address, work.pk) for address, work in works.items()) for works in found}) == 1


@pytest.mark.django_db
def test_merging_leads_everything_to_the_winner():
    loser = make_work("https://example.org/draft", title="A title", authors=["Ada Example"])
    winner = make_work("https://doi.org/10.1109/5.771073")
    Alias.objects.create(work=loser, identity="url:example.org/older")
    entry = make_entry(url=loser.url)
    assert merge(loser, winner) == winner
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert loser.merged_into == winner
    assert loser.identity == "url:example.org/draft"
    assert set(winner.aliases.values_list("identity", flat=True)) == {"url:example.org/draft", "url:example.org/older"}
    assert (winner.title, winner.authors) == ("A title", ["Ada Example"])
    entry.refresh_from_db()
    assert entry.work == loser


@pytest.mark.django_db
def test_what_the_winner_knows_stays():
    loser, winner = make_work(title="Loser", venue="Somewhere"), make_work(title="Winner")
    merge(loser, winner)
    winner.refresh_from_db()
    assert (winner.title, winner.venue) == ("Winner", "Somewhere")


@pytest.mark.django_db
def test_chains_of_merges_stay_flat():
    first, second, third = make_work(), make_work(), make_work()
    merge(first, second)
    merge(second, third)
    first.refresh_from_db()
    assert first.merged_into == third
    assert set(known_works([first.identity, second.identity]).values()) == {third}


@pytest.mark.django_db
def test_merging_merged_works_merges_what_they_became():
    first, second, third = make_work(), make_work(), make_work()
    merge(first, second)
    assert merge(third, first) == second
    assert merge(second, third) == second
    assert Work.objects.current().get() == second


@pytest.mark.django_db
def test_a_work_is_not_merged_into_itself():
    work = make_work()
    with pytest.raises(CannotMerge, match="into itself"):
        merge(work, work)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_in_opposite_directions_make_one_work():
    one, other = make_work(), make_work()
    barrier, failures = threading.Barrier(2), []

    def join(loser, winner):
        try:
            barrier.wait(timeout=10)
            merge(loser, winner)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Work.objects.current().count() == 1


@pytest.mark.parametrize(
    ("spelling", "home"),
    [
        ("arXiv:2103.03230v2", "https://arxiv.org/abs/2103.03230"),
        ("https://arxiv.org/pdf/hep-th/9901001.pdf", "https://arxiv.org/abs/hep-th/9901001"),
        ("doi:10.1002/(SICI)1<1::A>3.0", "https://doi.org/10.1002/(sici)1%3C1::a%3E3.0"),
        ("https://openreview.net/pdf?id=abcdE", "https://openreview.net/forum?id=abcdE"),
        ("https://www.aclweb.org/anthology/P19-1001.pdf", "https://aclanthology.org/P19-1001/"),
        ("https://youtu.be/dQw4w9WgXcQ?t=4", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://github.com/Owner/Name", "https://github.com/Owner/Name"),
        ("github:owner/name", "https://github.com/owner/name"),
        ("http://example.org/a/?utm_source=x#b", "http://example.org/a/#b"),
    ],
)
def test_a_work_has_a_home(spelling, home):
    assert home_url(spelling) == home
    assert identity(home) == identity(spelling)
