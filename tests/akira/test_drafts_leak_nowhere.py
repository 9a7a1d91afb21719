"""What readers do not see yet, or no more, changes no byte of any public address."""

import datetime
import hashlib

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.urls import get_resolver

from inbox.tokens import digest_of
from issues.models import Entry, Erratum, Highlight, Issue, Section, Topic
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic
from tests.inbox.factories import make_token
from tests.people import make_person

from .desk_world import STATES, states
from .test_rights import _routes

pytestmark = pytest.mark.django_db

HIDDEN = [state for state in STATES if state != "published"]
SECRET = "Sphinx"
ARXIV = "https://arxiv.org/abs/2101.00001"
# A work that stands in the hidden issue alone, and one that stands in both.
ONLY_HIDDEN, IN_BOTH = "https://example.org/sphinx", ARXIV
PICTURE = b"\x89PNG\r\n\x1a\nof the public issue"
HIDDEN_PICTURE = b"\x89PNG\r\n\x1a\nof the hidden one"

# What is asked at each public address; behind the prefix of a language the same.
PAGES = {
    "": ["/", "/?page=2"],
    "issues/": [
        *("/issues/", "/issues/?year=2021", "/issues/?year=2099", "/issues/?before=2", "/issues/?kind=weekly"),
        *("/issues/?kind=annual", "/issues/?year=2021&month=1", "/issues/?year=2099&month=1&kind=weekly"),
    ],
    "issues/<slug:slug>/": ["/issues/1/", "/issues/3/"],
    "entries/<public_id:public_id>/": ["/entries/shown/"],
    "papers/<arxiv_id:arxiv_id>/": ["/papers/2101.00001/"],
    "papers/<arxiv_id:arxiv_id>/citation.<form:form>": ["/papers/2101.00001/citation.bib"],
    "works/<work:work>/": ["/works/{work}/"],
    "works/<work:work>/citation.<form:form>": ["/works/{work}/citation.json"],
    "topics/": ["/topics/"],
    "topics/<str:slug>/": ["/topics/shown/"],
    "search/": [
        "/search/",
        f"/search/?q={SECRET.upper()}",
        "/search/?q=entry",
        f"/search/?q={ARXIV}",
        f"/search/?q={ONLY_HIDDEN}",
        "/search/?topic=shown&q=summary",
        "/search/?kind=issue&q=issue",
        "/search/?kind=work&q=example",
        f"/search/?q=-nothing+{SECRET.lower()[:5]}",
    ],
    "opensearch.xml": ["/opensearch.xml"],
    "card-<digest:digest>.png": ["/card-{digest}.png"],
    "issues/<slug:slug>/card-<digest:digest>.png": ["/issues/1/card-{digest}.png", "/issues/3/card-{digest}.png"],
    "entries/<public_id:public_id>/card-<digest:digest>.png": ["/entries/shown/card-{digest}.png"],
    "about/": ["/about/"],
    "feeds/": ["/feeds/"],
    "feed/": ["/feed/"],
    "sitemaps/pages.xml": ["/sitemaps/pages.xml"],
    "sitemaps/<number:year>-<number:month>.xml": ["/sitemaps/2021-1.xml", "/sitemaps/{month}.xml"],
    "sitemaps/<number:year>-<number:month>-<number:day>.xml": ["/sitemaps/2021-1-2.xml", "/sitemaps/{month}-1.xml"],
    "suggest/": ["/suggest/"],
}
STANDING = {
    "sitemap.xml": ["/sitemap.xml"],
    "robots.txt": ["/robots.txt"],
    ".well-known/security.txt": ["/.well-known/security.txt"],
    "healthz": ["/healthz"],
    "preview/<str:secret>/": ["/preview/nothing/"],
    "preview/<str:secret>/<slug:name>/": ["/preview/nothing/mail/"],
    "uploads/<path:path>": ["/uploads/figures/{picture}.png"],
}
# Programs show a token; what they are told is asked below.
PROGRAMS = {"api/candidates"}


def _as_asked(route):
    """A route without its language."""
    return (
        route.removeprefix("<language:language>/")
        .removeprefix("^(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)/")
        .rstrip("$")
    )


def test_every_public_address_is_asked():
    public = {route for route in _routes(get_resolver().url_patterns) if not route.startswith("admin/")}
    assert {_as_asked(route) for route in public} == {*PAGES, *STANDING, *PROGRAMS}


@pytest.fixture
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "figures").mkdir()
    for data in (PICTURE, HIDDEN_PICTURE):
        (tmp_path / "figures" / f"{_digest(data)}.png").write_bytes(data)


def _digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def public(uploads):
    """Two issues that everybody sees, around the place of the hidden one."""
    make_publication(languages=["en", "ja"])
    topic = make_topic("shown")
    figure = {"figure": f"figures/{_digest(PICTURE)}.png", "figure_alt": "A curve"}
    shown = make_entry(make_section(make_issue(number=1)), public_id="shown", topics=[topic], url=ARXIV, **figure)
    make_entry(make_section(make_issue(number=3)), url="https://example.org/post", topics=[topic], repeats=shown)
    return shown


def _hide(public, state):
    """An issue of that state beside the others: its texts, its topic, its work and its edition are known nowhere."""
    first, moment = public.section.issue, states()[state]
    texts = {"title": f"{SECRET} issue", "intro": SECRET, "date_text": SECRET, "leftovers": SECRET}
    for language, number in (("en", 2), ("ja", 1)):
        key = {"translation_key": first.translation_key} if language == "ja" else {}
        hidden = make_issue(published=False, language=language, number=number, slug=str(number), **texts, **key)
        _fill(hidden, public, language)
        Issue.objects.filter(pk=hidden.pk).update(**moment)


def _fill(hidden, public, language):
    section = make_section(hidden, title=SECRET)
    topics = [Topic.objects.get(slug="shown"), make_topic(f"sphinx-{language}", name=f"{SECRET} {language}")]
    values = {"title": SECRET, "summary": f"{SECRET} $x$", "source_title": SECRET, "topics": topics, "repeats": public}
    figure = {"figure": f"figures/{_digest(HIDDEN_PICTURE)}.png", "figure_alt": SECRET, "figure_credit": SECRET}
    entry = make_entry(section, public_id=f"hidden-{language}", url=IN_BOTH, starred=True, **values, **figure)
    make_entry(section, public_id=f"hidden-{language}-2", title=SECRET, url=ONLY_HIDDEN)
    # That a public entry repeats a hidden one is nobody's business either.
    Entry.objects.filter(section__issue__number=3).update(repeats=entry)
    make_highlight(hidden, text=f"{SECRET} [words](entry:hidden-{language})")
    Erratum.objects.create(issue=hidden, entry=entry, noted_on=datetime.date(2021, 2, 1), text=SECRET)


def _addresses(public):
    month = datetime.datetime.now(datetime.UTC)
    values = {"work": public.work.public_id, "month": f"{month.year}-{month.month}", "picture": _digest(PICTURE)}
    values["digest"] = "0" * 16
    pages = [address for asked in PAGES.values() for address in asked]
    standing = [address for asked in STANDING.values() for address in asked]
    return [address.format(**values) for address in [*pages, *(f"/ja{page}" for page in pages), *standing]]


def _answers(client, public):
    """What every public address answers to anybody, and what readers are told who suggest a link."""
    told = {}
    for address in _addresses(public):
        response = client.get(address)
        told[address] = (response.status_code, response.getvalue())
    for address in (ONLY_HIDDEN, IN_BOTH):
        with transaction.atomic():
            response = client.post("/suggest/", {"address": address})
            transaction.set_rollback(True)
        told[f"suggest {address}"] = (response.status_code, response.content)
    return told


@pytest.mark.parametrize("state", HIDDEN)
def test_no_public_answer_changes_by_a_byte(client, public, state):
    # What an entry of the newest issue repeats is set by the editor; nothing else of the public rows changes.
    Entry.objects.filter(section__issue__number=3).update(repeats=None)
    before = _answers(client, public)
    _hide(public, state)
    after = _answers(client, public)
    # An issue that was withdrawn says so at its own address, and there alone.
    own = ["/ja/issues/1/", f"/ja/issues/1/card-{'0' * 16}.png"] if state == "withdrawn" else []
    assert [address for address in after if after[address] != before[address]] == own
    assert before.keys() == after.keys()
    assert {status for status, _ in before.values()} <= {200, 301, 302, 404}
    assert {before[address][0] for address in ("/issues/1/", "/suggest/", "/feed/", "/topics/shown/")} == {200}
    assert not [address for address, (_, body) in after.items() if SECRET.encode() in body]


@pytest.mark.parametrize("state", HIDDEN)
def test_its_own_addresses_tell_nothing(client, public, state):
    addresses = ("/issues/2/", "/entries/hidden-en/", "/ja/issues/1/", "/ja/entries/hidden-ja/")
    before = {address: client.get(address).status_code for address in addresses}
    _hide(public, state)
    work = Entry.objects.get(public_id="hidden-en-2").work
    after = {address: client.get(address).status_code for address in addresses}
    assert after == (dict.fromkeys(addresses, 410) if state == "withdrawn" else before)
    assert not any(SECRET.encode() in client.get(address).content for address in addresses)
    for address in ("/topics/sphinx-en/", "/ja/topics/sphinx-ja/", f"/works/{work.public_id}/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("state", HIDDEN)
def test_its_figure_is_served_to_who_knows_its_digest_and_named_nowhere(client, public, state):
    _hide(public, state)
    name = _digest(HIDDEN_PICTURE)
    response = client.get(f"/uploads/figures/{name}.png")
    assert (response.status_code, response.getvalue()) == (200, HIDDEN_PICTURE)
    assert not [address for address, (_, body) in _answers(client, public).items() if name.encode() in body]


@pytest.mark.parametrize("state", HIDDEN)
def test_programs_are_told_of_it_only_for_people_of_the_desk(client, public, state):
    _hide(public, state)
    told = {}
    for role in ("stranger", "contributor"):
        person = make_person(role)
        person.user_permissions.add(Permission.objects.get(codename="add_candidate"))
        make_token(person, digest=digest_of(f"akira_{role}"))
        answer = client.post("/api/candidates", {"url": ONLY_HIDDEN}, headers={"Authorization": f"Bearer akira_{role}"})
        told[role] = answer.json()["results"][0]
    assert (told["stranger"]["already_run"], told["stranger"]["in_drafts"]) == ([], [])
    is_written = state in ("draft", "in_review", "approved")
    assert told["contributor"]["in_drafts"] == (["#1", "#2"] if is_written else [])


def test_the_rows_of_a_hidden_issue_are_what_the_test_believes(public):
    _hide(public, "draft")
    assert all(model.objects.filter(pk__isnull=False).exists() for model in (Issue, Section, Highlight, Erratum))
    assert Entry.objects.published().count() == 2
    assert Entry.objects.count() == 6
