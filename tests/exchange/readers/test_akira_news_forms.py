"""Forms of heads, original titles, cards, dates and parts that no sample shows, each in a document of its own."""

import datetime

import pytest

from exchange.documents import Source
from exchange.readers import akira_news

HEADER = (
    "# Akira 的机器学习新闻— #7\n\n> 原文：<https://medium.com/analytics-vidhya/akiras-machine-learning-news-7-0a>\n\n"
)


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "issue.md"
        path.write_text(text, encoding="utf-8")
        [issue] = akira_news.read(Source(path))
        return issue

    return read_text


@pytest.fixture
def read_section(read):
    """The only section of an issue whose text below the heading is given."""

    def read_text(text, heading="# 3.报纸"):
        [section] = read(f"{HEADER}{heading}\n\n{text}\n").sections
        return section

    return read_text


BODY = "\n\n![](img/aa.png)\n\n一段总结，说明这件事。\n"

HEADS = [
    # head, title, address, domain
    pytest.param("[T 题](https://a.org/1)", "T 题", "https://a.org/1", None, id="plain link"),
    pytest.param("**T 题——**[**a.org**](https://a.org/1)", "T 题", "https://a.org/1", "a.org", id="title without link"),
    pytest.param("[**T**](https://a.org/1)**——**", "T", "https://a.org/1", None, id="nothing after the dash"),
    pytest.param("[**T**](https://a.org/1) ― a.org", "T", "https://a.org/1", "a.org", id="plain domain"),
    pytest.param("[**T**](https://a.org/1)[**题**](https://a.org/1)", "T题", "https://a.org/1", None, id="two links"),
    pytest.param("[](https://a.org/1)", "", "https://a.org/1", None, id="empty link alone"),
    pytest.param("**【a.org】T**[](https://a.org/1)", "T", "https://a.org/1", "a.org", id="domain first, no dash"),
    pytest.param("[**【题】T**](https://a.org/1)", "【题】T", "https://a.org/1", None, id="brackets in the title"),
    pytest.param(
        "[**【题 T**](https://a.org/1)", "【题 T", "https://a.org/1", None, id="unclosed bracket in the title"
    ),
    pytest.param("【**T**】(https://a.org/1)", "T", "https://a.org/1", None, id="link in full-width brackets"),
    pytest.param("[**T**](https://a.org/x_(y))", "T", "https://a.org/x_(y)", None, id="parentheses in the address"),
    pytest.param("### [T](https://a.org/1)", "T", "https://a.org/1", None, id="heading"),
    pytest.param(
        "### [**T**](https://a.org/1)——[a.org](https://a.org)",
        "T",
        "https://a.org/1",
        "a.org",
        id="heading with domain",
    ),
    pytest.param("*   [**T**](https://a.org/1)", "T", "https://a.org/1", None, id="list item"),
    pytest.param("[**A\\*搜索**](https://a.org/1)", "A*搜索", "https://a.org/1", None, id="escaped star"),
    pytest.param(
        "[**T**](https://a.org/1)\n**——**[**a.org**](https://a.org/1)", "T", "https://a.org/1", "a.org", id="two lines"
    ),
]


@pytest.mark.parametrize(("head", "title", "url", "domain"), HEADS)
def test_head_is_read_in_any_form(read_section, head, title, url, domain):
    [entry] = read_section(head + BODY).entries
    assert (entry.title, entry.url, entry.domain_shown) == (title, url, domain)
    assert (entry.figure, entry.summary) == ("aa.png", "一段总结，说明这件事。")


def test_link_inside_a_summary_heads_no_entry(read_section):
    text = "[**T**](https://a.org/1)" + BODY + "\n[代码](https://github.com/a/b)在网上。\n\n[论文](https://a.org/2)"
    [entry] = read_section(text).entries
    assert entry.summary.endswith("[代码](https://github.com/a/b)在网上。\n\n[论文](https://a.org/2)")


def test_bold_line_above_a_figure_heads_an_entry_when_the_one_before_is_complete(read_section):
    first, second = read_section("[**T**](https://a.org/1)" + BODY + "\n**没有链接的题目**" + BODY).entries
    assert (first.title, second.title, second.url) == ("T", "没有链接的题目", "")


def test_second_figure_of_an_entry_is_left_over(read):
    issue = read(HEADER + "# 3.报纸\n\n[**T**](https://a.org/1)" + BODY + "\n![](img/bb.png)\n")
    [leftover] = issue.leftovers
    assert (leftover.text, leftover.attached_to) == ("![](img/bb.png)", "section 1, entry 1")


def test_text_before_the_first_entry_is_left_over_with_its_place(read):
    issue = read(HEADER + "# 3.报纸\n\n编者按。\n\n[**T**](https://a.org/1)" + BODY)
    [leftover] = issue.leftovers
    assert (leftover.line_from, leftover.text, leftover.attached_to) == (7, "编者按。", "section 1")


def test_prose_with_a_link_is_one_entry_where_a_section_has_no_head(read_section):
    [entry] = read_section("一篇短文，没有题目，说的是[这件事](https://a.org/1)。").entries
    assert (entry.title, entry.url) == ("", "https://a.org/1")


CARDS = [
    pytest.param("[](https://a.org/1) [## 题\n\n### 说明\n\na.org](https://a.org/1)", "说明", "a.org", id="usual"),
    pytest.param("[](https://a.org/1) [题\n\n说明\n\na.org](https://a.org/1)", "说明", "a.org", id="no marks"),
    pytest.param("[](https://a.org/1) [## 题\n\n### 说明\n\na.org", "说明", "a.org", id="unclosed"),
    pytest.param("[## 题 ### 说明 a.org](https://a.org/1)", "说明", "a.org", id="one line"),
    pytest.param("[**## 题**\n\n### 说明](https://a.org/1)", "说明", "", id="bold, no domain"),
]


@pytest.mark.parametrize(("card", "description", "domain"), CARDS)
def test_card_is_read_in_any_state(read_section, card, description, domain):
    [entry] = read_section(f"[**T**](https://a.org/1)\n\n{card}\n\n总结。").entries
    assert (entry.card.title, entry.card.description, entry.card.domain) == ("题", description, domain)
    assert entry.card.url == "https://a.org/1"
    assert entry.summary == "总结。"


def test_card_below_a_complete_entry_is_an_entry_without_a_title(read_section):
    card = "[](https://a.org/{0}) [## 题 {0}\n\n### 说明\n\na.org](https://a.org/{0})\n\n总结 {0}。\n\n"
    first, second = read_section("[**T**](https://a.org/1)\n\n" + card.format(1) + card.format(2)).entries
    assert (first.title, first.card.title) == ("T", "题 1")
    assert (second.title, second.card.title, second.summary) == ("", "题 2", "总结 2。")


ORIGINALS = [
    pytest.param("【arXiv:2103.00020v2】题\n总结。", "题", "2103.00020", "总结。", id="name and version"),
    pytest.param("[hep-th/9901001] 题\n总结。", "题", "hep-th/9901001", "总结。", id="old id"),
    pytest.param("[2103.00020] 题目 他们做了一件事。", "题目", "2103.00020", "他们做了一件事。", id="one line, space"),
    pytest.param(
        "[2103.00020]题目与总结连在一起。", "", "2103.00020", "题目与总结连在一起。", id="one line, no border"
    ),
    pytest.param(
        "[[2103.00020] 题](https://arxiv.org/abs/2103.00020)\n总结。", "题", "2103.00020", "总结。", id="as a link"
    ),
    pytest.param("原题：题目\n总结。", "题目", "", "总结。", id="label without brackets"),
    pytest.param("【题目没有合上\n总结在下一行。", "题目没有合上", "", "总结在下一行。", id="unclosed bracket"),
    pytest.param("[GAN]的训练很慢。", "", "", "[GAN]的训练很慢。", id="short bracket in a sentence"),
    pytest.param("*他们强调了全文。*", "", "", "*他们强调了全文。*", id="summary in italics"),
    pytest.param("**第一句。**第二句。", "", "", "**第一句。**第二句。", id="bold sentence"),
]


@pytest.mark.parametrize(("text", "title", "arxiv_id", "summary"), ORIGINALS)
def test_original_title_is_read_in_any_form(read_section, text, title, arxiv_id, summary):
    [entry] = read_section("[**T**](https://arxiv.org/abs/2103.00020)\n\n![](img/aa.png)\n\n" + text).entries
    assert (entry.source_title, entry.source_arxiv_id, entry.summary) == (title, arxiv_id, summary)


TITLES = [
    # title and date line, kind, number, year, week, month, day
    pytest.param("Akira's ML News #Week 2, 2021", "", ("weekly", None, 2021, 2, None, None), id="English week"),
    pytest.param(
        "Akira's Machine Learning News — Issue #26", "", ("weekly", 26, None, None, None, None), id="English issue"
    ),
    pytest.param("Akira 的 ML 新闻#第 2 周，2021 年", "", ("weekly", None, 2021, 2, None, None), id="week before year"),
    pytest.param("Akira 的机器学习新闻 24", "", ("weekly", 24, None, None, None, None), id="bare number"),
    pytest.param("Akira 的机器学习新闻— 2021 年 3 月", "", ("monthly", None, 2021, None, 3, None), id="month"),
    pytest.param("Akira's ML News November, 2020", "", ("monthly", None, 2020, None, 11, None), id="English month"),
    pytest.param("2020 年总结", "", ("annual", None, 2020, None, None, None), id="year"),
    pytest.param(
        "Akira 的机器学习新闻— #9",
        "2021 年第 53 周(1 月 3 日~)",
        ("weekly", 9, 2021, 53, None, (2022, 1, 3)),
        id="year's end",
    ),
    pytest.param(
        "2021 年第 1 周",
        "2021 年第 1 周(12 月 27 日~)",
        ("weekly", None, 2021, 1, None, (2020, 12, 27)),
        id="year's start",
    ),
    pytest.param(
        "Akira 的机器学习新闻— #9",
        "2021 年 7 月 25 日一周总结",
        ("weekly", 9, 2021, None, None, (2021, 7, 25)),
        id="day without week",
    ),
    pytest.param(
        "Akira 的机器学习新闻— #9",
        "Week 25 (June 20~), 2021",
        ("weekly", 9, 2021, 25, None, (2021, 6, 20)),
        id="English line",
    ),
    pytest.param(
        "Akira 的机器学习新闻— #9",
        "2021 年第 99 周(13 月 40 日~)",
        ("weekly", 9, None, None, None, None),
        id="impossible",
    ),
]


@pytest.mark.parametrize(("title", "line", "expected"), TITLES)
def test_title_and_date_line_say_which_issue_it_is(read, title, line, expected):
    issue = read(f"# {title}\n\n{line}\n\n# 1.论文\n\n[**T**](https://a.org/1)\n\n总结。\n")
    day = datetime.date(*expected[5]) if expected[5] else None
    assert (issue.kind, issue.number, issue.year, issue.week, issue.month, issue.stated_on) == (*expected[:5], day)


def test_address_says_which_issue_it_is_where_nothing_else_does(read):
    text = HEADER.replace("— #7", "").replace("news-7-0a", "news-week-11-2021-0a")
    issue = read(text + "# 1.论文\n\n[**T**](https://a.org/1)\n\n总结。\n")
    assert (issue.number, issue.year, issue.week) == (None, 2021, 11)


KINDS = [
    pytest.param("# 1.本周专题", "feature", id="feature"),
    pytest.param("# 2.现实世界中的机器学习", "use_case", id="use case"),
    pytest.param("# 3.文件", "paper", id="paper"),
    pytest.param("# 4.机器学习技术的相关文章", "article", id="article"),
    pytest.param("# 5.其他文章", "other", id="other"),
    pytest.param("# 1.2021 年 2 月特稿/新闻", "feature", id="with a month"),
    pytest.param("# 七、论文", "paper", id="Chinese number"),
    pytest.param("# 看不懂的词", "paper", id="by its entries"),
]


@pytest.mark.parametrize(("heading", "kind"), KINDS)
def test_kind_of_section_is_known_by_its_words_or_entries(read, heading, kind):
    text = f"{HEADER}{heading}\n\n[**T**](https://arxiv.org/abs/2103.00020)\n\n总结。\n"
    if heading == "# 看不懂的词":
        text = text.replace(heading, "# 1.看不懂的词")
    assert [section.kind for section in read(text).sections] == [kind]


def test_kind_of_section_is_taken_from_its_line_in_the_contents(read):
    contents = "1.  论文\n2.  技术文章\n3.  其他主题\n\n"
    sections = "".join(
        f"# {n}.{t}\n\n[**T**](https://a.org/{n})\n\n总结。\n\n" for n, t in [(1, "论文"), (2, "技数"), (3, "其他主题")]
    )
    assert [section.kind for section in read(HEADER + contents + sections).sections] == ["paper", "article", "other"]


def test_kind_of_section_is_taken_from_its_place_between_known_ones(read):
    titles = ["本周特稿/新闻", "机器学习用例", "？？", "机器学习技术相关文章", "其他主题"]
    sections = "".join(f"# {n}.{t}\n\n[**T**](https://a.org/{n})\n\n总结。\n\n" for n, t in enumerate(titles, 1))
    kinds = [section.kind for section in read(HEADER + sections).sections]
    assert kinds == ["feature", "use_case", "paper", "article", "other"]


def test_numbered_headings_of_entries_are_no_sections(read):
    text = (
        HEADER + "# 1.论文\n\n## 1. 第一件事\n\n总结。\n\n## 2. 第二件事\n\n总结。\n\n# 2.技术文章\n\n## 甲\n\n总结。\n"
    )
    assert [[e.title for e in s.entries] for s in read(text).sections] == [["1. 第一件事", "2. 第二件事"], ["甲"]]


def test_unknown_part_of_the_foot_is_left_over(read):
    text = (
        HEADER + "# 1.论文\n\n[**T**](https://a.org/1)\n\n总结。\n\n# 关于我\n\n数据科学家。\n\n# 结语\n\n下周再见。\n"
    )
    leftovers = read(text).leftovers
    assert [(leftover.text, leftover.attached_to) for leftover in leftovers] == [
        ("结语", "foot"),
        ("下周再见。", "foot"),
    ]


def test_invitation_between_sections_is_no_entry(read):
    card = "[](https://www.getrevue.co/profile/akiratosei) [## Revue\n\n### 说明\n\nrevue.co](https://www.getrevue.co/profile/akiratosei)"
    text = f"{HEADER}# 1.论文\n\n[**T**](https://a.org/1)\n\n总结。\n\n# 请订阅！\n\n{card}\n\n# 2.技术文章\n\n[**U**](https://a.org/2)\n\n总结。\n"
    issue = read(text)
    assert [entry.title for entry in issue.entries()] == ["T", "U"]
    assert issue.past_issues == issue.leftovers == []


def test_highlights_may_stand_as_paragraphs(read):
    text = (
        HEADER
        + "## 本周特稿/新闻\n\n[一件事](https://a.org/1)发生了。\n\n另一件事也发生了。\n\n"
        + "1.  论文\n2.  文章\n\n# 1.论文\n\n"
    )
    issue = read(text + "[**T**](https://a.org/1)\n\n总结。\n")
    assert [highlight.text for highlight in issue.highlights] == [
        "[一件事](https://a.org/1)发生了。",
        "另一件事也发生了。",
    ]


def test_line_break_inside_a_highlight_stays_in_it(read):
    text = (
        HEADER
        + "## 本周特稿/新闻\n\n*   一件事。\n它在下一行继续。\n*   另一件事。\n\n# 1.论文\n\n[**T**](https://a.org/1)\n\n总结。\n"
    )
    assert [highlight.text for highlight in read(text).highlights] == ["一件事。\n它在下一行继续。", "另一件事。"]


def test_unnumbered_heading_above_numbered_sections_heads_highlights(read):
    section = "# {}\n\n[**T**](https://a.org/{})\n\n总结。\n\n"
    text = HEADER + "1.  论文\n2.  技术文章\n\n# —每周编辑精选\n\n[一件事](https://a.org/0)\n\n"
    issue = read(text + section.format("1.论文", 1) + section.format("2.技术文章", 2))
    assert [(h.group_title, h.text) for h in issue.highlights] == [("—每周编辑精选", "[一件事](https://a.org/0)")]
    assert [s.number_given for s in issue.sections] == [1, 2]


def test_sentence_with_an_address_below_a_heading_is_summary(read_section):
    [entry] = read_section("## 一场讨论\n\n很多人参加了。[https://a.org/1](https://a.org/1)有全文。").entries
    assert (entry.url, entry.source_title) == ("https://a.org/1", "")
    assert entry.summary == "很多人参加了。[https://a.org/1](https://a.org/1)有全文。"
