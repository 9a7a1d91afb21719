"""Figures of imported entries in the store of uploads, each once, under a name made of its bytes."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage

from common.images import KINDS, ImageRefused, check
from common.storing import Stored, store, store_forms
from exchange.parts import Part
from issues.figures import FOLDER, NOTHING

_CHECKSUM = re.compile(r"[0-9a-f]{64}")


def kept_for(part: Part) -> Stored:
    """The figure of an entry: the one that came with the document, else one in the store with the stated checksum.

    Raises CannotStore.
    """
    if part.picture:
        return store(part.picture, FOLDER, for_mails=True)
    sha256 = part.values["figure_sha256"]
    # What a document calls a checksum may be anything, a path that leads outside included.
    return _in_store(sha256) if _CHECKSUM.fullmatch(sha256) else NOTHING


def _in_store(sha256: str) -> Stored:
    for kind in KINDS:
        name = f"{FOLDER}/{sha256}{kind.SUFFIX}"
        if not default_storage.exists(name):
            continue
        with default_storage.open(name) as opened:
            try:
                picture = check(opened.read())
            except ImageRefused:
                continue
        # One from before metadata was taken out is known by the checksum of what it was.
        if sha256 in (picture.sha256, picture.given_sha256):
            return Stored(name, picture.width, picture.height, sha256, store_forms(name, picture))
    return NOTHING
