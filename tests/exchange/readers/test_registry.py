"""Which reader takes which file."""

from pathlib import Path

import pytest

from exchange.documents import Source, UnknownForm
from exchange.readers.registry import READERS, find_reader, names_of_formats

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FORMATS = ["akira-news", "table", "bullets", "numbered", "markdown"]
DOCUMENTS = sorted(path for format in FORMATS for path in (SAMPLES / format).glob("*.md"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sample_is_taken_by_the_reader_of_its_form(path):
    form = path.parent.name
    assert form == find_reader(Source(path)).NAME


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_reader_of_another_form_in_this_folder_claims_a_sample(path):
    claims = {reader.NAME for reader in READERS if reader.recognises(Source(path))}
    # The lists of one old form of Akira's news look like any list of links; its own reader comes first.
    assert claims - {"bullets"} <= {path.parent.name}
    assert path.parent.name in claims


def test_every_form_has_samples():
    assert {path.parent.name for path in DOCUMENTS} == set(FORMATS)


def test_a_format_that_is_asked_for_is_taken_unseen(tmp_path):
    path = tmp_path / "any.md"
    path.write_text("# Any\n")
    assert [find_reader(Source(path), name).NAME for name in names_of_formats()] == names_of_formats()


def test_a_format_that_does_not_exist_is_named_with_those_that_do(tmp_path):
    with pytest.raises(ValueError, match=r"no format 'docx'.*markdown"):
        find_reader(Source(tmp_path / "any.md"), "docx")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\n\nJust a sentence.\n", 3),
        ("# A readme\n\nHow to install it.\n\n## Usage\n\nRun it.\n", 1),
        ("name,url\nOne,https://example.org\n", 1),
        ("---\nlayout: post\n---\n\nNo title.\n", 1),
    ],
    ids=["empty", "sentence", "readme", "csv", "front-matter-without-title"],
)
def test_a_file_of_no_known_form_is_refused_with_its_name_and_line(text, line, tmp_path):
    path = tmp_path / "stray.md"
    path.write_text(text)
    with pytest.raises(UnknownForm, match=rf"stray\.md.*line {line}\.") as caught:
        find_reader(Source(path))
    assert caught.value.line == line


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "picture.md"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xd8")
    with pytest.raises(UnknownForm, match="UTF-8"):
        find_reader(Source(path))
