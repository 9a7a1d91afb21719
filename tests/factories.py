"""`make_*` functions: rows that are valid by default, so that a test states only what matters to it."""

import datetime
import itertools

from django.utils import timezone

from issues.models import Entry, Highlight, Issue, IssueStatus, Publication, Section, Topic
from papers.identifiers import canonical_url, identify
from papers.models import Work

_numbers = itertools.count(1)
# Issues that state no number get one that no test states.
_issue_numbers = itertools.count(1001)


def make_publication(**values):
    """The one publication: made on the first call, changed by later ones."""
    defaults = {"name": "Akira", "languages": ["en"]} | values
    publication = Publication.objects.first()
    if publication is None:
        return Publication.objects.create(**defaults)
    for name, value in values.items():
        setattr(publication, name, value)
    publication.save()
    return publication


def _age(number):
    return datetime.timedelta(days=min(number, 1000), minutes=max(number - 1000, 0))


def make_issue(*, published=True, **values):
    """An issue; published a day per number after the start of 2021 (a minute from the thousandth on, so that no
    number of tests reaches the future), unless told otherwise."""
    number = values.pop("number", None) or next(_issue_numbers)
    publication = values.pop("publication", None) or make_publication()
    defaults = {
        "publication": publication,
        "language": publication.default_language,
        "number": number,
        "slug": str(number),
        "title": f"Issue number {number}",
    }
    if published and "status" not in values:
        start = datetime.datetime(2021, 1, 1, 9, tzinfo=datetime.UTC)
        defaults |= {"status": IssueStatus.PUBLISHED, "published_at": start + _age(number)}
    values = defaults | values
    moment = values.get("published_at")
    has_come = moment is not None and moment <= timezone.now()
    return Issue.objects.create(**{"appeared_at": moment if has_come else None} | values)


def make_section(issue=None, **values):
    issue = issue or make_issue()
    defaults = {"title": "Papers", "kind": "paper", "position": issue.sections.count() + 1}
    return Section.objects.create(issue=issue, **defaults | values)


def make_highlight(issue=None, **values):
    issue = issue or make_issue()
    defaults = {"text": "Something happened.", "position": issue.highlights.count() + 1}
    return Highlight.objects.create(issue=issue, **defaults | values)


def make_work(url=None, **values):
    url = canonical_url(url or f"https://example.org/written/{next(_numbers)}")
    found = identify(url)
    work, _ = Work.objects.get_or_create(identity=found.identity, defaults={"url": url, "kind": found.kind} | values)
    return work


def make_entry(section=None, *, topics=(), **values):
    """An entry with a link of its own and the work it is about; `url=""` makes one without a link."""
    section = section or make_section()
    position = section.entries.count() + 1
    url = values.pop("url", f"https://example.org/post/{next(_numbers)}")
    defaults = {
        "title": f"Entry {position}",
        "url": url,
        "url_given": url,
        "summary": "A short summary.",
        "position": position,
        "label": f"{section.issue.label_stem}.{position}" if section.issue.published_at else "",
        "work": make_work(url) if url else None,
    }
    entry = Entry.objects.create(section=section, **defaults | values)
    if topics:
        entry.topics.set(topics)
    return entry


def make_topic(slug="video", **values):
    return Topic.objects.create(**{"slug": slug, "name": slug.replace("-", " ").capitalize()} | values)
