"""Searching in a real browser: with the mouse, on a phone, with the keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "https://arxiv.org/abs/2103.03230"


@pytest.fixture
def newsletter():
    make_publication(languages=["en", "ja"])
    topic = make_topic("self-supervised", name="Self-supervised learning", names={"ja": "自己教師あり学習"})
    make_work(PAPER, title="Barlow Twins: redundancy reduced", authors=["Jure Zbontar", "Li Jing"])
    papers = make_section(make_issue(number=17, title="Redundancy, reduced"))
    make_entry(
        papers, title="A loss that wants independence", url=PAPER, topics=[topic], summary="Strong augmentation."
    )
    issue = make_issue(number=26, title="Nobody labelled the videos")
    articles = make_section(issue, kind="article", title="Articles")
    make_entry(articles, title="Augment first, then collect", summary="Augmentation is worth ten times the data.")
    make_entry(articles, title="Pictures that were augmented", summary="And how many of them.")
    edition = make_issue(number=26, language="ja", title="動画にラベルはない", translation_key=issue.translation_key)
    make_entry(make_section(edition), title="データ拡張", summary="自己教師あり学習とデータ拡張（augmentation）の話。")


def test_a_reader_searches_narrows_reads_and_comes_back(newsletter, open_page, site_url):
    page = open_page(width=390, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("augmentation")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{site_url}/search/?q=augmentation")
    expect(page.get_by_role("searchbox")).to_have_value("augmentation")
    expect(page.locator("main h3")).to_have_count(4)

    page.get_by_role("navigation", name="Results in").get_by_role("link", name="Articles 2").click()
    expect(page.locator("main h3")).to_have_count(2)
    page.get_by_role("link", name="Take off: Kind: Articles").click()
    page.get_by_text("Narrow down").click()
    page.get_by_role("link", name="日本語", exact=True).last.click()
    expect(page.locator("main h3")).to_have_text(["データ拡張"])
    page.get_by_role("link", name="データ拡張").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("データ拡張")
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=augmentation&language=ja"))
    expect(page.get_by_role("searchbox")).to_have_value("augmentation")


def test_the_keyboard_alone_suffices(newsletter, page, site_url):
    page.goto("/search/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("2103.03230")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site_url}/search/?q=2103.03230")
    # From the box the button comes next, and then what the number leads to.
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Barlow Twins: redundancy reduced").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site_url}/papers/2103.03230/")


PAGES = [
    "/search/",
    "/search/?q=augmentation",
    "/ja/search/?q=拡張",
    "/search/?q=zzzqqq+qqqzzz",
    "/search/?q=2103.03230",
    "/search/?q=2103.09999",
]


def test_no_page_of_the_search_has_a_barrier(newsletter, chromium, site_url):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page, found = context.new_page(), {}
    for address in PAGES:
        page.goto(address)
        for details in page.locator("details").all():
            details.evaluate("details => (details.open = true)")
        found |= {(address, *key): nodes for key, nodes in barriers(page, widths=(1280, 320)).items()}
    context.close()
    assert found == {}
