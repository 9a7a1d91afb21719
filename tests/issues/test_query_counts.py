"""A public page costs the same number of queries, however large the archive is."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.models import Erratum, Topic
from tests.factories import make_entry, make_highlight, make_issue, make_publication, make_section, make_topic

pytestmark = pytest.mark.django_db

PAPER = "https://arxiv.org/abs/2101.00001"
START = datetime.datetime(2021, 1, 1, 9, tzinfo=datetime.UTC)
# The number for each page; a change of it should be meant.
PAGES = {
    "/": 8,
    "/issues/": 5,
    "/issues/?year=2021&month=1&kind=weekly": 5,
    "/issues/?before=3": 6,
    "/issues/4/": 5,
    "/entries/in-4/": 8,
    "/papers/2101.00001/": 12,
    "/papers/2101.00001/?after=in-1": 7,
    "/papers/2101.00001/citation.bib": 6,
    "/topics/": 2,
    "/topics/video/": 6,
    "/topics/video/?before=in-4": 5,
    "/search/": 3,
    "/search/?q=summary": 5,
    "/search/?q=entry&topic=video&language=en": 5,
    "/search/?q=sumary": 7,
    "/search/?q=zzzqqq": 5,
    "/search/?q=2101.00001": 6,
    "/opensearch.xml": 1,
    "/about/": 1,
    "/feeds/": 1,
    "/feed/": 4,
    "/sitemap.xml": 5,
    "/sitemaps/pages.xml": 3,
    "/sitemaps/2021-1.xml": 8,
    "/nothing/": 2,
}


def _archive(first, last):
    """Issues about one paper and one topic that fill every part of a page, an edition and a correction included."""
    make_publication(languages=["en", "ja"])
    video = Topic.objects.filter(slug="video").first() or make_topic("video")
    for number in range(first, last + 1):
        moment = START + datetime.timedelta(days=number)
        issue = make_issue(number=number, published_at=moment)
        make_highlight(issue, text=f"Read [this](entry:in-{number}).")
        section = make_section(issue)
        entry = make_entry(section, public_id=f"in-{number}", url=PAPER, topics=[video])
        other = make_entry(section, repeats=type(entry).objects.exclude(pk=entry.pk).first())
        Erratum.objects.create(issue=issue, entry=other, noted_on=moment.date(), text="Wrong.")
        edition = make_issue(number=number, language="ja", translation_key=issue.translation_key, published_at=moment)
        values = {"translation_key": entry.translation_key, "topics": [video]}
        make_entry(make_section(edition), url=PAPER, **values)


def _queries(client, page):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page)
    assert response.status_code == (404 if page == "/nothing/" else 200)
    return len(captured)


def test_five_issues_cost_as_many_queries_as_fifty(client):
    _archive(1, 5)
    few = {page: _queries(client, page) for page in PAGES}
    _archive(6, 50)
    many = {page: _queries(client, page) for page in PAGES}
    assert many == few
    assert few == PAGES
