"""An editor settles a moment that the clocks skip or repeat, without a script and with one, and meets no barrier."""

import calendar
import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import Issue
from tests.browser.barriers import barriers
from tests.browser.composing import log_in
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def change_of_clocks(month):
    """The day of next year on which the clocks in Berlin are changed: the last Sunday of March or October."""
    year = timezone.now().year + 1
    last = calendar.monthrange(year, month)[1]
    return max(
        day for day in (datetime.date(year, month, number) for number in range(1, last + 1)) if day.weekday() == 6
    )


SPRING, AUTUMN = change_of_clocks(3), change_of_clocks(10)


@pytest.fixture
def issue(editor):
    make_publication(time_zone="Europe/Berlin")
    issue = make_issue(published=False, number=26, title="A quiet week")
    make_entry(make_section(issue))
    return issue


def choose(page, issue, day, time="02:30"):
    page.goto(f"/admin/issues/issue/{issue.pk}/publish/")
    page.get_by_label("At a later moment").check()
    page.get_by_label("Day").fill(day.isoformat())
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish at this moment")).to_be_visible()


def published_at(issue):
    return f"{Issue.objects.get(pk=issue.pk).published_at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("script", [False, True], ids=["without a script", "with scripts"])
def test_the_second_of_two_moments_is_chosen_by_a_person(open_page, issue, script):
    page = log_in(open_page(java_script_enabled=script))
    choose(page, issue, AUTUMN)
    expect(page.get_by_text("02:30 comes twice. Which moment is meant?")).to_be_visible()
    expect(page.get_by_label("02:30, the first time")).to_be_checked()
    page.get_by_label("02:30, the second time").check()
    page.get_by_role("button", name="Publish at this moment").click()
    expect(page.get_by_text("“A quiet week” is published. Scheduled.")).to_be_visible()
    assert published_at(issue) == f"{AUTUMN} 01:30"


def test_a_moment_that_does_not_exist_is_settled_by_a_person(open_page, issue):
    page = log_in(open_page())
    choose(page, issue, SPRING)
    expect(page.get_by_text("02:30 does not exist. Which moment is meant?")).to_be_visible()
    expect(page.get_by_label("03:00, the first minute after")).to_be_checked()
    page.get_by_label("01:59, the last minute before").check()
    page.get_by_role("button", name="Publish at this moment").click()
    expect(page.get_by_text("“A quiet week” is published. Scheduled.")).to_be_visible()
    assert published_at(issue) == f"{SPRING} 00:59"

    page.get_by_role("link", name="Another moment…").click()
    page.get_by_label("Time", exact=True).fill("12:00")
    page.get_by_role("button", name="Set the moment").click()
    page.get_by_role("button", name="Publish at this moment").click()
    expect(page.get_by_text("“A quiet week” is published. Scheduled.")).to_be_visible()
    assert published_at(issue) == f"{SPRING} 10:00"


def test_what_another_changed_meanwhile_is_told_to_who_publishes(chromium, site_url, issue):
    # Not by `open_page`: that the answer is a conflict (409) stands in the browser's log of errors, too.
    context = chromium.new_context(base_url=site_url)
    page = log_in(context.new_page())
    page.goto(f"/admin/issues/issue/{issue.pk}/publish/")
    issue.sections.get().entries.update(title="Quite another thing")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Changed: entry “Quite another thing”.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("“A quiet week” is published. Public since")).to_be_visible()
    context.close()


def test_no_state_of_the_page_has_a_barrier(chromium, site_url, issue):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = log_in(context.new_page())
    empty = make_issue(published=False, title="")
    found = {}

    def look(state):
        found.update({(state, *key): nodes for key, nodes in barriers(page).items()})

    page.goto(f"/admin/issues/issue/{empty.pk}/publish/")
    look("nothing in it")
    page.get_by_role("button", name="Publish", exact=True).click()
    look("refused")
    for day in (SPRING, AUTUMN):
        choose(page, issue, day)
        look(f"{day:%B}")
    page.get_by_role("button", name="Publish at this moment").click()
    expect(page.get_by_text("“A quiet week” is published.")).to_be_visible()
    page.goto(f"/admin/issues/issue/{issue.pk}/publish/")
    look("waiting")
    context.close()
    assert found == {}
