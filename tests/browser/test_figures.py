"""Figures in a real browser: the form that suits the screen, and a page that does not jump."""

import pytest

from common.images import check
from common.storing import store
from tests.common.pictures import packed, photograph
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHIFTS = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().map(shift => shift.value))).observe({type: "layout-shift", buffered: true}) ||
    setTimeout(() => done([]), 300))"""


@pytest.fixture
def figure(tmp_path, settings):
    """An issue whose one figure is as large as a camera makes them."""
    settings.MEDIA_ROOT = str(tmp_path)
    stored = store(check(packed(photograph((1500, 300)), "JPEG", quality=92)), "figures")
    make_publication(name="Akira")
    values = {"figure": stored.name, "figure_alt": "A wood.", "figure_widths": list(stored.widths)}
    section = make_section(make_issue(number=26))
    make_entry(section, figure_width=stored.width, figure_height=stored.height, **values)
    return stored


@pytest.mark.parametrize(
    ("width", "dots", "form"),
    [(1280, 1, 640), (1280, 2, 1280), (390, 1, 640), (390, 2, 960), (390, 3, 1280)],
    ids=["desktop", "fine desktop", "narrow", "telephone", "fine telephone"],
)
def test_a_browser_takes_the_form_that_suits_its_screen(figure, open_page, width, dots, form):
    page = open_page(width=width, device_scale_factor=dots)
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto("/issues/26/", wait_until="networkidle")
    shown = page.get_by_role("img", name="A wood.")
    name = figure.name.rpartition("/")[2]
    assert shown.evaluate("image => image.currentSrc.split('/').pop()") == name.replace(".jpg", f"-{form}.webp")
    assert [each for each in asked if each.startswith(figure.sha256)] == [name.replace(".jpg", f"-{form}.webp")]
    box = shown.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(1500 / 300, abs=0.15)
    assert box["width"] <= min(624, width)


def test_the_page_does_not_jump_when_the_figure_comes(figure, open_page):
    page = open_page(width=390, device_scale_factor=3)
    held = []
    page.route("**/*.webp", lambda route: held.append(route))
    page.goto("/issues/26/", wait_until="domcontentloaded")
    page.wait_for_timeout(200)
    held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("img", name="A wood.").evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.evaluate(SHIFTS) == []


def test_a_browser_without_webp_shows_the_original(figure, open_page):
    page = open_page()
    page.route("**/issues/26/", lambda route: _without_webp(route))
    page.goto("/issues/26/", wait_until="networkidle")
    shown = page.get_by_role("img", name="A wood.")
    assert shown.evaluate("image => image.currentSrc").endswith(figure.name)
    assert shown.evaluate("image => image.naturalWidth") == 1500


def _without_webp(route):
    """The page as a browser reads it that knows the kind of no source: it passes them over."""
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace("image/webp", "image/of-tomorrow"))
