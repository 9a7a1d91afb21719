"""The nine real documents of other newsletters, read whole; the counts were made by hand, document by document."""

import os
from pathlib import Path

import pytest

from exchange.documents import Source
from exchange.readers.registry import READERS, find_reader

from .accounting import lost_lines, read

pytestmark = pytest.mark.corpus

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("AKIRA_CORPUS") or CHECKOUT.parent / "shared" / "corpus") / "others"

# What a careful reader counts: one for each row, item or numbered piece that an editor chose, one for each essay or
# piece of prose under a heading of its own. Per section, where a section holds more than one.
ROWS = [10]
BULLETS_2014 = [7, 5, 1, 2, 7, 3, 4, 9, 8, 2, 2]
BULLETS_2021 = [1, 1, 7, 11, 20, 6, 1, 5, 36, 1, 1, 1, 2, 12, 1, 6, 1, 6, 1]
BULLETS_2026 = [1, 1, 7, 3, 5, 1, 1, 1, 6, 1, 3, 5, 4, 6, 9, 11, 1, 1, 15, 9, 1, 2, 19, 1, 10, 14, 1, 1, 1, 1]
COUNTS = {
    "dair-ml-papers/2023-oldest.md": ("table", ROWS),
    "dair-ml-papers/2024-05-27.md": ("table", ROWS),
    "dair-ml-papers/2025-06-23.md": ("table", ROWS),
    "this-week-in-rust/2014-11-17.md": ("bullets", BULLETS_2014),
    "this-week-in-rust/2021-10-27.md": ("bullets", BULLETS_2021),
    "this-week-in-rust/2026-06-03.md": ("bullets", BULLETS_2026),
    "ruanyf-weekly/issue-1.md": ("numbered", [1, 4, 9, 4, 7, 4, 1]),
    # Its sixth piece of news holds seven short ones, each with its own link.
    "ruanyf-weekly/issue-105.md": ("numbered", [1, 1, 1, 5 + 7, 8, 10, 6, 2, 2, 6]),
    "ruanyf-weekly/issue-365.md": ("numbered", [1, 1, 4, 7, 10, 4, 3, 2, 1, 5]),
}
TOTALS = [10, 10, 10, 50, 120, 142, 30, 49, 38]
# Number, year and day as the document states them, and how many earlier issues it links to.
HEADERS = {
    "dair-ml-papers/2023-oldest.md": (None, None, None, 0),
    "dair-ml-papers/2024-05-27.md": (None, 2024, "2024-05-27", 0),
    "dair-ml-papers/2025-06-23.md": (None, 2025, "2025-06-23", 0),
    "this-week-in-rust/2014-11-17.md": (57, 2014, "2014-11-17", 0),
    "this-week-in-rust/2021-10-27.md": (414, 2021, "2021-10-27", 0),
    "this-week-in-rust/2026-06-03.md": (654, 2026, "2026-06-03", 0),
    "ruanyf-weekly/issue-1.md": (1, None, None, 0),
    "ruanyf-weekly/issue-105.md": (105, None, None, 2),
    "ruanyf-weekly/issue-365.md": (365, None, None, 4),
}
# Lines that only say what stands beside them, or invite to subscribe.
STANDING = {
    "dair-ml-papers/2023-oldest.md": {3, 20, 22},
    "dair-ml-papers/2024-05-27.md": {2},
    "dair-ml-papers/2025-06-23.md": {2},
    "this-week-in-rust/2014-11-17.md": {1, 2},
    "this-week-in-rust/2021-10-27.md": {1, 2, 3},
    "this-week-in-rust/2026-06-03.md": {1, 2, 3},
    "ruanyf-weekly/issue-1.md": {188, 190, 192, 194, 196},
    "ruanyf-weekly/issue-105.md": {382, 384, 386, 388, 390},
    "ruanyf-weekly/issue-365.md": {353, 363},
}


def read_one(name):
    form, _ = COUNTS[name]
    (issue,) = read(next(reader for reader in READERS if form == reader.NAME), FOLDER / name)
    return issue


@pytest.mark.parametrize("name", COUNTS)
def test_the_form_of_a_document_is_found(name):
    form, _ = COUNTS[name]
    assert form == find_reader(Source(FOLDER / name)).NAME


@pytest.mark.parametrize(("name", "total"), list(zip(COUNTS, TOTALS, strict=True)), ids=list(COUNTS))
def test_as_many_entries_as_counted_by_hand(name, total):
    issue = read_one(name)
    assert [len(section.entries) for section in issue.sections] == COUNTS[name][1]
    assert len(list(issue.entries())) == total


@pytest.mark.parametrize("name", COUNTS)
def test_no_entry_lacks_a_title_and_each_says_more_than_its_title(name):
    entries = list(read_one(name).entries())
    assert all(entry.title.strip(" …") for entry in entries)
    assert all(entry.url or entry.summary or entry.figure for entry in entries)


@pytest.mark.parametrize("name", COUNTS)
def test_the_header_is_read(name):
    issue = read_one(name)
    stated_on = issue.stated_on and issue.stated_on.isoformat()
    assert (issue.number, issue.year, stated_on, len(issue.past_issues)) == HEADERS[name]
    assert issue.title


@pytest.mark.parametrize("name", COUNTS)
def test_no_line_is_lost(name):
    assert lost_lines(FOLDER / name, [read_one(name)], STANDING[name]) == []


@pytest.mark.parametrize("name", COUNTS)
def test_titles_hold_no_markdown(name):
    titles = [entry.title for entry in read_one(name).entries()]
    assert [title for title in titles if "](" in title or "**" in title] == []
