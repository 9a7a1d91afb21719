"""Sources: subscribed at the desk, paused, resumed."""

import pytest
from django.utils import timezone

from inbox import sources
from inbox.models import Source
from papers.identifiers import MalformedURL
from tests.factories import make_publication
from tests.inbox.factories import make_candidate, make_source
from tests.issues.desk import errors, opened, page

pytestmark = pytest.mark.django_db

FEED = {"kind": "feed", "address": "https://example.org/feed?utm_source=x", "every_hours": "6"}


@pytest.fixture(autouse=True)
def publication():
    return make_publication(languages=["en", "ja"])


def add(client, **values):
    blank = dict.fromkeys(("address", "category", "terms", "name", "language"), "")
    return client.post(page(Source, "add"), blank | FEED | values)


def change(client, source, **values):
    address = page(Source, "change", source.pk)
    return client.post(address, opened(client, address) | values)


def test_a_feed_is_subscribed_to_and_read_at_once(editor_client):
    assert add(editor_client, language="ja").status_code == 302
    source = Source.objects.get()
    assert (source.address, source.lane, source.language) == ("https://example.org/feed", "example.org", "ja")
    assert list(Source.objects.due()) == [source]


def test_an_arxiv_query_is_subscribed_to(editor_client):
    add(editor_client, kind="arxiv", address="https://forgotten.example.org/", category=" cs.CL ", terms="zero-shot")
    source = Source.objects.get()
    assert (source.address, source.category, source.terms, source.lane) == ("", "cs.CL", "zero-shot", "arxiv")
    assert str(source) == "arXiv: cs.CL, zero-shot"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"address": ""}, "Give the address of the feed"),
        ({"address": "no address"}, "address"),
        ({"address": "ftp://example.org/"}, "address"),
        ({"kind": "arxiv"}, "Give a category of arXiv"),
        ({"kind": "arxiv", "category": "cs CL"}, "as arXiv does"),
        ({"kind": "arxiv", "category": 'cs.CL" OR cat:x'}, "as arXiv does"),
    ],
)
def test_what_can_not_be_asked_is_told(values, sentence, editor_client):
    response = add(editor_client, **values)
    assert sentence in " ".join(errors(response))
    assert not Source.objects.exists()


@pytest.mark.parametrize("values", [{}, {"address": "example.org/feed"}])
def test_a_source_twice_is_told(values, editor_client):
    add(editor_client)
    response = add(editor_client, **values)
    assert errors(response) == ["This is a source already: example.org/feed."]


def test_the_pages_of_sources_open(editor_client):
    working = make_source(polled_at=timezone.now())
    failing = make_source(last_error="timeout", last_message="Too slow.", due_at=timezone.now())
    given_up = make_source(last_error="gone", last_message="It is gone.")
    paused = make_source(paused_at=timezone.now())
    text = editor_client.get(page(Source, "changelist")).text
    for words in ("Works", "Too slow. (next try", "It is gone. (given up)", "Paused"):
        assert words in text
    for source in (working, failing, given_up, paused):
        assert editor_client.get(page(Source, "change", source.pk)).status_code == 200
    assert editor_client.get(page(Source, "add")).status_code == 200


def test_another_name_changes_nothing_of_what_was_read(editor_client):
    source = make_source(seen=["a"], etag='"x"', polled_at=timezone.now())
    change(editor_client, source, name="New name")
    source.refresh_from_db()
    assert (source.name, source.seen, source.etag, source.due_at) == ("New name", ["a"], '"x"', None)


def test_another_address_is_another_question(editor_client):
    source = make_source(seen=["a"], etag='"x"', polled_at=timezone.now(), last_error="gone", paused_at=timezone.now())
    change(editor_client, source, address="https://example.com/feed")
    source.refresh_from_db()
    assert (source.seen, source.etag, source.polled_at, source.last_error, source.paused_at) == ([], "", None, "", None)
    assert (source.lane, list(Source.objects.due())) == ("example.com", [source])


def test_a_source_is_paused_and_goes_on(editor_client):
    source = make_source(due_at=timezone.now(), seen=["a"])
    editor_client.post(f"/admin/inbox/source/{source.pk}/pause/")
    source.refresh_from_db()
    assert (source.due_at, bool(source.paused_at), source.seen) == (None, True, ["a"])
    editor_client.post(f"/admin/inbox/source/{source.pk}/poll/")
    source.refresh_from_db()
    assert (source.paused_at, list(Source.objects.due())) == (None, [source])


@pytest.mark.parametrize("action", ["poll_now", "pause"])
def test_several_sources_at_once(action, editor_client):
    many = [make_source(last_error="gone") for _ in range(2)]
    values = {"action": action, "_selected_action": [source.pk for source in many]}
    editor_client.post(page(Source, "changelist"), values)
    assert Source.objects.filter(last_error="", paused_at__isnull=action == "poll_now").count() == 2


def test_who_may_not_change_sources_neither_pauses_nor_polls(client, django_user_model):
    source = make_source()
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.post(f"/admin/inbox/source/{source.pk}/poll/").status_code == 403
    assert client.get(f"/admin/inbox/source/{source.pk}/poll/").status_code == 405
    source.refresh_from_db()
    assert source.due_at is None


def test_a_source_that_is_not_there_is_missing(editor_client):
    assert editor_client.post("/admin/inbox/source/0/poll/").status_code == 404


def test_without_a_newsletter_the_way_leads_to_naming_it(editor_client, publication):
    publication.delete()
    assert editor_client.get(page(Source, "add")).url == "/admin/issues/publication/add/"


def test_a_removed_source_leaves_its_candidates(editor_client):
    candidate = make_candidate(way="source", source=make_source(name="A feed"))
    editor_client.post(page(Source, "delete", Source.objects.get().pk), {"post": "yes"})
    assert not Source.objects.exists()
    assert candidate.arrivals.get().source is None
    assert "from a source" in editor_client.get("/admin/inbox/").text


def test_a_malformed_address_saves_nothing(publication):
    with pytest.raises(MalformedURL):
        sources.save_source(Source(publication=publication, address="no address"))
    assert not Source.objects.exists()
