"""A picture is in the store whole with its forms, or not at all."""

import errno
import os
import subprocess
import sys
import threading

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from common import storing
from common.images import check, take_in
from common.storing import CannotStore, NoRoom, form_name, remove, store, store_forms
from tests.conftest import CHECKOUT

from .disks import no_room_for_files_over
from .pictures import packed, photograph, picture, svg


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture(scope="module")
def photo():
    return check(packed(photograph((820, 300))))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_picture_is_stored_with_its_forms(photo, uploads):
    stored = store(photo, "figures")
    assert (stored.name, stored.sha256) == (f"figures/{photo.sha256}.png", photo.sha256)
    assert (stored.width, stored.height, stored.widths) == (820, 300, (640, 820))
    names = [f"figures/{photo.sha256}{end}" for end in ("-640.webp", "-820.webp", ".png")]
    assert files(uploads) == names
    assert (uploads / stored.name).read_bytes() == photo.data
    assert take_in(uploads / form_name(stored.name, 640)).width == 640
    assert {(uploads / name).stat().st_mode & 0o777 for name in names} == {0o644}


def test_a_drawing_is_stored_alone(uploads):
    stored = store(check(svg()), "cards")
    assert (stored.widths, files(uploads)) == ((), [stored.name])


def test_storing_again_writes_nothing(photo, uploads, monkeypatch):
    first = store(photo, "figures")
    monkeypatch.setattr(storing, "_write", lambda *_: pytest.fail("It was written."))
    assert store(photo, "figures") == first


def test_a_file_that_was_cut_short_is_written_anew(photo, uploads):
    stored = store(photo, "figures")
    (uploads / stored.name).write_bytes(photo.data[:100])
    store(photo, "figures")
    assert (uploads / stored.name).read_bytes() == photo.data


def test_a_form_that_is_missing_is_made_again(photo, uploads):
    stored = store(photo, "figures")
    (uploads / form_name(stored.name, 640)).unlink()
    assert store(photo, "figures") == stored
    assert default_storage.exists(form_name(stored.name, 640))


def test_forms_are_made_anew_when_asked(photo, uploads):
    stored = store(photo, "figures")
    broken = bytes((uploads / form_name(stored.name, 640)).stat().st_size)
    (uploads / form_name(stored.name, 640)).write_bytes(broken)
    assert store_forms(stored.name, photo) == (640, 820)
    assert (uploads / form_name(stored.name, 640)).read_bytes() == broken
    assert store_forms(stored.name, photo, again=True) == (640, 820)
    assert take_in(uploads / form_name(stored.name, 640)).width == 640


def test_what_is_removed_goes_with_its_forms(photo, uploads):
    stored = store(photo, "figures")
    other = store(check(picture()), "figures")
    remove(stored.name, stored.widths)
    remove(stored.name, stored.widths)
    assert other.name in files(uploads)
    assert not [name for name in files(uploads) if photo.sha256 in name]


def test_two_may_store_the_same_at_once(photo, uploads):
    found = []
    threads = [threading.Thread(target=lambda: found.append(store(photo, "figures"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(files(uploads)) == 3
    assert (uploads / found[0].name).read_bytes() == photo.data


# --- No room -------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_named_and_leaves_nothing_half_written(photo, uploads):
    with no_room_for_files_over(10_000), pytest.raises(NoRoom, match="no room left"):
        store(photo, "figures")
    assert files(uploads) == []


def test_the_picture_comes_after_its_forms(photo, uploads):
    with no_room_for_files_over(len(photo.data) - 1), pytest.raises(NoRoom):
        store(photo, "figures")
    assert files(uploads) == [form_name(f"figures/{photo.name}", width) for width in (640, 820)]
    assert store(photo, "figures").widths == (640, 820)


# Run where this process may mount a disk of its own, which nobody else sees.
ON_A_FULL_DISK = """
import sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from common.images import take_in
from common.storing import NoRoom, store
settings.MEDIA_ROOT = sys.argv[2]
picture = take_in(Path(sys.argv[1]))
try:
    store(picture, "figures")
except NoRoom as error:
    print("NoRoom", error.__cause__.errno, sorted(path.name for path in Path(sys.argv[2]).rglob("*.*")))
"""


def test_a_disk_that_is_really_full(photo, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "photo.png").write_bytes(photo.data)
    mounted = f"mount -t tmpfs -o size=24k none {disk} && exec "
    if subprocess.run(["unshare", "-rm", "sh", "-c", f"{mounted} true"], capture_output=True).returncode:
        pytest.skip("No disk can be mounted here, not even in a namespace of its own.")
    script = f'{mounted} "$@"'
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path / "photo.png"), str(disk)]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *command],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        timeout=60,
    )
    assert done.stdout.splitlines()[-1:] == [f"NoRoom {errno.ENOSPC} []"], done.stderr


def test_a_folder_that_cannot_be_written_is_named(photo, uploads):
    uploads.write_text("in the way", encoding="utf-8")
    with pytest.raises(CannotStore, match="can't be written"):
        store(photo, "figures")


def test_an_end_in_the_middle_leaves_nothing(photo, uploads, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storing.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store(photo, "figures")
    assert files(uploads) == []


# --- Stores elsewhere ----------------------------------------------------------------------------------------------


class FarStorage(InMemoryStorage):
    """A store that is no disk of ours."""


class BrokenStorage(InMemoryStorage):
    """A store that raises what only its own library knows."""

    class ClientError(Exception):
        pass

    def _save(self, name, content):
        raise self.ClientError("SlowDown")


class RivalStorage(InMemoryStorage):
    """A store into which somebody else puts the same file a moment before us."""

    def save(self, name, content, max_length=None):
        super().save(name, content, max_length)
        return super().save(name, content, max_length)


def use(settings, storage):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.{storage.__name__}"}}


def far_files():
    return sorted(default_storage.listdir("figures")[1])


def test_any_store_does(photo, settings):
    use(settings, FarStorage)
    stored = store(photo, "figures")
    assert store(photo, "figures") == stored
    assert far_files() == [f"{photo.sha256}{end}" for end in ("-640.webp", "-820.webp", ".png")]
    with default_storage.open(stored.name) as opened:
        assert opened.read() == photo.data


def test_a_file_cut_short_is_replaced_in_any_store(photo, settings):
    use(settings, FarStorage)
    stored = store(photo, "figures")
    with default_storage.open(stored.name, "wb") as opened:
        opened.write(b"short")
    store(photo, "figures")
    assert default_storage.size(stored.name) == len(photo.data)


def test_what_a_store_elsewhere_raises_is_named(photo, settings, caplog):
    use(settings, BrokenStorage)
    with pytest.raises(CannotStore, match="did not take the picture"):
        store(photo, "figures")
    assert "SlowDown" in caplog.text


def test_a_rival_in_a_store_elsewhere_leaves_no_double(photo, settings):
    use(settings, RivalStorage)
    assert store(photo, "figures").name == f"figures/{photo.name}"
    assert len(far_files()) == 3


# --- For mails -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    return check(packed(photograph((1300, 100)), "JPEG"))


def test_a_figure_has_its_form_for_mails_beside_it(large, uploads):
    stored = store(large, "figures", for_mails=True)
    (name,) = [name for name in files(uploads) if "-mail" in name]
    assert name == f"figures/{large.sha256}-mail.jpg"
    assert storing.first_there(storing.mail_form_names(stored.name, 1300)) == name
    assert take_in(uploads / name).width == 1112


def test_other_pictures_have_no_form_for_mails(large, uploads):
    store(large, "cards")
    assert not [name for name in files(uploads) if "-mail" in name]


def test_the_form_for_mails_is_made_once_and_anew_when_asked(large, uploads, monkeypatch):
    name = store(large, "figures", for_mails=True).name
    monkeypatch.setattr(storing.scaling, "mail_form", lambda _: (".jpg", b"anew"))
    made = storing.store_mail_form(name, large)
    assert (uploads / made).read_bytes() != b"anew"
    storing.store_mail_form(name, large, again=True)
    assert (uploads / made).read_bytes() == b"anew"


def test_the_form_for_mails_goes_with_its_picture(large, uploads):
    stored = store(large, "figures", for_mails=True)
    remove(stored.name, stored.widths)
    assert files(uploads) == []
