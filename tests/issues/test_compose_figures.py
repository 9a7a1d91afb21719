"""The figure of an entry in the composer: uploaded, chosen from its page, replaced, taken away; by two at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.images import LARGEST_BYTES, check
from common.storing import store
from issues.models import Entry
from papers.models import Fetch
from tests.common.pictures import drawing, packed, picture, svg
from tests.factories import make_entry, make_issue, make_section
from tests.issues.composer import Composer, form_values, key, soup
from tests.servers import Reply, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def composer(editor_client):
    return Composer(editor_client, make_issue(published=False))


@pytest.fixture
def entry(composer):
    return make_entry(make_section(composer.issue), title="Old")


def upload(data=None, name="from home.png"):
    return SimpleUploadedFile(name, data or picture(), "image/png")


def give(composer, entry, **values):
    return composer.ask("figure", **{"row": key(entry), "seen-figure": entry.figure.name} | values)


def stored(entry):
    return Entry.objects.get(pk=entry.pk)


@pytest.mark.parametrize(
    "data",
    [picture(), picture("JPEG"), picture("WEBP"), picture("GIF"), svg("<path/>")],
    ids=["png", "jpeg", "webp", "gif", "svg"],
)
def test_an_upload_becomes_the_figure_and_its_description_is_demanded(composer, entry, uploads, data):
    shown = soup(give(composer, entry, **{"new-figure": upload(data)}))
    entry = stored(entry)
    assert (uploads / entry.figure.name).exists()
    assert "home" not in entry.figure.name
    assert entry.figure_width
    assert shown.select_one("img")["src"] == entry.figure.url
    assert "Needed" in shown.get_text()
    assert "Figure not described" in composer.page().content.decode()
    composer.save(entry, "figure_alt", "A red field", base="")
    assert "Needed" not in composer.page(open=key(entry)).content.decode()


def test_what_else_was_typed_is_saved_with_it(composer, entry):
    values = composer.filled(entry) | {"title": "New", "new-figure": upload()}
    response = composer.post("figure", **values)
    assert response["Location"].endswith(f"#entry-{entry.pk}")
    assert stored(entry).title == "New"
    assert stored(entry).figure


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose a picture first"),
        ({"new-figure": b"<html>"}, "can't be taken"),
        ({"new-figure": b"\x89PNG\r\n\x1a\n" + bytes(100)}, "can't be taken"),
        ({"new-figure": bytes(LARGEST_BYTES + 1)}, "10 MB"),
    ],
    ids=["nothing", "a page", "damaged", "too large"],
)
def test_what_is_no_picture_is_told_and_the_figure_stays(composer, entry, files, words):
    give(composer, entry, **{"new-figure": upload()})
    before = Entry.objects.values().get()
    sent = {name: upload(data) for name, data in files.items()}
    shown = soup(give(composer, stored(entry), **sent))
    assert words in shown.find(role="alert").get_text()
    page = composer.post("figure", **composer.filled(entry) | {name: upload(data) for name, data in files.items()})
    assert words in soup(page).get_text()
    assert Entry.objects.values().get() == before


def test_a_store_that_is_full_is_told_and_no_row_points_to_nothing(composer, entry, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.MEDIA_ROOT = str(blocked)
    shown = soup(give(composer, entry, **{"new-figure": upload()}))
    assert "Uploads can't be written" in shown.find(role="alert").get_text()
    assert not stored(entry).figure


def test_another_picture_needs_its_own_words(composer, entry):
    give(composer, entry, **{"new-figure": upload()})
    Entry.objects.update(figure_alt="A red field", figure_credit="Ours", figure_license="CC-BY-4.0")
    give(composer, stored(entry), **{"new-figure": upload()})
    assert stored(entry).figure_alt == "A red field"
    give(composer, stored(entry), **{"new-figure": upload(packed(drawing()))})
    entry = stored(entry)
    assert (entry.figure_alt, entry.figure_credit, entry.figure_license) == ("", "", "")


def test_a_figure_is_taken_away(composer, entry):
    give(composer, entry, **{"new-figure": upload()})
    Entry.objects.update(figure_alt="A red field")
    shown = soup(give(composer, stored(entry), **{"remove-figure": "1"}))
    entry = stored(entry)
    assert (entry.figure.name, entry.figure_alt, entry.figure_width) == ("", "", None)
    assert "drop it here" in shown.get_text()


def test_two_who_give_another_figure_at_once_see_both(composer, entry):
    theirs = store(check(packed(drawing())), "figures")
    Entry.objects.update(figure=theirs.name, figure_alt="Theirs")
    response = give(composer, entry, **{"new-figure": upload()})
    shown = soup(response)
    assert "Look at both" in shown.find(role="alert").get_text()
    assert stored(entry).figure.name == theirs.name
    mine = shown.find("button", attrs={"name": "kept-figure"})["value"]
    values = {"row": key(entry), "kept-figure": mine}
    page = composer.post("figure", **composer.filled(entry) | {"seen-figure": "", "new-figure": upload()})
    assert soup(page).find("button", attrs={"name": "kept-figure"})["value"] == mine
    composer.ask("figure", **values)
    assert (stored(entry).figure.name, stored(entry).figure_alt) == (mine, "")


@pytest.mark.parametrize(
    "name", ["figures/../secret_key", "cards/" + "0" * 64 + ".png", "figures/" + "0" * 64 + ".png", "/etc/passwd"]
)
def test_only_pictures_of_the_store_can_be_put_back(composer, entry, name):
    assert "no longer here" in soup(give(composer, entry, **{"kept-figure": name})).get_text()


def test_the_figure_of_a_removed_entry_is_told(composer, entry):
    entry.delete()
    entry.pk = 99
    assert "removed this" in soup(give(composer, entry, **{"new-figure": upload()})).get_text()


# --- Pictures of the page --------------------------------------------------------------------------------------------


def said(entry, *images, card=None):
    values = {
        "identity": "url:x",
        "url": entry.url,
        "title": "A page",
        "images": [{"url": url, "alt": alt} for url, alt in images],
    }
    values |= {"image": {"url": card, "alt": "The card"}} if card else {}
    return Fetch.objects.create(work=entry.work, said=values)


def test_pictures_of_the_page_are_offered_and_none_is_fetched_by_the_browser(composer, entry):
    kept = store(check(packed(drawing())), "cards")
    fetch = said(entry, ("https://example.org/a.png", "A chart"), card="https://example.org/card.png")
    Fetch.objects.filter(pk=fetch.pk).update(image=kept.name, written={"image": "https://example.org/card.png"})
    page = composer.soup(open=key(entry))
    assert [button["value"] for button in page.select(".pictures button")] == [
        "https://example.org/card.png",
        "https://example.org/a.png",
    ]
    assert [image["src"] for image in page.select(".pictures img")] == [f"/uploads/{kept.name}"]
    assert not [image for image in page.select("img") if "example.org" in image["src"]]


def test_the_picture_of_the_card_is_taken_without_asking_the_site(composer, entry):
    kept = store(check(packed(drawing())), "cards")
    fetch = said(entry, card="https://example.org/card.png")
    Fetch.objects.filter(pk=fetch.pk).update(image=kept.name, written={"image": "https://example.org/card.png"})
    give(composer, entry, choose="https://example.org/card.png")
    entry = stored(entry)
    assert entry.figure.name == kept.name.replace("cards/", "figures/")
    assert (entry.figure_alt, entry.figure_source_url) == ("The card", entry.url)


@pytest.fixture
def site(settings):
    pages = {"/a.png": Reply(packed(drawing()), media_type="image/png"), "/page": Reply("<html>")}
    with serving(lambda asked: pages.get(asked.path, Reply(status=404))) as server:
        settings.AKIRA_FETCH_ALLOW = [server.host_port]
        yield server


def test_a_picture_of_the_text_is_fetched_when_it_is_chosen(composer, entry, site):
    said(entry, (f"{site.base}/a.png", "A chart"))
    composer.page(open=key(entry))
    assert site.requests == []
    give(composer, entry, choose=f"{site.base}/a.png")
    entry = stored(entry)
    assert entry.figure.name.startswith("figures/")
    assert (entry.figure_alt, entry.figure_source_url) == ("A chart", entry.url)


@pytest.mark.parametrize("path", ["/missing.png", "/page"])
def test_a_picture_that_cannot_be_had_is_told(composer, entry, site, path):
    said(entry, (f"{site.base}{path}", ""))
    assert soup(give(composer, entry, choose=f"{site.base}{path}")).find(role="alert").get_text(strip=True)
    assert not stored(entry).figure


def test_only_pictures_of_the_page_are_fetched(composer, entry, site):
    said(entry)
    assert "no longer shows this picture" in soup(give(composer, entry, choose=f"{site.base}/a.png")).get_text()
    assert site.requests == []


def test_without_the_script_a_picture_is_chosen_by_a_button_of_the_form(composer, entry, site):
    said(entry, (f"{site.base}/a.png", "A chart"))
    page = composer.soup(open=key(entry))
    chosen = page.select_one(".pictures button")
    assert chosen["formaction"] == composer.address + "figure/"
    composer.post("figure", **form_values(page.find(id=f"f-entry-{entry.pk}")), choose=chosen["value"])
    assert stored(entry).figure_alt == "A chart"
