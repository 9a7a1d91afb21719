"""What is found, how it is ranked, counted and paged; and that no text can make it fail, or cost more."""

import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.acting import acting
from common.rows import insert
from issues.models import Entry, Issue, Publication, Topic
from issues.search.finding import HITS_ON_A_PAGE, MOST_QUERIES, Results, search
from issues.search.query import parse
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db


def find(text, after="", **filters):
    return search(parse(text, filters=filters), make_publication(), after=after)


def titles(text, **filters):
    return [hit.row.title for hit in find(text, **filters).hits]


def facets(results, name):
    return {facet.value: facet.count for facet in results.facets if facet.name == name}


@pytest.fixture
def archive():
    """Entries in three languages, an issue, a work with authors."""
    make_publication(languages=["en", "ja", "zh-hans", "de"], time_zone="Asia/Tokyo")
    english = make_issue(number=1, title="The first of many")
    papers, articles = make_section(english), make_section(english, kind="article")
    topic = make_topic("vision")
    make_entry(papers, title="Attention is all you need", summary="Networks without recurrence.", topics=[topic])
    make_entry(papers, title="Naïve Müller", summary="All of it needs your attention: is it self-supervised? GPT-2!")
    make_entry(
        articles,
        title="A transformer",
        url="https://www.github.com/a/b",
        summary="One *network* more [here](https://x.y)",
    )
    japanese = make_section(make_issue(number=2, language="ja", title="第二号"))
    make_entry(japanese, title="GANの蒸留", summary="生徒は教師の知識を学習する。ﾊﾟﾀｰﾝも学ぶ。", topics=[topic])
    chinese = make_section(make_issue(number=3, language="zh-hans", title="第三期"))
    make_entry(chinese, title="机器学习在医疗诊断中的应用", summary="使用 GAN 与少量数据。")
    german = make_section(make_issue(number=4, language="de", title="Vier"))
    make_entry(german, title="Die Häuser", summary="Viele Straßen und ein Haus. 모델의 크기")
    work = make_work("https://arxiv.org/abs/2103.03230", title="Barlow Twins", authors=["Jure Zbontar", "Li Jing"])
    make_entry(german, title="Zwillinge", url="https://arxiv.org/abs/2103.03230v2", work=work)


FOUND = {
    "another form": ("networking", ["Attention is all you need", "A transformer"]),
    "a form in another language": ("Strasse", ["Die Häuser"]),
    "no accents": ("muller naive", ["Naïve Müller"]),
    "full width": ("ＭＵＬＬＥＲ", ["Naïve Müller"]),
    "part of a word": ("nsform", ["A transformer"]),
    "all words, in any place": ("attention supervised", ["Naïve Müller"]),
    "a phrase": ('"attention is all"', ["Attention is all you need"]),
    "a phrase over punctuation": ('"it self supervised"', ["Naïve Müller"]),
    "a phrase of half words": ('"ttention is"', []),
    "joined by a hyphen": ("gpt-2", ["Naïve Müller"]),
    "joined otherwise": ("gpt-3", []),
    "without a word": ("attention -naive", ["Attention is all you need"]),
    "without a phrase": ('attention -"all you need"', ["Naïve Müller"]),
    "without a character": ("gan -蒸", ["机器学习在医疗诊断中的应用"]),
    "without a run": ("gan -医疗诊断", ["GANの蒸留"]),
    "one character": ("蒸", ["GANの蒸留"]),
    "two characters": ("应用", ["机器学习在医疗诊断中的应用"]),
    "many characters": ("习在医疗诊断中", ["机器学习在医疗诊断中的应用"]),
    "characters that stand apart": ("学习诊断", []),
    "two scripts": ("GAN 蒸留", ["GANの蒸留"]),
    "two scripts without a blank": ("GANの蒸留", ["GANの蒸留"]),
    "half-width katakana": ("ﾊﾟﾀｰﾝ", ["GANの蒸留"]),
    "katakana": ("パターン", ["GANの蒸留"]),
    "Korean": ("모델", ["Die Häuser"]),
    "what is written differently elsewhere": ("機器學習", ["机器学习在医疗诊断中的应用"]),
    "the Japanese form": ("学习", ["GANの蒸留", "机器学习在医疗诊断中的应用"]),
    "an author": ("zbontar", ["Barlow Twins"]),
    "the address of a link": ("x.y", []),
    "a title of an issue": ("many", ["The first of many"]),
    "the number of an issue": ("issue 1", []),
    "stop words": ("is all you", ["Attention is all you need"]),
    "nothing": ("qqxqq", []),
}


@pytest.mark.parametrize(("asked", "expected"), FOUND.values(), ids=FOUND)
def test_it_finds(archive, asked, expected):
    found = titles(asked)
    assert sorted(found) == sorted(expected)


def test_filters_narrow_and_are_counted(archive):
    results = find("gan")
    assert facets(results, "language") == {"ja": 1, "zh-hans": 1}
    assert facets(results, "topic") == {"vision": 1}
    assert facets(results, "year") == {"2021": 2}
    assert not any(facet.is_capped for facet in results.facets)
    assert titles("gan", language="ja") == titles("gan", topic="vision") == ["GANの蒸留"]
    assert titles("gan", year="2020") == titles("gan", topic="no-such") == titles("gan", kind="article") == []
    assert sorted(titles("gan", year="2021", kind="paper")) == sorted(titles("gan"))
    assert titles("network", site="www.GitHub.com") == ["A transformer"]
    assert facets(find("network"), "site")["github.com"] == 1
    assert titles("twins", author="jure zbontar") == titles("", author="Li Jing") == ["Barlow Twins"]
    assert facets(find("twins"), "author") == {"Jure Zbontar": 1, "Li Jing": 1}
    assert titles("", kind="issue", language="de") == ["Vier"]
    assert titles("", kind="work", language="de", year="2021") == ["Barlow Twins"]
    assert titles("", kind="work", language="en") == []
    assert len(titles("", topic="vision")) == 2


def test_a_renamed_topic_is_found_at_once_and_by_its_slug(archive):
    Topic.objects.update(slug="seeing")
    assert facets(find("gan"), "topic") == {"seeing": 1}
    assert titles("gan", topic="seeing") == ["GANの蒸留"]


def test_the_best_come_first_and_of_these_the_newest():
    section, newer = make_section(make_issue(number=1)), make_section(make_issue(number=2))
    make_entry(newer, title="Said", summary="of barlow and, later, twins")
    make_entry(section, title="Said as well", summary="of barlow twins")
    make_entry(newer, title="Twins of barlow")
    make_entry(section, title="The barlow twins")
    make_entry(section, title="Barlow Twins")
    make_entry(newer, title="Barlow twins again")
    assert titles("barlow twins") == [
        *("Barlow Twins", "Barlow twins again", "The barlow twins", "Twins of barlow", "Said as well", "Said")
    ]


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        pytest.param("transfromer", "transformer", id="letters that changed places"),
        pytest.param("barlow twnis", "barlow twins", id="one of two words"),
        pytest.param('"barlwo twins" -vision', '"barlow twins" -"vision"', id="in a phrase"),
        pytest.param("transfromer barlow", "", id="what finds nothing either"),
        pytest.param("zzzxqv", "", id="nothing near"),
    ],
)
def test_the_nearest_spelling_is_suggested_where_it_finds_something(archive, asked, suggested):
    results = find(asked)
    assert (results.hits, results.suggestion) == ([], suggested)


def test_words_of_drafts_are_neither_suggested_nor_told(archive):
    draft = make_section(make_issue(published=False))
    make_entry(draft, title="Secretformer unmentioned")
    assert find("secretfromer").suggestion == ""
    assert find("former").variants == ("transformer",)
    assert [hit.row.title for hit in search(parse("former"), make_publication(), drafts=True).hits] == [
        *("Secretformer unmentioned", "A transformer")
    ]


def test_other_ways_of_writing_are_told(archive):
    assert find("醫療").variants == ("医疗",)
    assert find("医疗").variants == ()


def test_an_address_or_a_number_leads_to_the_work_or_says_that_it_has_not_run(archive):
    for spelling in ("2103.03230", "https://arxiv.org/pdf/2103.03230v1?utm_source=x", "10.48550/arXiv.2103.03230"):
        results = find(spelling)
        assert (results.work.title, results.has_run) == ("Barlow Twins", True)
        assert [hit.row.title for hit in results.hits] == ["Zwillinge"]
    Issue.objects.update(status="withdrawn")
    results = find("2103.03230")
    assert (results.work.title, results.has_run, results.hits) == ("Barlow Twins", False, [])
    assert find("10.1109/5.771073") == Results()


# --- Many rows -----------------------------------------------------------------------------------------------------

LETTERS = "学習機械言語画像模型数据训练蒸留モデルGAN"


def write_many(count, *, issues=10, days=1):
    """So many entries, in few queries, in issues that are so many days apart."""
    sections = [make_section(make_issue(number=1 + place * days)) for place in range(issues)]
    chance = random.Random(count)
    with acting(first=True):
        insert(
            [
                Entry(
                    section=chance.choice(sections),
                    title=f"Entry {number}" + " common" * (number % 7 == 0) + " rarest" * (number % 977 == 3),
                    summary="".join(chance.choices(LETTERS, k=30)) + " never" * (number < 45),
                )
                for number in range(count)
            ]
        )


def pages(text, **filters):
    after, found = "", []
    for _ in range(500):
        results = find(text, after, **filters)
        found.append(results)
        after = results.next_key
        if not after:
            return found
    raise AssertionError("The pages have no end.")


def test_every_character_is_found_as_a_plain_scan_finds_it():
    write_many(120)
    chance = random.Random(7)
    texts = dict(Entry.objects.values_list("pk", "summary"))
    for length, _ in itertools.product(range(1, 10), range(6)):
        text = chance.choice(list(texts.values()))
        run = text[: text.find(" ")] if " " in text else text
        start = chance.randrange(30 - length)
        term = run[start : start + length]
        expected = {key for key, summary in texts.items() if term in summary}
        if term.isascii() or any(letter in "GAN" for letter in term):
            continue
        found = {hit.row.pk for page in pages(term) for hit in page.hits}
        assert found == expected, term


def test_every_match_is_reached_by_paging_and_none_twice_without_reading_the_table():
    write_many(2_800, issues=40, days=25)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE issues_searchtext")
        scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'issues_searchtext'"
        cursor.execute(scans)
        before = cursor.fetchone()
        found = {text: pages(text) for text in ("common", "rarest", "common never", '"entry 7"', "蒸 -common rarest")}
        cursor.execute(scans)
        assert cursor.fetchone() == before
    counts = {}
    for text, results in found.items():
        keys = [hit.row.pk for page in results for hit in page.hits]
        assert len(keys) == len(set(keys)) == results[-1].count
        assert not results[-1].is_capped
        counts[text] = len(keys)
    assert list(counts.values())[:4] == [400, 3, 7, 1]
    assert found["common"][0].is_capped
    assert len(found["common"][0].hits) == HITS_ON_A_PAGE


# --- Any text ------------------------------------------------------------------------------------------------------

ODD = "'\"\\%_*:&|!()<>-−学蒸ｶﾞกำ모ﷺ\u0301\u202e\0\ud800\U0001f600 .,/#@"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text(max_size=40), st.text(alphabet=ODD + "aeint0", max_size=60)),
    st.fixed_dictionaries(
        {},
        optional={
            "year": st.text(max_size=5) | st.sampled_from(["0001", "9999", "2021"]),
            "topic": st.text(max_size=5),
            "author": st.text(max_size=9),
            "site": st.text(max_size=9),
            "language": st.text(max_size=3),
        },
    ),
    st.text(max_size=9) | st.sampled_from(["2000000.2000000.0", "-9999999999.9999999999.1.9.1.3.9", "1.-5.7.2.1.1.1"]),
)
@example("学" * 20_000 + "x" * 20_000, {}, "")
@example('"' * 300 + "-" * 300, {"author": "'"}, "")
@example("2103.99999 x", {"kind": "work"}, "")
@example("https://exa\ud800mple.org/", {}, "")
def test_any_text_gives_results_in_no_more_than_so_many_queries(archive, text, filters, after):
    query, publication = parse(text, filters=filters), Publication.objects.get()
    for drafts in (False, True):
        with CaptureQueriesContext(connection) as asked:
            results = search(query, publication, after=after, drafts=drafts)
        assert len(asked) <= MOST_QUERIES
        assert results.count >= len(results.hits)
