"""The verbs that give an entry its figure: a picture that somebody has, or one of the page that the entry links to."""

import re

from django.core.files.storage import default_storage
from django.db import transaction

from common import images, storing
from common.failures import FetchFailed
from common.fetching_images import fetch_image
from papers.models import Fetch
from papers.records import PageImage

from . import figures
from .models import Entry
from .refusals import ComposingError, Gone, in_words

_OURS = re.compile(rf"{figures.FOLDER}/[0-9a-f]{{64}}\.[a-z]{{3,4}}")
_COLUMNS = ("figure", "figure_name", "figure_sha256", "figure_width", "figure_height", "figure_widths")
_WORDS = ("figure_alt", "figure_credit", "figure_source_url", "figure_license")


class FigureRefused(ComposingError):
    """The picture can't be had or can't be used."""


class OtherFigure(ComposingError):
    """Somebody else gave the entry another figure meanwhile; both are in the store, and `stored` is the new one."""

    def __init__(self, entry: Entry, stored: storing.Stored):
        super().__init__("Somebody else changed the figure after you opened the entry. Look at both, and choose.")
        self.entry, self.stored = entry, stored


def keep_picture(data: bytes) -> storing.Stored:
    """Put a picture into the store, for an entry to show. Raises FigureRefused where it can't be shown or stored."""
    try:
        return storing.store(images.check(data), figures.FOLDER, for_mails=True)
    except images.ImageRefused as refusal:
        raise FigureRefused(f"This figure can't be taken: {refusal}") from refusal
    except storing.CannotStore as refusal:
        raise FigureRefused(str(refusal)) from refusal


def kept_picture(name: str) -> storing.Stored:
    """A picture that was put into the store before, by its name. Raises FigureRefused where it is not there."""
    if not _OURS.fullmatch(name) or not default_storage.exists(name):
        raise FigureRefused("This picture is no longer here. Choose it anew.")
    with default_storage.open(name) as opened:
        return keep_picture(opened.read())


def page_images(fetch: Fetch | None) -> list[PageImage]:
    """The pictures of the page that a fetch has read: that which it shows of itself, then those in its text."""
    record = fetch.record if fetch else None
    if not record:
        return []
    found = [record.image, *record.images] if record.image else [*record.images]
    return list({image.url: image for image in reversed(found)}.values())[::-1]


def take_from_page(fetch: Fetch | None, url: str) -> tuple[storing.Stored, PageImage]:
    """Fetch a picture of the page and put it into the store; that of its link card is there already.

    Raises FigureRefused where the page has no such picture, or it can't be had. Takes as long as the site takes.
    """
    image = next((image for image in page_images(fetch) if image.url == url), None)
    if image is None:
        raise FigureRefused("The page no longer shows this picture. Choose another one.")
    if fetch.image and fetch.written.get("image") == url and default_storage.exists(fetch.image.name):
        with fetch.image.open() as opened:
            return keep_picture(opened.read()), image
    try:
        return storing.store(fetch_image(url), figures.FOLDER, for_mails=True), image
    except (images.ImageRefused, storing.CannotStore, FetchFailed) as refusal:
        raise FigureRefused(str(refusal)) from refusal


@transaction.atomic
def illustrate(entry: Entry, stored: storing.Stored, *, base: str | None = None, **words: str) -> Entry:
    """Give an entry a figure that is in the store, or none (`figures.NOTHING`); `words` are its description and so on.

    What was said of another picture goes with it. `base` is the name of the figure that the editor saw: where there
    is another one by now, OtherFigure is raised. Raises Gone where the entry was removed.
    """
    row = Entry.objects.select_for_update(no_key=True).filter(pk=entry.pk).first()
    if row is None:
        raise Gone(f"{in_words(entry)} was removed by somebody else.")
    if base is not None and row.figure.name not in (base, stored.name):
        raise OtherFigure(row, stored)
    is_same = row.figure.name == stored.name
    row.figure, row.figure_name, row.figure_sha256 = stored.name, "", stored.sha256
    row.figure_width, row.figure_height, row.figure_widths = stored.width, stored.height, list(stored.widths)
    for name in () if is_same else _WORDS:
        setattr(row, name, words.get(name.removeprefix("figure_"), ""))
    row.save(update_fields=[*_COLUMNS, *_WORDS])
    return row
