"""Uploads are kept in memory, within bounds."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from common.uploading import MOST_KEPT
from tests.common.disks import no_room_for_files_over


def received(*sizes):
    files = {f"file{number}": SimpleUploadedFile("a.bin", b"x" * size) for number, size in enumerate(sizes)}
    return RequestFactory().post("/", files | {"said": "words"})


@pytest.mark.parametrize("size", [0, 1, 200_000, 3_000_000])
def test_a_file_comes_whole_and_needs_no_disk(size):
    request = received(size)
    with no_room_for_files_over(10_000):
        found = request.FILES["file0"]
    assert (found.name, found.size, found.read()) == ("a.bin", size, b"x" * size)
    assert request.POST["said"] == "words"


def test_of_a_file_that_is_too_large_only_as_much_is_kept_as_tells_so():
    found = received(MOST_KEPT + 300_000).FILES["file0"]
    assert (found.size, len(found.read())) == (MOST_KEPT, MOST_KEPT)


def test_several_files_come_apart():
    request = received(3, 70_000)
    assert [request.FILES[name].size for name in ("file0", "file1")] == [3, 70_000]
