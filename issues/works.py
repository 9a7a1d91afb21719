"""What the page of a work shows: what it is, what the newsletter said of it, how to cite it, what is related."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issues import listing, mentions, relating
from issues.citing import titled
from issues.languages import html_language, language_of_title
from issues.models import Entry
from issues.naming import number, site_name, work_kind_name, work_name
from issues.rendering import Link, topic_links
from issues.site import Site
from papers import citations
from papers.models import Work

# Longer lists of authors are folded.
AUTHORS_SHOWN = 20
# Where programs are kept in public. What follows owner and name leads into the depths of a repository.
_CODE = re.compile(
    r"https?://(?:www\.)?(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/([\w.-]+)/([\w.-]*\w)", re.ASCII
)


@dataclass(frozen=True)
class Form:
    """A form in which a work is cited: its name, the ending of its file, its media type."""

    name: str
    extension: str
    media_type: str

    @property
    def file_name(self) -> str:
        """What a link to the file is called; “.json” would not tell what is in it."""
        return self.name if self.extension == "json" else f".{self.extension}"

    @property
    def plain_type(self) -> str:
        """The media type without its parameters."""
        return self.media_type.partition(";")[0]

    def of(self, work: Work) -> str:
        write = {"bib": citations.bibtex, "ris": citations.ris, "json": lambda work: citations.csl_json([work])}
        return write[self.extension](work)


FORMS = {
    form.extension: form
    for form in (
        # BibTeX and RIS have no registered type; these are what reference managers are known to take.
        Form("BibTeX", "bib", "application/x-bibtex; charset=utf-8"),
        Form("RIS", "ris", "application/x-research-info-systems; charset=utf-8"),
        Form("CSL-JSON", "json", "application/vnd.citationstyles.csl+json"),
    )
}


def work_context(site: Site, work: Work, works: Iterable[int], spoken: list[mentions.Spoken], *, after: str) -> dict:
    """A work and what the newsletter wrote about it, oldest first; on its first page also what else there is.

    `works` are its key and those of the works merged into it, `spoken` is where they are mentioned.
    """
    found = mentions.mentions_page(site, works, after=after)
    own = next(each for each in spoken if each.language == site.language)
    title = title_of(work, found.rows)
    context = {
        "work": work,
        "title": title,
        "title_language": language_of_title(title, site.language),
        "kind_name": work_kind_name(work.kind),
        "arxiv_id": work.arxiv_id,
        "count": own.count,
        "count_words": count_words(own.count),
        "first": own.first,
        "mentions": [mentions.mention(site, entry, with_summary=True) for entry in found.rows],
        "next_key": found.next_key,
        "is_later": bool(after),
        "path": site.work_path(work),
    }
    if after:
        return context
    topics = mentions.topics_of(site, works)
    others = [each.language for each in spoken if each.language != site.language]
    elsewhere = mentions.mentions_elsewhere(site, works, others)
    return context | {
        "facts": facts(site, work),
        "citations": [(form, form.of(titled(work, title)), citation_path(site, work, form)) for form in FORMS.values()],
        "example": found.rows[0].label,
        "topics": topic_links(site, topics),
        "elsewhere": [mentions.mention(site, entry) for entry in elsewhere],
        "related": [
            _related(site, entry) for entry in relating.related_works(site, work, works, topics, moment=own.first)
        ],
    }


def title_of(work: Work, entries: list[Entry]) -> str:
    """The title of a work; where it is not known, what the first entry about it calls it."""
    called = next((entry.source_title or entry.title for entry in entries if entry.source_title or entry.title), "")
    return work.title or called or work.identity


def count_words(count: int) -> str:
    """How often a work is mentioned, such as “3 mentions”; what is counted up to a bound is told as more than that."""
    if count > listing.COUNTED:
        return _("more than %(count)s mentions") % {"count": number(listing.COUNTED)}
    return ngettext("%(count)s mention", "%(count)s mentions", count) % {"count": number(count)}


def citation_path(site: Site, work: Work, form: Form) -> str:
    return f"{site.work_path(work)}citation.{form.extension}"


# --- What it is ------------------------------------------------------------------------------------------------------


def facts(site: Site, work: Work) -> dict:
    """What is known of a work, in the form in which the template shows it. One query, for what a fetch said."""
    said = getattr(work, "fetch", None)
    record = said.record if said else None
    names = [str(name) for name in work.authors]
    return {
        "authors": names[:AUTHORS_SHOWN],
        "more_authors": names[AUTHORS_SHOWN:],
        "more_count": number(len(names) - AUTHORS_SHOWN),
        "published_on": work.published_on,
        "venue": work.venue,
        "subjects": list(record.categories) if record else [],
        "version": _version(work),
        "read": Link(
            work_name(work) if work.arxiv_id else site_name(urlsplit(work.url).hostname or work.url), work.url
        ),
        "pdf": f"https://arxiv.org/pdf/{work.arxiv_id}" if work.arxiv_id else "",
        "doi": work.doi,
        "code": code_address([record.comment if record else "", work.abstract], work.url),
        "abstract": work.abstract,
        "abstract_language": language_of_title(work.abstract, site.language) or site.html_language,
    }


def _version(work: Work) -> str:
    """The number of the latest version, empty where there is one at most."""
    numbers = [int(found[1]) for version in work.versions if (found := re.fullmatch(r"v([0-9]{1,4})", str(version)))]
    return str(max(numbers)) if numbers and max(numbers) > 1 else ""


def code_address(texts: Iterable[str], but_not: str = "") -> str:
    """The repository that one of the texts names first, such as an abstract; never `but_not`, empty where none does."""
    for text in texts:
        for found in _CODE.finditer(text):
            host, owner, name = found.groups()
            address = f"https://{host}/{owner}/{name.removesuffix('.git')}"
            if address != but_not.rstrip("/"):
                return address
    return ""


# --- What is related -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RelatedWork:
    """Another work in a list: where it is mentioned, and why it stands there."""

    title: str
    path: str
    language: str
    name: str
    issue: Link
    reason: str


def _related(site: Site, entry: Entry) -> RelatedWork:
    work = entry.work.merged_into or entry.work
    title = title_of(work, [entry])
    issue = entry.section.issue
    return RelatedWork(
        title=title,
        path=site.work_path(work),
        language=language_of_title(title, site.language),
        name=work_name(work) if work.arxiv_id else site_name(urlsplit(work.url).hostname or ""),
        issue=Link(issue.name, site.issue_path(issue), html_language(issue.language)),
        reason=entry.reason,
    )
