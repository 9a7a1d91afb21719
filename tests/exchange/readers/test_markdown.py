"""Issues that an editor wrote by hand as Markdown."""

import datetime
from pathlib import Path

import pytest

from exchange.documents import Source, UnknownForm
from exchange.readers import markdown

from .accounting import lost_lines, read

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "markdown"
TITLE = "---\ntitle: T\n---\n"


@pytest.fixture
def issue():
    (issue,) = read(markdown, SAMPLES / "by-hand.md")
    return issue


def from_text(tmp_path, text):
    path = tmp_path / "issue.md"
    path.write_text(text)
    (issue,) = read(markdown, path)
    return issue


def test_the_block_on_top_and_the_introduction_are_read(issue):
    assert (issue.title, issue.number, issue.kind) == ("Reading week 9", 9, "weekly")
    assert (issue.stated_on, issue.date_text) == (datetime.date(2022, 3, 4), None)
    assert issue.intro == "A week of whales."


def test_a_heading_called_highlights_holds_them(issue):
    assert [highlight.text for highlight in issue.highlights] == [
        "Eleven whales, [counted twice](https://example.org/whales)",
        "Nothing else",
    ]


def test_kinds_of_sections_are_guessed_from_their_titles(issue):
    assert [(section.title, section.kind) for section in issue.sections] == [
        ("Use cases", "use_case"),
        ("論文", "paper"),
        ("Why I stopped counting", "other"),
    ]


def test_an_entry_has_fields_a_figure_and_a_summary(issue):
    whales = issue.sections[0].entries[0]
    assert (whales.title, whales.url) == ("Counting whales from space", "https://example.org/whales")
    assert (whales.topics, whales.starred) == (["remote-sensing", "counting"], True)
    assert (whales.figure, whales.figure_alt) == ("whales.png", "A grey sea")
    assert whales.figure_credit == "Photo: the ship's cook"
    assert whales.figure_path == (SAMPLES / "figures" / "whales.png").resolve()
    assert whales.summary == "Eleven were found.\n\n```sh\n## not a heading\ncount --whales\n```"


def test_an_address_alone_under_a_heading_is_the_entrys(issue):
    letter = issue.sections[0].entries[1]
    assert (letter.title, letter.url, letter.summary) == (
        "A letter from the boat",
        "https://example.org/letter",
        "It is wet.",
    )


def test_items_and_paragraphs_that_begin_with_a_link_are_entries(issue):
    assert [(entry.title, entry.summary) for entry in issue.sections[1].entries] == [
        ("Sparse is enough", "half of the network sleeps."),
        ("Sound asleep", ""),
        ("A third one", "by hand, over\ntwo lines.\n\nIt has a second paragraph."),
    ]


def test_an_essay_is_one_entry(issue):
    (essay,) = issue.sections[2].entries
    assert essay.title == "Why I stopped counting"
    assert essay.summary == "Because the sea is large.\n\nThere are better numbers."


def test_an_unknown_name_is_left_over_with_its_line(issue):
    assert [(left.line_from, left.text) for left in issue.leftovers] == [(5, "reviewer: Ada")]


def test_no_line_is_lost():
    path = SAMPLES / "by-hand.md"
    # Names of fields, the repeated title, and the folder of a figure.
    assert lost_lines(path, read(markdown, path), {2, 3, 4, 12, 20, 21, 23}) == []


def test_a_title_is_all_that_is_needed(tmp_path):
    issue = from_text(tmp_path, TITLE)
    assert (issue.title, issue.sections, issue.intro) == ("T", [], "")


def test_a_heading_can_hold_the_title_when_the_format_is_asked_for(tmp_path):
    assert from_text(tmp_path, "# Week 3\n\nHello.\n").title == "Week 3"


def test_words_of_yaml_are_plain_text(tmp_path):
    issue = from_text(tmp_path, "---\ntitle: No\nslug: 007\nlanguage: no\n---\n")
    assert (issue.title, issue.slug, issue.language) == ("No", "007", "no")


def test_text_before_other_entries_is_left_over(tmp_path):
    issue = from_text(tmp_path, f"{TITLE}\n## S\n\nHow to read this.\n\n### E\n\nText.\n")
    assert [entry.title for entry in issue.entries()] == ["E"]
    assert [(left.line_from, left.text) for left in issue.leftovers] == [(7, "How to read this.")]


def test_a_picture_on_the_web_is_kept_by_name_and_address(tmp_path):
    issue = from_text(tmp_path, f"{TITLE}\n## S\n\n### E\n\n![](https://pics.example/a%20b.png?w=3)\n")
    (entry,) = issue.entries()
    assert (entry.figure, entry.figure_source_url) == ("a b.png", "https://pics.example/a%20b.png?w=3")


def test_a_figure_outside_the_folder_is_not_looked_for(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    issue = from_text(tmp_path / "in", f"{TITLE}\n## S\n\n### E\n\n![](../secret.png)\n")
    (entry,) = issue.entries()
    assert (entry.figure, entry.figure_path) == ("secret.png", None)


def test_relative_addresses_are_made_absolute_where_the_source_is_known(tmp_path):
    issue = from_text(tmp_path, "---\ntitle: T\nsource_url: https://a.example/w/1\n---\n\n## S\n\n### [E](../e)\n")
    (entry,) = issue.entries()
    assert (entry.url, entry.url_given) == ("https://a.example/e", "../e")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\nslug: 1\n---\n", 1, "title"),
        ("---\ntitle: T\nnumber: many\n---\n", 3, "whole number"),
        ("---\ntitle: [T]\n---\n", 2, "text"),
        ("---\ntitle: T\nkind: daily\n---\n", 3, "weekly, monthly"),
        ("---\ntitle: T\npublished_at: yesterday\n---\n", 3, "moment"),
        ("---\ntitle: T\npublished_at: 2021-08-06T09:00:00\n---\n", 3, "moment"),
        ("---\ntitle: T\npublished_at_exact: perhaps\n---\n", 3, "yes or no"),
        ("---\ntitle: T\ntitle: U\n---\n", 3, "twice"),
        ("---\ntitle: T\ncontents: x\n---\n", 3, "fields"),
        ("---\ntitle: T\npast_issues: x\n---\n", 3, "list"),
        ("---\ntitle: T\nerrata:\n- text: x\n---\n", 4, "noted_on"),
        ("---\ntitle: T\nerrata:\n- wrong: x\n---\n", 4, "none of"),
        ("---\ntitle: 'T\n---\n", 3, "can't be read"),
        ("---\ntitle: &a T\nslug: *a\n---\n", 2, "aliases"),
        ("---\ntitle: !!python/name:os.system T\n---\n", 2, "tags"),
        ("---\n- title\n---\n", 2, "title"),
        (f"---\ntitle: T\nx: {'[' * 50}\n---\n", 3, "deeply"),
        (f"{TITLE}\n## S\nkind: novel\n", 6, "feature, use_case"),
        (f"{TITLE}\n## S\n\n### E\nstarred: perhaps\n", 8, "yes or no"),
        (f"{TITLE}\n## H\nkind: highlights\n\n### G\ngroup: novel\n\n- x\n", 9, "feature, use_case"),
    ],
    ids=lambda value: None if isinstance(value, int) else value[-24:].strip(),
)
def test_what_can_not_be_meant_is_refused_with_its_line(text, line, words, tmp_path):
    with pytest.raises(UnknownForm, match=words) as caught:
        from_text(tmp_path, text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        (TITLE, True),
        ("\ufeff---\r\ntitle: T\r\n---\r\n", True),
        ("---\nlayout: post\n---\n", False),
        ("---\ntitle: never closed\n", False),
        ("# T\n\n## S\n", False),
        ("", False),
    ],
    ids=["title", "windows", "no-title", "unclosed", "heading", "empty"],
)
def test_a_file_is_recognised_by_the_title_in_its_block(text, is_ours, tmp_path):
    path = tmp_path / "issue.md"
    path.write_bytes(text.encode())
    assert markdown.recognises(Source(path)) is is_ours
