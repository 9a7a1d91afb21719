"""Adding, linking and saving entries."""

import pytest

from issues.composing import add_entry, link_entry, save_entry
from issues.models import Entry, Section
from issues.publishing import publish
from issues.refusals import Gone
from papers.identifiers import MalformedURL
from papers.models import Alias, Work
from tests.factories import make_entry, make_issue, make_section, make_topic, make_work

pytestmark = pytest.mark.django_db


def draft_section(**values):
    return make_section(make_issue(published=False), **values)


def titles(section):
    return list(section.entries.values_list("title", flat=True))


def abc(section):
    return [make_entry(section, title=title) for title in "ABC"]


def test_an_added_entry_has_a_clean_link_the_address_as_given_and_its_work():
    entry = add_entry(draft_section(), url=" https://arxiv.org/pdf/2111.12763v2?utm_source=mail ", title="Sparse")
    assert entry.url == "https://arxiv.org/pdf/2111.12763v2"
    assert entry.url_given == "https://arxiv.org/pdf/2111.12763v2?utm_source=mail"
    assert entry.work.identity == "arxiv:2111.12763"
    assert (entry.work.kind, entry.position, entry.label) == ("paper", 1, "")


def test_another_spelling_of_a_known_work_finds_it():
    work = make_work("https://arxiv.org/abs/2111.12763")
    assert add_entry(draft_section(), url="https://arxiv.org/pdf/2111.12763v3.pdf").work == work
    assert Work.objects.count() == 1


def test_a_spelling_learnt_later_finds_its_work():
    work = make_work("https://arxiv.org/abs/2111.12763")
    Alias.objects.create(work=work, identity="url:example.org/sparse")
    assert add_entry(draft_section(), url="https://www.example.org/sparse/").work == work


def test_an_entry_without_a_link_has_no_work():
    entry = add_entry(draft_section(), title="An essay")
    assert (entry.url, entry.url_given, entry.work) == ("", "", None)


def test_a_malformed_address_adds_nothing():
    with pytest.raises(MalformedURL):
        add_entry(draft_section(), url="not an address")
    assert not Entry.objects.exists()
    assert not Work.objects.exists()


def test_a_malformed_address_leaves_the_entry_as_it_is():
    entry = make_entry(url="https://example.org/a")
    with pytest.raises(MalformedURL):
        link_entry(entry, "http://")
    assert (entry.url, entry.work.identity) == ("https://example.org/a", "url:example.org/a")


def test_taking_the_link_away_takes_the_work_away():
    entry = save_entry(make_entry(), link="")
    entry.refresh_from_db()
    assert (entry.url, entry.url_given, entry.work) == ("", "", None)


def test_entries_are_added_at_the_end_or_at_a_place():
    section = draft_section()
    add_entry(section, title="A")
    add_entry(section, title="C")
    add_entry(section, title="B", position=2)
    assert titles(section) == ["A", "B", "C"]


def test_an_added_entry_carries_topics_by_row_and_by_name():
    video = make_topic("video")
    entry = add_entry(draft_section(), title="A", topics=[video, "動画像"])
    assert [topic.name for topic in entry.topics.all()] == ["Video", "動画像"]


def test_only_the_named_fields_are_written():
    entry = make_entry(title="Old", summary="Old")
    Entry.objects.filter(pk=entry.pk).update(summary="By another")
    entry.title = "New"
    save_entry(entry, changed=["title"])
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("New", "By another")


def test_an_entry_added_to_a_published_issue_gets_the_next_label():
    issue = make_issue(published=False, number=26)
    section = make_section(issue)
    abc(section)
    publish(issue)
    section.refresh_from_db()
    assert add_entry(section, title="Late", position=1).label == "26.4"
    assert list(section.entries.values_list("label", flat=True)) == ["26.4", "26.1", "26.2", "26.3"]


def test_nothing_is_added_to_a_section_that_somebody_removed():
    section = draft_section()
    section_here = Section.objects.get(pk=section.pk)
    section.delete()
    with pytest.raises(Gone, match="The section “Papers” was removed"):
        add_entry(section_here, title="A")
