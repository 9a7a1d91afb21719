"""No page of the desk has a barrier that axe-core finds, at both widths and in both schemes."""

import importlib.util
from pathlib import Path

import pytest

from papers.models import Fetch
from tests.browser.composing import log_in
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.inbox.factories import make_candidate, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(importlib.util.find_spec("axe_playwright_python").origin).with_name("axe.min.js")
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


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_desk_has_a_barrier(chromium, site_url, content, width):
    context = chromium.new_context(base_url=site_url, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = log_in(context.new_page())
    found = {}
    for address in PAGES:
        page.goto(address)
        page.add_script_tag(path=str(AXE))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # Django's links fade from one colour to the other.
            page.wait_for_timeout(250)
            violations = page.evaluate("axe.run().then((result) => result.violations)")
            for each in violations:
                found[address, scheme, each["id"]] = [node["target"] for node in each["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()
    assert found == {}
