"""The newsletter's own documents, where there are any: what the reader finds in them is what a careful reader finds."""

import json
import re
from pathlib import Path

import pytest

from exchange.documents import Source
from exchange.readers import akira_news

pytestmark = pytest.mark.corpus

# Lines that reach only the leftovers: the words beside the link of a heading.
LEFT_OVER = {"2021-week-12": [46]}


@pytest.fixture(scope="module")
def documents(corpus):
    """Each document's issue and the truth about it, by the document's name."""
    found = {}
    for path in sorted((corpus / "truth").glob("*.json")):
        [issue] = akira_news.read(Source(corpus / "issues" / f"{path.stem}.md"))
        found[path.stem] = (issue, json.loads(path.read_text(encoding="utf-8")))
    assert found
    return found


def _bare(url):
    url = re.sub(r"[?&](?:utm_\w+|gi|sh|nc1)=[^&#)]*", "", url or "").rstrip("/")
    return re.sub(r"^https?://(?:www\.)?", "", url) or None


def _key(text):
    return re.sub(r"[\W_]+", "", text or "").lower()


def test_headers_are_right(documents):
    for name, (issue, truth) in documents.items():
        said = (issue.title, issue.number, issue.year, issue.week, issue.month, issue.date_text, issue.source_url)
        keys = ("title", "issue_number", "year", "week", "month", "date_text", "source_url")
        assert said == tuple(truth[key] for key in keys), name
        assert (str(issue.stated_on) if issue.stated_on else None) == truth.get("date"), name
        assert issue.contents_lines == truth["toc"], name
        assert issue.contents_stated_count == truth.get("declared_topics"), name


def test_highlights_are_right(documents):
    for name, (issue, truth) in documents.items():
        assert len(issue.highlights) == len(truth["highlights"]), name
        for highlight, wanted in zip(issue.highlights, truth["highlights"], strict=True):
            assert highlight.group_title == wanted["group"], name
            addresses = re.findall(r"\]\(((?:[^()]|\([^()]*\))*)\)", highlight.text)
            assert list(map(_bare, addresses)) == list(map(_bare, wanted["links"])), name
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", highlight.text)
            assert _key(text).startswith(_key(wanted["text"])[:40]), name


def test_sections_and_entries_are_right(documents):
    for name, (issue, truth) in documents.items():
        sections = [(section.number_given, section.title, section.kind) for section in issue.sections]
        assert sections == [(s["number"], s["heading"], s["kind"]) for s in truth["sections"]], name
        for section, wanted in zip(issue.sections, truth["sections"], strict=True):
            assert len(section.entries) == len(wanted["entries"]), name
            for entry, facts in zip(section.entries, wanted["entries"], strict=True):
                _check_entry(entry, facts, f"{name}: {facts['title']}")


def _check_entry(entry, facts, place):
    assert _bare(entry.url) == _bare(facts["url"]), place
    assert (entry.url_given or None) == facts["raw_url"], place
    assert (entry.figure or None) == facts["image"], place
    assert (entry.source_arxiv_id or None) == facts["original_title_arxiv_id"], place
    assert (entry.card is not None) == facts["has_card"], place
    assert _bare(entry.card.url if entry.card else None) == _bare(facts["card_url"]), place
    if facts["title_reliable"]:
        assert _key(entry.title) == _key(facts["title"]), place
    elif facts["title"]:
        # Part of the title stands outside its link, and a reader reads on.
        assert _key(entry.title).startswith(_key(facts["title"])), place
    else:
        assert entry.title == "", place
    if facts["domain_text"]:
        assert entry.domain_shown == facts["domain_text"].strip("【】"), place
    _check_original(entry, facts, place)


def _check_original(entry, facts, place):
    form, text = facts["original_title_form"], facts.get("original_title_text")
    if form in ("none", "merged_into_summary"):
        assert entry.source_title == "", place
    else:
        assert entry.source_title, place
        whole = re.sub(r"\]\([^)]*\)?$|https?://\S+|原标题|T21$", "", text)
        told = _key(entry.source_arxiv_id) + _key(entry.source_title)
        assert _key(re.sub(r" v\d】", "】", whole)).startswith(told[:30]) or told.startswith(_key(whole)[:20]), place
    assert entry.summary, place


def test_past_issues_are_the_cards_and_links_of_the_foot(documents):
    for name, (issue, truth) in documents.items():
        addresses = [_bare(past.url) for past in issue.past_issues]
        if truth["past_cards"]:
            assert addresses == list(map(_bare, truth["past_cards"])), name
        else:
            # The oldest documents name earlier issues in a line of text.
            assert all("akiras-ml-news" in url or "2020-summary" in url for url in addresses), name


def test_hardly_a_line_reaches_only_the_leftovers(documents):
    left = {name: [x.line_from for x in issue.leftovers] for name, (issue, _) in documents.items()}
    assert {name: lines for name, lines in left.items() if lines} == LEFT_OVER
    assert all(x.line_from == x.line_to for issue, _ in documents.values() for x in issue.leftovers)
    total = sum(issue.lines_with_text for issue, _ in documents.values())
    assert sum(map(len, left.values())) <= 0.01 * total


def test_texts_of_the_documents_are_clean(documents):
    for name, (issue, _) in documents.items():
        for text in [*(e.summary for e in issue.entries()), *(h.text for h in issue.highlights)]:
            assert "**" not in text, name
            assert "](/" not in text, name


def test_documents_are_recognised_and_those_of_others_are_not(corpus):
    assert all(akira_news.recognises(Source(path)) for path in (corpus / "issues").glob("*.md"))
    others = sorted(Path(corpus / "others").glob("*/*.md"))
    assert others
    assert not [path.name for path in others if akira_news.recognises(Source(path))]
