"""The page of the composer: what it shows, to whom, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.models import Entry, Issue, Presence
from issues.publishing import publish
from papers.models import Fetch
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic
from tests.issues.composer import Composer, key, short, soup, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    make_publication(languages=["en", "ja"], time_zone="Asia/Tokyo")
    return make_issue(published=False, number=27, title="Models that take instructions")


@pytest.fixture
def composer(editor_client, issue):
    return Composer(editor_client, issue)


def text(response):
    return soup(response).get_text(" ", strip=True)


# --- What it shows -------------------------------------------------------------------------------------------------


def test_the_sheet_is_set_like_the_page_it_becomes(composer, issue):
    papers, articles = make_section(issue, title="Papers"), make_section(issue, title="文章", kind="article")
    first = make_entry(papers, title="Sparse", url="https://arxiv.org/abs/2111.12763", summary="Half of *it*.")
    make_entry(articles, title="")
    make_highlight(issue, text=f"[Sparse](entry:{first.public_id}) is enough.")
    page = composer.soup()
    assert page.find("h1").get_text() == "Compose #27"
    assert page.find(id=f"issue-{issue.pk}-title").get_text(strip=True) == "Models that take instructions"
    assert [each["value"] for each in page.select("#sections .h input[type=text]")] == ["Papers", "文章"]
    rows = page.select(".entries > li")
    assert [row.find(class_="n").get_text() for row in rows] == ["27.1", "27.2"]
    assert "Half of it." in rows[0].get_text()
    assert "arXiv:2111.12763" in rows[0].get_text()
    assert "No title" in rows[1].get_text()
    assert page.select_one("#highlights .hl a").get_text() == "Sparse"


def test_an_empty_issue_says_what_to_do_next(composer):
    assert "Add a section" in text(composer.page())
    make_section(composer.issue)
    assert "Move one here, or choose this section when you add." in text(composer.page())


def test_the_desk_leads_to_it(editor_client, issue):
    for address in ("/admin/issues/issue/", f"/admin/issues/issue/{issue.pk}/change/", "/admin/"):
        assert f"/admin/issues/issue/{issue.pk}/compose/" in editor_client.get(address).content.decode()


def test_an_open_row_has_its_fields_and_the_others_have_none(composer, issue):
    entry, other = (make_entry(make_section(issue), topics=[make_topic(slug)]) for slug in ("video", "audio"))
    page = composer.soup(open=key(entry))
    assert page.find(id=f"f-entry-{entry.pk}").find(attrs={"name": "topics"})["value"] == "Video"
    assert page.find(id=f"f-entry-{other.pk}") is None
    highlight = make_highlight(issue)
    assert composer.soup(open=key(highlight)).find(id=f"f-highlight-{highlight.pk}")


@pytest.mark.parametrize(
    "asked", ["entry:0", "entry:999999", "entry:" + "9" * 40, "entry", "nothing:1", "\0", "entry:①"]
)
def test_a_row_that_is_not_there_is_not_opened(composer, asked):
    assert composer.page(open=asked, move=asked).status_code == 200
    assert "no longer here" in text(composer.piece("edit", row=asked))
    assert composer.piece("place", row=asked).status_code == 200
    assert composer.piece("state", open=asked, watch=asked, known=asked, wait=asked).status_code == 200


def test_a_row_of_another_issue_is_not_opened(composer, issue):
    foreign = make_entry(make_section(make_issue(published=False)), summary="Not for here")
    assert "Not for here" not in composer.page(open=key(foreign)).content.decode()
    assert "Not for here" not in composer.piece("edit", row=key(foreign)).content.decode()


def test_hostile_text_is_shown_as_text(composer, issue):
    hostile = '</textarea><script>alert(1)</script><img src=x onerror="alert(2)">'
    Issue.objects.filter(pk=issue.pk).update(title=hostile, intro=hostile)
    entry = make_entry(make_section(issue, title=hostile), title=hostile, summary=hostile, card_title=hostile)
    make_highlight(issue, text=hostile, group_title=hostile)
    Fetch.objects.create(work=entry.work, last_error="timeout", last_message=hostile)
    Entry.objects.update(awaits_record=True)
    for response in (
        composer.page(open=key(entry)),
        composer.page(move=key(entry)),
        composer.piece("state", known="s0"),
    ):
        page = soup(response)
        assert not page.select("script:not([src])")
        assert not page.select("[onerror]")
        assert b"<script>alert" not in response.content


def test_the_policy_holds_without_inline_styles_or_scripts(composer, issue):
    entry = make_entry(make_section(issue))
    response = composer.page(open=key(entry))
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    page = soup(response)
    assert not page.select("#composer [style], #composer script, #composer style")
    assert 'allowEval":false' in response.content.decode()
    assert "private" in response.headers["Cache-Control"]


def test_who_else_is_at_work_is_told(composer, issue, django_user_model):
    ken = django_user_model.objects.create_user("ken", first_name="Ken")
    Presence.objects.create(issue=issue, user=ken, seen_at=issue.created_at)
    assert "At work too: Ken" in text(composer.page())
    assert state(composer.piece("state"))["people"] == "Ken"


def test_editions_are_a_click_away(composer, issue):
    edition = make_issue(published=False, language="ja", translation_key=issue.translation_key)
    links = composer.soup().select('nav[aria-label="Editions"] a')
    assert [link["lang"] for link in links] == ["en", "ja"]
    assert f"/issue/{edition.pk}/compose/" in links[1]["href"]


def test_a_published_issue_says_that_readers_see_each_change(composer, issue):
    make_entry(make_section(issue))
    publish(issue)
    assert "readers see at once" in text(composer.page())


def test_where_a_work_ran_before_is_told(composer, issue):
    url = "https://arxiv.org/abs/2111.12763"
    make_entry(make_section(make_issue(number=21), title="Papers"), url=url)
    section = make_section(issue)
    make_entry(section, url=url)
    make_entry(section, url=url)
    row = composer.soup().select(".entries > li")[0]
    assert "Ran in #21 on 22 January 2021, in Papers" in row.get_text(" ", strip=True)
    assert "Also here, as 27.2" in row.get_text(" ", strip=True)


def test_another_draft_and_a_planned_issue_are_named_as_such(composer, issue):
    url = "https://arxiv.org/abs/2111.12763"
    make_entry(make_section(make_issue(published=False, number=28), title="Papers"), url=url)
    make_entry(make_section(issue), url=url)
    assert "Stands in #28, which is being written, in Papers" in text(composer.page())


# --- What is fetched ----------------------------------------------------------------------------------------------


def test_how_a_fetch_stands_is_told_with_a_way_on(composer, issue):
    entry = make_entry(make_section(issue), awaits_record=True)
    fetch = Fetch.objects.create(work=entry.work, due_at=issue.created_at)
    told = state(composer.piece("state"))
    assert "load delay" in soup(composer.piece("state")).find(class_="news")["hx-trigger"]
    assert told["wait"] == "2"
    assert state(composer.piece("state", wait="2"))["wait"] == "4"
    assert state(composer.piece("state", wait="29"))["wait"] == "30"
    Fetch.objects.filter(pk=fetch.pk).update(last_error="timeout", last_message="It was slow.", due_at=None)
    assert "It was slow." in text(composer.page())
    assert soup(composer.piece("state")).find(class_="news")["hx-trigger"] == "refresh"
    composer.ask("fetch", row=key(entry))
    assert Fetch.objects.due().exists()
    Fetch.objects.update(last_error="timeout", last_message="It was slow.", due_at=None)
    composer.ask("fetch", row=key(entry), without="1")
    assert "It was slow." not in text(composer.page())


def test_what_arrived_is_shown_and_offered_to_open_fields(composer, issue):
    entry = make_entry(make_section(issue), title="", awaits_record=True)
    Fetch.objects.create(work=entry.work, said={"identity": "url:x", "url": entry.url, "title": "Arrived"})
    told = state(composer.piece("state", open=short(entry)))
    assert told["looks"] == [f"entry-{entry.pk}", "particulars"]
    assert told["fresh"][f"entry-{entry.pk}-title"] == "Arrived"
    assert "Arrived" in text(composer.page())


def test_the_page_itself_takes_over_what_arrived(composer, issue):
    entry = make_entry(make_section(issue), title="", awaits_record=True)
    Fetch.objects.create(work=entry.work, said={"identity": "url:x", "url": entry.url, "title": "Arrived"})
    assert "Arrived" in text(composer.page())


def test_rows_that_the_page_does_not_have_are_sent_with_what_changed(composer, issue):
    section = make_section(issue)
    entry, new = make_entry(section), make_entry(section)
    highlight = make_highlight(issue)
    told = state(composer.piece("state", known=short(section, entry)))
    assert told["new"] == [key(new), key(highlight)]
    assert told["order"]["sections"] == [[section.pk, [[entry.pk, "27.1"], [new.pk, "27.2"]]]]
    assert told["order"]["highlights"] == [highlight.pk]
    whole = state(composer.piece("state", known=short(highlight)))
    assert whole["new"] == [key(section)]


# --- Who may, and what it costs --------------------------------------------------------------------------------------

PIECES = ["", "state/", "edit/", "place/", "topics/"]
VERBS = [
    "save/",
    "figure/",
    "move/",
    "remove/",
    "restore/",
    "add/",
    "add-section/",
    "add-highlight/",
    "link/",
    "fetch/",
    "preview/",
]


@pytest.mark.parametrize("name", [*PIECES, *VERBS])
def test_the_composer_is_for_editors(client, stranger, issue, name):
    address = Composer(client, issue).address + name
    for _ in range(2):
        response = client.post(address) if name in VERBS else client.get(address)
        assert response.status_code == 302
        assert "/login/" in response["Location"]
        client.force_login(stranger)


@pytest.mark.parametrize("name", [*PIECES, *VERBS])
def test_who_may_write_nothing_in_issues_is_refused(client, editor, issue, name):
    editor.user_permissions.remove(*editor.user_permissions.filter(codename__in=["change_issue", "add_entry"]))
    client.force_login(editor)
    address = Composer(client, issue).address + name
    assert (client.post(address) if name in VERBS else client.get(address)).status_code == 403


@pytest.mark.parametrize("name", [*PIECES, *VERBS])
def test_wrong_methods_missing_issues_and_foreign_forms_are_refused(composer, editor_client, issue, name):
    address = composer.address + name
    assert (editor_client.get(address) if name in VERBS else editor_client.post(address)).status_code == 405
    missing = address.replace(f"/{issue.pk}/", "/999999/")
    assert (editor_client.post(missing) if name in VERBS else editor_client.get(missing)).status_code == 404
    if name in VERBS:
        editor_client.handler.enforce_csrf_checks = True
        assert editor_client.post(address).status_code == 403


@pytest.mark.parametrize("name", ["", "state/?known=e1", "edit/?row=entry:{}", "place/?row=entry:{}"])
def test_pages_cost_the_same_with_five_entries_and_with_sixty(composer, issue, name):
    counts = []
    make_entry(make_section(make_issue(number=3)), url="https://example.org/1")
    for count in (5, 60):
        for number in range(count):
            make_entry(
                make_section(issue) if number % 12 == 0 else issue.sections.last(), url=f"https://example.org/{number}"
            )
        address = composer.address + name.format(Entry.objects.last().pk)
        composer.client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert composer.client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 22
