"""Figures of imported entries in the store of uploads, each once, under a name made of its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from common.images import ImageRefused, Picture, check
from exchange.parts import Part

FOLDER = "figures"
SUFFIXES = (".png", ".jpg", ".gif", ".webp", ".svg")


@dataclass(frozen=True)
class Kept:
    """A figure in the store, as an entry names it; all empty where there is none."""

    name: str = ""
    width: int | None = None
    height: int | None = None


NOTHING = Kept()


def keep(picture: Picture) -> Kept:
    """Put the picture into the store, unless it is there whole. A file cut short by a crash is written anew."""
    name = f"{FOLDER}/{picture.name}"
    if default_storage.exists(name):
        if default_storage.size(name) == len(picture.data):
            return Kept(name, picture.width, picture.height)
        default_storage.delete(name)
    return Kept(default_storage.save(name, ContentFile(picture.data)), picture.width, picture.height)


def kept_for(part: Part) -> Kept:
    """The figure of an entry: the one that came with the document, else one in the store with the stated checksum."""
    if part.picture:
        return keep(part.picture)
    sha256 = part.values["figure_sha256"]
    return _in_store(sha256) if sha256 else NOTHING


def _in_store(sha256: str) -> Kept:
    for suffix in SUFFIXES:
        name = f"{FOLDER}/{sha256}{suffix}"
        if not default_storage.exists(name):
            continue
        with default_storage.open(name) as opened:
            try:
                picture = check(opened.read())
            except ImageRefused:
                continue
        if picture.sha256 == sha256:
            return Kept(name, picture.width, picture.height)
    return NOTHING
