"""Writing at the desk: issues, sections, entries with link, topics and figure, corrections."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from issues.models import Entry, Erratum, Highlight, Issue, Publication, Section, Topic
from issues.publishing import publish
from papers.models import Work
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)
from tests.issues.desk import errors, opened, page


def save(client, row, **values):
    address = page(type(row), "change", row.pk)
    return client.post(address, opened(client, address) | values)


def add(client, model, **values):
    return client.post(page(model, "add"), opened(client, page(model, "add")) | values)


# --- Publication and issue -----------------------------------------------------------------------------------------


def test_without_a_publication_the_editor_is_led_to_name_it(editor_client):
    response = editor_client.get(page(Issue, "add"), follow=True)
    assert response.redirect_chain[0][0] == page(Publication, "add")
    assert "Name the newsletter first" in response.content.decode()


def test_a_publication_is_set_up_and_changed(editor_client):
    add(
        editor_client,
        Publication,
        name="Akira",
        languages="en,ja",
        time_zone="Asia/Tokyo",
        author_links="https://a.example\n\nhttps://b.example",
    )
    publication = Publication.objects.get()
    assert (publication.languages, publication.author_links) == (
        ["en", "ja"],
        ["https://a.example", "https://b.example"],
    )
    save(editor_client, publication, tagline="One week, read")
    publication.refresh_from_db()
    assert (publication.tagline, publication.languages) == ("One week, read", ["en", "ja"])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"time_zone": "Nowhere"}, "by its city"),
        ({"languages": "English"}, "as in an address"),
        ({"name": ""}, "required"),
    ],
    ids=["zone", "language", "name"],
)
def test_a_wrong_publication_is_told_what_to_do(editor_client, values, words):
    response = save(editor_client, make_publication(), **values)
    assert any(words in error for error in errors(response))


def test_an_issue_is_begun_with_a_title_only(editor_client):
    make_publication(languages=["ja", "en"])
    add(editor_client, Issue, title="最初の週", language="ja", kind="weekly")
    issue = Issue.objects.get()
    assert (issue.title, issue.language, issue.status, issue.slug, issue.origin) == (
        "最初の週",
        "ja",
        "draft",
        "weekly",
        "desk",
    )


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"number": "31"}, "31"),
        ({"year": "2021", "week": "10"}, "2021-week-10"),
        ({"year": "2021", "month": "2", "kind": "monthly"}, "2021-february"),
        ({"year": "2020", "kind": "annual"}, "2020-annual"),
        ({"title": "What a Tokenizer_forgets!"}, "what-a-tokenizer-forgets"),
        ({"number": "26"}, "26-2"),
        ({"slug": "my-own", "number": "9"}, "my-own"),
    ],
    ids=["number", "week", "month", "year", "title", "taken", "own"],
)
def test_an_address_is_made_from_what_the_issue_is(editor_client, values, slug):
    make_issue(number=26)
    add(editor_client, Issue, **{"title": "動画", "language": "en", "kind": "weekly"} | values)
    assert Issue.objects.latest("pk").slug == slug


@pytest.mark.parametrize("slug", ["26", "Not this", "日本"])
def test_an_address_that_is_taken_or_no_address_is_refused(editor_client, slug):
    make_issue(number=26)
    response = add(editor_client, Issue, title="Twice", language="en", kind="weekly", slug=slug)
    assert response.status_code == 200
    assert errors(response)
    assert Issue.objects.count() == 1


def test_the_address_and_language_of_a_published_issue_are_fixed(editor_client):
    make_publication(languages=["en", "ja"])
    issue = make_issue(number=26)
    save(editor_client, issue, slug="other", language="ja", title="A better title")
    issue.refresh_from_db()
    assert (issue.slug, issue.language, issue.title) == ("26", "en", "A better title")


def test_states_and_moments_are_not_typed(editor_client):
    issue = make_issue(published=False)
    save(editor_client, issue, status="published", published_at="2021-01-01", title="Still a draft")
    issue.refresh_from_db()
    assert (issue.title, issue.status, issue.published_at) == ("Still a draft", "draft", None)


def test_sections_and_highlights_are_added_on_the_issue(editor_client):
    issue = make_issue(published=False)
    new = {
        "sections-TOTAL_FORMS": "2",
        "highlights-TOTAL_FORMS": "1",
        "highlights-0-text": "A network sleeps.",
        "highlights-0-group": "paper",
    }
    for number, title in enumerate(["論文", "Articles"]):
        new |= {f"sections-{number}-title": title, f"sections-{number}-kind": "paper"}
    save(editor_client, issue, **new)
    assert list(issue.sections.values_list("title", "position")) == [("論文", 1), ("Articles", 2)]
    assert list(issue.highlights.values_list("text", "group")) == [("A network sleeps.", "paper")]


def test_a_text_that_was_not_touched_keeps_every_byte(editor_client):
    issue = make_issue(published=False, intro="  Two\nlines \n")
    highlight = make_highlight(issue, text="A\n- list\n")
    save(editor_client, issue, title="Touched")
    issue.refresh_from_db()
    highlight.refresh_from_db()
    assert (issue.title, issue.intro, highlight.text) == ("Touched", "  Two\nlines \n", "A\n- list\n")


def test_line_ends_of_browsers_are_stored_as_one_character(editor_client):
    issue = make_issue(published=False)
    save(editor_client, issue, intro="One\r\n\r\nTwo")
    issue.refresh_from_db()
    assert issue.intro == "One\n\nTwo"


# --- Entries -------------------------------------------------------------------------------------------------------


def test_an_entry_is_written_with_link_work_and_topics(editor_client):
    section = make_section(make_issue(published=False))
    topics = [make_topic("video", name="動画"), make_topic("speech")]
    add(
        editor_client,
        Entry,
        section=section.pk,
        title="眠るネットワーク",
        url="https://arxiv.org/pdf/2111.12763v2?utm_source=x",
        summary="要約",
        topics=[topic.pk for topic in topics],
    )
    entry = Entry.objects.get()
    assert (entry.title, entry.position, entry.label) == ("眠るネットワーク", 1, "")
    assert (entry.url, entry.url_given) == (
        "https://arxiv.org/pdf/2111.12763v2",
        "https://arxiv.org/pdf/2111.12763v2?utm_source=x",
    )
    assert entry.work.identity == "arxiv:2111.12763"
    assert set(entry.topics.all()) == set(topics)


def test_a_changed_link_leads_to_another_work_and_an_unchanged_one_keeps_its_spelling(editor_client):
    entry = make_entry(
        make_section(make_issue(published=False)),
        url="https://example.org/a",
        url_given="https://example.org/a?utm_id=1",
    )
    save(editor_client, entry, title="Another title")
    entry.refresh_from_db()
    assert (entry.title, entry.url_given) == ("Another title", "https://example.org/a?utm_id=1")
    save(editor_client, entry, url="https://example.org/b#part")
    entry.refresh_from_db()
    assert (entry.url, entry.work.identity) == ("https://example.org/b#part", "url:example.org/b")


def test_an_emptied_link_leaves_no_work(editor_client):
    entry = make_entry(make_section(make_issue(published=False)))
    save(editor_client, entry, url="")
    entry.refresh_from_db()
    assert (entry.url, entry.url_given, entry.work) == ("", "", None)


@pytest.mark.parametrize("url", ["not an address", "javascript:alert(1)", "http://", "https://exa mple.org/"])
def test_a_malformed_address_is_named_and_nothing_is_saved(editor_client, url):
    entry = make_entry(make_section(make_issue(published=False)), title="Old")
    response = save(editor_client, entry, url=url, title="New")
    assert "url" in response.context["adminform"].form.errors
    assert url in response.content.decode()
    entry.refresh_from_db()
    assert entry.title == "Old"


def test_topics_are_exchanged_and_taken_away(editor_client):
    entry = make_entry(make_section(make_issue(published=False)), topics=[make_topic("video")])
    speech = make_topic("speech")
    save(editor_client, entry, topics=[speech.pk])
    assert list(entry.topics.all()) == [speech]
    save(editor_client, entry, topics=[])
    assert not entry.topics.exists()


def test_entries_are_written_on_their_section(editor_client):
    section = make_section(make_issue(published=False))
    old = make_entry(section, title="Old")
    new = {
        "entries-TOTAL_FORMS": "2",
        "entries-1-title": "新しい",
        "entries-1-url": "https://example.org/new?utm_source=a",
    }
    save(editor_client, section, **new)
    added = section.entries.exclude(pk=old.pk).get()
    assert (added.title, added.url, added.position) == ("新しい", "https://example.org/new", 2)
    assert added.work.identity == "url:example.org/new"


def test_an_entry_added_to_a_published_issue_gets_the_next_label(editor_client):
    section = make_section(make_issue(published=False, number=26))
    make_entry(section)
    publish(section.issue)
    save(editor_client, section, **{"entries-TOTAL_FORMS": "2", "entries-1-title": "Late"})
    assert sorted(section.entries.values_list("label", flat=True)) == ["26.1", "26.2"]


def test_an_entry_is_moved_to_another_section(editor_client):
    issue = make_issue(published=False)
    entry, other = make_entry(make_section(issue)), make_section(issue)
    make_entry(other)
    save(editor_client, entry, section=other.pk)
    entry.refresh_from_db()
    assert (entry.section, entry.position) == (other, 2)


def test_a_published_entry_is_not_moved_to_another_issue(editor_client):
    entry, other = make_entry(), make_section(make_issue(published=False))
    response = save(editor_client, entry, section=other.pk)
    assert any("stays in its issue" in error for error in errors(response))


# --- Figures -------------------------------------------------------------------------------------------------------


def png(width=40, height=30):
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "PNG")
    return SimpleUploadedFile("My holiday.png", data.getvalue(), "image/png")


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_figure_is_checked_measured_and_shown(editor_client, uploads):
    entry = make_entry(make_section(make_issue(published=False)))
    save(editor_client, entry, figure=png(), figure_alt="A white field")
    entry.refresh_from_db()
    assert (entry.figure_width, entry.figure_height, len(entry.figure_sha256)) == (40, 30, 64)
    assert entry.figure.name == f"figures/{entry.figure_sha256}.png"
    assert 'class="thumbnail"' in editor_client.get(page(Entry, "change", entry.pk)).content.decode()


def test_a_figure_is_taken_away(editor_client, uploads):
    entry = make_entry(make_section(make_issue(published=False)))
    save(editor_client, entry, figure=png(), figure_alt="A white field")
    save(editor_client, entry, **{"figure-clear": "on"})
    entry.refresh_from_db()
    assert (entry.figure.name, entry.figure_sha256, entry.figure_width) == ("", "", None)


def test_a_figure_without_a_description_is_refused(editor_client, uploads):
    entry = make_entry(make_section(make_issue(published=False)))
    response = save(editor_client, entry, figure=png(), figure_alt=" ")
    assert any("some readers hear it" in error for error in errors(response))


def test_an_imported_figure_without_a_description_does_not_block_other_work(editor_client):
    entry = make_entry(make_section(make_issue(published=False)), figure="figures/old.png")
    save(editor_client, entry, title="New")
    entry.refresh_from_db()
    assert (entry.title, entry.figure.name) == ("New", "figures/old.png")


HOSTILE = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data", [b"MZ no picture", b"\x89PNG\r\n\x1a\n broken", HOSTILE], ids=["other", "broken", "script"]
)
def test_what_is_no_harmless_picture_is_refused(editor_client, uploads, data):
    entry = make_entry(make_section(make_issue(published=False)))
    response = save(editor_client, entry, figure=SimpleUploadedFile("a.png", data), figure_alt="Something")
    assert any("can't be taken" in error for error in errors(response))
    assert not any(uploads.rglob("*.*"))


# --- Corrections, topics, highlights -------------------------------------------------------------------------------


def test_a_correction_is_noted_on_a_public_issue(editor_client):
    entry = make_entry()
    before = entry.section.issue.updated_at
    new = {"errata-TOTAL_FORMS": "1", "errata-0-entry": entry.pk, "errata-0-text": "Eleven, not twelve."}
    save(editor_client, entry.section.issue, **new)
    erratum = Erratum.objects.get()
    assert (erratum.entry, erratum.text) == (entry, "Eleven, not twelve.")
    assert Issue.objects.get().updated_at > before


def test_a_draft_offers_no_corrections(editor_client):
    assert "errata-TOTAL_FORMS" not in opened(editor_client, page(Issue, "change", make_issue(published=False).pk))


def test_a_correction_of_a_draft_is_refused(editor_client):
    issue = make_issue(published=False)
    response = add(editor_client, Erratum, issue=issue.pk, text="Wrong.")
    assert any("Only a public issue" in error for error in errors(response))
    assert not Erratum.objects.exists()


def test_a_correction_about_a_foreign_entry_is_refused(editor_client):
    response = add(editor_client, Erratum, issue=make_issue().pk, entry=make_entry().pk, text="Wrong.")
    assert any("entry of this issue" in error for error in errors(response))


def test_a_correction_is_added_on_its_own_page_and_reworded(editor_client):
    issue = make_issue()
    add(editor_client, Erratum, issue=issue.pk, text="Wrong.", noted_on="2021-09-02")
    erratum = Erratum.objects.get()
    save(editor_client, erratum, text="Wrong year.")
    erratum.refresh_from_db()
    assert (str(erratum.noted_on), erratum.text) == ("2021-09-02", "Wrong year.")


def test_a_topic_is_named_in_each_language(editor_client):
    add(editor_client, Topic, name="Video", slug="video", names="en: Video\nJA：動画")
    topic = Topic.objects.get()
    assert topic.names == {"en": "Video", "ja": "動画"}
    assert opened(editor_client, page(Topic, "change", topic.pk))["names"] == "en: Video\nja: 動画"


@pytest.mark.parametrize(
    ("values", "words"),
    [({"names": "動画"}, "language: name"), ({"slug": "動画"}, "Latin letters"), ({"slug": ""}, "required")],
)
def test_a_topic_that_can_not_be_meant_is_told_what_to_do(editor_client, values, words):
    response = add(editor_client, Topic, **{"name": "Video", "slug": "video"} | values)
    assert any(words in error for error in errors(response))


def test_a_highlight_is_edited_on_its_own_page(editor_client):
    highlight = make_highlight(make_issue(published=False))
    save(editor_client, highlight, text="別の文")
    highlight.refresh_from_db()
    assert highlight.text == "別の文"
    assert Highlight.objects.count() == 1


def test_a_section_stays_in_its_issue(editor_client):
    section, other = make_section(), make_issue(published=False)
    save(editor_client, section, issue=other.pk, title="New")
    section.refresh_from_db()
    assert section.issue != other
    assert Section.objects.get().title == "New"


def test_works_keep_their_identity_when_their_address_changes(editor_client):
    work = make_work("https://arxiv.org/abs/2103.00020")
    save(editor_client, work, url="https://arxiv.org/abs/2103.00020v2", authors="Ada\n\n Bo ")
    work.refresh_from_db()
    assert (work.url, work.identity, work.authors) == (
        "https://arxiv.org/abs/2103.00020v2",
        "arxiv:2103.00020",
        ["Ada", "Bo"],
    )
    assert Work.objects.count() == 1
