"""A link carries a tracker to readers, or was copied from another edition, whose campaign it names."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from ada_url import parse_url

from common.urls import MalformedURL, canonical_url

from .. import addresses
from ..facts import EntryFacts, Facts, HighlightFacts, shortened
from ..finding import Change, Finding, Fix, Place, Severity

CODE = "campaign"
SEVERITY = Severity.NOTICE
TITLE = "A tracker or another campaign"

# From so many links on, the campaign that most of them name is the issue's own.
_A_HABIT = 3
_MARK = re.compile(r"\(([a-z]{2}(?:-[a-z]{2,4})?)\)", re.IGNORECASE)


def find(facts: Facts) -> Iterator[Finding]:
    yield from _in_texts(facts)
    own = _own_campaign(facts)
    for entry in facts.entries:
        if _without_trackers(entry.row.url):
            yield _of_link(entry)
            continue
        for field in ("url", "card_url"):
            found = _campaign(getattr(entry.row, f"{field}_given"))
            if found and _is_foreign(facts, found, own):
                yield _of_campaign(entry, field, found)
                break


def _without_trackers(given: str) -> str:
    """The address as readers should get it; empty where it can't be read, or carries no tracker."""
    try:
        plain = parse_url(given.strip(), ("href",))["href"]
        clean = canonical_url(given)
    except (MalformedURL, ValueError):
        return ""
    return clean if clean != plain and len(clean) < len(plain) else ""


# --- In texts --------------------------------------------------------------------------------------------------------


def _in_texts(facts: Facts) -> Iterator[Finding]:
    """One finding a text, however many links of it carry trackers."""
    sources: list[tuple[Place, str, str, HighlightFacts | EntryFacts | Facts]] = [
        (facts.place.at("intro"), facts.issue.intro, "The introduction", facts)
    ]
    sources += [(item.text.place, item.row.text, f"Highlight {item.number}", item) for item in facts.highlights]
    sources += [(item.summary.place, item.row.summary, "The summary", item) for item in facts.entries]
    texts = {text.place: text for text in facts.texts}
    for place, text, name, _ in sources:
        given = [link.address for link in texts[place].markup.links]
        cleaned = {address: clean for address in given if (clean := _without_trackers(address))}
        if cleaned:
            message = f"{name} has a link with a tracker: {shortened(next(iter(cleaned)))}. Remove the tracker."
            yield Finding(CODE, SEVERITY, place, message, text, _fix_of_text(place, text, cleaned))


def _fix_of_text(place: Place, text: str, cleaned: dict[str, str]) -> Fix | None:
    after = text
    for given in sorted(cleaned, key=len, reverse=True):
        after = after.replace(given, cleaned[given])
    return Fix("Remove the tracker", place.row, (Change(place.field, text, after),)) if after != text else None


# --- In links --------------------------------------------------------------------------------------------------------


def _campaign(given: str) -> str:
    """The campaign that an address names, or the empty string."""
    try:
        query = urlsplit(given.strip()).query
        return next((value.strip() for name, value in parse_qsl(query) if name.lower() == "utm_campaign"), "")
    except ValueError:
        return ""


def _own_campaign(facts: Facts) -> str:
    """The campaign that most links of the issue name, where that is a habit."""
    counted = Counter(filter(None, (_campaign(entry.row.url_given) for entry in facts.entries)))
    if not counted:
        return ""
    value, count = counted.most_common(1)[0]
    return value if count >= _A_HABIT and count * 2 > sum(counted.values()) else ""


def _is_foreign(facts: Facts, found: str, own: str) -> bool:
    """Whether a campaign is another edition's: that edition's as stated, one marked with another language, or not the
    one that the other links name."""
    stated = {language: values.get("utm_campaign") for language, values in _stated(facts).items()}
    if found == stated.get(facts.issue.language):
        return False
    if found in [value for language, value in stated.items() if language != facts.issue.language]:
        return True
    mark = _MARK.search(found)
    if mark and mark[1].split("-")[0].lower() != facts.issue.language.split("-")[0]:
        return found != own
    return bool(own) and found != own


def _stated(facts: Facts) -> dict[str, dict]:
    campaign = facts.publication.campaign
    return {language: values for language, values in campaign.items() if isinstance(values, dict)}


def _of_link(entry: EntryFacts) -> Finding:
    url = entry.row.url
    message = f"{addresses.named(entry.addresses[0])} carries a tracker. Remove it."
    fix = Fix("Remove the tracker", entry.place.row, (Change("url", url, _without_trackers(url)),))
    return Finding(CODE, SEVERITY, entry.place.at("url"), message, url, fix)


def _of_campaign(entry: EntryFacts, field: str, found: str) -> Finding:
    given, url = getattr(entry.row, f"{field}_given"), getattr(entry.row, field)
    what = "The link" if field == "url" else "The card"
    message = (
        f"{what} was copied with the campaign “{shortened(found)}”, which is not that of this edition. Check that it "
        "leads to what this edition is about."
    )
    fix = Fix("It is right", entry.place.row, (Change(f"{field}_given", given, url),))
    return Finding(CODE, SEVERITY, entry.place.at(field), message, given, fix)
