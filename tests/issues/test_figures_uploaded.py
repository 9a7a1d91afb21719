"""A figure from the desk goes through the one way into the store; where it can't, the editor is told and keeps all."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.common.disks import no_room_for_files_over
from tests.common.pictures import SECRET, jpeg_that_tells, packed, photograph, picture
from tests.factories import make_entry, make_issue, make_section
from tests.issues.desk import errors, opened, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def entry():
    return make_entry(make_section(make_issue(published=False)), title="Before")


def send(client, entry, data, **values):
    address = page(type(entry), "change", entry.pk)
    chosen = SimpleUploadedFile("IMG_2041.HEIC.png", data, "text/html")
    return client.post(address, opened(client, address) | {"figure": chosen, "figure_alt": "What it shows"} | values)


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_figure_is_stored_with_its_forms(editor_client, entry, uploads):
    assert send(editor_client, entry, packed(photograph((820, 300)))).status_code == 302
    entry.refresh_from_db()
    digest = entry.figure_sha256
    assert (entry.figure.name, entry.figure_widths) == (f"figures/{digest}.png", [640, 820])
    assert files(uploads) == [f"{digest}-640.webp", f"{digest}-820.webp", f"{digest}.png"]


def test_a_figure_tells_nothing_of_who_took_it(editor_client, entry, uploads):
    send(editor_client, entry, jpeg_that_tells(turned=6))
    entry.refresh_from_db()
    assert (entry.figure_width, entry.figure_height) == (40, 60)
    data = entry.figure.read()
    entry.figure.close()
    assert SECRET.encode() not in data
    assert Image.open(io.BytesIO(data)).size == (40, 60)


def test_another_figure_takes_the_place(editor_client, entry):
    send(editor_client, entry, packed(photograph((820, 300))))
    send(editor_client, entry, picture("WEBP"))
    entry.refresh_from_db()
    assert (entry.figure.name[-5:], entry.figure_widths, entry.figure_width) == (".webp", [], 7)


def test_the_same_figure_again_is_one(editor_client, entry, uploads):
    data = packed(photograph((820, 300)))
    send(editor_client, entry, data)
    before = files(uploads)
    send(editor_client, entry, data)
    assert files(uploads) == before


def test_on_a_full_disk_nothing_is_saved_and_the_editor_is_told(editor_client, entry, uploads):
    data = packed(photograph((820, 300)))
    with no_room_for_files_over(20_000):
        response = send(editor_client, entry, data, title="After")
    assert response.status_code == 200
    assert any("no room left" in error for error in errors(response))
    assert 'value="After"' in response.content.decode()
    entry.refresh_from_db()
    assert (entry.title, entry.figure.name, entry.figure_sha256) == ("Before", "", "")
    assert files(uploads) == []
    assert send(editor_client, entry, data, title="After").status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.figure_widths) == ("After", [640, 820])


def test_a_figure_that_is_too_large_is_told_of(editor_client, entry, uploads):
    with no_room_for_files_over(20_000):
        response = send(editor_client, entry, picture() + bytes(11 << 20))
    assert any("more than 10 MB" in error for error in errors(response))
    assert files(uploads) == []


def test_a_store_that_cannot_be_written_is_told_of(editor_client, entry, uploads):
    (uploads / "figures").write_text("in the way", encoding="utf-8")
    response = send(editor_client, entry, picture())
    assert any("can't be written" in error for error in errors(response))


def test_nothing_is_stored_while_the_page_has_other_faults(editor_client, entry, uploads):
    response = send(editor_client, entry, picture(), url="not an address at all")
    assert response.status_code == 200
    assert files(uploads) == []


def test_a_new_entry_comes_with_its_figure(editor_client, entry):
    address = page(type(entry), "add")
    new = {"section": entry.section_id, "title": "New", "figure_alt": "What it shows"}
    new["figure"] = SimpleUploadedFile("a.gif", picture("GIF"))
    assert editor_client.post(address, opened(editor_client, address) | new).status_code == 302
    made = type(entry).objects.get(title="New")
    assert (made.figure_width, made.figure.name) == (7, f"figures/{made.figure_sha256}.gif")
