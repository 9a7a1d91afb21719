"""Newsletters that are lists of links under headings."""

import datetime
from pathlib import Path

import pytest

from exchange.documents import UnknownForm
from exchange.readers import bullets

from .accounting import lost_lines, read

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "bullets"


@pytest.fixture
def garden():
    (issue,) = read(bullets, SAMPLES / "2019-03-05.md")
    return issue


@pytest.fixture
def basket():
    (issue,) = read(bullets, SAMPLES / "heading.md")
    return issue


def from_text(tmp_path, text):
    path = tmp_path / "list.md"
    path.write_text(text)
    (issue,) = read(bullets, path)
    return issue


def entry_of(issue, title):
    return next(entry for entry in issue.entries() if entry.title == title)


def test_the_lines_on_top_give_title_number_and_date(garden):
    assert (garden.title, garden.number, garden.year) == ("The Garden of Parsers 12", 12, 2019)
    assert (garden.stated_on, garden.date_text) == (datetime.date(2019, 3, 5), "2019-03-05")
    assert garden.intro.startswith("Welcome back to the garden.")


def test_a_first_heading_gives_them_where_there_are_no_such_lines(basket):
    assert (basket.title, basket.number) == ("Link Basket #31 (7 May 2021)", 31)
    assert basket.stated_on == datetime.date(2021, 5, 7)
    assert basket.intro == "Five things, in no order."


def test_sections_are_titled_with_the_headings_above_them(garden, basket):
    assert [(section.title, len(section.entries)) for section in garden.sections] == [
        ("News from the beds › Announcements", 3),
        ("News from the beds › What grew", 4),
        ("News from the beds › New gardeners", 1),
        ("Tool of the week", 1),
        ("Meetings › North", 3),
        ("Work", 1),
        ("Saying of the week", 1),
    ]
    assert [(section.title, section.kind) for section in basket.sections] == [
        ("Papers", "paper"),
        ("読み物", "article"),
        ("Contributors", "other"),
    ]


def test_an_item_that_begins_with_a_link_is_titled_by_it_tags_included(garden):
    assert entry_of(garden, "Rake 2.0 is out").summary == ""
    assert entry_of(garden, "[video] A walk through the grammar house").url == "https://video.example.org/walk"
    voices = entry_of(garden, "[audio] Two voices on recursion")
    assert (voices.url, voices.summary) == ("https://audio.example.org/voices", "Forty minutes, all of them good.")


def test_a_sentence_with_links_is_titled_by_its_first_sentence_and_joined(garden):
    entry = entry_of(garden, "Empty rules are no longer an error")
    assert entry.url == "https://garden.example.org/pull/101"
    assert entry.summary == (
        "Empty rules are [no longer an error](https://garden.example.org/pull/101). They were never wrong, only lonely."
        " [Discussion](https://forum.example.org/t/101)."
    )
    assert entry.lines == (28, 29)


def test_names_of_references_are_matched_in_any_case(garden):
    assert entry_of(garden, "The old shed has been taken down, after a last party").url.endswith("/pull/103")


def test_an_item_without_a_link_among_links_is_an_entry(garden):
    assert entry_of(garden, "Nobody mourned the third pump").url == ""


def test_items_below_one_that_only_says_when_and_where_are_the_entries(garden):
    section = garden.sections[4]
    assert [entry.title for entry in section.entries] == [
        "Weeding by moonlight",
        "Rain and recursion",
        "Tea after rain",
    ]
    where = "2019-03-12 | Bergen, NO | [Bergen Weeders](https://meet.example.org/bergen)"
    assert [entry.summary for entry in section.entries[1:]] == [where, where]


def test_items_below_a_linked_item_stay_in_its_summary(basket):
    entry = entry_of(basket, "Learning to wait")
    assert entry.summary == "a queue that thinks.\n\n- [The code](https://github.com/example/wait)"


def test_emphasis_around_a_link_and_the_dash_behind_it_are_no_text(basket):
    assert entry_of(basket, "Folding maps").summary == "why it never works twice"


def test_wrapped_lines_are_joined_without_a_blank_in_japanese(basket):
    assert entry_of(basket, "小さな辞書の話").summary == "引く人のいない言葉について。"


def test_text_without_a_list_of_links_is_one_entry(garden):
    tool = entry_of(garden, "Tool of the week")
    assert tool.url == "https://tools.example.org/trowel"
    assert tool.summary.endswith("Thanks to [Bo](https://forum.example.org/u/bo) for the hint!")
    assert entry_of(garden, "New gardeners").summary == "* Ada Beet\n* Bo Chard"


def test_a_list_of_people_is_no_list_of_links(basket):
    people = entry_of(basket, "Contributors")
    assert (people.url, people.summary) == ("", "- [ada](https://github.com/ada)\n- [bo](https://github.com/bo)")


def test_a_line_in_bold_above_an_item_belongs_to_it(garden):
    assert entry_of(garden, "Gardener of grammars (remote)").summary == "**Hothouse Ltd**"


def test_what_has_no_place_is_left_over_with_its_lines(garden):
    assert [(left.line_from, left.attached_to) for left in garden.leftovers] == [
        (4, "header"),
        (26, "section 2"),
        (34, "references"),
        (40, "references"),
        (55, "heading North"),
        (62, "section 5"),
        (64, "references"),
        (78, "foot"),
        (80, "foot"),
    ]


@pytest.mark.parametrize(("name", "standing"), [("2019-03-05.md", {1, 2, 3}), ("heading.md", set())])
def test_no_line_is_lost(name, standing):
    assert lost_lines(SAMPLES / name, read(bullets, SAMPLES / name), standing) == []


def test_a_bare_address_is_a_link(tmp_path):
    issue = from_text(tmp_path, "# Links\n\n- https://one.example/a, seen twice\n- <https://two.example>\n")
    assert [(entry.title, entry.url, entry.summary) for entry in issue.entries()] == [
        ("https://one.example/a", "https://one.example/a", "seen twice"),
        ("https://two.example", "https://two.example", ""),
    ]


def test_an_address_in_code_is_none(tmp_path):
    issue = from_text(tmp_path, "# Links\n\n- Call `curl https://no.example` [here](https://yes.example)\n")
    assert next(issue.entries()).url == "https://yes.example"


def test_a_list_under_the_title_is_a_section(tmp_path):
    issue = from_text(tmp_path, "# Links\n\nHello.\n\n- [a](https://a.example)\n")
    assert [(section.title, len(section.entries)) for section in issue.sections] == [("Links", 1)]
    assert [left.text for left in issue.leftovers] == ["Hello."]


@pytest.mark.parametrize(
    "text",
    ["", "- [a](https://a.example)\n", "# T\n\nProse.\n", "# T\n\n- a\n- b\n"],
    ids=["empty", "no-title", "no-list", "no-link"],
)
def test_what_is_no_list_of_links_is_refused(text, tmp_path):
    with pytest.raises(UnknownForm) as caught:
        from_text(tmp_path, text)
    assert caught.value.line == 1
