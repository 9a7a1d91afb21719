"""The rules about titles, texts and their marks, and about links to entries."""

import pytest

from issues.checks import Severity, apply_fix, markup
from issues.models import Entry
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

from .asking import findings, places

pytestmark = pytest.mark.django_db


def draft(**values):
    """A draft with one entry."""
    return make_entry(make_section(make_issue(published=False)), **{"title": "What it says"} | values).section.issue


# --- no-title --------------------------------------------------------------------------------------------------------


def test_the_issue_and_each_entry_need_a_title():
    issue = make_issue(published=False, title=" ")
    make_entry(make_section(issue), title="\n")
    assert places(issue, "no-title") == [(None, None), (1, 1)]


def test_the_title_of_the_original_is_taken_with_one_click():
    issue = draft(title="", source_title="Barlow Twins")
    (finding,) = findings(issue, "no-title")
    apply_fix(issue, finding)
    assert Entry.objects.get().title == "Barlow Twins"


def test_the_title_of_the_work_is_taken_where_the_entry_has_none():
    issue = draft(title="")
    entry = Entry.objects.get()
    entry.work.title = "A title that a page gave"
    entry.work.save()
    assert findings(issue, "no-title")[0].fix.changes[0].after == "A title that a page gave"


# --- unbalanced-markup -----------------------------------------------------------------------------------------------

LOOSE = [
    "A **bold word without its end",
    "A bold** word without its beginning",
    "**Every half** is **closed but the last",
    "An *emphasis without its end",
    "An emphasis* without its beginning",
    "A `piece of code without its end",
    "Some ~~struck text without its end",
    "[A link](https://example.org/ without its end",
    "A link](https://example.org/) without its beginning",
    "[A link(https://example.org/) in one bracket",
    "[A link]  (see) and [another](https://example.org",
    "A formula $x^2 + y without its end",
    "A formula x^2$ without its beginning",
    "A formula $$x on a line",
    "A <b>bold word without its end",
    "A bold</em> word",
    "<a href='https://example.org'>a link",
    "Text\n\n```\ncode without its end",
    "Text\n\n```python\ncode\n``",
    "**太字を閉じない。次の文",
    "日本語の`コードを閉じない",
]
WHOLE = [
    "",
    "A **bold** and an *emphasised* word, `code`, ~~struck~~, [a link](https://example.org/(x)).",
    "A formula $x^2$ and $$y_1$$, and a price of $5 or US$ 10 million.",
    r"Escaped \*\*stars\*\*, \`ticks\` and \[brackets\](x).",
    "A* and Q* search, 2**10, f(**kwargs), 3 * 4 * 5, *.py, O(n*m)",
    "* a list\n* with stars",
    "- a list\n+ of all kinds\n\n***\n\nand a rule",
    "`**` and `[x](` are code, ``with a ` tick``",
    "```\n**code\n[x](\n```",
    "~~~\ncode\n~~~",
    "    **indented code",
    "1) a smiley :-) and [0, 1) as an interval, array[i] (see there)",
    "A <b>bold</b> word<br>and <sub>2</sub>, x < y > z, <https://example.org>",
    "Costs $20-$30 a month, R$ 3, $GOOG rose",
    "**日本語。**次の**文**",
    "snake_case_words and __init__ and a_b",
    "Foo~bar~ and ~ 5",
    "A line with a footnote [1] and another [2].",
]


@pytest.mark.parametrize("text", LOOSE)
def test_a_mark_without_its_other_half_is_found_in_every_text(text):
    issue = draft(summary=text)
    make_highlight(issue, text=text)
    issue.intro = text
    issue.save()
    fields = {(finding.place.field, finding.severity) for finding in findings(issue, "unbalanced-markup")}
    assert fields == {("summary", Severity.ERROR), ("text", Severity.ERROR), ("intro", Severity.ERROR)}


@pytest.mark.parametrize("text", WHOLE)
def test_whole_marks_are_no_finding(text):
    assert markup.read(text).loose == ()


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("A **bold** title", 1),
        ("A title with [a link](https://example.org/)", 1),
        ("A <b>bold</b> title", 1),
        ("A* search, 2**10 and f(**kwargs)", 0),
        ("[2103.03230] Barlow Twins (ICML)", 0),
        ("x < y and a > b", 0),
        ("5 * 3 = 15, *emphasis* is let be", 0),
    ],
)
def test_marks_in_titles_show_as_they_stand(title, count):
    assert len(findings(draft(title=title), "unbalanced-markup")) == count
    assert len(findings(draft(source_title=title), "unbalanced-markup")) == count


def test_the_message_shows_where():
    (finding,) = findings(draft(summary="The first **half of it."), "unbalanced-markup")
    assert "“The first **half of it.”" in finding.message


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a](x) and [b](<y z>)", ["x", "y z"]),
        ("[a][ref]\n\n[ref]: https://example.org", ["https://example.org"]),
        ('<a href="javascript:x">b</a>', ["javascript:x"]),
        ("<div><a href='u'>b</a></div>", ["u"]),
        ("![picture](p.png) `[c](d)`", []),
        ("[a](javascript:x)", ["javascript:x"]),
        ("x" * 200_000, []),
        ("[" * 6_000, []),
    ],
    ids=["plain", "reference", "html", "html block", "no link", "script", "long", "many brackets"],
)
def test_links_are_read_as_they_stand(text, links):
    assert [link.address for link in markup.read(text).links] == links


# --- no-summary ------------------------------------------------------------------------------------------------------


def test_an_entry_needs_a_summary():
    issue = draft(summary=" \n")
    make_entry(issue.sections.get(), summary="It says so.")
    assert places(issue, "no-summary") == [(1, 1)]


@pytest.mark.parametrize(("size", "count"), [(1, 1), (2, 2), (3, 0), (9, 0)])
def test_a_mere_list_of_links_is_let_be(size, count):
    section = make_section(make_issue(published=False))
    for _ in range(size):
        make_entry(section, summary="")
    assert len(findings(section.issue, "no-summary")) == count


# --- dangling-entry-link ---------------------------------------------------------------------------------------------


def test_a_link_to_an_entry_that_is_not_there_is_found():
    issue = draft(summary="See [this](entry:gone).")
    make_highlight(issue, text="Read [that](ENTRY:gone) and [more](entry:).")
    assert places(issue, "dangling-entry-link") == [1, 1, (1, 1)]


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param({"number": 21}, 0, id="published"),
        pytest.param({"published": False}, 1, id="draft"),
        pytest.param({"number": 21, "status": "withdrawn"}, 1, id="withdrawn"),
        pytest.param({"number": 21, "language": "ja"}, 0, id="another edition"),
        pytest.param({"number": 21, "language": "fr"}, 1, id="a language that is no longer shown"),
    ],
)
def test_readers_have_to_see_the_entry(values, count):
    make_publication(languages=["en", "ja"])
    if values.get("status") == "withdrawn":
        values |= {"published_at": make_issue(number=20).published_at}
    make_entry(make_section(make_issue(**values)), public_id="there", label="")
    assert len(findings(draft(summary="See [this](entry:there)."), "dangling-entry-link")) == count


def test_an_entry_of_the_same_issue_is_there():
    issue = draft(public_id="here")
    make_highlight(issue, text="Read [this](entry:here).")
    assert findings(issue, "dangling-entry-link") == []


# --- empty-section, no-imprint, mail-too-large, withdrawn-work -------------------------------------------------------


def test_an_empty_section_is_removed_with_one_click():
    issue = draft()
    make_section(issue, title="Nothing here")
    (finding,) = findings(issue, "empty-section")
    assert finding.place.in_words == "section 2"
    apply_fix(issue, finding)
    assert issue.sections.count() == 1


@pytest.mark.parametrize(
    ("mail", "imprint", "count"), [(True, "", 1), (True, "  ", 1), (True, "1 Road, Town", 0), (False, "", 0)]
)
def test_a_mail_needs_a_postal_address(mail, imprint, count):
    make_publication(imprint=imprint)
    issue = make_issue(published=False, mail_on_publication=mail)
    assert len(findings(issue, "no-imprint")) == count


def _heavy(**values):
    section = make_section(make_issue(published=False, **values))
    for number in range(20):
        make_entry(section, summary=f"Sentence {number} of many. " * 300)
    return section.issue


def test_a_mail_that_is_cut_off_is_told_with_its_weight():
    (finding,) = findings(_heavy(), "mail-too-large")
    assert "of 102 kB" in finding.message
    assert findings(draft(), "mail-too-large") == []


@pytest.mark.parametrize(("mail", "count"), [(False, 0), (True, 1)])
def test_what_appeared_elsewhere_is_weighed_only_where_it_goes_out(mail, count):
    assert len(findings(_heavy(origin="import", mail_on_publication=mail), "mail-too-large")) == count


def test_a_paper_that_was_withdrawn_is_told():
    issue = draft(url="https://arxiv.org/abs/2103.03230")
    assert findings(issue, "withdrawn-work") == []
    work = Entry.objects.get().work
    work.withdrawn = True
    work.save()
    assert places(issue, "withdrawn-work") == [(1, 1)]
