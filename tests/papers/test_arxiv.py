"""Reading what arXiv answers: papers of every age, errors that look like papers, and answers that are none."""

import datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from common.failures import FetchFailed, Reason
from papers import arxiv
from papers.records import Record
from tests.stand_ins import ARXIV_FAULTS, Paper, entry, error_feed, feed

SAMPLES = Path(__file__).parent.parent / "samples" / "arxiv"


def sample(name):
    return (SAMPLES / f"{name}.xml").read_bytes()


def read_one(paper=None, **changes):
    """The record of one paper that a stand-in made up, with the replacements made in its XML."""
    text = entry(paper or Paper("2103.99001"))
    for old, new in changes.items():
        text = text.replace(old, new)
    return arxiv.read(feed(text).encode()).entries[0].record


# --- Asking --------------------------------------------------------------------------------------------------------


def test_query_asks_for_all_ids_at_once_and_for_as_many_answers():
    asked = parse_qs(arxiv.query(["2103.99001", "hep-th/9901999", "2103.99004v2"]))
    assert asked == {"id_list": ["2103.99001,hep-th/9901999,2103.99004v2"], "start": ["0"], "max_results": ["3"]}


@pytest.mark.parametrize("count", [0, arxiv.MOST_IDS + 1])
def test_query_for_none_or_too_many_is_refused(count):
    with pytest.raises(ValueError, match="1 to 100"):
        arxiv.query(["2103.99001"] * count)


# --- Papers --------------------------------------------------------------------------------------------------------


def test_paper_is_read_in_full():
    assert arxiv.read(sample("batch")).about("2103.99001").record == Record(
        identity="arxiv:2103.99001",
        url="https://arxiv.org/abs/2103.99001",
        kind="paper",
        title="Waiting is All There Is: $O(n^2)$ Patience in Small Language Models & Their Kin",
        authors=("Aiko Beispiel", "José García-Müller", "王小明"),
        abstract=(
            "Small models wait. We measure for how long, with $p < 0.05$, on a corpus of 3,000 invented queues, and "
            "find that patience grows as $O(n^2)$.\n\nA second experiment with tea shows the same."
        ),
        doi="10.5555/Inv.2022.17",
        venue="J. Inv. Res. 4 (2022) 17-31",
        published_on=datetime.date(2021, 3, 31),
        updated_on=datetime.date(2021, 9, 30),
        versions=("v1", "v2", "v3"),
        # The primary one first; classes of other systems are none of arXiv's.
        categories=("cs.LG", "cs.CL"),
        comment="14 pages, 3 figures. Accepted at the Workshop on Invented Results",
    )


def test_form_of_earlier_years_is_read_alike():
    assert arxiv.read(sample("older-form")).about("2103.99005").record == Record(
        identity="arxiv:2103.99005",
        url="https://arxiv.org/abs/2103.99005",
        kind="paper",
        title="Trains of Thought, and Where They Stop",
        authors=("Clara Fahrplan",),
        abstract="We follow trains of thought to their last stop.",
        doi="10.5555/stop.1",
        published_on=datetime.date(2021, 3, 18),
        updated_on=datetime.date(2021, 3, 18),
        versions=("v1",),
        categories=("q-bio.NC", "cond-mat.dis-nn"),
        comment="9 pages",
    )


def test_old_ids_are_known_by_archive_and_number():
    answers = arxiv.read(sample("batch"))
    assert answers.about("hep-th/9901999").record.identity == "arxiv:hep-th/9901999"
    assert answers.about("math/0309998").record.versions == ("v1", "v2")


def test_withdrawn_paper_is_said_to_be():
    answers = arxiv.read(sample("batch"))
    assert [entry.id for entry in answers.entries if entry.record.withdrawn] == ["math/0309998"]


def test_what_an_entry_does_not_say_is_empty():
    record = arxiv.read(sample("batch")).about("hep-th/9901999").record
    assert (record.comment, record.venue, record.doi, record.withdrawn) == ("", "", "", False)
    assert set(record.as_json()) == {
        *("identity", "url", "kind", "title", "authors", "abstract"),
        *("published_on", "updated_on", "versions", "categories"),
    }


def test_title_of_one_figure_is_a_title():
    assert arxiv.read(sample("batch")).about("2103.99004").record.title == "0"


def test_https_in_an_id_is_read_alike():
    assert read_one(**{"http://arxiv.org": "https://arxiv.org"}).identity == "arxiv:2103.99001"


@pytest.mark.parametrize(
    ("stated", "doi"),
    [("not a doi", ""), ("10.5555/a", "10.5555/a"), ("doi:10.5555/a", "10.5555/a"), ("see 10.5555/b", "10.5555/b")],
)
def test_doi(stated, doi):
    assert read_one(Paper("2103.99001", doi=stated)).doi == doi


def test_date_that_is_none_is_left_out():
    assert read_one(**{"<updated>2021-03-05T17:30:00Z": "<updated>lately"}).updated_on is None


def test_hostile_texts_come_through_as_plain_text():
    paper = Paper(
        "2103.99001",
        title="<script>alert(1)</script>",
        authors=("<b>Eve</b>", "  ", "Mallory"),
        abstract="\u202egnirts",
        categories=('cs.LG"><img src=x>', "cs.CL"),
    )
    record = read_one(paper)
    assert record.title == "<script>alert(1)</script>"
    assert record.authors == ("Eve", "Mallory")
    assert record.abstract == "gnirts"
    assert record.categories == ("cs.CL",)


# --- Versions ------------------------------------------------------------------------------------------------------


def test_version_asked_for_is_that_version_and_no_other():
    answers = arxiv.read(sample("batch"))
    assert answers.about("2103.99001", "v3").record.versions[-1] == "v3"
    assert answers.about("2103.99001", "v1") is None


def test_of_several_versions_the_last_is_the_paper():
    paper = Paper("2103.99001", version=12)
    answers = arxiv.read(feed(entry(paper, 9), entry(paper), entry(paper, 1)).encode())
    assert answers.about("2103.99001").version == "v12"
    assert answers.about("2103.99001", "v1").record.versions == ("v1",)


def test_paper_that_comes_twice_counts_once():
    text = entry(Paper("2103.99001"))
    assert len(arxiv.read(feed(text, text).encode()).entries) == 1


# --- What is missing -----------------------------------------------------------------------------------------------


def test_paper_that_is_missing_is_no_other():
    assert arxiv.read(sample("batch")).about("2103.99002") is None


def test_list_without_entries_knows_nothing():
    assert arxiv.read(feed().encode()) == arxiv.Answers()


def test_error_entry_names_the_id_that_is_none():
    answers = arxiv.read(sample("error"))
    assert (answers.entries, answers.unreadable) == ((), ("1234.56",))


def test_error_entry_about_something_else_is_a_complaint():
    answers = arxiv.read(error_feed("max_results must be an integer").encode())
    assert (answers.unreadable, answers.complaint) == ((), "max_results must be an integer")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>On the Patience of Small Models</title>", "<title> </title>"),
        ("<title>On the Patience of Small Models</title>", ""),
        ("<published>2021-03-04T18:58:59Z</published>", ""),
        ("<published>2021-03-04T18:58:59Z</published>", "<published>soon</published>"),
        ("<id>http://arxiv.org/abs/2103.99001v1</id>", ""),
        ("<id>http://arxiv.org/abs/2103.99001v1</id>", "<id>http://arxiv.org/abs/2103.99001</id>"),
        ("<id>http://arxiv.org/abs/2103.99001v1</id>", "<id>http://example.org/2103.99001v1</id>"),
    ],
    ids=["blank-title", "no-title", "no-date", "odd-date", "no-id", "no-version", "other-site"],
)
def test_entry_that_is_no_whole_paper_is_left_out(request, old, new):
    damaged = entry(Paper("2103.99001")).replace(old, new)
    assert old not in damaged
    answers = arxiv.read(feed(damaged, entry(Paper("2103.99002"))).encode())
    assert [entry.id for entry in answers.entries] == ["2103.99002"]
    assert set(answers.damaged) <= {"2103.99001"}
    assert ("no-id" in request.node.callspec.id or "other-site" in request.node.callspec.id) != bool(answers.damaged)


# --- Answers that are none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["nothing", "malformed", "cut", "wrong-encoding", "entity-bomb", "external-entity", "page"]
)
def test_damaged_answer_is_refused_as_a_whole(name):
    body = ARXIV_FAULTS[name].body
    with pytest.raises(FetchFailed, match="arXiv sent") as failed:
        arxiv.read(body.encode() if isinstance(body, str) else body)
    assert (failed.value.reason, failed.value.is_passing) == (Reason.PARSE, True)


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0' encoding='no-such-thing'?><feed/>",
        b"<?xml version='1.0' encoding='utf-7'?><feed/>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'>\x00</feed>",
        b"<!DOCTYPE feed SYSTEM 'http://127.0.0.1:9/feed.dtd'><feed/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<feed/>",
        b"\xff\xfe",
        b"{}",
    ],
    ids=["encoding", "utf-7", "nul", "dtd", "html", "no-namespace", "half-utf-16", "json"],
)
def test_odd_answer_is_refused(body):
    with pytest.raises(FetchFailed, match="arXiv sent"):
        arxiv.read(body)


@pytest.mark.parametrize("end", [200, 900, 2000, -30, -8])
def test_answer_that_is_cut_anywhere_says_nothing(end):
    with pytest.raises(FetchFailed, match="damaged"):
        arxiv.read(sample("batch")[:end])


def test_entry_that_is_too_deep_is_left_out():
    deep = "<deep>" * 50_000 + "</deep>" * 50_000
    text = entry(Paper("2103.99001")).replace("</entry>", f"{deep}</entry>")
    assert arxiv.read(feed(text).encode()).entries == ()


def test_answer_with_far_too_many_entries_is_refused():
    with pytest.raises(FetchFailed, match="far more"):
        arxiv.read(feed("<entry/>" * 100_000).encode())


def test_word_that_arxiv_is_asked_too_often_is_understood_whatever_the_status():
    with pytest.raises(FetchFailed) as failed:
        arxiv.read(b"Rate exceeded.")
    assert (failed.value.reason, failed.value.is_passing) == (Reason.BLOCKED, True)


# --- Keeping -------------------------------------------------------------------------------------------------------


def test_entry_that_was_kept_says_the_same_again():
    for found in arxiv.read(sample("batch")).entries:
        assert found.text.startswith("<")
        assert arxiv.read_entry(found.text) == found.record


@pytest.mark.parametrize("text", ["", "<entry/>", "no XML"])
def test_kept_text_that_is_no_entry_is_said_to_be_none(text):
    with pytest.raises(FetchFailed):
        arxiv.read_entry(text)
