"""Whatever text the newsletter's reader gets, every line of it is accounted for, in time that grows with its length."""

import contextlib
import re
import time
import unicodedata
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents import Source, UnknownForm
from exchange.readers import akira_news
from exchange.readers.akira_news.blocks import is_blank
from exchange.readers.akira_news.document import read_text
from exchange.readers.akira_news.inline import plain

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "akira-news"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.md"))}
LINES = [line for text in TEXTS.values() for line in text.split("\n")]
MARKS = [
    "[",
    "](",
    ")",
    "【",
    "】",
    "**",
    "*",
    "# ",
    "## ",
    "[## ",
    "![](img/a.png)",
    "— — —",
    "> ",
    "1.",
    "\n",
    "\n\n",
]

lines = st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=20)), max_size=40).map("\n".join)
shreds = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=5)), max_size=40).map("".join)
splices = st.tuples(
    st.sampled_from([*TEXTS.values()]), st.integers(0, 9999), st.integers(0, 9999), st.text(max_size=9)
).map(lambda part: part[0][: part[1]] + part[3] + part[0][part[2] :])


def check_accounts(text):
    """Every line with text lies in a block, every block is taken as something, leftovers say the lines of theirs."""
    issues, blocks = read_text(text)
    covered = {line for block in blocks for line in range(block.line_from, block.line_to + 1)}
    with_text = {number for number, line in enumerate(text.split("\n"), 1) if not is_blank(line)}
    assert with_text <= covered
    assert all(block.taken_as for block in blocks)
    left = {(leftover.line_from, leftover.line_to) for issue in issues for leftover in issue.leftovers}
    assert {(b.line_from, b.line_to) for b in blocks if b.taken_as == "leftover"} <= left
    assert sum(issue.lines_with_text for issue in issues) == len(with_text)
    return issues, blocks


@settings(max_examples=300, deadline=None)
@given(st.one_of(lines, shreds, splices, st.text(max_size=300)))
def test_every_line_of_any_text_is_accounted_for(text):
    check_accounts(text.replace("\r\n", "\n").replace("\r", "\n"))


@settings(max_examples=100, deadline=None)
@given(data=st.one_of(st.binary(max_size=300), splices.map(str.encode), shreds.map(str.encode)))
def test_any_bytes_give_issues_or_a_clear_error(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "any.md"
    path.write_bytes(data)
    source = Source(path)
    assert akira_news.recognises(source) in (True, False)
    issues, error = [], None
    try:
        issues = list(akira_news.read(source))
    except UnknownForm as caught:
        error = caught
    assert (error is None) == any(issue.highlights or any(issue.entries()) for issue in issues)
    assert error is None or (error.line >= 1 and error.message)


def _strings(value):
    """Every text in a document's fields, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _shown(block):
    """What a reader sees of a block, without addresses, marks of original titles and placeholders.

    Of a card of the foot only the title is kept.
    """
    text = block.plain
    if block.card:
        text = block.card.title + (f" {block.card.description}" if block.taken_as != "past issue" else "")
    return re.sub(r"https?://[!-~]+|原标题|(?<=】)T\d\d|\bv\d\b", " ", text)


def check_words(text):
    """No word of a title, summary, card or highlight is in the document and in no field."""
    issues, blocks = check_accounts(text)
    fields = "".join(plain(text) + text for issue in issues for text in _strings(asdict(issue)))
    # Words over a line break or beside a mark are joined in the fields, so they are looked for without any mark.
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", fields))
    for block in blocks:
        if re.match(r"section|highlight|introduction|title|leftover|past issue$", block.taken_as):
            shown = unicodedata.normalize("NFKC", _shown(block))
            for word in re.findall(r"[a-zA-Z0-9]{2,}|[^\W_a-zA-Z0-9]{2,}", shown):
                assert word in bare, (block.line_from, word)


@pytest.mark.parametrize("name", TEXTS)
def test_no_word_of_a_sample_is_lost(name):
    check_words(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_no_word_of_half_a_sample_is_lost(name, share):
    check_words(TEXTS[name][: int(len(TEXTS[name]) * share)])


@pytest.mark.corpus
def test_no_word_of_the_documents_is_lost(corpus):
    for path in sorted((corpus / "issues").glob("*.md")):
        check_words(path.read_text(encoding="utf-8"))


START = TEXTS["issue-42.md"] + "\n\n"
HOSTILE = {
    "brackets": "[",
    "brackets of links": "](",
    "full-width brackets": "【",
    "empty links": "[](",
    "openings of cards": "[## ",
    "cards without end": "[](a) [## b\n\n### c\n\n",
    "cards": "[](http://a.b) [## T\n\n### D\n\nd.e](http://a.b) ",
    "stars": "*a ",
    "parentheses": "](((",
    "headings": "# a\n",
    "headings with numbers": "## 1.a\n",
    "list items": "*   a\n",
    "contents": "1.  论文\n",
    "heads": "[**a**](http://b.c)\n\n",
    "lines of heads": "[**a**](http://b.c)\n",
    "domains": "——a.b",
    "blank lines": "\n",
    "spaces": " ",
    "issues": "# a\n> <http://a.b>\n",
}


def _seconds(folder, text):
    path = folder / "hostile.md"
    path.write_text(text, encoding="utf-8")
    source = Source(path)
    began = time.process_time()
    with contextlib.suppress(UnknownForm):
        list(akira_news.read(source))
    return time.process_time() - began


@pytest.mark.parametrize("mark", HOSTILE)
def test_time_grows_with_the_length_alone(mark, tmp_path):
    short, long = (START + HOSTILE[mark] * (size // len(HOSTILE[mark])) for size in (8_000, 64_000))
    assert _seconds(tmp_path, long) < 8 * 3 * max(_seconds(tmp_path, short), 0.02)


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["empty links", "openings of cards", "stars"])
def test_five_megabytes_of_marks_are_read(mark, tmp_path):
    assert _seconds(tmp_path, START + HOSTILE[mark] * (5_000_000 // len(HOSTILE[mark]))) < 120
