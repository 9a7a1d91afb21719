"""What the pages of works and topics show: the entries that mention them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import Http404

from issues import listing
from issues.citing import titled
from issues.languages import html_language, language_of_title
from issues.models import Entry, Topic
from issues.naming import section_kind_name, site_name, work_name
from issues.rendering import Link, label_in_margin, to_html
from issues.site import Site
from papers import citations
from papers.models import Work


@dataclass(frozen=True)
class Mention:
    """An entry in the list on a work's or topic's page."""

    entry: Entry
    label: str
    path: str
    title: str
    section_title: str
    language: str
    source: str
    summary: str = ""


def mention(site: Site, entry: Entry, *, with_summary: bool = False) -> Mention:
    issue = entry.section.issue
    own = site.in_language(issue.language)
    work = entry.work and (entry.work.merged_into or entry.work)
    domain = entry.domain_shown or site_name(entry.domain)
    return Mention(
        entry=entry,
        label=label_in_margin(entry.label),
        path=own.entry_path(entry),
        title=entry.title or entry.source_title or entry.domain or entry.label,
        section_title=entry.section.title or section_kind_name(entry.section.kind),
        language=html_language(issue.language) if issue.language != site.language else "",
        source=work_name(work) if work and work.arxiv_id else domain,
        summary=to_html(own, entry.summary, heading_level=4) if with_summary else "",
    )


def work_context(site: Site, work: Work, mentions: list[Entry], *, after: str) -> dict:
    """A work and what the newsletter wrote about it, oldest first, with what only other editions wrote at the end."""
    own = [entry for entry in mentions if entry.section.issue.language == site.language]
    told = {entry.translation_key for entry in own}
    elsewhere = [e for e in mentions if e.section.issue.language != site.language and e.translation_key not in told]
    start = _after(own, after)
    shown = own[start : start + listing.MENTIONS_ON_A_PAGE]
    more = start + len(shown) < len(own)
    title = work.title or next((e.source_title or e.title for e in [*own, *elsewhere] if e.source_title or e.title), "")
    return {
        "work": work,
        "title": title or work.identity,
        "title_language": language_of_title(title, site.language),
        "kind_name": work_name(work),
        "read_name": work_name(work) if work.arxiv_id else site_name(urlsplit(work.url).hostname or work.url),
        "abstract_language": language_of_title(work.abstract, site.language) or site.html_language,
        "mention_count": len(own),
        "mentions": _with_summaries(site, shown),
        "elsewhere": [mention(site, entry) for entry in elsewhere[: listing.MENTIONS_ON_A_PAGE]],
        "next_key": shown[-1].public_id if more else "",
        "citations": _citations(titled(work, title)),
    }


def _citations(work: Work) -> list[tuple[str, str]]:
    return [
        ("BibTeX", citations.bibtex(work)),
        ("RIS", citations.ris(work)),
        ("CSL-JSON", citations.csl_json([work])),
    ]


def _after(entries: list[Entry], public_id: str) -> int:
    if not public_id:
        return 0
    for position, entry in enumerate(entries, 1):
        if entry.public_id == public_id and position < len(entries):
            return position
    raise Http404(f"No mention stands after {public_id}.")


def _with_summaries(site: Site, shown: list[Entry]) -> list[Mention]:
    summaries = dict(Entry.objects.filter(pk__in=[entry.pk for entry in shown]).values_list("pk", "summary"))
    for entry in shown:
        entry.summary = summaries.get(entry.pk, "")
    return [mention(site, entry, with_summary=True) for entry in shown]


def topic_context(site: Site, topic: Topic, *, before: Entry | None) -> dict:
    found = listing.topic_entries(site, topic, before=before)
    beside: dict[int, tuple[int, Topic]] = {}
    for entry in found.rows:
        for other in entry.topics.all():
            if other.pk != topic.pk:
                beside[other.pk] = (beside.get(other.pk, (0, other))[0] + 1, other)
    often = sorted(beside.values(), key=lambda pair: (-pair[0], pair[1].slug))[:8]
    return {
        "topic": topic,
        "name": topic.name_in(site.language),
        "mentions": [mention(site, entry) for entry in found.rows],
        "next_key": found.next_key,
        "beside": [Link(other.name_in(site.language), site.topic_path(other)) for _uses, other in often],
        "section": "topics",
    }
