"""Parts of issues and entries as HTML, and the names of things."""

import pytest

from issues import naming, reading, rendering
from issues.figures import licence_url
from issues.languages import html_language, interface_language, language_name, language_of_text, language_of_title
from issues.models import Entry, Issue
from issues.site import Site, work_slug
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section


@pytest.mark.parametrize(
    ("language", "html", "interface", "name"),
    [
        ("en", "en", "en", "English"),
        ("ja", "ja", "ja", "日本語"),
        ("zh-hans", "zh-Hans", "zh-hans", "简体中文"),
        ("pt-br", "pt-BR", "en", "Português Brasileiro"),
        ("ja-jp", "ja-JP", "ja", "日本語"),
        ("zh-hant-tw", "zh-Hant-TW", "en", "zh-Hant-TW"),
        ("tlh", "tlh", "en", "tlh"),
    ],
)
def test_languages_are_written_as_html_and_readers_expect(language, html, interface, name):
    assert html_language(language) == html
    assert interface_language(language) == interface
    assert language_name(language).casefold() == name.casefold()


@pytest.mark.parametrize(
    ("title", "language", "found"),
    [
        *[("Barlow Twins", "ja", "en"), ("日本語 GPT-2", "ja", ""), ("Barlow Twins", "en", ""), ("", "zh-hans", "")],
        *[
            ("中型モデルが公開", "en", "ja"),
            ("中型モデルが公開", "zh-hans", "ja"),
            ("한국어", "ja", "ko"),
            ("한국어", "ko", ""),
        ],
        *[("Éclair", "en", ""), ("人工智能", "en", "")],
    ],
)
def test_the_letters_of_a_title_tell_its_language(title, language, found):
    assert language_of_title(title, language) == found


@pytest.mark.parametrize(
    ("text", "language", "default", "found"),
    [
        *[("Read closely. 明 is bright.", "ja", "en", "en"), ("Read closely.", "ja", "pt-br", "pt-BR")],
        *[("Read closely.", "de", "en", ""), ("Read closely.", "zh-hans", "ja", "en")],
        *[("毎週の AI を読む", "en", "ja", "ja"), ("毎週の AI を読む", "zh-hans", "ja", ""), ("", "en", "en", "")],
    ],
)
def test_what_all_languages_share_is_in_the_default_one(text, language, default, found):
    assert language_of_text(text, language, default) == found


@pytest.mark.parametrize(
    ("values", "name", "mark"),
    [
        ({"number": 26}, "Issue 26", "26"),
        ({"year": 2021, "week": 0}, "Week 0 of 2021", "W0"),
        ({"year": 2021, "month": 2, "kind": "monthly"}, "February 2021", "Feb"),
        ({"year": 2020, "kind": "annual"}, "The year 2020", "2020"),
        ({"slug": "the-summit", "kind": "special"}, "the-summit", ""),
        ({"year": 2021, "slug": "odd"}, "odd", ""),
    ],
)
def test_issues_are_called_by_what_they_are_counted_by(values, name, mark):
    issue = Issue(**values)
    assert naming.issue_name(issue) == name
    assert naming.issue_mark(issue) == mark
    assert naming.issue_title(issue) == name
    assert naming.issue_title(Issue(**values, title="Given")) == "Given"


def test_labels_not_yet_given_are_those_that_publication_would_give():
    entries = [Entry(label="26.1"), Entry(), Entry(label="26.4"), Entry()]
    assert rendering.labels(Issue(number=26), entries) == ["26.1", "26.5", "26.4", "26.6"]
    assert rendering.labels(Issue(number=26), [Entry(), Entry()]) == ["26.1", "26.2"]
    assert rendering.labels(Issue(year=2021, week=3), [Entry()]) == ["2021-W03.1"]


def test_a_label_too_long_for_the_margin_is_cut_to_its_number():
    assert rendering.label_in_margin("2021-10-27.3") == "2021-10-27.3"
    assert rendering.label_in_margin("what-we-learnt-at-the-summit.12") == ".12"


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC-BY-NC-ND-3.0", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("MIT", ""),
        ("CC-BY-4.0 or so", ""),
    ],
)
def test_creative_commons_licences_are_explained(licence, address):
    assert licence_url(licence) == address


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Counting Whales, from Space!", "counting-whales-from-space"),
        ("鯨を数える", ""),
        ("Über -- alles", "uber-alles"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_words_of_a_title_make_an_address(title, slug):
    assert work_slug(title) == slug


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("", "en", 1),
        ("word " * 230 * 3, "en", 3),
        ("字" * 1000, "ja", 2),
        ("字" * 1000, "zh-hans", 2),
        ("かな" * 1000, "ja", 4),
        ("word " * 230 + "字" * 500, "ja", 2),
    ],
)
def test_reading_takes_as_long_as_words_and_characters_ask(text, language, minutes):
    assert reading.minutes(reading.length(text), language) == minutes


@pytest.fixture
def site(db):
    return Site(make_publication(languages=["en", "ja"]), "ja")


def test_formulas_can_be_scrolled_on_a_page_and_are_source_elsewhere(site):
    text = "Then\n\n$$x^2$$"
    assert '<span class="formula" tabindex="0"><math display="block">' in rendering.to_html(site, text)
    assert "<code>x^2</code>" in rendering.to_html(site.absolute(), text)


@pytest.mark.parametrize("link", ["entry:", "entry:A", "entry:../admin", "entry:a b", "entry:" + "a" * 27, "entry:x/y"])
def test_a_link_to_no_possible_entry_leaves_its_words(site, link):
    rendered = rendering.to_html(site, f"Read [the words]({link}) now")
    assert "the words" in rendered
    assert "<a" not in rendered


def test_links_between_entries_lead_to_the_page_here_and_to_the_address_elsewhere(site):
    here = rendering.EntryPaths(site, here=[Entry(public_id="abc")])
    assert [here("entry:abc"), here("entry:other"), here("mailto:a")] == ["#e-abc", "/ja/entries/other/", None]
    assert rendering.EntryPaths(site.absolute())("entry:abc") == "http://127.0.0.1:8000/ja/entries/abc/"


def test_highlights_of_a_group_share_a_heading(site):
    issue = make_issue(number=1)
    for text, group, title in [("a", "feature", ""), ("b", "feature", ""), ("c", "paper", "From the field")]:
        make_highlight(issue, text=text, group=group, group_title=title)
    groups = rendering.highlight_groups(site, issue.highlights.all(), None)
    assert [(group.title, group.highlights) for group in groups] == [
        ("Features", ["a", "b"]),
        ("From the field", ["c"]),
    ]


def test_a_highlight_of_two_paragraphs_keeps_both(site):
    issue = make_issue(number=1)
    make_highlight(issue, text="One.\n\nTwo.")
    assert rendering.highlight_groups(site, issue.highlights.all(), None)[0].highlights == [
        "<p>One.</p>\n<p>Two.</p>\n"
    ]


def test_a_teaser_is_plain_text_of_bounded_length(site):
    issue = make_issue(number=1, intro="**Bold** and [linked](https://example.org/) $x^2$. " * 20)
    teaser = rendering.teaser(issue)
    assert teaser.startswith("Bold and linked x^2.")
    assert len(teaser) <= 200
    assert rendering.teaser(make_issue(number=2)) == ""
    assert len(rendering.teaser(make_issue(number=3, language="ja", intro="字" * 300))) == 90


def test_a_section_without_title_is_called_by_its_kind(site, django_assert_num_queries):
    issue = make_issue(number=1)
    make_entry(make_section(issue, title="", kind="use_case"))
    issue = Issue.objects.with_entries().get(pk=issue.pk)
    with django_assert_num_queries(0):
        parts = rendering.issue_parts(site, issue)
    assert parts["sections"][0].title == "In use"


def test_an_entry_without_title_is_called_by_what_is_known(site):
    section = make_section(make_issue(number=1))
    titles = [
        rendering.entry_parts(site, make_entry(section, title="", **values), "1.1").title
        for values in ({"source_title": "Original"}, {"url": "https://example.org/a"}, {"url": "", "work": None})
    ]
    assert titles == ["Original", "example.org", "1.1"]
