"""A figure on a page: scaled forms for browsers that know WebP, the original for all else."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage

from common.images import check
from common.storing import form_name, store
from issues.feeds import issue_feed
from issues.models import Issue
from issues.site import Site
from tests.common.pictures import packed, photograph, svg
from tests.factories import make_entry, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db

NAME = "figures/0a.png"


@pytest.fixture(autouse=True)
def _uploads_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def with_figure(**values):
    """An issue with two figures, of which a browser loads the first at once."""
    section = make_section(make_issue(number=26))
    shown = {"figure": NAME, "figure_width": 1000, "figure_height": 500, "figure_alt": "Six frames."} | values
    return [make_entry(section, public_id=public_id, **shown) for public_id in ("one", "two")]


def figures(client, address="/issues/26/"):
    return BeautifulSoup(client.get(address).content, "html.parser").select("figure")


@pytest.mark.parametrize("address", ["/issues/26/", "/entries/one/"])
def test_browsers_choose_among_the_forms(client, address):
    with_figure(figure_widths=[640, 1000])
    picture = figures(client, address)[0].picture
    assert [child.name for child in picture.find_all(recursive=False)] == ["source", "img"]
    assert picture.source.attrs == {
        "type": "image/webp",
        "srcset": "/uploads/figures/0a-640.webp 640w, /uploads/figures/0a-1000.webp 1000w",
        "sizes": "(min-width: 54rem) 39rem, (min-width: 46rem) calc(89vw - 8.5rem), 92vw",
    }
    assert picture.img.attrs == {
        "src": "/uploads/figures/0a.png",
        "width": "1000",
        "height": "500",
        "alt": "Six frames.",
    }


def test_later_figures_are_loaded_when_they_come_near(client):
    with_figure(figure_widths=[640])
    assert [figure.img.get("loading") for figure in figures(client)] == [None, "lazy"]


@pytest.mark.parametrize("widths", [None, []], ids=["nobody tried", "there are none"])
def test_without_forms_there_is_the_original(client, widths):
    with_figure(figure_widths=widths)
    assert not figures(client)[0].picture
    assert figures(client)[0].img["src"] == "/uploads/figures/0a.png"


@pytest.mark.parametrize(
    ("width", "srcset"),
    [
        (1000, "/uploads/figures/0a-640.webp 640w, /uploads/figures/0a.webp 1000w"),
        (4000, "/uploads/figures/0a-640.webp 640w"),
    ],
    ids=["as wide as a form", "wider"],
)
def test_a_webp_is_the_form_of_its_own_width(client, width, srcset):
    with_figure(figure="figures/0a.webp", figure_width=width, figure_widths=[640])
    assert figures(client)[0].source["srcset"] == srcset


def test_feeds_have_the_original_alone(client):
    with_figure(figure_widths=[640])
    feed = issue_feed(Site(make_publication(), "en").absolute(), list(Issue.objects.with_entries()))
    text = feed.writeString("utf-8")
    assert "/uploads/figures/0a.png" in text
    assert not [word for word in ("picture", "srcset", "webp") if word in text]


def test_a_page_does_not_ask_the_store(client, monkeypatch):
    with_figure(figure_widths=[640])
    for question in ("exists", "size", "open"):
        monkeypatch.setattr(type(default_storage._wrapped), question, lambda *_: pytest.fail("It was asked."))
    assert figures(client)[0].picture


def test_every_form_on_a_page_is_served(client):
    stored = store(check(packed(photograph((820, 300)))), "figures")
    with_figure(figure=stored.name, figure_width=stored.width, figure_widths=list(stored.widths))
    addresses = [part.split()[0] for part in figures(client)[0].source["srcset"].split(", ")]
    assert [f"/uploads/{form_name(stored.name, width)}" for width in stored.widths] == addresses
    for address in addresses:
        response = client.get(address)
        response.close()
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/webp")
        assert "immutable" in response.headers["Cache-Control"]


def test_a_drawing_has_no_forms(client):
    stored = store(check(svg()), "figures")
    with_figure(figure=stored.name, figure_widths=list(stored.widths))
    assert figures(client)[0].img["src"] == f"/uploads/{stored.name}"
    assert not figures(client)[0].picture
