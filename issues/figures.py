"""Figures that editors upload: checked by their bytes, named by their digest, measured for a steady page."""

import hashlib
import warnings
from dataclasses import dataclass

from django.core.files.base import ContentFile
from PIL import Image

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


class FigureRefused(ValueError):
    """The upload is no picture that pages can show; the text says why."""


@dataclass(frozen=True)
class Figure:
    """A picture that passed the check, under a name that says nothing of its uploader."""

    file: ContentFile
    sha256: str
    width: int
    height: int


def take_in_figure(upload) -> Figure:
    """Check an uploaded picture; FigureRefused where it is too large, damaged or of another kind."""
    if upload.size > LARGEST_BYTES:
        raise FigureRefused(
            f"The picture has {upload.size / 1_000_000:.0f} MB; up to 10 MB are taken. Make it smaller."
        )
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    kind, (width, height) = _look(upload)
    digest = hashlib.sha256(data).hexdigest()
    return Figure(ContentFile(data, name=f"{digest[:32]}.{SUFFIXES[kind]}"), digest, width, height)


def _look(upload):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=list(SUFFIXES)) as picture:
                kind, size = picture.format, picture.size
                if size[0] * size[1] > LARGEST_PIXELS:
                    raise FigureRefused("The picture has too many pixels; up to 50 million are taken. Make it smaller.")
                picture.load()
    except FigureRefused:
        raise
    # Pillow answers damaged bytes with many kinds of error; all mean the same to an editor.
    except Exception as error:
        raise FigureRefused("This is no picture that can be shown. Save it as PNG, JPEG, WebP or GIF.") from error
    return kind, size
