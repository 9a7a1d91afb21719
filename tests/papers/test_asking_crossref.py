"""Asking Crossref: politely, by any spelling of a DOI, with failures told apart and the newest answer kept."""

import json
import time

import pytest

from common.failures import FetchFailed, Reason
from papers import asking
from papers.asking import ask_crossref
from papers.models import Answer
from tests import stand_ins
from tests.servers import Reply
from tests.stand_ins import CROSSREF_FAULTS

pytestmark = pytest.mark.django_db

TITLE = "On the Patience of Small Models"


@pytest.fixture
def at_crossref(settings):
    with stand_ins.crossref() as stand_in:
        stand_in.use(settings)
        stand_in.know("10.5555/A")
        yield stand_in


def test_doi_is_looked_up_in_the_polite_pool(at_crossref, settings):
    settings.AKIRA_CONTACT = "desk@example.org"
    assert ask_crossref("10.5555/A").title == TITLE
    (asked,) = at_crossref.requests
    assert (asked.path, asked.query) == ("/works/10.5555%2Fa", {"mailto": ["desk@example.org"]})


@pytest.mark.parametrize(
    "given", ["10.5555/a", "doi:10.5555/A", "https://doi.org/10.5555/a", "http://dx.doi.org/10.5555/A"]
)
def test_any_spelling_of_a_doi_will_do(at_crossref, given):
    assert ask_crossref(given).identity == "doi:10.5555/a"


@pytest.mark.parametrize("doi", ["10.5555/a<b>(c)#d?e=f", "10.5555/日本;1", "10.5555/50%", "10.5555/a//b"])
def test_odd_doi_is_asked_for_as_it_is(at_crossref, doi):
    at_crossref.know(doi)
    assert ask_crossref(doi).title == TITLE


@pytest.mark.parametrize(
    "given", ["10.48550/arXiv.2103.99001", "arXiv:2103.99001", "https://example.org/a", "", "10.5555/" + "a" * 400]
)
def test_what_crossref_can_not_know_is_not_found_without_a_request(at_crossref, given):
    with pytest.raises(FetchFailed) as failed:
        ask_crossref(given)
    assert (failed.value.reason, failed.value.is_passing) == (Reason.NOT_FOUND, False)
    assert at_crossref.requests == []


def test_doi_that_crossref_does_not_know_is_not_found(at_crossref):
    with pytest.raises(FetchFailed, match=r"^Crossref does not know the DOI 10.5281/zenodo.999999.$") as failed:
        ask_crossref("10.5281/zenodo.999999")
    assert (failed.value.reason, failed.value.is_passing) == (Reason.NOT_FOUND, False)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("name", "reason", "is_passing"),
    [
        ("unavailable", Reason.SERVER_ERROR, True),
        ("busy", Reason.BLOCKED, True),
        ("nothing", Reason.PARSE, True),
        ("cut", Reason.PARSE, True),
        ("list", Reason.PARSE, True),
        ("no-message", Reason.PARSE, True),
        ("deep", Reason.PARSE, True),
        ("page", Reason.PARSE, True),
        ("other-work", Reason.PARSE, False),
    ],
)
def test_fault_of_crossref_is_told_and_leaves_nothing_behind(at_crossref, name, reason, is_passing):
    at_crossref.faults.append(CROSSREF_FAULTS[name])
    with pytest.raises(FetchFailed) as failed:
        ask_crossref("10.5555/a")
    assert (failed.value.reason, failed.value.is_passing) == (reason, is_passing)
    assert len(at_crossref.requests) == 1
    assert not Answer.objects.exists()


def test_doi_that_became_another_is_the_same_work(at_crossref):
    at_crossref.know("10.5555/new", aliases=["10.5555/old"])
    at_crossref.works["10.5555/old"] = at_crossref.works["10.5555/new"]
    record = ask_crossref("10.5555/old")
    assert (record.identity, record.names) == ("doi:10.5555/new", ("doi:10.5555/old",))


def test_newest_answer_of_crossref_is_kept(at_crossref):
    ask_crossref("10.5555/a")
    at_crossref.know("10.5555/a", title=["RETRACTED: Tea"])
    assert ask_crossref("10.5555/a").withdrawn
    kept = Answer.objects.get()
    assert (kept.source, kept.key, kept.version) == ("crossref", "10.5555/a", "")
    assert json.loads(kept.body)["message"]["title"] == ["RETRACTED: Tea"]


def test_requests_to_crossref_keep_a_distance(at_crossref):
    ask_crossref("10.5555/a")
    ask_crossref("10.5555/a")
    assert min(at_crossref.spacings) >= asking.CROSSREF_SPACING_WITHOUT_CONTACT


def test_limits_that_crossref_states_are_kept(at_crossref):
    answer = json.dumps(stand_ins.crossref_work("10.5555/a"))
    limits = {"X-Rate-Limit-Limit": "2", "X-Rate-Limit-Interval": "1s"}
    at_crossref.faults.append(Reply(answer, media_type=stand_ins.JSON, headers=limits))
    ask_crossref("10.5555/a")
    ask_crossref("10.5555/a")
    assert min(at_crossref.spacings) >= 0.5


def test_crossref_that_wants_to_be_left_alone_is_left_alone(at_crossref):
    at_crossref.faults.append(Reply("", 503, headers={"Retry-After": "600"}))
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(FetchFailed) as failed:
            ask_crossref("10.5555/a")
        assert failed.value.retry_after > 590
    assert len(at_crossref.requests) == 1
    assert time.monotonic() - began < 30
