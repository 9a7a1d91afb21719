"""Cards and titles of something else, and the likeness by which they are told."""

import pytest
from django.utils import timezone

from issues.checks import apply_fix
from issues.checks.likeness import are_comparable, are_titles_of_two_works, features, likeness, nearest, overlap, script
from issues.models import Entry
from papers.models import Fetch
from papers.records import Record
from tests.factories import make_entry, make_issue, make_section

from .asking import findings, places

BARLOW = "Barlow Twins: Self-Supervised Learning via Redundancy Reduction"


# --- Likeness --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BARLOW, "Perceiver: General Perception with Iterative Attention"),
        (BARLOW, "Self-supervised Pretraining of Visual Features in the Wild"),
        ("注意力并不是你所需要的全部", "一阶段训练生成对抗网络"),
        ("画像分類のための頑健な学習", "言語モデルの評価について"),
        ("Attention Is All You Need", "Attention is not all you need: pure attention loses rank doubly exponentially"),
    ],
)
def test_titles_of_two_works_are_told_apart(one, other):
    assert are_titles_of_two_works(one, other)
    assert are_titles_of_two_works(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BARLOW, BARLOW.upper()),
        (BARLOW, "Barlow Twins"),
        (BARLOW, "Barlow twins — self supervised learning by redundancy reduction"),
        (BARLOW, "Barlow Twins: Self-Supervised Learning via Redundancy Reduction | Example Blog"),
        (BARLOW, "Barlow Twins: Learning without Labels through Reduced Redundancy"),
        (BARLOW, "冗余减少的自我监督学习"),
        (BARLOW, ""),
        ("", ""),
        ("画像分類のための頑健な学習", "画像分類の頑健な学習"),
        ("!?", "…"),
    ],
)
def test_another_spelling_makes_no_second_work(one, other):
    assert not are_titles_of_two_works(one, other)
    assert not are_titles_of_two_works(other, one)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Training models", {"train", "model"}),
        ("The train was trained on new data", {"train", "data"}),
        ("画像分類", {"画像", "像分", "分類"}),
        ("モデルの学習", {"モデル", "学習"}),
        ("人工知能と人工智能", {"ai"}),
        ("它的图像", {"图像"}),
        ("ＧＰＴ 3", {"gpt"}),
        ("", set()),
    ],
)
def test_features_are_beginnings_of_words_and_pairs_of_characters(text, expected):
    assert features(text) == expected


def test_likeness_is_a_part_of_the_smaller_and_overlap_of_both():
    assert likeness("sparse attention", "sparse attention layers everywhere") == 1
    assert overlap("sparse attention", "sparse attention layers everywhere") == 2 * 2 / 6
    assert likeness("", "x") == 0
    assert nearest("sparse", ["dense", "sparse things"]) == 1
    assert nearest("sparse", []) == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a title", "another", True),
        ("日本語", "中文", True),
        ("a title", "日本語", False),
        ("", "", False),
        ("1", "2", False),
    ],
)
def test_texts_are_compared_within_a_script(one, other, expected):
    assert are_comparable(one, other) is expected


def test_a_text_with_any_chinese_or_kana_is_of_that_script():
    assert (script("GPT-3 の使い方"), script("Über"), script("42")) == ("cjk", "latin", "")


# --- title-record-mismatch -------------------------------------------------------------------------------------------


def paper(**values):
    defaults = {"url": "https://arxiv.org/abs/2103.03230", "title": "Less redundancy", "source_title": BARLOW}
    return make_entry(make_section(make_issue(published=False)), **defaults | values)


def say(entry, title):
    record = Record(identity=entry.work.identity, url=entry.work.url, title=title)
    Fetch.objects.update_or_create(
        work=entry.work, defaults={"lane": "x", "said": record.as_json(), "fetched_at": timezone.now()}
    )


@pytest.mark.django_db
def test_the_title_of_another_paper_is_told_and_the_right_one_taken_with_one_click():
    entry = paper(source_title="Perceiver: General Perception with Iterative Attention")
    assert findings(entry.section.issue, "title-record-mismatch") == []
    say(entry, BARLOW)
    (finding,) = findings(entry.section.issue, "title-record-mismatch")
    apply_fix(entry.section.issue, finding)
    assert Entry.objects.get().source_title == BARLOW
    assert findings(entry.section.issue, "title-record-mismatch") == []


@pytest.mark.django_db
@pytest.mark.parametrize("said", [BARLOW, "Barlow Twins", "バーロウの双子", ""])
def test_a_title_that_may_be_the_same_is_not_told(said):
    entry = paper()
    say(entry, said)
    assert findings(entry.section.issue, "title-record-mismatch") == []


@pytest.mark.django_db
def test_the_title_of_the_work_counts_where_nothing_was_fetched():
    entry = paper()
    entry.work.title = "Perceiver: General Perception with Iterative Attention"
    entry.work.save()
    assert places(entry.section.issue, "title-record-mismatch") == [(1, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [{"title": 3}, {"published_on": "never"}, {"authors": None}, {"title": "x", "more": 1}]
)
def test_what_was_said_in_an_odd_form_does_no_harm(said):
    entry = paper()
    Fetch.objects.create(work=entry.work, lane="x", said=said)
    findings(entry.section.issue, "title-record-mismatch")


# --- card-mismatch ---------------------------------------------------------------------------------------------------

BEES = {
    "title": "Hives that listen",
    "summary": "Microphones in bee hives tell keepers when a swarm is about to leave.",
    "card_title": "How microphones help bee keepers",
    "card_description": "A start-up listens to hives and warns before a swarm leaves.",
    "url": "https://example.org/bees",
    "card_url": "https://example.org/bees",
}
ROADS = {
    "title": "Potholes from the air",
    "summary": "Drones photograph streets, and a detector marks potholes for the city to mend.",
    "card_title": "City mends potholes found by drones",
    "card_description": "Photographs of streets are searched for damage each week.",
    "url": "https://example.org/roads",
    "card_url": "https://example.org/roads",
}
CARD = ("card_title", "card_description")


def both(bees=BEES, roads=ROADS):
    section = make_section(make_issue(published=False))
    make_entry(section, **bees)
    make_entry(section, **roads)
    return section.issue


@pytest.mark.django_db
def test_cards_of_their_own_are_no_finding():
    assert findings(both(), "card-mismatch") == []


@pytest.mark.django_db
def test_cards_that_changed_places_are_told():
    issue = both(BEES | {name: ROADS[name] for name in CARD}, ROADS | {name: BEES[name] for name in CARD})
    assert places(issue, "card-mismatch") == [(1, 1), (1, 2)]


@pytest.mark.django_db
def test_links_that_changed_places_are_told():
    issue = both(
        BEES | {"url": ROADS["url"], "card_title": ROADS["card_title"], "card_description": ""},
        ROADS | {"url": BEES["url"], "card_title": BEES["card_title"], "card_description": ""},
    )
    assert places(issue, "card-mismatch") == [(1, 1), (1, 2)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param(
            {"card_title": "Football results", "card_description": "Three games ended in a draw."}, 1, id="other"
        ),
        pytest.param({"card_title": "Results", "card_description": ""}, 0, id="too little to tell"),
        pytest.param(
            {"card_title": "養蜂家の巣箱にマイク", "card_description": "群れが去る前に知らせる。"}, 0, id="other script"
        ),
        pytest.param({"card_title": "", "card_description": ""}, 0, id="no card"),
        pytest.param({"card_url": "https://example.org/bees?ref=x"}, 0, id="another address, but like"),
        pytest.param(
            {"card_url": "https://example.com/x", "card_title": "Football results this week"}, 1, id="another address"
        ),
    ],
)
def test_one_card(values, count):
    issue = make_entry(
        make_section(make_issue(published=False)), **BEES | {"card_description": ""} | values
    ).section.issue
    assert len(findings(issue, "card-mismatch")) == count


@pytest.mark.django_db
def test_cards_in_chinese():
    values = {
        "title": "用无人机寻找路面坑洞",
        "summary": "无人机拍摄街道，检测器标出需要修补的坑洞。",
        "card_title": "城市修补无人机发现的坑洞",
        "card_description": "每周检查街道照片中的损坏。",
    }
    section = make_section(make_issue(published=False))
    make_entry(section, **values)
    make_entry(section, **values | {"card_title": "足球比赛结果公布", "card_description": "三场比赛以平局结束。"})
    assert places(section.issue, "card-mismatch") == [(1, 2)]
