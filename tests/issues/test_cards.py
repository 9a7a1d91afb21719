"""The pictures of pages: what they show, with the fonts of a machine and without, and at which addresses."""

import datetime
import io
import string
import subprocess

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from PIL import Image

from common import drawing, fonts
from issues.cards import drawing as cards_drawing
from issues.cards.card import Card
from issues.cards.layout import lay_out
from issues.models import Issue, IssueStatus
from tests.factories import make_entry, make_issue, make_publication, make_section
from tests.fonts import font

PAPER = "https://arxiv.org/abs/2101.00001"
LATIN = string.ascii_letters + string.digits + " .,:-…"
CARD = {
    "name": "Akira",
    "title": "Sheep",
    "language": "en",
    "mark": "26",
    "plain_mark": "26",
    "kind": "weekly",
    "kind_name": "Weekly",
    "day": "29 August 2021",
    "plain_day": "2021-08-29",
}


def _card(**values):
    return Card(**CARD | values)


@pytest.fixture
def latin(tmp_path, settings):
    """A machine with one font, which has Latin letters and draws boxes for all others."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "latin.ttf").write_bytes(font("Latin", LATIN, weight=700))
    settings.AKIRA_FONTS = [str(folder)]
    return fonts.faces((str(folder),))


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "uploads")
    settings.AKIRA_FONTS = [str(tmp_path / "nothing")]
    fonts.faces.cache_clear()


def _pixels(card, faces):
    sheet = lay_out(card, faces)
    png = drawing.to_png(sheet.svg.encode(), width=1200, fonts=sheet.files)
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (1200, 630)
        return image.convert("RGB").tobytes()


# --- What is drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("拡散モデル", id="Japanese"),
        pytest.param("देवनागरी", id="Devanagari"),
        pytest.param("Sheep and देवनागरी", id="some words"),
        pytest.param("😀", id="a picture alone"),
    ],
)
def test_a_title_without_letters_leaves_its_room_to_the_number(latin, title):
    # The font draws a large box for what it does not have: any such box would change the picture.
    assert lay_out(_card(title=title), latin).svg == lay_out(_card(title=""), latin).svg
    assert not lay_out(_card(title=title), latin).is_whole
    assert lay_out(_card(), latin).is_whole


def test_pictures_among_the_letters_are_left_out(latin):
    assert lay_out(_card(title="Sheep 🐑 and 👩\u200d🚀"), latin).svg == lay_out(_card(title="Sheep and"), latin).svg


def test_a_day_without_letters_is_written_in_digits(latin):
    sheet = lay_out(_card(day="2021年8月29日"), latin)
    assert ">2021-08-29</text>" in sheet.svg
    assert "年" not in sheet.svg


def test_without_any_font_number_day_and_seal_are_drawn(latin):
    sheet = lay_out(_card(), ())
    assert "<text" not in sheet.svg
    assert (sheet.files, sheet.is_whole) == ([], False)
    shown = {
        "all": _card(title="拡散"),
        "another number": _card(plain_mark="27"),
        "another day": _card(plain_day="2021-08-30"),
        "another kind": _card(kind="annual"),
        "a month": _card(mark="2月", plain_mark="2021-02"),
        "a week's entry": _card(mark="2021-W10.3", plain_mark="2021-W10.3"),
        "no number": _card(mark="", plain_mark=""),
    }
    pictures = {name: _pixels(card, ()) for name, card in shown.items()}
    assert len(set(pictures.values())) == len(shown)
    assert pictures["all"] == _pixels(_card(), ())


def test_every_pixel_is_of_our_own_letters(latin):
    """Where the font's box for missing letters was drawn, a long black run would stand in the measure."""
    with Image.frombytes("RGB", (1200, 630), _pixels(_card(title="देव", name="देव", day="देव"), latin)) as image:
        measure = image.crop((700, 140, 1136, 630))
    assert measure.getcolors() == [(measure.width * measure.height, (255, 255, 255))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('</text><image href="file:///etc/passwd"/>&amp;<!--', id="markup"),
        pytest.param("]]>&xxe; {{ 7 }}", id="entities"),
        pytest.param("A" * 5000, id="one long word"),
        pytest.param("word " * 2000, id="many words"),
        pytest.param("\x00\x01\x1f\ud800\ufffe", id="no letters of XML"),
    ],
)
def test_hostile_text_is_drawn_as_text(text):
    faces = fonts.faces()
    for card in (_card(title=text, name=text, mark=text, source=text, day=text), _card(is_cover=True, name=text)):
        sheet = lay_out(card, faces)
        assert "<image" not in sheet.svg
        assert drawing.to_png(sheet.svg.encode(), width=1200, fonts=sheet.files)


@trying(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=12), st.sampled_from(["en", "ja", "zh-Hans", "ar"]), st.booleans())
def test_any_text_makes_a_drawing(text, mark, language, is_cover):
    card = _card(title=text, name=text, mark=mark, plain_mark="", day=text, language=language, is_cover=is_cover)
    assert len(card.digest) == 16
    for faces in (fonts.faces(), ()):
        assert fromstring(lay_out(card, faces).svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_every_text_stays_within_the_picture(latin):
    for title in ("Sheep", "Sheep and goats " * 20, "Incomprehensibilities" * 3):
        card = _card(title=title, language="ja", source="example.org")
        with Image.frombytes("RGB", (1200, 630), _pixels(card, latin)) as image:
            white = (255, 255, 255)
            edges = [image.crop(box) for box in ((1137, 0, 1200, 630), (0, 0, 63, 630), (0, 580, 1200, 630))]
            assert [edge.getcolors() for edge in edges] == [[(e.width * e.height, white)] for e in edges]


def test_a_digest_tells_contents_apart():
    cards = [_card(), _card(title="Goats"), _card(day="30 August 2021"), _card(name="Akira Akirasson")]
    assert len({card.digest for card in cards}) == 4
    assert _card().digest == _card().digest


# --- Where it is found -----------------------------------------------------------------------------------------------


@pytest.fixture
def issue(db):
    make_publication(languages=["en", "ja"])
    issue = make_issue(number=26, title="Sheep")
    edition = make_issue(number=26, language="ja", title="羊", translation_key=issue.translation_key)
    make_entry(make_section(issue), public_id="one", url=PAPER, title="On sheep", label="26.1")
    make_entry(make_section(edition), public_id="ichi", url=PAPER, title="羊について", label="26.1")
    return issue


def _address(client, page):
    html = client.get(page).content.decode()
    return html.partition('property="og:image" content="http://127.0.0.1:8000')[2].partition('"')[0]


PAGES = ["/", "/ja/", "/issues/26/", "/ja/issues/26/", "/entries/one/", "/ja/entries/ichi/", "/papers/2101.00001/"]


@pytest.mark.parametrize("page", PAGES)
def test_the_picture_of_each_page_is_there(client, issue, latin, page):
    response = client.get(_address(client, page))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    with Image.open(io.BytesIO(response.content)) as image:
        assert (image.size, image.format) == ((1200, 630), "PNG")
    assert len(response.content) < 60_000
    # Letters that are missing today may be there tomorrow.
    lasts = "max-age=86400" if "/ja/issues" in page or "/ja/entries" in page else "max-age=31536000, immutable"
    assert lasts in response.headers["Cache-Control"]
    assert not response.cookies


def test_head_and_conditions_are_answered(client, issue):
    address = _address(client, "/issues/26/")
    response = client.get(address)
    head = client.head(address)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", response.headers["ETag"])
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


def test_a_correction_gets_a_new_address_to_which_the_old_one_leads(client, issue):
    old = _address(client, "/issues/26/")
    Issue.objects.filter(pk=issue.pk).update(title="Goats")
    right = f"/issues/26/{_address(client, '/issues/26/').rpartition('/')[2]}"
    assert right != old
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (302, right)
    assert client.get(right).status_code == 200
    assert client.get("/issues/26/card-0000000000000000.png").headers["Location"] == right
    assert client.get("/issues/26/card-nothing.png").status_code == 404
    entry = client.get(f"/entries/ichi/{old.rpartition('/')[2]}")
    assert entry.headers["Location"].startswith("/ja/entries/ichi/card-")


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"status": "approved"}, {"lies": "ahead"}, {"is": "gone"}])
def test_what_is_not_public_has_no_picture(client, issue, hidden):
    addresses = [_address(client, "/issues/26/"), _address(client, "/entries/one/")]
    changes = {
        "status": {"status": hidden.get("status"), "published_at": None, "appeared_at": None},
        "lies": {"published_at": datetime.datetime(2199, 1, 1, tzinfo=datetime.UTC), "appeared_at": None},
        "is": {"status": IssueStatus.WITHDRAWN},
    }
    Issue.objects.filter(pk=issue.pk).update(**changes[next(iter(hidden))])
    status = 410 if "is" in hidden else 404
    assert [client.get(address).status_code for address in addresses] == [status] * 2
    assert not default_storage.exists("cards")


# --- How often it is drawn -------------------------------------------------------------------------------------------


def test_a_picture_is_drawn_once(client, issue, monkeypatch):
    address = _address(client, "/issues/26/")
    first = client.get(address).content
    (name,) = default_storage.listdir("cards")[1]
    monkeypatch.setattr(subprocess, "run", None)
    assert client.get(address).content == first
    with default_storage.open(f"cards/{name}") as file:
        assert file.read() == first


def test_fonts_that_came_later_draw_it_anew(client, issue, tmp_path, settings, latin):
    settings.AKIRA_FONTS = []
    plain = cards_drawing.picture_of(_card())
    settings.AKIRA_FONTS = [str(tmp_path / "fonts")]
    lettered = cards_drawing.picture_of(_card())
    assert plain.digest != lettered.digest
    assert len(default_storage.listdir("cards")[1]) == 2


def test_a_crowd_is_asked_to_come_again(client, issue):
    address = _address(client, "/issues/26/")
    for _ in range(3):
        assert cards_drawing._WAITING.acquire(blocking=False)
    try:
        response = client.get(address)
    finally:
        for _ in range(3):
            cards_drawing._WAITING.release()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get(address).status_code == 200


def test_a_font_that_lies_is_found_out(latin, monkeypatch):
    """The drawing program says which letters it did not find; then all that needs none is drawn."""
    monkeypatch.setattr(fonts.Face, "__contains__", lambda face, letter: True)
    drawn = cards_drawing.picture_of(_card(title="देव"))
    with Image.open(io.BytesIO(drawn.data)) as image:
        assert image.convert("RGB").crop((700, 140, 1136, 500)).getcolors() == [(436 * 360, (255, 255, 255))]


def test_where_nothing_can_be_drawn_it_is_said(client, issue, monkeypatch):
    monkeypatch.setattr(drawing, "to_png", lambda *arguments, **options: None)
    response = client.get(_address(client, "/issues/26/"))
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")


def test_a_full_store_costs_a_drawing_each_time(client, issue, monkeypatch, settings, tmp_path):
    (tmp_path / "uploads").write_text("in the way")
    assert client.get(_address(client, "/issues/26/")).status_code == 200
