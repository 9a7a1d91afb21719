"""The whole archive goes out and comes back without a byte of difference."""

import hashlib
import io
import json
import shutil
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from exchange.readers import archive
from issues.models import Entry, Issue, Publication, Topic
from papers.models import Alias, Work

from .archives import a_section, an_entry, an_issue, bring_in, export_json, write_archive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("uploads")


RICH = an_issue(
    a_section(
        an_entry(
            id="first",
            label="31.1",
            domain_shown="arxiv . org",
            source_title="Sparse is Enough in Scaling Transformers",
            source_arxiv_id="2111.12764",
            summary="Two *paragraphs*.\n\n$$x^2$$\n\n## Not a heading\n\n```\n## code\n```",
            one_liner="One line — in “quotes”.",
            starred=True,
            figure="one two.png",
            figure_alt='A “chart” [with] "all"',
            figure_credit="Somebody",
            figure_source_url="https://example.org/figure",
            figure_license="CC-BY-4.0",
            card={"url": "https://example.org/", "url_given": "https://example.org/?utm_source=x", "title": "C"},
            topics=["video", "機械学習"],
        ),
        an_entry("人工知能とは", "", url_given="not an address", repeats="first", summary=""),
        number_given=4,
    ),
    a_section(kind="article", title=""),
    a_section(an_entry("Of a work that became another", "https://example.org/old", id="old")),
    slug="31",
    year=2021,
    week=31,
    date_text="2 to 8 August",
    intro="Hello.",
    leftovers="A line\n\n~~~~\nwith tildes",
    contents={"stated_count": 5, "lines": ["One", "Two"]},
    source_url="https://example.org/31",
    status="published",
    published_at="2021-08-06T00:30:00.123456Z",
    highlights=[
        {"text": "See [this](entry:first) and [that](https://example.org/?utm_source=x&a=1).", "group": "use_case"},
        {
            "text": "A highlight with\n\ntwo paragraphs\nid: looks like a field",
            "group_title": "Papers",
            "group": "paper",
        },
    ],
    errata=[
        {"noted_on": "2021-09-02", "entry": "first", "text": "Eleven."},
        {"noted_on": "2021-09-01", "text": "All."},
    ],
    waivers=[
        {
            "code": "ran-before",
            "entry": "first",
            "highlight": None,
            "section": None,
            "field": "url",
            "text_sha256": "0" * 64,
            "reason": "It won a “prize”\nthis week.",
            "by": "Mika",
            "at": "2021-08-05T00:30:00.123456Z",
        },
        {
            "code": "no-imprint",
            "entry": None,
            "highlight": None,
            "section": None,
            "field": None,
            "text_sha256": "1" * 64,
            "reason": "It stands on the site.",
            "by": None,
            "at": "2021-08-05T00:31:00Z",
        },
    ],
    past_issues=[{"title": "30", "url": "https://example.org/30", "url_given": "https://example.org/30?gi=x"}],
)
SHARED = {
    "publication": {
        "name": "Bright",
        "tagline": "Read closely",
        "recurring_links": ["https://example.org/sponsor", "https://example.org/jobs/*"],
        "about": "*About* us",
        "author": {"name": "A. Editor", "links": ["https://example.org/me"]},
        "imprint": "1 Street",
        "languages": ["ja", "en"],
        "time_zone": "Asia/Tokyo",
        "sender": "Bright <news@example.org>",
        "campaign": {"ja": {"utm_source": "b", "utm_medium": "a"}, "en": {}},
    },
    "works": [
        {
            "identity": "arxiv:2111.12763",
            "id": "sparse",
            "kind": "paper",
            "title": "Sparse is Enough",
            "authors": ["A. Author", "B. Author"],
            "url": "https://arxiv.org/abs/2111.12763",
            "venue": "NeurIPS 2021",
            "published_on": "2021-11-24",
            "versions": ["v1", "v2"],
            "aliases": ["doi:10.5555/1", "url:example.org/sparse"],
        },
        {
            "identity": "url:example.org/old",
            "id": "old",
            "url": "https://example.org/old",
            "merged_into": "arxiv:2111.12763",
        },
    ],
    "topics": [{"slug": "video", "name": "Video", "names": {"ja": "動画", "en": "Video"}, "description": "Moving."}],
}


def empty_the_database():
    for model in (Issue, Publication, Topic, Alias):
        model.objects.all().delete()
    Work.objects.update(merged_into=None)
    Work.objects.all().delete()


@pytest.fixture
def rich(tmp_path):
    """An archive with everything in it, exported once."""
    japanese = an_issue(a_section(an_entry("疎", id="ja-first")), slug="31", language="ja")
    draft = an_issue(
        a_section(an_entry("Next", "https://example.org/sparse", topics=["video"])), slug="next", status="draft"
    )
    _, outcomes = bring_in(write_archive(tmp_path / "in.json", RICH, japanese, draft, **SHARED))
    assert [outcome.message for outcome in outcomes if outcome.message] == []
    path = tmp_path / "out.json"
    export_json(path)
    return path


def test_everything_stated_comes_out_again(rich):
    out = json.loads(rich.read_bytes())
    assert out["publication"] == SHARED["publication"]
    assert [issue["slug"] for issue in out["issues"]] == ["31", "next", "31"]
    issue = out["issues"][0]
    for name in RICH.keys() - {"sections", "highlights", "published_at"}:
        wanted = RICH[name]
        if name == "errata":
            wanted = [{"entry": None} | erratum for erratum in reversed(wanted)]
        assert issue[name] == wanted, name
    assert issue["published_at"] == "2021-08-06T00:30:00.123456Z"
    entry = issue["sections"][0]["entries"][0]
    given = RICH["sections"][0]["entries"][0]
    for name in given.keys() - {"card", "topics"}:
        assert entry[name] == given[name], name
    assert entry["topics"] == ["video", "機械学習"]
    assert (entry["domain"], entry["arxiv_id"], entry["work"]) == ("arxiv.org", "2111.12763", "arxiv:2111.12763")
    assert issue["sections"][0]["entries"][1]["repeats"] == "first"
    assert issue["highlights"][0]["links"] == ["https://arxiv.org/abs/2111.12763", "https://example.org/?a=1"]
    work = next(work for work in out["works"] if work["identity"] == "arxiv:2111.12763")
    assert SHARED["works"][0].items() <= work.items()
    assert issue["sections"][2]["entries"][0]["work"] == "url:example.org/old"
    # A spelling that is known as another name of a work leads to that work.
    assert out["issues"][1]["sections"][0]["entries"][0]["work"] == "arxiv:2111.12763"


def test_export_and_import_are_a_fixed_point_in_json(rich, tmp_path):
    first = rich.read_bytes()
    assert export_json(tmp_path / "again.json") == first
    _, outcomes = bring_in(rich)
    assert [outcome.outcome for outcome in outcomes] == ["unchanged"] * 3
    assert export_json(tmp_path / "again.json") == first
    empty_the_database()
    bring_in(rich)
    assert export_json(tmp_path / "again.json") == first


def test_export_and_import_are_a_fixed_point_in_markdown(rich, tmp_path):
    first = rich.read_bytes()
    call_command("export_archive", "--format", "markdown", "-o", str(tmp_path / "md"), stderr=io.StringIO())
    assert sorted(str(path.relative_to(tmp_path / "md")) for path in (tmp_path / "md").rglob("*.*")) == [
        "archive.json",
        "en/31.md",
        "en/next.md",
        "ja/31.md",
    ]
    empty_the_database()
    _, outcomes = bring_in(tmp_path / "md")
    assert [outcome.message for outcome in outcomes if outcome.message] == []
    assert export_json(tmp_path / "again.json") == first


def a_figure(folder):
    folder.mkdir(exist_ok=True)
    data = io.BytesIO()
    Image.new("RGB", (7, 5), "red").save(data, "PNG")
    data = data.getvalue()
    sha256 = hashlib.sha256(data).hexdigest()
    (folder / f"{sha256}.png").write_bytes(data)
    return sha256


def test_zip_carries_the_figures_and_two_are_the_same(tmp_path):
    sha256 = a_figure(tmp_path / "figures")
    issue = an_issue(a_section(an_entry(figure="red.png", figure_sha256=sha256)))
    bring_in(write_archive(tmp_path / "a.json", issue))
    entry = Entry.objects.get()
    assert (entry.figure.name, entry.figure_width, entry.figure_height) == (f"figures/{sha256}.png", 7, 5)
    for name in ("one.zip", "two.zip"):
        call_command("export_archive", "--format", "json", "-o", str(tmp_path / name), stderr=io.StringIO())
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["archive.json", f"figures/{sha256}.png"]
    empty_the_database()
    default_storage.delete(entry.figure.name)
    shutil.rmtree(tmp_path / "figures")
    bring_in(tmp_path / "one.zip")
    restored = Entry.objects.get()
    assert (restored.figure.name, restored.figure_width) == (entry.figure.name, 7)
    assert default_storage.exists(restored.figure.name)
    call_command("export_archive", "--format", "json", "-o", str(tmp_path / "three.zip"), stderr=io.StringIO())
    assert (tmp_path / "three.zip").read_bytes() == (tmp_path / "one.zip").read_bytes()


def test_markdown_carries_the_figures_beside_it(tmp_path):
    sha256 = a_figure(tmp_path / "figures")
    bring_in(write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(figure="red.png", figure_sha256=sha256)))))
    first = export_json(tmp_path / "one.json")
    name = Entry.objects.get().figure.name
    call_command("export_archive", "--format", "markdown", "-o", str(tmp_path / "md"), stderr=io.StringIO())
    empty_the_database()
    default_storage.delete(name)
    bring_in(tmp_path / "md")
    assert Entry.objects.get().figure.name == name
    assert export_json(tmp_path / "two.json") == first


def test_figure_whose_bytes_are_not_there_keeps_name_and_checksum_until_they_come(tmp_path):
    sha256 = a_figure(tmp_path / "aside")
    path = write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(figure="red.png", figure_sha256=sha256))))
    bring_in(path)
    entry = Entry.objects.get()
    assert (entry.figure.name, entry.figure_name, entry.figure_sha256) == ("", "red.png", sha256)
    (tmp_path / "aside").rename(tmp_path / "figures")
    _, outcomes = bring_in(path)
    assert outcomes[0].outcome == "updated"
    assert Entry.objects.get().figure.name == f"figures/{sha256}.png"


def test_broken_figure_is_reported_and_its_name_kept(tmp_path):
    sha256 = a_figure(tmp_path / "figures")
    (tmp_path / "figures" / f"{sha256}.png").write_bytes(b"\x89PNG\r\n\x1a\n no more")
    path = write_archive(tmp_path / "a.json", an_issue(a_section(an_entry(figure="red.png", figure_sha256=sha256))))
    _, outcomes = bring_in(path)
    assert [note.kind for note in outcomes[0].notes] == ["figure"]
    assert (Entry.objects.get().figure.name, Entry.objects.get().figure_name) == ("", "red.png")


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "figures/../../evil.png"])
def test_paths_in_a_zip_lead_nowhere(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        zipped.writestr("archive.json", write_archive(tmp_path / "a.json", an_issue()).read_bytes())
        zipped.writestr(name, b"evil")
    (tmp_path / "a.json").unlink()
    bring_in(tmp_path / "a.zip")
    assert Issue.objects.exists()
    assert not list(tmp_path.parent.rglob("evil.png"))


def test_zip_that_swells_is_not_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(archive.MEMBER, b'{"format": "akira-archive/1",' + b" " * 30_000_000 + b'"issues": []}')
    _, outcomes = bring_in(tmp_path / "a.zip")
    assert "swells" in outcomes[0].message


def test_empty_archive_is_one_too(tmp_path):
    first = export_json(tmp_path / "a.json")
    assert json.loads(first) == {
        "format": "akira-archive/1",
        "publication": None,
        "issues": [],
        "works": [],
        "topics": [],
    }
    report, outcomes = bring_in(tmp_path / "a.json")
    assert (outcomes, report.summary()) == ([], "nothing to import")


def test_json_goes_to_the_screen_where_no_file_is_named(tmp_path):
    bring_in(write_archive(tmp_path / "a.json", an_issue()))
    out = io.StringIO()
    call_command("export_archive", "--format", "json", stdout=out)
    assert out.getvalue().encode() == export_json(tmp_path / "b.json")


def test_markdown_needs_a_new_folder(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_archive", "--format", "markdown", "-o", str(tmp_path / "there"))
    with pytest.raises(CommandError, match="-o FOLDER"):
        call_command("export_archive", "--format", "markdown")


def test_export_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_archive", "--format", "json", "-o", str(tmp_path / "no" / "a.json"))
    assert list(tmp_path.iterdir()) == []


def test_desk_edits_of_works_and_topics_are_not_undone(tmp_path):
    bring_in(write_archive(tmp_path / "a.json", an_issue(), **SHARED))
    Work.objects.filter(public_id="sparse").update(title="Mine", venue="")
    Topic.objects.filter(slug="video").update(names={"en": "Films"})
    Publication.objects.update(tagline="Mine")
    bring_in(tmp_path / "a.json")
    work = Work.objects.get(public_id="sparse")
    assert (work.title, work.venue) == ("Mine", "NeurIPS 2021")
    assert Topic.objects.get(slug="video").names == {"en": "Films", "ja": "動画"}
    assert Publication.objects.get().tagline == "Mine"
    bring_in(tmp_path / "a.json", overwrite=True)
    assert Work.objects.get(public_id="sparse").title == "Sparse is Enough"
    assert Publication.objects.get().tagline == "Read closely"


def test_works_that_become_each_other_in_a_circle_stay_apart(tmp_path):
    names = ["a", "b", "c", "a"]
    works = [
        {
            "identity": f"url:example.org/{name}",
            "url": f"https://example.org/{name}",
            "merged_into": f"url:example.org/{into}",
        }
        for name, into in zip(names, names[1:], strict=False)
    ]
    bring_in(write_archive(tmp_path / "a.json", works=works))
    merged = Work.objects.exclude(merged_into=None)
    assert merged.count() == 1
    assert merged.get().merged_into.merged_into is None
