"""Figures of entries: what a page shows of them, and the verb that gives older ones their scaled forms."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage

from common.image_kinds import jpeg, png, svg, webp
from common.images import LARGEST_BYTES, ImageRefused, Picture, check
from common.scaling import WIDTHS
from common.storing import Stored, first_there, form_name, mail_form_names, store_forms, store_mail_form

from .models import Entry
from .site import Site

FOLDER = "figures"
# In pixels; a mail is 620 wide, with a margin, and there is a line around the figure.
WIDTH_IN_MAIL = 554
NOTHING = Stored("", None, None, "")
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)")


@dataclass(frozen=True)
class Figure:
    path: str
    width: int | None
    height: int | None
    alt: str
    credit: str
    source_url: str
    licence: str
    licence_url: str
    # Scaled forms for `srcset`, empty where there are none.
    forms: str = ""
    lazy: bool = True


# --- What a page shows ---------------------------------------------------------------------------------------------


def licence_url(licence: str) -> str:
    """Where a Creative Commons licence is explained; empty for any other SPDX id."""
    if licence == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    match = _CREATIVE_COMMONS.fullmatch(licence)
    return f"https://creativecommons.org/licenses/{match[1].lower()}/{match[2]}/" if match else ""


def figure_parts(site: Site, entry: Entry, *, lazy: bool) -> Figure | None:
    """The figure as shown; none where only its name is known."""
    if not entry.figure:
        return None
    return Figure(
        path=site.file_path(entry.figure),
        width=entry.figure_width,
        height=entry.figure_height,
        alt=entry.figure_alt,
        credit=entry.figure_credit,
        source_url=entry.figure_source_url,
        licence=entry.figure_license,
        licence_url=licence_url(entry.figure_license),
        forms=figure_forms(site, entry),
        lazy=lazy,
    )


def figure_forms(site: Site, entry: Entry) -> str:
    """The scaled forms of a figure with their widths, for a page; feeds and mails show the original alone."""
    if site.base or not entry.figure_widths:
        return ""
    figure = entry.figure
    forms = [(figure.storage.url(form_name(figure.name, width)), width) for width in entry.figure_widths]
    # A WebP has no form of its own width, since it is one.
    if figure.name.endswith(webp.SUFFIX) and entry.figure_width and entry.figure_width <= WIDTHS[-1]:
        forms.append((figure.url, entry.figure_width))
    return ", ".join(f"{path} {width}w" for path, width in forms)


# --- What a mail shows ----------------------------------------------------------------------------------------------


def mail_figure(site: Site, entry: Entry) -> Figure | None:
    """The figure as a mail shows it: in a form that all programs show, as wide as a mail is at most.

    Without a path where there is no such form, and its description stands there. Asks the store for forms.
    """
    figure = figure_parts(site, entry, lazy=False)
    if figure is None:
        return None
    path = _mail_path(site, entry) if figure.width and figure.height else ""
    width = min(figure.width or 0, WIDTH_IN_MAIL)
    height = max(1, round(width * figure.height / figure.width)) if path else None
    return replace(figure, path=path, width=width, height=height, forms="")


def _mail_path(site: Site, entry: Entry) -> str:
    name = entry.figure.name
    names = mail_form_names(name, entry.figure_width)
    found = _there(names) if names else name
    # A picture that is merely large is shown as it is where nobody has made its form yet.
    if not found and name.endswith((png.SUFFIX, jpeg.SUFFIX)):
        found = name
    return site.address_of(default_storage.url(found)) if found else ""


def _there(names: Collection[str]) -> str | None:
    """The first that is in the store. What is there once stays, so that a store elsewhere is asked once for each."""
    if isinstance(default_storage, FileSystemStorage):
        return first_there(names)
    known = cache.get_many([f"form:{name}" for name in names])
    found = next((name for name in names if f"form:{name}" in known), None) or first_there(names)
    if found and not known:
        cache.set(f"form:{found}", True, timeout=None)
    return found


# --- Older figures -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scaled:
    """What became of a figure: the widths of its forms, or the reason why it has none."""

    name: str
    widths: tuple[int, ...] = ()
    refused: str = ""
    has_metadata: bool = False


def scale_figures(*, again: bool = False) -> Iterator[Scaled]:
    """Make the forms that figures of entries lack, of each figure once; `again` makes those anew that are there.

    Each figure is done with when it is told of, so that this may be stopped anywhere and repeated. Raises CannotStore.
    """
    entries = Entry.objects.exclude(figure="").order_by("figure")
    last = ""
    for name, width, widths in entries.values_list("figure", "figure_width", "figure_widths").iterator():
        if name != last and (again or widths is None or _lacks_mail_form(name, width)):
            last = name
            yield _scale(name, again)


def _lacks_mail_form(name: str, width: int | None) -> bool:
    names = mail_form_names(name, width or 0)
    return bool(names) and first_there(names) is None


def _scale(name: str, again: bool) -> Scaled:
    try:
        picture, data = _picture(name)
    except ImageRefused as refusal:
        return Scaled(name, refused=str(refusal))
    widths = store_forms(name, picture, again=again)
    store_mail_form(name, picture, again=again)
    values = {"figure_widths": list(widths), "figure_width": picture.width, "figure_height": picture.height}
    Entry.objects.filter(figure=name).update(**values)
    # A drawing is written anew in any case, so that its bytes tell nothing.
    return Scaled(name, widths, has_metadata=picture.data != data and picture.suffix != svg.SUFFIX)


def _picture(name: str) -> tuple[Picture, bytes]:
    try:
        with default_storage.open(name) as opened:
            data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImageRefused(f"it can't be read ({error.strerror or error}).") from error
    return check(data), data
