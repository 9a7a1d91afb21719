"""Two editors on one row: nothing is lost, each is told of the other, and nobody undoes what he did not touch."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from common.editing import OTHERS_SAVED
from issues.models import Entry, Issue, Publication, Section
from issues.publishing import publish, withdraw
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic
from tests.issues.desk import errors, opened, page


@pytest.fixture
def issue(db):
    return make_issue(published=False, title="Title", intro="Intro")


def two_pages(client, row):
    """The form as two editors opened it before either saved."""
    address = page(type(row), "change", row.pk)
    return address, opened(client, address), opened(client, address)


def field(response, name):
    return response.context["adminform"].form[name]


def posted_again(response):
    """What the page that refused would send."""
    form = response.context["adminform"].form
    inlines = [inline.formset for inline in response.context["inline_admin_formsets"]]
    data = {}
    for part in [form, *(part for formset in inlines for part in [formset.management_form, *formset.forms])]:
        data |= {
            bound.html_name: bound.value() if bound.value() is not None else ""
            for bound in part
            if bound.name != "figure"
        }
        data |= {
            bound.html_initial_name: part.data[bound.html_initial_name]
            for bound in part
            if bound.field.show_hidden_initial
        }
    return data


def test_the_second_is_told_what_the_first_wrote_and_keeps_her_own_text(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"title": "By the first"})
    response = editor_client.post(address, second | {"title": "By the second"})
    assert OTHERS_SAVED in errors(response)
    assert field(response, "title").errors == ["Somebody else changed this to: By the first"]
    assert field(response, "title").value() == "By the second"
    issue.refresh_from_db()
    assert issue.title == "By the first"


def test_saving_again_is_a_decision_and_holds(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"title": "By the first"})
    response = editor_client.post(address, second | {"title": "By the second"})
    response = editor_client.post(address, posted_again(response))
    assert response.status_code == 302
    issue.refresh_from_db()
    assert issue.title == "By the second"


def test_what_only_the_other_changed_is_filled_in_and_kept(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"intro": "New intro\n\nof two paragraphs", "kind": "monthly", "number": "77"})
    response = editor_client.post(address, second | {"title": "New title"})
    assert errors(response) == [OTHERS_SAVED]
    assert field(response, "intro").value() == "New intro\n\nof two paragraphs"
    assert (field(response, "kind").value(), field(response, "number").value()) == ("monthly", "77")
    editor_client.post(address, posted_again(response))
    issue.refresh_from_db()
    assert (issue.title, issue.intro, issue.kind, issue.number) == (
        "New title",
        "New intro\n\nof two paragraphs",
        "monthly",
        77,
    )


def test_a_third_change_after_the_warning_is_told_again(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"title": "First"})
    response = editor_client.post(address, second | {"title": "Second"})
    Issue.objects.update(title="Third")
    response = editor_client.post(address, posted_again(response))
    assert field(response, "title").errors == ["Somebody else changed this to: Third"]


def test_both_writing_the_same_is_no_conflict_of_texts(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"title": "Same"})
    response = editor_client.post(address, second | {"title": "Same", "intro": "More"})
    assert not field(response, "title").errors
    assert editor_client.post(address, posted_again(response)).status_code == 302


def test_who_changed_nothing_undoes_nothing(editor_client, issue):
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"title": "By the first"})
    assert editor_client.post(address, second).status_code == 302
    issue.refresh_from_db()
    assert issue.title == "By the first"


def test_a_publication_while_one_writes_is_not_undone(editor_client, issue):
    entry = make_entry(make_section(issue))
    address, writing, _ = two_pages(editor_client, issue)
    entry_address, entry_writing, _ = two_pages(editor_client, entry)
    publish(Issue.objects.get(pk=issue.pk))
    editor_client.post(address, writing | {"title": "Corrected"})
    editor_client.post(entry_address, entry_writing | {"title": "Corrected"})
    issue.refresh_from_db()
    entry.refresh_from_db()
    assert (issue.title, issue.status) == ("Corrected", "published")
    assert (entry.title, entry.label) == ("Corrected", f"{issue.number}.1")


def test_a_row_deleted_meanwhile_leaves_the_text_on_the_page(editor_client, issue):
    section = make_section(issue, title="Old")
    make_section(issue)
    address, writing, _ = two_pages(editor_client, issue)
    section.delete()
    response = editor_client.post(address, writing | {"sections-0-title": "Long thought over"})
    assert response.status_code == 200
    assert "Long thought over" in response.content.decode()
    assert Section.objects.count() == 1


def test_a_correction_written_while_the_issue_was_withdrawn_is_refused_in_words(editor_client):
    issue = make_issue()
    address, writing, _ = two_pages(editor_client, issue)
    withdraw(Issue.objects.get())
    response = editor_client.post(address, writing | {"errata-TOTAL_FORMS": "1", "errata-0-text": "Eleven."})
    assert "Only a public issue is corrected" in response.content.decode()
    assert "Eleven." in response.content.decode()


def test_rows_on_a_page_of_another_are_watched_too(editor_client, issue):
    make_highlight(issue, text="Old")
    section = make_section(issue, title="Old")
    address, first, second = two_pages(editor_client, issue)
    editor_client.post(address, first | {"sections-0-title": "First", "highlights-0-text": "First"})
    response = editor_client.post(address, second | {"sections-0-title": "Second"})
    assert "Somebody else changed this to: First" in response.content.decode()
    section.refresh_from_db()
    assert section.title == "First"
    assert issue.highlights.get().text == "First"


def test_topics_of_both_are_not_lost(editor_client, issue):
    entry = make_entry(make_section(issue))
    video, speech = make_topic("video"), make_topic("speech")
    address, first, second = two_pages(editor_client, entry)
    editor_client.post(address, first | {"topics": [video.pk]})
    response = editor_client.post(address, second | {"title": "New"})
    assert field(response, "topics").value() == [str(video.pk)]
    response = editor_client.post(address, second | {"topics": [speech.pk]})
    assert field(response, "topics").errors == ["Somebody else changed this to: Video"]
    assert list(entry.topics.all()) == [video]


def test_topics_typed_on_a_page_that_was_refused_are_kept(editor_client, issue):
    entry = make_entry(make_section(issue))
    video = make_topic("video")
    address, writing, _ = two_pages(editor_client, entry)
    response = editor_client.post(address, writing | {"topics": [video.pk], "url": "no address"})
    again = posted_again(response) | {"url": "https://example.org/fine"}
    again["starred"] = ""
    editor_client.post(address, {name: value for name, value in again.items() if name != "starred"})
    assert list(entry.topics.all()) == [video]


def test_a_tick_of_the_other_is_kept(editor_client, issue):
    entry = make_entry(make_section(issue))
    address, first, second = two_pages(editor_client, entry)
    editor_client.post(address, first | {"starred": "on"})
    response = editor_client.post(address, second | {"title": "New"})
    assert field(response, "starred").value() is True


def test_lists_of_the_publication_are_watched(editor_client):
    publication = make_publication(languages=["en"], author_links=["https://a.example"])
    address, first, second = two_pages(editor_client, publication)
    editor_client.post(address, first | {"languages": "en, ja", "author_links": "https://b.example"})
    response = editor_client.post(address, second | {"languages": "en, zh-hans"})
    assert field(response, "languages").errors == ["Somebody else changed this to: en, ja"]
    assert field(response, "author_links").value() == "https://b.example"
    assert Publication.objects.get().languages == ["en", "ja"]


def test_a_program_that_posts_the_fields_alone_is_served_too(editor_client, issue):
    address, data, _ = two_pages(editor_client, issue)
    bare = {name: value for name, value in data.items() if "initial-" not in name}
    editor_client.post(address, bare | {"title": "By a program"})
    issue.refresh_from_db()
    assert (issue.title, issue.intro) == ("By a program", "Intro")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_told(django_user_model):
    django_user_model.objects.create_superuser("mika")
    entry = make_entry(make_section(make_issue(published=False)), title="Old")
    address = page(Entry, "change", entry.pk)
    start = threading.Barrier(4)

    def write(number):
        client = Client()
        client.force_login(django_user_model.objects.get())
        data = opened(client, address) | {"title": f"By {number}"}
        start.wait()
        try:
            return client.post(address, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == [200, 200, 200, 302]
