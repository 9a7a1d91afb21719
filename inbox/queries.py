"""Asks arXiv what is new of a category and terms, in the turn of all who ask it."""

import hashlib
from urllib.parse import urlencode

from django.conf import settings

from common.failures import FetchFailed
from common.http import fetch
from papers import arxiv, turns

from .feeds import Feed, Item

MOST_RESULTS = 100
MOST_BYTES = 20 * 1024 * 1024
DEADLINE = 60.0
# An interface that says it is asked too often, but not until when, is left alone for so many spacings.
PAUSE_WHEN_BUSY = 10


def search_query(category: str, terms: str) -> str:
    """The query of arXiv for papers of a category with any of the terms, which have commas between them.

    The form is that of https://info.arxiv.org/help/api/user-manual.html, 5.1.
    """
    # A quotation mark would end the phrase, a wide comma is what an input method for Japanese or Chinese types.
    phrases = [
        " ".join(term.replace('"', " ").split()) for term in terms.replace("、", ",").replace("，", ",").split(",")
    ]
    any_of = " OR ".join(f'all:"{phrase}"' for phrase in phrases if phrase)
    parts = [f"cat:{category}" if category else "", f"({any_of})" if any_of and category else any_of]
    return " AND ".join(filter(None, parts))


def ask(category: str, terms: str) -> Feed:
    """The newest papers, as arXiv lists them; one request, in its turn. Raises FetchFailed."""
    values = {"search_query": search_query(category, terms), "start": 0, "max_results": MOST_RESULTS}
    query = urlencode(values | {"sortBy": "submittedDate", "sortOrder": "descending"})
    answers = arxiv.read(_request(f"{settings.AKIRA_ARXIV_URL}?{query}"))
    items = [_item(entry) for entry in answers.entries]
    return Feed("", tuple(sorted(items, key=lambda item: -item.at)))


def _item(entry: arxiv.Entry) -> Item:
    record = entry.record
    at = record.published_on.toordinal() if record.published_on else 0
    return Item(hashlib.sha256(entry.id.encode()).hexdigest()[:32], record.url, record.title, at)


def _request(url: str) -> bytes:
    spacing = settings.AKIRA_ARXIV_SPACING
    with turns.turn("arxiv", spacing=spacing, deadline=DEADLINE / 2) as held:
        try:
            answered = fetch(url, accept=("*/*",), max_bytes=MOST_BYTES, deadline=DEADLINE / 2, robots=False, tries=1)
        except FetchFailed as failure:
            if failure.retry_after is not None or failure.status == 429:
                held.put_off(failure.retry_after or PAUSE_WHEN_BUSY * spacing)
            raise
    return answered.body
