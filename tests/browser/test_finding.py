"""The pages that lead from one thing to another, in a real browser without JavaScript."""

from itertools import combinations

import pytest

from tests.browser.barriers import barriers
from tests.factories import make_entry, make_issue, make_publication, make_section, make_topic, make_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "https://arxiv.org/abs/2103.03230"
PAGES = ["/ja/topics/video/", "/papers/2103.03230/"]
# The letters and bars of the chart as they are shown, in pixels of the screen.
MEASURE = """() => {
    const shown = [...document.querySelectorAll("svg.chart text, svg.chart rect")].map((one) => {
        const box = one.getBoundingClientRect();
        return [one.tagName, box.left, box.right, box.top, box.bottom];
    });
    const chart = document.querySelector("svg.chart");
    const scale = chart.getBoundingClientRect().width / chart.viewBox.baseVal.width;
    const size = parseFloat(getComputedStyle(chart.querySelector("text")).fontSize);
    return {shown, letters: scale * size};
}"""


@pytest.fixture
def newsletter():
    """Twenty quarters of entries with one topic, about a work that many wrote, in two languages."""
    make_publication(languages=["en", "ja"])
    video = make_topic("video", names={"ja": "動画"}, description="Moving pictures.")
    other = make_topic("other", name="<b>Other</b> עולם")
    make_work(PAPER, title="שלום: Barlow Twins", authors=[f"Author {number}" for number in range(300)], withdrawn=True)
    make_work("https://example.org/post", title="Beside it", authors=["Author 7"])
    for language in ("en", "ja"):
        for number in range(1, 21):
            section = make_section(make_issue(number=number * 90, language=language, slug=f"{language}-{number}"))
            url = PAPER if number % 5 else "https://example.org/post"
            make_entry(section, url=url, topics=[video, other])


@pytest.fixture
def page(newsletter, chromium, site_url):
    context = chromium.new_context(base_url=site_url, bypass_csp=True)
    yield context.new_page()
    context.close()


def _apart(one, two):
    # The boxes of lines hold the room above and below the letters, too.
    return one[1] <= two[0] or two[1] <= one[0] or one[3] <= two[2] + 4 or two[3] <= one[2] + 4


def test_letters_of_a_chart_can_be_read_and_nothing_is_a_barrier(page):
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/topics/video/", "/ja/topics/video/"):
            page.goto(path)
            measured = page.evaluate(MEASURE)
            assert measured["letters"] >= 10.5
            texts = [box for tag, *box in measured["shown"] if tag == "text"]
            assert len(texts) >= 10
            assert all(_apart(one, two) for one, two in combinations(texts, 2)), (path, width)
    found = {}
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found |= {(path, *key): nodes for key, nodes in barriers(page, widths=(320,)).items()}
    assert found == {}
