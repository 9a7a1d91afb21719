"""The rules about highlights: without a link, without an entry, twice, left over from before."""

import pytest

from issues.checks import apply_fix, undo_fix
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section

from .asking import findings, places

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"
OTHER = "https://arxiv.org/abs/2103.03206"


@pytest.fixture
def issue():
    """A draft with one entry about a paper."""
    issue = make_issue(published=False, number=30)
    make_entry(make_section(issue), url=PAPER, title="Redundancy reduction", public_id="here")
    return issue


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Nothing but words.", 1),
        ("An address as a word: https://example.org/", 1),
        ("[no address]()", 1),
        (f"Read [this]({PAPER}).", 0),
        ("Read [this](entry:here).", 0),
    ],
)
def test_a_highlight_needs_a_link(issue, text, count):
    make_highlight(issue, text=text)
    assert len(findings(issue, "highlight-without-link")) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(f"Read [this]({PAPER}).", 0, id="its link"),
        pytest.param("Read [this](https://arxiv.org/pdf/2103.03230v2).", 0, id="another spelling"),
        pytest.param("Read [this](entry:here).", 0, id="the entry"),
        pytest.param(f"Read [Redundancy  *reduction*]({OTHER}).", 0, id="the title"),
        pytest.param(f"Read [this]({OTHER}).", 1, id="another paper"),
        pytest.param(f"Read [this]({OTHER}), unlike [that]({PAPER}).", 1, id="an aside is here"),
        pytest.param(f"Read [this]({PAPER}), unlike [that]({OTHER}).", 0, id="an aside is not here"),
        pytest.param("Nothing but words.", 0, id="no link"),
        pytest.param("Read [this](entry:gone).", 0, id="dangling, which is told by itself"),
        pytest.param("Read [this](http://[::1).", 0, id="malformed"),
    ],
)
def test_a_highlight_is_about_an_entry_of_the_issue(issue, text, count):
    make_highlight(issue, text=text)
    assert len(findings(issue, "highlight-without-entry")) == count


def test_the_card_of_an_entry_may_be_what_is_highlighted(issue):
    make_entry(issue.sections.get(), url="https://example.org/short", card_url="https://example.org/the-post")
    make_highlight(issue, text="Read [this](https://example.org/the-post).")
    assert findings(issue, "highlight-without-entry") == []


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        pytest.param(["Read [this](%s).", "Read *[this](%s)*."], [2], id="same words"),
        pytest.param(["Read [this](%s).", "Or [that](%s)."], [2], id="same paper"),
        pytest.param(["Read [this](%s).", "Or [that](entry:here)."], [2], id="paper and its entry"),
        pytest.param(["Read [this](%s).", f"Or [that]({OTHER}), after [this](%s)."], [], id="an aside"),
        pytest.param(["Words.", "Words!", "Other words."], [2], id="no links"),
        pytest.param(["Read [this](%s)."], [], id="one"),
    ],
)
def test_two_highlights_about_the_same(issue, texts, found):
    for text in texts:
        make_highlight(issue, text=text.replace("%s", PAPER))
    assert places(issue, "highlight-repeated") == found


def test_the_second_highlight_is_removed_with_one_click_and_comes_back(issue):
    for _ in range(2):
        make_highlight(issue, text=f"Read [this]({PAPER}).")
    (finding,) = findings(issue, "highlight-repeated")
    done = apply_fix(issue, finding)
    assert issue.highlights.count() == 1
    undo_fix(issue, done.token)
    assert issue.highlights.count() == 2


def test_a_highlight_of_a_work_that_ran_only_before_is_left_over(issue):
    make_entry(make_section(make_issue(number=21)), url=OTHER)
    make_highlight(issue, text=f"Read [this]({OTHER}).")
    (finding,) = findings(issue, "highlight-from-earlier-issue")
    assert "of #21" in finding.message
    assert findings(issue, "highlight-without-entry") == []
    apply_fix(issue, finding)
    assert not issue.highlights.exists()


def test_a_highlight_that_links_to_an_entry_of_before_is_left_over(issue):
    make_entry(make_section(make_issue(number=21)), public_id="there")
    make_highlight(issue, text="Read [this](entry:there).")
    assert places(issue, "highlight-from-earlier-issue") == [1]


def test_a_text_of_the_issue_before_is_left_over_whatever_it_links_to(issue):
    make_highlight(make_issue(number=29), text="The same words, as ever.")
    make_highlight(issue, text="The same *words*, as ever")
    assert places(issue, "highlight-from-earlier-issue") == [1]


def test_what_runs_here_again_is_a_highlight_of_this_issue(issue):
    make_entry(make_section(make_issue(number=21)), url=PAPER)
    make_highlight(issue, text=f"Read [this]({PAPER}).")
    assert findings(issue, "highlight-from-earlier-issue") == []


def test_what_may_recur_is_not_left_over(issue):
    make_publication(recurring_links=[OTHER])
    make_entry(make_section(make_issue(number=21)), url=OTHER)
    make_highlight(issue, text=f"Read [this]({OTHER}).")
    assert findings(issue, "highlight-from-earlier-issue") == []
