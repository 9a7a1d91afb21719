"""The inbox at the desk: who sees what of it, and how it is narrowed and paged."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox.listing import ON_A_PAGE
from inbox.models import Arrival, Candidate
from inbox.showing import day_in_words
from papers.catalogue import merge
from papers.models import Fetch, Work
from tests.factories import make_entry, make_issue, make_publication, make_section, make_work
from tests.inbox.factories import make_candidate, make_source

pytestmark = pytest.mark.django_db

PAGES = ["/admin/inbox/", "/admin/inbox/add/", "/admin/inbox/ways/", "/admin/inbox/rows/"]
PAPER = "https://arxiv.org/abs/2103.00020"
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def publication():
    return make_publication(time_zone="Asia/Tokyo")


def titles(client, query=""):
    return [row.title for row in client.get(f"/admin/inbox/?{query}").context["rows"]]


def only_row(client, query=""):
    (row,) = client.get(f"/admin/inbox/?{query}").context["rows"]
    return row


def badges(client, query=""):
    return [(badge.words, badge.address) for badge in only_row(client, query).badges]


@pytest.mark.parametrize("page", [*PAGES, "/admin/inbox/pane/?issue={issue}", "/admin/inbox/{candidate}/note/"])
def test_pages_are_for_editors(page, client, stranger, django_user_model, editor):
    issue, candidate = make_issue(published=False), make_candidate()
    page = page.format(issue=issue.pk, candidate=candidate.pk)
    assert client.get(page).status_code == 302
    client.force_login(stranger)
    assert client.get(page).status_code == 302
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get(page).status_code == 403
    client.force_login(editor)
    assert client.get(page).status_code == 200
    assert "no-store" in client.get(page).headers["Cache-Control"]


@pytest.mark.parametrize("page", ["/admin/inbox/", "/admin/inbox/rows/", "/admin/inbox/pane/?issue=1"])
def test_lists_are_only_read(page, editor_client):
    assert editor_client.post(page).status_code == 405


def test_without_a_newsletter_the_way_leads_to_naming_it(editor_client, publication):
    publication.delete()
    assert editor_client.get("/admin/inbox/").url == reverse("admin:issues_publication_add")


def test_an_empty_inbox_says_where_links_come_from(editor_client):
    assert "Links come in when you paste them above" in editor_client.get("/admin/inbox/").text


def test_who_may_only_look_is_offered_nothing_to_change(client, django_user_model):
    user = django_user_model.objects.create_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_candidate"))
    client.force_login(user)
    candidate = make_candidate(title="A post")
    text = client.get("/admin/inbox/").text
    assert "A post" in text
    assert "<button" not in text.partition("data-list")[2].partition("</form>")[0]
    assert client.post(f"/admin/inbox/{candidate.pk}/drop/").status_code == 403


def test_newest_first_by_state(editor_client):
    for state in ("new", "kept", "dropped"):
        make_candidate(title=f"Older {state}", state=state)
        make_candidate(title=f"Newer {state}", state=state)
    make_candidate(title="Placed", state="placed", entry=make_entry())
    make_candidate(title="Placed, and removed", state="placed")
    assert titles(editor_client) == ["Newer new", "Older new"]
    assert titles(editor_client, "state=kept") == ["Placed, and removed", "Newer kept", "Older kept"]
    assert titles(editor_client, "state=dropped") == ["Newer dropped", "Older dropped"]
    assert titles(editor_client, "state=placed") == ["Placed"]


def test_counts_are_those_of_what_waits(editor_client):
    for state in ("new", "new", "kept", "dropped"):
        make_candidate(state=state)
    states = {name: count for name, _, count, _ in editor_client.get("/admin/inbox/").context["states"]}
    assert states == {"new": 2, "kept": 1, "dropped": None, "placed": None}


@pytest.mark.parametrize(
    "query", ["state=lost&from=nobody&before=x", "before=-1", "from=99999999999999999999999", "q=%00"]
)
def test_nonsense_in_the_address_is_passed_over(query, editor_client):
    make_candidate(title="A post")
    assert titles(editor_client, query) == ["A post"]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("churn", ["Why we retired our churn model"]),
        ("MODEL why", ["Why we retired our churn model"]),
        ("工場", ["工場の検査ラインに"]),
        ("tech.example.jp", ["工場の検査ラインに"]),
        ("2103.00020", ["Learning from words"]),
        ("https://arxiv.org/pdf/2103.00020v3.pdf", ["Learning from words"]),
        ("words", ["Learning from words"]),
        ("remember this", ["Why we retired our churn model"]),
        ("nothing of the kind", []),
    ],
)
def test_the_list_is_searched_by_words_addresses_and_ids(search, expected, editor_client):
    make_candidate(title="Why we retired our churn model", note="Remember this")
    make_candidate("https://tech.example.jp/x", title="工場の検査ラインに")
    make_work(PAPER, title="Learning from words")
    make_candidate(PAPER)
    assert [row.title for row in editor_client.get("/admin/inbox/", {"q": search}).context["rows"]] == expected


def test_the_list_is_narrowed_by_who_sent_it(editor_client, editor):
    feed, other = make_source(name="A feed"), make_source(name="Another")
    make_candidate(title="Pasted", by=editor)
    make_candidate(title="Suggested", way="suggestion")
    both = make_candidate(title="Brought", way="source", source=feed)
    Arrival.objects.create(candidate=both, way="suggestion")
    make_candidate(title="Brought by another", way="source", source=other)
    assert titles(editor_client, "from=editors") == ["Pasted"]
    assert titles(editor_client, "from=readers") == ["Brought", "Suggested"]
    assert titles(editor_client, f"from={feed.pk}") == ["Brought"]


def test_what_has_run_is_hidden_when_asked(editor_client):
    make_candidate(title="New")
    for number, published in ((3, True), (4, False)):
        entry = make_entry(make_section(make_issue(number=number, published=published)))
        make_candidate(entry.url, title="Ran" if published else "In a draft")
    merged = make_entry(make_section(make_issue(number=5))).work
    candidate = make_candidate(title="Ran as a page")
    merge(merged, candidate.work)
    assert titles(editor_client) == ["Ran as a page", "In a draft", "Ran", "New"]
    assert titles(editor_client, "hide=1") == ["In a draft", "New"]


def test_where_it_ran_is_said_before_the_click(editor_client):
    moment = datetime.datetime(2021, 3, 4, 23, tzinfo=datetime.UTC)
    entry = make_entry(make_section(make_issue(number=21, published_at=moment)), url=PAPER, public_id="abc")
    draft = make_entry(make_section(make_issue(number=27, published=False)), url=PAPER).section.issue
    make_candidate(entry.url)
    assert badges(editor_client) == [
        ("Already in draft #27", f"/admin/issues/issue/{draft.pk}/change/"),
        # It is the next day in Tokyo.
        ("Already run in #21, 5 March 2021", "/entries/abc/"),
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "withdrawn", "published_at": LONG_AGO}, "Was in #20, which is withdrawn"),
        ({"status": "published", "published_at": timezone.now() + datetime.timedelta(days=2)}, "Scheduled in #20"),
    ],
)
def test_what_readers_do_not_see_is_said_too(values, words, editor_client):
    issue = make_entry(make_section(make_issue(number=20, **values)), url=PAPER).section.issue
    make_candidate(PAPER)
    assert badges(editor_client) == [(words, f"/admin/issues/issue/{issue.pk}/change/")]


@pytest.mark.parametrize(
    ("ago", "words"),
    [(0, "today"), (1, "yesterday"), (2, "19 November"), (325, "31 December 2025")],
)
def test_days_are_said_in_few_words(ago, words):
    # Late in the evening of UTC it is the next day in Tokyo.
    now = datetime.datetime(2026, 11, 20, 23, tzinfo=datetime.UTC)
    assert day_in_words(now - datetime.timedelta(days=ago), make_publication(), now=now) == words


def test_of_many_issues_the_latest_are_named(editor_client):
    for number in range(1, 7):
        make_entry(make_section(make_issue(number=number)), url=PAPER)
    make_candidate(PAPER)
    words = [words for words, _ in badges(editor_client)]
    assert [text.partition(",")[0] for text in words] == [
        *("Already run in #6", "Already run in #5", "Already run in #4"),
        "and in 3 more issues",
    ]


def test_who_sent_it_is_said(editor_client, editor):
    candidate = make_candidate(way="source", source=make_source(name="A feed"))
    Arrival.objects.create(candidate=candidate, way="suggestion", name="Ken", words="Read <b>this</b>")
    Arrival.objects.create(candidate=candidate, way="paste", by=editor)
    Arrival.objects.filter(way="source").update(times=3)
    row = only_row(editor_client)
    assert row.whence == "today, from A feed"
    assert [badge.words for badge in row.badges] == [
        *("Came 3 times from A feed", "Also suggested by Ken", "Also sent by mika"),
    ]
    text = editor_client.get("/admin/inbox/").text
    assert "Read &lt;b&gt;this&lt;/b&gt;" in text


def test_the_same_work_twice_in_the_inbox_is_said(editor_client):
    page, paper = make_candidate(title="A page"), make_candidate(PAPER, title="A paper")
    merge(page.work, paper.work)
    (first, second) = editor_client.get("/admin/inbox/").context["rows"]
    assert [badge.words for badge in first.badges] == ["Twice in the inbox, also as “A page”"]
    assert [badge.words for badge in second.badges] == ["Twice in the inbox, also as “A paper”"]


def test_what_was_dropped_before_is_said_and_leads_there(editor_client):
    dropped = make_candidate(PAPER, state="dropped")
    make_candidate(PAPER)
    ((words, address),) = badges(editor_client)
    assert words.startswith("Dropped before, ")
    assert only_row(editor_client, address.partition("?")[2].partition("#")[0]).candidate == dropped


@pytest.mark.parametrize(
    ("fetch", "expected"),
    [
        ({"due_at": timezone.now()}, "pending"),
        ({"last_error": "not-found", "last_message": "The page is not there."}, "failed"),
        ({"said": {"description": "What it is about."}}, ""),
        (None, "never"),
    ],
)
def test_how_it_stands_with_the_metadata_is_shown(fetch, expected, editor_client):
    candidate = make_candidate()
    if fetch is not None:
        Fetch.objects.create(work=candidate.work, lane="example.org", **fetch)
    response = editor_client.get("/admin/inbox/")
    (row,) = response.context["rows"]
    assert row.reading == expected
    assert ("hx-trigger" in response.text) == (expected == "pending")
    assert row.abstract == ("What it is about." if expected == "" else "")
    assert ("Try again" in response.text) == (expected == "failed")


def test_rows_that_were_being_read_come_again_when_they_are(editor_client):
    done, pending = make_candidate(title="Done"), make_candidate(title="Pending")
    Fetch.objects.create(work=pending.work, lane="x", due_at=timezone.now())
    response = editor_client.get(f"/admin/inbox/rows/?pk={done.pk}&pk={pending.pk}&pk=x&wait=8")
    assert "Done" in response.text
    assert "Pending" not in response.text
    assert f"?pk={pending.pk}&amp;wait=16" in response.text
    assert "load delay:8s" in response.text
    # After a while nobody asks any more.
    assert "hx-get" not in editor_client.get(f"/admin/inbox/rows/?pk={pending.pk}&wait=128").text


def test_a_title_that_is_not_there_is_the_address_shortened(editor_client):
    make_candidate("https://www.example.org/" + "a" * 300 + "/")
    assert only_row(editor_client).title == "example.org/" + "a" * 77 + "…"


def test_texts_from_outside_are_shown_and_not_obeyed(editor_client):
    bad = '"><script>alert(1)</script>'
    make_work(PAPER, title=bad, abstract=bad)
    make_candidate(PAPER, title=bad, note=f"{bad} [x](javascript:alert(1))", way="suggestion", name=bad, words=bad)
    make_source(name=bad)
    for page in ("/admin/inbox/", f"/admin/inbox/pane/?issue={make_issue(published=False).pk}"):
        text = editor_client.get(page).text
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


def test_pages_go_on_by_key_and_nothing_is_skipped_though_new_ones_come(editor_client):
    for number in range(ON_A_PAGE + 5):
        make_candidate(title=f"Number {number}")
    response = editor_client.get("/admin/inbox/")
    first = [row.title for row in response.context["rows"]]
    make_candidate(title="Just in")
    second = titles(editor_client, response.context["next_query"])
    assert len(first) == ON_A_PAGE
    assert second == [f"Number {number}" for number in range(4, -1, -1)]
    assert "Older ones" not in editor_client.get(f"/admin/inbox/?{response.context['next_query']}").text


def _fill(count):
    for number in range(count):
        candidate = make_candidate(title=f"Number {number}", way="source", source=make_source())
        Arrival.objects.create(candidate=candidate, way="suggestion", name="Ken", words="Good")
        Fetch.objects.create(work=candidate.work, lane="x", due_at=timezone.now())
        issue = make_issue(published=number % 2 == 0)
        make_entry(make_section(issue), url=candidate.url)
    other = make_work()
    Work.objects.filter(candidates=Candidate.objects.first()).update(merged_into=other)


@pytest.mark.parametrize(
    "page",
    ["/admin/inbox/", "/admin/inbox/?hide=1&q=number&from=readers", "/admin/inbox/pane/?issue={issue}&q=", "rows"],
)
def test_many_candidates_cost_as_many_queries_as_few(page, editor_client):
    page = page.format(issue=make_issue(published=False, number=999).pk)

    def queries():
        keys = "&".join(f"pk={key}" for key in Candidate.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(f"/admin/inbox/rows/?{keys}" if page == "rows" else page).status_code == 200
        return len(captured)

    _fill(2)
    few = queries()
    _fill(25)
    assert queries() == few <= 22


def test_the_pane_offers_what_waits_and_the_sections_of_its_issue(editor_client):
    issue = make_issue(published=False, number=27)
    section = make_section(issue, title="Papers")
    make_section(make_issue(published=False), title="Elsewhere")
    ran = make_entry(make_section(make_issue(number=3)))
    make_candidate(title="New")
    make_candidate(title="Kept", state="kept")
    make_candidate(title="Dropped", state="dropped")
    make_candidate(ran.url, title="Ran")
    response = editor_client.get(f"/admin/inbox/pane/?issue={issue.pk}")
    assert [row.title for row in response.context["rows"]] == ["Kept", "New"]
    assert response.context["sections"] == [section]
    assert "Elsewhere" not in response.text
    shown = editor_client.get(f"/admin/inbox/pane/?issue={issue.pk}&state=open&q=")
    assert [row.title for row in shown.context["rows"]] == ["Ran", "Kept", "New"]


def test_the_pane_alone_comes_to_a_script_that_asks_for_it(editor_client):
    issue = make_issue(published=False)
    page = editor_client.get(f"/admin/inbox/pane/?issue={issue.pk}").text
    piece = editor_client.get(f"/admin/inbox/pane/?issue={issue.pk}", headers={"HX-Request": "true"}).text
    assert "<html" in page
    assert "<html" not in piece
    assert 'id="inbox-pane"' in page
    assert 'id="inbox-pane"' in piece


@pytest.mark.parametrize("issue", ["", "x", "0", "99999999999999999999"])
def test_a_pane_of_no_issue_is_missing(issue, editor_client):
    assert editor_client.get(f"/admin/inbox/pane/?issue={issue}").status_code == 404


def test_the_pane_of_a_published_issue_places_nothing(editor_client):
    issue = make_issue()
    make_section(issue)
    make_candidate()
    response = editor_client.get(f"/admin/inbox/pane/?issue={issue.pk}")
    assert response.context["sections"] == []


def test_the_list_of_candidates_of_django_leads_to_the_inbox(editor_client):
    assert editor_client.get("/admin/inbox/candidate/").url == "/admin/inbox/"
