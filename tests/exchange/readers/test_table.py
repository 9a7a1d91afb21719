"""Newsletters whose entries are rows of tables."""

import datetime
from pathlib import Path

import pytest

from exchange.documents import Source, UnknownForm
from exchange.readers import table

from .accounting import lost_lines, read

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "table"


@pytest.fixture
def weeks():
    return read(table, SAMPLES / "two-weeks.md")


@pytest.fixture
def shelves():
    (issue,) = read(table, SAMPLES / "columns.md")
    return issue


def from_text(tmp_path, text):
    path = tmp_path / "table.md"
    path.write_text(text)
    return read(table, path)


def test_each_heading_with_a_date_is_an_issue(weeks):
    assert [issue.title for issue in weeks] == [
        "Small Models of the Week (March 4 - March 10) - 2024",
        "Small Models of the Week (February 26 - March 3) - 2024",
    ]
    assert [issue.stated_on for issue in weeks] == [datetime.date(2024, 3, 4), datetime.date(2024, 2, 26)]
    assert [(issue.year, issue.date_text) for issue in weeks] == [
        (2024, "March 4 - March 10"),
        (2024, "February 26 - March 3"),
    ]
    assert [issue.lines for issue in weeks] == [(1, 19), (20, 25)]


def test_every_row_is_an_entry(weeks, shelves):
    assert [[len(section.entries) for section in issue.sections] for issue in [*weeks, shelves]] == [[3], [2], [2, 2]]


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("A Model in a Matchbox", "https://arxiv.org/abs/2403.00001"),
        ("Sorting | by Smell", "https://tea.example.org/"),
        ("No Link Yet", ""),
        ("Quiet Attention", "https://arxiv.org/abs/2402.00002"),
        ("Slow Diffusion", "https://arxiv.org/abs/2402.00003v2"),
    ],
    ids=["paper", "project", "none", "paper-second", "linked-title"],
)
def test_the_paper_is_the_link_of_a_row_and_else_the_first(weeks, title, url):
    entry = next(entry for issue in weeks for entry in issue.entries() if entry.title == title)
    assert (entry.url, entry.url_given) == (url, url)


def test_the_other_links_stay_at_the_end_of_the_summary(weeks):
    first = weeks[0].sections[0].entries[0]
    assert first.summary == (
        "fits a language model into 90 kB; answers only in rhyme, but *correctly*.\n\n"
        "[Tweet](https://x.example.com/matchbox/1)"
    )
    assert "[Slow Diffusion](https://slow.example.org/)" in weeks[1].sections[0].entries[1].summary


def test_bullets_behind_breaks_become_a_list(weeks):
    assert weeks[1].sections[0].entries[0].summary == (
        "Shows that most heads may stay silent. The tests are careful.\n\n"
        "- On long texts nothing is lost.\n- On short ones, a little.\n\n"
        "[Tweet](https://x.example.com/quiet/9)"
    )


def test_headings_without_a_date_are_sections_of_one_issue(shelves):
    assert (shelves.title, shelves.number) == ("Papers we liked, No. 12", 12)
    assert [(section.title, section.kind) for section in shelves.sections] == [
        ("Vision papers", "paper"),
        ("Articles", "article"),
    ]
    assert shelves.intro == "A table for each shelf. Dates are left to the papers."


def test_further_columns_are_kept_under_their_names(shelves):
    herons = shelves.sections[0].entries[1]
    assert (herons.title, herons.url) == ("Counting herons", "https://example.org/herons.pdf")
    assert herons.summary == "**Authors**: C. Blau\n\nslides soon"


def test_bare_addresses_and_references_are_links(shelves):
    index, letters = shelves.sections[1].entries
    assert (index.url, index.summary) == (
        "https://example.org/index",
        "**Why**: [It](https://example.org/why) names its mistakes.",
    )
    assert (letters.title, letters.url) == ("Letters to a compiler", "https://example.org/letters")


def test_text_around_the_tables_is_left_over_with_its_lines(weeks):
    assert [(left.line_from, left.text) for left in weeks[0].leftovers] == [
        (1, "# Small Models Weekly"),
        (16, "We choose by hand and by heart."),
    ]


# Headers of columns, the words on an entry's own link, and invitations to subscribe are standing text.
@pytest.mark.parametrize(
    ("name", "standing"),
    [("two-weeks.md", {3, 8, 11, 18, 21}), ("columns.md", {7, 9, 10, 14})],
    ids=["weeks", "columns"],
)
def test_no_line_is_lost(name, standing):
    assert lost_lines(SAMPLES / name, read(table, SAMPLES / name), standing) == []


def test_a_row_without_words_is_left_over(tmp_path):
    (issue,) = from_text(tmp_path, "# Week 3\n\n| A | B |\n|--|--|\n| x | [y](https://z.example) |\n| 12) | - |\n")
    assert [entry.title for entry in issue.entries()] == ["x"]
    assert [(left.line_from, left.text) for left in issue.leftovers] == [(6, "| 12) | - |")]


@pytest.mark.parametrize(
    ("heading", "day", "year"),
    [
        ("Week of 2021-02-03", datetime.date(2021, 2, 3), 2021),
        ("Papers, 3rd of February 2021", datetime.date(2021, 2, 3), 2021),
        ("2021年2月3日の論文", datetime.date(2021, 2, 3), 2021),
        ("The week (Dec 30 - Jan 5) - 2025", datetime.date(2024, 12, 30), 2025),
        ("The week (Jan 1-8)", None, None),
        ("The week (February 31) - 2021", None, None),
    ],
    ids=["iso", "day-first", "japanese", "over-new-year", "no-year", "no-such-day"],
)
def test_the_date_is_read_from_the_heading(heading, day, year, tmp_path):
    (issue,) = from_text(tmp_path, f"## {heading}\n\n| A | B |\n|--|--|\n| x | [y](https://z.example) |\n")
    assert (issue.stated_on, issue.year) == (day, year)


@pytest.mark.parametrize(
    "text",
    ["", "# Only a heading\n", "| A | B |\n|--|--|\n| x | [y](https://z.example) |\n", "# T\n\n| A |\n|--|\n| x |\n"],
    ids=["empty", "no-table", "no-heading", "no-link"],
)
def test_what_is_no_table_of_links_is_refused(text, tmp_path):
    with pytest.raises(UnknownForm) as caught:
        from_text(tmp_path, text)
    assert caught.value.line == 1


def test_a_table_of_numbers_inside_a_list_of_links_is_not_claimed(tmp_path):
    path = tmp_path / "list.md"
    path.write_text("# T\n\n- [a](https://a.example)\n- [b](https://b.example)\n\n| x |\n|--|\n| 0.3 |\n")
    assert not table.recognises(Source(path))
