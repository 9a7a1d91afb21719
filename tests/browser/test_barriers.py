"""No page of the desk has a barrier that axe-core finds, at both widths and in both schemes."""

import pytest

from papers.models import Fetch
from tests.browser.barriers import barriers
from tests.browser.composing import log_in
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.inbox.factories import make_candidate, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/admin/",
    "/admin/issues/issue/",
    "/admin/issues/issue/begin/",
    "/admin/inbox/",
    "/admin/inbox/?state=kept",
    "/admin/inbox/add/",
    "/admin/inbox/ways/",
    "/admin/inbox/source/",
    "/admin/background/",
    "/suggest/",
]


@pytest.fixture
def content(editor):
    make_publication(languages=["en", "ja"])
    make_entry(make_section(make_issue(number=26)))
    entry = make_entry(make_section(make_issue(published=False, number=27, title="")), summary="")
    Fetch.objects.create(
        work=entry.work, last_error="not-found", last_message="Not there.", failed_at=entry.work.created_at
    )
    make_candidate(title="Sleeping networks", url=entry.url)
    make_candidate(title="眠るネットワーク", state="kept")
    make_source()


def test_no_page_of_the_desk_has_a_barrier(chromium, site_url, content):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = log_in(context.new_page())
    found = {}
    for address in PAGES:
        page.goto(address)
        found |= {(address, *key): nodes for key, nodes in barriers(page).items()}
    context.close()
    assert found == {}
