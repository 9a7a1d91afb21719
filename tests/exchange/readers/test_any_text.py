"""What readers do with text that nobody meant for them: an import or a clear error, soon, and never anything else."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents import Source, UnknownForm
from exchange.readers import bullets, markdown, numbered, table

READERS = [table, bullets, numbered, markdown]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TEXTS = [path.read_text() for reader in READERS for path in sorted((SAMPLES / reader.NAME).glob("*.md"))]
LINES = sorted({line for text in TEXTS for line in text.split("\n")})

piece = st.sampled_from(
    [*"#*_[]()!<>|`~-:\\\n\t 1a、。", "](", "http://a.b", "---\n", "title: x\n", "\n\n", "|-|\n", "\u2028"]
)
splice = st.builds(
    lambda one, other, end, start: one[: int(end * len(one))] + other[int(start * len(other)) :],
    st.sampled_from(TEXTS),
    st.sampled_from(TEXTS),
    st.floats(0, 1),
    st.floats(0, 1),
)
shuffled = st.lists(st.sampled_from(LINES), max_size=30).map("\n".join)
any_text = st.one_of(
    splice,
    shuffled,
    st.lists(piece, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("any") / "any.md"


def read_or_refuse(reader, path):
    """The issues that the file gives, or the error that refuses it."""
    try:
        source = Source(path)
        reader.recognises(source)
        return list(reader.read(source)), None
    except UnknownForm as error:
        return [], error


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.NAME)
@given(text=any_text)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_an_import_or_a_clear_error(reader, text, path):
    path.write_bytes(text.encode())
    issues, error = read_or_refuse(reader, path)
    last_line = Source(path).text.count("\n") + 1
    assert error is None or (error.message and 1 <= error.line <= last_line)
    assert all(issue.title for issue in issues)
    for issue in issues:
        assert all(1 <= left.line_from <= left.line_to <= last_line for left in issue.leftovers)
        assert all(1 <= entry.lines[0] <= entry.lines[1] <= last_line for entry in issue.entries())


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.NAME)
@given(data=st.binary(max_size=100))
@settings(max_examples=50, deadline=None)
def test_any_bytes_give_an_import_or_a_clear_error(reader, data, path):
    path.write_bytes(data)
    issues, error = read_or_refuse(reader, path)
    assert issues or error.message


OPENINGS = {
    table: "# T\n\n|a|b|\n|-|-|\n|x|[y](http://z.example)|\n|",
    bullets: "# T\n\n- [a](http://b.example) ",
    numbered: "# T\n\n## S\n\n1、[a](http://b.example) ",
    markdown: "---\ntitle: x\n---\n\n## S\n\n### E\n\n",
}
HOSTILE = [
    "[",
    "](",
    "![](",
    "`",
    "` ``",
    "**",
    "*a ",
    "\\\n",
    "```a\n",
    "<!--\n",
    "<a ",
    "|",
    "- \n ",
    "1. \n",
    "# \n",
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.NAME)
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_the_time_grows_no_faster_than_the_text(reader, piece, path):
    def seconds(length):
        path.write_text(OPENINGS[reader] + piece * (length // len(piece)))
        started = time.process_time()
        read_or_refuse(reader, path)
        return time.process_time() - started

    # Ten times the text may take ten times as long; the square would be a hundred times.
    assert seconds(20_000) <= 40 * max(seconds(2_000), 0.01)
