"""Reads Akira's own archives, JSON alone or in a zip with the figures, as a stream and one issue at a time."""

from __future__ import annotations

from collections.abc import Iterator

from exchange import documents
from exchange.documents import Document, RefusedIssue, Source, UnknownForm

from . import _archive_shape as shape
from ._archive_file import MEMBER, ArchiveFile, errors_named, opened

__all__ = ["FORMAT", "MEMBER", "NAME", "read", "recognises"]

NAME = "archive"
FORMAT = "akira-archive/1"

# No value of an archive lies deeper than this; a deeper one is an attack on whatever walks it.
_DEEPEST = 20


def recognises(source: Source) -> bool:
    """Whether the file is a zip, or begins as a JSON object; what is in it is for `read` to judge."""
    with source.open() as file:
        head = file.read(1024)
    return head.startswith(b"PK\x03\x04") or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read(source: Source) -> Iterator[Document]:
    """The publication, the topics and the works of an archive, then its issues, each as a document.

    The file is read through first, so that of a broken one nothing is handed over: UnknownForm. An issue with an
    unknown key or a value of the wrong kind is handed over as RefusedIssue.
    """
    with opened(source) as archive:
        with errors_named(archive):
            outline = _outline(archive)
        yield from _shared(archive, outline)
        for place, found in enumerate(archive.items("issues.item")):
            try:
                issue = _issue(shape.required(shape.ISSUE)(found))
            except shape.WrongShape as error:
                error = error.inside(f"issues[{place}]")
                yield RefusedIssue(error.message, error.place)
                continue
            with archive.figures(issue):
                yield issue


def _shared(archive: ArchiveFile, outline: dict[str, bool]) -> Iterator[Document]:
    for name, prefix, check, make in (
        ("publication", "publication", shape.PUBLICATION, _publication),
        ("topics", "topics.item", shape.TOPIC, _topic),
        ("works", "works.item", shape.WORK, _work),
    ):
        if not outline.get(name):
            continue
        for place, found in enumerate(archive.items(prefix)):
            try:
                checked = check(found) if name == "publication" else shape.required(check)(found)
            except shape.WrongShape as error:
                error = error.inside(name if name == "publication" else f"{name}[{place}]")
                raise UnknownForm(f"{error}.") from None
            if checked is not None:
                yield make(checked)


def _outline(archive: ArchiveFile) -> dict[str, bool]:
    """The keys of the archive and whether there is anything under them; UnknownForm for what is no archive."""
    found: dict[str, bool] = {}
    depth, name, stated = 0, "", None
    for event, value in archive.events():
        if event.startswith("end"):
            depth -= 1
            continue
        if depth == 0 and event != "start_map":
            raise UnknownForm("The JSON is no Akira archive: it does not begin with an object.", line=1)
        if depth == 1 and event == "map_key":
            name = value
            if name not in shape.TOP_LEVEL:
                raise UnknownForm(f"Unknown key {name!r}; an archive has {', '.join(shape.TOP_LEVEL)}.")
        elif depth == 1:
            stated = value if name == "format" else stated
            _check_kind(name, event)
            found[name] = name == "publication" and event == "start_map"
        elif depth == 2 and event != "map_key":
            found[name] = True
        if event.startswith("start"):
            depth += 1
            if depth > _DEEPEST:
                raise UnknownForm("The JSON is nested too deep for an archive.")
    if stated != FORMAT:
        raise UnknownForm(f"The JSON is no archive that this version reads: its format is {stated!r}, not {FORMAT!r}.")
    return found


def _check_kind(name: str, event: str) -> None:
    wanted = {"format": "string", "publication": "start_map"}.get(name, "start_array")
    if event not in (wanted, "null"):
        kind = {"string": "a text", "start_map": "an object", "start_array": "a list"}[wanted]
        raise UnknownForm(f"Under {name!r} an archive has {kind}.")


def _in_order(records: list[dict]) -> list[dict]:
    """By the positions given, where all have one; else as they stand."""
    if all(record["position"] is not None for record in records):
        return sorted(records, key=lambda record: record["position"])
    return records


def _publication(values: dict) -> documents.PublicationDocument:
    author = values.pop("author") or {"name": "", "links": []}
    values["time_zone"] = values["time_zone"] or "UTC"
    return documents.PublicationDocument(**values, author_name=author["name"], author_links=author["links"])


def _topic(values: dict) -> documents.TopicDocument:
    return documents.TopicDocument(**values)


def _work(values: dict) -> documents.WorkDocument:
    values["withdrawn"] = bool(values["withdrawn"])
    values["kind"] = values["kind"] or "other"
    return documents.WorkDocument(**values)


def _issue(values: dict) -> documents.IssueDocument:
    contents = values.pop("contents") or {"stated_count": None, "lines": []}
    exact = values.pop("published_at_exact")
    return documents.IssueDocument(
        **values
        | {
            "kind": values["kind"] or "weekly",
            "published_at_exact": exact is not False,
            "highlights": [_highlight(highlight) for highlight in values["highlights"]],
            "sections": [_section(section) for section in _in_order(values["sections"])],
            "past_issues": [documents.PastIssueDocument(**past) for past in values["past_issues"]],
            "waivers": [documents.WaiverDocument(**waiver) for waiver in values["waivers"]],
            "errata": [documents.ErratumDocument(**erratum) for erratum in values["errata"]],
            "leftovers": [],
        },
        leftovers_text=values["leftovers"],
        contents_stated_count=contents["stated_count"],
        contents_lines=contents["lines"],
    )


def _highlight(values: dict) -> documents.HighlightDocument:
    del values["links"]
    return documents.HighlightDocument(**values | {"group": values["group"] or "feature"})


def _section(values: dict) -> documents.SectionDocument:
    entries = [_entry(entry) for entry in _in_order(values["entries"])]
    del values["position"]
    return documents.SectionDocument(**values | {"kind": values["kind"] or "other", "entries": entries})


def _entry(values: dict) -> documents.EntryDocument:
    for name in ("position", "domain", "arxiv_id", "arxiv_version"):
        del values[name]
    if values["work"] and not (values["url"] or values["url_given"]):
        raise shape.WrongShape(f"the entry {values['title']!r} has a work but no url")
    values["url"] = values["url"] or values["url_given"]
    values["starred"] = bool(values["starred"])
    values["card"] = documents.CardDocument(**values["card"]) if values["card"] is not None else None
    return documents.EntryDocument(**values)
