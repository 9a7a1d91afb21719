"""The rules about figures, and about what most papers of an issue have."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from issues.checks import Severity, apply_fix
from issues.models import Entry
from tests.factories import make_entry, make_issue, make_section

from .asking import findings, places

pytestmark = pytest.mark.django_db


def issue_with(*entries, **values):
    section = make_section(make_issue(published=False, **values))
    for entry in entries:
        make_entry(section, **entry)
    return section.issue


def paper(number, **values):
    return {"url": f"https://arxiv.org/abs/2103.0{1000 + number}", "title": f"Paper {number}"} | values


FIGURE = {"figure": "figures/one.png", "figure_alt": "A curve that rises.", "figure_license": "CC-BY-4.0"}


@pytest.mark.parametrize(
    ("alt", "count"),
    [
        ("A curve that rises.", 0),
        ("", 1),
        ("  ", 1),
        ("image", 1),
        ("The figure", 1),
        ("one.png", 1),
        ("…", 1),
        ("図", 0),
        ("Figure of a curve", 0),
    ],
)
def test_a_figure_needs_a_description(alt, count):
    found = findings(issue_with(FIGURE | {"figure_alt": alt}), "no-alt")
    assert [(finding.severity, finding.waivable) for finding in found] == [(Severity.ERROR, False)] * count


def test_figures_that_came_from_elsewhere_and_entries_without_any_are_let_be():
    assert findings(issue_with(FIGURE | {"figure_alt": ""}, origin="import"), "no-alt") == []
    assert findings(issue_with({"figure_alt": ""}), "no-alt") == []


@pytest.mark.parametrize(("licence", "origin", "count"), [("", "desk", 1), ("MIT", "desk", 0), ("", "import", 0)])
def test_a_figure_that_is_shown_first_here_needs_a_licence(licence, origin, count):
    assert len(findings(issue_with(FIGURE | {"figure_license": licence}, origin=origin), "no-licence")) == count


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda size: default_storage.save("figures/one.png", ContentFile(b"x" * size))


@pytest.mark.parametrize(("size", "count"), [(1_000_000, 0), (1_000_001, 1)])
def test_a_heavy_file_is_told_with_its_size(stored, size, count):
    found = findings(issue_with(FIGURE | {"figure": stored(size)}), "heavy-image")
    assert len(found) == count
    assert all("1.0 MB" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("width", "height", "count"), [(4000, 3000, 1), (1200, 800, 0), (None, None, 0), (None, 90_000, 0)]
)
def test_a_picture_of_many_pixels_is_told_though_its_file_is_lost(width, height, count):
    values = FIGURE | {"figure": "figures/lost.png", "figure_width": width, "figure_height": height}
    assert len(findings(issue_with(values), "heavy-image")) == count


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x\x01y"])
def test_odd_names_of_files_do_no_harm(name):
    assert findings(issue_with(FIGURE | {"figure": name}), "heavy-image") == []


@pytest.mark.parametrize(
    ("code", "has"),
    [("no-source-title", {"source_title": "A title of its own"}), ("no-figure", {"figure_name": "one.png"})],
)
@pytest.mark.parametrize(
    ("with_it", "without", "found"),
    [(3, 1, True), (2, 1, True), (1, 1, False), (1, 3, False), (0, 2, False), (1, 0, False)],
)
def test_what_most_papers_have_is_missed_in_the_others(code, has, with_it, without, found):
    entries = [paper(number, **has) for number in range(with_it)]
    entries += [paper(number, summary="No title line.") for number in range(with_it, with_it + without)]
    issue = issue_with(*entries, {"url": "https://example.org/an-article"})
    expected = [(1, with_it + number) for number in range(1, without + 1)] if found else []
    assert places(issue, code) == expected


def test_the_title_of_the_work_is_taken_with_one_click():
    issue = issue_with(*(paper(number, source_title="A title of its own") for number in range(2)), paper(2))
    work = Entry.objects.last().work
    work.title = "The title that arXiv gives"
    work.save()
    (finding,) = findings(issue, "no-source-title")
    apply_fix(issue, finding)
    assert Entry.objects.last().source_title == "The title that arXiv gives"
