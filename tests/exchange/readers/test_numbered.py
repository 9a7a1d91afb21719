"""Newsletters of numbered items and essays."""

from pathlib import Path

import pytest

from exchange.documents import UnknownForm
from exchange.readers import numbered

from .accounting import lost_lines, read

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "numbered"
PICTURES = "https://pics.example.cn/202103"


@pytest.fixture
def paper():
    (issue,) = read(numbered, SAMPLES / "issue-7.md")
    return issue


@pytest.fixture
def night():
    (issue,) = read(numbered, SAMPLES / "issue-8.md")
    return issue


def from_text(tmp_path, text):
    path = tmp_path / "numbered.md"
    path.write_text(text)
    (issue,) = read(numbered, path)
    return issue


def test_title_number_and_introduction_are_read(paper, night):
    assert (paper.title, paper.number) == ("小爱好者周刊（第 7 期）：纸也会记事", 7)
    assert paper.intro.startswith("这里记录一周里的小发现")
    assert (night.title, night.number) == ("Night Shift Notes, issue 8", 8)


def test_every_number_opens_an_entry_and_every_essay_is_one(paper, night):
    assert [(section.title, len(section.entries)) for section in paper.sections] == [
        ("封面图", 1),
        ("纸也会记事", 1),
        ("动态", 7),
        ("教程", 2),
        ("言论", 2),
    ]
    assert [(section.title, len(section.entries)) for section in night.sections] == [
        ("Found", 3),
        ("Thought at four", 1),
    ]


def test_numbers_in_an_essay_open_no_entries(paper):
    (essay,) = paper.sections[1].entries
    assert essay.title == "纸也会记事"
    assert essay.url == "https://paper.example.cn/interview"
    assert "\n\n1、\n\n纸里有酸" in essay.summary


def test_the_first_picture_is_the_figure_and_others_become_links(paper):
    shelf = paper.sections[2].entries[0]
    assert (shelf.title, shelf.url) == ("会走路的书架", "https://news.example.cn/shelf")
    assert (shelf.figure, shelf.figure_source_url) == ("shelf.png", "")
    assert shelf.figure_path == (SAMPLES / "img" / "shelf.png").resolve()
    assert shelf.summary == f"[shelf2.png]({PICTURES}/shelf2.png)\n\n它听得懂书名，走得不快。"


def test_a_picture_on_the_web_keeps_its_name_and_address(paper):
    cover = paper.sections[0].entries[0]
    assert (cover.figure, cover.figure_source_url) == ("cover.webp", f"{PICTURES}/cover.webp")
    assert cover.figure_path is None
    assert "![" not in "".join(entry.summary for entry in paper.entries())


def test_the_line_behind_the_number_is_the_title(paper):
    card, inks = paper.sections[2].entries[1:3]
    assert (card.title, card.url) == (
        "图书馆里出现了一张神秘的借书卡，没有名字，也没有日期。",
        "https://news.example.cn/card",
    )
    assert inks.title == "蓝墨水 和 黑墨水 的一百年"
    assert inks.summary.startswith("[蓝墨水](https://ink.example.cn/blue) 和 [黑墨水](https://ink.example.cn/black)")


def test_passages_that_begin_with_links_are_entries_below_one_number(paper):
    night, clock, map_ = paper.sections[2].entries[3:6]
    assert [entry.url.rpartition("/")[2] for entry in (night, clock, map_)] == ["night", "clock", "map"]
    assert night.title == "市图书馆从下月起夜里开门"
    assert night.summary.startswith("**一句话消息**\n\n[市图书馆](")
    assert clock.figure == "clock.jpg"
    assert (night.lines, map_.lines) == ((47, 49), (55, 55))


def test_an_item_without_a_link_is_an_entry(paper, night):
    assert (paper.sections[2].entries[6].title, paper.sections[2].entries[6].figure) == ("小狗书签", "dog.jpg")
    assert night.sections[0].entries[2].title == "Nothing at all, but it was quiet."


def test_tags_and_notes_of_language_stay_in_the_title(paper):
    crane, yellow = paper.sections[3].entries
    assert (crane.title, crane.url) == ("[文章] 怎样折一只不会散的鹤（英文）", "https://fold.example.cn/crane")
    assert crane.summary.startswith("* 第一步：[选纸](https://fold.example.cn/crane/1)\n* ")
    assert (yellow.title, yellow.summary) == ("为什么纸会黄？（中文）", "因为它记得太阳。")


def test_a_bare_number_takes_its_title_from_the_first_sentence_below(paper):
    first, second = paper.sections[4].entries
    assert (first.title, first.url) == ("写下来的都是旧事", "https://say.example.cn/1")
    assert first.summary.startswith("写下来的都是旧事。没写下来的，才是新闻。")
    assert (second.title, second.url) == ("我只借不还的，是时间", "")


def test_indented_text_belongs_to_its_number(night):
    assert night.sections[0].entries[0].summary == "It prefers poems."


def test_links_to_earlier_issues_are_past_issues(paper, night):
    assert [(past.title, past.url) for past in paper.past_issues] == [
        ("会响的信封（#2）", "https://weekly.example.cn/issue-2.html"),
        ("没有门的邮局（#1）", "https://weekly.example.cn/issue-1.html"),
    ]
    assert [past.title for past in night.past_issues] == ["Last week: Issue 7"]


@pytest.mark.parametrize(
    ("name", "standing"),
    # The name of a picture's folder, headings of earlier issues, and how to subscribe.
    [("issue-7.md", {33, 86, 92, 94, 96}), ("issue-8.md", {19})],
)
def test_no_line_is_lost(name, standing):
    assert lost_lines(SAMPLES / name, read(numbered, SAMPLES / name), standing) == []


def test_a_lower_number_inside_an_item_counts_something_else(tmp_path):
    issue = from_text(
        tmp_path,
        "# T\n\n## S\n\n1、[a](https://a.example)\n\n2、[b](https://b.example)\n\nIn two steps:\n\n1、first\n\n"
        "3、[c](https://c.example)\n",
    )
    assert [entry.title for entry in issue.entries()] == ["a", "b", "c"]
    assert "1、first" in issue.sections[0].entries[1].summary


@pytest.mark.parametrize(
    "text",
    ["", "1、[a](https://a.example)\n", "# T\n\n## S\n\nProse.\n"],
    ids=["empty", "no-title", "no-number"],
)
def test_what_has_no_numbered_items_is_refused(text, tmp_path):
    with pytest.raises(UnknownForm) as caught:
        from_text(tmp_path, text)
    assert caught.value.line == 1
