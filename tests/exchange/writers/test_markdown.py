"""What the writer of Markdown issues writes, and that reading it gives the issue back."""

import dataclasses
import datetime
import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents import (
    CardDocument,
    EntryDocument,
    ErratumDocument,
    HighlightDocument,
    IssueDocument,
    LeftoverDocument,
    PastIssueDocument,
    SectionDocument,
    Source,
)
from exchange.markdown_form import ISSUE_KINDS, ORIGINS, SECTION_KINDS, STATUSES
from exchange.readers import markdown as reader
from exchange.readers.registry import find_reader
from exchange.writers.markdown import picture_address, write

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "markdown-issues.md"
SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*/*.md"))
PLACES = {"lines", "lines_with_text", "figure_path"}


def read_back(text, folder):
    path = folder / "issue.md"
    path.write_bytes(text.encode())
    (issue,) = reader.read(Source(path))
    return issue


def without_places(document):
    """The document as plain data, without what says where it was read."""
    if isinstance(document, dict):
        return {name: without_places(value) for name, value in document.items() if name not in PLACES}
    if isinstance(document, list):
        return [without_places(item) for item in document]
    return document


# Pieces that mean something in this form, in YAML or in Markdown, between pieces that mean nothing.
PIECES = st.sampled_from(
    [
        "#",
        "## ",
        "### ",
        "\\",
        "\\## x",
        "```",
        "````py",
        "~~~",
        "---",
        "...",
        "- ",
        "* ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        ":",
    ]
    + ["key: value", "topics: a, b", "kind: highlights", "id: x", "title: y", '"', "'", "[", "](", ")", "!", "![a](b)"]
    + [
        "https://example.org/a_(b)",
        "entry:abc",
        "|",
        "> ",
        "<!--",
        "-->",
        "{}",
        "%20",
        "&amp;",
        "論文",
        "é",
        "🐋",
        "\x85",
    ]
    + ["\u2028", "\x0c", "\x1c", "\xa0", "null", "yes", "42", "2021-08-02", "a", "word "]
)
text = st.lists(PIECES, max_size=12).map("".join)
some_text = text.filter(bool)
word = st.text(string.ascii_lowercase + string.digits + "-", max_size=8)
line = st.one_of(text, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
url = st.one_of(st.just(""), st.builds("https://example.org/{}".format, line))
count = st.none() | st.integers(0, 9999)
kind = st.sampled_from(SECTION_KINDS)

card = st.none() | st.builds(CardDocument, url=url, url_given=line, title=line, description=line, domain=line)
entry = st.builds(
    EntryDocument,
    title=line,
    url=url,
    url_given=line,
    domain_shown=st.none() | some_text,
    source_title=line,
    source_arxiv_id=word,
    summary=text,
    one_liner=line,
    starred=st.booleans(),
    figure=line,
    figure_sha256=st.sampled_from(["", "0" * 64, "short"]),
    figure_alt=line,
    figure_credit=line,
    figure_source_url=line,
    figure_license=line,
    card=card,
    topics=st.lists(line, max_size=3),
    id=word,
    translation_key=word,
    repeats=word,
    label=line,
)
section = st.builds(
    SectionDocument,
    kind=kind,
    title=line,
    number_given=count,
    translation_key=word,
    entries=st.lists(entry, max_size=3),
)
highlight = st.builds(HighlightDocument, group=kind, group_title=line, text=text, id=word, translation_key=word)
past = st.builds(PastIssueDocument, title=line, url=line, url_given=line)
erratum = st.builds(ErratumDocument, noted_on=st.dates(), text=line, entry=word)
moment = st.datetimes(timezones=st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=9))]))
issue = st.builds(
    IssueDocument,
    title=some_text,
    kind=st.sampled_from(ISSUE_KINDS),
    number=count,
    year=count,
    week=count,
    month=count,
    date_text=st.none() | some_text,
    stated_on=st.none() | st.dates(),
    intro=text,
    contents_stated_count=count,
    contents_lines=st.lists(line, max_size=3),
    source_url=st.sampled_from(["", "https://example.org/first/"]),
    highlights=st.lists(highlight, max_size=3),
    sections=st.lists(section, max_size=3),
    past_issues=st.lists(past, max_size=2),
    errata=st.lists(erratum, max_size=2),
    leftovers_text=text,
    slug=word,
    language=word,
    translation_key=word,
    status=st.sampled_from(["", *STATUSES]),
    published_at=st.none() | moment,
    published_at_exact=st.booleans(),
    origin=st.sampled_from(["", *ORIGINS]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("written")


@given(issue=issue)
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read_back_as_it_was(issue, folder):
    written = write(issue)
    again = read_back(written, folder)
    assert without_places(dataclasses.asdict(again)) == without_places(dataclasses.asdict(issue))
    assert write(again) == written


@given(summary=st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_a_summary_may_hold_anything_and_takes_nothing_of_the_next_entry(summary, folder):
    entries = [EntryDocument(title="One", summary=summary), EntryDocument(title="Two", summary="Behind it.")]
    issue = IssueDocument(title="Any", sections=[SectionDocument(title="Section", entries=entries)])
    (again,) = read_back(write(issue), folder).sections
    assert [(entry.title, entry.summary) for entry in again.entries] == [("One", summary), ("Two", "Behind it.")]


def test_the_example_of_the_documentation_is_what_the_writer_writes(folder):
    example = next(block for block in examples() if "leftovers" in block)
    issue = read_back(example, folder)
    assert len(issue.sections) == 2
    assert issue.sections[1].entries[0].figure == "whales.png"
    assert write(issue) == example


@pytest.mark.parametrize("block", [0, 1], ids=["least", "whole"])
def test_every_example_of_the_documentation_is_recognised_and_leaves_nothing_over(block, folder):
    example = [block for block in examples() if block.startswith("---")][block]
    issue = read_back(example, folder)
    assert reader.recognises(Source(folder / "issue.md"))
    assert issue.leftovers == []
    assert all(entry.title for entry in issue.entries())


def examples():
    return re.findall(r"```markdown\n(.*?)```\n", DOCUMENTATION.read_text(), re.DOTALL)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sample_of_every_form_survives_as_markdown(path, folder):
    source = Source(path)
    for issue in find_reader(source).read(source):
        issue.leftovers_text = issue.leftovers_text or "\n".join(left.text for left in issue.leftovers)
        again = read_back(write(issue), folder)
        again.leftovers = issue.leftovers
        assert without_places(dataclasses.asdict(again)) == without_places(dataclasses.asdict(issue))


def test_line_ends_of_other_systems_become_ours(folder):
    entry = EntryDocument(title="One", summary="first\r\nsecond\rthird")
    issue = IssueDocument(title="Any", sections=[SectionDocument(title="Section", entries=[entry])])
    assert next(read_back(write(issue), folder).entries()).summary == "first\nsecond\nthird"


def test_a_figure_is_looked_for_under_its_checksum():
    entry = EntryDocument(figure="img/plot.final.png", figure_sha256="ab" * 32)
    assert picture_address(entry) == f"figures/{'ab' * 32}.png"


def test_leftovers_with_lines_are_kept_when_there_is_no_text_of_them(folder):
    issue = IssueDocument(title="Any", leftovers=[LeftoverDocument(3, 3, "~~~~ odd"), LeftoverDocument(9, 9, "## x")])
    assert read_back(write(issue), folder).leftovers_text == "~~~~ odd\n## x"
