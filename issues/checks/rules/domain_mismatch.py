"""The site that is shown beside the entry or on its card is not the one that the link leads to."""

import re
import unicodedata
from collections.abc import Iterator

from common.html import names
from papers.landing import SHORTENERS

from ..facts import EntryFacts, Facts
from ..finding import Change, Finding, Fix, Severity

CODE = "domain-mismatch"
SEVERITY = Severity.WARNING
TITLE = "Another site is shown"

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_FIELDS = {"domain_shown": "beside the entry", "card_domain": "on its card"}
# Sites that only pass readers on: what is shown may well be where they arrive.
_PASS_ON = SHORTENERS | names("doi.org dx.doi.org hdl.handle.net news.google.com feedproxy.google.com web.archive.org")
# One site under several names.
_SAME = (
    names("youtube.com youtu.be"),
    names("twitter.com x.com"),
    names("huggingface.co hf.co"),
    names("arxiv.org ar5iv.org alphaxiv.org arxiv-vanity.com"),
    names("wikipedia.org w.wiki"),
)


def find(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        host = _bare(entry.row.domain)
        if not host or host in _PASS_ON:
            continue
        for field, where in _FIELDS.items():
            shown = _read(getattr(entry.row, field))
            if shown and not _are_one(shown, host) and not _is_landing(entry, shown):
                yield _finding(entry, field, where, shown, host)


def _bare(host: str) -> str:
    return host.lower().removesuffix(".").removeprefix("www.")


def _read(shown: str) -> str:
    """The domain that is shown, without the blanks and the words that translators put in; empty where it is a name."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", shown)).casefold()
    # Of a name that was translated the part behind is left: `杨-song.github.io`.
    tail = re.split(r"[^\x00-\x7f]", text)[-1].lstrip(".-") if not text.isascii() else text
    tail = _bare(re.sub(r"^https?://|[/:].*$", "", tail))
    return tail if _DOMAIN.fullmatch(tail) else ""


def _are_one(shown: str, host: str) -> bool:
    if shown == host or host.endswith((f".{shown}", f"-{shown}")) or shown.endswith(f".{host}"):
        return True
    if any(_site(shown) in same and _site(host) in same for same in _SAME):
        return True
    return _site(shown) == _site(host)


def _site(host: str) -> str:
    """The part of a host that somebody registered, as far as that can be told without a list: example.co.uk."""
    parts = host.split(".")
    wide = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3 if wide else -2 :])


def _is_landing(entry: EntryFacts, shown: str) -> bool:
    """Whether the link was seen to lead to the site that is shown."""
    return entry.record is not None and _are_one(shown, _bare(re.sub(r"^https?://|[/:?#].*$", "", entry.record.url)))


def _finding(entry: EntryFacts, field: str, where: str, shown: str, host: str) -> Finding:
    stated = getattr(entry.row, field)
    message = f"“{stated}” is shown {where}, but the link leads to {host}. Check where the link should lead."
    fix = Fix(f"Show {host}", entry.place.row, (Change(field, stated, host),))
    return Finding(CODE, SEVERITY, entry.place.at(field), message, f"{stated}\n{entry.row.url}", fix)
