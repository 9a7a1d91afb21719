"""A document that comes again, changed: what follows it, what stays, and what is said about it."""

import pytest

from issues.models import Entry, Highlight, Issue, Section
from issues.publishing import publish

from .archives import a_section, an_entry, an_issue, bring_in, words, write_archive

pytestmark = pytest.mark.django_db

FIRST = {"title": "First", "url": "https://example.org/first"}
SECOND = {"title": "Second", "url": "https://example.org/second"}
THIRD = {"title": "Third", "url": "https://example.org/third"}


@pytest.fixture
def come(tmp_path):
    """Import an issue as the archive has it; (the one outcome)."""

    def bring(*sections, overwrite=False, **values):
        path = write_archive(tmp_path / "a.json", an_issue(*sections, **values))
        _, outcomes = bring_in(path, overwrite=overwrite)
        assert len(outcomes) == 1
        return outcomes[0]

    return bring


def notes(outcome, kind="kept"):
    return [note.text for note in outcome.notes if note.kind == kind]


def titles():
    return list(Entry.objects.order_by("section__position", "position").values_list("title", flat=True))


def test_untouched_rows_follow_the_document(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)), title="Old", highlights=[{"text": "Old"}])
    ids = set(Entry.objects.values_list("pk", "public_id"))
    outcome = come(
        a_section(an_entry(**FIRST, summary="New words."), an_entry(**SECOND), title="New papers"),
        title="New",
        highlights=[{"text": "New"}],
    )
    assert outcome.outcome == "updated"
    assert Issue.objects.get().title == "New"
    assert Highlight.objects.get().text == "New"
    assert Section.objects.get().title == "New papers"
    assert Entry.objects.get(title="First").summary == "New words."
    assert set(Entry.objects.values_list("pk", "public_id")) == ids
    assert come(
        a_section(an_entry(**FIRST, summary="New words."), an_entry(**SECOND), title="New papers"),
        title="New",
        highlights=[{"text": "New"}],
    ).outcome == "unchanged"  # fmt: skip


def test_rows_edited_at_the_desk_stay_and_are_reported(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)))
    Entry.objects.filter(title="First").update(summary="Mine.")
    outcome = come(a_section(an_entry(**FIRST, summary="Theirs."), an_entry(**SECOND, summary="Theirs too.")))
    assert outcome.outcome == "updated"
    assert notes(outcome) == ["Kept section 1, entry 1, since it was edited at the desk."]
    assert Entry.objects.get(title="First").summary == "Mine."
    assert Entry.objects.get(title="Second").summary == "Theirs too."


def test_nothing_but_kept_rows_is_an_outcome_of_its_own(come):
    come(a_section(an_entry(**FIRST)))
    Entry.objects.update(summary="Mine.")
    assert come(a_section(an_entry(**FIRST, summary="Theirs."))).outcome == "kept"


@pytest.mark.parametrize(
    ("model", "change"),
    [
        pytest.param(Issue, {"title": "Mine"}, id="issue"),
        pytest.param(Section, {"title": "Mine"}, id="section"),
        pytest.param(Highlight, {"text": "Mine"}, id="highlight"),
        pytest.param(Entry, {"title": "Mine"}, id="entry"),
    ],
)
def test_edit_of_any_row_stays_until_overwritten(come, model, change):
    (field, mine) = next(iter(change.items()))
    come(a_section(an_entry(**FIRST), title="Old"), title="Old", highlights=[{"text": "Old"}])
    model.objects.update(**change)
    changed = (a_section(an_entry(**FIRST | {"title": "New"}), title="New"),)
    more = {"title": "New", "highlights": [{"text": "New"}]}
    come(*changed, **more)
    assert getattr(model.objects.get(), field) == mine
    outcome = come(*changed, **more, overwrite=True)
    assert outcome.outcome == "updated"
    assert getattr(model.objects.get(), field) == "New"


def test_topics_changed_at_the_desk_are_an_edit_too(come):
    come(a_section(an_entry(**FIRST, topics=["video"])))
    entry = Entry.objects.get()
    entry.topics.add("mine")
    outcome = come(a_section(an_entry(**FIRST, topics=["audio"])))
    assert notes(outcome) == ["Kept section 1, entry 1, since it was edited at the desk."]
    come(a_section(an_entry(**FIRST, topics=["audio"])), overwrite=True)
    assert [topic.slug for topic in entry.topics.all()] == ["audio"]


def test_topics_of_untouched_entries_follow(come):
    come(a_section(an_entry(**FIRST, topics=["video"])))
    come(a_section(an_entry(**FIRST, topics=["audio", "speech"])))
    assert sorted(topic.slug for topic in Entry.objects.get().topics.all()) == ["audio", "speech"]


def test_row_that_is_no_longer_in_the_document_stays_and_is_reported(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND), an_entry(**THIRD)))
    outcome = come(a_section(an_entry(**FIRST), an_entry(**THIRD)))
    assert notes(outcome, "gone") == ["Kept the entry “Second”, which is no longer in the document."]
    assert titles() == ["First", "Second", "Third"]


def test_overwriting_removes_what_the_document_dropped_but_not_what_the_desk_added(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)), a_section(an_entry(**THIRD), title="More"))
    Entry.objects.create(section=Section.objects.first(), title="Mine", position=3)
    outcome = come(a_section(an_entry(**FIRST)), overwrite=True)
    assert outcome.outcome == "updated"
    assert titles() == ["First", "Mine"]
    assert Section.objects.count() == 1


def test_new_entries_come_in_at_their_place_and_ids_stay(come):
    come(a_section(an_entry(**FIRST), an_entry(**THIRD)))
    ids = dict(Entry.objects.values_list("title", "public_id"))
    come(a_section(an_entry(**FIRST), an_entry(**SECOND), an_entry(**THIRD)))
    assert titles() == ["First", "Second", "Third"]
    assert ids.items() <= dict(Entry.objects.values_list("title", "public_id")).items()


def test_order_of_the_document_is_followed_and_an_entry_may_change_its_section(come):
    come(a_section(an_entry(**FIRST), an_entry(**SECOND)), a_section(an_entry(**THIRD), title="More"))
    pk = Entry.objects.get(title="Second").pk
    come(a_section(an_entry(**FIRST)), a_section(an_entry(**SECOND), an_entry(**THIRD), title="More"))
    moved = Entry.objects.get(pk=pk)
    assert (moved.section.title, moved.position, moved.title) == ("More", 1, "Second")
    assert titles() == ["First", "Second", "Third"]


def test_order_changed_at_the_desk_stays_and_new_entries_find_a_place(come):
    come(a_section(an_entry(**FIRST), an_entry(**THIRD)))
    Entry.objects.filter(title="First").update(position=9)
    outcome = come(a_section(an_entry(**FIRST), an_entry(**SECOND), an_entry(**THIRD)))
    assert notes(outcome) == ["Kept the order of things, since it was changed at the desk."]
    assert titles() == ["Third", "First", "Second"]
    come(a_section(an_entry(**FIRST), an_entry(**SECOND), an_entry(**THIRD)), overwrite=True)
    assert titles() == ["First", "Second", "Third"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"id": "abc", "title": "New", "url": "https://example.org/new"}, id="by id"),
        pytest.param({"title": "New", "url": "https://example.org/first#part"}, id="by work"),
        pytest.param({"title": "First", "url": "https://example.org/new"}, id="by title"),
        pytest.param({"title": "New", "url": "https://example.org/new"}, id="by place"),
    ],
)
def test_entry_is_known_again(come, changed):
    come(a_section(an_entry(**SECOND), an_entry(**FIRST, id="abc")))
    pk = Entry.objects.get(title="First").pk
    come(a_section(an_entry(**SECOND), an_entry(**changed)))
    entry = Entry.objects.get(pk=pk)
    assert (entry.public_id, entry.title, entry.url) == ("abc", changed["title"], changed["url"])
    assert entry.work.url.startswith("https://example.org/")
    assert Entry.objects.count() == 2


def test_errata_that_are_new_are_added(come):
    come(a_section(an_entry(**FIRST)), errata=[{"noted_on": "2021-09-01", "text": "One."}])
    errata = [{"noted_on": "2021-09-01", "text": "One."}, {"noted_on": "2021-09-02", "text": "Two."}]
    come(a_section(an_entry(**FIRST)), errata=errata)
    assert [erratum.text for erratum in Issue.objects.get().errata.all()] == ["One.", "Two."]


def test_published_issue_says_when_it_was_updated(come):
    come(a_section(an_entry(**FIRST)), status="published", published_at="2021-01-01T00:00:00Z")
    before = Issue.objects.get()
    come(a_section(an_entry(**SECOND)), status="published", published_at="2021-01-01T00:00:00Z")
    after = Issue.objects.get()
    assert after.updated_at > before.updated_at
    assert after.published_at == before.published_at


def test_issue_made_at_the_desk_is_not_undone(come):
    come(a_section(an_entry(**FIRST)))
    Issue.objects.update(imported_document="", imported_digest="", title="Mine", origin="desk")
    for model in (Section, Entry):
        model.objects.update(imported_document="", imported_digest="")
    Entry.objects.update(summary="Mine.")
    outcome = come(a_section(an_entry(**FIRST)))
    assert outcome.outcome == "kept"
    assert (Issue.objects.get().title, Entry.objects.get().summary) == ("Mine", "Mine.")
    assert Issue.objects.get().origin == "desk"


def test_entries_that_come_to_a_published_issue_get_the_next_labels(come):
    come(a_section(an_entry(**FIRST)))
    publish(Issue.objects.get())
    come(a_section(an_entry(**SECOND), an_entry(**FIRST)))
    assert dict(Entry.objects.values_list("title", "label")) == {"First": "1.1", "Second": "1.2"}


def test_same_archive_twice_in_one_run_is_unchanged(tmp_path):
    for name in "ab":
        write_archive(tmp_path / f"{name}.json", an_issue())
    _, outcomes = bring_in(tmp_path)
    assert words(outcomes) == ["created", "unchanged"]
