"""Issues of the newsletter in all the forms that its mirror shows, on documents written for these tests."""

import datetime
from pathlib import Path

import pytest

from exchange.documents import Source, UnknownForm
from exchange.readers import akira_news

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "akira-news"
NAMES = sorted(path.name for path in SAMPLES.glob("*.md"))


def read(name):
    [issue] = akira_news.read(Source(SAMPLES / name))
    return issue


def entries(name):
    return list(read(name).entries())


def entry(name, figure_or_title):
    return next(e for e in entries(name) if e.title == figure_or_title or e.figure.startswith(figure_or_title))


HEADERS = {
    # name: kind, number, year, week, month, date text, stated on
    "issue-41.md": ("weekly", 41, 2021, 23, None, "2021 年第 23 周(6 月 6 日~)", datetime.date(2021, 6, 6)),
    "issue-42.md": ("weekly", 42, None, None, None, None, None),
    "issue-43-ja.md": ("weekly", 43, 2021, 50, None, "2021年第50週（12月12日～）", datetime.date(2021, 12, 12)),
    "2021-week-07.md": ("weekly", None, 2021, 7, None, "2021 年第 7 周", None),
    "2021-week-09-en.md": ("weekly", None, 2021, 9, None, "Week 9, 2021 (February 28~)", datetime.date(2021, 2, 28)),
    "2020-week-48.md": ("weekly", None, 2020, 48, None, "2020 年第 48 周(11 月 22 日~)", datetime.date(2020, 11, 22)),
    "2021-february.md": ("monthly", None, 2021, None, 2, None, None),
    "2020-annual.md": ("annual", None, 2020, None, None, None, None),
}


@pytest.mark.parametrize("name", NAMES)
def test_header_says_what_the_document_says(name):
    issue = read(name)
    header = (issue.kind, issue.number, issue.year, issue.week, issue.month, issue.date_text, issue.stated_on)
    assert header == HEADERS[name]
    assert issue.source_url.startswith(("https://medium.com/analytics-vidhya/akira", "https://towardsdatascience.com/"))
    assert "?" not in issue.source_url


FIVE = ["feature", "use_case", "paper", "article", "other"]
SHAPES = {
    # name: highlights by group, kinds of sections, entries of each, past issues, leftover lines
    "issue-41.md": (["feature", "feature", "feature", "use_case", "paper"], FIVE, [2, 2, 7, 2, 1], 2, []),
    "issue-42.md": (["feature"], FIVE, [1, 1, 1, 1, 1], 2, []),
    "issue-43-ja.md": (["feature"], FIVE[:3], [1, 1, 1], 1, [23]),
    "2021-week-07.md": (["feature", "use_case"], FIVE, [3, 2, 3, 1, 1], 1, [40]),
    "2021-week-09-en.md": (["feature", "use_case"], FIVE, [1, 1, 1, 1, 1], 1, []),
    "2020-week-48.md": (["feature", "feature"], ["paper", "article", "use_case", "other"], [6, 1, 1, 1], 3, []),
    "2021-february.md": (["feature", "use_case"], FIVE[:3], [1, 1, 1], 0, []),
    "2020-annual.md": ([], ["paper", "paper", "article"], [1, 1, 1], 0, []),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_a_sample_is_found(name):
    issue = read(name)
    groups, kinds, counts, past, leftover_lines = SHAPES[name]
    assert [highlight.group for highlight in issue.highlights] == groups
    assert [section.kind for section in issue.sections] == kinds
    assert [section.number_given for section in issue.sections] == list(range(1, len(kinds) + 1))
    assert [len(section.entries) for section in issue.sections] == counts
    assert len(issue.past_issues) == past
    assert [leftover.line_from for leftover in issue.leftovers] == leftover_lines


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_recognised(name):
    assert akira_news.recognises(Source(SAMPLES / name))


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_clean(name):
    issue = read(name)
    for text in [*(e.summary for e in issue.entries()), *(h.text for h in issue.highlights), issue.intro]:
        assert "**" not in text
        assert "](/" not in text
        assert text == text.strip()
    for e in issue.entries():
        assert "*" not in e.title
        assert e.summary
        assert "T21" not in e.title + e.summary + e.source_title


def test_document_ends_without_a_final_newline_in_the_samples():
    ends = [(SAMPLES / name).read_text(encoding="utf-8").endswith("\n") for name in NAMES]
    assert False in ends
    assert True in ends


def test_highlights_keep_their_groups_and_links():
    issue = read("issue-41.md")
    assert [h.group_title for h in issue.highlights] == ["本周特稿/新闻。"] * 3 + ["现实世界中的机器学习", "报纸"]
    assert issue.highlights[0].text == "一种给桥梁做体检的模型本周公布。"
    assert issue.highlights[1].text == (
        "[一项工作说明，注意力](https://arxiv.org/abs/1706.03762) 不靠卷积也能画地图。"
        "作者把[代码](https://github.com/example/maps)放在网上，"
        "还附上了[*一段很短的演示*](https://medium.com/example-press/demo-of-maps-1a2b3c4d5e6f)。"
    )
    assert issue.highlights[3].lines == (15, 15)


def test_heading_of_highlights_may_be_a_plain_line():
    assert read("issue-42.md").highlights[0].group_title == "本周特稿/新闻。"


def test_contents_are_kept_with_the_count_that_announces_them():
    issue = read("issue-42.md")
    assert issue.contents_stated_count == 5
    assert issue.contents_lines == ["本周特稿/新闻", "机器学习用例", "报纸", "机器学习技术相关文章"]
    assert read("2020-week-48.md").contents_lines[2] == "机器学习用例的例子"
    assert read("2021-february.md").contents_stated_count == 3


def test_sentence_and_disclaimer_above_the_highlights_introduce_the_issue():
    assert read("2021-week-07.md").intro == "论文或文章的发表日期不一定是同一周※"
    assert read("2020-week-48.md").intro.startswith("下面是我在 2020 年第 48 周(11 月 22 日~)读到的")


TRACKED = "?utm_campaign=Akira%27s%20Machine%20Learning%20News%20%20%20&utm_medium=email&utm_source=Revue%20newsletter"


def test_entry_has_title_address_domain_figure_and_original_title():
    found = entry("issue-41.md", "桥梁体检")
    assert found.url == found.url_given == "https://arxiv.org/abs/1512.03385" + TRACKED
    assert found.domain_shown == "arxiv.org"
    assert found.figure == "11111111111111111111111111111111.png"
    assert (found.source_title, found.source_arxiv_id) == ("桥梁越深越容易训练", "1512.03385")
    assert found.summary == "作者给网络加上了一条捷径，于是很深的模型也能学会看裂缝。"
    assert found.card is None
    assert found.lines == (35, 40)


DOMAINS = [
    pytest.param("issue-41.md", "灯塔的照片", "arxiv.org", id="in brackets inside its link"),
    pytest.param("issue-41.md", "送信的机器人", "the post office . pub", id="with spaces"),
    pytest.param("issue-41.md", "把同一张照片看两遍", "arxiv.org", id="before dash, address and title"),
    pytest.param("issue-41.md", "不用教也能学", "arxiv.org", id="before the title, with a placeholder"),
    pytest.param("issue-41.md", "少量照片的生成", None, id="empty after the dash"),
    pytest.param("issue-41.md", "优化器笔记", "blog.example.net", id="in brackets without a link"),
    pytest.param("issue-41.md", "会画图的仓库", None, id="none"),
    pytest.param("2021-week-07.md", "给每个词一点语境", "openreview.net", id="before the title"),
    pytest.param("issue-43-ja.md", "雪道の運転", "arxiv.org", id="after a Japanese dash"),
    pytest.param("2021-week-09-en.md", "Reading tide tables", "arxiv.org", id="after a spaced dash"),
]


@pytest.mark.parametrize(("name", "title", "domain"), DOMAINS)
def test_domain_is_taken_as_shown_without_brackets(name, title, domain):
    found = entry(name, title)
    assert found.domain_shown == domain
    assert found.url.startswith("https://")


def test_title_beside_the_link_is_one_title_with_it():
    assert entry("issue-41.md", "555").title == "用文字找图片"
    assert entry("issue-41.md", "999").title == "用老照片训练的"
    assert entry("issue-41.md", "优化器笔记").url.startswith("https://blog.example.net/adam?gi=")


def test_words_beside_the_link_of_a_heading_are_left_over():
    issue = read("2021-week-07.md")
    assert entry("2021-week-07.md", "aaaaaaaa2222").title == "加深网络"
    [leftover] = issue.leftovers
    assert (leftover.text, leftover.attached_to) == ("以后会怎样", "section 1, entry 2")


@pytest.mark.parametrize("figure", ["44444444", "77777777"])
def test_entry_without_a_readable_title_has_none(figure):
    found = entry("issue-41.md", figure)
    assert found.title == ""
    assert found.domain_shown == "arxiv.org"
    assert found.source_title
    assert found.url.startswith("https://arxiv.org/abs/")


ORIGINALS = [
    pytest.param("issue-41.md", "22222222", "一张图片值十六个词", "2010.11929", id="italics, id with version"),
    pytest.param("issue-41.md", "33333333", "SimCLR:一个简单的框架", "2002.05709", id="square brackets, space"),
    pytest.param("issue-41.md", "44444444", "从噪声里慢慢洗出图片", "2006.11239", id="full-width brackets"),
    pytest.param("issue-41.md", "55555555", "从句子学看图", "2103.00020", id="italics on the summary's line"),
    pytest.param("issue-41.md", "66666666", "", "", id="none"),
    pytest.param("issue-41.md", "77777777", "自动编码的变分方法", "1312.6114", id="paragraph of its own"),
    pytest.param("issue-41.md", "88888888", "自己做自己的老师", "2006.07733", id="mismatched brackets"),
    pytest.param("issue-41.md", "99999999", "从几张照片走进房间？", "", id="plain line"),
    pytest.param("issue-41.md", "优化器笔记", "优化器的十个脾气—例子博客", "", id="brackets without id"),
    pytest.param("2021-week-07.md", "傅立叶变换在笔记本上运行", "The fast transform | Example", "", id="labelled"),
    pytest.param("2021-week-07.md", "开店的故事", "🥐六年开一家店", "", id="labelled, italics inside the bracket"),
    pytest.param("2021-week-07.md", "aaaaaaaa2222", "深一点，再深一点| 例子评审", "", id="italics alone"),
    pytest.param("2021-week-07.md", "aaaaaaaa4444", "捷径是否真的必要？| 例子评审", "", id="square brackets, no id"),
    pytest.param("2021-week-07.md", "aaaaaaaa5555", "", "", id="merged into the summary"),
    pytest.param("2020-week-48.md", "给旧照片上色", "彩色的图像着色", "", id="line above the address"),
    pytest.param("2020-week-48.md", "用循环网络写食谱", "会写食谱的循环网络", "", id="partly inside the link"),
    pytest.param("2020-week-48.md", "更稳的训练", "批量归一化使训练更快", "", id="before and after the address"),
    pytest.param("2020-week-48.md", "没有标题的网址", "残缺的括号", "", id="above an unclosed address"),
    pytest.param("issue-43-ja.md", "雪道の運転", "カメラからハンドルへ", "1604.07316", id="full-width digits"),
    pytest.param("2021-february.md", "翻譯沒有例句的語言", "沒有平行語料的翻譯", "1711.00043", id="round brackets"),
]


@pytest.mark.parametrize(("name", "which", "title", "arxiv_id"), ORIGINALS)
def test_original_title_is_told_from_the_summary(name, which, title, arxiv_id):
    found = entry(name, which)
    assert (found.source_title, found.source_arxiv_id) == (title, arxiv_id)
    assert not title or title not in found.summary


ADDRESSES = [
    pytest.param("给旧照片上色", "https://arxiv.org/abs/1603.08511", id="link that shows itself"),
    pytest.param("用循环网络写食谱", "https://arxiv.org/abs/1308.0850", id="link with words of the title"),
    pytest.param("听鸟叫的模型", "https://openreview.net/forum?id=example03", id="text in brackets"),
    pytest.param("更稳的训练", "https://arxiv.org/abs/1502.03167", id="link with words after it"),
    pytest.param("随机丢掉一些神经元", "https://arxiv.org/abs/1207.0580", id="text alone"),
    pytest.param("没有标题的网址", "https://openreview.net/forum?id=example04", id="text in an unclosed bracket"),
    pytest.param("挑选笔记本", "https://www.example.com/notebooks/", id="in the card alone"),
    pytest.param("面试会问什么？", "", id="none"),
]


@pytest.mark.parametrize(("title", "url"), ADDRESSES)
def test_entry_under_a_heading_gets_its_address_from_below(title, url):
    assert entry("2020-week-48.md", title).url == url


def test_addresses_without_a_host_lead_to_medium():
    found = entry("2021-week-07.md", "开店的故事")
    assert found.url_given.startswith("/example-press/how-to-open-a-shop-5f6e7d8c9b0a?utm_")
    assert found.url == "https://medium.com" + found.url_given
    assert found.card.url == "https://medium.com/example-press/how-to-open-a-shop-5f6e7d8c9b0a"
    assert found.card.url_given == "/example-press/how-to-open-a-shop-5f6e7d8c9b0a"


def test_address_is_given_as_written_with_tracker_and_fragment():
    assert entry("2021-week-07.md", "少剩一些面包").url_given.endswith("#oven")


def test_card_has_title_description_and_domain():
    card = entry("issue-41.md", "送信的机器人").card
    assert (card.title, card.description, card.domain) == ("邮局的第一批机器人", "它们不怕狗，但是怕楼梯…", "邮局. pub")
    assert card.url.startswith("https://post.example.com/robots?id=7")


def test_card_without_its_leading_link_is_a_card():
    assert entry("2021-week-07.md", "少剩一些面包").card.title == "面包店的预测"


def test_summary_keeps_paragraphs_lines_lists_and_links():
    assert entry("2020-week-48.md", "用循环网络写食谱").summary.endswith("\n\n※循环网络:一步一步读写的网络。")
    assert entry("issue-41.md", "送信的机器人").summary == "机器人每天送四十封信。\n邮局还没有决定要不要多买。"
    assert "[另一篇](https://arxiv.org/abs/2005.12872)" in entry("issue-41.md", "灯塔的照片").summary
    assert entry("2021-week-09-en.md", "Words as arrows").summary == (
        "Similar words point the same way.\n\n- It trains in a day.\n- It needs no labels."
    )
    assert entry("issue-41.md", "555").summary.endswith("标题的星号 2*3 不是强调。")


def test_figure_below_the_summary_belongs_to_the_entry():
    assert entry("2020-week-48.md", "更稳的训练").figure.startswith("bbbbbbbb4444")


def test_figure_keeps_its_alternative_text():
    assert entry("2021-february.md", "背詩的模型").figure_alt == "背詩"


def test_figure_beside_the_document_is_found(tmp_path):
    (tmp_path / "img").mkdir()
    picture = tmp_path / "img" / "11111111111111111111111111111111.png"
    picture.write_bytes(b"any")
    path = tmp_path / "issue-41.md"
    path.write_bytes((SAMPLES / "issue-41.md").read_bytes())
    [issue] = akira_news.read(Source(path))
    assert [e.figure_path for e in issue.entries() if e.figure_path] == [picture]


def test_links_of_the_foot_are_past_issues():
    titles = [(past.title, past.url) for past in read("2020-week-48.md").past_issues]
    assert titles == [
        ("第 47 周", "https://medium.com/analytics-vidhya/akiras-ml-news-week47-2020-example"),
        ("2020 年 10 月总结", "https://medium.com/analytics-vidhya/akiras-ml-news-october-2020-example"),
        ("2020 年 9 月总结", "https://medium.com/analytics-vidhya/akiras-ml-news-september-2020-example"),
    ]
    assert [past.title for past in read("issue-42.md").past_issues] == ["第一篇旧文", "第二篇旧文"]
    assert "akiratosei/issues/example-40" in read("issue-41.md").past_issues[0].url


def test_two_issues_in_one_file_are_two_issues(tmp_path):
    texts = [(SAMPLES / name).read_text(encoding="utf-8") for name in ("issue-41.md", "issue-42.md")]
    path = tmp_path / "both.md"
    path.write_text("\n\n".join(texts), encoding="utf-8")
    first, second = akira_news.read(Source(path))
    assert (first.number, second.number) == (41, 42)
    assert len(list(first.entries())) == 14
    assert first.lines_with_text == read("issue-41.md").lines_with_text
    assert second.lines_with_text == read("issue-42.md").lines_with_text


NO_ISSUES = [
    pytest.param("", id="empty"),
    pytest.param("\n \n", id="blank"),
    pytest.param("# 标题\n\n一段没有链接的话。\n", id="prose"),
    pytest.param("# Akira 的机器学习新闻— #9\n\n> 原文：<https://medium.com/a/akiras-ml-news-9>\n", id="header alone"),
]


@pytest.mark.parametrize("text", NO_ISSUES)
def test_text_without_an_issue_is_refused_with_its_first_line(tmp_path, text):
    path = tmp_path / "none.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnknownForm, match="no highlight and no section") as caught:
        list(akira_news.read(Source(path)))
    assert caught.value.line == 1


FOREIGN = [
    pytest.param(
        "---\ntitle: A week\n---\n\n## Papers\n\n### [T](https://arxiv.org/abs/1706.03762)\n", id="front matter"
    ),
    pytest.param('{"format": "akira-archive/1", "issues": []}', id="JSON"),
    pytest.param(
        "Title: A week in something\nDate: 2021-01-01\n\n# News\n\n* [T](https://example.com)\n", id="Pelican"
    ),
    pytest.param("## Top papers\n\n| **Paper** | **Links** |\n| --- | --- |\n| 1) **T** - s | [P](u) |\n", id="table"),
    pytest.param("# 每周分享第 1 期\n\n## 新闻\n\n1、[T](https://example.com)\n\n说明。\n", id="numbered items"),
    pytest.param("\x00\x01\x02", id="bytes"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("text", FOREIGN)
def test_other_forms_are_not_claimed(tmp_path, text):
    path = tmp_path / "other.md"
    path.write_text(text, encoding="utf-8")
    assert not akira_news.recognises(Source(path))


def test_missing_file_is_not_claimed(tmp_path):
    assert not akira_news.recognises(Source(tmp_path / "none.md"))
