"""Path converters of the public addresses."""

from django.urls import register_converter

from issues.models.publication import LANGUAGE_PATTERN


class LanguageConverter:
    """A language as in addresses, such as ja or zh-hans; no page's first word has this form."""

    regex = LANGUAGE_PATTERN

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class ArxivIdConverter(LanguageConverter):
    """An arXiv id, new (2103.03230) or old (hep-th/9901001, math.GT/0309136), with or without a version."""

    regex = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?"


class PublicIdConverter(LanguageConverter):
    """A permanent public id, as `papers.models.PUBLIC_ID_PATTERN` has it."""

    regex = r"[0-9a-z-]{1,26}"


class DigestConverter(LanguageConverter):
    """Some letters of the digest of what stands at the address."""

    regex = r"[0-9a-f]{16}"


class WorkConverter(LanguageConverter):
    """A work's public id, followed by a hyphen and words from its title."""

    regex = r"[0-9a-z-]{1,200}"


class NumberConverter(LanguageConverter):
    """A number as addresses have it, without zeros in front: else one page would have addresses without end."""

    regex = r"[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class CitationFormConverter(LanguageConverter):
    """A form in which a work is cited, as the ending of its file."""

    regex = r"bib|ris|json"


def register() -> None:
    """Make the converters known to Django, once, before the first `path()` that uses them."""
    register_converter(LanguageConverter, "language")
    register_converter(ArxivIdConverter, "arxiv_id")
    register_converter(PublicIdConverter, "public_id")
    register_converter(DigestConverter, "digest")
    register_converter(WorkConverter, "work")
    register_converter(NumberConverter, "number")
    register_converter(CitationFormConverter, "form")
