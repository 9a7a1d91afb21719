"""Drafts, issues of a later day and withdrawn ones are nowhere to be seen."""

import datetime

import pytest
from django.utils import timezone

from issues.models import Erratum, IssueStatus
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

pytestmark = pytest.mark.django_db

SECRET = "Sphinx"
TOMORROW = timezone.now() + datetime.timedelta(days=1)
HIDDEN = {
    "draft": {"published": False},
    "in_review": {"published": False, "status": IssueStatus.IN_REVIEW},
    "approved": {"published": False, "status": IssueStatus.APPROVED},
    "scheduled": {"status": IssueStatus.PUBLISHED, "published_at": TOMORROW},
    "withdrawn": {"status": IssueStatus.WITHDRAWN, "published_at": timezone.now()},
}
PAGES = (
    "/",
    "/issues/",
    "/issues/?year=2021",
    "/issues/1/",
    "/entries/shown/",
    "/papers/2101.00001/",
    "/topics/",
    "/topics/shown/",
    "/about/",
    "/feed/",
    "/feeds/",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    "/sitemaps/2021-1.xml",
)


def _entry(issue, **values):
    return make_entry(make_section(issue, title=values.pop("section", "Papers")), **values)


@pytest.fixture(params=HIDDEN)
def archive(request):
    """A published issue, and one that readers must not see, about the same work and topic."""
    publication = make_publication(languages=["en", "ja"])
    shown = make_topic("shown")
    public = make_issue(number=1)
    _entry(public, public_id="shown", topics=[shown], url="https://arxiv.org/abs/2101.00001", title="Seen by all")
    hidden = make_issue(number=2, title=f"{SECRET} issue", intro=SECRET, **HIDDEN[request.param])
    secret_topic = make_topic("secret", name=f"{SECRET} topic")
    values = {"title": f"{SECRET} entry", "summary": SECRET, "source_title": SECRET, "section": SECRET}
    entry = _entry(
        hidden,
        public_id="hidden",
        topics=[shown, secret_topic],
        work=make_work("https://arxiv.org/abs/2101.00001"),
        **values,
    )
    _entry(hidden, public_id="hidden-2", title=SECRET, url="https://example.org/sphinx", section=SECRET)
    make_highlight(hidden, text=f"{SECRET} [words](entry:hidden)")
    Erratum.objects.create(issue=hidden, entry=entry, noted_on=datetime.date(2021, 2, 1), text=SECRET)
    make_issue(
        number=1,
        language="ja",
        slug="1",
        title="第一号",
        translation_key=hidden.translation_key,
        published_at=None,
        status=IssueStatus.DRAFT,
        publication=publication,
    )
    return hidden


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_an_unpublished_issue_is_shown(client, archive, page):
    response = client.get(page)
    assert response.status_code == 200
    assert SECRET not in response.content.decode()
    assert "/issues/2/" not in response.content.decode()


def test_its_own_addresses_do_not_answer(client, archive):
    expected = 410 if archive.status == IssueStatus.WITHDRAWN else 404
    for address in ("/issues/2/", "/entries/hidden/"):
        response = client.get(address)
        assert response.status_code == expected
        assert SECRET not in response.content.decode()


def test_neither_its_topic_nor_its_work_has_a_page(client, archive):
    assert client.get("/topics/secret/").status_code == 404
    work = make_work("https://example.org/sphinx")
    assert client.get(f"/works/{work.public_id}/").status_code == 404


def test_it_is_no_start_for_paging(client, archive):
    assert client.get("/issues/?before=2").status_code == 404
    assert client.get("/topics/shown/?before=hidden").status_code == 404
    assert client.get("/papers/2101.00001/?after=hidden").status_code == 404


def test_it_is_not_among_the_editions_of_an_issue(client, archive):
    body = client.get("/issues/1/").content.decode()
    assert "第一号" not in body
    assert "/ja/issues/1/" not in body


def test_an_issue_withdrawn_before_its_day_was_never_there(client):
    make_issue(number=7, status=IssueStatus.WITHDRAWN, published_at=TOMORROW)
    assert client.get("/issues/7/").status_code == 404


def test_an_issue_appears_at_its_moment_without_any_job(client):
    issue = make_issue(number=7, status=IssueStatus.PUBLISHED, published_at=TOMORROW)
    assert client.get("/issues/7/").status_code == 404
    type(issue).objects.filter(pk=issue.pk).update(published_at=timezone.now())
    assert client.get("/issues/7/").status_code == 200


def test_leftovers_are_never_shown(client):
    issue = make_issue(number=7, leftovers=SECRET)
    make_entry(make_section(issue))
    for page in ("/", "/issues/7/", "/feed/"):
        assert SECRET not in client.get(page).content.decode()
