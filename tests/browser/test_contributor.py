"""A contributor at the desk: adds entries and writes them, and reads what others wrote."""

import pytest
from playwright.sync_api import expect

from issues.models import Entry
from tests.browser.barriers import barriers
from tests.browser.composing import compose, log_in, row, spoken
from tests.factories import make_entry, make_highlight, make_issue, make_section
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def issue(editor):
    issue = make_issue(published=False, number=27, title="A week of sleep")
    section = make_section(issue, title="Papers")
    make_entry(section, title="Not mine", added_by=editor)
    make_section(issue, title="Articles", kind="article")
    make_highlight(issue, text="One")
    return issue


def test_ones_own_entry_is_added_written_moved_and_removed_beside_those_of_others(open_page, issue):
    contributor = make_person("contributor", "noor")
    page = compose(log_in(open_page(bypass_csp=True), "noor"), issue)
    expect(row(page, "Not mine").get_by_role("link", name="Read")).to_be_visible()
    expect(row(page, "Not mine").locator(".grip, .edit")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a section")).to_have_count(0)
    page.get_by_role("button", name="Add an entry without a link").click()
    spoken(page, "An entry without a link was added.")
    entry = Entry.objects.get(added_by=contributor)
    mine = page.locator(f"#entry-{entry.pk}")
    mine.get_by_label("Title", exact=True).fill("My own")
    mine.get_by_role("button", name="Done").click()
    expect(mine.get_by_role("heading", name="My own")).to_be_visible()
    mine.get_by_role("button", name="Move up").click()
    spoken(page, "is now")
    assert barriers(page) == {}
    mine.get_by_role("link", name="Edit").click()
    mine.get_by_role("button", name="Remove entry").click()
    spoken(page, "was removed")
    page.get_by_role("button", name="Undo").click()
    spoken(page, "is back")
    entry.refresh_from_db()
    assert (entry.title, entry.added_by) == ("My own", contributor)
