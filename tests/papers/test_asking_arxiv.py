"""Asking arXiv: one request where one will do, failures told apart, and answers kept."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.failures import FetchFailed, Reason
from papers import arxiv, asking, turns
from papers.asking import ask_arxiv
from papers.models import Answer
from tests import stand_ins
from tests.servers import Reply
from tests.stand_ins import ARXIV_FAULTS, ATOM, Paper, entry, error_feed, feed

pytestmark = pytest.mark.django_db

TITLE = "On the Patience of Small Models"


@pytest.fixture
def at_arxiv(settings):
    with stand_ins.arxiv(Paper("2103.99001", version=3), Paper("2103.99002"), Paper("hep-th/9901999")) as stand_in:
        stand_in.use(settings)
        yield stand_in


def ask_one(given, **options):
    """The record for one id; what failed is raised."""
    found = ask_arxiv([given], **options)[given]
    if isinstance(found, FetchFailed):
        raise found
    return found


def outcomes(found):
    """Titles and reasons by id."""
    return {given: str(one.reason) if isinstance(one, FetchFailed) else one.title for given, one in found.items()}


# --- One request -----------------------------------------------------------------------------------------------------


def test_issue_of_thirty_papers_costs_one_request(at_arxiv):
    ids = [f"2104.99{number:03}" for number in range(1, 31)]
    at_arxiv.know(*(Paper(key, title=f"Paper {key}") for key in ids))
    found = ask_arxiv(ids)
    assert outcomes(found) == {key: f"Paper {key}" for key in ids}
    assert len(at_arxiv.requests) == 1


def test_more_than_a_hundred_papers_cost_a_request_for_each_hundred(at_arxiv):
    ids = [f"2104.{number:05}" for number in range(1, 251)]
    at_arxiv.know(*map(Paper, ids))
    assert set(outcomes(ask_arxiv(ids)).values()) == {TITLE}
    assert [len(asked) for asked in at_arxiv.asked_for] == [100, 100, 50]


def test_nothing_to_ask_costs_nothing(at_arxiv):
    assert ask_arxiv([]) == {}
    assert at_arxiv.requests == []


def test_we_say_who_asks(at_arxiv, settings):
    settings.AKIRA_USER_AGENT = "Akira/1 (+https://news.example.org; mailto:desk@example.org)"
    ask_one("2103.99001")
    (asked,) = at_arxiv.requests
    assert asked.headers["user-agent"] == settings.AKIRA_USER_AGENT
    # Robots.txt was not asked for: the interface is made for programs.
    assert asked.path == "/api/query"


@pytest.mark.parametrize(
    ("given", "asked_for", "identity"),
    [
        ("2103.99001", "2103.99001", "arxiv:2103.99001"),
        ("arXiv:2103.99001", "2103.99001", "arxiv:2103.99001"),
        ("https://arxiv.org/pdf/2103.99001v2.pdf", "2103.99001v2", "arxiv:2103.99001"),
        ("10.48550/arXiv.2103.99001", "2103.99001", "arxiv:2103.99001"),
        ("hep-th/9901999", "hep-th/9901999", "arxiv:hep-th/9901999"),
        ("hep-th.QA/9901999v1", "hep-th/9901999v1", "arxiv:hep-th/9901999"),
    ],
)
def test_any_spelling_of_an_id_will_do(at_arxiv, given, asked_for, identity):
    assert ask_one(given).identity == identity
    assert at_arxiv.asked_for == [[asked_for]]


def test_two_spellings_of_one_paper_are_asked_for_once(at_arxiv):
    found = ask_arxiv(["2103.99001", "https://arxiv.org/abs/2103.99001"])
    assert set(outcomes(found).values()) == {TITLE}
    assert at_arxiv.asked_for == [["2103.99001"]]


def test_two_versions_of_one_paper_are_asked_for_apart(at_arxiv):
    found = ask_arxiv(["2103.99001v1", "2103.99001", "2103.99002"])
    assert [len(found[key].versions) for key in found] == [1, 3, 1]
    assert at_arxiv.asked_for == [["2103.99001v1", "2103.99002"], ["2103.99001"]]


# --- What is missing -------------------------------------------------------------------------------------------------


def test_missing_paper_is_not_found_and_others_do_not_suffer(at_arxiv):
    found = ask_arxiv(["2103.99001", "2103.99009", "2103.99002v7", "nonsense", ""])
    assert outcomes(found) == {
        "2103.99001": TITLE,
        "2103.99009": "not-found",
        "2103.99002v7": "not-found",
        "nonsense": "not-found",
        "": "not-found",
    }
    assert len(at_arxiv.requests) == 1
    assert found["2103.99009"].message == "arXiv has no paper 2103.99009. Check the id."
    assert not found["2103.99009"].is_passing


def test_papers_that_nobody_asked_for_are_neither_found_nor_kept(at_arxiv):
    other = entry(Paper("2103.99005"))
    at_arxiv.faults.append(Reply(feed(other, entry(Paper("2103.99002"))), media_type=ATOM))
    assert outcomes(ask_arxiv(["2103.99001", "2103.99002"])) == {"2103.99001": "not-found", "2103.99002": TITLE}
    assert list(Answer.objects.values_list("key", flat=True)) == ["2103.99002"]


def test_list_that_is_empty_by_mistake_is_asked_for_again(at_arxiv):
    at_arxiv.faults.append(ARXIV_FAULTS["no-entries"])
    found = ask_arxiv(["2103.99001", "2103.99002", "2103.99009"])
    assert outcomes(found) == {"2103.99001": TITLE, "2103.99002": TITLE, "2103.99009": "not-found"}
    assert len(at_arxiv.requests) == 2


def test_list_that_stays_empty_is_believed(at_arxiv):
    assert set(outcomes(ask_arxiv(["2103.99008", "2103.99009"])).values()) == {"not-found"}
    assert len(at_arxiv.requests) == 2
    assert not Answer.objects.exists()


def test_list_that_is_shorter_than_it_says_is_asked_for_the_rest(at_arxiv):
    short = feed(entry(Paper("2103.99001"))).replace("totalResults>1<", "totalResults>2<")
    at_arxiv.faults.append(Reply(short, media_type=ATOM))
    assert set(outcomes(ask_arxiv(["2103.99001", "2103.99002"])).values()) == {TITLE}
    assert at_arxiv.asked_for == [["2103.99001", "2103.99002"], ["2103.99002"]]


def test_paper_that_is_not_whole_fails_alone(at_arxiv):
    damaged = entry(Paper("2103.99001")).replace(f"<title>{TITLE}</title>", "<title/>")
    at_arxiv.faults.append(Reply(feed(damaged, entry(Paper("2103.99002"))), media_type=ATOM))
    found = ask_arxiv(["2103.99001", "2103.99002"])
    assert outcomes(found) == {"2103.99001": "parse", "2103.99002": TITLE}
    assert found["2103.99001"].is_passing
    assert list(Answer.objects.values_list("key", flat=True)) == ["2103.99002"]


# --- Ids that spoil a request ----------------------------------------------------------------------------------------


def spoiled_by(at_arxiv, *bad, status=400):
    """Have the stand-in refuse whole requests for ids that it otherwise would take."""
    answer = at_arxiv._answer

    def refuse(asked):
        spoiling = [key for key in asked.query["id_list"][0].split(",") if key in bad]
        if not spoiling:
            return answer(asked)
        return Reply(error_feed(f"incorrect id format for {spoiling[0]}"), status, ATOM)

    at_arxiv._answer = refuse


@pytest.mark.parametrize(("status", "most"), [(200, 3), (400, 12)], ids=["id-is-named", "id-is-not-named"])
def test_ids_that_spoil_a_request_do_not_harm_the_others(at_arxiv, status, most):
    ids = [f"2104.99{number:03}" for number in range(1, 33)]
    at_arxiv.know(*map(Paper, ids))
    spoiled_by(at_arxiv, "2104.99007", "2104.99008", status=status)
    found = outcomes(ask_arxiv(ids))
    assert {key for key in ids if found[key] == "not-found"} == {"2104.99007", "2104.99008"}
    assert {found[key] for key in ids} == {"not-found", TITLE}
    assert len(at_arxiv.requests) <= most


def test_single_id_that_arxiv_refuses_is_not_found(at_arxiv):
    spoiled_by(at_arxiv, "2103.99001")
    assert outcomes(ask_arxiv(["2103.99001"])) == {"2103.99001": "not-found"}
    assert len(at_arxiv.requests) == 1


def test_refusals_without_end_are_borne_with_for_a_while(at_arxiv):
    ids = [f"2104.99{number:03}" for number in range(1, 101)]
    spoiled_by(at_arxiv, *ids)
    found = ask_arxiv(ids)
    assert len(at_arxiv.requests) <= asking.MOST_SPARE + 1
    given_up = [one for one in found.values() if one.reason == Reason.SERVER_ERROR]
    assert given_up
    assert all(one.is_passing for one in given_up)


def test_papers_that_are_too_much_together_are_asked_for_apart(at_arxiv, monkeypatch):
    ids = [f"2104.99{number:03}" for number in range(1, 9)]
    many = tuple(f"Author Number {number}" for number in range(100))
    at_arxiv.know(*(Paper(key, authors=many) for key in ids))
    monkeypatch.setattr(asking, "MOST_BYTES", 5 * len(entry(Paper(ids[0], authors=many))))
    assert set(outcomes(ask_arxiv(ids)).values()) == {TITLE}
    assert [len(asked) for asked in at_arxiv.asked_for] == [8, 4, 4]


def test_paper_that_is_too_much_alone_is_told(at_arxiv, monkeypatch):
    monkeypatch.setattr(asking, "MOST_BYTES", 100)
    assert set(outcomes(ask_arxiv(["2103.99001", "2103.99002"])).values()) == {"too-large"}


# --- Faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("unavailable", "server-error"),
        ("busy", "blocked"),
        ("busy-says-until-when", "blocked"),
        ("nothing", "parse"),
        ("malformed", "parse"),
        ("cut", "parse"),
        ("wrong-encoding", "parse"),
        ("entity-bomb", "parse"),
        ("external-entity", "parse"),
        ("page", "parse"),
        ("error-entry", "server-error"),
    ],
)
def test_fault_is_told_costs_one_request_and_leaves_nothing_behind(at_arxiv, name, reason):
    Answer.objects.create(source="arxiv", key="2103.99001", version="v3", body="kept")
    at_arxiv.faults.append(ARXIV_FAULTS[name])
    found = ask_arxiv(["2103.99001", "2103.99002"])
    assert set(outcomes(found).values()) == {reason}
    assert all(one.is_passing for one in found.values())
    assert len(at_arxiv.requests) == 1
    assert list(Answer.objects.values_list("key", "version", "body")) == [("2103.99001", "v3", "kept")]


def test_connection_that_breaks_off_is_told(at_arxiv):
    at_arxiv.faults.append(Reply(feed()[:100], media_type=ATOM, headers={"Content-Length": "5000"}))
    with pytest.raises(FetchFailed) as failed:
        ask_one("2103.99001")
    assert (failed.value.reason, failed.value.is_passing) == (Reason.SERVER_ERROR, True)


def test_slow_answer_is_a_timeout(at_arxiv, monkeypatch):
    monkeypatch.setattr(asking, "SHORTEST_REQUEST", 0.2)
    done = threading.Event()
    at_arxiv.faults.append(stand_ins.slow(done))
    with pytest.raises(FetchFailed) as failed:
        ask_one("2103.99001", deadline=0.5)
    done.set()
    assert (failed.value.reason, failed.value.is_passing) == (Reason.TIMEOUT, True)


def test_interface_that_is_not_there_is_told(at_arxiv, settings):
    settings.AKIRA_ARXIV_URL = "http://127.0.0.1:1/api/query"
    settings.AKIRA_FETCH_ALLOW = ["127.0.0.1:1"]
    with pytest.raises(FetchFailed) as failed:
        ask_one("2103.99001")
    assert (failed.value.reason, failed.value.is_passing) == (Reason.SERVER_ERROR, True)


def test_after_a_fault_that_passes_no_further_batch_is_asked_for(at_arxiv):
    at_arxiv.faults.append(ARXIV_FAULTS["unavailable"])
    found = ask_arxiv([f"2104.{number:05}" for number in range(1, 251)])
    assert set(outcomes(found).values()) == {"server-error"}
    assert len(at_arxiv.requests) == 1


def test_arxiv_that_wants_to_be_left_alone_is_left_alone_by_all(at_arxiv):
    at_arxiv.faults.append(Reply("Rate exceeded.", 429, "text/plain", {"Retry-After": "600"}))
    with pytest.raises(FetchFailed) as failed:
        ask_one("2103.99001")
    assert failed.value.retry_after == 600
    with pytest.raises(FetchFailed, match="left alone") as failed:
        ask_one("2103.99002")
    assert (failed.value.is_passing, 590 < failed.value.retry_after < 601) == (True, True)
    assert len(at_arxiv.requests) == 1


@pytest.mark.parametrize("status", [200, 429])
def test_arxiv_that_is_asked_too_often_is_left_alone_for_longer(at_arxiv, settings, status):
    settings.AKIRA_ARXIV_SPACING = 0.1
    at_arxiv.faults.append(Reply("Rate exceeded.", status, "text/plain"))
    with pytest.raises(FetchFailed):
        ask_one("2103.99001")
    ask_one("2103.99001")
    assert min(at_arxiv.spacings) >= 1.0


def test_failures_of_one_request_are_one_each(at_arxiv):
    at_arxiv.faults.append(ARXIV_FAULTS["unavailable"])
    first, second = ask_arxiv(["2103.99001", "2103.99002"]).values()
    assert first is not second
    assert (first.message, first.status) == (second.message, second.status)


# --- Answers kept ----------------------------------------------------------------------------------------------------


def test_answer_is_kept_by_id_and_version_as_it_came(at_arxiv):
    record = ask_one("2103.99001")
    kept = Answer.objects.get()
    assert (kept.source, kept.key, kept.version) == ("arxiv", "2103.99001", "v3")
    assert arxiv.read_entry(kept.body) == record


def test_version_that_was_answered_before_is_never_asked_for_again(at_arxiv):
    first = ask_one("2103.99001v3")
    at_arxiv.faults.append(ARXIV_FAULTS["unavailable"])
    assert ask_one("2103.99001v3") == first
    assert len(at_arxiv.requests) == 1


def test_version_learnt_as_the_newest_is_kept_too(at_arxiv):
    ask_one("2103.99001")
    assert ask_one("2103.99001v3").versions == ("v1", "v2", "v3")
    assert len(at_arxiv.requests) == 1


def test_without_a_version_arxiv_is_asked_every_time(at_arxiv):
    ask_one("2103.99001")
    at_arxiv.know(Paper("2103.99001", version=4, title="Better"))
    record = ask_one("2103.99001")
    assert (record.title, record.versions[-1]) == ("Better", "v4")
    assert list(Answer.objects.order_by("version").values_list("version", flat=True)) == ["v3", "v4"]


def test_kept_answer_that_can_not_be_read_any_more_is_asked_for_again(at_arxiv):
    Answer.objects.create(source="arxiv", key="2103.99001", version="v3", body="<entry")
    assert ask_one("2103.99001v3").title == TITLE
    assert arxiv.read_entry(Answer.objects.get().body).title == TITLE


def test_kept_answer_is_not_passed_off_as_new(at_arxiv):
    ask_one("2103.99001")
    at_arxiv.faults.append(ARXIV_FAULTS["unavailable"])
    with pytest.raises(FetchFailed):
        ask_one("2103.99001")


def test_what_arxiv_adds_to_a_version_later_is_kept(at_arxiv):
    ask_one("2103.99001")
    at_arxiv.know(Paper("2103.99001", version=3, journal_reference="J. Inv. Res. 4"))
    ask_one("2103.99001")
    assert ask_one("2103.99001v3").venue == "J. Inv. Res. 4"


def test_asking_for_many_kept_versions_takes_one_query(at_arxiv, django_assert_num_queries):
    ids = [f"2104.99{number:03}v1" for number in range(1, 31)]
    at_arxiv.know(*(Paper(key.removesuffix("v1")) for key in ids))
    ask_arxiv(ids)
    with django_assert_num_queries(1):
        assert set(outcomes(ask_arxiv(ids)).values()) == {TITLE}
    assert len(at_arxiv.requests) == 1


def test_keeping_many_answers_takes_as_many_queries_as_keeping_one(at_arxiv):
    def count(ids):
        with CaptureQueriesContext(connection) as captured:
            ask_arxiv(ids)
        return len(captured)

    ids = [f"2104.99{number:03}" for number in range(1, 31)]
    at_arxiv.know(*map(Paper, ids))
    assert count(ids) == count(["2103.99001"]) > 0


# --- Turns -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_threads_ask_one_at_a_time_and_at_a_distance(at_arxiv, settings):
    settings.AKIRA_ARXIV_SPACING = 0.05

    def ask():
        try:
            ask_arxiv(["2103.99001"])
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(at_arxiv.requests), at_arxiv.most_at_once) == (5, 1)
    assert min(at_arxiv.spacings) >= 0.05


def test_turn_that_does_not_come_is_a_timeout_without_a_request(at_arxiv):
    with turns.turn("arxiv", spacing=0, deadline=1), pytest.raises(FetchFailed, match="Too many are waiting"):
        ask_one("2103.99001", deadline=asking.SHORTEST_REQUEST + 0.1)
    assert at_arxiv.requests == []
