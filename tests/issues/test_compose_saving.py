"""Saving in the composer: one field at a time, with the text it was based on; by two editors at once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issues.desk.compose.counting import post_length
from issues.models import Entry, Issue, Presence, Removal, Topic
from issues.publishing import publish
from issues.removing import remove_entry, remove_section
from papers.models import Fetch
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic
from tests.issues.composer import Composer, form_values, key, soup
from tests.issues.test_moving import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    return make_issue(published=False, number=27)


@pytest.fixture
def composer(editor_client, issue):
    return Composer(editor_client, issue)


@pytest.fixture
def entry(issue):
    return make_entry(make_section(issue), title="Old", summary="Sixty tasks are enough.")


@pytest.fixture
def ken(django_user_model):
    return django_user_model.objects.create_user("ken", first_name="Ken", is_superuser=True, is_staff=True)


def stored(row):
    return type(row).objects.get(pk=row.pk)


# --- One editor ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "眠るネットワーク"),
        ("summary", "Half of $x^2$ is *enough*.\n\nA second paragraph."),
        ("source_title", "Sparse is Enough in Scaling Transformers"),
        ("one_liner", "Less is enough. 疎で十分。"),
        ("card_title", "What the page says"),
        ("card_description", "Words"),
        ("card_domain", "example.org"),
        ("card_url", "https://example.org/card"),
    ],
)
def test_a_field_is_saved_as_it_is_typed(composer, entry, editor, name, value):
    answer = composer.save(entry, name, value, base=getattr(entry, name)).json()
    assert getattr(stored(entry), name) == value
    assert answer["stored"] == {f"entry-{entry.pk}-{name}": None}
    assert answer["at"]
    assert (answer["problems"], answer["conflicts"]) == ({}, {})
    assert Presence.objects.get().user == editor


def test_only_the_field_that_was_typed_in_is_written(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(summary="By another")
    with CaptureQueriesContext(connection) as queries:
        composer.save(entry, "title", "New", base="Old")
    # Before the statement stands who acts.
    [update] = [query["sql"].partition("UPDATE ")[2] for query in queries if 'UPDATE "issues_entry"' in query["sql"]]
    assert update.count('" = ') == 2  # the title, and the key in the condition
    assert stored(entry).summary == "By another"


def test_an_empty_text_and_a_box_that_is_not_ticked_are_saved(composer, entry):
    composer.save(entry, "title", "", base="Old")
    composer.save(entry, "starred", "on", base="False")
    assert (stored(entry).title, stored(entry).starred) == ("", True)
    composer.save(entry, "starred", None, base="True")
    assert stored(entry).starred is False


def test_what_is_tidied_up_is_said(composer, entry):
    answer = composer.save(entry, "figure_source_url", " https://example.org ", base="").json()
    assert answer["stored"] == {f"entry-{entry.pk}-figure_source_url": None}
    make_topic("video")
    answer = composer.save(entry, "topics", "VIDEO,video", base="").json()
    assert answer["stored"] == {f"entry-{entry.pk}-topics": "Video"}
    # Going on from what was typed, blanks and all, is no conflict.
    composer.save(entry, "title", " New ", base="Old")
    assert composer.save(entry, "title", " New one", base=" New ").json()["conflicts"] == {}


def test_line_ends_of_browsers_change_nothing(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(summary="One\n\nTwo")
    answer = composer.save(entry, "summary", "One\r\n\r\nTwo\r\nThree", base="One\r\n\r\nTwo").json()
    assert answer["conflicts"] == {}
    assert stored(entry).summary == "One\n\nTwo\nThree"


def test_a_new_link_brings_its_work_and_a_fresh_look(composer, entry):
    answer = composer.save(entry, "url", "https://arxiv.org/abs/2109.01652?utm_source=x", base=entry.url).json()
    assert answer["stored"] == {f"entry-{entry.pk}-url": "https://arxiv.org/abs/2109.01652"}
    assert "arXiv:2109.01652" in answer["look"]
    assert "Asking" in answer["look"]
    assert stored(entry).work.identity == "arxiv:2109.01652"
    assert Fetch.objects.due().count() == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("url", "http://", "misspelt or missing"),
        ("url", "https://example.org/" + "a" * 5000, "at most 4000"),
        ("title", "x" * 1001, "at most 1000"),
        ("summary", "x" * 100_001, "at most 100000"),
        ("title", "a\0b", "Null characters"),
        ("figure_source_url", "javascript:alert(1)", "no address of the web"),
        ("card_url", "javascript:alert(1)", "no address of the web"),
        ("figure_license", "all rights reserved", "SPDX"),
        ("topics", ", ".join(f"topic {number}" for number in range(31)), "30 at most"),
        ("topics", "x" * 101, "too long for a topic"),
    ],
)
def test_what_cannot_be_taken_is_told_and_stored_nowhere(composer, entry, name, value, words):
    before = Entry.objects.values().get(pk=entry.pk)
    answer = composer.save(entry, name, value, base=entry.url if name == "url" else "").json()
    if name in ("title", "summary"):
        answer = composer.save(entry, name, value, base=getattr(entry, name)).json()
    assert words in answer["problems"][f"entry-{entry.pk}-{name}"]
    assert Entry.objects.values().get(pk=entry.pk) == before
    assert not answer["at"]


def test_a_figure_keeps_its_description(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(figure="figures/a.png", figure_alt="A field")
    answer = composer.save(entry, "figure_alt", " ", base="A field").json()
    assert "Say what the figure shows" in answer["problems"][f"entry-{entry.pk}-figure_alt"]
    assert stored(entry).figure_alt == "A field"


@pytest.mark.parametrize("row", ["issue", "section", "highlight"])
def test_issues_sections_and_highlights_are_saved_likewise(composer, issue, row):
    section, highlight = make_section(issue), make_highlight(issue)
    name, value = {
        "issue": ("intro", "With *words*."),
        "section": ("title", "論文"),
        "highlight": ("text", "[It](entry:abc)"),
    }[row]
    target = {"issue": issue, "section": section, "highlight": highlight}[row]
    answer = composer.save(target, name, value, base=getattr(target, name)).json()
    assert getattr(stored(target), name) == value
    assert answer["stored"] == {f"{row}-{target.pk}-{name}": None}


def test_a_highlight_without_words_is_not_saved(composer, issue):
    highlight = make_highlight(issue)
    answer = composer.save(highlight, "text", "", base=highlight.text).json()
    assert "required" in answer["problems"][f"highlight-{highlight.pk}-text"]


def test_the_address_follows_the_number_until_it_was_chosen_or_published(composer, issue):
    answer = composer.save(issue, "number", "31", base="27").json()
    assert stored(issue).slug == "31"
    assert answer["stored"] == {f"issue-{issue.pk}-number": None, f"issue-{issue.pk}-slug": "31"}
    make_issue(published=False, number=40)
    composer.save(issue, "number", "40", base="31")
    assert stored(issue).slug == "40-2"
    composer.save(issue, "number", "41", base="40")
    assert stored(issue).slug == "41"
    composer.save(issue, "slug", "my-own", base="41")
    composer.save(issue, "number", "42", base="41")
    assert stored(issue).slug == "my-own"
    Issue.objects.filter(pk=issue.pk).update(slug="42")
    make_entry(make_section(issue))
    publish(stored(issue))
    composer.save(issue, "number", "43", base="42")
    assert (stored(issue).slug, stored(issue).number) == ("42", 43)


def test_an_address_that_another_issue_has_is_told(composer, issue):
    make_issue(published=False, number=40)
    answer = composer.save(issue, "slug", "40", base="27").json()
    assert answer["problems"]
    assert stored(issue).slug == "27"


@pytest.mark.parametrize(
    ("values", "problem"), [({"week": "54"}, "week"), ({"number": "x"}, "number"), ({"kind": "daily"}, "kind")]
)
def test_wrong_facts_of_an_issue_are_told(composer, issue, values, problem):
    [(name, value)] = values.items()
    assert composer.save(issue, name, value, base=str(getattr(issue, name) or "")).json()["problems"]


def test_letters_are_counted_as_posts_count_them():
    assert post_length("Less is enough") == 14
    assert post_length("疎で十分") == 8
    assert post_length("e\u0301") == 1
    assert post_length("“quoted” – yes") == 14


def test_markdown_is_shown_as_readers_will_see_it(composer, entry):
    shown = composer.ask(
        "preview", summary="Half of $x^2$.\n\n# Big\n\n[it](entry:abc) <script>alert(1)</script>"
    ).content.decode()
    assert "<math" in shown
    assert "<h4>" in shown or "<h5>" in shown
    assert "<script>alert" not in shown
    assert composer.ask("preview", nothing="x").content == b""
    assert composer.ask("preview", text="x" * 200_000).status_code == 200


# --- Topics --------------------------------------------------------------------------------------------------------


def test_topics_are_chosen_by_any_of_their_names(composer, entry):
    video, audio = make_topic("video", names={"en": "Video", "ja": "動画"}), make_topic("audio")
    composer.save(entry, "topics", "動画、 AUDIO, video", base="")
    assert set(stored(entry).topics.all()) == {video, audio}
    composer.save(entry, "topics", "Audio", base="Audio, Video")
    assert list(stored(entry).topics.all()) == [audio]


def test_a_new_topic_is_made_with_a_slug_without_language(composer, entry):
    composer.save(entry, "topics", "強化学習, Sparse models", base="")
    made = {topic.name: topic for topic in Topic.objects.all()}
    assert made["Sparse models"].slug == "sparse-models"
    assert made["強化学習"].slug.isascii()
    assert made["強化学習"].names == {"en": "強化学習"}
    make_topic("sparse")
    assert composer.save(entry, "topics", "SPARSE MODELS", base="").json()["problems"] == {}
    assert Topic.objects.count() == 3


def test_who_may_not_add_topics_chooses_among_those_that_are_there(composer, entry, editor):
    editor.user_permissions.remove(*editor.user_permissions.filter(codename="add_topic"))
    make_topic("video")
    composer.save(entry, "topics", "Video", base="")
    answer = composer.save(entry, "topics", "Video, Audio", base="Video").json()
    assert "no topic called “Audio”" in answer["problems"][f"entry-{entry.pk}-topics"]
    assert [topic.slug for topic in stored(entry).topics.all()] == ["video"]


def test_topics_that_two_editors_changed_are_asked_about(composer, entry, ken):
    make_topic("video")
    entry.topics.add("audio")
    answer = composer.save(entry, "topics", "Video", base="").json()
    assert answer["conflicts"]
    assert [topic.name for topic in stored(entry).topics.all()] == ["audio"]


@pytest.mark.parametrize(
    ("begun", "names"), [("vi", ["Video", "Action video"]), ("動", ["Video"]), ("xyz", []), ("", []), ("%", [])]
)
def test_topics_are_completed_from_names_in_any_language(composer, begun, names):
    make_topic("video", names={"en": "Video", "ja": "動画"})
    make_topic("action-video")
    assert composer.piece("topics", q=begun).json() == {"names": names}


# --- Two editors ---------------------------------------------------------------------------------------------------


def test_where_both_changed_a_field_both_texts_are_shown_and_nothing_is_lost(composer, entry, ken, issue):
    other = Composer(Client(), issue)
    other.client.force_login(ken)
    other.save(entry, "summary", "More than sixty tasks are enough.", base="Sixty tasks are enough.")
    answer = composer.save(
        entry, "summary", "Sixty tasks, in words, are enough.", base="Sixty tasks are enough."
    ).json()
    assert (answer["stored"], answer["at"]) == ({}, "")
    piece = answer["conflicts"][f"entry-{entry.pk}-summary"]
    assert "Ken changed “Summary, in Markdown” while you were writing" in piece
    assert "<ins>, in words,</ins>" in piece.replace("<ins>, in words</ins><ins>,</ins>", "<ins>, in words,</ins>")
    assert "More than sixty tasks, in words, are enough." in piece
    assert stored(entry).summary == "More than sixty tasks are enough."
    # Keeping one's own means to save it on top of the other text.
    composer.save(entry, "summary", "Mine.", base="More than sixty tasks are enough.")
    assert stored(entry).summary == "Mine."


def test_conflicts_escape_what_was_written(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(title='<img src=x onerror="a()">')
    piece = (
        composer.save(entry, "title", "</textarea><script>b()</script>", base="Old").json()["conflicts"].popitem()[1]
    )
    assert "<img src=x" not in piece
    assert "<script>b" not in piece


def test_the_same_change_by_both_is_no_conflict(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(title="New")
    assert composer.save(entry, "title", "New", base="Old").json()["conflicts"] == {}


def test_different_fields_do_not_meet(composer, entry):
    Entry.objects.filter(pk=entry.pk).update(title="By another")
    composer.save(entry, "summary", "Mine.", base=entry.summary)
    assert (stored(entry).title, stored(entry).summary) == ("By another", "Mine.")


def test_what_was_fetched_gives_way_to_what_was_typed_meanwhile(composer, entry):
    Fetch.objects.create(work=entry.work, said={"identity": "url:x", "url": entry.url, "title": "From the page"})
    Entry.objects.filter(pk=entry.pk).update(title="From the page")
    assert composer.save(entry, "title", "Typed", base="").json()["conflicts"] == {}
    assert stored(entry).title == "Typed"
    # What a person wrote into the empty field does not.
    Entry.objects.filter(pk=entry.pk).update(title="By a person")
    assert composer.save(entry, "title", "Typed", base="").json()["conflicts"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_field_at_once_one_is_asked(editor, ken, issue, entry):
    composers = []
    for user in (editor, ken):
        composers.append(Composer(Client(), issue))
        composers[-1].client.force_login(user)
    answers = at_once(
        *[
            lambda one=one, words=words: one.save(entry, "summary", words, base="Sixty tasks are enough.").json()
            for one, words in zip(composers, ("One", "Two"), strict=True)
        ]
    )
    assert sorted(len(answer["conflicts"]) for answer in answers) == [0, 1]
    assert stored(entry).summary == ("One" if not answers[0]["conflicts"] else "Two")


@pytest.mark.parametrize("remove", [remove_entry, lambda entry, by: remove_section(entry.section, by=by)])
def test_the_text_of_an_entry_that_was_removed_meanwhile_is_offered_back(composer, entry, ken, remove):
    remove(entry, by=ken)
    piece = composer.save(entry, "summary", "My long text.", base=entry.summary).json()["gone"]
    assert "Ken removed" in piece.replace("ken", "Ken")
    assert "My long text." in piece
    composer.ask("restore", row=key(entry), removal=Removal.objects.get().pk, summary="My long text.")
    assert stored(entry).summary == "My long text."
    assert stored(entry).title == "Old"


def test_what_is_gone_for_good_leaves_the_text_to_be_copied(composer, entry):
    entry.delete()
    entry.pk = 999
    piece = composer.save(entry, "summary", "My long text.", base="").json()["gone"]
    assert "My long text." in piece
    assert "Bring it back" not in piece


def test_what_was_moved_to_another_issue_is_not_saved_from_here(composer, entry):
    entry.section = make_section(make_issue(published=False))
    entry.save()
    assert "gone" in composer.save(entry, "title", "New", base="Old").json()
    assert stored(entry).title == "Old"


# --- Without the script ----------------------------------------------------------------------------------------------


def test_a_plain_form_saves_what_was_touched(composer, entry):
    make_topic("video")
    values = composer.filled(entry) | {"title": "New", "topics": "Video", "starred": "on"}
    Entry.objects.filter(pk=entry.pk).update(one_liner="By another")
    response = composer.post("save", **values)
    assert response["Location"].endswith(f"?open=entry:{entry.pk}#entry-{entry.pk}")
    entry = stored(entry)
    assert (entry.title, entry.one_liner, entry.starred) == ("New", "By another", True)
    assert [topic.slug for topic in entry.topics.all()] == ["video"]
    assert "Saved at" in composer.page().content.decode()
    assert "open=" not in composer.post("save", **composer.filled(entry), done="1")["Location"]


def test_saving_what_nobody_touched_writes_nothing(composer, entry, issue):
    highlight = make_highlight(issue, text="One\n\nTwo", group_title="今週")
    for row in (entry, highlight, entry.section, issue):
        before = type(row).objects.values().get(pk=row.pk)
        values = composer.filled(row)
        with CaptureQueriesContext(connection) as queries:
            composer.post("save", **values)
        assert not [
            query for query in queries if query["sql"].startswith(('UPDATE "issues_', 'INSERT INTO "issues_pres'))
        ]
        assert type(row).objects.values().get(pk=row.pk) == before


def test_without_the_script_the_sound_fields_are_saved_and_the_others_come_back(composer, entry):
    values = composer.filled(entry) | {"title": "New", "url": "http://"}
    page = soup(composer.post("save", **values))
    assert stored(entry).title == "New"
    assert page.find(id=f"entry-{entry.pk}-url")["value"] == "http://"
    assert "misspelt or missing" in page.find(id=f"entry-{entry.pk}-url_error").get_text()


@pytest.mark.parametrize(
    ("choice", "text"),
    [({}, "Mine."), ({"take": "summary"}, "Theirs."), ({"merge": "summary", "both-summary": "Both."}, "Both.")],
    ids=["mine", "theirs", "both"],
)
def test_without_the_script_two_texts_are_shown_and_one_is_chosen(composer, entry, choice, text):
    values = composer.filled(entry) | {"summary": "Mine.", "title": "New"}
    Entry.objects.filter(pk=entry.pk).update(summary="Theirs.")
    page = soup(composer.post("save", **values))
    assert stored(entry).title == "New"
    assert "changed “Summary, in Markdown” while you were writing" in page.get_text(" ", strip=True)
    form = page.find(id=f"f-entry-{entry.pk}")
    assert form.find(id=f"entry-{entry.pk}-summary").get_text(strip=True) == "Mine."
    composer.post("save", **form_values(form) | choice)
    assert stored(entry).summary == text


def test_without_the_script_the_text_of_a_removed_entry_comes_back(composer, entry):
    values = composer.filled(entry) | {"summary": "My long text."}
    remove_entry(entry)
    page = soup(composer.post("save", **values))
    form = page.select_one(".gone form")
    composer.post("restore", **form_values(form), removal=Removal.objects.get().pk)
    assert stored(entry).summary == "My long text."


# --- What it costs -------------------------------------------------------------------------------------------------


def test_saving_a_field_touches_the_same_queries_with_five_entries_and_with_sixty(composer, issue):
    section, counts = make_section(issue), []
    for count in (5, 60):
        for _ in range(count):
            entry = make_entry(section)
        composer.save(entry, "summary", "First", base=entry.summary)
        with CaptureQueriesContext(connection) as queries:
            response = composer.save(entry, "summary", "A text of some length. " * 20, base="First")
        counts.append(len(queries))
        assert len(response.content) < 200
    # One of them only tells the transaction of the test that nobody acts any more.
    assert counts[0] == counts[1] <= 16
