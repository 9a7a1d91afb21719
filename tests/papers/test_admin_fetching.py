"""At the desk: having works fetched, and seeing what came of it."""

import datetime

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from common import due
from issues.models import Entry
from papers.catalogue import find_or_create_works, merge
from papers.models import Fetch, Origin, Work
from papers.recording import record, request
from papers.records import PageImage, Record
from tests.factories import make_entry, make_issue, make_section, make_work
from tests.issues.desk import opened, page

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2103.03230"


def act(client, model, rows, **values):
    data = {"action": "fetch_works", "_selected_action": [row.pk for row in rows]} | values
    return client.post(page(model, "changelist"), data, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def shown(client, work):
    return client.get(page(Work, "change", work.pk)).content.decode()


def button(work):
    return page(Work, "fetch", work.pk)


# --- Asking --------------------------------------------------------------------------------------------------------


def test_selected_works_are_requested(editor_client):
    works = [make_work(PAPER), make_work(), make_work()]
    [sentence] = said(act(editor_client, Work, works[:2]))
    assert "2 works are fetched now" in sentence
    assert "wrote stays" in sentence
    assert set(Fetch.objects.due().values_list("work", flat=True)) == {work.pk for work in works[:2]}


def test_the_works_of_selected_entries_are_requested_once_each(editor_client):
    section = make_section()
    entries = [make_entry(section, url=PAPER), make_entry(section, url=PAPER), make_entry(section, url="")]
    [sentence] = said(act(editor_client, Entry, entries))
    assert "One work is fetched now" in sentence
    assert Fetch.objects.get().work == entries[0].work


def test_entries_without_a_work_are_said_to_have_none(editor_client):
    [sentence] = said(act(editor_client, Entry, [make_entry(url="")]))
    assert "None of these has a work" in sentence


@pytest.mark.parametrize("model", [Work, Entry])
def test_who_may_only_look_may_not_fetch(client, editor, model):
    editor.user_permissions.set(editor.user_permissions.model.objects.filter(codename__startswith="view_"))
    client.force_login(editor)
    entry = make_entry()
    act(client, model, [entry if model is Entry else entry.work])
    assert client.post(button(entry.work)).status_code == 403
    assert "Fetch what the page says" not in shown(client, entry.work)
    assert not Fetch.objects.exists()


def test_who_may_change_entries_but_no_works_may_not_fetch(client, editor):
    editor.user_permissions.remove(*editor.user_permissions.filter(codename="change_work"))
    client.force_login(editor)
    act(client, Entry, [make_entry()])
    assert not Fetch.objects.exists()


def test_a_stranger_may_not_fetch(client, stranger):
    client.force_login(stranger)
    work = make_work()
    assert client.post(button(work)).status_code == 302
    assert not Fetch.objects.exists()


@pytest.mark.parametrize("size", [20, 5_000])
def test_however_many_are_selected_it_costs_the_same(editor_client, size, django_assert_max_num_queries):
    find_or_create_works([f"https://lab.example/{number}" for number in range(size)])
    # Of these, thirteen are what an action costs that does nothing.
    with django_assert_max_num_queries(35):
        response = act(editor_client, Work, Work.objects.all()[:1], select_across="1")
    assert f"{size} works are fetched now" in said(response)[0]
    assert Fetch.objects.due().count() == size


def test_the_button_of_a_work_requests_it(editor_client):
    work = make_work(PAPER)
    assert "Fetch what the page says</button>" in shown(editor_client, work)
    response = editor_client.post(button(work), follow=True)
    assert "One work is fetched now" in said(response)[0]
    assert Fetch.objects.due().get().work == work


def test_the_button_is_a_post(editor_client):
    assert editor_client.get(button(make_work())).status_code == 405
    assert editor_client.post(page(Work, "fetch", 404404)).status_code == 404


def test_the_button_of_a_merged_work_leads_to_what_it_became(editor_client):
    loser, winner = make_work(), make_work(PAPER)
    merge(loser, winner)
    response = editor_client.post(button(loser))
    assert response.url == page(Work, "change", winner.pk)
    assert Fetch.objects.get().work == winner


def test_a_work_made_at_the_desk_is_requested(editor_client):
    address = page(Work, "add")
    editor_client.post(address, opened(editor_client, address) | {"url": PAPER, "kind": "paper"})
    assert Fetch.objects.due().get().work == Work.objects.get()


def test_a_work_that_is_saved_again_is_not(editor_client):
    work = make_work(PAPER)
    address = page(Work, "change", work.pk)
    editor_client.post(address, opened(editor_client, address) | {"title": "By hand"})
    assert Work.objects.get().title == "By hand"
    assert not Fetch.objects.exists()


# --- What came of it -----------------------------------------------------------------------------------------------


def test_a_work_that_was_never_asked_about_says_so(editor_client):
    assert "Not fetched yet." in shown(editor_client, make_work())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"due_at": Now()}, "It waits to be fetched by the worker."),
        (
            {"due_at": timezone.make_aware(datetime.datetime(2099, 9, 5, 8), datetime.UTC)},
            "5 September 2099, 08:00 UTC",
        ),
        (
            {"due_at": Now(), "holder": due.new_holder(), "leased_until": Now() + datetime.timedelta(hours=1)},
            "It is being fetched at this moment.",
        ),
        (
            {"due_at": None, "last_error": "dns", "last_message": "No such host.", "failed_at": Now()},
            "No such host. It is not tried again by itself.",
        ),
        (
            {"due_at": Now(), "last_error": "dns", "last_message": "No such host.", "failed_at": Now()},
            "No such host. The next try is on",
        ),
        ({"due_at": None, "fetched_at": Now()}, "Read on"),
        ({"due_at": Now(), "fetched_at": Now()}, "by the worker. Read on"),
    ],
)
def test_how_it_stands_is_told_in_words(editor_client, values, sentence):
    entry = make_entry()
    request([entry.work])
    Fetch.objects.update(**values)
    assert sentence in shown(editor_client, entry.work)
    assert sentence in editor_client.get(page(Entry, "change", entry.pk)).content.decode()


def test_what_failed_is_tried_again_by_the_button(editor_client):
    work = make_work()
    request([work])
    Fetch.objects.update(due_at=None, last_error="dns", last_message="No such host.", attempts=6)
    assert "Try again to fetch what the page says</button>" in shown(editor_client, work)
    editor_client.post(button(work))
    fetch = Fetch.objects.due().get()
    assert (fetch.last_error, fetch.attempts) == ("", 0)


def test_what_was_read_is_shown_with_its_picture(editor_client):
    work = make_work("https://lab.example/post")
    request([work])
    image = PageImage("https://lab.example/a.png", "Two <b>sleepers</b>")
    text = Record(
        identity=work.identity, url=work.url, title="Sleep", description="<b>Of</b> the page " * 200, image=image
    )
    record(Fetch.objects.get(), text)
    Fetch.objects.update(image="cards/abc.png", image_width=40, image_height=20)
    html = shown(editor_client, work)
    assert '<p dir="auto">Sleep</p>' in html
    assert "&lt;b&gt;Of&lt;/b&gt; the page" in html
    assert 'src="/uploads/cards/abc.png" alt="Two &lt;b&gt;sleepers&lt;/b&gt;" width="40" height="20"' in html
    assert "lab.example/a.png" not in html
    assert html.count("the page") < 100


def test_an_empty_page_says_nothing(editor_client):
    work = make_work("https://lab.example/post")
    request([work])
    record(Fetch.objects.get(), Record(identity=work.identity, url=work.url))
    assert "The page says nothing of itself." in shown(editor_client, work)


def test_the_page_that_adds_a_work_speaks_of_no_fetch(editor_client):
    assert "What the page says" not in editor_client.get(page(Work, "add")).content.decode()


def test_a_work_with_a_fetch_can_be_deleted(editor_client):
    work = make_work()
    request([work])
    editor_client.post(page(Work, "delete", work.pk), {"post": "yes"})
    assert (Work.objects.count(), Fetch.objects.count()) == (0, 0)


# --- The desk's own links ------------------------------------------------------------------------------------------


def link(client, entry, url):
    address = page(Entry, "change", entry.pk)
    response = client.post(address, opened(client, address) | {"url": url})
    assert response.status_code == 302


def test_a_link_that_an_editor_gives_is_looked_up(editor_client):
    entry = make_entry(make_section(make_issue(published=False)), url="")
    link(editor_client, entry, PAPER)
    assert Fetch.objects.due().get().work.identity == "arxiv:2103.03230"
    Fetch.objects.update(due_at=None)
    link(editor_client, entry, PAPER + "v2")
    assert not Fetch.objects.due().exists()


def test_a_link_to_a_sample_is_not_looked_up(editor_client):
    make_work(PAPER, origin=Origin.SAMPLE)
    link(editor_client, make_entry(make_section(make_issue(published=False)), url=""), PAPER)
    assert not Fetch.objects.exists()


def test_an_entry_that_keeps_its_link_is_not_looked_up(editor_client):
    entry = make_entry(make_section(make_issue(published=False)))
    address = page(Entry, "change", entry.pk)
    editor_client.post(address, opened(editor_client, address) | {"title": "Another"})
    assert Entry.objects.get().title == "Another"
    assert not Fetch.objects.exists()
