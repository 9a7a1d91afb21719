"""What an editor does about failed work: sees why, tries it again; and what a hostile page can't do there."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from papers.models import Fetch
from tests.factories import make_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "\"'><script>window.harmed=1</script><img src=x onerror='window.harmed=1'></title></textarea>"


def make_failed(reason="timeout", title="A page", **values):
    defaults = {"lane": "slow.example", "last_message": "slow.example did not answer.", "attempts": 1}
    return Fetch.objects.create(
        work=make_work(title=title), last_error=reason, failed_at=timezone.now(), **defaults | values
    )


@pytest.fixture
def open_desk(open_page, editor):
    """Opens the page about background work after logging in, with the options of a browser's context."""

    def open_one(**options):
        page = open_page(**options)
        page.goto("/admin/login/?next=/admin/background/")
        page.get_by_label("Username").fill("mika")
        page.get_by_label("Password").fill("a long password")
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_role("heading", name="Background work")).to_be_visible()
        return page

    return open_one


def test_an_editor_sees_why_something_failed_and_has_it_tried_again(open_desk):
    slow, gone = make_failed(title="Slow one"), make_failed("gone", title="Gone one")
    page = open_desk()
    page.get_by_role("link", name="No answer in time 1").click()
    expect(page.get_by_role("heading", name="Gone one")).to_have_count(0)
    page.get_by_role("button", name="Try again Slow one").click()
    expect(page.get_by_text("It will be tried again now.")).to_be_visible()
    assert list(Fetch.objects.due()) == [slow]
    page.get_by_role("link", name="See all that failed").click()
    page.get_by_role("link", name="Gone one").click()
    expect(page).to_have_url(f"{page.url.partition('/admin/')[0]}/admin/papers/work/{gone.work_id}/change/")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_pages_say_does_no_harm_though_nothing_forbade_scripts(open_desk, width):
    make_failed(title=HOSTILE, last_message=HOSTILE, lane=HOSTILE)
    make_failed(title="W" * 300, lane="x" * 200 + ".example", last_message="y" * 400)
    page = open_desk(width=width, bypass_csp=True)
    assert page.evaluate("window.harmed") is None
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
