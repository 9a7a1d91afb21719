"""What an editor sees of an issue before readers do: every view opens, without a script too, and has no barrier."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common.images import check
from common.storing import store
from tests.browser.barriers import barriers
from tests.browser.composing import log_in
from tests.common.pictures import drawing, packed
from tests.factories import make_entry, make_section
from tests.issues.mail.issues import make_week

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SWITCH = ["Web", "Phone", "Feed", "Mail", "Plain text"]


@pytest.fixture
def draft(editor, settings, tmp_path, site_url):
    settings.MEDIA_ROOT = tmp_path
    issue = make_week(published=False)
    stored = store(check(packed(drawing((900, 400)), "PNG")), "figures", for_mails=True)
    make_entry(
        make_section(issue, title="Pictures"),
        title="A chart",
        figure=stored.name,
        figure_alt="Bars of growing height.",
        figure_width=900,
        figure_height=400,
        figure_widths=list(stored.widths),
    )
    return issue


def address(issue, *name):
    return reverse("admin:issues_issue_preview", args=[issue.pk, *name])


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_every_view_is_a_link_away_from_writing(open_page, draft, script):
    page = log_in(open_page(java_script_enabled=script))
    page.goto(reverse("admin:issues_issue_compose", args=[draft.pk]))
    seen = {
        "Web": page.get_by_role("heading", name="Nobody labelled the videos"),
        "Phone": page.frame_locator("iframe").get_by_role("heading", name="Nobody labelled the videos"),
        "Feed": page.get_by_role("article").get_by_role("heading", name="Nobody labelled the videos"),
        "Mail": page.frame_locator("iframe").get_by_role("heading", name="Nobody labelled the videos"),
        "Plain text": page.get_by_text("26.1 Learning from videos"),
    }
    for name in SWITCH:
        page.get_by_role("navigation", name="View").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("navigation", name="View").locator("[aria-current=page]")).to_have_text(name)
        expect(seen[name].first).to_be_visible()
    page.get_by_role("navigation", name="View").get_by_role("link", name="Write").click()
    expect(page).to_have_url(re.compile("/compose/$"))


def test_the_mail_shows_its_figure_and_does_nothing(open_page, draft):
    page = log_in(open_page())
    page.goto(address(draft, "mail"))
    figure = page.frame_locator("iframe").get_by_role("img", name="Bars of growing height.")
    figure.scroll_into_view_if_needed()
    expect(figure).to_be_visible()
    assert figure.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    assert figure.bounding_box()["width"] <= 556


def test_the_mail_is_seen_on_a_phone_and_in_the_dark(open_page, draft):
    page = log_in(open_page())
    page.goto(address(draft, "mail"))
    page.get_by_role("link", name="Phone", exact=True).last.click()
    expect(page.locator("iframe.mail-phone")).to_have_css("width", "392px")
    page.get_by_role("link", name="In the dark").click()
    body = page.frame_locator("iframe.mail-dark").locator("body")
    expect(body).to_have_css("background-color", "rgb(18, 21, 26)")


def test_links_of_the_page_on_a_phone_open_beside_it(open_page, draft):
    page = log_in(open_page())
    page.goto(address(draft, "phone"))
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Issues").first.click()
    expect(opened.value).to_have_url(re.compile("/issues/$"))


def test_no_view_has_a_barrier(chromium, site_url, draft):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = log_in(context.new_page())
    found = {}
    for name in ("web", "phone", "feed", "mail", "mail-phone", "mail-dark", "text"):
        page.goto(address(draft) if name == "web" else address(draft, name))
        found |= {(name, *key): nodes for key, nodes in barriers(page).items()}
    context.close()
    assert found == {}


def test_the_mail_itself_has_no_barrier(chromium, site_url, draft):
    # Within its own policy no script runs, not even that which looks for barriers.
    editors = chromium.new_context(base_url=site_url)
    html = log_in(editors.new_page()).request.get(address(draft, "mail-html")).text()
    editors.close()
    context = chromium.new_context(viewport={"width": 640, "height": 900})
    page = context.new_page()
    page.set_content(html)
    found = barriers(page, widths=[640])
    context.close()
    assert found == {}
