"""What an interface or a page says of a work: one shape for all of them, and its form in JSON."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PageImage:
    """A picture that a page shows of itself or holds: where it is, and what the page says it shows."""

    url: str
    alt: str = ""


@dataclass(frozen=True)
class Record:
    """What was read about one work. Texts are plain: one line (an abstract may have paragraphs), no HTML, no control
    characters; maths stays as `$…$`. Empty means that nothing is said, never that there is nothing.

    `identity` is the work's own (`arxiv:2103.03230`), which need not be that of the address asked; `url` is where the
    work lives, as a canonical address. `names` are identities of a paper that a page claims to be.
    """

    identity: str
    url: str
    kind: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    doi: str = ""
    venue: str = ""
    published_on: datetime.date | None = None
    updated_on: datetime.date | None = None
    versions: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str = ""
    withdrawn: bool = False
    # The link card: what the page says of itself.
    description: str = ""
    site_name: str = ""
    language: str = ""
    image: PageImage | None = None
    images: tuple[PageImage, ...] = ()
    names: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Its fields that say something, as values of JSON."""
        said = {name: value for name, value in dataclasses.asdict(self).items() if value not in ("", (), None, False)}
        return said | {name: value.isoformat() for name, value in said.items() if isinstance(value, datetime.date)}


def from_json(stored: dict[str, Any]) -> Record:
    """The record that `as_json` wrote. Fields it does not know, written by a later version, are passed over."""
    known = {field.name for field in dataclasses.fields(Record)}
    values = {name: value for name, value in stored.items() if name in known}
    for name in ("authors", "versions", "categories", "names"):
        values[name] = tuple(values.get(name, ()))
    for name in ("published_on", "updated_on"):
        if name in values:
            values[name] = datetime.date.fromisoformat(values[name])
    values["image"] = PageImage(**values["image"]) if values.get("image") else None
    values["images"] = tuple(PageImage(**image) for image in values.get("images", ()))
    return Record(**values)
