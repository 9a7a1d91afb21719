"""Figures that come with documents go through the one way into the store; archives with them stay fixed points."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from common.images import check
from exchange.samples import remove_samples
from issues.models import Entry, Issue, Topic
from papers.models import Origin
from tests.common.disks import no_room_for_files_over
from tests.common.pictures import SECRET, jpeg_that_tells, packed, photograph

from .archives import a_document, a_section, an_entry, an_issue, bring_in, export_json, words, write_archive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("uploads")
    return settings.MEDIA_ROOT


def put(folder, data, suffix=".png"):
    """Lay a figure where archives have it; its checksum."""
    sha256 = hashlib.sha256(data).hexdigest()
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / f"{sha256}{suffix}").write_bytes(data)
    return sha256


def with_figure(sha256, **values):
    entry = an_entry("With a figure", "https://example.org/figure", figure="a.png", figure_sha256=sha256)
    return an_issue(a_section(entry), **values)


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_figure_comes_in_with_its_forms(tmp_path, uploads):
    sha256 = put(tmp_path, packed(photograph((820, 300))))
    bring_in(write_archive(tmp_path / "a.json", with_figure(sha256)))
    entry = Entry.objects.get()
    assert (entry.figure_sha256, entry.figure_widths) == (sha256, [640, 820])
    assert files(uploads) == [f"{sha256}-640.webp", f"{sha256}-820.webp", f"{sha256}.png"]


def test_a_figure_that_comes_later_has_its_forms_too(tmp_path):
    data = packed(photograph((700, 200)))
    path = write_archive(tmp_path / "a.json", with_figure(hashlib.sha256(data).hexdigest()))
    bring_in(path)
    assert Entry.objects.get().figure_widths == []
    put(tmp_path, data)
    bring_in(path)
    assert Entry.objects.get().figure_widths == [700]


def test_editions_share_a_figure(tmp_path, uploads):
    sha256 = put(tmp_path, packed(photograph((700, 200))))
    issues = [with_figure(sha256), with_figure(sha256, language="ja")]
    bring_in(write_archive(tmp_path / "a.json", *issues))
    assert [entry.figure_widths for entry in Entry.objects.all()] == [[700], [700]]
    assert len(files(uploads)) == 2


def test_a_figure_that_told_too_much_is_known_by_its_old_checksum(tmp_path):
    told = put(tmp_path, jpeg_that_tells(), ".jpg")
    _, outcomes = bring_in(write_archive(tmp_path / "a.json", with_figure(told)))
    assert [note.kind for note in outcomes[0].notes] == []
    entry = Entry.objects.get()
    assert entry.figure.name == f"figures/{entry.figure_sha256}.jpg"
    assert entry.figure_sha256 != told
    with entry.figure.open() as opened:
        assert SECRET.encode() not in opened.read()
    _, outcomes = bring_in(tmp_path / "a.json")
    assert words(outcomes) == ["unchanged"]


def test_an_archive_with_stripped_figures_is_a_fixed_point(tmp_path, uploads):
    told = put(tmp_path, jpeg_that_tells(), ".jpg")
    bring_in(write_archive(tmp_path / "a.json", with_figure(told)))
    call_command("export_archive", "--format", "json", "-o", str(tmp_path / "one.zip"), stderr=io.StringIO())
    Issue.objects.all().delete()
    for name in files(uploads):
        default_storage.delete(f"figures/{name}")
    bring_in(tmp_path / "one.zip")
    call_command("export_archive", "--format", "json", "-o", str(tmp_path / "two.zip"), stderr=io.StringIO())
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert len(zipfile.ZipFile(tmp_path / "two.zip").namelist()) == 2


def test_a_figure_in_the_store_from_before_is_found_by_its_checksum(tmp_path, uploads):
    data = jpeg_that_tells(photograph((820, 300)))
    sha256 = put(uploads, data, ".jpg")
    bring_in(write_archive(tmp_path / "a.json", with_figure(sha256)))
    entry = Entry.objects.get()
    assert (entry.figure.name, entry.figure_sha256) == (f"figures/{sha256}.jpg", sha256)
    assert entry.figure_widths == [640, 820]
    assert check((uploads / "figures" / f"{sha256}-640.webp").read_bytes()).width == 640
    assert b"figures/" not in export_json(tmp_path / "b.json")


@pytest.mark.parametrize("stated", ["../../../etc/passwd", "/etc/passwd", "A" * 64, "short"])
def test_what_is_no_checksum_leads_nowhere(tmp_path, stated):
    document = a_document().replace("12763)\n", f"12763)\nfigure: a.png\nfigure_sha256: {stated}\n")
    (tmp_path / "a.md").write_text(document, encoding="utf-8")
    _, outcomes = bring_in(tmp_path / "a.md")
    assert words(outcomes) == ["created"]
    assert (Entry.objects.get().figure.name, Entry.objects.get().figure_name) == ("", "a.png")


def test_on_a_full_disk_that_issue_fails_and_the_others_come_in(tmp_path, uploads):
    sha256 = put(tmp_path, packed(photograph((820, 300))))
    topical = a_section(an_entry("Topical", figure="a.png", figure_sha256=sha256, topics=["video"]))
    plain = an_issue(a_section(an_entry("Plain", "https://example.org/plain", topics=["video"])), slug="2")
    path = write_archive(tmp_path / "a.json", an_issue(topical), plain)
    with no_room_for_files_over(10_000):
        _, outcomes = bring_in(path)
    assert words(outcomes) == ["failed", "created"]
    assert "A figure of it: There is no room left where uploads are kept" in outcomes[0].message
    assert [issue.slug for issue in Issue.objects.all()] == ["2"]
    assert Topic.objects.get().tagged.count() == 1
    assert files(uploads) == []

    _, outcomes = bring_in(path)
    assert words(outcomes) == ["created", "unchanged"]
    assert Entry.objects.get(title="Topical").figure_widths == [640, 820]


def test_on_a_full_disk_an_issue_that_is_there_stays_as_it_is(tmp_path):
    bring_in(write_archive(tmp_path / "a.json", with_figure("", title="Before")))
    sha256 = put(tmp_path, packed(photograph((820, 300))))
    write_archive(tmp_path / "a.json", with_figure(sha256, title="After"))
    with no_room_for_files_over(10_000):
        _, outcomes = bring_in(tmp_path / "a.json")
    assert words(outcomes) == ["failed"]
    assert (Issue.objects.get().title, Entry.objects.get().figure.name) == ("Before", "")


def test_samples_go_with_the_forms_of_their_figures(tmp_path, uploads, django_capture_on_commit_callbacks):
    sha256 = put(tmp_path, packed(photograph((820, 300))))
    bring_in(write_archive(tmp_path / "a.json", with_figure(sha256)), origin=Origin.SAMPLE)
    assert len(files(uploads)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_samples().issues == 1
    assert files(uploads) == []
