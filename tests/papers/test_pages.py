"""Pages in the forms that real sites have, each read into its record."""

import datetime
from pathlib import Path

import pytest

from common.decoding import text
from papers.identifiers import MalformedURL
from papers.pages import read
from papers.records import PageImage, Record, from_json

from .markup import linked, meta

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "pages"

MARCH = datetime.date(2021, 3, 5)
TOWELS = "https://openaccess.thecvf.com/content/CVPR2021/html/Doe_Seeing_Towels_in_the_Dark_CVPR_2021_paper.html"
MEDIUM = "medium.com/@ada.shepherd/a-gentle-guide-to-towels-0a1b2c3d4e5f"

READ = {
    "blog": (
        "https://www.blog.example/2021/03/counting-sheep/?utm_source=x",
        Record(
            identity="url:blog.example/2021/03/counting-sheep",
            url="https://www.blog.example/2021/03/counting-sheep/",
            kind="article",
            title="Counting sheep with transformers",
            authors=("Ada Shepherd",),
            published_on=MARCH,
            description="We taught a transformer to count sheep & it fell asleep.",
            site_name="The Woolly Blog",
            language="en-gb",
            images=(
                PageImage("https://www.blog.example/2021/03/counting-sheep/flock-1600.png", "A flock, counted"),
                PageImage("https://www.blog.example/2021/03/curve.png", "Loss over time"),
            ),
        ),
    ),
    "newspaper": (
        "https://www.daily.example/2021/03/05/technology/robots-fold-laundry.html?smid=tw",
        Record(
            identity="url:daily.example/2021/03/05/technology/robots-fold-laundry.html",
            url="https://www.daily.example/2021/03/05/technology/robots-fold-laundry.html",
            kind="article",
            title="Robots learn to fold laundry, slowly",
            authors=("Jane Doe", "Richard Roe"),
            published_on=MARCH,
            updated_on=datetime.date(2021, 3, 6),
            description="A towel took twenty minutes — last year it took an hour.",
            site_name="The Daily Example",
            language="en",
            image=PageImage("https://static.daily.example/robots-facebook.jpg", "A robot holds a towel."),
            images=(
                PageImage("https://static.daily.example/robots-facebook.jpg", "A robot holds a towel."),
                PageImage("https://static.daily.example/robots-twitter.jpg"),
                PageImage("https://static.daily.example/robots-16x9.jpg", "The robot at work"),
            ),
        ),
    ),
    "publisher": (
        "https://press.example/jaf/article/42?from=search",
        Record(
            identity="url:press.example/jaf/article/42",
            url="https://press.example/jaf/article/42",
            kind="paper",
            title="Über die Faltung von Wäsche: $\\alpha$-Falten und CO₂",
            authors=("Jörg Müller", "Bảo Châu Ngô", "Jane Doe Jr."),
            abstract="Wir falten.\n\nEs hält bei < 5 Grad.",
            doi="10.5555/jaf.2021.42",
            venue="Journal of Applied Folding",
            published_on=MARCH,
            site_name="Press Example",
            language="de",
            image=PageImage("https://media.press.example/covers/7.jpg"),
            images=(PageImage("https://media.press.example/covers/7.jpg"),),
            names=("doi:10.5555/jaf.2021.42",),
        ),
    ),
    "linked-publisher": (
        "https://www.nature.example/articles/s41586-020-0000-1",
        Record(
            identity="url:nature.example/articles/s41586-020-0000-1",
            url="https://www.nature.example/articles/s41586-020-0000-1",
            kind="paper",
            title="Towels and Their Discontents",
            authors=("Grace Folder", "Alan Linen"),
            doi="10.5555/s41586-020-0000-1",
            venue="Example Nature",
            published_on=datetime.date(2020, 11, 30),
            updated_on=datetime.date(2020, 11, 30),
            description="Towels resist. We ask why.",
            site_name="Example Publishing Group",
            language="en",
            image=PageImage("https://media.nature.example/full/fig1.png"),
            images=(PageImage("https://media.nature.example/full/fig1.png"),),
            names=("doi:10.5555/s41586-020-0000-1",),
        ),
    ),
    "openreview": (
        "https://openreview.net/forum?id=aBcD_12-xY&noteId=x",
        Record(
            identity="openreview:aBcD_12-xY",
            url="https://openreview.net/forum?id=aBcD_12-xY",
            kind="paper",
            title="Folding by Attention",
            authors=("Jane Doe", "太郎 田中"),
            abstract=("Towels are sequences.\n\nWe fold them by attention, with `code' and a bound of $O(n\\log n)$."),
            venue="International Conference on Folding Representations",
            published_on=datetime.date(2020, 9, 28),
            description="Towels are sequences. We fold them by attention.",
            site_name="OpenReview",
            language="en",
        ),
    ),
    "cvf": (
        TOWELS,
        Record(
            identity="cvf:cvpr2021/Doe_Seeing_Towels_in_the_Dark_CVPR_2021",
            url=TOWELS,
            kind="paper",
            title="Seeing Towels in the Dark",
            authors=("Jane Doe", "Taro Tanaka"),
            venue="Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition",
            language="en",
        ),
    ),
    "acl": (
        "https://aclanthology.org/2020.laundry-main.7",
        Record(
            identity="acl:2020.laundry-main.7",
            url="https://aclanthology.org/2020.laundry-main.7/",
            kind="paper",
            title="BERT for Laundry",
            authors=("Jane Doe", "Łukasz Przykład"),
            doi="10.5555/v1/2020.laundry-main.7",
            venue="Proceedings of the 1st Annual Meeting on Laundry",
            description="Jane Doe, Łukasz Przykład. Proceedings of the 1st Annual Meeting on Laundry. 2020.",
            site_name="ACL Anthology",
            language="en-us",
            image=PageImage("https://aclanthology.org/thumb/2020.laundry-main.7.jpg", "First page of paper PDF."),
            images=(PageImage("https://aclanthology.org/thumb/2020.laundry-main.7.jpg", "First page of paper PDF."),),
            names=("doi:10.5555/v1/2020.laundry-main.7",),
        ),
    ),
    "medium": (
        "https://ada-shepherd.medium.com/a-gentle-guide-to-towels-0a1b2c3d4e5f?gi=0a1b2c3d4e5f",
        Record(
            identity=f"url:{MEDIUM}",
            url=f"https://{MEDIUM}",
            kind="article",
            title="A gentle guide to towels",
            authors=("Ada Shepherd",),
            published_on=MARCH,
            updated_on=datetime.date(2021, 3, 7),
            site_name="Medium",
            language="en",
            image=PageImage("https://miro.medium.example/v2/resize:fit:1200/1*abc.png"),
            images=(
                PageImage("https://miro.medium.example/v2/resize:fit:1200/1*abc.png"),
                PageImage("https://miro.medium.example/v2/1*def.png", "Towels 😀"),
            ),
        ),
    ),
    "github": (
        "https://github.com/Shepherd/towel-folder",
        Record(
            identity="github:shepherd/towel-folder",
            url="https://github.com/shepherd/towel-folder",
            kind="repository",
            title='shepherd/towel-folder: Code for "Folding by Attention"',
            description='Code for "Folding by Attention" (https://arxiv.org/abs/2103.09999) - shepherd/towel-folder',
            site_name="GitHub",
            language="en",
            image=PageImage(
                "https://opengraph.githubassets.example/abc/shepherd/towel-folder", 'Code for "Folding by Attention"'
            ),
            images=(
                PageImage(
                    "https://opengraph.githubassets.example/abc/shepherd/towel-folder",
                    'Code for "Folding by Attention"',
                ),
                PageImage("https://raw.example/shepherd/towel-folder/main/teaser.png", "Teaser"),
            ),
        ),
    ),
    "youtube": (
        "https://m.youtube.com/watch?v=abcDEF_-123&t=3",
        Record(
            identity="youtube:abcDEF_-123",
            url="https://www.youtube.com/watch?v=abcDEF_-123",
            kind="video",
            title="Folding a towel in 4K",
            published_on=MARCH,
            description="We fold a towel.",
            site_name="YouTube",
            language="ja-jp",
            image=PageImage("https://i.ytimg.example/vi/abcDEF_-123/maxresdefault.jpg"),
            images=(PageImage("https://i.ytimg.example/vi/abcDEF_-123/maxresdefault.jpg"),),
        ),
    ),
    "japanese-news": (
        "http://news.example.co.jp/articles/0305.html",
        Record(
            identity="url:news.example.co.jp/articles/0305.html",
            url="http://news.example.co.jp/articles/0305.html",
            kind="article",
            title="タオルをたたむロボット、公開",
            authors=("田中 太郎",),
            published_on=MARCH,
            description="見本大学は５日、タオルを自動でたたむロボット「タタミー」を公開した。",
            site_name="見本新聞デジタル",
            language="ja",
            image=PageImage("http://news.example.co.jp/images/2021/0305/tatamii.jpg"),
            images=(PageImage("http://news.example.co.jp/images/2021/0305/tatamii.jpg"),),
        ),
    ),
    "chinese": (
        "https://keji.example/a/1.html",
        Record(
            identity="url:keji.example/a/1.html",
            url="https://keji.example/a/1.html",
            kind="article",
            title="机器人学会叠毛巾",
            published_on=MARCH,
            description="示例大学的研究人员 训练机器人叠毛巾。",
            site_name="示例科技网",
            language="zh-hans",
            images=(PageImage("https://img.keji.example/a/1.jpg", "毛巾"),),
        ),
    ),
    "project-page": (
        "https://jane.example/fold/",
        Record(
            identity="url:jane.example/fold",
            url="https://jane.example/fold/",
            kind="paper",
            title="Folding by Attention",
            authors=("Jane Doe",),
            doi="10.5555/fold.2021",
            published_on=datetime.date(2021, 3, 17),
            description="Folding by Attention: towels in one forward pass.",
            images=(PageImage("https://jane.example/fold/teaser.jpg", "Teaser"),),
            names=("arxiv:2103.09999", "doi:10.5555/fold.2021", "openreview:aBcD_12-xY"),
        ),
    ),
    "explainer": (
        "https://blog.example/folding",
        Record(
            identity="url:blog.example/folding",
            url="https://blog.example/folding",
            kind="article",
            title='Why "Folding by Attention" matters',
            authors=("Ada Shepherd",),
            language="en",
        ),
    ),
    "front-page": (
        "https://blog.example/",
        Record(
            identity="url:blog.example",
            url="https://blog.example/",
            kind="other",
            title="The Woolly Blog",
            site_name="The Woolly Blog",
            language="en",
        ),
    ),
    "single-page-app": (
        "https://app.example/papers/3",
        Record(identity="url:app.example/papers/3", url="https://app.example/papers/3", kind="article"),
    ),
    "pdf-viewer": (
        "https://files.example/towels_final_v3.pdf",
        Record(
            identity="url:files.example/towels_final_v3.pdf",
            url="https://files.example/towels_final_v3.pdf",
            kind="article",
        ),
    ),
    "hostile": (
        "https://evil.example/a/b",
        Record(
            identity="url:evil.example/a/b",
            url="https://evil.example/a/b",
            kind="article",
            title="<script>alert('x')</script> gnp.exe\ufffd",
            authors=("Robert'); DROP TABLE works;--",),
            description="</textarea><svg/onload=alert(1)>",
            site_name='">',
        ),
    ),
}


def read_sample(name, url):
    return read(text((SAMPLES / f"{name}.html").read_bytes()), url)


@pytest.mark.parametrize("name", READ)
def test_page_is_read(name):
    url, record = READ[name]
    assert read_sample(name, url) == record


def test_every_sample_is_read():
    assert {path.stem for path in SAMPLES.iterdir()} == set(READ)


@pytest.mark.parametrize("name", READ)
def test_record_of_a_page_survives_json(name):
    record = read_sample(name, READ[name][0])
    assert from_json(record.as_json()) == record


def test_empty_page_says_nothing():
    assert read("", "https://example.org/a") == Record("url:example.org/a", "https://example.org/a", "article")


def test_address_that_is_none_is_refused():
    with pytest.raises(MalformedURL):
        read("<title>x</title>", "nonsense")


KINDS = {
    "Open Graph's article": ('<meta property="og:type" content="article">', "article"),
    "Open Graph's video": ('<meta property="og:type" content="video.movie">', "video"),
    "somebody's profile": ('<meta property="og:type" content="profile">', "other"),
    "an article with a video": (
        linked('[{"@type":"VideoObject","name":"V"},{"@type":"BlogPosting","headline":"B"}]'),
        "article",
    ),
    "a video": (linked('{"@type":"VideoObject","name":"V"}'), "video"),
    "source code": (linked('{"@type":"SoftwareSourceCode"}'), "repository"),
    "data": (linked('{"@type":"Dataset"}'), "other"),
    "a paper by its journal": (
        '<meta name="citation_title" content="T"><meta name="citation_journal_title" content="J">',
        "paper",
    ),
    "a title alone": ('<meta name="citation_title" content="T">', "article"),
    "nothing": ("", "article"),
}


@pytest.mark.parametrize(("html", "kind"), KINDS.values(), ids=KINDS.keys())
def test_kind_follows_what_the_page_says(html, kind):
    assert read(html, "https://example.org/a").kind == kind


AUTHORS = {
    "one by one": ('<meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="Roe, R.">'),
    "in one text": '<meta name="citation_authors" content="Doe, Jane; Roe, R.">',
    "in JSON-LD as texts": linked('{"@type":"Article","author":["Jane Doe","R. Roe"]}'),
    "in Dublin Core": '<meta name="DCTERMS.creator" content="Doe, Jane"><meta name="DC:Creator" content="Roe, R.">',
    "by semicolon": '<meta name="author" content="Jane Doe; R. Roe">',
    "by comma": '<meta name="author" content="Jane Doe, R. Roe">',
    "not by address": (meta("article:author", "https://social.example/jane") + meta("author", "Jane Doe, R. Roe")),
    "each once": (
        meta("citation_author", "Doe, Jane")
        + meta("citation_author", "Jane Doe")
        + meta("citation_author", "7")
        + meta("citation_author", "R. Roe")
        + meta("author", "Webmaster")
    ),
}


@pytest.mark.parametrize("html", AUTHORS.values(), ids=AUTHORS.keys())
def test_authors_are_read_from_the_best_source(html):
    assert read(html, "https://example.org/a").authors == ("Jane Doe", "R. Roe")


def test_three_thousand_authors_are_all_named():
    html = "".join(
        f'<meta name="citation_author" content="Doe, Jane {number}">'
        '<meta name="citation_author_institution" content="CERN">'
        for number in range(3_000)
    )
    assert len(read(html, "https://example.org/a").authors) == 3_000


def test_description_that_repeats_the_title_says_nothing():
    html = '<title>T</title><meta property="og:description" content="T"><meta name="description" content="More">'
    assert read(html, "https://example.org/a").description == "More"


def test_abstract_is_that_of_a_paper_alone():
    described = '<meta name="dc.description" content="Of this.">'
    assert read(described, "https://example.org/a").abstract == ""
    assert read(described, "https://arxiv.org/abs/2103.03230").abstract == "Of this."


def test_date_of_a_change_before_publication_is_none():
    html = (
        '<meta property="article:published_time" content="2021-03-05">'
        '<meta property="article:modified_time" content="2021-03-01">'
    )
    record = read(html, "https://example.org/a")
    assert (record.published_on, record.updated_on) == (MARCH, None)


def test_month_alone_gives_way_to_a_day():
    html = (
        '<meta name="citation_publication_date" content="2021/05"><meta name="citation_online_date" content="2021/3/5">'
    )
    assert read(html, "https://example.org/a").published_on == MARCH
