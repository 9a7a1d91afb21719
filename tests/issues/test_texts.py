"""Texts that were rendered and kept are shown as if they were rendered now, whatever happens to the rows."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from common import markdown
from issues import keeping_texts, reading, texts
from issues.gathering import gather
from issues.keeping_texts import Keeper, forget_unused, keep, keep_texts
from issues.models import Entry, Erratum, Highlight, Issue, KeptText, Publication
from issues.rendering import issue_parts, to_html
from issues.site import Site
from tests.factories import make_entry, make_highlight, make_issue, make_section

DAY = "2021-09-02"
HOSTILE = [
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) [y](entry:abc) [z](entry:../../etc) [w](/issues/1/)",
    "# One\n\n## Two\n\n* a\n* b\n\n> c\n\n| a | b |\n|---|:-:|\n| 1 | 2 |",
    "$x^2$ and $$\\sum_{i} x_i$$ and $\\unknown{$ and \\$5",
    "$$\nx < y\n$$\n\n日本語の\n本文 **太字** `code`",
    "<div>raw</div><b onclick=x>bold</b> <title>t</title> &amp; &lt;",
    "'); DROP TABLE issues_entry; -- %s %(html)s {html}",
    "a\u2028b\u00a0c 😀 \ue0a10\ue0a2",
]


@pytest.fixture(autouse=True)
def _no_memory():
    """As a process that has not shown a text yet."""
    texts._remembered.clear()
    yield
    texts._remembered.clear()


@pytest.fixture
def rendering_counted(monkeypatch):
    """The texts that were rendered and not found."""
    seen = []
    render = texts.render
    monkeypatch.setattr(texts, "render", lambda text, level: (seen.append(text), render(text, level))[1])
    return seen


def _loaded(issue):
    return Issue.objects.with_entries().get(pk=issue.pk)


def _shown(issue):
    """All that page and feed show of the texts of an issue."""
    site = Site(issue.publication, issue.language)
    shown = []
    for place in (site, site.absolute()):
        parts = issue_parts(place, _loaded(issue))
        groups = [highlight for group in parts["highlight_groups"] for highlight in group.highlights]
        summaries = [entry.summary for section in parts["sections"] for entry in section.entries]
        corrections = [correction.text for correction in parts["corrections"]]
        shown.append([parts["intro"], groups, summaries, corrections, parts["minutes"]])
    return shown


def _issue(*summaries):
    issue = make_issue(intro="Hello **you**, $x$.")
    make_highlight(issue, text="Read [this](entry:abc).")
    section = make_section(issue)
    entries = [make_entry(section, summary=summary) for summary in summaries]
    Erratum.objects.create(issue=issue, entry=entries[0], noted_on=DAY, text="It was *ten*.")
    return issue


def _keep_all():
    return sum(keep_texts())


@pytest.mark.django_db
def test_what_was_kept_is_shown_as_if_it_were_rendered(rendering_counted):
    issue = _issue(*HOSTILE)
    live = _shown(issue)
    assert _keep_all() == len(HOSTILE) + 3
    texts._remembered.clear()
    rendering_counted.clear()
    assert _shown(issue) == live
    assert rendering_counted == []


@given(st.text(st.sampled_from("ab *_$[]()<>/|#`~\\\n!&:{}^日") | st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_the_same_with_and_without_what_is_kept(text):
    site = Site(Publication(name="A", languages=["en"]), "en")
    for level in (None, 4):
        made = texts.render(text, level)
        for place in (site, site.absolute()):
            html = markdown.to_html(
                text, heading_level=level, mathml=not place.base, base=place.base, resolve=lambda address: "#e"
            )
            texts._remembered.clear()
            shown = to_html(place, text, lambda address: "#e", level)
            assert shown.replace('<span class="formula" tabindex="0">', "").replace("</math></span>", "</math>") == html
            texts.remember(text, level, made)
            assert to_html(place, text, lambda address: "#e", level) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["update", "sql", "save"])
def test_a_text_that_was_changed_by_any_way_is_shown_anew(way):
    issue = _issue("Before", "Stays")
    _keep_all()
    texts._remembered.clear()
    entry = Entry.objects.get(summary="Before")
    if way == "update":
        Entry.objects.filter(pk=entry.pk).update(summary="After")
    elif way == "sql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE issues_entry SET summary = 'After' WHERE id = %s", [entry.pk])
    else:
        entry.summary = "After"
        entry.save()
    page = _shown(issue)[0]
    assert page[2] == ["<p>After</p>\n", "<p>Stays</p>\n"]


@pytest.mark.django_db
def test_another_renderer_uses_nothing_of_the_one_before(monkeypatch, rendering_counted):
    issue = _issue("One", "Two")
    _keep_all()
    KeptText.objects.update(html="<p>As it was rendered once</p>")
    texts._remembered.clear()
    rendering_counted.clear()
    monkeypatch.setattr(texts, "renderer", lambda: "0" * 16)
    assert _shown(issue)[0][2] == ["<p>One</p>\n", "<p>Two</p>\n"]
    assert len(rendering_counted) == 5
    assert "given up" in forget_unused()
    assert not KeptText.objects.exists()


def test_the_renderer_is_known_by_its_code_and_its_packages(monkeypatch, tmp_path):
    before = texts.renderer()
    assert len(before) == 16
    texts.renderer.cache_clear()
    assert texts.renderer() == before
    changed = tmp_path / "markdown.py"
    changed.write_text("changed")
    monkeypatch.setattr(markdown, "__file__", str(changed))
    texts.renderer.cache_clear()
    assert texts.renderer() != before
    monkeypatch.undo()
    texts.renderer.cache_clear()
    monkeypatch.setattr(texts, "version", lambda name: "9.9")
    assert texts.renderer() != before
    texts.renderer.cache_clear()


@pytest.mark.django_db
def test_database_and_code_find_the_same_key():
    for number, text in enumerate(HOSTILE):
        entry = make_entry(summary=f"{text} {number}")
        keep(Entry, [entry.summary])
        with connection.cursor() as cursor:
            sql = f"SELECT {texts.key_in_sql('entry.summary')} FROM issues_entry entry WHERE id = %s"
            cursor.execute(sql, [texts.form_of(Entry), entry.pk])
            assert bytes(cursor.fetchone()[0]) == texts.key(Entry, entry.summary)


@pytest.mark.django_db
def test_the_same_text_in_another_place_has_headings_of_that_place():
    issue = make_issue(intro="# Title")
    make_entry(make_section(issue), summary="# Title")
    _keep_all()
    texts._remembered.clear()
    assert _shown(issue)[0][0] == "<h3>Title</h3>\n"
    assert _shown(issue)[0][2] == ["<h4>Title</h4>\n"]


# --- Keeping ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_keeping_twice_keeps_nothing_more_and_says_so(django_assert_num_queries):
    _issue("One", "Two", "Two", "")
    assert _keep_all() == 5
    assert _keep_all() == 0
    # One window of each kind of text.
    with django_assert_num_queries(4):
        assert list(keep_texts()) == [0, 0, 0, 0]
    assert keep(Entry, ["Two"]) == 1
    assert KeptText.objects.count() == 5


@pytest.mark.django_db
def test_many_rows_are_walked_in_windows_from_the_newest(monkeypatch):
    monkeypatch.setattr(keeping_texts, "LOOKED_AT", 2)
    monkeypatch.setattr(keeping_texts, "RENDERED_AT_ONCE", 1)
    section = make_section()
    for number in range(5):
        make_entry(section, summary=f"Summary {number}")
    assert _keep_all() == 5
    forget_unused()
    assert KeptText.objects.count() == 5


@pytest.mark.django_db
def test_texts_too_long_to_be_remembered_are_left_to_be_rendered():
    issue = _issue("word " * texts.LONGEST)
    assert _keep_all() == 3
    assert len(_shown(issue)[0][2][0]) > texts.LONGEST
    assert not [text for text, _level in texts._remembered if len(text) > texts.LONGEST]


@pytest.mark.django_db
def test_what_no_row_says_any_more_is_given_up_and_the_rest_stays():
    _issue("One", "Two")
    _keep_all()
    Entry.objects.filter(summary="One").update(summary="Three")
    assert forget_unused() == "1 kept texts given up"
    assert _keep_all() == 1
    assert forget_unused() == "0 kept texts given up"


@pytest.mark.django_db
def test_the_worker_keeps_texts_bit_by_bit_and_begins_again(monkeypatch):
    monkeypatch.setattr(keeping_texts, "LOOKED_AT", 2)
    keeper = Keeper(steps=2)
    section = make_section(make_issue())
    for number in range(3):
        make_entry(section, summary=f"Summary {number}")
    said = [keeper() for _ in range(6)]
    assert sum(int(line.split()[0]) for line in said) == 3
    make_entry(section, summary="New")
    assert "1 texts kept" in [keeper() for _ in range(6)]


@pytest.mark.django_db
def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(texts, "REMEMBERED", 8)
    for number in range(100):
        texts.rendered(f"Text {number}")
    assert len(texts._remembered) <= 8
    assert ("Text 99", None) in texts._remembered


@pytest.mark.django_db
def test_a_plain_text_and_its_length_are_those_of_what_is_shown():
    made = texts.render("**Two** words, $x$ and 漢字", None)
    assert made.plain == "Two words, x and 漢字"
    assert made.length == reading.Length(words=4, characters=2)


@pytest.mark.django_db
def test_nothing_is_gathered_for_no_issue(django_assert_num_queries):
    with django_assert_num_queries(0):
        gather([])
    assert list(texts.FIELD) == [Issue, Entry, Highlight, Erratum]
    assert Highlight in texts.HEADING_LEVEL
