"""The pages of the desk: who may open them, how they search and filter, what they refuse to delete."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from issues.models import Entry, Erratum, Highlight, Issue, Publication, Section, Topic
from papers.models import Alias, Work
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

MODELS = [Publication, Issue, Highlight, Section, Entry, Topic, Erratum, Work, Alias]
IDS = [model._meta.model_name for model in MODELS]


def page(model, name, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


@pytest.fixture
def rows(db):
    """One row of everything, in a draft."""
    make_publication(languages=["en", "ja"])
    issue = make_issue(published=False)
    make_highlight(issue)
    entry = make_entry(make_section(issue), topics=[make_topic()])
    Erratum.objects.create(issue=issue, noted_on=datetime.date(2021, 9, 2), text="Wrong.")
    Alias.objects.create(work=entry.work, identity="url:example.org/alias")
    return {model: model.objects.get() for model in MODELS}


@pytest.mark.parametrize("name", ["changelist", "add", "change", "history", "delete"])
@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_every_page_opens_for_an_editor(editor_client, rows, model, name):
    arguments = [] if name in ("changelist", "add") else [rows[model].pk]
    response = editor_client.get(page(model, name, *arguments))
    # There is one publication, and it stays.
    refused = model is Publication and name in ("add", "delete")
    assert response.status_code == (403 if refused else 200)


@pytest.mark.parametrize("name", ["changelist", "add", "change", "history", "delete"])
@pytest.mark.parametrize("model", MODELS, ids=IDS)
@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_no_page_opens_for_others(client, request, rows, model, name, who):
    if who == "stranger":
        client.force_login(request.getfixturevalue("stranger"))
    address = page(model, name, *([] if name in ("changelist", "add") else [rows[model].pk]))
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


def test_the_first_page_names_what_is_being_written(editor_client, rows):
    scheduled = make_issue(title="Waits", status="published", published_at=timezone.now() + datetime.timedelta(days=1))
    public = make_issue(title="Long since public")
    shown = editor_client.get(reverse("admin:index")).content.decode()
    assert page(Issue, "compose", rows[Issue].pk) in shown
    assert page(Issue, "compose", scheduled.pk) in shown
    assert page(Issue, "compose", public.pk) not in shown


def test_who_may_not_see_issues_is_not_told_of_drafts(client, django_user_model, rows):
    user = django_user_model.objects.create_user("clerk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_work"))
    client.force_login(user)
    assert str(rows[Issue]) not in client.get(reverse("admin:index")).content.decode()


def test_desk_pages_carry_no_inline_script_or_style(editor_client, rows):
    for address in (
        page(Issue, "change", rows[Issue].pk),
        page(Entry, "change", rows[Entry].pk),
        reverse("admin:index"),
    ):
        response = editor_client.get(address)
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        text = response.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text


# --- Lists ---------------------------------------------------------------------------------------------------------


def fill(count):
    for _ in range(count):
        issue = make_issue()
        make_highlight(issue)
        entry = make_entry(make_section(issue), topics=[make_topic(f"topic-{Topic.objects.count()}")])
        Erratum.objects.create(issue=issue, entry=entry, noted_on=datetime.date(2021, 9, 2), text="Wrong.")
        Alias.objects.create(work=entry.work, identity=f"url:example.org/alias/{entry.pk}")


@pytest.mark.parametrize("model", MODELS[1:], ids=IDS[1:])
def test_a_list_costs_the_same_queries_at_five_rows_and_at_fifty(
    editor_client, model, django_assert_num_queries, django_assert_max_num_queries
):
    fill(5)
    with django_assert_max_num_queries(20) as small:
        editor_client.get(page(model, "changelist"))
    fill(45)
    with django_assert_num_queries(len(small)):
        response = editor_client.get(page(model, "changelist"))
    assert len(response.context["cl"].result_list) == 50


@pytest.mark.parametrize(("model", "term"), [(Entry, "動画"), (Issue, "学習"), (Topic, "動画"), (Section, "論文")])
def test_lists_find_japanese_words(editor_client, model, term):
    found = {
        Issue: make_issue(title="学習する一週間"),
        Section: make_section(title="今週の論文"),
        Entry: make_entry(summary="新しい動画の手法です。"),
        Topic: make_topic("video", names={"en": "Video", "ja": "動画認識"}),
    }
    make_topic("speech", names={"ja": "音声"})
    response = editor_client.get(page(model, "changelist"), {"q": term})
    assert list(response.context["cl"].result_list) == [found[model]]


def test_issues_are_filtered_by_language_state_and_kind(editor_client):
    make_publication(languages=["en", "ja"])
    make_issue(language="en")
    wanted = make_issue(language="ja", kind="monthly", published=False)
    make_issue(language="ja")
    query = {"language": "ja", "status__exact": "draft", "kind__exact": "monthly"}
    response = editor_client.get(page(Issue, "changelist"), query)
    assert list(response.context["cl"].result_list) == [wanted]


def test_works_are_found_by_any_spelling_of_their_address(editor_client):
    work = make_work("https://arxiv.org/abs/2103.00020")
    make_work()
    response = editor_client.get(page(Work, "changelist"), {"q": "https://arxiv.org/pdf/2103.00020v2.pdf"})
    assert list(response.context["cl"].result_list) == [work]


# --- Choosing ------------------------------------------------------------------------------------------------------


def choices(client, model, field, term, address="admin:issues_issue_choices"):
    query = {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": field,
        "term": term,
    }
    return [found["text"] for found in client.get(reverse(address), query).json()["results"]]


def test_sections_and_entries_are_offered_with_their_issue(editor_client):
    issue = make_issue(number=26)
    entry = make_entry(make_section(issue, title="Papers"), title="A headline")
    assert choices(editor_client, Entry, "section", "Papers") == ["#26 (en) · Papers"]
    assert choices(editor_client, Entry, "repeats", "headline") == ["26.1 (en) · A headline"]
    assert choices(editor_client, Section, "issue", "26") == [f"#26 (en) · {issue.title}"]
    assert entry.label == "26.1"


def test_choosing_costs_the_same_queries_for_any_number(
    editor_client, django_assert_num_queries, django_assert_max_num_queries
):
    query = {"app_label": "issues", "model_name": "entry", "field_name": "repeats", "term": "Entry"}
    make_entry()
    with django_assert_max_num_queries(10) as small:
        editor_client.get(reverse("admin:issues_issue_choices"), query)
    fill(10)
    with django_assert_num_queries(len(small)):
        assert len(editor_client.get(reverse("admin:issues_issue_choices"), query).json()["results"]) == 11


def test_topics_are_offered_by_their_names_in_any_language(editor_client):
    make_topic("video", names={"en": "Video", "ja": "動画"})
    make_topic("speech", names={"ja": "音声"})
    for term in ("動画", "vid", "Video"):
        assert choices(editor_client, Entry, "topics", term, "admin:autocomplete") == ["Video"]


def test_choices_are_not_for_strangers(client, stranger):
    client.force_login(stranger)
    assert client.get(reverse("admin:issues_issue_choices")).status_code == 302


# --- Deleting ------------------------------------------------------------------------------------------------------

WORDS = "Withdraw the issue instead"


@pytest.fixture(params=["published", "withdrawn", "scheduled"])
def kept(request, db):
    states = {"published": {}, "withdrawn": {"status": "withdrawn", "published_at": timezone.now()}}
    ahead = timezone.now() + datetime.timedelta(days=1)
    values = states.get(request.param, {"status": "published", "published_at": ahead})
    issue = make_issue(**values)
    entry = make_entry(make_section(issue))
    return {Issue: issue, Section: entry.section, Entry: entry}


@pytest.mark.parametrize("model", [Issue, Section, Entry], ids=["issue", "section", "entry"])
def test_what_was_published_is_not_deleted(editor_client, kept, model):
    for send in (editor_client.get, editor_client.post):
        response = send(page(model, "delete", kept[model].pk), {"post": "yes"}, follow=True)
        assert response.redirect_chain[0][0] == page(model, "change", kept[model].pk)
        assert WORDS in response.content.decode()
    assert model.objects.exists()


@pytest.mark.parametrize("model", [Issue, Section, Entry], ids=["issue", "section", "entry"])
def test_what_was_published_is_not_deleted_from_the_list(editor_client, kept, model):
    query = {"action": "delete_selected", "_selected_action": kept[model].pk, "post": "yes"}
    response = editor_client.post(page(model, "changelist"), query)
    assert WORDS in response.content.decode()
    assert model.objects.exists()


@pytest.mark.parametrize("model", [Issue, Section, Entry], ids=["issue", "section", "entry"])
def test_drafts_are_deleted(editor_client, rows, model):
    response = editor_client.post(page(model, "delete", rows[model].pk), {"post": "yes"})
    assert response.url == page(model, "changelist")
    assert not model.objects.exists()


def test_drafts_are_deleted_from_the_list(editor_client, rows):
    query = {"action": "delete_selected", "_selected_action": rows[Issue].pk, "post": "yes"}
    editor_client.post(page(Issue, "changelist"), query)
    assert not Issue.objects.exists()


def test_a_published_issue_offers_no_deletion_of_its_parts(editor_client, kept):
    shown = editor_client.get(page(Issue, "change", kept[Issue].pk)).content.decode()
    assert "sections-0-DELETE" not in shown
    shown = editor_client.get(page(Section, "change", kept[Section].pk)).content.decode()
    assert "entries-0-DELETE" not in shown
    shown = editor_client.get(page(Issue, "change", make_issue(published=False).pk)).content.decode()
    assert "sections-__prefix__-position" in shown
