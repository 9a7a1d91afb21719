"""The rules about wording and numbers, a line for each case: what they find, and what they leave alone."""

import datetime

import pytest

from issues.checks import apply_fix, check
from issues.checks.counting import counts
from issues.checks.garbled import garbled, mended
from issues.checks.languages import language_of
from issues.checks.rules.week_date import weeks_of
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section
from tests.issues.checks.asking import findings, places

pytestmark = pytest.mark.django_db

LONG = (
    "The authors train a small network on tide tables and find that it predicts floods a day ahead, at a tenth of cost."
)
LONG_JA = "著者らは潮位表で小さなネットワークを学習させ、従来の十分の一の費用で一日先の浸水を予測できることを示した。"
LONG_ZH = "作者用潮汐表训练了一个小网络，并发现它能提前一天预测洪水，而费用只有以前系统的十分之一，结果十分稳定。"


def make_draft(language="en", **values):
    make_publication(languages=["en", "ja", "zh-hans"])
    return make_issue(published=False, language=language, **values)


def codes(issue):
    return {finding.code for finding in check(issue)}


# --- Letters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "better"),
    [
        ("en", "ＡＢＣ networks", "ABC networks"),
        ("en", "Networks（new）", "Networks(new)"),
        ("ja", "ＧＡＮを１０倍速く", "GANを10倍速く"),
        ("ja", "ｶﾞｳｽ過程", "ガウス過程"),
        ("ja", "速い（新しい）：変換器！", None),
        ("zh-hans", "新方法（快速）：一百倍，真的！", None),
        ("en", "Plain networks", None),
    ],
)
def test_letters_of_another_width_are_found_and_mended(language, title, better):
    entry = make_entry(make_section(make_draft(language)), title=title)
    issue = entry.section.issue
    found = findings(issue, "mixed-width")
    assert bool(found) == (better is not None)
    if found:
        apply_fix(issue, found[0], None)
        entry.refresh_from_db()
        assert entry.title == better


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A cafÃ© with data", "A café with data"),
        ("It doesnâ€™t learn", "It doesn’t learn"),
        ("The æ¨¡åž‹", "The 模型"),
        ("GAN &amp; friends", "GAN & friends"),
        ("Ð¡ÐµÑ‚ÑŒ", "Сеть"),
        ("It&#39;s a network", "It's a network"),
        ("A lost letter: caf\ufffd", ""),
        ("Control \u0093quoted\u0094", ""),
        ("锟斤拷 in a title", ""),
        ("A │ line", ""),
    ],
)
def test_garbled_letters_are_found(text, meant):
    found = list(garbled(text))
    assert found
    assert mended(text, found) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Naïve Bayes, Erdős–Rényi, Gödel, ÅÄÖ and «guillemets» – “quotes”",
        "机器学习的新方法：变换器与扩散模型的比较研究",
        "機械学習の新しい手法——変換器と拡散模型の比較",
        "長い横線──これは日本語の約物です",
        "R&D at AT&T",
        "3×–5× faster, 10×“more”, 2×·3",
        "Straße, façade, Ångström, São Paulo",
        "ﾆｭｰﾗﾙ",
        "",
    ],
)
def test_sound_letters_are_left_alone(text):
    assert list(garbled(text)) == []


def test_text_read_in_another_chinese_or_japanese_encoding_is_found():
    for encoding in ("gb18030", "cp932"):
        shown = "模型学习数据方法".encode().decode(encoding, "replace")
        assert list(garbled(f"Title {shown}")), encoding


def test_code_in_a_summary_may_look_garbled():
    entry = make_entry(make_section(make_draft()), summary="It writes `Ã©` for `&eacute;`, and R&amp;D is an entity.")
    assert findings(entry.section.issue, "mojibake") == []


# --- Languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (LONG, "en"),
        (LONG_JA, "ja"),
        (LONG_ZH, "zh"),
        ("Die Autoren zeigen, dass das Netz mit wenigen Daten auch auf der Straße gut ist und nicht versagt.", "de"),
        ("Les auteurs montrent que le réseau est plus rapide dans la plupart des cas, avec une petite perte.", "fr"),
        ("BERT, GPT-3, T5, RoBERTa, DistilBERT, XLNet, ELECTRA, DeBERTa, ALBERT, BART, Longformer, Reformer", ""),
        ("Transformer と CNN", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_by_its_script_and_small_words(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("language", "summary", "is_found"),
    [
        ("en", LONG_JA, True),
        ("ja", LONG, True),
        ("ja", LONG_ZH, True),
        ("zh-hans", LONG_JA, True),
        ("zh-hans", LONG_ZH, False),
        ("ja", LONG_JA, False),
        ("en", LONG, False),
        ("zh-hans", "他们的模型叫《スモールネット》，" + LONG_ZH, False),
    ],
)
def test_a_summary_in_another_language_is_found(language, summary, is_found):
    entry = make_entry(make_section(make_draft(language)), title="Tides", summary=summary)
    assert places(entry.section.issue, "wrong-language") == ([(1, 1)] if is_found else [])


# --- Copies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace("a small network", "one small model"), True),
        (LONG, f"Before it. {LONG} After it all, one more word.", True),
        (LONG_JA, LONG_JA.replace("著者ら", "彼ら"), True),
        (LONG, "Bird song is sorted by a larger model, which fails in rain and succeeds in the early morning.", False),
        ("No surprise here.", "No surprise here.", False),
        ("", "", False),
    ],
)
def test_a_copied_summary_is_found(first, second, is_found):
    section = make_section(make_draft())
    make_entry(section, title="One", summary=first, position=1)
    make_entry(section, title="Two", summary=second, position=2)
    assert places(section.issue, "near-identical-summary") == ([(1, 2)] if is_found else [])


def test_a_summary_of_the_issue_before_is_found():
    make_publication()
    make_entry(make_section(make_issue(number=20)), title="Then", summary=LONG)
    section = make_section(make_issue(published=False, number=21))
    make_entry(section, title="Now", summary=LONG)
    [finding] = findings(section.issue, "near-identical-summary")
    assert "#20" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "TODO: write this",
        "Lorem ipsum dolor sit amet",
        "Dear {{ subscriber.name }}",
        "Written by {title}",
        "(insert comment)",
        "[your text here]",
        "Summary goes here",
        "ここに要約を書く",
        "仮題",
        "（此处插入链接）",
        "待补充",
    ],
)
def test_a_placeholder_is_found(text):
    entry = make_entry(make_section(make_draft()), title="Tides", summary=text)
    assert places(entry.section.issue, "leftover-text") == [(1, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "The template engine writes `{{ name }}` for a placeholder.",
        "The loss is $\\sum_{i} {name}_i$ over all.",
        "Mastodon asks todo el mundo.",
        "See [Insert your own data](https://example.org/insert).",
        "They enter here and leave there.",
        "手書き文字をここに集めた。",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left_alone(text):
    entry = make_entry(make_section(make_draft()), title="Tides", summary=text)
    assert findings(entry.section.issue, "leftover-text") == []


def test_an_introduction_that_still_states_the_last_number_is_found():
    make_publication()
    make_issue(number=20, intro="Welcome to issue 20 of this letter.", title="Letter 20")
    issue = make_issue(published=False, number=21, intro="Welcome to issue 20 of this letter.", title="Letter 21")
    assert [finding.place.field for finding in findings(issue, "leftover-text")] == ["intro"]
    issue.intro = "Welcome to this letter."
    issue.save()
    assert findings(issue, "leftover-text") == []


# --- Numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "of"),
    [
        ("five topics", 5, "topic"),
        ("84 interesting papers", 84, "paper"),
        ("twenty recent papers", 20, "paper"),
        ("以下五个主题", 5, "topic"),
        ("五個主題", 5, "topic"),
        ("十二篇论文", 12, "paper"),
        ("5つのトピック", 5, "topic"),
        ("論文を10本", 10, "paper"),
        ("記事7本", 7, "article"),
        ("3 use cases", 3, "use_case"),
    ],
)
def test_a_stated_number_is_read(text, number, of):
    [found] = counts(text)
    assert (found.number, found.of) == (number, of)


@pytest.mark.parametrize("text", ["GPT-3 papers over", "in 2021 papers were", "3.5 topics", "第五章", "no topics"])
def test_other_numbers_are_no_counts(text):
    assert [found for found in counts(text) if found.number not in (2021, 3)] == []


def make_counted(topics=2, **values):
    issue = make_draft(**values)
    for number in range(topics):
        section = make_section(issue, title=f"Part {number}", kind="paper")
        make_entry(section, title=f"Tides {number}")
    return issue


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ({"intro": "This issue has two topics."}, False),
        ({"intro": "This issue has five topics."}, True),
        ({"intro": "以下の5つのトピックを紹介します。"}, True),
        ({"intro": "本期有两个主题。"}, False),
        ({"title": "84 papers of the year"}, True),
        ({"title": "2 papers of the year"}, False),
        ({"intro": "Somebody published five papers on tides."}, False),
        ({"contents_stated_count": 5, "contents_lines": ["Part 0", "Part 1"]}, True),
        ({"contents_stated_count": 2, "contents_lines": ["Part 0", "Part 1"]}, False),
        ({"contents_lines": ["Part 0"]}, True),
    ],
)
def test_a_count_that_does_not_fit_is_found(values, is_found):
    assert bool(findings(make_counted(**values), "count-mismatch")) == is_found


@pytest.mark.parametrize(
    ("title", "values", "is_found"),
    [
        ("Letter #25", {"number": 26}, True),
        ("Letter #26", {"number": 26}, False),
        ("第 25 期", {"number": 26}, True),
        ("Week 10, 2021", {"number": 26, "week": 11, "year": 2021}, True),
        ("Week 11, 2021", {"number": 26, "week": 11, "year": 2021}, False),
        ("Week 11, 2020", {"number": 26, "week": 11, "year": 2021}, True),
        ("GPT-3 in 2019", {"number": 26, "year": 2021}, False),
        ("Sparse is enough", {"number": 26}, False),
    ],
)
def test_a_title_with_another_number_is_found(title, values, is_found):
    assert bool(findings(make_draft(title=title, **values), "number-mismatch")) == is_found


def test_the_stated_number_is_one_click_away():
    issue = make_draft(title="Week 12, 2021", week=11, year=2021)
    apply_fix(issue, findings(issue, "number-mismatch")[0], None)
    issue.refresh_from_db()
    assert issue.week == 12


@pytest.mark.parametrize(("number", "is_found"), [(21, False), (22, True), (25, True), (20, True), (19, True)])
def test_a_number_that_does_not_follow_is_found(number, is_found):
    make_issue(number=20, slug="before")
    issue = make_issue(published=False, number=number, slug="now")
    assert bool(findings(issue, "number-gap")) == is_found


def test_a_first_issue_may_have_any_number():
    assert findings(make_draft(number=500), "number-gap") == []


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (datetime.date(2021, 3, 7), {9, 10, 11}),
        (datetime.date(2021, 1, 1), {53, 0, 1}),
        (datetime.date(2020, 12, 31), {53, 52}),
    ],
)
def test_a_day_has_a_week_by_each_counting(day, week):
    assert weeks_of(day) & week


@pytest.mark.parametrize(
    ("date_text", "week", "is_found"),
    [
        ("March 7, 2021", 10, False),
        ("March 7, 2021", 14, True),
        ("2021年3月7日", 10, False),
        ("2021年6月7日", 10, True),
        ("", 10, False),
    ],
)
def test_a_week_that_does_not_fit_its_day_is_found(date_text, week, is_found):
    issue = make_draft(date_text=date_text, week=week, year=2021, title="Letter")
    assert bool(findings(issue, "week-date")) == is_found


@pytest.mark.parametrize(
    ("titles", "wrong"),
    [
        (["1. Papers", "2. Articles", "3. Others"], []),
        (["1. Papers", "3. Articles", "4. Others"], [2]),
        (["1. Papers", "1. Articles"], [2]),
        (["Papers", "Articles"], []),
        (["Hello", "1. Papers", "2. Articles"], []),
        (["2. Papers"], [1]),
        (["第1章 論文", "第3章 記事"], [2]),
        (["3D models", "5 minutes"], []),
    ],
)
def test_sections_that_are_numbered_wrongly_are_found(titles, wrong):
    issue = make_draft()
    for position, title in enumerate(titles, 1):
        make_entry(make_section(issue, title=title, position=position))
    assert [finding.place.section for finding in findings(issue, "section-numbering")] == wrong


# --- The whole -------------------------------------------------------------------------------------------------------


def test_an_issue_that_leads_to_itself_is_found(settings):
    settings.AKIRA_BASE_URL = "https://letter.example"
    issue = make_draft(source_url="https://elsewhere.example/letter-7", slug="seven", title="Letter seven")
    section = make_section(issue)
    make_entry(section, title="Here", url="https://letter.example/issues/seven/")
    make_entry(section, title="There", url="https://letter.example/issues/six/", position=2)
    make_highlight(issue, text="See [there](https://elsewhere.example/letter-7?utm_source=x).")
    issue.past_issues = [
        {"title": "Letter six", "url": "https://elsewhere.example/letter-6"},
        {"title": "Letter Seven", "url": ""},
    ]
    issue.save()
    found = findings(issue, "lists-itself")
    assert [(f.place.section, f.place.entry, f.place.highlight, f.place.field) for f in found] == [
        (None, None, None, "past_issues"),
        (None, None, 1, "text"),
        (1, 1, None, "url"),
    ]


@pytest.mark.parametrize(("words", "is_found"), [(300, False), (9_000, True)])
def test_an_issue_that_takes_long_to_read_is_noticed(words, is_found):
    entry = make_entry(make_section(make_draft()), title="Tides", summary=" ".join(f"word{n}" for n in range(words)))
    assert bool(findings(entry.section.issue, "reading-time")) == is_found
