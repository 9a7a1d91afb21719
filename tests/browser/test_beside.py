"""The inbox beside the issue: what is placed there appears in the sheet at once, on a wide screen and on a phone."""

import pytest
from playwright.sync_api import expect

from issues.models import Entry
from tests.browser.composing import compose, log_in
from tests.factories import make_issue, make_publication, make_section
from tests.inbox.factories import make_candidate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_candidate_is_placed_and_stands_in_the_sheet(open_page, editor, width):
    make_publication()
    issue = make_issue(published=False, number=27)
    make_section(issue, title="Papers")
    make_candidate(title="Sleeping networks")
    page = log_in(open_page(width=width))
    compose(page, issue)
    if width < 1000:
        expect(page.get_by_role("heading", name="Inbox")).to_be_hidden()
        page.get_by_role("navigation", name="Panes").get_by_role("link", name="Inbox").click()
    page.get_by_role("button", name="Add “Sleeping networks”").click()
    expect(page.locator("#inbox-said")).to_contain_text("is placed in #27")
    if width < 1000:
        page.get_by_role("navigation", name="Panes").get_by_role("link", name="Issue").click()
    entry = Entry.objects.get()
    expect(page.locator(f"#entry-{entry.pk}")).to_contain_text("Sleeping networks")
    # Who placed it is no other.
    expect(page.locator("#said")).to_be_empty()
