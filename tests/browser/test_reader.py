"""What a reader does, in a real browser without JavaScript."""

import hashlib
import re

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.factories import (
    make_entry,
    make_highlight,
    make_issue,
    make_publication,
    make_section,
    make_topic,
    make_work,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "https://arxiv.org/abs/2103.03230"
SUMMARY = "Keep the variance:\n\n$$" + r"\ell(Z,Z') = \lambda s(Z,Z') + \mu [v(Z)+v(Z')] + \nu [c(Z)+c(Z')]" + "$$"


def _picture(folder):
    folder.mkdir(parents=True)
    picture = folder / "new.png"
    Image.new("RGB", (740, 280), "#c22a10").save(picture)
    named = picture.rename(folder / f"{hashlib.sha256(picture.read_bytes()).hexdigest()}.png")
    return f"figures/{named.name}"


@pytest.fixture
def newsletter(tmp_path, settings):
    """Two issues about the same paper, the second with an edition in Japanese."""
    settings.MEDIA_ROOT = str(tmp_path)
    figure = _picture(tmp_path / "figures")
    make_publication(name="Akira", tagline="Machine learning, read closely", languages=["en", "ja"])
    topic = make_topic("self-supervised", name="Self-supervised learning", names={"ja": "自己教師あり学習"})
    make_work(PAPER, title="Barlow Twins")
    first = make_section(make_issue(number=17, title="Redundancy, reduced"), title="Papers")
    make_entry(first, title="A loss that wants independence", url=PAPER, topics=[topic])
    issue = make_issue(number=26, title="Nobody labelled the videos")
    make_highlight(issue, text="[Three terms](entry:three-terms) keep a network from collapse.")
    section = make_section(issue, title="Papers")
    values = {"figure": figure, "figure_width": 740, "figure_height": 280, "figure_alt": "A red field."}
    entry = make_entry(section, title="The same race, run for as long", url=PAPER, topics=[topic], **values)
    make_entry(section, title="Three simple terms", public_id="three-terms", summary=SUMMARY, topics=[topic])
    edition = make_issue(
        number=26, language="ja", title="動画にラベルはつけない", translation_key=issue.translation_key
    )
    values = {"url": PAPER, "translation_key": entry.translation_key, "topics": [topic]}
    make_entry(make_section(edition, title="論文"), title="同じ競走をもう一度", summary="最後まで走る。", **values)


def test_a_newcomer_finds_the_way(newsletter, open_page, site_url):
    page = open_page(java_script_enabled=False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Akira")
    page.get_by_role("link", name="Read this issue").click()

    expect(page).to_have_url(f"{site_url}/issues/26/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody labelled the videos")
    page.get_by_role("link", name="Three terms").click()
    expect(page).to_have_url(f"{site_url}/issues/26/#e-three-terms")
    expect(page.get_by_role("link", name="#17")).to_be_visible()

    page.get_by_role("link", name="26.1: permanent address of this entry").or_(page.get_by_text("26.1")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The same race, run for as long")

    page.get_by_role("link", name="arXiv:2103.03230").click()
    expect(page).to_have_url(f"{site_url}/papers/2103.03230/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Barlow Twins")
    expect(page.get_by_role("region", name="In Akira").get_by_role("heading", level=3)).to_have_text(
        ["A loss that wants independence", "The same race, run for as long"]
    )

    page.get_by_role("link", name="A loss that wants independence").click()
    page.get_by_role("link", name="Self-supervised learning").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Self-supervised learning")

    page.get_by_role("link", name="Feeds").click()
    address = page.get_by_role("link", name=f"{site_url}/feed/", exact=True).get_attribute("href")
    feed = page.request.get(address)
    assert [item.findtext("title") for item in fromstring(feed.body()).iter("item")] == [
        "Nobody labelled the videos",
        "Redundancy, reduced",
    ]


def test_a_reader_changes_the_language_of_an_issue(newsletter, page, site_url):
    page.goto("/issues/26/")
    page.get_by_role("navigation", name="Language").get_by_role("link", name="日本語").click()
    expect(page).to_have_url(f"{site_url}/ja/issues/26/")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", level=3)).to_have_text("同じ競走をもう一度")
    page.get_by_role("navigation", name="言語").get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{site_url}/issues/26/")


def test_figures_are_shown_in_their_size(newsletter, page):
    page.goto("/issues/26/")
    figure = page.get_by_role("img", name="A red field.")
    assert figure.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [740, 280]


def test_the_keyboard_reaches_the_text_first(newsletter, page, site_url):
    page.goto("/issues/26/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#main$"))


PAGES = [
    "/",
    "/issues/",
    "/issues/26/",
    "/entries/three-terms/",
    "/papers/2103.03230/",
    "/topics/",
    "/topics/self-supervised/",
    "/about/",
    "/feeds/",
    "/issues/?year=2021",
    "/ja/",
    "/ja/issues/26/",
]
WATCH_SHIFTS = """
shifts = 0
new PerformanceObserver((seen) => seen.getEntries().forEach((entry) => { shifts += entry.value }))
    .observe({type: "layout-shift", buffered: true})
"""


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_no_page_scrolls_sideways_or_shifts(newsletter, open_page, width):
    page = open_page(width=width)
    page.add_init_script(WATCH_SHIFTS)
    for path in PAGES:
        page.goto(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, path
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate("shifts") == 0, path


def test_no_page_has_a_barrier(newsletter, chromium, site_url):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in [*PAGES, "/nothing/"]:
        page.goto(path)
        found |= {(path, *key): nodes for key, nodes in barriers(page, widths=(390,)).items()}
    context.close()
    assert found == {}


def test_the_dark_is_dark(newsletter, open_page):
    page = open_page(color_scheme="dark")
    page.goto("/issues/26/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 26)"


def test_readers_get_neither_cookies_nor_scripts(newsletter, page):
    for path in PAGES:
        page.goto(path)
        assert page.locator('script:not([type="application/ld+json"])').count() == 0
    assert page.context.cookies() == []
