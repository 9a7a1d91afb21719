"""The reader of our own archives, without a database: what it hands over, and how it words what is wrong."""

import json
import zipfile
from pathlib import Path

import pytest

from exchange.documents import (
    IssueDocument,
    PublicationDocument,
    RefusedIssue,
    Source,
    TopicDocument,
    UnknownForm,
    WorkDocument,
)
from exchange.readers import archive

SAMPLES = Path(__file__).parent.parent / "samples" / "archive"


def read(path):
    return list(archive.read(Source(path)))


def write(tmp_path, value):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_whole_archive_is_handed_over_with_what_is_shared_first():
    publication, topic, work, issue = read(SAMPLES / "whole.json")
    assert isinstance(publication, PublicationDocument)
    assert (publication.author_name, publication.time_zone) == ("Ines Example", "Europe/Lisbon")
    assert isinstance(topic, TopicDocument)
    assert topic.names == {"en": "Snails", "ja": "かたつむり"}
    assert isinstance(work, WorkDocument)
    assert work.published_on.isoformat() == "2022-03-01"
    assert isinstance(issue, IssueDocument)
    assert issue.published_at.isoformat() == "2022-03-04T09:00:00+00:00"
    assert [section.kind for section in issue.sections] == ["paper", "use_case"]
    snails, lettuce = issue.entries()
    assert (snails.id, snails.work, snails.starred, snails.topics) == (
        "snails",
        "arxiv:2203.00001",
        True,
        ["snails", "counting"],
    )
    assert (lettuce.repeats, lettuce.card.title, lettuce.work) == ("snails", "Lettuce", "")


def test_missing_keys_mean_nothing_stated():
    (issue,) = read(SAMPLES / "least.json")
    assert (issue.kind, issue.status, issue.published_at, issue.published_at_exact) == ("weekly", "", None, True)
    (entry,) = issue.entries()
    assert (entry.card, entry.domain_shown, entry.starred) == (None, None, False)


@pytest.mark.parametrize("sample", ["least.json", "whole.json"])
def test_zip_reads_like_the_file_in_it(tmp_path, sample):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(SAMPLES / sample, "archive.json")
    assert archive.recognises(Source(tmp_path / "a.zip"))
    assert read(tmp_path / "a.zip") == read(SAMPLES / sample)


@pytest.mark.parametrize(
    ("content", "recognised"),
    [
        (b'{"format": "akira-archive/1"}', True),
        (b'\xef\xbb\xbf \n{"a": 1}', True),
        (b"PK\x03\x04", True),
        (b"# Title", False),
        (b"[1]", False),
        (b"", False),
    ],
)
def test_archives_are_recognised_by_how_they_begin(tmp_path, content, recognised):
    (tmp_path / "a").write_bytes(content)
    assert archive.recognises(Source(tmp_path / "a")) is recognised


@pytest.mark.parametrize(
    ("issue", "where", "said"),
    [
        pytest.param(3, "issues[0]", "expected an object, found 3", id="no object"),
        pytest.param({"numbr": 3}, "issues[0]", "unknown key 'numbr'", id="unknown key"),
        pytest.param({"number": "3"}, "issues[0].number", "whole number, found '3'", id="no number"),
        pytest.param({"number": True}, "issues[0].number", "whole number, found True", id="true is no number"),
        pytest.param({"slug": "A b"}, "issues[0].slug", "a slug such as", id="slug"),
        pytest.param({"language": "../x"}, "issues[0].language", "a language such as", id="language"),
        pytest.param({"status": "public"}, "issues[0].status", "one of draft", id="status"),
        pytest.param({"published_at": "2021-01-01T00:00:00"}, "issues[0].published_at", "a moment", id="no offset"),
        pytest.param(
            {"published_at": "0001-01-01T00:00:00+14:00"}, "issues[0].published_at", "a moment", id="too early"
        ),
        pytest.param({"translation_key": "x"}, "issues[0].translation_key", "a UUID", id="key"),
        pytest.param({"highlights": [{"text": ""}]}, "issues[0].highlights[0].text", "is missing", id="empty"),
        pytest.param({"sections": {}}, "issues[0].sections", "expected a list", id="no list"),
        pytest.param(
            {"sections": [{}, {"entries": [{}, {"id": "A"}]}]},
            "issues[0].sections[1].entries[1].id",
            "an id",
            id="deep",
        ),
        pytest.param({"errata": [{"text": "x"}]}, "issues[0].errata[0].noted_on", "is missing", id="no day"),
        pytest.param({"waivers": [{}]}, "issues[0].waivers[0].code", "is missing", id="waiver"),
        pytest.param(
            {"sections": [{"entries": [{"work": "arxiv:1"}]}]}, "issues[0]", "a work but no url", id="work alone"
        ),
    ],
)
def test_wrong_issue_is_refused_with_its_place_and_the_next_is_read(tmp_path, issue, where, said):
    path = write(tmp_path, {"format": "akira-archive/1", "issues": [issue, {"title": "Next"}]})
    refused, following = read(path)
    assert isinstance(refused, RefusedIssue)
    assert refused.where == where
    assert said in refused.message
    assert following.title == "Next"


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"publication": {"name": ""}}, "publication.name: is missing"),
        ({"publication": {"name": "A", "titel": ""}}, "unknown key 'titel'"),
        ({"works": [{"identity": "arxiv:1"}, {}]}, "works[1].identity: is missing"),
        ({"topics": [{"slug": "a", "names": {"en": 1}}]}, "topics[0].names.en: expected a text"),
    ],
)
def test_what_is_shared_has_to_be_right_before_any_issue_is_read(tmp_path, shared, said):
    path = write(tmp_path, {"format": "akira-archive/1", "issues": [{}]} | shared)
    with pytest.raises(UnknownForm) as error:
        read(path)
    assert said in error.value.message


def test_line_of_broken_json_is_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"format": "akira-archive/1",\n"issues": [\n{"title": "a" "b"}\n]}', encoding="utf-8")
    with pytest.raises(UnknownForm) as error:
        read(path)
    assert error.value.line == 3
