"""The issues that come with Akira are complete, and point only to what is there."""

import json
import re
from pathlib import Path

import pytest

from common.markdown import links
from exchange.documents import EntryDocument, IssueDocument, Source
from exchange.readers import markdown
from papers.identifiers import canonical_url, identity

FOLDER = Path(__file__).resolve().parent.parent / "exchange" / "sample_issues"
FILES = sorted(FOLDER.glob("*/*.md"))


def read(path: Path) -> IssueDocument:
    (issue,) = markdown.read(Source(path))
    return issue


ISSUES = {f"{path.parent.name}/{path.stem}": read(path) for path in FILES}
ENTRIES = {f"{name}: {entry.id}": entry for name, issue in ISSUES.items() for entry in issue.entries()}
DRAWINGS = sorted(FOLDER.glob("*/figures/*.svg"))
FIGURES = {name: entry for name, entry in ENTRIES.items() if entry.figure}
TRANSLATED = [issue for issue in ISSUES.values() if issue.language != "en"]
ARCHIVE = json.loads((FOLDER / "works.json").read_text(encoding="utf-8"))

each_issue = pytest.mark.parametrize("issue", list(ISSUES.values()), ids=list(ISSUES))
each_entry = pytest.mark.parametrize("entry", list(ENTRIES.values()), ids=list(ENTRIES))
each_figure = pytest.mark.parametrize("entry", list(FIGURES.values()), ids=list(FIGURES))


def texts(issue: IssueDocument) -> list[str]:
    return [
        issue.intro,
        *(highlight.text for highlight in issue.highlights),
        *(entry.summary for entry in issue.entries()),
        *(erratum.text for erratum in issue.errata),
    ]


def english_edition(issue: IssueDocument) -> IssueDocument:
    return next(
        other for other in ISSUES.values() if other.language == "en" and other.translation_key == issue.translation_key
    )


def test_there_are_enough_of_each_kind():
    english = [issue for issue in ISSUES.values() if issue.language == "en"]
    assert len(english) >= 5
    assert any(issue.kind == "monthly" for issue in english)
    assert sum(10 <= len(list(issue.entries())) <= 16 for issue in english) >= 2
    assert sum(issue.language == "ja" for issue in TRANSLATED) >= 2


@each_issue
def test_an_issue_says_all_that_it_needs(issue):
    assert issue.title
    assert issue.slug
    assert issue.intro
    assert issue.highlights
    assert issue.status == "published"
    assert issue.published_at is not None
    assert issue.published_at_exact
    assert not issue.leftovers
    assert not issue.leftovers_text


@each_issue
def test_a_weekly_appears_on_a_sunday(issue):
    assert issue.kind != "weekly" or issue.published_at.isoweekday() == 7


@each_issue
def test_each_issue_has_a_figure(issue):
    assert any(entry.figure for entry in issue.entries())


@each_entry
def test_an_entry_says_all_that_it_needs(entry: EntryDocument):
    assert re.fullmatch(r"[0-9a-z-]{1,26}", entry.id)
    assert entry.title
    assert entry.url
    assert entry.summary
    assert entry.topics


def test_no_id_is_used_twice():
    ids = [entry.id for entry in ENTRIES.values()]
    assert len(ids) == len(set(ids))


def test_an_address_stands_once_in_an_issue():
    for name, issue in ISSUES.items():
        addresses = [entry.url for entry in issue.entries()]
        assert len(addresses) == len(set(addresses)), name


@each_figure
def test_a_figure_is_there_and_says_whose_it_is(entry):
    assert entry.figure_path is not None, f"{entry.figure} is not beside the document"
    assert entry.figure_alt
    assert entry.figure_credit
    assert canonical_url(entry.figure_source_url) == entry.figure_source_url
    assert entry.figure_license


def test_no_figure_lies_about_unused():
    used = {entry.figure_path for entry in FIGURES.values()}
    assert {path.resolve() for path in FOLDER.glob("*/figures/*")} == used


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_a_drawing_has_a_title_and_large_letters(path):
    drawing = path.read_text(encoding="utf-8")
    assert "<title>" in drawing
    assert 'viewBox="0 0 520 ' in drawing
    # Shown 350 px wide on a phone, two thirds of this.
    assert min(int(size) for size in re.findall(r'<text [^>]*font-size="(\d+)"', drawing)) >= 14


@each_issue
def test_links_between_entries_stay_within_the_issue(issue):
    ids = {entry.id for entry in issue.entries()}
    linked = {link.removeprefix("entry:") for text in texts(issue) for link in links(text) if link.startswith("entry:")}
    assert linked <= ids


def test_links_to_issues_lead_to_sample_issues():
    addresses = {
        ("" if issue.language == "en" else f"/{issue.language}") + f"/issues/{issue.slug}/" for issue in ISSUES.values()
    }
    linked = {link for issue in ISSUES.values() for text in texts(issue) for link in links(text) if link[0] == "/"}
    assert linked
    assert linked <= addresses


def test_a_repeated_entry_is_an_earlier_one_about_the_same_work_in_the_same_language():
    places = {entry.id: (issue, entry) for issue in ISSUES.values() for entry in issue.entries()}
    repeating = [place for place in places.values() if place[1].repeats]
    assert repeating
    for issue, entry in repeating:
        earlier_issue, earlier = places[entry.repeats]
        assert identity(earlier.url) == identity(entry.url)
        assert earlier_issue.language == issue.language
        assert earlier_issue.published_at < issue.published_at


@each_issue
def test_errata_are_about_entries_of_the_issue(issue):
    ids = {entry.id for entry in issue.entries()}
    for erratum in issue.errata:
        assert erratum.entry in ids
        assert erratum.noted_on >= issue.published_at.date()


@each_issue
def test_addresses_are_canonical(issue):
    outside = [link for text in texts(issue) for link in links(text) if link.startswith("http")]
    cards = [entry.card.url for entry in issue.entries() if entry.card]
    for address in [*outside, *cards, *(entry.url for entry in issue.entries())]:
        assert canonical_url(address) == address


@pytest.mark.parametrize("issue", TRANSLATED, ids=lambda issue: f"{issue.language}/{issue.slug}")
def test_an_edition_pairs_up_with_the_english_one(issue):
    english = english_edition(issue)
    assert (issue.slug, issue.kind, issue.number) == (english.slug, english.kind, english.number)
    assert issue.published_at == english.published_at
    assert [section.translation_key for section in issue.sections] == [
        section.translation_key for section in english.sections
    ]
    assert [highlight.translation_key for highlight in issue.highlights] == [
        highlight.translation_key for highlight in english.highlights
    ]
    assert [(entry.translation_key, entry.url, entry.topics) for entry in issue.entries()] == [
        (entry.translation_key, entry.url, entry.topics) for entry in english.entries()
    ]


def test_translation_keys_are_unique_within_a_language():
    for language in ARCHIVE["publication"]["languages"]:
        keys = [
            part.translation_key
            for issue in ISSUES.values()
            if issue.language == language
            for part in [issue, *issue.highlights, *issue.sections, *issue.entries()]
            if part.translation_key
        ]
        assert len(keys) == len(set(keys))


def test_the_works_are_those_of_the_entries():
    assert {work["identity"] for work in ARCHIVE["works"]} == {identity(entry.url) for entry in ENTRIES.values()}


@pytest.mark.parametrize("work", ARCHIVE["works"], ids=lambda work: work["identity"])
def test_a_work_has_the_identity_of_its_address(work):
    assert work["identity"] == identity(work["url"])
    assert canonical_url(work["url"]) == work["url"]
    assert work["title"]


def test_an_entry_gives_the_title_of_its_work():
    titles = {work["identity"]: work["title"] for work in ARCHIVE["works"]}
    for name, entry in ENTRIES.items():
        given = entry.source_title or (entry.card.title if entry.card else "")
        assert not given or given == titles[identity(entry.url)], name


def test_every_topic_has_a_name_in_each_language():
    names = {topic["slug"]: topic["names"] for topic in ARCHIVE["topics"]}
    assert set(names) == {topic for entry in ENTRIES.values() for topic in entry.topics}
    assert all(set(name) == set(ARCHIVE["publication"]["languages"]) for name in names.values())
