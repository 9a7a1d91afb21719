"""The one way of a picture into the store of uploads: each once, whole or not at all, with its scaled forms."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from common import scaling
from common.images import Picture

logger = logging.getLogger(__name__)

# The disk, the quota of the user, or the largest file that the process may write.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_ROOM = (
    "There is no room left where uploads are kept, so the picture was not saved. Try again when whoever runs this site "
    "has made room."
)
_NOT_WRITTEN = "Uploads can't be written ({}), so the picture was not saved. Whoever runs this site has to mend that."
_NOT_TAKEN = "The store of uploads did not take the picture, so it was not saved. Try again in a while."


class CannotStore(Exception):
    """The picture is not in the store; the text says why, and what helps, to an editor."""


class NoRoom(CannotStore):
    """The disk is full."""


@dataclass(frozen=True)
class Stored:
    """A picture in the store, as a row names it; `widths` are those of its scaled forms."""

    name: str
    width: int | None
    height: int | None
    sha256: str
    widths: tuple[int, ...] = ()


def store(picture: Picture, folder: str, *, for_mails: bool = False) -> Stored:
    """Put a picture into a folder of the store with its forms, unless they are there; with that for mails if asked.

    The picture comes last: where it is, its forms are, and a row that is saved after it points to no missing file.
    Raises CannotStore, NoRoom where the disk is full; then what is there of it does no harm and is used next time.
    """
    name = f"{folder}/{picture.name}"
    widths = store_forms(name, picture)
    if for_mails:
        store_mail_form(name, picture)
    _put(name, picture.data)
    return Stored(name, picture.width, picture.height, picture.sha256, widths)


def store_forms(name: str, picture: Picture, *, again: bool = False) -> tuple[int, ...]:
    """Put the scaled forms beside the picture of that name, `again` even where they are there; their widths."""
    wanted = scaling.widths_for(picture)
    with _errors_named(name, is_elsewhere=_place_on_disk(name) is None):
        there = [] if again else [width for width in wanted if default_storage.exists(form_name(name, width))]
    made = []
    for width, data in scaling.forms(picture, [width for width in wanted if width not in there]):
        _put(form_name(name, width), data, again=again)
        made.append(width)
    return tuple(sorted([*there, *made]))


def form_name(name: str, width: int) -> str:
    """The name of a scaled form, which follows from that of the picture: `figures/<digest>-640.webp`."""
    return str(PurePosixPath(name).with_suffix("")) + f"-{width}.webp"


def store_mail_form(name: str, picture: Picture, *, again: bool = False) -> str:
    """Put the form for mails beside the picture of that name; the name of it, empty where the picture has none."""
    names = mail_form_names(name, picture.width)
    there = None if again else first_there(names)
    made = None if there or not names else scaling.mail_form(picture)
    if not made:
        return there or ""
    suffix, data = made
    made_name = _mail_form_name(name, suffix)
    _put(made_name, data, again=again)
    return made_name


def mail_form_names(name: str, width: int) -> tuple[str, ...]:
    """The names that the form for mails may have; none where a picture of such a name and width needs no form."""
    suffixes = scaling.mail_suffixes(PurePosixPath(name).suffix, width)
    return tuple(_mail_form_name(name, suffix) for suffix in suffixes)


def _mail_form_name(name: str, suffix: str) -> str:
    return str(PurePosixPath(name).with_suffix("")) + f"-mail{suffix}"


def first_there(names: Collection[str]) -> str | None:
    """The first of these names under which the store has something. Raises CannotStore where it can't be asked."""
    with _errors_named(next(iter(names), ""), is_elsewhere=not isinstance(default_storage, FileSystemStorage)):
        return next(filter(default_storage.exists, names), None)


def keep(name: str, data: bytes) -> None:
    """Put what can be made again at any time into the store. Raises CannotStore."""
    _put(name, data)


def kept(name: str) -> bytes | None:
    """What the store has under a name; None where it has nothing, or does not say."""
    try:
        with default_storage.open(name) as file:
            return file.read() or None
    except FileNotFoundError:
        return None
    # Stores elsewhere raise errors of their own libraries, which we do not know here.
    except Exception:
        logger.info("The store does not give %s", name, exc_info=True)
        return None


def remove(name: str, widths: Collection[int]) -> None:
    """Take a picture to which no row points any more out of the store, with its forms; nothing where it is gone."""
    forms = (form_name(name, width) for width in widths)
    for each in (name, *forms, *mail_form_names(name, scaling.MAIL_WIDTH + 1)):
        default_storage.delete(each)


def _put(name: str, data: bytes, *, again: bool = False) -> None:
    """Have exactly these bytes in the store under exactly this name; a file cut short in a copy is written anew."""
    path = _place_on_disk(name)
    with _errors_named(name, is_elsewhere=path is None):
        is_there = default_storage.exists(name)
        if is_there and not again and default_storage.size(name) == len(data):
            return
        if path:
            _write(path, data)
        else:
            _hand_over(name, data, is_there)


def _place_on_disk(name: str) -> Path | None:
    return Path(default_storage.path(name)) if isinstance(default_storage, FileSystemStorage) else None


def _hand_over(name: str, data: bytes, is_there: bool) -> None:
    """To a store elsewhere, which takes a file whole or not at all."""
    if is_there:
        default_storage.delete(name)
    saved = default_storage.save(name, ContentFile(data))
    if saved != name:
        # Somebody else stored the same picture at this very moment.
        default_storage.delete(saved)


def _write(path: Path, data: bytes) -> None:
    """To the disk: under another name first, so that the name stands for the whole file or nothing."""
    os.makedirs(path.parent, mode=default_storage.directory_permissions_mode or 0o777, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with open(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, default_storage.file_permissions_mode or 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Have the disk remember what the folder holds, as it does the files themselves."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _errors_named(name: str, *, is_elsewhere: bool) -> Iterator[None]:
    """What a store raises becomes CannotStore; the log has the rest."""
    try:
        yield
    except OSError as error:
        logger.error("Cannot store the upload %s: %s", name, error)
        if error.errno in _FULL:
            raise NoRoom(_NO_ROOM) from error
        raise CannotStore(_NOT_WRITTEN.format(error.strerror or error)) from error
    except Exception as error:
        # Stores elsewhere raise errors of their own libraries, which we do not know here.
        if not is_elsewhere:
            raise
        logger.exception("Cannot store the upload %s", name)
        raise CannotStore(_NOT_TAKEN) from error
